"""A one-time code: 128 bits, as 22 characters of a link and as 26 that a hand writes (Crockford's base 32)."""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Final

LETTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # without those that look like others
BYTES: Final = 16
_HAND: Final = 26
_ALIKE: Final = str.maketrans("OIL", "011")
_BETWEEN: Final = re.compile(r"[\s-]+")
_LINK: Final = re.compile(r"[A-Za-z0-9_-]{22}")


def token(bits: bytes) -> str:
    """These 16 bytes as a link has them."""
    return urlsafe_b64encode(bits).decode().rstrip("=")


def by_hand(code: str) -> str:
    """The code of a link as it is read out or typed: `0K3M-7Q2M-...`. Raises ValueError for what is none."""
    bits = urlsafe_b64decode(f"{code}==")
    if len(bits) != BYTES:
        raise ValueError("this is no code of 128 bits")
    return grouped(int.from_bytes(bits, "big"), _HAND)


def from_hand(words: str) -> str:
    """The code that somebody typed, as a link has it; "" for anything else. O is 0, I and L are 1."""
    typed = letters_in(words)
    if len(typed) != _HAND or typed[0] > "7":
        return ""
    number = sum(LETTERS.index(letter) << (5 * place) for place, letter in enumerate(reversed(typed)))
    return token(number.to_bytes(BYTES, "big"))


def spelled(words: str) -> str:
    """The code in words that are nothing but a code, in either spelling; "" for any others."""
    bare = words.strip()
    return from_hand(bare) or (bare if _LINK.fullmatch(bare) else "")


def grouped(number: int, letters: int) -> str:
    """The lowest bits of a number in so many letters, four to a group."""
    written = "".join(LETTERS[number >> (5 * place) & 31] for place in reversed(range(letters)))
    return "-".join(written[start : start + 4] for start in range(0, letters, 4))


def letters_in(words: str) -> str:
    """The letters that were typed, in whatever case and groups; "" when there is anything else."""
    typed = _BETWEEN.sub("", words).upper().translate(_ALIKE)
    return typed if typed and all(letter in LETTERS for letter in typed) else ""
