"""The roster as a table: which column is which, in four languages, and the rows below them."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from domain import roster_cells
from domain.roster_cells import Cell, Problem, Wrong, folded

Line = tuple[int, Sequence[str]]  # the number of a line of the file, and its cells
_HEADINGS: Final = {
    "name": "vardas pavardė/vardas ir pavardė/pavardė vardas/darbuotojas/imię i nazwisko/nazwisko i imię/pracownik/"
    "navn/fullt navn/ansatt/etternavn fornavn/name/full name/employee/person",
    "first": "vardas/vardai/imię/imiona/fornavn/first name/given name/forename",
    "last": "pavardė/nazwisko/etternavn/last name/surname/family name",
    "email": "el paštas/el pašto adresas/elektroninis paštas/elektroninio pašto adresas/e paštas/darbo el paštas/"
    "adres email/adres e mail/email służbowy/e mail służbowy/poczta elektroniczna/e post/e postadresse/jobb e post/"
    "email/e mail/email address/e mail address/work email/work e mail/mail",
    "number": "tabelio numeris/tabelio nr/tab nr/darbuotojo numeris/darbuotojo nr/darbuotojo kodas/numer pracownika/"
    "nr pracownika/numer kadrowy/nr kadrowy/numer ewidencyjny/nr ewidencyjny/ansattnummer/ansattnr/ansatt nr/"
    "personnel number/personnel no/employee number/employee no/employee id/staff number/staff id",
    "organisation": "organizacija/įstaiga/institucija/darbovietė/organizacja/instytucja/zakład pracy/organisasjon/"
    "virksomhet/arbeidssted/organisation/organization/institution/employer",
    "unit": "padalinys/skyrius/poskyris/departamentas/struktūrinis padalinys/jednostka/jednostka organizacyjna/dział/"
    "oddział/wydział/filia/enhet/avdeling/seksjon/unit/department/division/section/branch",
    "job": "pareigos/pareigybė/stanowisko/stanowisko pracy/stilling/stillingstittel/yrke/job/job title/position/title",
    "tags": "žymos/žymė/žymės/etiketės/grupės/etykiety/etykieta/tagi/grupy/merkelapper/merkelapp/etiketter/grupper/"
    "tags/tag/labels/label/groups",
    "language": "kalba/język/språk/language",
    "hired_on": "priėmimo data/priėmimo į darbą data/įdarbinimo data/dirba nuo/data zatrudnienia/zatrudniony od/"
    "zatrudniona od/ansatt fra/ansettelsesdato/tiltredelsesdato/startdato/hired on/hire date/date hired/start date/"
    "employed since",
    "left_on": "atleidimo data/atleidimo iš darbo data/dirba iki/data zwolnienia/zatrudniony do/zatrudniona do/"
    "ansatt til/sluttdato/fratredelsesdato/left on/end date/termination date/employed until",
    "leave_from": "atostogos nuo/atostogų pradžia/nedarbingumas nuo/urlop od/początek urlopu/permisjon fra/ferie fra/"
    "fravær fra/leave from/leave start/leave starts/on leave from",
    "leave_until": "atostogos iki/atostogų pabaiga/nedarbingumas iki/urlop do/koniec urlopu/permisjon til/ferie til/"
    "fravær til/leave until/leave to/leave end/leave ends/on leave until",
    "coordinator": "koordinatorius/koordinatorė/koordynator/koordynatorka/koordinator/coordinator",
}
_COLUMNS: Final = {folded(each): name for name, all_ in _HEADINGS.items() for each in all_.split("/")}
_BRACKETS: Final = re.compile(r"[(\[].*?[)\]]")
_TITLE: Final = 10  # lines above the headings that may say whose list it is


@dataclass(frozen=True, slots=True)
class Said:
    """What is said of somebody, in words as they are kept; dates are ISO's. None: nothing; "" takes it back."""

    name: str | None = None
    email: str | None = None
    number: str | None = None
    language: str | None = None
    job: str | None = None
    hired_on: str | None = None
    left_on: str | None = None
    leave_from: str | None = None
    leave_until: str | None = None
    tags: str | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the file. `place` is an organisation and a unit as they are written; `problem` is why it is not taken.

    `coordinates`: it says that they coordinate the place.
    """

    line: int
    said: Said
    place: tuple[str, str] = ("", "")
    coordinates: bool = False
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a file says: its headings, each with the column that it is ("" for none of ours), and the rows below."""

    headings: tuple[tuple[str, str], ...]
    rows: tuple[Row, ...]


class NoRoster(Exception):
    """The whole file is no roster."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code)
        self.problem: Final = problem


def column_of(heading: str) -> str:
    """The name of the column with this heading; "" when it is none of ours."""
    return _COLUMNS.get(folded(heading)) or _COLUMNS.get(folded(_BRACKETS.sub(" ", heading)), "")


def read(lines: Sequence[Line]) -> Sheet:
    """The file as typed rows; NoRoster when no line has the headings, or two of them say the same."""
    top = _top(lines)
    headings = [(heading.strip(), column_of(heading)) for heading in lines[top][1]]
    known = [column for _, column in headings if column]
    twice = next((column for column, count in Counter(known).items() if count > 1), None)
    if twice:
        both = " / ".join(heading for heading, column in headings if column == twice)
        raise NoRoster(Problem("column_twice", both))
    rows = tuple(_rows(lines[top + 1 :], [column for _, column in headings]))
    if not rows:
        raise NoRoster(Problem("no_rows"))
    return Sheet(tuple(each for each in headings if each[0]), rows)


def row_of(cells: Mapping[str, str], line: int = 0) -> Row:
    """What the cells say, by the names of their columns."""
    place = roster_cells.bare(cells.get("organisation", "")), roster_cells.bare(cells.get("unit", ""))
    said = dict[str, str | None]()
    try:
        email = said["email"] = roster_cells.email(cells.get("email", ""))
        said["name"] = roster_cells.name(*(cells.get(each, "") for each in ("name", "first", "last")))
        said |= {name: read(cells[name]) for name, read in _READ.items() if cells.get(name)}
        roster_cells.check_leave(said.get("leave_from"), said.get("leave_until"))
        coordinates = roster_cells.yes(cells.get("coordinator", ""))
    except Wrong as wrong:
        name = roster_cells.bare(" ".join(cells.get(each, "") for each in ("name", "first", "last")))
        who = Said(name=name[: roster_cells.MOST_NAME] or None, email=said.get("email") or "")
        return Row(line, who, place, problem=wrong.problem)
    return Row(line, Said(**said), place, coordinates, None if email else Problem("email_missing"))


_READ: Final[Mapping[str, Cell]] = {
    "number": roster_cells.number,
    "job": roster_cells.job,
    "tags": roster_cells.tags,
    "language": roster_cells.language,
    **dict.fromkeys(("hired_on", "left_on", "leave_from", "leave_until"), roster_cells.date_in),
}


def _top(lines: Sequence[Line]) -> int:
    for place, (_, cells) in enumerate(lines[:_TITLE]):
        if "email" in map(column_of, cells):
            return place
    raise NoRoster(Problem("no_headings"))


def _rows(lines: Sequence[Line], columns: Sequence[str]) -> Iterator[Row]:
    for line, cells in lines:
        if any(cell.strip() for cell in cells[len(columns) :]):
            yield Row(line, Said(), problem=Problem("too_long"))
            continue
        named = {column: cell for column, cell in zip(columns, cells, strict=False) if column}
        if any(cell.strip() for cell in cells):
            yield row_of(named, line)
