"""Group chats and channels of places: which are bound, how they do, a code to bind one, and letting one go."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from actions import groups as deeds
from actions.keys import new_code
from console.auth import Reader, for_right
from console.entrance import form_of
from console.lists import number
from console.moments import Moments
from console.pages.composing import HERE as ANNOUNCEMENTS
from console.site import Site, language_name
from domain.group import COMMAND
from domain.language import LANGUAGES
from domain.organisation import Organisation
from storage import groups, progress
from storage.database import Connection
from storage.errors import NotFound
from storage.groups import Group

HERE: Final = ANNOUNCEMENTS + "/groups"


@dataclass(frozen=True, slots=True)
class Sight:
    """All that the page is made of."""

    groups: Sequence[Group]
    places: dict[int, Organisation]


def routes(site: Site) -> list[Route]:
    """The list, and what can be done."""
    return [
        Route(HERE, for_right(site, "act", show), name="groups"),
        Route(HERE, for_right(site, "act", do), methods=["POST"], name="do_groups"),
    ]


async def show(site: Site, request: Request, reader: Reader) -> Response:
    """`GET /console/announcements/groups`"""
    return await _page(site, request, reader)


async def do(site: Site, request: Request, reader: Reader) -> Response:
    """`POST`: a new code, shown this once; or, with a `group`, nothing goes there any more; 404 outside the scope."""
    form, now = await form_of(request), site.now()
    which = number(str(form.get("group", "")))
    try:
        if which:
            await site.database.write(lambda tx: deeds.end(tx, reader.scope, which, now))
            return RedirectResponse(HERE, HTTPStatus.SEE_OTHER)
        place = number(str(form.get("place", "")))
        language = next((each for each in LANGUAGES if each == form.get("language")), None)
        if language is None or not place:
            return await _page(site, request, reader, wrong=True)
        ask = partial(deeds.ask, scope=reader.scope, organisation=place, language=language)
        code = await site.database.write(lambda tx: ask(tx, now=now, new_code=new_code))
    except NotFound as error:
        raise HTTPException(HTTPStatus.NOT_FOUND) from error
    return await _page(site, request, reader, code=code)


async def _page(
    site: Site, request: Request, reader: Reader, *, code: str = "", wrong: bool = False
) -> Response:
    def look(tx: Connection) -> Sight:
        return Sight(groups.of_scope(tx, reader.scope), progress.organisations(tx, reader.scope))

    sight, language = await site.database.read(look), reader.language
    zone = reader.person.organisation.zone
    return site.render(
        request,
        "groups.html",
        language,
        status=HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK,
        here=HERE,
        reader=reader,
        sight=sight,
        places=[(each.id, each.name) for each in sight.places.values()],
        spoken=[(each, language_name(language, each)) for each in LANGUAGES],
        called=partial(language_name, language),
        written=f"{COMMAND} {code}" if code else "",
        wrong=wrong,
        moments=Moments(site, language, zone, site.now()),
    )
