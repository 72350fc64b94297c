"""Put organisations into the tree by hand, and say who writes lessons."""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields, replace
from datetime import datetime, time
from typing import Any, Final
from zoneinfo import ZoneInfo

from domain import days_off, tree
from domain.audit import Deed, Values
from domain.days_off import NoDaysOff, Span
from domain.messengers import MESSENGERS
from domain.organisation import HOME
from domain.roster_cells import MOST_WORDS
from domain.tree import Level, Misplaced, Own, Place
from storage import audit, organisations, people
from storage.database import Connection

MOST_A_DAY: Final = 10
MOST_YEARS: Final = 50
MOST_TOLD: Final = 1_000_000
MOST_NAME: Final = 200  # characters
# Settings that are numbers: the least and the most that there can be, and what is said of others.
RANGES: Final = {
    "cap": (1, MOST_A_DAY, "From 1 to {most} messages may come by themselves on a day, and not {number}."),
    "keep": (1, MOST_YEARS, "What was learned is kept for 1 to {most} years, and not {number}."),
    "approver_above": (
        0,
        MOST_TOLD,
        "Above how many people a second person approves is 1 to {most}, or 0 for never, and not {number}.",
    ),
}
_DOMAIN: Final = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")
_HIDDEN: Final = "…"  # names stand in no log
_NEW: Final = 0  # the id of a place that has none yet


class NotEnlisted(Exception):
    """What was asked for cannot be; the message says why.

    For those who read another language `code` says so too, with a `value`, and `about` which setting is wrong; without
    them it is something that only commands ask for.
    """

    def __init__(self, message: str, code: str = "other", *, about: str = "", value: str = "") -> None:
        super().__init__(message)
        self.code, self.about, self.value = code, about, value


def alone(tx: Connection) -> dict[int, Place]:
    """The tree, of which nobody changes anything until the transaction ends; nobody gives a role meanwhile either.

    The log is locked first, as everywhere: else two wait for each other.
    """
    audit.alone(tx)
    return organisations.places(tx, to_change=True)


def add_organisation(
    tx: Connection,
    name: str,
    own: Own,
    level: Level = "organisation",
    above: int | None = None,
    *,
    now: datetime,
    by: int | None = None,
) -> int:
    """A new organisation's id: under another one, what is not said in `own` holds as there. `by` as in `set_here`."""
    own, name = _checked(own), _named(name)
    places = alone(tx)
    _nobody_elses(places.values(), own)
    with _reason():
        tree.check(level, _there(places, above) if above is not None else None)
        _within(places, above, own, tree.LIMITS)
        tree.held({**places, _NEW: Place(_NEW, name, level, above, own)}, _NEW)
    added = organisations.add_place(tx, name, own, level, above)
    said = [each.name for each in fields(own) if getattr(own, each.name) is not None]
    deed = Deed("organisation.added", added, added, after={"above": above, **_said(own, said)})
    audit.note(tx, deed, by, now)
    return added


def set_here(
    tx: Connection,
    organisation: int,
    said: Mapping[str, Any],
    now: datetime,
    *,
    name: str | None = None,
    by: int | None = None,
) -> None:
    """Set these of an organisation's settings (None: as above it); the others stay, and what is under it follows.

    `name`: what it is called from now on; None: as before. `by` is a person, None for whoever runs the installation.
    """
    places = alone(tx)
    there = _there(places, organisation)
    before, called = there.own, there.name if name is None else _named(name)
    renamed = called != there.name
    if renamed:
        places = {**places, organisation: replace(there, name=called)}
    own = _checked(replace(before, **said))
    _nobody_elses((each for each in places.values() if each.id != organisation), own)
    with _reason():
        _within(places, there.above, own, said)
        _arrange(tx, tree.changed(places, organisation, own), organisation)
    hidden: Values = {"name": _HIDDEN} if renamed else {}
    deed = Deed(
        "organisation.set",
        organisation,
        organisation,
        {**_said(before, said), **hidden},
        {**_said(own, said), **hidden},
    )
    audit.note(tx, deed, by, now)


def move(
    tx: Connection, organisation: int, above: int | None, now: datetime, *, by: int | None = None
) -> None:
    """Put an organisation under another one (None: at the top), with its people and all under it.

    `by` is a person, None for whoever runs the installation.
    """
    places = alone(tx)
    before = _there(places, organisation).above
    if above is not None:
        _there(places, above)
    with _reason():
        _arrange(tx, tree.moved(places, organisation, above), organisation)
    deed = Deed("organisation.moved", organisation, organisation, {"above": before}, {"above": above})
    audit.note(tx, deed, by, now)


