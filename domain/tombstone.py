"""By what somebody who was erased is known again in a restored backup, without saying who it was."""

import hmac
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

_OF_A_KEY: Final = b"zinute: who was erased"


@dataclass(frozen=True, slots=True)
class Marks:
    """Keyed hashes of a person's e-mail address, and of their places in messengers."""

    mail: str
    places: frozenset[str]

    def written(self) -> str:
        """As JSON; `read` is the way back."""
        return json.dumps({"mail": self.mail, "places": sorted(self.places)})


def read(written: str) -> Marks:
    """What `written` has given."""
    found = json.loads(written)
    return Marks(str(found["mail"]), frozenset(map(str, found["places"])))


def marks(key: bytes, email: str, places: Iterable[tuple[str, str]]) -> Marks:
    """Those of a person; `places` are messengers with their key in each. Without the key nobody can make them."""
    return Marks(_mark(key, "", email), frozenset(place(key, *each) for each in places))


def place(key: bytes, channel: str, word: str) -> str:
    """The hash of one place in a messenger."""
    return _mark(key, channel, word)


def organisation(key: bytes, number: int, name: str) -> str:
    """The hash of an organisation that was closed, by its number and what it was called."""
    return _mark(key, f"organisation {number}", name)


def _mark(key: bytes, channel: str, word: str) -> str:
    own = hmac.digest(key, _OF_A_KEY, "sha256")
    return hmac.new(own, f"{channel}\0{word}".encode(), "sha256").hexdigest()[:32]
