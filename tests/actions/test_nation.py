"""What the demonstration at the size of a nation puts into an empty store, and that it is what reports have to find."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest
from sqlalchemy import Table, func, select

from domain.language import LANGUAGES
from domain.organisation import Scope
from storage import organisations, results
from storage.answers import ANSWER
from storage.certificates import CERTIFICATE
from storage.database import Connection, Database
from storage.enrolments import ENROLMENT
from storage.invitations import INVITATION
from storage.organisations import ORGANISATION
from storage.people import PERSON
from storage.registrations import REGISTRATION
from storage.results import Wanted
from storage.steps import STEP
from storage.studies import LESSON_DONE
from storage.webinars import WEBINAR
from tests.storage.samples import rows
from zinute.demo import _Codes, size_of
from zinute.errors import Stop
from zinute.nation import welcome
from zinute.nation.fill import Nation, fill
from zinute.nation.people import NATIONAL, YEAR, Size

AT = datetime(2026, 11, 25, 10, 0, tzinfo=UTC)
FEW = Size(people=240, organisations=30, hours=3_048, a_year=7.5)


def heard(_count: int) -> None:
    """Nobody listens."""


def filled(tx: Connection, size: Size = FEW) -> Nation:
    return fill(tx, AT, heard, size)


def counted(tx: Connection, table: Table, *where: Any) -> int:
    return int(tx.execute(select(func.count()).select_from(table).where(*where)).scalar_one())


def hours(tx: Connection) -> float:
    """Of lessons and sessions, as the rows say it."""
    lessons = tx.execute(select(func.sum(LESSON_DONE.c.seconds))).scalar_one()
    came = select(func.sum(WEBINAR.c.minutes)).join(REGISTRATION, REGISTRATION.c.webinar_id == WEBINAR.c.id)
    return float(lessons / 3600 + tx.execute(came.where(REGISTRATION.c.attended)).scalar_one() / 60)


async def test_what_was_set_in_is_what_the_rows_say(library_on_both: Database) -> None:
    nation = await library_on_both.write(filled)
    whole = await library_on_both.read(hours)
    assert whole == pytest.approx(nation.hours)
    assert FEW.hours <= nation.hours <= FEW.hours + 6
    joined = await rows(library_on_both, PERSON.c.consented_at)
    years = sum((AT - each for (each,) in joined), timedelta()) / YEAR
    assert years == pytest.approx(nation.years)
    assert round(whole / years, 2) == FEW.a_year
    assert (nation.people, len(joined), nation.organisations) == (240, 240, 30)
    levels = [level for (level,) in await rows(library_on_both, ORGANISATION.c.level)]
    assert [levels.count(each) for each in ("country", "sector", "organisation")] == [3, 15, 30]


async def test_nothing_happens_before_somebody_joined_or_after_now(library_on_both: Database) -> None:
    await library_on_both.write(filled)

    def early(tx: Connection) -> list[int]:
        joined = select(ENROLMENT.c.id).join(PERSON, PERSON.c.id == ENROLMENT.c.person_id)
        before = joined.where(ENROLMENT.c.started_at < PERSON.c.consented_at)
        return [
            len(tx.execute(before).all()),
            counted(tx, STEP, STEP.c.closed_at > AT + timedelta(hours=1)),
            counted(tx, ENROLMENT, ENROLMENT.c.due_at.is_not(None)),
        ]

    assert await library_on_both.read(early) == [0, 0, 0]


async def test_results_are_as_somebody_would_have_left_them(library_on_both: Database) -> None:
    """The page of results agrees with the answers and certificates that are there."""
    await library_on_both.write(filled)

    def all_of_them(tx: Connection) -> Sequence[Any]:
        scope = Scope(0, frozenset(organisations.places(tx)))
        found, past = list[Any](), 0
        while True:
            part, last = results.part(tx, scope, Wanted("lt", "https://z.example"), past)
            if last is None:
                return found
            found, past = found + part, last

    lines = await library_on_both.read(all_of_them)
    finished = [each for each in lines if each.state == "finished"]
    assert len(lines) > len(finished) > 0
    assert all(each.lessons_done == each.lessons and each.finished_on for each in finished)
    papers = await library_on_both.read(partial(counted, table=CERTIFICATE))
    assert 0 < papers == sum(each.certificate != "" for each in lines)
    graded = await library_on_both.read(
        lambda tx: counted(tx, ANSWER, ANSWER.c.correct.is_not(None), ANSWER.c.purpose == "lesson")
    )
    assert graded == sum(each.graded for each in lines)


async def test_it_is_the_same_again(library_on_both: Database, library: Database) -> None:
    ours = await library_on_both.write(filled)
    assert ours == await library.write(filled)


async def test_it_is_made_once_and_the_store_goes_on_counting(
    library_on_both: Database, tmp_path: Path
) -> None:
    codes = _Codes(tmp_path)
    for later in (timedelta(0), timedelta(days=60)):
        await library_on_both.write(
            partial(welcome.prepare, codes=codes.of, at=AT + later, tell=heard, size=FEW)
        )
    expiries = await rows(library_on_both, INVITATION.c.expires_at)
    assert len(expiries) == 4
    assert expiries[0][0] > AT + timedelta(days=60)
    hosts = await library_on_both.read(partial(welcome.hosts, codes=codes.of))
    assert [each.name for each in hosts] == ["Lietuva", "Polska", "Norge"]
    assert {each.language for each in hosts} < set(LANGUAGES)
    assert [len(each.visitors) for each in hosts] == [2, 1, 1]


async def test_a_store_of_others_is_left_alone(library_on_both: Database, tmp_path: Path) -> None:
    def settle(tx: Connection) -> None:
        organisations.add(tx, name="A", country="LT", zone="Europe/Vilnius", language="lt", contact="")

    await library_on_both.write(settle)
    with pytest.raises(Stop, match="--data"):
        await library_on_both.write(
            partial(welcome.prepare, codes=_Codes(tmp_path).of, at=AT, tell=heard, size=FEW)
        )
    assert await rows(library_on_both, PERSON.c.id) == []


def test_another_size_is_said_in_one_sentence() -> None:
    with pytest.raises(Stop, match="'huge' is no size of the demonstration: write small or national"):
        size_of("huge")
    assert [size_of(each) for each in ("small", "national")] == ["small", "national"]


@pytest.mark.slow
@pytest.mark.timeout(120)
async def test_the_whole_nation_is_made_within_a_minute(library: Database) -> None:
    began = perf_counter()
    nation = await library.write(partial(filled, size=NATIONAL))
    assert perf_counter() - began <= 60
    assert (nation.people, nation.organisations) == (10_000, 300)
    assert NATIONAL.hours <= nation.hours <= NATIONAL.hours + 6
    assert round(nation.hours / nation.years, 2) == NATIONAL.a_year
