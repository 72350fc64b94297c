"""Put organisations and people on the roster by hand."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Final
from zoneinfo import ZoneInfo

from domain import tree
from domain.language import Language
from domain.organisation import HOME
from domain.tree import Level, Misplaced, Own, Place
from storage import organisations, people, sessions
from storage.database import Connection

MOST_WORDS = 60  # as programmes list jobs and sectors
MOST_A_DAY: Final = 10
_NEW: Final = 0  # the id of a place that has none yet


class NotEnlisted(Exception):
    """What was asked for cannot be; the message says why."""


def add_organisation(
    tx: Connection, name: str, own: Own, level: Level = "organisation", above: int | None = None
) -> int:
    """A new organisation's id: under another one, what is not said in `own` holds as there."""
    own = _checked(own)
    places = organisations.places(tx, to_change=True)
    with _reason():
        tree.check(level, _there(places, above) if above is not None else None)
        tree.held({**places, _NEW: Place(_NEW, name, level, above, own)}, _NEW)
    return organisations.add_place(tx, name, own, level, above)


def set_here(tx: Connection, organisation: int, said: Mapping[str, Any]) -> None:
    """Set these of an organisation's settings (None: as above it); the others stay, and what is under it follows."""
    places = organisations.places(tx, to_change=True)
    own = _checked(replace(_there(places, organisation).own, **said))
    with _reason():
        _arrange(tx, tree.changed(places, organisation, own), organisation)


def move(tx: Connection, organisation: int, above: int | None) -> None:
    """Put an organisation under another one (None: at the top), with its people and all under it."""
    places = organisations.places(tx, to_change=True)
    _there(places, organisation)
    if above is not None:
        _there(places, above)
    with _reason():
        _arrange(tx, tree.moved(places, organisation, above), organisation)


def _arrange(tx: Connection, places: Mapping[int, Place], what: int) -> None:
    organisations.put(tx, places[what], tree.held(places, what))


def _there(places: Mapping[int, Place], organisation: int) -> Place:
    if organisation not in places:
        raise NotEnlisted(_no_organisation(organisation))
    return places[organisation]


def _checked(own: Own) -> Own:
    """What somebody wrote, if it is known here."""
    if own.country is not None and own.country not in HOME:
        raise NotEnlisted(f"There is no country '{own.country}' here: use {', '.join(HOME)}.")
    if own.cap is not None and not 1 <= own.cap <= MOST_A_DAY:
        raise NotEnlisted(
            f"From 1 to {MOST_A_DAY} messages may come by themselves on a day, and not {own.cap}."
        )
    try:
        ZoneInfo(own.zone or "UTC")
    except (KeyError, ValueError, OSError) as error:
        raise NotEnlisted(
            f"There is no time zone '{own.zone}': use a name such as Europe/Vilnius."
        ) from error
    return replace(own, sector=words(own.sector)) if own.sector else own


@contextmanager
def _reason() -> Iterator[None]:
    try:
        yield
    except Misplaced as error:
        raise NotEnlisted(str(error)) from error


def set_job(tx: Connection, email: str, job: str) -> None:
    """What the person works as: the programmes for it are shown to them first; "" when nobody is to know."""
    person = people.by_email(tx, email)
    if person is None:
        raise NotEnlisted(f"There is nobody with the address {email}: add them with 'zinute person add'.")
    people.set_job(tx, person, words(job))


def set_author(tx: Connection, email: str, *, writes: bool) -> None:
    """Let the person change lessons in the console, or not any more; their sessions are over either way."""
    person = people.by_email(tx, email)
    if person is None:
        raise NotEnlisted(f"There is nobody with the address {email}: add them with 'zinute person add'.")
    people.set_author(tx, person, writes=writes)
    sessions.end_all(tx, person)


def words(written: str) -> str:
    """A job or a sector on one line; raises NotEnlisted when it is longer than a name."""
    line = " ".join(written.split())
    if len(line) > MOST_WORDS:
        raise NotEnlisted(
            f"'{line[:20]}…' has {len(line)} characters, so shorten it to at most {MOST_WORDS}."
        )
    return line


def add_person(
    tx: Connection, *, organisation: int, name: str, email: str, language: Language | None, coordinates: bool
) -> int:
    """A new person's id; someone who coordinates may sign in to the console of the organisation."""
    house = organisations.find(tx, organisation)
    if house is None:
        raise NotEnlisted(_no_organisation(organisation))
    if people.by_email(tx, email) is not None:
        raise NotEnlisted(f"Somebody has the address {email} already.")
    person = people.add(
        tx, organisation=organisation, name=name, email=email, language=language or house.language
    )
    if coordinates:
        people.grant(tx, person, organisation, "coordinator")
    return person


def _no_organisation(number: int) -> str:
    return f"There is no organisation {number}: 'zinute organisation list' shows them."
