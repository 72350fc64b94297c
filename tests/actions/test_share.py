"""Programmes of organisations: who may learn, copy and change them, what a copy says, and following its original."""

from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Final

import pytest

from actions import author, follow, share
from actions.assign import NotAssigned, assign
from actions.facts import shelf
from actions.find import find, index, open_lesson
from actions.publish import publish
from domain.assigning import Terms
from domain.message import Notice, Place
from domain.organisation import Scope
from domain.programme import Programme, Rules
from domain.sharing import Reach
from domain.tree import Own
from lessons import editing
from lessons.library import Draft
from storage import audit, drafts, enrolments, invitations, organisations, programmes, sharing
from storage.audit import AUDIT
from storage.database import Connection, Database
from storage.errors import NotFound
from tests.actions.talk import Talk
from tests.storage.samples import MONDAY, Town, address, rows, sample, settle_down

LATER = MONDAY + timedelta(hours=1)
OPEN: Final = Rules(owner="Zinute", licence="CC BY-SA 4.0")


def writing(person: int, *places: int) -> Scope:
    return Scope(person, frozenset(places), frozenset({"see", "act", "write"}))


@pytest.fixture
async def town(database: Database) -> Town:
    return await database.write(partial(settle_down, programme=replace(sample(), rules=OPEN)))


async def copy(database: Database, town: Town, slug: str = "small") -> str:
    scope = writing(town.ana, town.here)
    name = await database.write(partial(share.copy, scope=scope, slug=slug, place=town.here, now=LATER))
    assert name
    return name


async def offer(
    database: Database, town: Town, slug: str, reach: Reach, licence: str = "CC BY-SA 4.0"
) -> str:
    scope = writing(town.ana, town.here)
    return await database.write(
        partial(share.state, scope=scope, slug=slug, reach=reach, licence=licence, now=LATER)
    )


async def learns(database: Database, place: int | None) -> list[str]:
    return [
        each.programme.slug for each in await database.read(partial(shelf, places=[place] if place else ()))
    ]


async def id_of(database: Database, slug: str) -> int:
    found = await database.read(partial(programmes.by_slug, slug=slug))
    assert found
    return found


async def upstream(database: Database, programme: Programme) -> None:
    put = partial(programmes.publish, programme=replace(programme, rules=OPEN), at=LATER)
    assert await database.write(put)


async def original(database: Database, town: Town, slug: str) -> follow.Original:
    look = partial(follow.look, scope=writing(town.ana, town.here), slug=slug)
    found = (await database.read(look))[1]
    assert found
    return found


async def test_a_copy_is_a_draft_of_its_owner_and_says_what_it_is_based_on(
    database: Database, town: Town
) -> None:
    name = await copy(database, town)
    assert name == "small-biblioteka"
    assert await learns(database, town.here) == ["small"]
    copied = await id_of(database, name)
    (basis,) = (await database.read(sharing.bases))[copied]
    assert (basis.programme.slug, basis.number, basis.by) == ("small", 1, "Zinute")
    newest = await database.read(partial(programmes.newest_by_slug, slug=name))
    assert newest
    assert newest.rules == replace(OPEN, owner="Biblioteka")
    assert await offer(database, town, name, "own") == "set"
    assert await learns(database, town.here) == ["small", name]
    assert await copy(database, town) == "small-biblioteka-2"
    again = await copy(database, town, name)
    bases = (await database.read(sharing.bases))[await id_of(database, again)]
    assert [(each.programme.slug, each.by) for each in bases] == [(name, "Biblioteka"), ("small", "Zinute")]


async def test_a_programme_is_learned_in_its_owners_tree_until_others_take_it_into_their_list(
    database: Database, town: Town
) -> None:
    unit = await database.write(
        partial(organisations.add_place, name="Skyrius", own=Own(), level="unit", above=town.here)
    )
    name = await copy(database, town)
    await offer(database, town, name, "own")
    number, kari = await id_of(database, name), writing(town.kari, town.elsewhere)
    adopt = partial(share.adopt, programme=number, place=town.elsewhere, now=LATER)
    for place, theirs in ((unit, True), (town.here, True), (town.elsewhere, False), (None, False)):
        assert (name in await learns(database, place)) is theirs
    with pytest.raises(NotFound):
        await database.write(partial(adopt, scope=kari))
    await offer(database, town, name, "everybody")
    assert await learns(database, None) == ["small", name]
    assert await learns(database, town.elsewhere) == ["small"]
    found = await database.read(partial(share.to_adopt, scope=kari))
    assert ([each.programme.slug for each in found.new], found.had) == ([name], [])
    assert await database.write(partial(adopt, scope=kari))
    assert not await database.write(partial(adopt, scope=kari))
    with pytest.raises(NotFound):
        await database.write(partial(adopt, scope=writing(town.kari)))
    assert await learns(database, town.elsewhere) == ["small", name]
    found = await database.read(partial(share.to_adopt, scope=kari))
    had = [(each.programme.slug, place) for each, place in found.had]
    assert (found.new, had, found.gone) == ([], [(name, town.elsewhere)], [])
    drop = partial(share.drop, scope=kari, programme=number, place=town.elsewhere, now=LATER)
    assert await database.write(drop)
    assert not await database.write(drop)
    assert await learns(database, town.elsewhere) == ["small"]


