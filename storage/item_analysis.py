"""First answers of lessons, tallied by the store over the people of a scope."""

from collections import defaultdict
from typing import Any

from sqlalchemy import ColumnElement, Connection, case, distinct, exists, func, or_, select

from domain.item_analysis import Tally
from domain.organisation import Scope
from storage.answers import ANSWER
from storage.codec import load_indexes
from storage.enrolments import ENROLMENT
from storage.people import PERSON
from storage.scoping import within


def tallies(tx: Connection, scope: Scope, programme: int) -> dict[tuple[int, str], list[Tally]]:
    """First answers that have a score, by (version, question).

    The rest of somebody's answer is what their first answers to the programme's other questions are worth on average.
    """
    each = _rests(scope, programme).cte("each").prefix_with("MATERIALIZED")  # sorted narrow, which is quicker
    columns = (each.c.version_id, each.c.question_id, each.c.chosen, each.c.worth)
    sums = (func.count(), func.count(each.c.rest), func.sum(each.c.rest), func.sum(each.c.rest * each.c.rest))
    rows = select(*columns, *sums).group_by(*columns)
    found = defaultdict[tuple[int, str], list[Tally]](list)
    for version, question, chosen, worth, people, compared, sums, squares in tx.execute(rows):
        tally = Tally(load_indexes(chosen), worth, people, compared, sums or 0.0, squares or 0.0)
        found[version, question].append(tally)
    return found


def _rests(scope: Scope, programme: int) -> Any:
    """Each first answer with its rest."""
    whole = _whole(scope, programme).cte("whole")
    rest = (whole.c.worth - ANSWER.c.worth) / func.nullif(whole.c.questions - 1, 0)
    names = ("version_id", "question_id", "chosen", "worth")
    return (
        select(*(ANSWER.c[name] for name in names), rest.label("rest"))
        .join_from(whole, ANSWER, ANSWER.c.enrolment_id == whole.c.enrolment_id)
        .where(*_graded(ANSWER), or_(whole.c.questions == whole.c.answers, _is_first(ANSWER)))
    )


def _whole(scope: Scope, programme: int) -> Any:
    """Each enrolment: how many questions it answered, in how many answers, and what the first ones are worth.

    As a rule every answer is a first one, and no answer need be looked at for others before it.
    """
    questions, answers = func.count(distinct(ANSWER.c.question_id)), func.count()
    again = ANSWER.alias("again")
    firsts = select(func.sum(again.c.worth)).where(
        again.c.enrolment_id == ANSWER.c.enrolment_id, *_graded(again), _is_first(again)
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
    joined = PERSON.join(ENROLMENT, ENROLMENT.c.person_id == PERSON.c.id)
    joined = joined.join(ANSWER, ANSWER.c.enrolment_id == ENROLMENT.c.id)
    mine = (within(scope, PERSON.c.organisation_id), ENROLMENT.c.programme_id == programme)
    rows = select(*columns).select_from(joined).where(*mine, *_graded(ANSWER))
    return rows.group_by(ANSWER.c.enrolment_id)


def _graded(answer: Any) -> tuple[ColumnElement[bool], ...]:
    return answer.c.purpose == "lesson", answer.c.worth.is_not(None)


def _is_first(answer: Any) -> ColumnElement[bool]:
    earlier = ANSWER.alias("earlier")
    same = (earlier.c.enrolment_id == answer.c.enrolment_id, earlier.c.question_id == answer.c.question_id)
    return ~exists().where(*same, *_graded(earlier), earlier.c.id < answer.c.id).correlate(answer)
