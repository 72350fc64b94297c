"""What messengers and browsers call over HTTP: each channel declares its routes, the web application mounts them."""

from collections.abc import Iterable

from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.channel import Channel, Hook


def routes_of(channels: Iterable[Channel]) -> list[BaseRoute]:
    """The routes of all channels but their hooks."""
    return [route for channel in channels for route in channel.routes() if not isinstance(route, Hook)]


class Hooks:
    """An ASGI application in front of another: what a messenger's server calls is answered without the rest.

    A hook checks a secret of its own, so that the protections of pages (cookies, origins, headers) mean nothing to it.
    """

    def __init__(self, app: ASGIApp, channels: Iterable[Channel]) -> None:
        self._app = app
        every = (route for channel in channels for route in channel.routes())
        self._hooks = {route.path: route for route in every if isinstance(route, Hook)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer."""
        hook = self._hooks.get(scope["path"]) if scope["type"] == "http" else None
        if hook is None:
            await self._app(scope, receive, send)
        else:
            await hook.handle(scope, receive, send)
