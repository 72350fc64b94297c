"""What is known when a person does something: loaded by the action, read by the conversation."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Literal

from domain.at_announcement import Writing
from domain.certificate import Certificate
from domain.doorway import NOWHERE, Doorway
from domain.language import Language
from domain.mailbox import Mailbox
from domain.person import Person
from domain.programme import Card, LessonText, Programme
from domain.recall import Today
from domain.sharing import Basis
from domain.sitting import Sitting
from domain.webinar import Shown

StudyState = Literal["active", "paused", "finished"]
Purpose = Literal["lesson", "review", "test"]
CodeState = Literal["open", "used", "expired", "replaced"]


@dataclass(frozen=True, slots=True)
class Invitation:
    """An invitation as it stands for the address that shows its code. `here`: it was used at this very address.

    `programme` is what it begins (None: nothing yet); "replaced": there is a newer one; `moves`: its person made it
    for another messenger.
    """

    id: int
    person: Person
    programme: int | None
    state: CodeState
    here: bool = False
    moves: bool = False


@dataclass(frozen=True, slots=True)
class Study:
    """An enrolment with its programme.

    `lesson` and `card` count from 0, `card` is -1 while the lesson waits. `done` counts lessons; `right` of `graded`
    answers in the whole programme, `lesson_right` of `lesson_graded` in the current lesson. `lessons_done` are the
    lessons that count as done, `sittings` its tests so far. `giver`: which organisation alone gave it, where that is
    not the main one. `pace`: how many lessons a week come by themselves, as it was assigned; None: one on each of the
    learner's days. The fastest pace holds where several assignments reach it, and none at all is faster than any.
    `reminder_at`: when the first reminder of the lesson comes, where that is what comes next.
    """

    enrolment: int
    programme_id: int
    version: int
    programme: Programme
    state: StudyState
    lesson: int
    card: int
    due_at: datetime | None = None
    done: int = 0
    right: int = 0
    graded: int = 0
    lesson_right: int = 0
    lesson_graded: int = 0
    lessons_done: frozenset[int] = frozenset()
    sittings: tuple[Sitting, ...] = ()
    giver: int | None = None
    pace: int | None = None
    reminder_at: datetime | None = None

    def text(self, language: Language, lesson: int | None = None) -> LessonText:
        """The current lesson (or another by its index) in a language."""
        return self.programme.lessons[self.lesson if lesson is None else lesson].text(language)

    def waiting(self, lesson: int) -> "Study":
        """The study when this lesson waits in place of the current one."""
        return replace(self, lesson=lesson, card=-1, lesson_right=0, lesson_graded=0)


@dataclass(frozen=True, slots=True)
class Step:
    """A card that waits, or waited, for its learner.

    `selected` is what is chosen so far; once the question is answered (`question` is False then), what was chosen.
    `purpose`: the card is part of the lesson, comes back for review, or is asked in a test. `version`: the card is one
    of this version, whichever the learner is enrolled in.
    """

    key: str
    enrolment: int
    lesson: int
    card: int
    question: bool
    selected: tuple[int, ...] = ()
    closed: bool = False
    purpose: Purpose = "lesson"
    version: int | None = None

    def of(self, study: Study, language: Language) -> Card:
        """The card itself."""
        return study.text(language, self.lesson).cards[self.card]


@dataclass(frozen=True, slots=True)
class Shelf:
    """A programme that the person may enrol in. `bases` are what it is a copy of, the nearest first."""

    programme_id: int
    version: int
    programme: Programme
    bases: tuple[Basis, ...] = ()


@dataclass(frozen=True, slots=True)
class Held:
    """A certificate of the person's, and the enrolment that gave it (None: it is of a webinar)."""

    enrolment: int | None
    certificate: Certificate


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that a reply depends on.

    `person` is None until they joined. `pending` is the invitation being talked about, `agreed_name` whether the person
    said that the name is theirs, `shown` the invitation whose code came with this update. `open` is the step asked
    last, `pressed` the one whose key came with this update, `waiting` are the open steps of other studies.
    `awaited`: words that come now are an answer to the question at `open` (if it is one).
    `certificates` are the person's, the newest first, where what they did may be about them. `today` is known when this
    is about a question that came back, `mailbox` when it may be about a code that was sent by e-mail, `door` when it is
    about coming in. `dues` are the dates by which programmes were assigned, where they are to be said. `channel` is
    where they talk, `webinars` what they can register for or have, where it is about one. `announces`: they may tell
    people something, known where it matters; `writing` are words of it that are awaited from them.
    """

    now: datetime
    language: Language
    person: Person | None = None
    pending: Invitation | None = None
    agreed_name: bool = False
    shown: Invitation | None = None
    studies: tuple[Study, ...] = ()
    shelf: tuple[Shelf, ...] = ()
    open: Step | None = None
    pressed: Step | None = None
    waiting: tuple[Step, ...] = ()
    awaited: bool = True
    certificates: tuple[Held, ...] = ()
    today: Today | None = None
    mailbox: Mailbox | None = None
    dues: Mapping[int, date] = field(default_factory=dict)
    channel: str = ""
    door: Doorway = NOWHERE
    webinars: tuple[Shown, ...] = ()
    announces: bool = False
    writing: Writing | None = None

    @property
    def asked(self) -> bool:
        """Whether a question waits for its answer."""
        return self.open is not None and self.open.question

    @property
    def standing(self) -> tuple[Step, ...]:
        """Every step of this person that is open."""
        return (self.open, *self.waiting) if self.open else ()

    def study(self, enrolment: int) -> Study:
        """The study of an enrolment of this person."""
        return next(study for study in self.studies if study.enrolment == enrolment)

    def study_at(self, step: Step) -> Study:
        """The study that a step belongs to, with the version that its card is of."""
        study = self.study(step.enrolment)
        if step.version in (None, study.version):
            return study
        assert self.today is not None, "what came back is known with its version"
        return replace(study, version=self.today.edition.version, programme=self.today.edition.programme)

    def open_in(self, study: Study, purpose: Purpose = "lesson") -> Step | None:
        """The step of this study that waits for its learner."""
        wanted = (study.enrolment, purpose)
        return next((step for step in self.standing if (step.enrolment, step.purpose) == wanted), None)
