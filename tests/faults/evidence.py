"""What is known after a round, from the store, from the messenger's ledger, and from the harness's own notes.

The three do not know each other. Times are Unix seconds.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

DOUBTFUL: Final = ("", "ambiguous")
AT_MOST_ONCE: Final = ("announcement", "code")
TERMINAL: Final = ("sent", "unknown", "failed", "dropped", "expired")


@dataclass(frozen=True, slots=True)
class Attempt:
    """A try to send, as the store has it."""

    started_at: float
    outcome: str

    @property
    def doubtful(self) -> bool:
        """Whether it may have arrived without the store's knowing."""
        return self.outcome in DOUBTFUL


@dataclass(frozen=True, slots=True)
class Message:
    """A row of the outbox. `chat` is where it goes, `sent_as` the ledger's number of it ("" when not known).

    `text` are the words of an announcement; other messages get theirs when they are sent.
    """

    id: int
    key: str
    chat: int
    kind: str
    state: str
    due_at: float
    sent_as: str = ""
    reason: str = ""
    edits: bool = False
    announcement: int | None = None
    text: str = ""
    attempts: tuple[Attempt, ...] = ()

    @property
    def copies_allowed(self) -> int:
        """How many copies its kind may ever have: a second one only when an attempt is doubtful."""
        doubted = any(attempt.doubtful for attempt in self.attempts)
        return 2 if doubted and self.kind not in AT_MOST_ONCE else 1

    def __str__(self) -> str:
        tries = ", ".join(f"{each.outcome or '?'}@{each.started_at:.3f}" for each in self.attempts)
        return f"#{self.id} {self.key} ({self.kind}, {self.state}, sent as {self.sent_as or '-'}; {tries})"


@dataclass(frozen=True, slots=True)
class Copy:
    """A message that the messenger took: `content` is all that can be seen of it, `text` its words."""

    at: float
    chat: int
    message: int
    text: str
    content: str


@dataclass(frozen=True, slots=True)
class Update:
    """A row of the inbox. `origin` is the messenger's own number of the update."""

    id: int
    origin: str
    state: str


@dataclass(frozen=True, slots=True)
class Step:
    """A card that was shown to wait for its learner; a `question` is answered first and then read on."""

    key: str
    enrolment: int
    lesson: int
    card: int
    question: bool
    closed: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer that was recorded. `chosen` is as in the store: "0,2"."""

    step: str
    enrolment: int
    lesson: int
    card: int
    chosen: str


@dataclass(frozen=True, slots=True)
class Issued:
    """What a learner did: `what` is the text or the button's data, `origin` the messenger's number of the update.

    `many`: the button was one of a question with several answers.
    """

    at: float
    chat: int
    origin: str
    what: str
    many: bool = False

    @property
    def step(self) -> str:
        """The key of the step whose button was pressed; "" for anything else."""
        return "" if self.what.startswith("/") or ":" not in self.what else self.what.partition(":")[0]

    @property
    def choice(self) -> str:
        """What was chosen at that step."""
        return self.what.partition(":")[2] if self.step else ""


@dataclass(frozen=True, slots=True)
class Intended:
    """What the harness arranged to be sent: who is to be reminded, asked again, and told what (by text)."""

    reminders: frozenset[int] = frozenset()
    announcements: Mapping[str, frozenset[int]] = field(default_factory=dict)
    lessons: frozenset[tuple[int, int]] = frozenset()
    reviews: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Evidence:
    """All of it. `kills` are the moments at which a process died or froze, `gentle` when none did."""

    messages: tuple[Message, ...] = ()
    copies: tuple[Copy, ...] = ()
    updates: tuple[Update, ...] = ()
    steps: tuple[Step, ...] = ()
    answers: tuple[Answer, ...] = ()
    activities: Mapping[tuple[int, int, int], int] = field(default_factory=dict)
    issued: tuple[Issued, ...] = ()
    intended: Intended = field(default_factory=Intended)
    kills: tuple[float, ...] = ()
    late_allowed: bool = False
    integrity: str = "ok"
