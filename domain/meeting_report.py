"""A report of who was in a meeting, of Zoom, Microsoft Teams or BigBlueButton, in four languages, as typed rows.

A report is one or several tables, with lines above and between them that are none of ours. Where it has two (Teams),
the last one says of each stay what the first one sums up.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from domain import roster_cells
from domain.report_cells import Order, length, moment, order_of
from domain.report_headings import column_of, is_header
from domain.roster_cells import Wrong, bare, folded

Line = tuple[int, Sequence[str]]  # the number of a line of the file, and its cells
Rule = str  # the name of a sentence: why a file, or a row of it, cannot be read
_SECTION: Final = re.compile(r"\d{1,2}\. \S.{0,80}")
_CAME: Final = ("joined", "prisijung", "dołącz", "ble med")
_WENT: Final = ("left", "išėjo", "atsijung", "opuści", "wysz", "forlot")
_NO_TIME: Final = frozenset({"", "-", "–", "—"})
_TIMES: Final = ("begins", "ends", "at")
_SPAN: Final = ("begins", "ends", "lasted")
MOST_NAME: Final = 120
MOST_KEY: Final = 200
MOST_EMAIL: Final = 254


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of a report: who (as they are written there), from when to when, or how long.

    `keys` are what else names them there. `problem` is why it cannot be read; `again`: other rows say the same better.
    """

    line: int
    name: str = ""
    email: str = ""
    keys: str = ""
    begins: datetime | None = None
    ends: datetime | None = None
    lasted: int | None = None
    problem: Rule = ""
    again: bool = False


class NoReport(Exception):
    """The whole file is no report of who was in a meeting, by this rule."""

    def __init__(self, rule: Rule) -> None:
        super().__init__(rule)
        self.rule: Final = rule


@dataclass(frozen=True, slots=True)
class _Table:
    columns: Sequence[str]
    utc: bool
    rows: list[tuple[int, Mapping[str, str]]]


def read(lines: Sequence[Line], zone: str, near: datetime) -> list[Entry]:
    """The rows of a report of a meeting at about that moment; times that name no zone are by the clock of this one.

    NoReport when it has no headings of ours, or nobody below them.
    """
    tables = [each for each in list(_tables(lines)) if each.rows]
    if not tables:
        raise NoReport("no_rows" if any(is_header(cells) for _, cells in lines) else "no_headings")
    said = [row[what] for each in tables for _, row in each.rows for what in _TIMES if row.get(what)]
    order = order_of(said, zone, near)
    return list(_best([_entries(each, "UTC" if each.utc else zone, order) for each in tables]))


def _tables(lines: Sequence[Line]) -> Iterator[_Table]:
    """Each table below its headings; a title, or other headings, end it."""
    table: _Table | None = None
    for line, cells in lines:
        filled = [cell for cell in cells if cell.strip()]
        if is_header(cells):
            utc = any("(UTC)" in cell for cell in cells)
            table = _Table([column_of(cell) for cell in cells], utc, [])
            yield table
        elif len(filled) == 1 and _SECTION.fullmatch(filled[0].strip()):
            table = None
        elif table is not None and filled:
            row = {name: cell for name, cell in zip(table.columns, cells, strict=False) if name}
            table.rows.append((line, row))


def _entries(table: _Table, zone: str, order: Order) -> list[Entry]:
    if "action" in table.columns:
        return _events(table, zone, order)
    return [_entry(line, row, zone, order) for line, row in table.rows]


def _entry(line: int, row: Mapping[str, str], zone: str, order: Order) -> Entry:
    entry = _who(line, row)
    if entry.problem:
        return entry
    said = {what: cell for what in _SPAN if (cell := bare(row.get(what, ""))) not in _NO_TIME}
    begins, ends = (moment(said[what], order, zone) if what in said else None for what in _SPAN[:2])
    lasted = length(said["lasted"]) if "lasted" in said else None
    if len(said) > sum(each is not None for each in (begins, ends, lasted)):
        return replace(entry, problem="time")
    if begins is None and lasted is None:
        return replace(entry, problem="no_time")
    if begins and ends and ends < begins:
        return replace(entry, problem="backwards")
    return replace(entry, begins=begins, ends=ends if begins else None, lasted=lasted)


def _who(line: int, row: Mapping[str, str]) -> Entry:
    """Whom it is about; what cannot be a name is a problem, what is no address is none."""
    raw = bare(row.get("name", ""))[:MOST_NAME]
    try:
        name = roster_cells.name(raw, "", "") or ""
    except Wrong as wrong:
        return Entry(line, raw, problem=wrong.problem.code)
    addresses = (_address(row.get(what, "")) for what in ("registered", "email", "upn"))
    email = next((each for each in addresses if each), "")
    keys = " ".join(bare(row[what]) for what in ("key", "upn") if row.get(what))[:MOST_KEY]
    return Entry(line, name, email, keys, problem="" if name or email or keys else "nobody")


def _address(cell: str) -> str:
    """What may be an address, as it is kept; whether it is one, that of somebody says."""
    said = bare(cell).lower().removeprefix("mailto:")
    return said if "@" in said and len(said) <= MOST_EMAIL else ""


def _events(table: _Table, zone: str, order: Order) -> list[Entry]:
    """Rows that say when somebody came or went, as stays from each coming to the going behind it."""
    found, open_ = list[Entry](), dict[tuple[str, str], int]()
    for line, row in table.rows:
        entry, at = _who(line, row), moment(row.get("at", ""), order, zone)
        action, who = bare(row.get("action", "")).casefold(), (entry.name, entry.email)
        if entry.problem:
            found.append(entry)
        elif at is None:
            found.append(replace(entry, problem="time"))
        elif action.startswith(_CAME):
            open_[who] = len(found)
            found.append(replace(entry, begins=at))
        elif action.startswith(_WENT) and who in open_:
            came = open_.pop(who)
            found[came] = replace(found[came], ends=at)
            found.append(replace(entry, again=True))
        else:
            found.append(replace(entry, problem="action"))
    return found


def _best(found: Sequence[Sequence[Entry]]) -> Iterator[Entry]:
    """All rows; of whoever is in the last table too, what an earlier one sums up is said again."""
    told = {_same(each) for each in found[-1] if not each.problem}
    for entries in found[:-1]:
        for each in entries:
            yield replace(each, again=not each.problem and _same(each) in told)
    yield from found[-1]


def _same(entry: Entry) -> tuple[str, str]:
    return folded(entry.name), entry.email
