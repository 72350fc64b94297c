"""Telegram, through aiogram's Bot, types and methods; the only place that has aiogram.

aiogram takes seconds to import. What Telegram can show is known without it; it comes with `Telegram`.
"""

from typing import TYPE_CHECKING, Any

from bot.channels.telegram.abilities import CAPABILITIES

if TYPE_CHECKING:
    from bot.channels.telegram.channel import Telegram

__all__ = ["CAPABILITIES", "Telegram"]


def __getattr__(name: str) -> Any:
    if name != "Telegram":
        raise AttributeError(name)
    from bot.channels.telegram import channel

    return channel.Telegram
