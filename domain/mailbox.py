"""A mailbox, the codes that were sent to it, and how a code comes of its seed."""

import hmac
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Literal

from domain.code import BYTES, by_hand, grouped, letters_in, token
from domain.signing import link_token

Form = Literal["digits", "letters", "token", "hand", "link", "entry"]
OURS: Final[frozenset[Form]] = frozenset({"link", "entry"})  # what is given out also where no mail is sent
MAIL: Final = "email"  # the messenger that sends codes
DIGITS: Final = 8
LETTERS: Final = 12  # 60 bits: nobody has to be known for a code by which people come in
UNKNOWN: Final = "•" * DIGITS
LASTS: Final = timedelta(minutes=10)
TRIES: Final = 5
HOUR: Final = timedelta(hours=1)
MOST: Final = 3  # codes an hour
_BETWEEN: Final = re.compile(r"[\s-]+")
# What a mail server takes without extensions (RFC 5321, 4.1.2), and nothing that ends an address or a header.
_ADDRESS: Final = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[\w-]{1,63}\.)+[\w-]{2,63}")


@dataclass(frozen=True, slots=True)
class Mailed:
    """A code that was sent, to be typed at a step. `wrong` counts what was typed in its place."""

    step: str
    seed: str
    sent_at: datetime
    wrong: int = 0

    def over(self, now: datetime) -> bool:
        """Whether its time is over."""
        return now >= self.sent_at + LASTS

    def spent(self, now: datetime) -> bool:
        """Whether nothing can be typed for it any more."""
        return self.wrong >= TRIES or self.over(now)


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A person's e-mail address ("" for none that can be written to), and the codes of the last hour, newest first.

    `key` makes a code of its seed; it is empty where no mail is sent.
    """

    address: str
    key: bytes = field(default=b"", repr=False)
    mailed: tuple[Mailed, ...] = ()

    @property
    def newest(self) -> Mailed | None:
        """The only code that counts."""
        return self.mailed[0] if self.mailed else None

    def is_code(self, mailed: Mailed, typed: str) -> bool:
        """Whether this was typed; it takes as long whatever was."""
        return hmac.compare_digest(code_of(self.key, mailed.seed), typed)


def code_of(key: bytes, seed: str) -> str:
    """The eight digits of a seed: without the key, nobody can tell them from any others."""
    digest = hmac.digest(key, seed.encode(), "sha256")
    return f"{int.from_bytes(digest[:8], 'big') % 10**DIGITS:0{DIGITS}d}"


def secret_of(key: bytes, seed: str, form: Form) -> str:
    """What comes of a seed, in the form in which it is written out.

    "digits" before a test; "letters" to come in by an e-mail address; "token" and "hand" are an invitation's code;
    "link" is a token of 256 bits, "entry" what is typed in place of one that signs in.
    """
    if form == "digits":
        return code_of(key, seed)
    if form == "link":
        return link_token(key, seed)
    digest = hmac.digest(key, f"{'token' if form == 'hand' else form}:{seed}".encode(), "sha256")
    if form in ("letters", "entry"):
        return grouped(int.from_bytes(digest[:8], "big"), LETTERS)
    code = token(digest[:BYTES])
    return by_hand(code) if form == "hand" else code


def is_secret(key: bytes, seed: str, typed: str) -> bool:
    """Whether these are the letters of a seed, however they were typed; it takes as long whatever was."""
    wanted = secret_of(key, seed, "letters").replace("-", "")
    return hmac.compare_digest(wanted, letters_in(typed))


def digits_in(words: str) -> str:
    """The digits that were typed, with or without spaces and hyphens; "" when there is anything else."""
    typed = _BETWEEN.sub("", words)
    return typed if typed.isascii() and typed.isdecimal() else ""


def usable(address: str) -> str:
    """The address if mail can be sent to it, else ""."""
    return address if _ADDRESS.fullmatch(address) else ""


def masked(address: str) -> str:
    """So much of an address that only its owner knows it: j…@sav.lt."""
    name, _, place = address.rpartition("@")
    return f"{name[:1]}…@{place}"
