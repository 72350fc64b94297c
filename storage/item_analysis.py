"""First answers of lessons, tallied by the store over the people of a scope."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import BigInteger, ColumnElement, Connection, Select, cast, distinct, func, or_, select

from domain.item_analysis import Tally
from domain.organisation import Scope
from domain.question_history import MANY, Place, code_of
from storage.answers import ANSWER
from storage.bulk import table
from storage.codec import load_indexes
from storage.enrolments import ENROLMENT
from storage.scoping import ENROLLED, theirs

SAMPLE: Final = 1_000  # people by whom questions are judged
_MODULUS: Final = 2**31 - 1  # a prime: ids that differ stay different
_MIX: Final = (
    1_327_217_885  # the golden ratio of it, which has no rhythm in common with any order of enrolment
)
_COLUMNS: Final = ("version_id", "lesson", "card", "chosen", "worth")
_ANSWERED: Final[Any] = ENROLLED.join(ANSWER, ANSWER.c.enrolment_id == ENROLMENT.c.id)
_GRADED: Final = (ANSWER.c.purpose == "lesson", ANSWER.c.worth.is_not(None))
_SPOT: Final[ColumnElement[int]] = ANSWER.c.lesson * MANY + ANSWER.c.card
_PLACE: Final = cast(ANSWER.c.version_id, BigInteger) * MANY * MANY + _SPOT


def every(people: int) -> int:
    """Where so many people learn a programme, one in so many is looked at: SAMPLE of them or fewer."""
    return max(1, -(-people // SAMPLE))


def versions(tx: Connection, scope: Scope, programme: int, each: int = 1) -> frozenset[int]:
    """The versions in which somebody of those who are looked at has answered."""
    rows = select(ANSWER.c.version_id).distinct().select_from(_ANSWERED)
    return frozenset(tx.execute(rows.where(*_mine(scope, programme, each))).scalars())


def tallies(
    tx: Connection, scope: Scope, programme: int, codes: Mapping[Place, int], each: int = 1
) -> dict[Place, list[Tally]]:
    """First answers that have a score, by where they were given: those of one enrolment in `each`.

    `codes` says which question stands where (domain.question_history). Each person's first answer to it counts. The
    rest of an answer is what their first answers to the programme's other questions are worth on average.
    """
    firsts = _firsts(scope, programme, codes, each).cte("firsts").prefix_with("MATERIALIZED")
    columns = tuple(firsts.c[name] for name in _COLUMNS)  # sorted narrow, which is quicker
    sums = (func.count(firsts.c.rest), func.sum(firsts.c.rest), func.sum(firsts.c.rest * firsts.c.rest))
    found = defaultdict[Place, list[Tally]](list)
    rows: Any = tx.execute(select(*columns, func.count(), *sums).group_by(*columns))
    for row in rows:
        version, lesson, card, chosen, worth, people, compared, rests, squares = row
        tally = Tally(load_indexes(chosen), worth, people, compared, rests or 0.0, squares or 0.0)
        found[version, lesson, card].append(tally)
    return found


def _firsts(scope: Scope, programme: int, codes: Mapping[Place, int], each: int) -> Select[Any]:
    """The first answers, each with its rest.

    As a rule every answer is a first one: only where an enrolment has more of them than questions are they sorted.
    """
    moved = _moved(codes).cte("moved").prefix_with("MATERIALIZED")  # so that it is looked up by an index
    whole = _whole(_mine(scope, programme, each), moved).cte("whole").prefix_with("MATERIALIZED")
    later = _later(whole, moved).cte("later").prefix_with("MATERIALIZED")
    people = _people(whole, later).cte("people").prefix_with("MATERIALIZED")
    rest = (people.c.worth - ANSWER.c.worth) / func.nullif(people.c.questions - 1, 0)
    first = or_(people.c.questions == people.c.answers, ANSWER.c.id.not_in(select(later.c.id)))
    return (
        select(*(ANSWER.c[name] for name in _COLUMNS), rest.label("rest"))
        .join_from(people, ANSWER, ANSWER.c.enrolment_id == people.c.enrolment_id)
        .where(*_GRADED, first)
    )


def _people(whole: Any, later: Any) -> Select[Any]:
    """The same of each enrolment as `whole` has it, with what its first answers are worth."""
    sums = select(later.c.enrolment_id, func.sum(later.c.worth).label("worth"))
    lost = sums.group_by(later.c.enrolment_id).subquery()
    worth = (whole.c.worth - func.coalesce(lost.c.worth, 0.0)).label("worth")
    rows = select(whole.c.enrolment_id, whole.c.questions, whole.c.answers, worth)
    return rows.join_from(whole, lost, lost.c.enrolment_id == whole.c.enrolment_id, isouter=True)


def _moved(codes: Mapping[Place, int]) -> Select[int, int]:
    """The codes of places; as a rule a question stands where it stands now, so that only the others are looked up."""
    moved = {place: code for place, code in codes.items() if code != code_of(place[1:])}
    return table({place[0] * MANY * MANY + code_of(place[1:]): code for place, code in moved.items()})


def _code(moved: Any) -> ColumnElement[int]:
    """Which question was answered."""
    return func.coalesce(moved.c.value, _SPOT)


def _whole(mine: tuple[ColumnElement[bool], ...], moved: Any) -> Select[Any]:
    """Each enrolment: how many questions it answered, in how many answers, and what these are worth."""
    columns = (
        ANSWER.c.enrolment_id,
        func.count(distinct(_code(moved))).label("questions"),
        func.count().label("answers"),
        func.sum(ANSWER.c.worth).label("worth"),
    )
    rows = select(*columns).select_from(_ANSWERED.outerjoin(moved, moved.c.key == _PLACE))
    return rows.where(*mine).group_by(ANSWER.c.enrolment_id)


def _later(whole: Any, moved: Any) -> Select[Any]:
    """Answers to what the same enrolment had answered before."""
    question = (ANSWER.c.enrolment_id, _code(moved))
    turn = func.row_number().over(partition_by=question, order_by=ANSWER.c.id).label("turn")
    answered = (
        select(ANSWER.c.id, ANSWER.c.enrolment_id, ANSWER.c.worth, turn)
        .join_from(whole, ANSWER, ANSWER.c.enrolment_id == whole.c.enrolment_id)
        .outerjoin(moved, moved.c.key == _PLACE)
        .where(*_GRADED, whole.c.questions < whole.c.answers)
        .subquery()
    )
    return select(answered.c.id, answered.c.enrolment_id, answered.c.worth).where(answered.c.turn > 1)


def _mine(scope: Scope, programme: int, each: int) -> tuple[ColumnElement[bool], ...]:
    picked = (ENROLMENT.c.id.in_(_sample(scope, programme, each)),) if each > 1 else ()
    return (*theirs(scope, programme), *picked, *_GRADED)


def _sample(scope: Scope, programme: int, each: int) -> Select[Any]:
    """One enrolment in `each`, mostly the same ones from day to day, whatever their ids have in common."""
    mixed = cast(ENROLMENT.c.id, BigInteger) * _MIX % _MODULUS
    turn, people = func.row_number().over(order_by=mixed).label("turn"), func.count().over().label("people")
    rows = select(ENROLMENT.c.id, turn, people).select_from(ENROLLED).where(*theirs(scope, programme))
    drawn = rows.subquery()
    return select(drawn.c.id).where(drawn.c.turn * each <= drawn.c.people)
