"""The console's own style, script and icon: read once, and kept by browsers for as long as they do not change."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

MEDIA_TYPES = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml; charset=utf-8"}
FOR_EVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class Asset:
    """A file as it is served; `digest` is in the address under which it may be kept for ever."""

    data: bytes
    media_type: str
    digest: str


@cache
def load() -> Mapping[str, Asset]:
    """The files of `static/` by their names."""
    return {
        file.name: _asset(file.name, file.read_bytes())
        for file in files("console").joinpath("static").iterdir()
        if _ending(file.name) in MEDIA_TYPES
    }


def route(assets: Mapping[str, Asset]) -> Route:
    """`GET /console/static/NAME?v=DIGEST`."""

    async def serve(request: Request) -> Response:
        asset = assets.get(request.path_params["name"])
        if asset is None:
            raise HTTPException(404)
        kept = FOR_EVER if request.query_params.get("v") == asset.digest else "no-cache"
        return Response(asset.data, media_type=asset.media_type, headers={"Cache-Control": kept})

    return Route("/console/static/{name}", serve, name="static")


def _asset(name: str, data: bytes) -> Asset:
    return Asset(data, MEDIA_TYPES[_ending(name)], hashlib.sha256(data).hexdigest()[:16])


def _ending(name: str) -> str:
    return name.rpartition(".")[2]
