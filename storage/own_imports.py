"""What imports of rosters say of one person, among many others: for a copy of their data, and for their erasure."""

from collections.abc import Collection, Iterator
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, or_, select, update

from domain.assigning import line
from domain.roster import Row, Sheet
from domain.roster_cells import folded
from storage import employments, organisations
from storage.codec import dump
from storage.imports import IMPORT, Deed, Left
from storage.people import PERSON


def of_person(tx: Connection, person: int) -> list[dict[str, Any]]:
    """The rows about the person, what was changed of theirs, and what was not taken back, of each import.

    Rows with an address of theirs alone: others may have the same name or number.
    """
    emails, told = _words(tx, person, ("email",)), dict[int, dict[str, Any]]()
    for number, _, sheet in _waiting(tx):
        told[number] = {"sheet": [each for each in sheet.rows if folded(each.said.email or "") in emails]}
    for number, deeds, left in _done(tx, person):
        told.setdefault(number, {})["deeds"] = [each for each in deeds if each.person == person]
        told[number]["kept"] = [each for each in left if each.person == person]
    empty: dict[str, Any] = {"sheet": [], "deeds": [], "kept": []}
    return [{"id": number} | empty | each for number, each in sorted(told.items()) if any(each.values())]


def take_out(tx: Connection, person: int) -> None:
    """No import says anything of the person any more. A file that names them and waits is forgotten whole: it would
    bring them back. Where they do not work, in another tree of organisations, a file names them by their address alone:
    others may have their name or number."""
    emails, works = _words(tx, person, ("email",)), list(_works(tx, person))
    for number, place, sheet in _waiting(tx):
        known = frozenset[str]().union(*(words for here, words in works if place is None or place in here))
        if any(_names(each, emails, known) for each in sheet.rows):
            _put(tx, number, sheet="")
    for number, deeds, left in _done(tx, person):
        if deeds:
            _put(tx, number, deeds=dump([each for each in deeds if each.person != person]))
        if left:
            _put(tx, number, kept=dump([each for each in left if each.person != person]))


def _put(tx: Connection, number: int, **values: str) -> None:
    tx.execute(update(IMPORT).where(IMPORT.c.id == number).values(**values))


def _waiting(tx: Connection) -> Iterator[tuple[int, int | None, Sheet]]:
    """Files that wait to be carried out, for a day at most, each with the place that it is for: that of whoever brought
    it where the file says for each person where they are (None: an operator did)."""
    rows = select(IMPORT.c.id, IMPORT.c.organisation_id, PERSON.c.organisation_id, IMPORT.c.sheet)
    rows = rows.join_from(IMPORT, PERSON, PERSON.c.id == IMPORT.c.by_id, isouter=True)
    for number, place, home, sheet in tx.execute(rows.where(IMPORT.c.sheet != "")).all():
        yield number, place or home, msgspec.json.decode(sheet, type=Sheet)


def _done(tx: Connection, person: int) -> Iterator[tuple[int, list[Deed], list[Left]]]:
    """What imports did to the person or left of theirs, and to others in the same ones; the store finds which."""
    columns = (IMPORT.c.deeds, IMPORT.c.kept)
    rows = select(IMPORT.c.id, *columns).where(or_(*(_has(each, person) for each in columns)))
    for number, deeds, left in tx.execute(rows.order_by(IMPORT.c.id)).all():
        yield (
            number,
            msgspec.json.decode(deeds, type=list[Deed]) if deeds else [],
            msgspec.json.decode(left, type=list[Left]) if left else [],
        )


def _has(column: ColumnElement[str], person: int) -> ColumnElement[bool]:
    """Whether JSON of deeds names the person; the id is their first word, and quotes within words are escaped."""
    return column.contains(f'{{"person":{person},', autoescape=True)


def _works(tx: Connection, person: int) -> Iterator[tuple[frozenset[int], frozenset[str]]]:
    """All places of each tree where the person works, and by which names and numbers rows name them there."""
    home = tx.execute(select(PERSON.c.organisation_id).where(PERSON.c.id == person)).scalar_one()
    above = {number: over for number, (_, over) in organisations.names(tx).items()}
    names = _words(tx, person, ("name",))
    yield organisations.under(tx, [line(above, home)[-1]]), names | _words(tx, person, ("number",))
    for each in employments.of_person(tx, person):
        numbers = frozenset(filter(None, [folded(each.number)]))
        yield organisations.under(tx, [line(above, each.place)[-1]]), names | numbers


def _words(tx: Connection, person: int, columns: Collection[str]) -> frozenset[str]:
    """By what a row can name the person: as they are known now, and as an import found or left them."""
    row = tx.execute(select(*(PERSON.c[name] for name in columns)).where(PERSON.c.id == person)).one()
    words = set(row)
    for _, deeds, _ in _done(tx, person):
        for deed in deeds:
            if deed.person == person:
                words |= {said.get(name, "") for said in (deed.before, deed.after) for name in columns}
    return frozenset(filter(None, map(folded, words)))


def _names(row: Row, emails: Collection[str], words: Collection[str]) -> bool:
    """Whether the row is about somebody who is known by these."""
    said = row.said
    named = any(each and folded(each) in words for each in (said.name, said.number))
    return named or folded(said.email or "") in emails
