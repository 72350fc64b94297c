"""First answers of lessons, tallied by the store over the people of a scope."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, case, distinct, exists, func, or_, select

from domain.item_analysis import Tally
from domain.organisation import Scope
from domain.question_history import MANY, Place, code_of
from storage.answers import ANSWER
from storage.codec import load_indexes
from storage.enrolments import ENROLMENT
from storage.people import PERSON
from storage.time_spent import theirs

SAMPLE: Final = 1_000  # people by whom questions are judged


def every(people: int) -> int:
    """Where so many people learn a programme, every so-manieth is looked at: SAMPLE of them or fewer."""
    return max(1, -(-people // SAMPLE))


def versions(tx: Connection, scope: Scope, programme: int, each: int = 1) -> frozenset[int]:
    """The versions in which somebody of those who are looked at has answered."""
    rows = select(ANSWER.c.version_id).distinct().select_from(_ANSWERED)
    return frozenset(tx.execute(rows.where(*_mine(scope, programme, each))).scalars())


def tallies(
    tx: Connection, scope: Scope, programme: int, codes: Mapping[Place, int], each: int = 1
) -> dict[Place, list[Tally]]:
    """First answers that have a score, by where they were given: those of every `each`-th enrolment.

    `codes` says which question stands where (domain.question_history). Each person's first answer to it counts. The
    rest of an answer is what their first answers to the programme's other questions are worth on average.
    """
    whole = _whole(scope, programme, codes, each).cte("whole").prefix_with("MATERIALIZED")
    rest = (whole.c.worth - ANSWER.c.worth) / func.nullif(whole.c.questions - 1, 0)
    names = ("version_id", "lesson", "card", "chosen", "worth")
    first = or_(whole.c.questions == whole.c.answers, _is_first(ANSWER, codes))
    firsts = (
        select(*(ANSWER.c[name] for name in names), rest.label("rest"))
        .join_from(whole, ANSWER, ANSWER.c.enrolment_id == whole.c.enrolment_id)
        .where(*_graded(ANSWER), first)
        .cte("firsts")
        .prefix_with("MATERIALIZED")  # sorted narrow, which is quicker
    )
    columns = tuple(firsts.c[name] for name in names)
    sums = (func.count(firsts.c.rest), func.sum(firsts.c.rest), func.sum(firsts.c.rest * firsts.c.rest))
    found = defaultdict[Place, list[Tally]](list)
    rows: Any = tx.execute(select(*columns, func.count(), *sums).group_by(*columns))
    for row in rows:
        version, lesson, card, chosen, worth, people, compared, rests, squares = row
        tally = Tally(load_indexes(chosen), worth, people, compared, rests or 0.0, squares or 0.0)
        found[version, lesson, card].append(tally)
    return found


def _whole(scope: Scope, programme: int, codes: Mapping[Place, int], each: int) -> Any:
    """Each enrolment: how many questions it answered, in how many answers, and what the first ones are worth.

    As a rule every answer is a first one, and no answer need be looked at for others before it.
    """
    questions, answers, again = (
        func.count(distinct(_code(ANSWER, codes))),
        func.count(),
        ANSWER.alias("again"),
    )
    firsts = select(func.sum(again.c.worth)).where(
        again.c.enrolment_id == ANSWER.c.enrolment_id, *_graded(again), _is_first(again, codes)
    )
    worth = case(
        (questions == answers, func.sum(ANSWER.c.worth)), else_=firsts.correlate(ANSWER).scalar_subquery()
    )
    columns = (
        ANSWER.c.enrolment_id,
        questions.label("questions"),
        answers.label("answers"),
        worth.label("worth"),
    )
    rows = select(*columns).select_from(_ANSWERED).where(*_mine(scope, programme, each))
    return rows.group_by(ANSWER.c.enrolment_id)


_ANSWERED: Final[Any] = PERSON.join(ENROLMENT, ENROLMENT.c.person_id == PERSON.c.id).join(
    ANSWER, ANSWER.c.enrolment_id == ENROLMENT.c.id
)


def _mine(scope: Scope, programme: int, each: int) -> tuple[ColumnElement[bool], ...]:
    picked = (ENROLMENT.c.id % each == 0,) if each > 1 else ()
    return (*theirs(scope, programme), *picked, *_graded(ANSWER))


def _graded(answer: Any) -> tuple[ColumnElement[bool], ...]:
    return answer.c.purpose == "lesson", answer.c.worth.is_not(None)


def _code(answer: Any, codes: Mapping[Place, int]) -> ColumnElement[int]:
    """Which question was answered. As a rule it stands where it stands now, so that only the others are looked up."""
    spot: ColumnElement[int] = answer.c.lesson * MANY + answer.c.card
    moved = {place: code for place, code in codes.items() if code != code_of(place[1:])}
    if not moved:
        return spot
    place = (answer.c.version_id * MANY + answer.c.lesson) * MANY + answer.c.card
    whens = {(version * MANY + lesson) * MANY + card: code for (version, lesson, card), code in moved.items()}
    return case(whens, value=place, else_=spot)


def _is_first(answer: Any, codes: Mapping[Place, int]) -> ColumnElement[bool]:
    """Whether there is no earlier answer of the enrolment to the same question."""
    earlier = ANSWER.alias()
    same = (earlier.c.enrolment_id == answer.c.enrolment_id, _code(earlier, codes) == _code(answer, codes))
    return ~exists().where(*same, *_graded(earlier), earlier.c.id < answer.c.id).correlate(answer)
