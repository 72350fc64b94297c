"""For authors: a lesson to begin with, a lesson as a messenger shows it, and whose a programme is."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from zinute.cli_banks import Lang, language_named
from zinute.errors import Stop
from zinute.options import Data, Store, settings_of, whole

if TYPE_CHECKING:
    from bot.preview import Shown
    from domain.language import Language
    from domain.message import Content
    from domain.programme import Programme


def new(
    place: Annotated[
        Path, typer.Argument(help="The lesson to begin, as PROGRAMME/LESSON: library/first-week/09-keys.")
    ],
    title: Annotated[str, typer.Option(help="Its title, the same in every language for now.")] = "",
) -> None:
    """Begin a lesson in four languages (and its programme, if there is none); what is there stays as it is."""
    from lessons.new import Occupied, begin

    try:
        made = begin(place, title)
    except Occupied as error:
        raise Stop(str(error)) from error
    for path in made:
        typer.echo(str(path))
    typer.echo(f"Write the lesson, then: zinute lessons check {place.parent}", err=True)


def preview(
    file: Annotated[Path, typer.Argument(help="A lesson's file, in any of its languages.")],
    channel: Annotated[str, typer.Option(help="web, telegram, email, matrix or terminal.")] = "telegram",
    lang: Lang = "lt",
) -> None:
    """Print a lesson as a messenger shows it: every message with its buttons, every explanation."""
    from bot.channel import PREVIEWED

    language = language_named(lang)
    if channel not in PREVIEWED:
        raise Stop(f"There is no messenger '{channel}': use {', '.join(PREVIEWED)}.")
    programme, lesson = _read(file)
    for line in _printed(programme, lesson, language, channel):
        typer.echo(line)


def owner(
    programme: Annotated[str, typer.Argument(help="The name of its folder; all if not given.")] = "",
    organisation: Annotated[
        int | None, typer.Argument(parser=whole, help="The number of the one that owns it now.")
    ] = None,
    reach: Annotated[str, typer.Option(help="draft, own (its people) or everybody; as it was.")] = "",
    common: Annotated[bool, typer.Option("--common", help="Nobody owns it: it is for all.")] = False,
    data: Data = None,
    database: Store = None,
) -> None:
    """Say whose the programmes are and whom they are for, or give one to an organisation."""
    from zinute import owners

    settings = settings_of(level="warning", data=data, database=database)
    if (common or reach) and not programme:
        raise Stop("Name the programme as well: 'zinute lessons owner' lists them.")
    if common and (organisation is not None or reach):
        raise Stop("What is common to all has no organisation and is for everybody: use --common alone.")
    if common:
        lines = [asyncio.run(owners.give_back(settings, programme))]
    elif organisation is not None or reach:
        lines = [asyncio.run(owners.give(settings, programme, organisation, reach))]
    else:
        lines = asyncio.run(owners.shown(settings, programme))
    for line in lines:
        typer.echo(line)


def _read(file: Path) -> "tuple[Programme, int]":
    """The programme around a lesson's file, and which of its lessons that is; Stop with what is wrong with it."""
    from lessons.library import LibraryError, read_library

    slug = file.name.split(".")[0]
    try:
        library = read_library(file.parent)
    except LibraryError as error:
        raise Stop(str(error)) from error
    found = [draft.programme for draft in library.drafts]
    lessons = [lesson.slug for lesson in found[0].lessons] if len(found) == 1 else []
    if slug in lessons:
        return found[0], lessons.index(slug)
    for problem in library.problems:
        if problem.severity == "error" and problem.file.startswith((f"{slug}.", "programme.")):
            typer.echo(str(problem), err=True)
    raise Stop(
        f"There is no lesson to show in {file}: name a lesson's file that 'zinute lessons check' accepts."
    )


def _printed(programme: "Programme", lesson: int, language: "Language", channel: str) -> Iterator[str]:
    from bot.channel import capabilities_of
    from bot.preview import shown
    from bot.voice import Voice
    from zinute import catalogues

    title = programme.lessons[lesson].text(language).title
    yield f"{title} ({channel}, {language})"
    for each in shown(programme, lesson, Voice(catalogues.load(), language), capabilities_of(channel)):
        yield ""
        yield _head(each)
        yield from _message(each.content)


def _head(each: "Shown") -> str:
    if each.after:
        return f"--- {each.after}"
    return f"=== {each.card} · {each.content.text.units} characters"


def _message(content: "Content") -> Iterator[str]:
    from bot.channels.terminal import WIDEST, wrapped
    from bot.plain import written

    if content.picture:
        picture = content.picture
        yield f"[{picture.name}, {picture.width} x {picture.height}: {picture.alt}]"
    yield written(wrapped(content.text, WIDEST), styled=False)
    rows = (*content.buttons, *((content.submit,) if content.submit else ()), *content.more)
    yield from (f"[ {button.label} ]" for button in rows)
