"""The results of a person in a programme, as e-diaries and HR systems take them."""

from dataclasses import astuple, dataclass, fields
from datetime import date
from typing import Final, Literal

ResultState = Literal["not_started", "learning", "paused", "finished"]


@dataclass(frozen=True, slots=True)
class Result:
    """A person and a programme that they learn, were assigned or invited to. docs/exchange.md says what each is.

    The names of the fields are those of the columns, and stay. Dates are those of the organisation's zone; None is an
    empty cell.
    """

    organisation_id: int
    organisation: str
    person_id: int
    person_number: str
    name: str
    email: str
    programme: str
    title: str
    version: int | None
    state: ResultState
    assigned_on: date | None = None
    due_on: date | None = None
    started_on: date | None = None
    finished_on: date | None = None
    lessons_done: int = 0
    lessons: int = 0
    right: int = 0
    graded: int = 0
    percent: int | None = None
    test_percent: int | None = None
    active_minutes: int = 0
    certificate: str = ""
    issued_on: date | None = None
    valid_until: date | None = None
    credential: str = ""


COLUMNS: Final = tuple(each.name for each in fields(Result))


def cells(result: Result) -> tuple[str, ...]:
    """What stands in the columns: numbers, ISO dates, and words in one line."""
    return tuple("" if value is None else " ".join(str(value).split()) for value in astuple(result))


def percent(part: float, whole: int) -> int | None:
    """A part as a percentage, rounded down, so that nobody has reached what they have not; None of nothing."""
    return int(part * 100 / whole + 1e-9) if whole else None


def result_state(state: str, *, started: bool) -> ResultState:
    """From the state of a study (active, paused, finished), and whether anything was done in it."""
    if state == "finished":
        return "finished"
    return ("paused" if state == "paused" else "learning") if started else "not_started"
