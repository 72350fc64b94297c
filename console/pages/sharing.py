"""A programme of an organisation: whom it is for, under which licence, and what changed in what it is a copy of."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from actions import follow, share, translate
from actions.follow import Original
from console.auth import LESSONS, Reader, for_authors
from console.desks import desk_of
from console.differences import Row, differences
from console.entrance import form_of
from console.lists import number
from console.pages.lessons import common
from console.site import Site
from domain.language import LANGUAGES, Language, language_of
from domain.programme import Lesson, LessonText
from domain.sharing import REACHES, CardChange, LessonChange, card_changes
from lessons import write
from storage import sharing
from storage.database import Connection
from storage.errors import NotFound

HERE: Final = LESSONS + "/{slug:slug}"
SHARING, ORIGINAL = HERE + "/sharing", HERE + "/original"
DONE: Final = ("set", "refused", "taken", "changed", "unfit", "seen", "copied")


@dataclass(frozen=True, slots=True)
class Text:
    """A lesson in one language as it differs: its cards, and its lines."""

    language: Language
    cards: tuple[CardChange, ...]
    rows: Sequence[Row] | None


@dataclass(frozen=True, slots=True)
class Differing:
    """A lesson of the original that differs, in each language in which it does."""

    change: LessonChange
    title: str
    texts: tuple[Text, ...]


def routes(site: Site) -> list[Route]:
    """The two pages, what is done there, and copying a programme of others."""
    return [
        Route(SHARING, for_authors(site, show), name="sharing"),
        Route(SHARING, for_authors(site, state), methods=["POST"], name="share"),
        Route(HERE + "/copy", for_authors(site, copy), methods=["POST"], name="copy_programme"),
        Route(ORIGINAL, for_authors(site, original), name="original"),
        Route(ORIGINAL, for_authors(site, follow_it), methods=["POST"], name="follow"),
    ]


async def show(site: Site, request: Request, reader: Reader) -> Response:
    """`GET /console/lessons/SLUG/sharing?done=OUTCOME`: whose it is, for whom, which licence, a copy of what."""
    desk = await desk_of(site, request, reader)

    def look(tx: Connection) -> Mapping[str, Any]:
        bases = sharing.bases(tx).get(desk.owner, ())
        return {
            "licences": share.allowed(tx, desk.owner),
            "bases": bases,
            "beside": translate.both(tx, desk),
        }

    return site.render(
        request,
        "sharing.html",
        reader.language,
        **common(site, reader, desk),
        **await site.database.read(look),
        reaches=REACHES,
        done=_done(request),
    )


async def state(site: Site, request: Request, reader: Reader) -> Response:
    """`POST /console/lessons/SLUG/sharing` with `reach` and `licence`."""
    form, slug = await form_of(request), request.path_params["slug"]
    reach = next((each for each in REACHES if each == form.get("reach")), None)
    if reach is None:
        await desk_of(site, request, reader)
        return _back(slug, "sharing", "refused")
    licence = str(form.get("licence", ""))
    put = partial(share.state, scope=reader.scope, slug=slug, reach=reach, licence=licence, now=site.now())
    return _back(slug, "sharing", await _written(site, put))


async def copy(site: Site, request: Request, reader: Reader) -> Response:
    """`POST /console/lessons/SLUG/copy` of a programme of others, `at` a place of one's own, to translate it into a
    `language` or for whatever else."""
    slug, form = request.path_params["slug"], await form_of(request)
    at, language = number(str(form.get("at", ""))), language_of(str(form.get("language", "")))
    if language:
        return await _translate(site, reader, slug, at, language)
    new = await _written(site, partial(share.copy, scope=reader.scope, slug=slug, place=at, now=site.now()))
    if new is None:
        return RedirectResponse(f"{LESSONS}?done=reserved", HTTPStatus.SEE_OTHER)
    return _back(new, "sharing", "copied")


async def _translate(site: Site, reader: Reader, slug: str, at: int, language: Language) -> Response:
    """To the lesson of the copy that is to be translated next, or to the copy where none is left."""
    begin = partial(translate.begin, scope=reader.scope, slug=slug, place=at, language=language)
    begun = await _written(site, partial(begin, now=site.now()))
    if begun is None:
        return RedirectResponse(f"{LESSONS}?done=reserved", HTTPStatus.SEE_OTHER)
    name, lesson = begun
    where = f"{name}/{lesson}/{language}?done=copied" if lesson else name
    return RedirectResponse(f"{LESSONS}/{where}", HTTPStatus.SEE_OTHER)


async def original(site: Site, request: Request, reader: Reader) -> Response:
    """`GET /console/lessons/SLUG/original?done=OUTCOME`: what changed in what it is a copy of; 404 for what is none."""
    slug = request.path_params["slug"]
    desk, found = await _written(site, partial(follow.look, scope=reader.scope, slug=slug))
    bases = (await site.database.read(sharing.bases)).get(desk.owner)
    if not bases:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    changes = await asyncio.to_thread(_differing, found, reader.language) if found else ()
    return site.render(
        request,
        "original.html",
        reader.language,
        **common(site, reader, desk),
        bases=bases,
        original=found,
        about=await asyncio.to_thread(_about, found) if found else (),
        changes=changes,
        done=_done(request),
    )


async def follow_it(site: Site, request: Request, reader: Reader) -> Response:
    """`POST /console/lessons/SLUG/original` with the `newest` version that was seen: take a `lesson` over.

    `own` are the languages of the copy's own that go with it. Without a lesson, all changes were looked at.
    """
    form, slug = await form_of(request), request.path_params["slug"]
    newest, lesson = number(str(form.get("newest", ""))), str(form.get("lesson", ""))
    own = str(form.get("own", "")).split()
    what = partial(follow.take, lesson=lesson, own=own, now=site.now()) if lesson else follow.see
    done = await _written(site, partial(what, scope=reader.scope, slug=slug, newest=newest))
    return _back(slug, "original", "unfit" if done == "refused" else done)


async def _written(site: Site, act: Any) -> Any:
    """What the act came to; 404 where there is nothing for them."""
    try:
        return await site.database.write(act)
    except NotFound as error:
        raise HTTPException(HTTPStatus.NOT_FOUND) from error


def _done(request: Request) -> str:
    done = request.query_params.get("done", "")
    return done if done in DONE else ""


def _back(slug: str, page: str, done: str) -> Response:
    return RedirectResponse(f"{LESSONS}/{slug}/{page}?{urlencode({'done': done})}", HTTPStatus.SEE_OTHER)


def _differing(found: Original, language: Language) -> tuple[Differing, ...]:
    return tuple(_lesson(change, language) for change in found.changes)


def _lesson(change: LessonChange, language: Language) -> Differing:
    """The reader's language comes first."""
    before, after = _texts(change.before), _texts(change.after)
    spoken = sorted(before.keys() | after.keys(), key=lambda each: (each != language, LANGUAGES.index(each)))
    told = ((each, before.get(each), after.get(each)) for each in spoken)
    texts = (Text(each, card_changes(old, new), _rows(old, new)) for each, old, new in told if old != new)
    shown = change.after or change.before
    assert shown is not None, "what is neither before nor after does not differ"
    return Differing(change, shown.text(language).title, tuple(texts))


def _about(found: Original) -> tuple[Text, ...]:
    """How its title and description differ."""
    old, new = (
        {each.language: write.description(each.title, each.description) for each in programme.texts}
        for programme in (found.before, found.after)
    )
    spoken = (each for each in LANGUAGES if old.get(each) != new.get(each))
    return tuple(Text(each, (), differences(old.get(each, ""), new.get(each, ""))) for each in spoken)


def _texts(lesson: Lesson | None) -> dict[Language, LessonText]:
    return {each.language: each for each in lesson.texts} if lesson else {}


def _rows(old: LessonText | None, new: LessonText | None) -> Sequence[Row] | None:
    return differences(*(write.lesson(each) if each else "" for each in (old, new)))