async def test_of_what_was_taken_back_others_see_no_more_than_what_their_people_learn(
    database: Database, town: Town
) -> None:
    name = await copy(database, town)
    number, kari = await id_of(database, name), writing(town.kari, town.elsewhere)
    await offer(database, town, name, "everybody")
    await database.write(partial(share.adopt, scope=kari, programme=number, place=town.elsewhere, now=LATER))
    first = (await database.read(programmes.newest))[number]
    await offer(database, town, name, "draft")
    secret = replace(sample(name, words=" secret"), rules=OPEN)
    assert await database.write(partial(programmes.publish, programme=secret, at=LATER, by=town.ana))
    found = await database.read(partial(share.to_adopt, scope=kari))
    assert (found.had, found.gone) == ([], [(number, "Biblioteka", town.elsewhere)])
    assert number not in await database.read(partial(sharing.known, scope=kari))
    begin = partial(enrolments.enrol, person=town.kari, programme=number, version=first, at=LATER)
    await database.write(begin)
    found = await database.read(partial(share.to_adopt, scope=kari))
    assert ([each.programme.lessons for each, _ in found.had], found.gone) == ([sample().lessons], [])
    assert (await database.read(partial(sharing.known, scope=kari)))[number] == first


async def test_what_is_not_theirs_is_not_found_read_or_assigned(database: Database, town: Town) -> None:
    name = await copy(database, town)
    await offer(database, town, name, "own")
    await database.write(index)
    lessons = partial(find, words="text", language="lt")

    async def found(place: int) -> set[str]:
        return {hit.programme.slug for hit in await database.read(partial(lessons, place=place))}

    assert await found(town.here) == {"small", name}
    assert await found(town.elsewhere) == {"small"}
    assert await database.read(lambda tx: open_lesson(tx, name, "00")) is None
    number = await id_of(database, name)
    version = (await database.read(programmes.newest))[number]
    for place, may in ((town.here, True), (town.elsewhere, False), (None, False)):
        assert await database.read(partial(sharing.may_read, version_id=version, place=place)) is may

    def give(tx: Connection, place: int) -> int:
        return assign(tx, Terms(number, place, MONDAY.date()), by=town.ana, now=MONDAY)

    assert await database.write(partial(give, place=town.here))
    with pytest.raises(NotAssigned) as refused:
        await database.write(partial(give, place=town.elsewhere))
    assert refused.value.faults == ("programme",)
    common = partial(sharing.for_all, places=[town.here, town.elsewhere])
    assert await database.read(common) == {town.programme: town.version}
    assert set(await database.read(partial(sharing.for_all, places=[town.here]))) == {town.programme, number}


async def test_authors_change_what_is_theirs_and_the_installations_only_who_writes_everywhere(
    database: Database, town: Town
) -> None:
    name = await copy(database, town)
    here, elsewhere = writing(town.ana, town.here), writing(town.kari, town.elsewhere)
    both = writing(town.ana, town.here, town.elsewhere)
    for scope, slug, may in (
        (here, name, True),
        (here, "small", False),
        (elsewhere, name, False),
        (elsewhere, "small", False),
        (both, name, True),
        (both, "small", True),
    ):
        desk = partial(author.desk, scope=scope, slug=slug)
        if may:
            assert (await database.read(desk)).programme.slug == slug
        else:
            with pytest.raises(NotFound):
                await database.read(desk)
    others = partial(share.of_others, scope=elsewhere)
    assert [each.programme.slug for each in await database.read(others)] == ["small"]
    with pytest.raises(NotFound):  # a draft of others
        await database.write(partial(share.copy, scope=elsewhere, slug=name, place=town.elsewhere, now=LATER))
    with pytest.raises(NotFound):  # for others
        await database.write(partial(share.copy, scope=elsewhere, slug="small", place=town.here, now=LATER))


