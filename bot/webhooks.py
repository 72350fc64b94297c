"""What messengers and browsers call over HTTP: each channel declares its routes, the web application mounts them."""

from collections.abc import Iterable

from starlette.routing import BaseRoute

from bot.channel import Channel


def routes_of(channels: Iterable[Channel]) -> list[BaseRoute]:
    """The routes of all channels."""
    return [route for channel in channels for route in channel.routes()]
