"""E-mail, through aiosmtplib: it only sends; nothing can be answered."""

from bot.channels.email.channel import Email

CAPABILITIES = Email.capabilities

__all__ = ["CAPABILITIES", "Email"]
