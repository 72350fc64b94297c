"""What a coordinator learns of how much is still known, and what one of another organisation does not."""

from functools import partial

from domain.organisation import Scope
from domain.retention import Retained, retained
from storage import retention
from storage.database import Database
from storage.people import PERSON
from tests.actions.coming_back import DAY, joined, named
from tests.storage.samples import MONDAY, rows


async def test_answers_of_a_scope_by_the_days_since_the_first(database: Database) -> None:
    ana = await joined(database, named("small"))
    await ana.leap(MONDAY + 130 * DAY)
    [(here,)] = await rows(database, PERSON.c.organisation_id, where=PERSON.c.id == ana.person)
    coordinator, stranger, blind = (
        Scope(1, frozenset({here})),
        Scope(1, frozenset({here + 1})),
        Scope(1, frozenset({here}), frozenset()),
    )
    found = await database.read(partial(retention.answers, scope=coordinator, person=ana.person))
    assert found == [(each, True) for each, _ in found]
    assert len(found) >= 2
    assert Retained(30, 2, 2) in retained(found)
    assert await database.read(partial(retention.answers, scope=coordinator)) == found
    for scope, person in ((stranger, None), (stranger, ana.person), (blind, None), (coordinator, 99)):
        assert await database.read(partial(retention.answers, scope=scope, person=person)) == []