async def test_what_its_licence_forbids_is_not_copied_and_alike_stays_alike(
    database: Database, town: Town
) -> None:
    name = await copy(database, town)
    assert await offer(database, town, name, "everybody", "CC BY 4.0") == "refused"
    free = replace(sample("free"), rules=replace(OPEN, licence="CC BY 4.0"))
    await database.write(partial(programmes.publish, programme=free, at=LATER))
    mine = await copy(database, town, "free")
    assert await offer(database, town, mine, "everybody", "all rights reserved") == "set"
    assert await offer(database, town, mine, "everybody", "none at all") == "refused"
    scope = writing(town.kari, town.elsewhere)
    put = partial(share.copy, scope=scope, slug=mine, place=town.elsewhere, now=LATER)
    assert await database.write(put) is None
    both = writing(town.ana, town.here, town.elsewhere)
    with pytest.raises(NotFound):
        await database.write(
            partial(share.state, scope=both, slug="small", reach="own", licence="CC BY 4.0", now=LATER)
        )


async def test_what_changed_in_the_original_is_shown_and_taken_over(database: Database, town: Town) -> None:
    name = await copy(database, town)
    await upstream(database, sample(lessons=3, words=" new"))
    there = await original(database, town, name)
    assert [(each.slug, each.kind, each.free) for each in there.changes] == [
        ("00", "changed", True),
        ("01", "changed", True),
        ("02", "added", True),
    ]
    assert (there.seen.number, there.newest.number, there.number) == (1, 2, 1)
    scope = writing(town.ana, town.here)
    take = partial(follow.take, scope=scope, slug=name, now=LATER)
    assert await database.write(partial(take, lesson="00", newest=town.version)) == "changed"
    assert await database.write(partial(take, lesson="none", newest=there.newest.id)) == "changed"
    for lesson in ("00", "02"):
        assert await database.write(partial(take, lesson=lesson, newest=there.newest.id)) == "taken"
    assert [each.slug for each in (await original(database, town, name)).changes] == ["01"]
    copied = await database.read(partial(programmes.newest_by_slug, slug=name))
    assert copied
    assert (copied.lessons[0], copied.lessons[2]) == (there.after.lessons[0], there.after.lessons[2])
    see = partial(follow.see, scope=scope, slug=name)
    assert await database.write(partial(see, newest=town.version)) == "changed"
    assert await database.write(partial(see, newest=there.newest.id)) == "seen"
    assert (await original(database, town, name)).changes == ()
    await upstream(database, sample(lessons=3, words=" newer"))
    again = await original(database, town, name)
    assert [(each.slug, each.free) for each in again.changes] == [("00", True), ("01", True), ("02", True)]


async def test_a_translation_that_no_longer_fits_becomes_a_draft(database: Database, town: Town) -> None:
    spoken = replace(sample("spoken", languages=("lt", "en")), rules=OPEN)
    await database.write(partial(programmes.publish, programme=spoken, at=LATER))
    name = await copy(database, town, "spoken")
    scope = writing(town.ana, town.here)
    desk = await database.read(partial(author.desk, scope=scope, slug=name))
    source = editing.written(desk.programme, ("00", "pl"))
    assert source
    made = editing.edited(desk.programme, {("00", "pl"): source}).programme
    put = partial(author.put, scope=scope, here=desk, programme=made, now=LATER)
    await database.write(put)
    first = spoken.lessons[0]
    fewer = replace(first, texts=tuple(replace(each, cards=each.cards[:2]) for each in first.texts))
    await upstream(database, replace(spoken, lessons=(fewer, *spoken.lessons[1:])))
    there = await original(database, town, name)
    assert [(each.slug, each.free) for each in there.changes] == [("00", True)]
    take = partial(follow.take, scope=scope, slug=name, lesson="00", newest=there.newest.id, now=LATER)
    assert await database.write(take) == "taken"
    after = await database.read(partial(author.desk, scope=scope, slug=name))
    assert after.programme.lessons[0] == fewer
    assert {key: each.source for key, each in after.drafts.items()} == {("00", "pl"): source}
    assert not after.late(after.drafts["00", "pl"])


