"""What a coordinator announces, in its reader's language."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.voice import Voice
from domain.enclosed import NOTHING, Enclosed, File, Poll, said_in
from domain.language import Language
from domain.message import Button, Content, Paper
from domain.text import Text, join, marked


@dataclass(frozen=True, slots=True)
class Telling:
    """What is told to many; `number` is the announcement's (0: it is only looked at). `gone`: it is taken back."""

    texts: Mapping[Language, str]
    enclosed: Enclosed = NOTHING
    confirms: bool = False
    number: int = 0
    gone: bool = False


def announced(telling: Telling, voice: Voice) -> Content:
    """The words in the reader's language, or in the product's, or in any, with all that goes along.

    Addresses without a label stand below the words.
    """
    enclosed, language = telling.enclosed, voice.language
    if telling.gone:
        return _withdrawn(enclosed, voice)
    read = (Button(voice.say("announcement.read"), press_of(telling.number)),) if telling.confirms else ()
    poll = enclosed.poll
    labels = ((said_in(each.labels, language), each.url) for each in enclosed.links)
    plain = (*read, *(Button(label, "", url) for label, url in labels if label))
    words = (Text(said_in(telling.texts, language)), *map(Text, enclosed.written))
    return Content(
        join(*words, *(_asked(poll, voice) if poll else ())),
        enclosed.shown(language),
        _answers(poll, telling.number, language) if poll else plain,
        "one" if poll else "none",
        more=plain if poll else (),
        written=bool(read or poll),
        paper=_paper(enclosed.file, voice) if enclosed.file else None,
    )


def _withdrawn(enclosed: Enclosed, voice: Voice) -> Content:
    """That it is no more; what was along says of what kind the message is."""
    file = enclosed.file
    paper = Paper(file.digest, file.name, None, file.size) if file else None
    words = Text(voice.say("announcement.withdrawn"))
    return Content(words, enclosed.shown(voice.language), paper=paper, gone=True)


def _asked(poll: Poll, voice: Voice) -> tuple[Text, ...]:
    """The question, and who sees what is answered."""
    told = voice.say("poll.named" if poll.named else "poll.anonymous")
    return marked(said_in(poll.question, voice.language), "bold"), marked(told, "italic")


def _answers(poll: Poll, number: int, language: Language) -> tuple[Button, ...]:
    said = (said_in(each, language) for each in poll.answers)
    return tuple(Button(label, f"/vote {number} {place}") for place, label in enumerate(said, 1))


def _paper(file: File, voice: Voice) -> Paper:
    """The file; whoever cannot be sent it is led to it, where there is an address that leads there."""
    link = None
    if voice.address is not None:
        link = Button(voice.say("announcement.file", name=file.name), "", f"{voice.address}{file.path}")
    return Paper(file.digest, file.name, link, file.size)


def press_of(announcement: int) -> str:
    """What the button of an announcement sends; where there are no buttons, it is written."""
    return f"/confirm {announcement}"
