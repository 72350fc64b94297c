"""The messages of the coordinator's organisations: what became of each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import ClassVar, Final

from babel.numbers import format_decimal
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from actions.tell_why import off
from console import lists
from console.auth import Reader, for_coordinators
from console.moments import Moments
from console.pages import message as one
from console.pages.learners import heading
from console.pages.message import done, named
from console.seen import see, see_list
from console.site import Site
from console.sorting import by_name, sort_key
from console.story import Words
from domain.delivery import POLICIES
from domain.language import Language
from domain.organisation import Organisation, Scope
from domain.programme import Programme
from storage import gaps, instance, messages, progress
from storage.database import Connection
from storage.gaps import Gap
from storage.message import LEFT, OVER, STATES, Entry
from storage.messages import Found, Total, Wanted
from storage.progress import LARGEST_ID, Profile

HERE: Final = "/console/messages"
KINDS: Final = tuple(POLICIES)
RECENT: Final = timedelta(days=30)
GAPS: Final = 5


@dataclass(frozen=True, slots=True)
class View(lists.View):
    """What the address asks for."""

    place = HERE
    choices: ClassVar = {"state": STATES, "kind": KINDS}
    q: str = ""
    state: str = ""
    kind: str = ""
    organisation: int = 0
    person: int = 0
    before: int = 0


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
    days_off: Mapping[int, date | None]
    programmes: Mapping[int, Programme]
    person: Profile | None
    panel: Panel


def routes(site: Site) -> list[Route]:
    """The list, and a message of its own."""
    return [
        Route(HERE, for_coordinators(site, show), name="messages"),
        Route(HERE + "/{id}", for_coordinators(site, one.show), name="message"),
    ]


async def show(site: Site, request: Request, reader: Reader) -> Response:
    """`GET /console/messages?q=...&state=...&kind=...&organisation=...&person=...&before=...`"""
    view, now, language = View.of(request), site.now(), reader.language
    sight = await site.database.read(partial(_look, reader=reader, view=view, now=now))
    await _keep(site, reader, sight)
    places = by_name(language, sight.organisations.values())
    zones = {each.id: Moments(site, language, each.zone, now) for each in places}
    home = Moments(site, language, reader.person.organisation.zone, now)
    words = Words(site, language, sight.programmes)

    def mine(entries: Sequence[Entry]) -> list[Entry]:
        return [each for each in entries if reader.may(each.organisation)]

    return site.render(
        request,
        "messages.html",
        language,
        reader=reader,
        heading=heading(site, language, places),
        several=len(places) > 1,
        view=view,
        sight=sight,
        states=_states(site, language, view, sight.totals),
        named_kinds=[(each, site.say(language, f"message.kind.{each}")) for each in KINDS],
        named_places=[(each.id, each.name) for each in places],
        words=words,
        moments=zones,
        home=home,
        named=named,
        again=[each for each in mine(sight.found.entries) if each.again] if view.state in OVER else [],
        left=[each for each in mine(sight.found.entries) if each.droppable] if view.state in LEFT else [],
        doubt=[each for each in mine(sight.doubt) if each.again],
        done=done(request),
        written=partial(_written, language=language),
    )


async def _keep(site: Site, reader: Reader, sight: Sight) -> None:
    """Keep whose messages were seen: somebody's, of whom the page is, or those of everybody in the list."""
    if sight.person:
        await see(site, reader.person.id, sight.person.id, sight.person.organisation.id)
        return
    listed = [*sight.doubt, *sight.found.entries]
    there = [(each.person, each.organisation) for each in listed if each.person]
    await see_list(site, reader.person.id, "messages", there)


def _states(
    site: Site, language: Language, view: View, totals: Mapping[str, Total]
) -> list[tuple[str, str, str]]:
    """The states that messages are in, and the one that was asked for: what each is called, how many there are."""
    counts = {name: totals.get(name, Total()) for name in STATES}
    return [
        (name, site.say(language, f"message.state.{name}"), _written(total, language))
        for name, total in counts.items()
        if total.count or name == view.state
    ]


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
        days_off=_days_off(found.entries, homes),
        programmes=one.versions(tx, found.entries),
        person=person,
        panel=Panel(instance.held_at(tx), gaps.recent(tx, scope, now - RECENT, GAPS)),
    )


def _days_off(entries: Sequence[Entry], homes: Mapping[int, Organisation]) -> dict[int, date | None]:
    waiting = ((each, homes.get(each.organisation or 0)) for each in entries if each.gated)
    return {each.id: off(home, each) for each, home in waiting if home}


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
