"""A fake Bot API server: `python tests/fakes/botapi.py --port 0` prints its port and serves on 127.0.0.1."""

import argparse
import asyncio
import json
from typing import Any

from aiohttp import web

from tests.fakes.account import Account
from tests.fakes.control import Accounts, Control
from tests.fakes.faults import Fault
from tests.fakes.limits import PHOTO, Refusal
from tests.fakes.methods import BY_NAME, METHODS
from tests.fakes.parameters import read_parameters, typed


class Server:
    """Answers /bot<token>/<method> for the accounts that /control/ has made."""

    def __init__(self) -> None:
        self._accounts: Accounts = {}

    def app(self) -> web.Application:
        """The application, with the control interface."""
        app = web.Application(client_max_size=2 * PHOTO)
        app.router.add_routes(Control(self._accounts).routes())
        app.router.add_route("*", "/bot{token}/{method}", self._call)
        return app

    async def _call(self, request: web.Request) -> web.StreamResponse:
        account, name = self._accounts.get(request.match_info["token"]), request.match_info["method"]
        if account is None or account.revoked:
            return _refused(Refusal(401, "Unauthorized"))
        kind = BY_NAME.get(name.lower())
        if kind is None:
            return _refused(Refusal(404, "Not Found: method not found"))
        fault = account.faults.take(kind.__api_method__)
        if fault is None:
            return await _answered(account, kind, request)
        account.record("fault", method=kind.__api_method__, then=fault.then, status=fault.status)
        result = await _carried_out(account, kind, request) if fault.accept else None
        return await _failed(request, fault, result)


async def _answered(account: Account, kind: type[Any], request: web.Request) -> web.Response:
    name = kind.__api_method__
    try:
        result = await _carried_out(account, kind, request)
    except Refusal as refusal:
        account.record("refused", method=name, code=refusal.code, description=refusal.description)
        return _refused(refusal)
    return web.json_response({"ok": True, "result": result})


async def _carried_out(account: Account, kind: type[Any], request: web.Request) -> Any:
    parameters, files = await read_parameters(request)
    method = typed(kind, parameters, files)
    account.record("called", method=kind.__api_method__)
    return await METHODS[kind](account, method, files)


def _refused(refusal: Refusal) -> web.Response:
    body: dict[str, Any] = {"ok": False, "error_code": refusal.code, "description": refusal.description}
    headers = {}
    if refusal.retry_after is not None:
        body["parameters"] = {"retry_after": refusal.retry_after}
        headers["Retry-After"] = str(refusal.retry_after)
    return web.json_response(body, status=refusal.code, headers=headers)


async def _failed(request: web.Request, fault: Fault, result: Any) -> web.StreamResponse:
    if fault.then == "silence":
        await asyncio.Event().wait()
    if fault.then == "close":
        return _closed(request)
    if fault.then == "cut":
        return await _cut(request, json.dumps({"ok": True, "result": result}).encode())
    if fault.body is None:
        return _refused(Refusal(fault.status, fault.description, fault.retry_after))
    number = str(result["message_id"]) if isinstance(result, dict) and "message_id" in result else "0"
    body = fault.body.replace("{message_id}", number)
    return web.Response(status=fault.status, text=body, content_type="application/json")


def _closed(request: web.Request) -> web.Response:
    if request.transport:
        request.transport.close()
    return web.Response()


async def _cut(request: web.Request, body: bytes) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Length": str(len(body))})
    await response.prepare(request)
    await response.write(body[: len(body) // 2])
    if request.transport:
        request.transport.close()
    return response


async def serve(port: int) -> None:
    """Serve until cancelled; the first line of output is the port."""
    runner = web.AppRunner(Server().app(), handler_cancellation=True, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", port)
    await site.start()
    print(runner.addresses[0][1], flush=True)
    try:
        await asyncio.Event().wait()
    finally:
        await runner.cleanup()


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--port", type=int, default=0, help="0 is any free port")
    asyncio.run(serve(arguments.parse_args().port))
