"""Programmes as their authors have them: lessons, drafts, what differs, and publishing."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from actions import author, share
from actions.author import Desk
from actions.share import Offered
from console.auth import LESSONS, Reader, for_authors
from console.desks import beside_of, desk_of, moments_of, sources
from console.differences import Row, differences
from console.entrance import form_of
from console.site import Site, language_name
from console.sorting import sort_key
from domain.fitting import MOST_TITLE
from domain.language import LANGUAGES, Language
from domain.organisation import Scope
from domain.problem import Problem
from domain.programme import Programme, ProgrammeText
from domain.sharing import missing
from lessons import editing, write
from lessons.beside import Beside
from lessons.parse import MOST_DESCRIPTION
from lessons.rules_head import MOST_AUDIENCE
from storage import drafts, organisations, programmes, sharing
from storage.database import Connection
from storage.drafts import Draft
from storage.programmes import Issue
from storage.sharing import Standing

DONE: Final = ("published", "back", "dropped", "changed", "described", "undescribed")


@dataclass(frozen=True, slots=True)
class Shelved:
    """A programme in the list of those that the author may change."""

    programme: Programme
    issue: Issue
    drafts: int
    standing: Standing


@dataclass(frozen=True, slots=True)
class Shelf:
    """What an author finds: their programmes, those of others, and the places that a copy can be for."""

    mine: Sequence[Shelved]
    others: Sequence[Offered]
    places: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class Change:
    """A text that differs: which one, its draft, and its lines (None: too many)."""

    lesson: str
    language: Language
    rows: Sequence[Row] | None
    draft: Draft | None = None
    late: bool = False
    gone: bool = False


def routes(site: Site) -> list[Route]:
    """The list, a programme, and publishing it."""
    return [
        Route(LESSONS, for_authors(site, every), name="lessons"),
        Route(LESSONS + "/{slug:slug}", for_authors(site, one), name="taught"),
        Route(LESSONS + "/{slug:slug}", for_authors(site, publish), methods=["POST"], name="publish"),
    ]


async def every(site: Site, request: Request, reader: Reader) -> Response:
    """`GET /console/lessons?done=reserved`"""
    found = await site.database.read(partial(_shelf, scope=reader.scope))
    language = reader.language

    def ordered(those: Sequence[Shelved] | Sequence[Offered]) -> list[Shelved | Offered]:
        return sorted(those, key=lambda each: sort_key(language, each.programme.text(language).title))

    return site.render(
        request,
        "lessons.html",
        language,
        reader=reader,
        shelved=ordered(found.mine),
        others=ordered(found.others),
        places=sorted(found.places.items(), key=lambda pair: sort_key(language, pair[1])),
        reserved=request.query_params.get("done") == "reserved",
        moments=moments_of(site, reader),
    )


async def one(site: Site, request: Request, reader: Reader) -> Response:
    """`GET /console/lessons/SLUG?done=OUTCOME`"""
    done = request.query_params.get("done", "")
    return await sheet(site, request, reader, done if done in DONE else "")


async def publish(site: Site, request: Request, reader: Reader) -> Response:
    """`POST /console/lessons/SLUG` with the `mark` of what was seen: all its drafts, if nothing is wrong with them."""
    desk = await desk_of(site, request, reader)
    made = await asyncio.to_thread(editing.edited, desk.programme, sources(desk), beside_of(site, desk))
    mark = (await form_of(request)).get("mark", "")
    if not desk.drafts or mark != desk.mark:
        return await sheet(site, request, reader, "changed", HTTPStatus.CONFLICT)
    if not made.good or any(change_is_late(desk, each) for each in desk.drafts.values()):
        return await sheet(site, request, reader, "wrong", HTTPStatus.UNPROCESSABLE_ENTITY)
    put = partial(
        author.publish_drafts,
        scope=reader.scope,
        seen=desk,
        programme=made.programme,
        now=site.now(),
        drawn=made.sets.values(),
    )
    return back(desk.programme.slug, await site.database.write(put))


def change_is_late(desk: Desk, draft: Draft) -> bool:
    """The draft cannot be published as it is: what it is to replace is another text now, or there is none."""
    return desk.late(draft) or not desk.has(draft.lesson)


async def sheet(
    site: Site,
    request: Request,
    reader: Reader,
    done: str,
    status: int = HTTPStatus.OK,
    *,
    typed: ProgrammeText | None = None,
) -> Response:
    """The page of a programme as it stands, with the title and description that were `typed` and not published."""
    desk = await desk_of(site, request, reader)
    issues = await site.database.read(partial(programmes.issues, programme=desk.owner))
    changes, problems = await asyncio.to_thread(_weighed, desk, beside_of(site, desk))
    return site.render(
        request,
        "lessons_programme.html",
        reader.language,
        status=status,
        **common(site, reader, desk),
        done=done,
        issues=issues,
        bases=(await site.database.read(sharing.bases)).get(desk.owner, ()),
        missing=missing(desk.programme),
        described={each.language: each for each in desk.programme.texts},
        typed=typed,
        most={"title": MOST_TITLE, "audience": MOST_AUDIENCE, "text": MOST_DESCRIPTION},
        changes=changes,
        problems=problems,
        ready=bool(changes) and not any(each.late or each.gone for each in changes) and not _wrong(problems),
    )


def common(site: Site, reader: Reader, desk: Desk) -> dict[str, Any]:
    """What every page of a programme shows."""
    names: Mapping[Language, str] = {each: language_name(reader.language, each) for each in LANGUAGES}
    return {
        "here": f"{LESSONS}/{desk.programme.slug}",
        "reader": reader,
        "desk": desk,
        "programme": desk.programme,
        "moments": moments_of(site, reader),
        "named": names,
    }


def _weighed(desk: Desk, beside: Beside) -> tuple[list[Change], tuple[Problem, ...]]:
    """What each draft changes, and what is wrong with the lessons that have one."""
    made = editing.edited(desk.programme, sources(desk), beside)
    changes = [_change(desk, each) for each in desk.drafts.values()]
    return changes, editing.seen(made, {each.lesson for each in changes})


def _change(desk: Desk, draft: Draft) -> Change:
    text = editing.text_of(desk.programme, draft.key)
    rows = differences(write.lesson(text) if text else "", draft.source)
    gone = not desk.has(draft.lesson)
    return Change(draft.lesson, draft.language, rows, draft, late=desk.late(draft), gone=gone)


def _wrong(problems: Sequence[Problem]) -> bool:
    return any(problem.severity == "error" for problem in problems)


def _shelf(tx: Connection, scope: Scope) -> Shelf:
    counts, stand, names = drafts.counts(tx), sharing.standings(tx), organisations.names(tx)
    mine = [
        Shelved(
            programmes.version(tx, newest),
            programmes.issues(tx, each, 1)[0],
            counts.get(each, 0),
            stand[each],
        )
        for each, newest in author.writable(tx, scope).items()
    ]
    return Shelf(mine, share.of_others(tx, scope), {each: names[each][0] for each in scope.at("write")})


def back(slug: str, done: str) -> Response:
    """To the page of the programme, which says what was done."""
    return RedirectResponse(f"{LESSONS}/{slug}?{urlencode({'done': done})}", HTTPStatus.SEE_OTHER)
