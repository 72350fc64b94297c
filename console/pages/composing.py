"""The form of an announcement: its words, the link below them, and whom it is for; it is kept as a draft."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from http import HTTPStatus
from typing import Final

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from actions import compose
from actions.chase import DAYS, MOST
from actions.compose import LASTS, Changed, Composed
from console.audience_words import Choices, choices
from console.auth import Reader, for_right
from console.entrance import form_of
from console.lists import number
from console.site import Site, language_name
from domain.audience import EVERYBODY, MOST_LINES, Away, Line, ToldToday, leaf_of, lines_of, ruled, word_of
from domain.fitting import MOST_TEXT
from domain.language import LANGUAGES, Language
from domain.tree import Place, depth, in_order
from storage import groups, organisations, segments
from storage.announcements import Announced
from storage.database import Connection
from storage.errors import NotFound
from storage.segments import Segment

HERE: Final = "/console/announcements"
FREE: Final = 2  # lines that are empty yet
STATUS: Final = {
    "": HTTPStatus.OK,
    "place": HTTPStatus.UNPROCESSABLE_ENTITY,
    "changed": HTTPStatus.CONFLICT,
}
LONGEST: Final = 2 * MOST_TEXT  # what is too long is kept, and said


@dataclass(frozen=True, slots=True)
class Form:
    """What the page is made of: what is written so far, and what there is to choose from."""

    composed: Composed
    lines: Sequence[Line]
    without: Sequence[str]
    places: Sequence[tuple[int, str]]
    choices: Choices
    languages: Sequence[Language]
    segments: Sequence[Segment]
    groups: Sequence[tuple[str, str]]


def routes(site: Site) -> list[Route]:
    """The form of a new announcement, and that of a draft."""
    return [
        Route(HERE + "/new", for_right(site, "act", new), name="composing"),
        Route(HERE + "/new", for_right(site, "act", keep), methods=["POST"], name="compose"),
        Route(HERE + "/{id}/edit", for_right(site, "act", edit), name="recomposing"),
        Route(HERE + "/{id}/edit", for_right(site, "act", change), methods=["POST"], name="recompose"),
    ]


async def new(site: Site, request: Request, reader: Reader) -> Response:
    """`GET /console/announcements/new`"""
    mine = reader.scope.organisations
    home = reader.person.organisation.id
    first = home if home in mine else min(mine)
    return await _page(site, request, reader, Composed(first, {}, confirms=False, rule=EVERYBODY))


async def keep(site: Site, request: Request, reader: Reader) -> Response:
    """`POST /console/announcements/new`: it is kept as a draft, which its own page shows as people will see it."""
    return await _keep(site, request, reader, 0)


async def edit(site: Site, request: Request, reader: Reader) -> Response:
    """`GET /console/announcements/ID/edit`: 404 for what is no draft."""
    which = number(request.path_params["id"])
    kept = await site.database.read(lambda tx: draft(tx, reader, which))
    composed = compose.composed_of(kept)
    return await _page(site, request, reader, composed, which=which, seen=compose.mark(kept))


async def change(site: Site, request: Request, reader: Reader) -> Response:
    """`POST /console/announcements/ID/edit`: the draft says this from now on; 404 for what is no draft."""
    which = number(request.path_params["id"])
    await site.database.read(lambda tx: draft(tx, reader, which))
    return await _keep(site, request, reader, which)


def draft(tx: Connection, reader: Reader, which: int) -> Announced:
    """The draft; 404 for what is none, and outside of the scope."""
    try:
        found = compose.one(tx, reader.scope, which)
    except NotFound as error:
        raise HTTPException(HTTPStatus.NOT_FOUND) from error
    if found.state != "draft":
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return found


async def _keep(site: Site, request: Request, reader: Reader, which: int) -> Response:
    form, now, key = await form_of(request), site.now(), f"console:{secrets.token_hex(16)}"
    composed, seen = composed_of(form), str(form.get("seen", ""))
    again = partial(_page, site, request, reader, composed, which=which)
    if composed.place not in reader.scope.at("act"):
        return await again(wrong="place", seen=seen)
    fills = form.get("do") == "segment"
    segment = number(str(form.get("segment", ""))) if fills else 0

    def write(tx: Connection) -> int:
        chosen = next((each.rule for each in segments.of_scope(tx, reader.scope) if each.id == segment), None)
        said = composed if chosen is None else replace(composed, rule=chosen)
        return compose.save(tx, reader.scope, said, now, key=key, which=which, seen=seen)

    try:
        kept = await site.database.write(write)
    except Changed:
        newest = await site.database.read(lambda tx: draft(tx, reader, which))
        return await again(wrong="changed", seen=compose.mark(newest))
    except NotFound as error:
        raise HTTPException(HTTPStatus.NOT_FOUND) from error
    more = "/edit" if fills or form.get("do") == "more" else ""
    return RedirectResponse(f"{HERE}/{kept}{more}", HTTPStatus.SEE_OTHER)


def composed_of(form: FormData) -> Composed:
    """What a form says; lines that ask nothing are left out."""
    texts = {each: words_of(form, f"text-{each}") for each in LANGUAGES}
    lines = [
        Line(leaf, how == "not", join == "or")
        for word, how, join in zip(*(_listed(form, name) for name in ("what", "how", "join")), strict=False)
        if (leaf := leaf_of(word))
    ]
    ticked = form.getlist("without")
    without = [each for each in (Away(), ToldToday()) if each.form in ticked]
    return Composed(
        number(str(form.get("place", ""))),
        {language: words for language, words in texts.items() if words},
        "confirms" in form,
        ruled(lines[:MOST_LINES], without),
        next((each for each in LASTS if str(each) == form.get("days")), 1),
        chase_days=next((each for each in DAYS if str(each) == form.get("chase-days")), DAYS[0]),
        chase_times=next((each for each in range(MOST + 1) if str(each) == form.get("chase-times")), 0),
        groups=tuple(sorted({number(each) for each in _listed(form, "group")} - {0})),
        people="people" in form or "group" not in form,
    )


def words_of(form: FormData, name: str) -> str:
    """A text of a form, as it was written."""
    return str(form.get(name, "")).replace("\r\n", "\n").strip()[:LONGEST]


def _listed(form: FormData, name: str) -> list[str]:
    return [str(each) for each in form.getlist(name)]


async def _page(
    site: Site,
    request: Request,
    reader: Reader,
    composed: Composed,
    *,
    which: int = 0,
    wrong: str = "",
    seen: str = "",
) -> Response:
    form = await site.database.read(lambda tx: _form(tx, site, reader, composed))
    language = reader.language
    return site.render(
        request,
        "composing.html",
        language,
        status=STATUS[wrong],
        here=f"{HERE}/{which}/edit" if which else f"{HERE}/new",
        reader=reader,
        form=form,
        which=which,
        wrong=wrong,
        seen=seen,
        free=min(FREE, MOST_LINES - len(form.lines)),
        called=partial(language_name, language),
        word_of=word_of,
        lasts=LASTS,
        chases=DAYS,
        chases_most=MOST,
        longest=LONGEST,
        most=MOST_TEXT,
    )


def _form(tx: Connection, site: Site, reader: Reader, composed: Composed) -> Form:
    tree, mine = organisations.places(tx), reader.scope.at("act")
    lines, without = lines_of(composed.rule)
    house = organisations.find(tx, composed.place) if composed.place in mine else None
    offered = house.offers if house else LANGUAGES
    return Form(
        composed,
        lines,
        [each.form for each in without],
        _indented(tree, mine),
        choices(tx, site, reader, tree, [each.leaf for each in lines]),
        [each for each in LANGUAGES if each in offered or composed.texts.get(each)],
        segments.of_scope(tx, reader.scope),
        [
            (str(each.id), f"{each.title} ({language_name(reader.language, each.language)})")
            for each in groups.of_scope(tx, reader.scope)
        ],
    )


def _indented(tree: dict[int, Place], mine: frozenset[int]) -> list[tuple[int, str]]:
    places = [each for each in in_order(tree.values()) if each.id in mine]
    least = min((depth(tree, each) for each in places), default=0)
    return [(each.id, "\N{EM SPACE}" * (depth(tree, each) - least) + each.name) for each in places]
