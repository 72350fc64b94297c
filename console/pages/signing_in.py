"""Signing in with a link, signing out, and the language of the pages."""

from collections.abc import Sequence
from functools import partial
from http import HTTPStatus
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from actions.sign_in import Opened, open_link, sign_out, use_link
from console.auth import authenticate, drop_session, session_token
from console.entrance import LINK, arrival, ceremony_token, field_of, ours
from console.pages.entering import door, entered
from console.site import Site, chosen_language, keep_language, language_for
from domain.message import Moment
from domain.signing import numbers


def routes(site: Site) -> Sequence[Route]:
    """The pages that need no session."""

    async def show(request: Request) -> Response:
        """A link shows a button and is not used up by looking: mail programs open links before people do."""
        token, now = request.query_params.get("token", ""), site.now()
        if token:
            here = ceremony_token(request, LINK)
            opened = await site.database.read(lambda tx: open_link(tx, token=token, now=now, browser=here))
            return _link(site, request, token, opened)
        if await authenticate(site, request):
            return RedirectResponse("/console", HTTPStatus.SEE_OTHER)
        reason = next((each for each in ("ended", "left", "out") if each in request.query_params), "needed")
        return await door(site, request, reason)

    async def use(request: Request) -> Response:
        token, number = await field_of(request, "token"), await field_of(request, "number")
        who, here = arrival(site, request, session_token(request)), ceremony_token(request, LINK)
        opened = await site.database.write(
            partial(use_link, token=token, arrival=who, browser=here, number=number)
        )
        if opened.state in ("ready", "second"):
            whose = opened.person.id if opened.person else None
            return entered(request, opened.state, token=who.token, person=whose)
        return _link(site, request, token, opened)

    async def leave(request: Request) -> Response:
        token = session_token(request)
        await site.database.write(lambda tx: sign_out(tx, token=token))
        response = RedirectResponse("/sign-in?out", HTTPStatus.SEE_OTHER, {"Clear-Site-Data": '"cache"'})
        drop_session(request, response)
        return response

    async def speak(request: Request) -> Response:
        language = chosen_language(request, await field_of(request, "language"))
        response = RedirectResponse(ours(await field_of(request, "next")), HTTPStatus.SEE_OTHER)
        keep_language(request, response, language)
        return response

    return (
        Route("/sign-in", show, name="sign_in"),
        Route("/sign-in", use, methods=["POST"], name="use_link"),
        Route("/sign-out", leave, methods=["POST"], name="sign_out"),
        Route("/console/language", speak, methods=["POST"], name="language"),
    )


def _link(site: Site, request: Request, token: str, opened: Opened) -> Response:
    """The page of a link: a button, or what is wrong with it and what to do."""
    language = language_for(request, opened.person.language if opened.person else None)
    if opened.state == "ready":
        choices = numbers(token, opened.number) if opened.number else ()
        return site.render(
            request, "sign_in.html", language, token=token, person=opened.person, numbers=choices
        )
    when = None
    if opened.person and opened.at:
        when = Moment(opened.at.astimezone(ZoneInfo(opened.person.organisation.zone)))
    about = f"sign_in.{opened.state}"
    said = {"when": when} if when else {}
    return site.render(
        request,
        "message.html",
        language,
        status=HTTPStatus.GONE,
        about=about,
        home="/sign-in/link",
        back="sign_in.link.title",
        **said,
    )
