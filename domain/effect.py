"""What is to be done about something a person did: values, carried out by the action in one transaction."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Literal

from domain.at_announcement import OfAnnouncement
from domain.at_the_door import AtTheDoor
from domain.at_webinar import OfWebinar
from domain.correction import Wish
from domain.facts import Step, StudyState
from domain.grading import Given
from domain.language import Language
from domain.mailbox import Mailed
from domain.message import CopyKind, Message, Notice
from domain.sitting import Sitting

PauseReason = Literal["busy", "away", "known", "unfit", "other"]


@dataclass(frozen=True, slots=True)
class Say:
    """Write a message to the outbox. `edits_step` names the step whose message it changes instead."""

    message: Message
    edits_step: str = ""


@dataclass(frozen=True, slots=True)
class Join:
    """Use the invitation and bind this address to its person; one winner, the others see why."""

    invitation: int
    person: int


@dataclass(frozen=True, slots=True)
class Enrol:
    """Enrol the person in the newest version of a programme and begin its first lesson."""

    programme_id: int


@dataclass(frozen=True, slots=True)
class Renew:
    """Begin an enrolment again at the newest version of its programme; what was done in it before does not count."""

    enrolment: int
    programme_id: int


@dataclass(frozen=True, slots=True)
class MoveOn:
    """An unfinished study goes on in a newer version of its programme; whoever moves it second has lost.

    `places` says where each lesson that is done stands there (from, to); the others are forgotten. The learner waits at
    `lesson`, and no step of the old version but those of reviews is open any more.
    """

    enrolment: int
    old: int
    new: int
    places: tuple[tuple[int, int], ...]
    lesson: int


@dataclass(frozen=True, slots=True)
class Certify:
    """Issue the certificate of a study that was finished just now, and say `told` with what it is."""

    enrolment: int
    told: Notice


@dataclass(frozen=True, slots=True)
class SetLanguage:
    """Speak this language from now on."""

    language: Language


@dataclass(frozen=True, slots=True)
class SetHour:
    """Send lessons at this local hour."""

    hour: time


@dataclass(frozen=True, slots=True)
class SetDays:
    """Send lessons on these ISO weekdays."""

    days: frozenset[int]


@dataclass(frozen=True, slots=True)
class SetSnooze:
    """Neither lessons nor reminders until then; None: as usual."""

    until: datetime | None


@dataclass(frozen=True, slots=True)
class SetLeave:
    """Nothing comes by itself from the first local date to the last, both included; None: there is no leave."""

    first: date | None
    last: date | None


@dataclass(frozen=True, slots=True)
class Work:
    """The person works there too (or does not), by the number of a further employment; what became of it is said."""

    employment: int
    works: bool


@dataclass(frozen=True, slots=True)
class WorkHere:
    """The person came by the link of an organisation that takes them: they work there too."""

    organisation: int


@dataclass(frozen=True, slots=True)
class SetReviews:
    """Questions come back, or do not any more."""

    on: bool


@dataclass(frozen=True, slots=True)
class Move:
    """The learner stands at this card now (-1: the lesson waits); the study is active."""

    enrolment: int
    lesson: int
    card: int


@dataclass(frozen=True, slots=True)
class Wait:
    """The next lesson comes then; None: nothing is due."""

    enrolment: int
    until: datetime | None


@dataclass(frozen=True, slots=True)
class SetState:
    """Pause, resume or finish a study."""

    enrolment: int
    state: StudyState


@dataclass(frozen=True, slots=True)
class OpenStep:
    """A card waits for its learner."""

    step: Step


@dataclass(frozen=True, slots=True)
class CloseStep:
    """The step is done; whoever closes it second has lost."""

    key: str


@dataclass(frozen=True, slots=True)
class Ask:
    """An open step is shown again: it is the one asked last, so that words are about it."""

    key: str


@dataclass(frozen=True, slots=True)
class Select:
    """So much of the answer is chosen now."""

    key: str
    selected: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Record:
    """Keep an answer to a question of this version, and what it is worth; the first one counts."""

    step: Step
    version: int
    question: str
    given: Given
    worth: float | None

    @property
    def correct(self) -> bool | None:
        """Whether it is entirely right."""
        return None if self.worth is None else self.worth == 1


Hint = Literal["known", "enough", "again"]


@dataclass(frozen=True, slots=True)
class Remember:
    """A learner said of a question that came back: I know this, stop it, or ask it again after all."""

    programme: int
    question: str
    how: Hint


@dataclass(frozen=True, slots=True)
class FinishLesson:
    """A lesson was gone through; `right` of `graded` answers in it were right.

    `skipped`: it was not; an entry test has shown that it is known.
    """

    enrolment: int
    lesson: int
    right: int
    graded: int
    skipped: bool = False


@dataclass(frozen=True, slots=True)
class BeginTest:
    """A sitting begins; whoever begins it second has lost."""

    sitting: Sitting


@dataclass(frozen=True, slots=True)
class CountInTest:
    """The sitting has one more answer: so it stands now."""

    sitting: Sitting


@dataclass(frozen=True, slots=True)
class EndTest:
    """The sitting is over: so it stands now; whoever ends it second has lost."""

    sitting: Sitting


@dataclass(frozen=True, slots=True)
class SendCode:
    """A new code goes to this e-mail address, in this message."""

    mailed: Mailed
    address: str
    message: Notice


@dataclass(frozen=True, slots=True)
class CountWrong:
    """Something else than this code was typed; of two who count the same try, the second has lost."""

    mailed: Mailed


@dataclass(frozen=True, slots=True)
class Note:
    """Something for the coordinators' timeline that no other effect says."""

    what: Literal[
        "lesson_sent",
        "paused",
        "pause_reason",
        "resumed",
        "settings",
        "programme_done",
        "test_begun",
        "test_done",
    ]
    details: dict[str, str | int | bool | None]


