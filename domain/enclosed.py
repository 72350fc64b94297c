"""What goes along with the words of an announcement: a picture, a file, addresses, and a question."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Final

from domain.language import DEFAULT, LANGUAGES, Language
from domain.programme import Picture
from domain.text import units

MOST_LINKS: Final = 3
MOST_LINK: Final = 500
MOST_LABEL: Final = 60  # on one line of a phone, or nearly
MOST_ALT: Final = 300
MOST_QUESTION: Final = 300
MOST_ANSWER: Final = 100
ANSWERS: Final = (2, 6)  # so few, and so many
LASTS: Final = (1, 2, 3, 7, 14, 30)  # days in which a question can be answered
MOST_FILE: Final = 20 * 1024 * 1024  # bytes
NOTE: Final = 140  # what is said of who sees the answers, at most
GAP: Final = 2  # between one thing that is written below another and the next
Said = Mapping[Language, str]


@dataclass(frozen=True, slots=True)
class File:
    """A file by the SHA-256 (hex) of its bytes; the bytes live in the store."""

    digest: str
    name: str
    size: int

    @property
    def path(self) -> str:
        """The path of its page; whoever knows it has been told it."""
        return f"/file/{self.digest}/{self.name}"


@dataclass(frozen=True, slots=True)
class Link:
    """An address: a button where it has a label, else it is written out below the words."""

    url: str
    labels: Said = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Poll:
    """A question with answers, of which each person chooses one. `named`: the coordinators see who chose what."""

    question: Said
    answers: tuple[Said, ...]
    named: bool = False
    days: int = 7

    @property
    def lasts(self) -> timedelta:
        """How long it can be answered."""
        return timedelta(days=self.days)

    def length(self, language: Language) -> int:
        """How long the question is with its answers below it, each behind its letter."""
        answers = (units(each.get(language, "")) + len("A. ") + 1 for each in self.answers)
        return NOTE + 2 * GAP + units(self.question.get(language, "")) + sum(answers)


@dataclass(frozen=True, slots=True)
class Enclosed:
    """All that goes along; `alts` say what is in the picture."""

    picture: Picture | None = None
    alts: Said = field(default_factory=dict)
    file: File | None = None
    links: tuple[Link, ...] = ()
    poll: Poll | None = None

    def shown(self, language: Language) -> Picture | None:
        """The picture with what is in it, in this language."""
        return self.picture and replace(self.picture, alt=said_in(self.alts, language))

    @property
    def digests(self) -> tuple[str, ...]:
        """Those of its bytes."""
        return tuple(each.digest for each in (self.picture, self.file) if each)

    @property
    def written(self) -> tuple[str, ...]:
        """The addresses that are written out."""
        return tuple(each.url for each in self.links if not any(each.labels.values()))


NOTHING: Final = Enclosed()


def said_in(said: Said, language: Language) -> str:
    """The words in the reader's language, or in the product's, or in any."""
    return said.get(language) or said.get(DEFAULT) or next((each for each in said.values() if each), "")


def length(words: str, enclosed: Enclosed, language: Language) -> int:
    """How long the words are with what is written out below them, as messengers count."""
    if not words:
        return 0
    asked = enclosed.poll.length(language) if enclosed.poll else 0
    return units(words) + sum(GAP + units(each) for each in enclosed.written) + asked


def missing(enclosed: Enclosed, spoken: Collection[Language]) -> list[tuple[str, Language | None]]:
    """What is not said, as a word for the sentence that says so, for readers of these languages."""
    found, poll = list[tuple[str, Language | None]](), enclosed.poll
    if poll and not ANSWERS[0] <= len(poll.answers) <= ANSWERS[1]:
        found.append(("answers", None))
    for each in (language for language in LANGUAGES if language in spoken):
        if enclosed.picture and not enclosed.alts.get(each):
            found.append(("alt", each))
        if any(any(link.labels.values()) and not link.labels.get(each) for link in enclosed.links):
            found.append(("label", each))
        if poll and not all(said.get(each) for said in (poll.question, *poll.answers)):
            found.append(("question", each))
    return found
