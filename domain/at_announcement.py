"""What is to be done about an announcement: who got it reads or answers it, or a coordinator makes one in the chat."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Literal, get_args

from domain.language import LANGUAGES, Language

Doing = Literal["show", "test", "send", "undo", "drop", "status", "approve", "refuse"]
DOINGS: Final[tuple[Doing, ...]] = get_args(Doing)
_PARTS: Final = 4  # of what is kept of words that are awaited


@dataclass(frozen=True, slots=True)
class Writing:
    """Words that are awaited: of an announcement at this place, in this language, for this `draft` (0: a new one)."""

    place: int
    language: Language
    draft: int
    until: datetime

    def written(self) -> str:
        """As it is kept."""
        return f"{self.place}:{self.language}:{self.draft}:{int(self.until.timestamp())}"


def writing_of(kept: str, now: datetime) -> Writing | None:
    """What is awaited now; None for nothing."""
    parts = kept.split(":")
    if len(parts) != _PARTS:
        return None
    place, tongue, draft, until = parts
    language = next(each for each in LANGUAGES if each == tongue)
    writing = Writing(int(place), language, int(draft), datetime.fromtimestamp(int(until), UTC))
    return writing if now < writing.until else None


@dataclass(frozen=True, slots=True)
class Confirm:
    """The person says that they have read this announcement; what became of it is said."""

    announcement: int


@dataclass(frozen=True, slots=True)
class Vote:
    """The person chooses this answer, by its number from 0, to the question of this announcement; what became of it is
    said."""

    announcement: int
    choice: int


@dataclass(frozen=True, slots=True)
class BeginAnnouncing:
    """The person wants to announce something at this `place` (0: that is asked, where there are several; they stand on
    pages). What becomes of it is said, as with the others that follow."""

    place: int = 0
    page: int = 1


@dataclass(frozen=True, slots=True)
class AwaitWords:
    """What the person writes next are these words of an announcement."""

    writing: Writing


@dataclass(frozen=True, slots=True)
class StopWriting:
    """What the person writes next is nothing of an announcement."""

    said: bool = False


@dataclass(frozen=True, slots=True)
class KeepWords:
    """These are the words that were awaited."""

    writing: Writing
    words: str


@dataclass(frozen=True, slots=True)
class DoAnnouncement:
    """Something is done with an announcement; `word` names what the person had seen of it, or which press this is."""

    doing: Doing
    announcement: int
    word: str = ""


Announcing = BeginAnnouncing | AwaitWords | StopWriting | KeepWords | DoAnnouncement
OfAnnouncement = Confirm | Vote | Announcing