@dataclass(frozen=True, slots=True)
class Find:
    """Look for words in the lessons. `said`: nobody asked for it; there has to be a card with all of them."""

    words: str
    said: bool = False


@dataclass(frozen=True, slots=True)
class Read:
    """Show a card to be read, outside of any study; `more`: where else one can go from it."""

    version: int
    lesson: int
    card: int
    more: bool = False


@dataclass(frozen=True, slots=True)
class Share:
    """Give the link to a lesson."""

    version: int
    lesson: int


@dataclass(frozen=True, slots=True)
class ShowOwnData:
    """Say what is kept of the person, in short."""


@dataclass(frozen=True, slots=True)
class GiveCopy:
    """Send the person a copy of everything that is kept of them."""

    kind: CopyKind


@dataclass(frozen=True, slots=True)
class MakeCalendar:
    """The person's calendar has the address that this seed makes from now on, and no other."""

    seed: str


@dataclass(frozen=True, slots=True)
class EndCalendar:
    """The person's calendar has no address any more."""


@dataclass(frozen=True, slots=True)
class AskCorrection:
    """The person asks their organisation to correct this; what became of it is said."""

    wish: Wish


@dataclass(frozen=True, slots=True)
class AskErasure:
    """Everything that is kept of the person is to be erased, in a moment."""


@dataclass(frozen=True, slots=True)
class StopHere:
    """This place is not the person's any more: nothing comes here by itself."""


# Effects that other effects follow, once what they are about was loaded.
Look = Find | Read | Share | ShowOwnData
Effect = (
    Say
    | AtTheDoor
    | Join
    | Enrol
    | Renew
    | MoveOn
    | Certify
    | SetLanguage
    | SetHour
    | SetDays
    | SetSnooze
    | SetLeave
    | SetReviews
    | Work
    | WorkHere
    | Move
    | Wait
    | SetState
    | OpenStep
    | CloseStep
    | Ask
    | Select
    | Record
    | Remember
    | FinishLesson
    | BeginTest
    | CountInTest
    | EndTest
    | SendCode
    | CountWrong
    | Note
    | GiveCopy
    | MakeCalendar
    | EndCalendar
    | AskCorrection
    | AskErasure
    | StopHere
    | Look
    | OfWebinar
    | OfAnnouncement
)
