"""What machines ask the service: `/livez`, `/readyz` and `/metrics`."""

import hmac
from ipaddress import ip_address
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from zinute.health import Health
from zinute.metrics import FORMAT, Metrics

PASSED_ON: Final = (
    "forwarded",
    "via",
    "x-real-ip",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-proto",
)


def routes(health: Health, metrics: Metrics, token: str) -> list[BaseRoute]:
    """Details are for this machine, and for who shows the token (if there is one)."""

    async def live(_request: Request) -> Response:
        return PlainTextResponse("ok")

    async def ready(request: Request) -> Response:
        checks = await health.checks()
        well = all(each.well for each in checks if each.decides)
        told: dict[str, object] = {"ready": well}
        if may_see(request, token):
            told["checks"] = {each.name: {"well": each.well, "says": each.says} for each in checks}
        return JSONResponse(told, 200 if well else 503)

    async def measured(request: Request) -> Response:
        if not may_see(request, token):
            raise HTTPException(404)
        return Response(await metrics.text(), media_type=FORMAT)

    return [Route("/livez", live), Route("/readyz", ready), Route("/metrics", measured)]


def may_see(request: Request, token: str) -> bool:
    """Whether somebody on this machine asks, not a web server for somebody else; or somebody with the token."""
    given = dict(request.scope["headers"]).get(b"authorization", b"")
    if token and hmac.compare_digest(given, b"Bearer " + token.encode()):
        return True
    return not any(name in request.headers for name in PASSED_ON) and _is_here(request)


def _is_here(request: Request) -> bool:
    try:
        return request.client is not None and ip_address(request.client.host).is_loopback
    except ValueError:
        return False
