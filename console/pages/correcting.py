"""The form that corrects the words of an announcement that went, or takes it back."""

from functools import partial
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from actions import amend, compose
from actions.compose import Changed, Fault
from actions.dispatch import NotSent
from console.audience_words import first_words
from console.auth import Reader, for_right
from console.entrance import form_of
from console.lists import number
from console.numbers import Numbers
from console.pages.composing import HERE, words_of
from console.site import Site, language_name
from domain.language import LANGUAGES
from storage.announcements import Announced
from storage.database import Connection
from storage.errors import NotFound


def routes(site: Site) -> list[Route]:
    """The form, and what its buttons do."""
    here = HERE + "/{id}/correct"
    return [
        Route(here, for_right(site, "act", show), name="correcting"),
        Route(here, for_right(site, "act", do), methods=["POST"], name="correct_announcement"),
    ]


async def show(site: Site, request: Request, reader: Reader) -> Response:
    """`GET /console/announcements/ID/correct`: back to its page for what nobody can have yet, or is taken back."""
    return await _page(site, request, reader, [])


async def do(site: Site, request: Request, reader: Reader) -> Response:
    """`POST /console/announcements/ID/correct`: its words are corrected, or it is taken back."""
    which, now, form = number(request.path_params["id"]), site.now(), await form_of(request)
    seen, texts = str(form.get("seen", "")), {each: words_of(form, f"text-{each}") for each in LANGUAGES}
    said = {language: words for language, words in texts.items() if words}

    def work(tx: Connection) -> None:
        if form.get("do") == "withdraw":
            amend.take_back(tx, reader.scope, which, now, seen=seen)
        else:
            amend.correct(tx, reader.scope, which, said, now, seen=seen)

    try:
        await site.database.write(work)
    except Changed:
        return await _page(site, request, reader, [Fault("changed")])
    except NotSent as error:
        return await _page(site, request, reader, error.faults)
    except NotFound as error:
        raise HTTPException(HTTPStatus.NOT_FOUND) from error
    return RedirectResponse(f"{HERE}/{which}", HTTPStatus.SEE_OTHER)


async def _page(site: Site, request: Request, reader: Reader, faults: list[Fault]) -> Response:
    which = number(request.path_params["id"])

    def look(tx: Connection) -> tuple[Announced, int]:
        found = compose.one(tx, reader.scope, which)
        return found, amend.corrects_alone(tx, reader.scope, found)

    try:
        found, alone = await site.database.read(look)
    except NotFound as error:
        raise HTTPException(HTTPStatus.NOT_FOUND) from error
    if found.begun_at is None or found.withdrawn:
        return RedirectResponse(f"{HERE}/{which}", HTTPStatus.SEE_OTHER)
    return site.render(
        request,
        "correcting.html",
        reader.language,
        status=HTTPStatus.UNPROCESSABLE_ENTITY if faults else HTTPStatus.OK,
        here=f"{HERE}/{which}",
        reader=reader,
        found=found,
        alone=alone,
        faults=faults,
        first=first_words(found.texts, reader.language),
        seen=compose.mark(found),
        called=partial(language_name, reader.language),
        most=compose.most(found.enclosed),
        numbers=Numbers(site, reader.language),
    )
