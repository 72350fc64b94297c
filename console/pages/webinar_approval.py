"""Registrations for a webinar that wait for approval: some are approved of, others not."""

from functools import partial
from http import HTTPStatus
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from actions import approve
from actions.organise import own
from console.auth import Reader, for_right
from console.entrance import form_of
from console.lists import number
from console.site import Site
from storage.errors import NotFound

HERE: Final = "/console/webinars/{id}/approval"
_DO: Final = {"approve": approve.approve, "refuse": approve.refuse}
_MOST: Final = 500  # as many as a page shows


def routes(site: Site) -> list[Route]:
    """For those who act at its place."""
    return [Route(HERE, for_right(site, "act", settle), methods=["POST"], name="settle_registrations")]


async def settle(site: Site, request: Request, reader: Reader) -> Response:
    """`POST /console/webinars/ID/approval` with `do` (approve or refuse) and `who`: registrations' numbers.

    Whose webinar it is comes first, so that no answer says whether there is one.
    """
    form, which = await form_of(request), number(request.path_params["id"])
    do = _DO.get(str(form.get("do", "")))
    those = {number(str(each)) for each in form.getlist("who")[:_MOST]}
    look = partial(own, scope=reader.scope, webinar=which)
    unit = do and partial(do, scope=reader.scope, webinar=which, those=those, now=site.now())
    try:
        await (site.database.write(unit) if unit else site.database.write(look))
    except NotFound as error:
        raise HTTPException(HTTPStatus.NOT_FOUND) from error
    if unit is None:
        raise HTTPException(HTTPStatus.UNPROCESSABLE_ENTITY)
    return RedirectResponse(f"/console/webinars/{which}?done=settled", HTTPStatus.SEE_OTHER)
