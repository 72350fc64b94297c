"""The roster by hand: what an operator needs before there are imports."""

from collections.abc import Callable, Mapping
from datetime import time
from typing import Any, TypeVar

from actions import enlist
from actions.entrust import give, take
from domain import tree
from domain.days_off import split
from domain.language import Language, language_of
from domain.rights import ROLES, Grant
from domain.settings import hour_of
from domain.tree import LEVELS, Own, Place
from storage import organisations as houses
from storage import people
from storage.database import Connection
from storage.roles import of_email as list_roles
from zinute.assemble import look_only, now, opened
from zinute.config import Settings
from zinute.errors import Stop
from zinute.options import whole

T = TypeVar("T")


async def add_organisation(
    settings: Settings, name: str, said: Mapping[str, str | None], *, level: str, above: int | None
) -> int:
    """The new organisation's number; `said` as written on the command line."""
    if level not in LEVELS:
        raise Stop(f"There is no level '{level}': use {', '.join(LEVELS)}.")
    own = Own(**_own(said))
    return await _write(
        settings, lambda tx: enlist.add_organisation(tx, name, own, level, above, now=now()), there=False
    )


async def set_organisation(
    settings: Settings, organisation: int, said: Mapping[str, str | None], name: str | None
) -> None:
    """Set what is said (None: nothing is); "" takes a setting back, so that it holds as above."""
    await _write(settings, lambda tx: enlist.set_here(tx, organisation, _own(said), now(), name=name))


async def move_organisation(settings: Settings, organisation: int, above: int | None) -> None:
    """Put it under another one, or at the top."""
    await _write(settings, lambda tx: enlist.move(tx, organisation, above, now()))


async def organisations(settings: Settings) -> list[str]:
    """A line for each organisation, under the one above it: at the top with all that holds, else with what is set."""
    places = await look_only(settings, houses.places)
    return [_told(places, each) for each in tree.in_order(places.values())]


async def set_role(settings: Settings, email: str, role: str, organisation: int | None, *, stop: bool) -> int:
    """Give the person a role, or take it back: where (their own organisation, if none is given)."""
    if role not in ROLES:
        raise Stop(f"There is no role '{role}': use {', '.join(ROLES)}.")

    def change(tx: Connection) -> int:
        person = enlist.known(tx, email)
        place = people.get(tx, person).organisation.id if organisation is None else organisation
        if houses.find(tx, place) is None:
            raise Stop(f"There is no organisation {place}: 'zinute organisation list' shows them.")
        done = (take if stop else give)(tx, Grant(person, role, place), None, now())
        if done == "none":
            raise Stop(f"{email} is no {role} at organisation {place}: see 'zinute person roles {email}'.")
        return place

    return await _write(settings, change)


async def roles(settings: Settings, email: str | None) -> list[str]:
    """A line for each role of a person, or of everybody."""

    def look(tx: Connection) -> list[str]:
        if email is not None:
            enlist.known(tx, email)
        found = list_roles(tx, email)
        return [f"{each.email}  {each.role}  {each.organisation} {each.place}" for each in found]

    try:
        return await look_only(settings, look)
    except enlist.NotEnlisted as error:
        raise Stop(str(error)) from error


async def _write(settings: Settings, change: Callable[[Connection], T], *, there: bool = True) -> T:
    """What the change gives, in a transaction of its own; raises Stop with the reason why it cannot be."""
    try:
        async with opened(settings, there=there) as database:
            return await database.write(change)
    except enlist.NotEnlisted as error:
        raise Stop(str(error)) from error


def _told(places: Mapping[int, Place], place: Place) -> str:
    above = tree.depth(places, place)
    shown = place.own if above else tree.effective(place.own)
    known = ["closed"] if place.closed else _known(shown)
    return f"{place.id}  {'  ' * above}{place.name} ({', '.join([place.level, *known])})"


def _known(own: Own) -> list[str]:
    """What is set at a place, in short."""
    hours = f"{own.opens:%H:%M}" if own.opens else "", f"{own.closes:%H:%M}" if own.closes else ""
    from_to = f"{hours[0]}-{hours[1]}" if any(hours) else ""
    most = f"at most {own.cap} a day" if own.cap else ""
    kept = f"kept {own.keep} years" if own.keep and own.keep != tree.TOP.keep else ""
    only = f"only in {', '.join(own.messengers)}" if own.messengers else ""
    spoken = f"in {', '.join(own.languages)}" if own.languages else ""
    second = f"approver above {own.approver_above}" if own.approver_above else ""
    closed = f"off {', '.join(own.days_off)}" if own.days_off else ""
    known = own.country, own.zone, own.language, own.sector, from_to, most, kept, only, spoken, second, closed
    return [each for each in (*known, ", ".join(own.domains or ())) if each]


def _own(said: Mapping[str, str | None]) -> dict[str, Any]:
    """Settings as the tree has them, of those that are said; "" is None: as above."""
    values: dict[str, Any] = {name: value or None for name, value in said.items() if value is not None}
    if country := values.get("country"):
        values["country"] = country.upper()
    if language := values.get("language"):
        values["language"] = _language(language)
    if languages := values.get("languages"):
        written = languages.replace(",", " ").split()
        values["languages"] = tuple(dict.fromkeys(_language(each) for each in written))
    if domains := values.get("domains"):
        values["domains"] = tuple(domains.lower().replace(",", " ").replace("@", "").split())
    if messengers := values.get("messengers"):
        values["messengers"] = tuple(dict.fromkeys(messengers.lower().replace(",", " ").split()))
    if days := values.get("days_off"):
        values["days_off"] = split(days)
    values |= {name: whole(values[name]) for name in enlist.RANGES if values.get(name)}
    if "hours" in values:
        values["opens"], values["closes"] = _hours(values.pop("hours"))
    return values


def _hours(written: str | None) -> tuple[time | None, time | None]:
    if written is None:
        return None, None
    opens, _, closes = written.replace("–", "-").partition("-")
    span = hour_of(opens), hour_of(closes)
    if None in span:
        raise Stop(f"'{written}' is no span of hours: write it as 8:00-18:00.")
    return span


def _language(written: str) -> Language | None:
    language = language_of(written)
    if written and language is None:
        raise Stop(f"There is no language '{written}': use lt, pl, nb or en.")
    return language