def _said(own: Own, names: Iterable[str]) -> dict[str, str | int | None]:
    """These settings as the audit log keeps them: a contact is a person's name, so only whether there is one."""
    values = {name: getattr(own, name) for name in sorted(names)}
    if values.get("contact"):
        values["contact"] = _HIDDEN
    return {
        name: value.isoformat("minutes") if isinstance(value, time) else value
        for name, value in values.items()
    }


def _arrange(tx: Connection, places: Mapping[int, Place], what: int) -> None:
    organisations.put(tx, places[what], tree.held(places, what))


def _there(places: Mapping[int, Place], organisation: int) -> Place:
    if organisation not in places or places[organisation].closed:
        raise NotEnlisted(_no_organisation(organisation))
    return places[organisation]


def _checked(own: Own) -> Own:
    """What somebody wrote, if it is known here."""
    if own.country is not None and own.country not in HOME:
        raise NotEnlisted(
            f"There is no country '{own.country}' here: use {', '.join(HOME)}.", about="country"
        )
    for name, (least, most, told) in RANGES.items():
        number = getattr(own, name)
        if number is not None and not least <= number <= most:
            raise NotEnlisted(
                told.format(most=most, number=number),
                "range" if least else "range_0",
                about=name,
                value=str(most),
            )
    try:
        ZoneInfo(own.zone or "UTC")
    except (KeyError, ValueError, OSError) as error:
        raise NotEnlisted(
            f"There is no time zone '{own.zone}': use a name such as Europe/Vilnius.", "zone", about="zone"
        ) from error
    if odd := next((each for each in own.domains or () if not _DOMAIN.fullmatch(each)), ""):
        raise NotEnlisted(
            f"'{odd}' is no domain of e-mail addresses: write it as berzai.lt.",
            "domain",
            about="domains",
            value=odd,
        )
    if strange := set(own.messengers or ()) - {*MESSENGERS}:
        raise NotEnlisted(
            f"There is no messenger '{min(strange)}' to learn in: use {', '.join(MESSENGERS)}. "
            "E-mail for codes is always allowed.",
            about="messengers",
        )
    sector = words(own.sector) if own.sector else own.sector
    return replace(own, sector=sector, messengers=own.messengers or None, days_off=_days(own.days_off))


def _days(written: tuple[str, ...] | None) -> tuple[Span, ...] | None:
    try:
        return days_off.read(written) if written else None
    except NoDaysOff as error:
        raise NotEnlisted(str(error), error.code, about="days_off", value=error.value) from error


def _named(name: str) -> str:
    """A name on one line; raises NotEnlisted when it is none, or longer than what a page has room for."""
    line = " ".join(name.split())
    if not line:
        raise NotEnlisted(
            "An organisation has a name: write it, such as 'Beržų biblioteka'.", "name", about="name"
        )
    if len(line) > MOST_NAME:
        raise NotEnlisted(
            f"The name has {len(line)} characters, so shorten it to at most {MOST_NAME}.",
            "long",
            about="name",
            value=str(MOST_NAME),
        )
    return line


def _within(places: Mapping[int, Place], above: int | None, own: Own, names: Iterable[str]) -> None:
    """Raise Misplaced when one of these settings would be looser than what holds above."""
    tree.check_limits(own, tree.settings(places)[above] if above is not None else tree.TOP, names)


def _nobody_elses(others: Iterable[Place], own: Own) -> None:
    for place in others:
        if both := set(place.own.domains or ()) & set(own.domains or ()):
            raise NotEnlisted(
                f"The domain {min(both)} is of '{place.name}' already: take it back there first.",
                "taken",
                about="domains",
                value=min(both),
            )


@contextmanager
def _reason() -> Iterator[None]:
    try:
        yield
    except Misplaced as error:
        raise NotEnlisted(str(error), error.code, about=error.about, value=error.value) from error


def known(tx: Connection, email: str) -> int:
    """The id of the person with this address."""
    person = people.by_email(tx, email)
    if person is None:
        raise NotEnlisted(f"There is nobody with the address {email}: add them with 'zinute person add'.")
    return person


def words(written: str) -> str:
    """A sector on one line; raises NotEnlisted when it is longer than a name."""
    line = " ".join(written.split())
    if len(line) > MOST_WORDS:
        raise NotEnlisted(
            f"'{line[:20]}…' has {len(line)} characters, so shorten it to at most {MOST_WORDS}.",
            "long",
            about="sector",
            value=str(MOST_WORDS),
        )
    return line


def _no_organisation(number: int) -> str:
    return f"There is no organisation {number}: 'zinute organisation list' shows them."
