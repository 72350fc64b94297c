"""A learning record store that is slow, or set up wrongly: what it took it has, and nothing is put by for nothing."""

from datetime import timedelta
from functools import partial

import pytest

from storage.database import Database
from tests.console.town import Cast, Town
from tests.fakes.lrs import Lrs
from tests.zinute.test_lrs import LATER, OUTGOING, TELLER, cast, lrs, tell_all, to, told
from zinute.lrs import Line, Place, Untold, tell_once

__all__ = ["cast", "lrs", "to"]


async def test_one_alone_that_is_refused_waits_for_another_that_is_taken(
    database: Database, cast: Cast, lrs: Lrs, to: Place
) -> None:
    """Of one alone nobody knows whether it is wrong, or the store is set up wrongly."""
    await tell_all(database, to)
    lrs.bad = {"http://adlnet.gov/expapi/verbs/registered"}
    more, town = {"version": cast.safe[1]}, partial(Town, at=LATER - timedelta(minutes=5))
    await database.write(lambda tx: town(tx).note(cast.learner, "enrolled", **more))
    with pytest.raises(Untold, match="takes nothing: 400 bad"):
        await tell_all(database, to)
    assert ((await told(database)).waiting, (await told(database)).refused) == (1, 0)
    await database.write(lambda tx: town(tx).note(cast.learner, "programme_done", **more))
    await tell_all(database, to)
    assert ((await told(database)).waiting, (await told(database)).refused) == (0, 1)
    assert len(lrs.statements) == 9


async def test_a_slow_store_keeps_what_it_took_before_it_failed(
    database: Database, cast: Cast, lrs: Lrs, to: Place
) -> None:
    """After a failure each goes alone: the same fifty would fail for ever."""
    lrs.falls_after = 3
    with pytest.raises(Untold, match="it answered 503"):
        await tell_once(database, Line(OUTGOING, to), TELLER, LATER, alone=True)
    assert (len(lrs.statements), (await told(database)).waiting) == (3, 5)
    lrs.falls_after = 0
    await tell_once(database, Line(OUTGOING, to), TELLER, LATER, alone=True)
    assert (len(lrs.statements), (await told(database)).waiting) == (8, 0)
    assert {most for _, most in lrs.requests} == {1}
