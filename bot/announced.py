"""What a coordinator announces, in its reader's language."""

from collections.abc import Mapping

from bot.voice import Voice
from domain.language import DEFAULT, Language
from domain.message import Button, Content
from domain.text import Text, join


def announced(texts: Mapping[Language, str], voice: Voice, *, link: str = "", press: str = "") -> Content:
    """The words in the reader's language, or in the product's, or in any; the `link` stands below them.

    `press` is what the button sends that says that it was read; without one nobody is asked.
    """
    words = (
        texts.get(voice.language) or texts.get(DEFAULT) or next((each for each in texts.values() if each), "")
    )
    buttons = (Button(voice.say("announcement.read"), press),) if press else ()
    return Content(join(Text(words), Text(link)), buttons=buttons, written=bool(press))


def press_of(announcement: int) -> str:
    """What the button of an announcement sends; where there are no buttons, it is written."""
    return f"/confirm {announcement}"
