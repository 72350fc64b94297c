"""Words that a place says again: an announcement saved as a template, and drafts that begin from one."""

from dataclasses import replace
from datetime import datetime

from actions import compose
from domain.audience import EVERYBODY
from domain.organisation import Scope
from storage import aiming, announcements, pictures
from storage.announcements import Announced
from storage.database import Connection
from storage.errors import NotFound


def keep(tx: Connection, scope: Scope, which: int, now: datetime, *, key: str) -> None:
    """The words of this announcement, and what goes along, are a template of its place; raises NotFound."""
    announcements.lock(tx, which)  # what goes along stays where it is
    old = compose.one(tx, scope, which)
    if old.organisation not in scope.at("act"):
        raise NotFound
    said = {"texts": old.texts, "enclosed": old.enclosed, "confirms": old.confirms, "days": old.days}
    said |= {"organisation": old.organisation, "audience": aiming.dump_rule(EVERYBODY), "by": scope.person}
    announcements.add(tx, key=key, mandatory=False, not_after=now, at=now, state="template", **said)  # type: ignore[arg-type]


def begin(tx: Connection, scope: Scope, template: int, now: datetime, *, key: str) -> int:
    """The id of a new draft in its words, for everybody there; raises NotFound."""
    composed = compose.composed_of(_one(tx, scope, template))
    return compose.save(tx, scope, replace(composed, rule=EVERYBODY), now, key=key)


def drop(tx: Connection, scope: Scope, template: int) -> None:
    """It is no template any more; raises NotFound."""
    found = _one(tx, scope, template)
    announcements.drop(tx, template)
    pictures.let_go(tx, found.enclosed.digests)


def _one(tx: Connection, scope: Scope, template: int) -> Announced:
    announcements.lock(tx, template)
    found = [each for each in announcements.templates(tx, scope) if each.id == template]
    if not found or found[0].organisation not in scope.at("act"):
        raise NotFound
    return found[0]
