"""Question banks of other programs: commands that make lessons of them, and them of lessons."""

import json as notation
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from domain.language import LANGUAGES, Language
from zinute.errors import Stop

if TYPE_CHECKING:
    from lessons.formats.making import Taken

Lang = Annotated[str, typer.Option("--lang", help="Language of the lessons: lt, pl, nb or en.")]


def take(
    file: Annotated[Path, typer.Argument(help="Moodle GIFT, Moodle XML, Aiken, CSV, XLSX or PPTX.")],
    to: Annotated[
        Path, typer.Option("--to", help="The programme's folder to make; not there yet, or empty.")
    ],
    form: Annotated[
        str, typer.Option("--format", help="gift, xml, aiken, csv, xlsx or pptx; by the file if not given.")
    ] = "",
    lang: Lang = "lt",
    json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> None:
    """Make a programme's folder of a question bank or slides; tell of everything that was not taken, and why."""
    from lessons.formats.bank import Unreadable
    from lessons.formats.importing import take as make

    try:
        taken = make(file, to, language=language_named(lang), form=form)
    except Unreadable as error:
        raise Stop(str(error)) from error
    for line in [_as_json(taken)] if json else _lines(taken, file.name):
        typer.echo(line)
    if not taken.taken:
        raise Stop("Nothing could be taken, so nothing was written.")


def template(
    file: Annotated[Path, typer.Argument(help="The workbook to make, such as questions.xlsx.")],
    lang: Lang = "lt",
) -> None:
    """Make a table to fill in and import, with help and examples in four languages."""
    from lessons.formats.bank import Unreadable
    from lessons.formats.sheet.template import write_template

    if file.suffix.casefold() != ".xlsx":
        raise Stop(f"Call the file {file.stem}.xlsx: spreadsheets open it by this name.")
    try:
        write_template(file, language_named(lang))
    except Unreadable as error:
        raise Stop(str(error)) from error
    typer.echo(f"Made: {file}. Fill in its first sheet, then: zinute lessons import {file} --to FOLDER.")


def give(
    folder: Annotated[Path, typer.Argument(help="One programme's folder.")],
    form: Annotated[str, typer.Option("--to", help="gift, csv or xlsx.")],
    lang: Lang = "lt",
) -> None:
    """Print a programme's lessons as a question bank; what this cannot hold is told on standard error."""
    from lessons.formats.bank import Unreadable
    from lessons.formats.exporting import export

    try:
        exported = export(folder, form, language_named(lang))
    except Unreadable as error:
        raise Stop(str(error)) from error
    typer.echo(exported.data, nl=False)
    for line in exported.lost:
        typer.echo(line, err=True)


def language_named(written: str) -> Language:
    """The language with this name; Stop when there is none."""
    language = next((each for each in LANGUAGES if each == written), None)
    if language is None:
        raise Stop(f"There is no language '{written}': use lt, pl, nb or en.")
    return language


def _lines(taken: "Taken", name: str) -> list[str]:
    counts = ", ".join(f"{count} {kind}" for kind, count in taken.kinds.items()) or "nothing"
    return [
        f"Taken: {taken.taken} in {taken.lessons} lessons ({counts}). Not taken: {len(taken.refused)}.",
        *(f"{name}:{told.line}: not taken: {told.reason}" for told in taken.refused),
        *(f"{name}:{told.line}: taken, but: {told.reason}" for told in taken.changed),
    ]


def _as_json(taken: "Taken") -> str:
    return notation.dumps(
        {
            "taken": taken.taken,
            "kinds": dict(taken.kinds),
            "refused": [{"line": told.line, "reason": told.reason} for told in taken.refused],
            "changed": [{"line": told.line, "reason": told.reason} for told in taken.changed],
        },
        ensure_ascii=False,
        indent=2,
    )
