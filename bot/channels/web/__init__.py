"""The web chat: our own messenger, a page that any browser opens."""

from bot.channels.web.channel import WebChat

CAPABILITIES = WebChat.capabilities

__all__ = ["CAPABILITIES", "WebChat"]
