"""The question of an announcement: its form beside a draft, and what was answered, as a file."""

import csv
import io
from dataclasses import replace
from functools import partial
from http import HTTPStatus
from typing import Final

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from actions import compose
from actions.compose import Changed
from actions.enclose import Change, enclose
from actions.vote import Results, results
from console.audience_words import first_words
from console.auth import Reader, for_coordinators, for_right
from console.entrance import form_of
from console.lists import number
from console.pages.composing import HERE, draft
from console.pages.enclosing import line_of, said_of
from console.site import Site, language_name
from domain.audit import Deed
from domain.enclosed import ANSWERS, LASTS, MOST_ANSWER, MOST_QUESTION, Poll, said_in
from domain.language import LANGUAGES
from domain.spreadsheet import guarded
from storage import audit
from storage.announcements import Announced
from storage.database import Connection
from storage.errors import NotFound

COLUMNS: Final = ("answer", "count")


def routes(site: Site) -> list[Route]:
    """The form, and the file."""
    return [
        Route(HERE + "/{id}/poll", for_right(site, "act", show), name="polling"),
        Route(HERE + "/{id}/poll", for_right(site, "act", keep), methods=["POST"], name="poll"),
        Route(HERE + "/{id}/poll.csv", for_coordinators(site, give), name="poll_csv"),
    ]


async def show(site: Site, request: Request, reader: Reader) -> Response:
    """`GET /console/announcements/ID/poll`: 404 for what is no draft."""
    which = number(request.path_params["id"])
    found = await site.database.read(lambda tx: draft(tx, reader, which))
    return _page(site, request, reader, found, found.enclosed.poll)


async def keep(site: Site, request: Request, reader: Reader) -> Response:
    """`POST /console/announcements/ID/poll`: the draft asks this from now on; nothing, where no question is written."""
    which, form = number(request.path_params["id"]), await form_of(request)
    found = await site.database.read(lambda tx: draft(tx, reader, which))
    poll = poll_of(form)
    change = Change(replace(found.enclosed, poll=poll))
    try:
        await site.database.write(
            lambda tx: enclose(tx, reader.scope, which, change, seen=str(form.get("seen", "")))
        )
    except Changed:
        found = await site.database.read(lambda tx: draft(tx, reader, which))
        return _page(site, request, reader, found, poll, changed=True)
    except NotFound as error:
        raise HTTPException(HTTPStatus.NOT_FOUND) from error
    return RedirectResponse(f"{HERE}/{which}", HTTPStatus.SEE_OTHER)


def poll_of(form: FormData) -> Poll | None:
    """What a form says; answers that say nothing are left out."""
    question = said_of(form, "question", MOST_QUESTION)
    answers = (said_of(form, f"answer-{each}", MOST_ANSWER) for each in range(1, ANSWERS[1] + 1))
    said = tuple(each for each in answers if each)
    days = next((each for each in LASTS if str(each) == line_of(form, "days", 3)), 7)
    return Poll(question, said, form.get("named") == "yes", days) if question or said else None


def _page(
    site: Site,
    request: Request,
    reader: Reader,
    found: Announced,
    poll: Poll | None,
    *,
    changed: bool = False,
) -> Response:
    shown = poll or Poll({}, ())
    return site.render(
        request,
        "polling.html",
        reader.language,
        status=HTTPStatus.CONFLICT if changed else HTTPStatus.OK,
        here=f"{HERE}/{found.id}",
        reader=reader,
        poll=shown,
        answers=[*shown.answers, *[{}] * (ANSWERS[1] - len(shown.answers))],
        first=first_words(found.texts, reader.language),
        spoken=[each for each in LANGUAGES if found.texts.get(each)],
        seen=compose.mark(found),
        changed=changed,
        called=partial(language_name, reader.language),
        lasts=LASTS,
        most={"question": MOST_QUESTION, "answer": MOST_ANSWER},
    )


async def give(site: Site, request: Request, reader: Reader) -> Response:
    """`GET /console/announcements/ID/poll.csv`: how many chose each answer, where so many did; who takes it is kept."""
    which, now = number(request.path_params["id"]), site.now()

    def take(tx: Connection) -> tuple[Poll, Results]:
        found = compose.one(tx, reader.scope, which)
        poll = found.enclosed.poll
        if poll is None:
            raise NotFound
        answered = results(tx, found) or Results([None] * len(poll.answers), None)
        given = Deed("announcement.given", found.organisation, which, after={"count": answered.whole})
        audit.note(tx, given, reader.person.id, now)
        return poll, answered

    try:
        poll, answered = await site.database.write(take)
    except NotFound as error:
        raise HTTPException(HTTPStatus.NOT_FOUND) from error
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\r\n")
    rows.writerow(COLUMNS)
    for said, count in zip(poll.answers, answered.counts, strict=True):
        rows.writerow([guarded(said_in(said, reader.language)), "" if count is None else count])
    headers = {
        "Content-Disposition": f'attachment; filename="announcement-{which}-answers.csv"',
        "Cache-Control": "no-store",
    }
    return Response(out.getvalue().encode("utf-8-sig"), media_type="text/csv; charset=utf-8", headers=headers)
