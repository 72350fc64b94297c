"""What a page sends, checked, and what it is sent."""

import json
from dataclasses import asdict
from typing import Annotated, Final, Self

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError, model_validator

from domain.event import Event, Incoming, Pressed, Said
from domain.fitting import MOST_BUTTON_BYTES
from domain.message import Content
from storage.webchat import Entry

MOST_BYTES: Final = 16 * 1024
MOST_TEXT: Final = 4000
Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=MOST_TEXT)]


class Sent(BaseModel):
    """What the visitor did: a text, or a press with the words that stood on the button."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    id: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{8,64}$")]
    text: Line = ""
    press: Line = ""
    label: Line = ""
    lang: Annotated[str, StringConstraints(max_length=35)] = ""

    @model_validator(mode="after")
    def _one_thing(self) -> Self:
        if bool(self.text) == bool(self.press):
            raise ValueError("either a text or a press")
        if len(self.press.encode()) > MOST_BUTTON_BYTES:
            raise ValueError(f"a press has at most {MOST_BUTTON_BYTES} bytes")
        if "\0" in self.text + self.press + self.label:
            raise ValueError("a character that no text has")
        return self

    @property
    def shown(self) -> str:
        """What stands in the visitor's own bubble, as JSON."""
        return json.dumps({"text": {"plain": self.label or self.text or self.press}, "press": self.press})

    def raw(self, address: str, language: str) -> str:
        """The update as it is stored in the inbox."""
        return json.dumps({"address": address, "text": self.text, "press": self.press, "language": language})


def understood(body: bytes) -> Sent | str:
    """What a page sent, or one sentence on why it is nothing."""
    try:
        return Sent.model_validate_json(body)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "message"
        return f"The {where} is not as it should be: {first['msg']}."


def incoming(raw: str) -> Incoming:
    """A stored update understood; raises on anything that raw() did not write."""
    match json.loads(raw):
        case {"address": str(address), "text": str(text), "press": str(press), "language": str(language)}:
            event: Event = Pressed(press) if press else Said(text)
            return Incoming(address, event, language)
    raise ValueError("not written by raw()")


def shown(content: Content) -> str:
    """A message of the bot's, as JSON."""
    return json.dumps(asdict(content))


def listed(entry: Entry) -> dict[str, object]:
    """An entry as the page reads it."""
    own = {"id": entry.id} if entry.who == "me" else {}
    known = {"seq": entry.seq, "revision": entry.revision, "who": entry.who, "at": entry.at.isoformat()}
    return {**json.loads(entry.body), **own, **known}
