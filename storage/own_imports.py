"""What imports of rosters say of one person, among many others: for a copy of their data, and for their erasure."""

from collections.abc import Collection, Iterator
from typing import Any

import msgspec
from sqlalchemy import Connection, or_, select, update

from domain.roster import Row, Sheet
from domain.roster_cells import folded
from storage.codec import dump
from storage.imports import IMPORT, Deed, Left
from storage.people import PERSON

_KNOWN_BY = ("name", "email", "number")


def of_person(tx: Connection, person: int) -> list[dict[str, Any]]:
    """The rows about the person, what was changed of theirs, and what was not taken back, of each import.

    Rows with an address of theirs alone: others may have the same name or number.
    """
    found, emails = list(_kept(tx)), _words(tx, person, ("email",))
    told = (
        {
            "id": number,
            "sheet": [each for each in sheet.rows if folded(each.said.email or "") in emails]
            if sheet
            else [],
            "deeds": [each for each in deeds if each.person == person],
            "kept": [each for each in left if each.person == person],
        }
        for number, sheet, deeds, left in found
    )
    return [each for each in told if each["sheet"] or each["deeds"] or each["kept"]]


def take_out(tx: Connection, person: int) -> None:
    """No import says anything of the person any more. A file that names them and waits is forgotten whole: it would
    bring them back."""
    words = _words(tx, person, _KNOWN_BY)
    for number, sheet, deeds, left in _kept(tx):
        values = dict[str, str]()
        if sheet and any(_names(each, words) for each in sheet.rows):
            values["sheet"] = ""
        if any(each.person == person for each in deeds):
            values["deeds"] = dump([each for each in deeds if each.person != person])
        if any(each.person == person for each in left):
            values["kept"] = dump([each for each in left if each.person != person])
        if values:
            tx.execute(update(IMPORT).where(IMPORT.c.id == number).values(**values))


def _kept(tx: Connection) -> Iterator[tuple[int, Sheet | None, list[Deed], list[Left]]]:
    """Of each import what still is kept."""
    names = ("sheet", "deeds", "kept")
    some = or_(*(IMPORT.c[name] != "" for name in names))
    rows = select(IMPORT.c.id, *(IMPORT.c[name] for name in names)).where(some).order_by(IMPORT.c.id)
    for row in tx.execute(rows).all():
        sheet = msgspec.json.decode(row.sheet, type=Sheet) if row.sheet else None
        deeds = msgspec.json.decode(row.deeds, type=list[Deed]) if row.deeds else []
        yield row.id, sheet, deeds, msgspec.json.decode(row.kept, type=list[Left]) if row.kept else []


def _words(tx: Connection, person: int, columns: Collection[str]) -> frozenset[str]:
    """By what a row can name the person: as they are known now, and as an import found or left them."""
    row = tx.execute(select(*(PERSON.c[name] for name in columns)).where(PERSON.c.id == person)).one()
    words = set(row)
    for _, _, deeds, _ in _kept(tx):
        for deed in deeds:
            if deed.person == person:
                words |= {said.get(name, "") for said in (deed.before, deed.after) for name in columns}
    return frozenset(filter(None, map(folded, words)))


def _names(row: Row, words: frozenset[str]) -> bool:
    said = (row.said.name, row.said.email, row.said.number)
    return any(each and folded(each) in words for each in said)
