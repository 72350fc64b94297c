"""The messages of the coordinator's organisations: what became of each, and what can be done about it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from http import HTTPStatus
from typing import Final
from urllib.parse import parse_qs, urlencode

from babel.numbers import format_decimal
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from actions.settle_message import drop, send_again
from actions.tell_why import holiday
from console.auth import Reader, for_coordinators
from console.moments import Moments
from console.pages import message as one
from console.pages.learners import heading
from console.pages.message import Words, done, named, number
from console.site import Site
from console.sorting import sort_key
from domain.delivery import POLICIES
from domain.language import Language
from domain.organisation import Organisation, Scope
from domain.programme import Programme
from storage import gaps, instance, messages, progress
from storage.database import Connection
from storage.gaps import Gap
from storage.message import LEFT, OVER, STATES, Entry
from storage.messages import PAGE, Found, Seen, Total, Wanted
from storage.progress import LARGEST_ID

HERE: Final = "/console/messages"
KINDS: Final = tuple(POLICIES)
RECENT: Final = timedelta(days=30)
GAPS: Final = 5
Change = Callable[[Connection, Scope, Sequence[Seen], datetime], int]


@dataclass(frozen=True, slots=True)
class View:
    """What the address asks for; `organisation`, `person` and `before` are ids, 0 for none."""

    q: str = ""
    state: str = ""
    kind: str = ""
    organisation: int = 0
    person: int = 0
    before: int = 0

    @property
    def narrowed(self) -> bool:
        """It asks for more than the newest messages."""
        return replace(self, before=0) != View()

    def link(self, **changes: str | int) -> str:
        """The address of this view with changes; from the newest message on, if not said otherwise."""
        view = replace(replace(self, before=0), **changes)  # type: ignore[arg-type]
        asked = {name: getattr(view, name) for name in View.__slots__}
        changed = {name: value for name, value in asked.items() if value != getattr(View(), name)}
        return HERE + (f"?{urlencode(changed)}" if changed else "")


@dataclass(frozen=True, slots=True)
class Panel:
    """What is known of sending as a whole: since when the store is held, when messengers were not heard."""

    held_at: datetime | None
    gaps: Sequence[Gap]


@dataclass(frozen=True, slots=True)
class Sight:
    """All that the page is made of. `doubt` are the newest messages that may have arrived, `unknown` how many."""

    organisations: Mapping[int, Organisation]
    found: Found
    totals: Mapping[str, Total]
    unknown: Total
    doubt: Sequence[Entry]
    holidays: Mapping[int, date | None]
    programmes: Mapping[int, Programme]
    person: str
    panel: Panel


def routes(site: Site) -> list[Route]:
    """The list, a message of its own, and the two things that can be done."""
    return [
        Route(HERE, for_coordinators(site, show), name="messages"),
        Route(
            f"{HERE}/again",
            for_coordinators(site, _changing(send_again, "again")),
            methods=["POST"],
            name="again",
        ),
        Route(
            f"{HERE}/drop", for_coordinators(site, _changing(drop, "dropped")), methods=["POST"], name="drop"
        ),
        Route(HERE + "/{id}", for_coordinators(site, one.show), name="message"),
    ]


def view_of(request: Request) -> View:
    """What the address asks for; what it cannot ask for is left out."""
    asked = request.query_params
    state, kind = asked.get("state", ""), asked.get("kind", "")
    return View(
        q=asked.get("q", "").strip()[:100],
        state=state if state in STATES else "",
        kind=kind if kind in KINDS else "",
        organisation=number(asked.get("organisation", "")),
        person=number(asked.get("person", "")),
        before=number(asked.get("before", "")),
    )


def seen_of(text: str) -> Seen | None:
    """A message as a form names it: its id, state and attempts; None for what names none."""
    numbered, _, rest = text.partition(".")
    state, _, attempts = rest.partition(".")
    known = number(numbered) and state in STATES and attempts.isascii() and attempts.isdigit()
    return Seen(number(numbered), state, number(attempts)) if known else None


async def show(site: Site, request: Request, reader: Reader) -> Response:
    """`GET /console/messages?q=...&state=...&kind=...&organisation=...&person=...&before=...`"""
    view, now, language = view_of(request), site.now(), reader.language
    sight = await site.database.read(partial(_look, reader=reader, view=view, now=now))
    places = sorted(sight.organisations.values(), key=lambda each: sort_key(language, each.name))
    zones = {each.id: Moments(site, language, each.zone, now) for each in places}
    home = Moments(site, language, reader.person.organisation.zone, now)
    words = Words(site, language, sight.programmes)
    return site.render(
        request,
        "messages.html",
        language,
        reader=reader,
        heading=heading(site, language, places),
        places=places,
        several=len(places) > 1,
        view=view,
        sight=sight,
        states=[name for name in STATES if sight.totals.get(name, Total()).count or name == view.state],
        kinds=KINDS,
        words=words,
        moments=zones,
        home=home,
        named=named,
        again=[each for each in sight.found.entries if each.again] if view.state in OVER else [],
        left=[each for each in sight.found.entries if each.droppable] if view.state in LEFT else [],
        doubt=[each for each in sight.doubt if each.again],
        done=done(request),
        written=partial(_written, language=language),
    )


def _written(total: Total, language: Language) -> str:
    """A number of messages; "+" after it when there are more."""
    return format_decimal(total.count, locale=language) + ("+" if total.more else "")


def _look(tx: Connection, reader: Reader, view: View, now: datetime) -> Sight:
    scope, wanted = reader.scope, _wanted(tx, reader.scope, view)
    found = messages.page(tx, scope, wanted)
    doubt = Wanted(state="unknown", organisation=wanted.organisation)
    unknown = messages.total(tx, scope, doubt)
    person = progress.person(tx, scope, view.person) if view.person else None
    homes = progress.organisations(tx, scope)
    return Sight(
        organisations=homes,
        found=found,
        totals=messages.totals(tx, scope, wanted),
        unknown=unknown,
        doubt=messages.page(tx, scope, doubt).entries if unknown.count else (),
        holidays=_holidays(found.entries, homes),
        programmes=one.versions(tx, found.entries),
        person=person.name if person else "",
        panel=Panel(instance.held_at(tx), gaps.recent(tx, scope, now - RECENT, GAPS)),
    )


def _holidays(entries: Sequence[Entry], homes: Mapping[int, Organisation]) -> dict[int, date | None]:
    waiting = ((each, homes.get(each.organisation or 0)) for each in entries if each.gated)
    return {each.id: holiday(home, each) for each, home in waiting if home}


def _wanted(tx: Connection, scope: Scope, view: View) -> Wanted:
    people = frozenset({view.person}) if view.person else None
    if view.q:
        part = sort_key("en", view.q)[0]
        called = {who for who, name in messages.names(tx, scope) if part in sort_key("en", name)[0]}
        people = frozenset(called if people is None else called & people)
    return Wanted(
        state=view.state,
        kind=view.kind,
        organisation=view.organisation or None,
        people=people,
        before=view.before or LARGEST_ID,
    )


def _changing(change: Change, told: str) -> Callable[[Site, Request, Reader], Awaitable[Response]]:
    """`POST` of messages as they were seen: change those that still are so, and say how many there were."""

    async def endpoint(site: Site, request: Request, reader: Reader) -> Response:
        form = await request.form()
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
    asked = {name: values[0] for name, values in parse_qs(query).items() if name in View.__slots__}
    asked |= {name: str(count) for name, count in counts.items()}
    return (path if known else HERE) + (f"?{urlencode(asked)}" if asked else "")
