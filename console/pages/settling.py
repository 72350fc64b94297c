"""What can be done about messages: those that were seen are sent again or dropped, if they still stand as they did."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from http import HTTPStatus
from urllib.parse import parse_qs, urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from actions.settle_message import drop, send_again
from console.auth import Reader, for_coordinators
from console.entrance import form_of
from console.lists import number
from console.pages.messages import HERE, View
from console.site import Site
from domain.organisation import Scope
from storage.database import Connection
from storage.message import STATES
from storage.messages import PAGE, Seen

Change = Callable[[Connection, Scope, Sequence[Seen], datetime], int]


def routes(site: Site) -> list[Route]:
    """The two things that can be done."""
    deeds = {"again": _changing(send_again, "again"), "drop": _changing(drop, "dropped")}
    return [
        Route(f"{HERE}/{name}", for_coordinators(site, deed), methods=["POST"], name=name)
        for name, deed in deeds.items()
    ]


def seen_of(text: str) -> Seen | None:
    """A message as a form names it: its id, state and attempts; None for what names none."""
    numbered, _, rest = text.partition(".")
    state, _, attempts = rest.partition(".")
    known = number(numbered) and state in STATES and attempts.isascii() and attempts.isdigit()
    return Seen(number(numbered), state, number(attempts)) if known else None


def _changing(change: Change, told: str) -> Callable[[Site, Request, Reader], Awaitable[Response]]:
    """`POST` of messages as they were seen: change those that still are so, and say how many there were."""

    async def endpoint(site: Site, request: Request, reader: Reader) -> Response:
        form = await form_of(request)
        asked = [seen_of(value) for value in form.getlist("message") if isinstance(value, str)]
        seen = list(dict.fromkeys(each for each in asked if each))[:PAGE]
        now = site.now()
        changed = await site.database.write(lambda tx: change(tx, reader.scope, seen, now))
        counts = {told: changed, "left": len(seen) - changed}
        place = _place(form.get("next", ""), {name: count for name, count in counts.items() if count})
        return RedirectResponse(place, HTTPStatus.SEE_OTHER)

    return endpoint


def _place(back: object, counts: Mapping[str, int]) -> str:
    """A page of ours about messages, with what was done."""
    path, _, query = back.partition("?") if isinstance(back, str) else ("", "", "")
    known = path == HERE or (path.removeprefix(f"{HERE}/").isdigit() and path.isascii())
    asked = {name: values[0] for name, values in parse_qs(query).items() if name in View.__dataclass_fields__}
    asked |= {name: str(count) for name, count in counts.items()}
    return (path if known else HERE) + (f"?{urlencode(asked)}" if asked else "")
