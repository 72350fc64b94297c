"""What the demonstration puts into an empty store."""

from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from sqlalchemy import select

from domain.organisation import Scope
from storage import people, programmes, progress, roles
from storage.activity import ACTIVITY
from storage.database import Connection, Database
from storage.invitations import INVITATION
from storage.outbox import OUTBOX
from storage.people import PERSON
from storage.schema import METADATA
from tests.storage.samples import rows
from zinute.demo import SAMPLES, _Codes, fill

AT = datetime(2026, 11, 25, 10, 0, tzinfo=UTC)
A_FORTNIGHT = timedelta(days=14)


async def filled(database: Database, folder: Path, at: datetime = AT) -> None:
    codes = _Codes(folder)
    await database.write(partial(fill, codes=codes, at=at))


def figures(tx: Connection) -> list[tuple[str, str, int, int, int, datetime | None]]:
    organisations = tx.execute(select(PERSON.c.organisation_id)).scalars()
    found = progress.learners(tx, Scope(0, frozenset(organisations)))
    return [
        (each.name, each.state, each.lessons_done, each.right, each.graded, each.last_at) for each in found
    ]


async def test_the_samples_are_there_with_plausible_progress(
    library_on_both: Database, tmp_path: Path
) -> None:
    await filled(library_on_both, tmp_path)
    found = {each[0]: each[1:] for each in await library_on_both.read(figures)}
    wanted = {each.name: each.lessons for sample in SAMPLES for each in sample.people[1:]}
    done = {name: each[1] for name, each in found.items()}
    assert done == {name: lessons or 0 for name, lessons in wanted.items()}
    for name, lessons in wanted.items():
        state, _, right, graded, last = found[name]
        expected = {None: "invited", 0: "learning", 5: "finished"}.get(lessons, "waiting")
        assert (name, state) == (name, expected)
        assert 0 <= right <= graded
        assert (graded > 0) == bool(lessons)
        assert last is None if lessons is None else last is not None and AT - A_FORTNIGHT <= last <= AT
    open_codes = await rows(library_on_both, INVITATION.c.expires_at, where=INVITATION.c.used_at.is_(None))
    assert len(open_codes) == list(wanted.values()).count(None)
    assert all(expires > AT for (expires,) in open_codes)
    for sample in SAMPLES:
        head = await library_on_both.read(partial(people.by_email, email=sample.people[0].email))
        assert head is not None
        held = await library_on_both.read(partial(roles.of_person, person=head))
        assert {role: len(where) for role, where in held.items()} == dict.fromkeys(sample.people[0].roles, 1)


async def test_what_the_samples_were_told_has_reached_them(library_on_both: Database, tmp_path: Path) -> None:
    await filled(library_on_both, tmp_path)
    told = await rows(library_on_both, OUTBOX.c.state, OUTBOX.c.due_at, OUTBOX.c.ended_at, OUTBOX.c.not_after)
    assert {state for state, *_ in told} == {"sent"}
    assert all(due <= ended <= late for _, due, ended, late in told)


async def test_nothing_happened_in_the_future_and_filling_again_adds_nothing(
    library: Database, tmp_path: Path
) -> None:
    async def counts() -> dict[str, int]:
        return {name: len(await rows(library, *list(table.c)[:1])) for name, table in METADATA.tables.items()}

    await filled(library, tmp_path)
    assert max(row[0] for row in await rows(library, ACTIVITY.c.at)) <= AT
    assert max(row[0] for row in await rows(library, OUTBOX.c.due_at)) <= AT
    before = await counts()
    await filled(library, tmp_path, AT + timedelta(days=1))
    assert await counts() == before


async def test_codes_are_the_same_at_each_start_and_others_elsewhere(tmp_path: Path) -> None:
    codes = [_Codes(tmp_path / place).of("ona@a.example") for place in ("a", "a", "b")]
    assert codes[0] == codes[1] != codes[2]
    assert {len(each) for each in codes} == {22}
    assert (tmp_path / "a" / "demo-secret").stat().st_mode & 0o777 == 0o600


async def test_without_the_programme_there_are_people_and_no_progress(
    sqlite: Database, tmp_path: Path
) -> None:
    assert await sqlite.read(programmes.newest) == {}
    await filled(sqlite, tmp_path)
    assert len(await rows(sqlite, PERSON.c.id)) == sum(len(sample.people) for sample in SAMPLES)
    assert await rows(sqlite, INVITATION.c.id) == []
