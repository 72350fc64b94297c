"""Telegram, through aiogram's Bot, types and methods; the only place that has aiogram."""

from bot.channels.telegram.channel import Telegram

__all__ = ["Telegram"]
