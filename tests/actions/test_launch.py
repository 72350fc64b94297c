"""A launch campaign before it starts: what is said of it, and whose it is."""

from dataclasses import replace
from typing import Any

import pytest

from actions import launch
from actions.launch import Changed, NotStarted
from domain.organisation import Scope
from storage import campaigns
from storage.database import Connection, Database
from storage.errors import NotFound
from tests.actions.launching import WORDS, furnish, planned, start
from tests.storage.samples import MONDAY


async def test_what_cannot_be_is_said_before(database: Database) -> None:
    def unit(tx: Connection) -> None:
        stand = furnish(tx)
        stages = campaigns.stages(tx, stand.campaign)
        campaign = launch.one(tx, stand.scope, stand.campaign)
        found = {each.place: each for each in launch.met(tx, campaign, stages, MONDAY, mails=False)}
        here, other = found[stand.land.library], found[stand.land.other]
        assert (here.heads, here.reached, here.people, here.missing, here.without) == (1, 1, 3, 2, 0)
        assert (here.faults, other.faults) == ((), ("no_head",))

        def wrong(**changes: Any) -> list[tuple[str, str | None]]:
            draft = replace(planned(stand.land), **changes)
            launch.save(tx, stand.scope, draft, MONDAY, which=stand.campaign)
            with pytest.raises(NotStarted) as error:
                start(tx, stand)
            return [(each.what, each.text) for each in error.value.faults]

        assert wrong(places=frozenset()) == [("nowhere", None)]
        assert wrong(days={"invite": 3, "remind": 1}) == [("days", None)]
        assert wrong(days={}) == [("nowhere", None), ("days", None)]
        assert wrong(texts={**WORDS, "heads": {"lt": ""}}) == [("text", "heads")]
        assert wrong(texts={**WORDS, "hand": {"lt": "x" * 4100}}) == [("long", "hand")]
        assert wrong(texts={**WORDS, "results": {"lt": "{name}"}}) == [("names", "results")]
        launch.save(tx, stand.scope, planned(stand.land), MONDAY, which=stand.campaign)
        with pytest.raises(NotStarted, match="mails"):
            start(tx, stand, mails=False)
        with pytest.raises(Changed):
            launch.start(tx, stand.scope, stand.campaign, MONDAY, seen="other", mails=True)

    await database.write(unit)


async def test_it_is_of_those_who_act_at_its_place(database: Database) -> None:
    def unit(tx: Connection) -> None:
        stand = furnish(tx)
        land = stand.land
        below = Scope(stand.head, frozenset({land.library, land.unit}), frozenset({"see", "act"}))
        with pytest.raises(NotFound):
            launch.one(tx, below, stand.campaign)
        for wrong in (planned(land), planned(land, place=land.library, programme=999)):
            with pytest.raises(NotFound):
                launch.save(tx, below, wrong, MONDAY)
        mine = launch.save(tx, below, planned(land, place=land.library), MONDAY)
        assert {each.place for each in campaigns.stages(tx, mine)} == {land.library}
        sees = replace(stand.scope, rights=frozenset({"see"}))
        assert start(tx, stand)
        for deed in ("pause", "resume", "cancel"):
            with pytest.raises(NotFound):
                launch.steer(tx, sees, stand.campaign, deed, MONDAY)
        assert not start(tx, stand)
        assert not launch.discard(tx, stand.scope, stand.campaign)
        with pytest.raises(NotFound):
            launch.save(tx, stand.scope, planned(land), MONDAY, which=stand.campaign)
        assert launch.discard(tx, below, mine)

    await database.write(unit)
