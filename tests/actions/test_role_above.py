"""Whoever has a role that one could not give: their address, place and leaving are not one's to change."""

from dataclasses import replace
from typing import Final

import pytest

from actions.edit_person import Unfit, change
from actions.import_roster import Choice, carry_out, preview, undo
from domain.organisation import Scope
from domain.rights import Role
from domain.roster_cells import Problem
from domain.roster_plan import Known
from storage import people, roster, sessions
from storage.database import Connection, Database
from storage.imports import Left
from storage.sessions import NewLink
from tests.actions.test_import_roster import NOW, TODAY, done, everybody, keep, planted, scope, sheet

SOON: Final = "2030-01-01"


def entrusted(tx: Connection, role: Role = "administrator", place: str = "here") -> dict[str, int]:
    """Ona coordinates the first library, and Rita, who is placed there, has this role."""
    at = planted(tx)
    people.grant(tx, at["ona"], at["here"], "coordinator")
    rita = people.add(tx, organisation=at["here"], name="Rita Ritė", email="rita@b.lt", language="lt")
    people.grant(tx, rita, at[place], role)
    return at | {"rita": rita}


@pytest.mark.parametrize(
    ("role", "place"),
    [("administrator", "here"), ("platform", "here"), ("author", "here"), ("coordinator", "other")],
)
async def test_nobody_takes_the_address_of_who_has_a_role_that_is_not_theirs_to_give(
    database: Database, role: Role, place: str
) -> None:
    def use(tx: Connection) -> None:
        at = entrusted(tx, role, place)
        ona, before = scope(tx, at["ona"]), everybody(tx)
        for cells, where in (
            ({"email": "mine@b.lt"}, None),
            ({"left_on": TODAY}, None),
            ({}, at["unit"]),
        ):
            with pytest.raises(Unfit, match="role_above"):
                change(tx, ona, at["rita"], cells, where, now=NOW)
        assert everybody(tx) == before
        change(tx, ona, at["rita"], {"email": "rita@b.lt", "job": "guide"}, at["here"], now=NOW)
        change(tx, None, at["rita"], {"email": "r@b.lt"}, now=NOW)
        assert people.email(tx, at["rita"]) == "r@b.lt"

    await database.write(use)


@pytest.mark.parametrize(
    ("last", "goes"), [({"email": "r@b.lt"}, "by another address"), ({"left_on": TODAY}, "as they have left")]
)
async def test_an_administrator_may_and_with_the_address_or_the_work_who_is_signed_in_goes(
    database: Database, last: dict[str, str], goes: str
) -> None:
    def use(tx: Connection) -> None:
        at = entrusted(tx)
        head, rita = scope(tx, at["head"]), at["rita"]
        sessions.start(tx, person=rita, token="s", now=NOW)
        sessions.add_link(tx, NewLink(rita, "l"), NOW)
        change(tx, head, rita, {"job": "guide", "left_on": SOON}, at["unit"], now=NOW)
        assert sessions.alive(tx, "s", NOW)
        change(tx, head, rita, last, now=NOW)
        assert (sessions.alive(tx, "s", NOW), sessions.link(tx, "l")) == (None, None), goes
        said = {"email": "rita@b.lt", "left_on": SOON} | last
        assert (said["email"], at["unit"], "Rita Ritė", "lt", "guide", said["left_on"]) in everybody(tx)

    await database.write(use)


async def test_rows_of_who_has_a_role_that_is_not_theirs_to_give_are_left_out(database: Database) -> None:
    def use(tx: Connection) -> None:
        at = entrusted(tx)
        roster.change(
            tx, [replace(was, said=replace(was.said, number="3")) for was in [known(tx, at["rita"])]]
        )
        rows = [["Rita Ritė", "mine@b.lt", "3", "", "", ""], ["New", "new@b.lt", "", "", "", ""]]
        moved = [["Rita Ritė", "rita@b.lt", "3", "Vaikai", "", ""]]
        job = [["Rita Ritė", "rita@b.lt", "3", "", "guide", ""]]
        ona, head = scope(tx, at["ona"]), scope(tx, at["head"])

        def fates(who: Scope, some: list[list[str]]) -> list[tuple[str, Problem | None]]:
            seen = preview(tx, sheet(*some), at["here"], who, NOW)
            return [(each.kind, each.problem) for each in seen.plan.fates]

        assert fates(ona, rows) == [("error", Problem("role_above")), ("new", None)]
        assert fates(ona, moved) == [("error", Problem("role_above"))]
        assert fates(ona, job) == [("changed", None)]
        assert fates(head, rows + moved)[1:2] == [("new", None)]
        carry_out(tx, keep(tx, at, rows[1]), ona, Choice(None, absent_left=True), NOW)
        assert {row[5] for row in everybody(tx)} == {""}, "nobody else is under her"
        sessions.start(tx, person=at["rita"], token="s", now=NOW)
        number = keep(tx, at, rows[0])
        carry_out(tx, number, head, Choice(None), NOW)
        assert sessions.alive(tx, "s", NOW) is None
        assert undo(tx, number, ona, NOW) == [Left(at["rita"], "above")]
        assert people.email(tx, at["rita"]) == "mine@b.lt"

    await database.write(use)


async def test_an_address_that_is_put_back_ends_what_the_other_one_began(database: Database) -> None:
    def use(tx: Connection) -> None:
        at = planted(tx)
        done(tx, at, ["Ona Onaitė", "ona@b.lt", "7", "", "", ""])
        number = done(tx, at, ["Ona Onaitė", "new@b.lt", "7", "", "", ""])
        sessions.start(tx, person=at["ona"], token="s", now=NOW)
        assert undo(tx, number, scope(tx, at["head"]), NOW) == []
        assert (people.email(tx, at["ona"]), sessions.alive(tx, "s", NOW)) == ("ona@b.lt", None)

    await database.write(use)


def known(tx: Connection, person: int) -> Known:
    found = roster.one(tx, person)
    assert found
    return found
