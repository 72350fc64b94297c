"""What can go wrong between us and a mail server, and what that means for the message that was to go."""

import re
from typing import Final, Literal

from aiosmtplib import (
    SMTPConnectError,
    SMTPException,
    SMTPHeloError,
    SMTPResponseException,
    SMTPTimeoutError,
)
from aiosmtplib.errors import SMTPServerDisconnected

from bot.channel import (
    AccountRefused,
    Ambiguous,
    NotConnected,
    NotSent,
    Refused,
    SendError,
    Unreachable,
)

Stage = Literal["connect", "sender", "recipient", "data"]
CLOSING: Final = 421  # "service not available, closing" (RFC 5321, 3.8): it may come at any time
LOGIN_WANTED: Final = 530  # RFC 4954, 6
# Name and password are wrong, not enough, or missing (RFC 4954, 6): nobody but us can mend it.
_LOGIN_REFUSED: Final = (LOGIN_WANTED, 534, 535)
# "No such mailbox", in three ways, and "takes no mail" (RFC 5321, 4.2.3; RFC 7504): about the person, not the message.
_NOBODY: Final = (521, 550, 551, 553, 556)
_ENHANCED: Final = re.compile(r"\s*5\.(\d{1,3})\.(\d{1,3})\b")
_NOBODY_ENHANCED: Final = frozenset(  # RFC 3463, 3.2 and 3.3; RFC 7505
    {("1", "1"), ("1", "2"), ("1", "3"), ("1", "6"), ("1", "10"), ("2", "1")}
)
_LOST: Final = (SMTPConnectError, SMTPServerDisconnected, SMTPTimeoutError, OSError)


def failure(error: Exception, stage: Stage) -> SendError:
    """What an error at this stage means. Once the text was on its way, what is no answer leaves it open."""
    if isinstance(error, SMTPResponseException) and 400 <= error.code < 600:
        return _answered(error.code, error.message, "connect" if isinstance(error, SMTPHeloError) else stage)
    reason = f"{stage}: {type(error).__name__}"
    if stage == "data":
        return Ambiguous(reason)
    if isinstance(error, SMTPException) and not isinstance(error, (SMTPResponseException, *_LOST)):
        return AccountRefused(f"{stage}: {error.message[:200]}")  # no TLS there, no way to log in
    return NotConnected(reason)


def _answered(code: int, said: str, stage: Stage) -> SendError:
    reason = f"{stage}: {code} {' '.join(said.split())[:200]}"
    if code == CLOSING:
        return NotConnected(reason)
    if stage == "connect":  # whatever else a server says before it knows us, it has a bad day
        return AccountRefused(reason) if code in _LOGIN_REFUSED else NotConnected(reason)
    if code < 500:
        return NotSent(reason)
    if code == LOGIN_WANTED or stage == "sender":
        return AccountRefused(reason)
    return Unreachable(reason) if _is_nobody(code, said, stage) else Refused(reason)


def _is_nobody(code: int, said: str, stage: Stage) -> bool:
    enhanced = _ENHANCED.match(said)
    if enhanced:
        return enhanced.groups() in _NOBODY_ENHANCED
    return stage == "recipient" and code in _NOBODY