async def test_who_follows_what_is_not_offered_any_more_keeps_the_copy(
    database: Database, town: Town
) -> None:
    name = await copy(database, town)
    await offer(database, town, name, "everybody")
    scope = writing(town.kari, town.elsewhere)
    theirs = await database.write(
        partial(share.copy, scope=scope, slug=name, place=town.elsewhere, now=LATER)
    )
    assert theirs
    await offer(database, town, name, "own")
    desk, there = await database.read(partial(follow.look, scope=scope, slug=theirs))
    assert (desk.programme.slug, there) == (theirs, None)
    assert await database.write(partial(follow.see, scope=scope, slug=theirs, newest=1)) == "changed"


async def test_a_folder_does_not_publish_over_a_copy(database: Database, town: Town) -> None:
    name = await copy(database, town)
    folder = [Draft(sample(name, words=" x"), {}, ())]
    assert await database.write(partial(publish, drafts=folder, now=LATER, over=True)) == []


async def test_what_is_done_is_kept_in_the_log_of_whose_it_is(database: Database, town: Town) -> None:
    name = await copy(database, town)
    await offer(database, town, name, "everybody")
    await offer(database, town, name, "everybody")
    number, scope = await id_of(database, name), writing(town.kari, town.elsewhere)
    await database.write(partial(share.adopt, scope=scope, programme=number, place=town.elsewhere, now=LATER))
    await database.write(partial(share.drop, scope=scope, programme=number, place=town.elsewhere, now=LATER))
    assert await rows(database, AUDIT.c.number, AUDIT.c.what, AUDIT.c.organisation_id, AUDIT.c.about_id) == [
        (1, "programme.copied", town.here, number),
        (2, "programme.offered", town.here, number),
        (3, "programme.adopted", town.elsewhere, number),
        (4, "programme.dropped", town.elsewhere, number),
    ]
    assert (await database.read(partial(audit.check, told=lambda _: None))).wrong is None
    assert await database.read(drafts.counts) == {}


async def joined(database: Database, key: str, person: int) -> Talk:
    await database.write(partial(address, key=key, person=person))
    return Talk(database, key)


async def test_what_is_not_on_the_list_is_not_begun_and_that_is_said(database: Database, town: Town) -> None:
    name = await copy(database, town)
    await offer(database, town, name, "everybody")
    kari = await joined(database, "kari", town.kari)
    for words in (f"/enrol {name}", f"/programme {name}", f"/start p_{name}"):
        assert await kari.says(words) == ["programmes.not_listed"]
    ana = await joined(database, "ana", town.ana)
    assert await ana.says(f"/enrol {name}") == ["card 0.0"]


async def test_an_invitation_to_what_was_taken_back_only_brings_in(database: Database, town: Town) -> None:
    name = await copy(database, town)
    number = await id_of(database, name)
    await offer(database, town, name, "own")

    def invited(tx: Connection) -> None:
        ends = LATER + timedelta(days=1)
        for who, code in ((town.ana, "a" * 22), (town.ben, "b" * 22)):
            invitations.add(tx, person=who, programme=number, code=code, expires_at=ends)

    await database.write(invited)
    ana, ben = Talk(database, "ana"), Talk(database, "ben")
    await ana.join("a" * 22)
    assert await ana.says("/continue") == ["card 0.0"]
    await offer(database, town, name, "draft")
    await ben.join("b" * 22)
    assert await ben.says("/continue") == ["study.nothing"]
    assert await ana.presses("next") == ["card 0.1"]  # who has begun goes on


async def test_a_lesson_is_passed_on_to_whom_it_can_be_opened_for(database: Database, town: Town) -> None:
    name = await copy(database, town)
    await offer(database, town, name, "own")
    version = (await database.read(programmes.newest))[await id_of(database, name)]
    ana, ben = await joined(database, "ana", town.ana), await joined(database, "ben", town.ben)

    async def shared() -> str:
        assert await ana.says(f"/share {version} 1") == ["find.link"]
        message = ana.heard[-1]
        assert isinstance(message, Notice)
        link = message.lines[0].params["link"]
        assert isinstance(link, Place)
        return link.path

    assert await shared() == f"/join/read-{version}-1"
    assert await ben.says(f"/start read-{version}-1") == ["read 1.0"]
    await offer(database, town, name, "everybody")
    assert await shared() == f"/lesson/{name}/01"
    await ana.says(f"/enrol {name}")
    await offer(database, town, name, "draft")
    assert await ana.says(f"/read {version} 1 0") == ["read 1.0"]  # what was begun can be read
    assert await ana.says(f"/share {version} 1") == ["find.kept"]
    assert await ben.says(f"/share {version} 1") == ["find.gone"]
