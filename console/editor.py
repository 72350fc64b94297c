"""The page on which a lesson is changed: what its form says, and how it is shown again with what becomes of that."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any, Final

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from actions.author import Desk, Loaded
from actions.picture import known, used
from console.auth import LESSONS, Reader
from console.desks import beside_of, desk_of, moments_of
from console.marking import marked_up
from console.sight import sight
from console.site import Site, language_name
from domain.language import LANGUAGES, Language
from lessons.editing import Key
from lessons.pictured import TO_DESCRIBE
from lessons.write import reference

WHERE: Final = LESSONS + "/{slug:slug}/{lesson:slug}/{language}"


@dataclass(frozen=True, slots=True)
class Written:
    """What the form says."""

    source: str
    loaded: Loaded
    shown: tuple[Language, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of the last press: an id of the catalogue and its parameters, as a status of the page.

    `shelf`: it was about a picture.
    """

    key: str = ""
    params: Mapping[str, Any] | None = None
    status: int = HTTPStatus.OK
    good: bool = False
    shelf: bool = False


NOTHING: Final = Outcome()


def key_of(request: Request) -> Key:
    """Which text the address names."""
    return request.path_params["lesson"], request.path_params["language"]


def here(desk: Desk, key: Key) -> str:
    """The address of a text."""
    return f"{LESSONS}/{desk.programme.slug}/{key[0]}/{key[1]}"


async def found(site: Site, request: Request, reader: Reader, *, kept: bool = False) -> tuple[Desk, Key]:
    """The desk and the text that the address names; 404 where there is none (`kept`: and no draft of it either)."""
    key, desk = key_of(request), await desk_of(site, request, reader)
    there = desk.has(key[0]) or (kept and key in desk.drafts)
    if key[1] not in LANGUAGES or not there:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return desk, key


def written_in(form: FormData, key: Key) -> Written:
    """What a form says, as a text: no other ends of lines than ours, and no sign that a store does not take."""
    said = {name: str(form.get(name, "")) for name in ("source", "stood", "base")}
    source = said["source"].replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    asked = form.getlist("shown")
    shown = tuple(each for each in LANGUAGES if each == key[1] or each in asked)
    return Written(source, Loaded(said["stood"], said["base"]), shown)


async def crossed(site: Site, request: Request, reader: Reader, written: Written) -> Response:
    """Somebody else changed the lesson meanwhile: the author's text, and what differs from the other one."""
    desk, key = await found(site, request, reader)
    now = replace(written, loaded=Loaded(desk.stands(key), desk.base(key)))
    told = Outcome("editor.done.changed", status=HTTPStatus.CONFLICT)
    return await editor(site, request, reader, desk, written=now, told=told, crossed=True)


async def editor(
    site: Site,
    request: Request,
    reader: Reader,
    desk: Desk,
    *,
    written: Written,
    told: Outcome = NOTHING,
    crossed: bool = False,
) -> Response:
    """The page with what is written, what becomes of it, and what came of the last press."""
    key, beside = key_of(request), beside_of(site, desk)

    def made() -> Response:
        values = {"written": written, "told": told, "closed": False}
        values["sight"] = sight(
            site.previews, desk, beside, key, written.source, shown=written.shown, crossed=crossed
        )
        return page(site, request, reader, desk, values)

    return await asyncio.to_thread(made)


def page(site: Site, request: Request, reader: Reader, desk: Desk, values: Mapping[str, Any], /) -> Response:
    """The page of the text that the address names."""
    key, told = key_of(request), values.get("told", NOTHING)
    common = {
        "here": here(desk, key),
        "programme": desk.programme,
        "lesson": next(each for each in desk.programme.lessons if each.slug == key[0]),
        "draft": desk.drafts.get(key),
        "drafted": {language for slug, language in desk.drafts if slug == key[0]},
        "moments": moments_of(site, reader),
        "shelf": known(desk).values(),
        "removable": {each.name for each in desk.pictures} - used(desk),
        "reference": lambda picture: reference(TO_DESCRIBE[key[1]], picture.name),
    }
    everything = {**words(site, reader, key), **common, **values}
    return site.render(
        request, "editor.html", reader.language, status=told.status, reader=reader, **everything
    )


def words(site: Site, reader: Reader, key: Key) -> dict[str, Any]:
    """What the previews are told with."""
    reveal = {each: site.say(each, "editor.reveal") for each in LANGUAGES}
    return {
        "key": key,
        "named": {each: language_name(reader.language, each) for each in LANGUAGES},
        "marked": lambda text, language: marked_up(text, reveal[language]),
        "messenger": lambda name: site.say(reader.language, f"message.messenger.{name}"),
    }
