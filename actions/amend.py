"""Change what was announced where it stands already, or take it back: through the outbox, message by message."""

from collections.abc import Mapping
from datetime import datetime

from actions import announce, chase, compose
from actions.announce import AT_ONCE
from actions.compose import Fault
from actions.dispatch import NotSent
from domain.audit import Deed
from domain.enclosed import length
from domain.group import CROWD
from domain.language import LANGUAGES, Language
from domain.message import Announcement
from domain.messengers import CHANGEABLE
from domain.organisation import Scope
from storage import amending, announcement_figures, announcements, audit, outbox
from storage.amending import Amended
from storage.announcements import Announced
from storage.database import Connection
from storage.errors import NotFound
from storage.outbox import New


def correct(
    tx: Connection, scope: Scope, which: int, texts: Mapping[Language, str], now: datetime, *, seen: str
) -> None:
    """It says this from now on, also where it stands already; raises NotSent, NotFound and Changed.

    What is for more people than one person may tell alone is not corrected: it is taken back, and told anew.
    """
    found = _gone(tx, scope, which, seen)
    faults = [Fault("language", each) for each in LANGUAGES if found.texts.get(each) and not texts.get(each)]
    most, enclosed = compose.most(found.enclosed), found.enclosed
    faults += [
        Fault("long", each) for each in LANGUAGES if length(texts.get(each, ""), enclosed, each) > most
    ]
    if corrects_alone(tx, scope, found):
        faults.append(Fault("alone"))
    if faults:
        raise NotSent(faults)
    announcements.revise(tx, which, now, texts=texts)
    _change(tx, found, now, gone=False)
    audit.note(tx, Deed("announcement.corrected", found.organisation, which), scope.person, now)


def corrects_alone(tx: Connection, scope: Scope, found: Announced) -> int:
    """To how many one person may tell something there alone, where it went to more; else 0."""
    assert found.organisation is not None, "a coordinator's is of a place"
    went = announcement_figures.figures(tx, scope, [found.id])[found.id]
    return compose.needs_second(tx, found.organisation, went.people + (CROWD if went.posts else 0))


def take_back(tx: Connection, scope: Scope, which: int, now: datetime, *, seen: str) -> None:
    """It is sent to nobody any more, and gone where it can be; raises NotFound and Changed."""
    found = _gone(tx, scope, which, seen)
    announce.cancel(tx, which, now)
    chase.stop(tx, which, now)
    announcements.revise(tx, which, now, texts=found.texts, withdrawn=True)
    _change(tx, found, now, gone=True)
    audit.note(tx, Deed("announcement.withdrawn", found.organisation, which), scope.person, now)


def amended(tx: Connection, found: Announced) -> Amended | None:
    """How far its last change is; None where it was not changed."""
    if found.revised_at is None:
        return None
    return amending.count(tx, found.id, found.revision, found.revised_at, CHANGEABLE)


def _gone(tx: Connection, scope: Scope, which: int, seen: str) -> Announced:
    """One that somebody may have already, and that is not taken back."""
    found = compose.held(tx, scope, which, seen)
    if found.begun_at is None or found.withdrawn or found.organisation not in scope.at("act"):
        raise NotFound
    return found


def _change(tx: Connection, found: Announced, now: datetime, *, gone: bool) -> None:
    there = amending.arrived(tx, found.id, CHANGEABLE)
    for start in range(0, len(there), AT_ONCE):
        outbox.add_many(
            tx,
            [
                New(
                    to,
                    Announcement(found.id, gone),
                    amending.key_of(found.id, found.revision + 1, message),
                    "announcement",
                    edits=message,
                )
                for message, to in there[start : start + AT_ONCE]
            ],
            now,
        )
