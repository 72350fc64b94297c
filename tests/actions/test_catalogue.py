"""The catalogue on a store: forty programmes in pages, those for a job and a sector first, and a link to one."""

from dataclasses import replace
from itertools import chain

from actions.edit_person import change
from actions.enlist import set_here
from actions.invite import invite
from domain.message import Notice
from domain.programme import Rules
from storage import enrolments, programmes
from storage.database import Connection, Database
from tests.actions.talk import Talk
from tests.storage.samples import MONDAY, enrolments_of, sample, settle_down

FORTY = 40


def furnish(tx: Connection) -> int:
    """Forty programmes beside the town's own, the last but one for librarians, the last for libraries; Ana's id."""
    town = settle_down(tx)
    rules = {FORTY - 2: Rules(jobs=("librarian",)), FORTY - 1: Rules(sectors=("libraries",))}
    for number in range(FORTY):
        made = replace(sample(f"p{number:02}"), rules=rules.get(number, Rules()))
        programmes.publish(tx, made, MONDAY)
    change(tx, None, town.ana, {"job": " Librarian "}, now=MONDAY)
    set_here(tx, town.here, {"sector": "LIBRARIES"}, MONDAY)
    invite(tx, person=town.ana, programme=town.programme, code="ana", now=MONDAY)
    return town.ana


def titles(talk: Talk) -> list[str]:
    """The programmes that the last message names, in its order."""
    (*_, last) = talk.heard
    assert isinstance(last, Notice)
    return [str(line.params["title"]) for line in last.lines if "title" in line.params]


async def test_forty_programmes_come_in_pages_and_mine_first(database: Database) -> None:
    await database.write(furnish)
    ana = Talk(database)
    await ana.join("ana")
    seen = []
    for page in ("/programmes", *(f"/programmes {number}" for number in range(2, 7))):
        await ana.says(page)
        seen.append(titles(ana))
    assert seen[0][:3] == ["p38 en", "p39 en", "small en"]
    assert sorted(chain.from_iterable(seen)) == sorted(
        ["small en", *(f"p{number:02} en" for number in range(FORTY))]
    )
    assert [len(page) for page in seen] == [8, 8, 8, 8, 8, 1]


async def test_a_link_shows_a_programme_and_one_tap_begins_it(database: Database) -> None:
    person = await database.write(furnish)
    ana, stranger = Talk(database), Talk(database, key="nobody")
    assert await stranger.says("/start p_p07") == ["join.stranger"]
    await ana.join("ana")
    (shown,) = await ana.says("/start p_p07")
    assert shown == "programmes.open+programmes.lessons+programmes.languages"
    assert len(await database.read(lambda tx: enrolments_of(tx, person))) == 1
    (*_, last) = ana.heard
    assert isinstance(last, Notice)
    assert await ana.says(last.choices[0].data) == ["card 0.0"]
    assert len(await database.read(lambda tx: enrolments_of(tx, person))) == 2


async def test_a_link_opened_before_joining_leaves_the_invitation_as_it_is(database: Database) -> None:
    await database.write(furnish)
    ana = Talk(database)
    await ana.says("/start ana")
    assert await ana.says("/start p_p07") == ["join.who"]
    assert await ana.says("/yes") == ["join.privacy"]


async def test_what_comes_after_others_begins_once_they_are_finished_or_by_an_invitation(
    database: Database,
) -> None:
    """And an invitation enrols whatever comes before."""

    def build(tx: Connection) -> tuple[int, int]:
        town = settle_down(tx)
        programmes.publish(tx, replace(sample("last"), rules=Rules(after=("small", "gone"))), MONDAY)
        last = programmes.by_slug(tx, "last")
        assert last is not None
        invite(tx, person=town.ana, programme=town.programme, code="ana", now=MONDAY)
        invite(tx, person=town.ben, programme=last, code="ben", now=MONDAY)
        return town.ana, town.ben

    person, other = await database.write(build)
    ana, ben = Talk(database), Talk(database, key="ben")
    await ana.join("ana")
    assert await ana.says("/enrol last") == ["programmes.not_yet"]
    (study,) = await database.read(lambda tx: enrolments_of(tx, person))
    await database.write(lambda tx: enrolments.set_state(tx, study.id, "finished"))
    assert await ana.says("/enrol last") == ["card 0.0"]
    await ben.join("ben")
    assert len(await database.read(lambda tx: enrolments_of(tx, other))) == 1
