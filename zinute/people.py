"""People from the command line: rosters previewed, imported and taken back; one person added or changed."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final, TypeVar

from actions import edit_person
from actions.edit_person import Unfit
from actions.import_roster import WRITTEN, Choice, NotImported, Preview, carry_out, preview, undo
from domain.roster import NoRoster, Sheet, read
from domain.roster_cells import Problem
from domain.roster_plan import Change, Fate
from domain.tree import Place
from lessons.formats.bank import Unreadable
from lessons.formats.roster import Cut, cut_file
from lessons.names import printable
from storage import imports, organisations, people, roster
from storage.database import Connection, Database
from storage.imports import Import
from zinute.assemble import now, opened
from zinute.catalogues import load
from zinute.config import Settings
from zinute.errors import Stop

T = TypeVar("T")
Tell = Callable[[str], None]
SHOWN: Final = 20  # rows of each kind that are told
_REFUSED: Final = {
    "nothing": "The file changes nothing, so nothing was imported.",
    "partly": "Some rows are wrong or in doubt, so nothing was imported: mend them, or leave them out with --partly.",
    "over": "There is no such import that can be taken back: 'zinute person imports' lists those of 30 days.",
}


async def import_roster(
    settings: Settings, file: Path, organisation: int | None, choice: Choice | None, tell: Tell
) -> bool:
    """Tell what the file would do, and do it with a choice (None: only look); whether every row was good."""
    async with opened(settings, there=True) as database:
        _check(await database.read(organisations.places), organisation)
        tell(f"Reading {printable(file.name)}…")
        cut, sheet = await _read(database, file, organisation)
        tell(f"Comparing {len(sheet.rows):,} rows with the people who are there…")
        seen = await database.read(lambda tx: preview(tx, sheet, organisation, None, now()))
        for line in _lines(seen, cut):
            tell(line)
        good = not (seen.plan.counts["error"] or seen.plan.counts["doubt"])
        if choice is None:
            tell("Nothing was written: --yes imports it.")
            return good
        tell("Importing…")

        def do(tx: Connection) -> Import:
            at, name = now(), printable(file.name)[-100:]
            number = imports.add(
                tx, by=None, organisation=organisation, file=name, read_as=cut.encoding, sheet=sheet, at=at
            )
            return carry_out(tx, number, None, choice, at)

        done = await _refusing(database, do)
    tell(f"Imported: {_counted(done.counts)}. 'zinute person undo {done.id}' takes it back within 30 days.")
    return good


async def list_imports(settings: Settings) -> list[str]:
    """A line for each import, the newest first."""
    async with opened(settings, there=True) as database:
        found = await database.read(lambda tx: imports.newest(tx, None))
    return [
        f"{each.id}  {each.at:%Y-%m-%d %H:%M} UTC  {printable(each.file)}  by {each.by or 'the operator'}  "
        + _counted(each.counts)
        + (f"  taken back {each.undone_at:%Y-%m-%d %H:%M} UTC" if each.undone_at else "")
        for each in found
    ]


async def undo_import(settings: Settings, number: int) -> list[str]:
    """Take an import back; a line for each thing that stays."""

    def take_back(tx: Connection) -> list[str]:
        left = undo(tx, number, None, now())
        names = roster.names(tx, {each.person for each in left})
        return [
            f"{names[each.person]}: {_KEPT.get(each.what) or f'{each.what} changed again since'}"
            for each in left
        ]

    async with opened(settings, there=True) as database:
        return await _refusing(database, take_back)


_KEPT: Final = {
    "begun": "has begun or has a role already, so was not removed but marked as having left",
    "elsewhere": "is in another organisation now",
}


async def add(settings: Settings, organisation: int | None, cells: Mapping[str, str]) -> int:
    """A new person's id."""

    def do(tx: Connection) -> int:
        _check(organisations.places(tx), organisation)
        return edit_person.add(tx, None, cells, organisation, now=now())

    return await _one(settings, do)


async def change(settings: Settings, email: str, organisation: int | None, cells: Mapping[str, str]) -> None:
    """Change the words of the person with this address, and move them."""

    def do(tx: Connection) -> None:
        person = people.by_email(tx, email)
        if person is None:
            raise Stop(f"There is nobody with the address {email}: add them with 'zinute person add'.")
        _check(organisations.places(tx), organisation)
        edit_person.change(tx, None, person, cells, organisation, now=now())

    await _one(settings, do)


def _check(places: Mapping[int, Place], organisation: int | None) -> None:
    if organisation is not None and (organisation not in places or places[organisation].closed):
        raise Stop(f"There is no organisation {organisation}: 'zinute organisation list' shows them.")


async def _one(settings: Settings, unit: Callable[[Connection], T]) -> T:
    async with opened(settings, there=True) as database:
        try:
            return await database.write(unit)
        except Unfit as unfit:
            raise Stop(sentence(unfit.problem, "problem")) from unfit


async def _read(database: Database, file: Path, organisation: int | None) -> tuple[Cut, Sheet]:
    house = await database.read(lambda tx: organisations.find(tx, organisation or 0))
    try:
        cut = cut_file(file, house.language if house else "lt")
        return cut, read(cut.lines)
    except Unreadable as error:
        raise Stop(str(error)) from error
    except NoRoster as none:
        raise Stop(f"{printable(file.name)}: {sentence(none.problem, 'file')}") from none


async def _refusing(database: Database, unit: Callable[[Connection], T]) -> T:
    try:
        return await database.write(unit)
    except NotImported as refused:
        raise Stop(_REFUSED.get(refused.rule, "Something changed meanwhile: try again.")) from refused


def sentence(problem: Problem, about: str) -> str:
    """What is wrong, in English, as the console says it."""
    return load().say("en", f"console.people.{about}.{problem.code}", value=printable(problem.value))


def _lines(seen: Preview, cut: Cut) -> Iterator[str]:
    if cut.encoding and not cut.encoding.startswith("utf"):
        yield f"Read as {cut.encoding}: if letters are wrong below, save the file as UTF-8."
    if unused := [printable(heading) for heading, column in seen.sheet.headings if not column]:
        yield f"Not used: {', '.join(unused)}."
    fates = seen.plan.fates
    for kind in ("error", "doubt", *WRITTEN):
        found = [each for each in fates if each.kind == kind]
        yield from (_told(each, seen.places) for each in found[:SHOWN])
        if len(found) > SHOWN:
            yield f"… and {len(found) - SHOWN:,} more: {kind}."
    for each in seen.plan.absent[:SHOWN]:
        yield f"not in the file: {printable(each.said.name or '')} <{each.said.email}>"
    yield f"{_counted(seen.plan.counts)}. Not in the file: {len(seen.plan.absent):,}."


def _told(fate: Fate, places: Mapping[int, Place]) -> str:
    said = fate.row.said
    who = " ".join(filter(None, (printable(said.name or ""), said.email and f"<{said.email}>")))
    changes = "; ".join(_changed(each, places) for each in fate.changes)
    what = sentence(fate.problem, "problem") if fate.problem else changes
    where = f" in {places[fate.place].name}" if fate.kind == "new" and fate.place is not None else ""
    return f"line {fate.row.line}: {fate.kind}{where}: {who}" + (f": {what}" if what else "")


def _changed(change: Change, places: Mapping[int, Place]) -> str:
    words = (places[int(each)].name if change.what == "place" else each for each in (change.old, change.new))
    old, new = (printable(each) or "-" for each in words)
    return f"{change.what} {old} -> {new}"


def _counted(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count:,} {kind}" for kind, count in counts.items() if count) or "nothing"
