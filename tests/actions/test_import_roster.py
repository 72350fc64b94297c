"""Rosters in the store: looked at, carried out whole or not at all, the same again changes nothing, taken back."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import select

from actions.assign import assign
from actions.edit_person import Unfit, add, change
from actions.employ import come
from actions.enlist import add_organisation, set_here
from actions.import_roster import Choice, NotImported, carry_out, preview, undo
from domain import rights
from domain.assigning import Terms
from domain.organisation import Scope
from domain.roster import Sheet, read
from domain.roster_cells import Problem
from domain.tree import Own
from storage import employments, imports, organisations, people, programmes, reached, roles, roster
from storage.audit import AUDIT
from storage.database import Connection, Database
from storage.imports import Deed, Left
from storage.people import PERSON, ROLE
from storage.reached import REACHED, Became
from tests.storage.samples import sample

NOW = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
TODAY = "2026-11-23"
HEAD = ["Name", "E-mail", "Staff number", "Unit", "Job", "Coordinator"]
ROWS = [
    ["Ona Onaitė", "ona@b.lt", "1", "", "guide", ""],
    ["Jonas Jonaitis", "jonas@b.lt", "2", "Vaikai", "", "yes"],
    ["Rita Ritė", "rita@b.lt", "3", "", "", ""],
]


def sheet(*rows: list[str]) -> Sheet:
    return read(list(enumerate([HEAD, *rows], 1)))


def planted(tx: Connection) -> dict[str, int]:
    """Two libraries, one with a unit; a coordinator in each, and in the first somebody who is there already."""
    country = add_organisation(tx, "Lietuva", Own(country="LT", contact="R"), "country", now=NOW)
    here = add_organisation(tx, "Biblioteka", Own(language="pl"), above=country, now=NOW)
    unit = add_organisation(tx, "Vaikai", Own(language="en"), "unit", here, now=NOW)
    other = add_organisation(tx, "Kita", Own(), above=country, now=NOW)
    add = partial(people.add, tx, language="lt")
    head = add(organisation=here, name="Vilma", email="v@b.lt")
    people.grant(tx, head, here, "administrator")
    ona = add(organisation=unit, name="Ona Onaitė", email="ona@b.lt")
    far = add(organisation=other, name="Far", email="far@b.lt")
    return {"here": here, "unit": unit, "other": other, "head": head, "ona": ona, "far": far}


def scope(tx: Connection, person: int) -> Scope:
    """What the authenticator makes of their roles, where they may act."""
    where = rights.held(roles.of_person(tx, person))
    return Scope(person, where.get("see", frozenset()), frozenset(where), where).only("act")


def seen(tx: Connection, person: int) -> frozenset[int]:
    return rights.held(roles.of_person(tx, person)).get("see", frozenset())


def keep(tx: Connection, at: dict[str, int], *rows: list[str]) -> int:
    return imports.add(
        tx, by=at["head"], organisation=at["here"], file="r.csv", read_as="utf-8", sheet=sheet(*rows), at=NOW
    )


def done(tx: Connection, at: dict[str, int], *rows: list[str], now: datetime = NOW, **said: bool) -> int:
    number, who = keep(tx, at, *rows), scope(tx, at["head"])
    sign = preview(tx, sheet(*rows), at["here"], who, now).sign
    carry_out(tx, number, who, Choice(sign, **said), now)
    return number


def everybody(tx: Connection) -> set[tuple[str, int, str, str, str, str]]:
    names = ("email", "organisation_id", "name", "language", "job", "left_on")
    there = select(*(PERSON.c[name] for name in names)).where(PERSON.c.erased_at.is_(None))
    return {tuple(row) for row in tx.execute(there)}


async def test_a_roster_is_carried_out_and_the_same_again_changes_nothing(database: Database) -> None:
    def use(tx: Connection) -> None:
        at = planted(tx)
        number = done(tx, at, *ROWS)
        assert everybody(tx) == {
            ("v@b.lt", at["here"], "Vilma", "lt", "", ""),
            ("far@b.lt", at["other"], "Far", "lt", "", ""),
            ("ona@b.lt", at["unit"], "Ona Onaitė", "lt", "guide", ""),
            ("jonas@b.lt", at["unit"], "Jonas Jonaitis", "en", "", ""),
            ("rita@b.lt", at["here"], "Rita Ritė", "pl", "", ""),
        }
        jonas = people.by_email(tx, "jonas@b.lt")
        assert jonas
        assert seen(tx, jonas) == {at["unit"]}
        listed = imports.newest(tx, scope(tx, at["head"]))
        assert [(each.id, each.by, each.state, each.counts["new"]) for each in listed] == [
            (number, "Vilma", "done", 2)
        ]
        before = everybody(tx)
        with pytest.raises(NotImported, match="nothing"):
            done(tx, at, *ROWS)
        assert everybody(tx) == before

    await database.write(use)


async def test_what_was_imported_is_taken_back(database: Database) -> None:
    def use(tx: Connection) -> None:
        at = planted(tx)
        before, roles = everybody(tx), set(tx.execute(select(ROLE)))
        number = done(tx, at, ["Ona P", "o.p@b.lt", "", "", "", ""], *ROWS[1:], absent_left=True)
        assert ("ona@b.lt", at["unit"], "Ona Onaitė", "lt", "", TODAY) in everybody(tx)
        assert undo(tx, number, scope(tx, at["head"]), NOW) == []
        assert (everybody(tx), set(tx.execute(select(ROLE)))) == (before, roles)
        with pytest.raises(NotImported, match="over"):
            undo(tx, number, scope(tx, at["head"]), NOW)

    await database.write(use)


async def test_whom_an_assignment_only_might_have_reached_is_taken_back(database: Database) -> None:
    def use(tx: Connection) -> None:
        at = planted(tx)
        programmes.publish(tx, sample("week"), NOW)
        terms = Terms(programmes.by_slug(tx, "week") or 0, at["here"], NOW.date())
        assignment = assign(tx, terms, by=None, now=NOW)
        number = done(tx, at, *ROWS[1:])
        jonas, rita = (people.by_email(tx, f"{name}@b.lt") or 0 for name in ("jonas", "rita"))
        became = [Became(assignment, jonas, "waiting"), Became(assignment, rita, "enrolled")]
        reached.add(tx, {assignment: terms.programme}, became, NOW)
        assert undo(tx, number, scope(tx, at["head"]), NOW) == [Left(rita, "begun")]
        assert people.by_email(tx, "jonas@b.lt") is None
        assert set(tx.execute(select(REACHED.c.person_id)).scalars()) == {rita}
        assert jonas not in reached.take_changed(tx, 99)

    await database.write(use)


async def test_what_changed_since_and_who_began_stay_and_are_told(database: Database) -> None:
    def use(tx: Connection) -> None:
        at = planted(tx)
        number = done(tx, at, ["Ona Petraitienė", "ona@b.lt", "7", "", "guide", ""], ROWS[2])
        change(tx, None, at["ona"], {"job": "head of guides"}, now=NOW)
        rita = people.by_email(tx, "rita@b.lt")
        assert rita
        people.grant(tx, rita, at["unit"], "coordinator")
        assert undo(tx, number, scope(tx, at["head"]), NOW) == [Left(rita, "begun"), Left(at["ona"], "job")]
        assert imports.kept(tx, number) == [Left(rita, "begun"), Left(at["ona"], "job")]
        now = {each[0]: each[2:] for each in everybody(tx)}
        assert now["ona@b.lt"] == ("Ona Onaitė", "lt", "head of guides", "")
        assert now["rita@b.lt"] == ("Rita Ritė", "pl", "", TODAY)
        ona = roster.one(tx, at["ona"])
        assert ona
        assert ona.said.number == ""

    await database.write(use)


async def test_an_address_that_somebody_else_has_meanwhile_is_not_put_back(database: Database) -> None:
    def use(tx: Connection) -> None:
        at = planted(tx)
        done(tx, at, ["Ona Onaitė", "ona@b.lt", "7", "", "", ""])
        number = done(tx, at, ["Ona Onaitė", "new@b.lt", "7", "Vaikai", "", ""])
        people.add(tx, organisation=at["here"], name="X", email="ona@b.lt", language="lt")
        assert undo(tx, number, scope(tx, at["head"]), NOW) == [Left(at["ona"], "email")]

    await database.write(use)


async def test_nobody_is_put_back_into_a_place_that_was_closed_meanwhile(database: Database) -> None:
    def use(tx: Connection) -> None:
        at = planted(tx)
        adults = add_organisation(tx, "Suaugusieji", Own(), "unit", at["here"], now=NOW)
        number = done(tx, at, ["Ona Onaitė", "ona@b.lt", "", "Suaugusieji", "guide", ""])
        who = scope(tx, at["head"])  # of a request that began before
        organisations.close(tx, [at["unit"]], NOW)
        assert undo(tx, number, who, NOW) == [Left(at["ona"], "place")]
        assert ("ona@b.lt", adults, "Ona Onaitė", "lt", "", "") in everybody(tx)

    await database.write(use)


async def test_nobody_is_put_into_a_place_that_was_closed_meanwhile(database: Database) -> None:
    """By hand, by a directory, by their address, or because they come themselves."""

    def use(tx: Connection) -> None:
        at = planted(tx)
        set_here(tx, at["unit"], {"domains": ("vaikai.lt",)}, NOW)
        before, who = everybody(tx), scope(tx, at["head"])
        organisations.close(tx, [at["unit"]], NOW)
        new = {"name": "X", "email": "x@vaikai.lt"}
        with pytest.raises(Unfit, match="place_unknown"):
            add(tx, who, new, at["unit"], now=NOW)
        with pytest.raises(Unfit, match="no_place"):
            add(tx, who, new, now=NOW)
        with pytest.raises(Unfit, match="place_unknown"):
            change(tx, who, at["head"], {}, at["unit"], now=NOW)
        with pytest.raises(Unfit, match="place_unknown"):
            change(tx, None, at["far"], {}, at["unit"], now=NOW)
        come(tx, at["far"], at["unit"], NOW)
        assert (everybody(tx), employments.of_person(tx, at["far"])) == (before, [])

    await database.write(use)


async def test_nobody_is_brought_back_in_a_place_that_was_closed_meanwhile(database: Database) -> None:
    """By hand, or by taking an import back by which they had left before."""

    def use(tx: Connection) -> None:
        at = planted(tx)
        number, who = (
            done(tx, at, ["Vilma", "v@b.lt", "", "", "", ""], absent_left=True),
            scope(tx, at["head"]),
        )
        organisations.close(tx, [at["unit"]], NOW)
        before = everybody(tx)
        assert ("ona@b.lt", at["unit"], "Ona Onaitė", "lt", "", TODAY) in before
        for by, day in ((None, ""), (who, ""), (None, "2026-11-24")):
            with pytest.raises(Unfit, match="place_unknown"):
                change(tx, by, at["ona"], {"left_on": day}, now=NOW)
        assert undo(tx, number, who, NOW) == [Left(at["ona"], "left_on")]
        assert everybody(tx) == before
        change(tx, None, at["ona"], {"left_on": "2026-11-20", "job": "guide"}, now=NOW)
        change(tx, None, at["ona"], {"left_on": ""}, at["here"], now=NOW)
        assert ("ona@b.lt", at["here"], "Ona Onaitė", "lt", "guide", "") in everybody(tx)

    await database.write(use)


async def test_what_would_do_something_else_by_now_does_nothing(database: Database) -> None:
    def use(tx: Connection) -> None:
        at = planted(tx)
        number, who = keep(tx, at, *ROWS), scope(tx, at["head"])
        sign = preview(tx, sheet(*ROWS), at["here"], who, NOW).sign
        change(tx, None, at["ona"], {"job": "guide"}, now=NOW)
        before = everybody(tx)
        with pytest.raises(NotImported, match="changed"):
            carry_out(tx, number, who, Choice(sign), NOW)
        assert everybody(tx) == before
        carry_out(tx, number, who, Choice(preview(tx, sheet(*ROWS), at["here"], who, NOW).sign), NOW)
        with pytest.raises(NotImported, match="over"):
            carry_out(tx, number, who, Choice(None), NOW)

    await database.write(use)


async def test_rows_that_are_wrong_hold_the_others_back_unless_they_may_be_left_out(
    database: Database,
) -> None:
    def use(tx: Connection) -> None:
        at, wrong = planted(tx), ["X", "x", "", "", "", ""]
        with pytest.raises(NotImported, match="partly"):
            done(tx, at, *ROWS, wrong)
        assert len(everybody(tx)) == 3
        done(tx, at, *ROWS, wrong, partly=True)
        assert len(everybody(tx)) == 5

    await database.write(use)


async def test_what_is_outside_the_scope_is_not_seen_and_not_changed(database: Database) -> None:
    def use(tx: Connection) -> None:
        at = planted(tx)
        who, far = scope(tx, at["head"]), ["Far Away", "FAR@b.lt", "", "", "", ""]
        seen = preview(tx, sheet(far), at["here"], who, NOW)
        assert [each.kind for each in seen.plan.fates] == ["asked"]
        assert [each.id for each in seen.plan.absent] == [at["ona"]]
        with pytest.raises(NotImported, match="no_organisation"):
            preview(tx, sheet(far), at["other"], who, NOW)
        number = done(tx, at, *ROWS)
        stranger = Scope(at["far"], frozenset({at["other"]}))
        assert imports.newest(tx, stranger) == []
        with pytest.raises(NotImported, match="over"):
            undo(tx, number, stranger, NOW)
        waiting = keep(tx, at, *ROWS)
        with pytest.raises(NotImported, match="over"):
            carry_out(tx, waiting, stranger, Choice(None), NOW)
        assert [each.id for each in imports.newest(tx, None)] == [number]

    await database.write(use)


async def test_what_was_imported_is_forgotten_with_the_time_to_take_it_back(database: Database) -> None:
    def use(tx: Connection) -> None:
        at = planted(tx)
        number, unused = done(tx, at, *ROWS), keep(tx, at, *ROWS)
        imports.forget(tx, NOW + timedelta(days=1))
        assert imports.get(tx, None, unused)
        assert imports.forget(tx, NOW + timedelta(days=1, seconds=1)) == 1
        assert imports.get(tx, None, unused) is None
        who, later = scope(tx, at["head"]), NOW + timedelta(days=30)
        assert (len(imports.deeds(tx, number)), imports.sheet(tx, number)) == (3, None)
        with pytest.raises(NotImported, match="over"):
            undo(tx, number, who, later)
        imports.forget(tx, later + timedelta(seconds=1))
        assert imports.deeds(tx, number) == list[Deed]()

    await database.write(use)


async def test_people_come_back_and_whoever_left_is_known_by_their_date(database: Database) -> None:
    def use(tx: Connection) -> None:
        at = planted(tx)
        was = roster.one(tx, at["ona"])
        assert was
        roster.change(tx, [replace(was, said=replace(was.said, left_on="2026-11-01"))])
        assert people.get(tx, at["ona"]).has_left(date(2026, 11, 1))
        done(tx, at, ["Ona Onaitė", "ona@b.lt", "", "", "", ""])
        assert people.get(tx, at["ona"]).left_on is None

    await database.write(use)


async def test_nobody_gives_a_role_that_is_not_theirs_to_give(database: Database) -> None:
    def use(tx: Connection) -> None:
        at = planted(tx)
        people.grant(tx, at["ona"], at["here"], "coordinator")
        ona = scope(tx, at["ona"])
        seen = preview(tx, sheet(*ROWS), at["here"], ona, NOW)
        assert [each.problem for each in seen.plan.fates] == [None, Problem("coordinator"), None]
        carry_out(tx, keep(tx, at, *ROWS), ona, Choice(None, partly=True), NOW)
        assert people.by_email(tx, "jonas@b.lt") is None
        new = {"name": "Jonas", "email": "jonas@b.lt", "coordinator": "yes"}
        with pytest.raises(Unfit, match="coordinator"):
            add(tx, ona, new, at["unit"], now=NOW)
        jonas = add(tx, scope(tx, at["head"]), new, at["unit"], now=NOW)
        assert roles.of_person(tx, jonas) == {"coordinator": {at["unit"]}}

    await database.write(use)


async def test_a_role_that_is_not_theirs_to_take_stays_when_an_import_is_taken_back(
    database: Database,
) -> None:
    def use(tx: Connection) -> None:
        at = planted(tx)
        people.grant(tx, at["ona"], at["here"], "coordinator")
        number = done(tx, at, ["Ona Onaitė", "ona@b.lt", "", "", "guide", "yes"], ROWS[1])
        jonas = people.by_email(tx, "jonas@b.lt")
        assert jonas
        left = undo(tx, number, scope(tx, at["ona"]), NOW)
        assert left == [Left(jonas, "above"), Left(at["ona"], "coordinates")]
        assert roles.of_person(tx, jonas) == {"coordinator": {at["unit"]}}
        assert people.get(tx, jonas).left_on is None

    await database.write(use)


async def test_the_log_tells_who_did_what_to_whom_without_a_word_of_theirs(database: Database) -> None:
    def use(tx: Connection) -> None:
        at = planted(tx)
        who = scope(tx, at["head"])
        number = done(tx, at, *ROWS, absent_left=True)
        jonas = people.by_email(tx, "jonas@b.lt")
        undo(tx, number, who, NOW)
        ona = add(tx, None, {"name": "Ona", "email": "o@b.lt"}, at["here"], now=NOW)
        words = {"name": "Ona Ona", "job": "guide", "left_on": "2026-11-01"}
        change(tx, who, ona, words, at["unit"], now=NOW)
        change(tx, who, ona, words, at["unit"], now=NOW)
        names = ("person_id", "what", "organisation_id", "about_id", "before", "after")
        after = AUDIT.c.what != "organisation.added"
        told = [tuple(row) for row in tx.execute(select(*(AUDIT.c[name] for name in names)).where(after))]
        head, here, unit = (at[name] for name in ("head", "here", "unit"))
        move = (ona, f'{{"place":{here}}}', f'{{"place":{unit}}}')
        assert told == [
            (head, "role.given", unit, jonas, "{}", '{"role":"coordinator"}'),
            (head, "roster.imported", here, number, "{}", '{"changed":1,"new":2}'),
            (head, "role.taken", unit, jonas, '{"role":"coordinator"}', "{}"),
            (head, "roster.undone", here, number, "{}", '{"back":3}'),
            (None, "person.added", here, ona, "{}", "{}"),
            (head, "person.changed", unit, ona, "{}", '{"words":"name job"}'),
            (head, "person.left", unit, ona, "{}", "{}"),
            (head, "person.moved", here, *move),
            (head, "person.moved", unit, *move),
        ]

    await database.write(use)


async def test_a_file_for_several_organisations_is_told_to_each(database: Database) -> None:
    def use(tx: Connection) -> None:
        at = planted(tx)
        rows = [["Ona", "ona@b.lt", "", "Kita", "", ""], ["New", "n@b.lt", "", "Vaikai", "", ""]]
        both = imports.add(tx, by=None, organisation=None, file="r", read_as="", sheet=sheet(*rows), at=NOW)
        carry_out(tx, both, None, Choice(None), NOW)
        after = AUDIT.c.what != "organisation.added"
        deeds = select(AUDIT.c.organisation_id, AUDIT.c.after).where(after)
        told = tx.execute(deeds.order_by(AUDIT.c.number)).all()
        assert [tuple(row) for row in told] == [
            (at["here"], '{"away":1,"new":1}'),
            (at["other"], '{"moved":1}'),
        ]

    await database.write(use)
