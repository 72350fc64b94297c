"""Write an announcement: a draft that is kept, whom it would reach, and what is wrong with it before it is sent."""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit

from actions.assign import today_at
from actions.reckon import Reckoned, reckon
from domain.audience import At, Leads, Learns, Rule, Sits, Told, leaves
from domain.enclosed import NOTHING, Enclosed, length, missing
from domain.fitting import MOST_CAPTION, MOST_TEXT
from domain.group import CROWD
from domain.language import LANGUAGES, Language
from domain.organisation import Scope
from storage import (
    aiming,
    announcements,
    audience,
    campaign_people,
    chasing,
    groups,
    organisations,
    sharing,
    webinars,
)
from storage.announcements import Announced
from storage.audience import Recipient
from storage.database import Connection
from storage.errors import NotFound
from storage.groups import Group

LASTS: Final = (1, 2, 3, 7, 14)  # days


@dataclass(frozen=True, slots=True)
class Composed:
    """What a coordinator writes: at which place, in which words, for whom, for how many days it is of use, and
    what goes along. It goes to `groups` as well, or (without `people`) to them alone."""

    place: int
    texts: Mapping[Language, str]
    confirms: bool
    rule: Rule
    days: int = 1
    enclosed: Enclosed = NOTHING
    chase_days: int = 1
    chase_times: int = 0
    groups: tuple[int, ...] = ()
    people: bool = True


@dataclass(frozen=True, slots=True)
class Reach:
    """Whom it would reach now: by place, messenger and language, the most first; who cannot be written to is apart."""

    people: Sequence[Recipient]
    unreachable: int
    places: Sequence[tuple[int, int]]
    messengers: Sequence[tuple[str, int]]
    languages: Sequence[tuple[Language, int]]
    groups: Sequence[Group] = ()

    @property
    def many(self) -> int:
        """As how many people it counts, where it is asked whether one person may announce it alone: nobody knows how
        many read a group."""
        return len(self.people) + (CROWD if self.groups else 0)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with it, as a word for the sentence that says so; in which language, where it is about one."""

    what: str
    language: Language | None = None


class Changed(Exception):
    """It is not any more what whoever decides about it has seen."""


def save(
    tx: Connection,
    scope: Scope,
    composed: Composed,
    now: datetime,
    *,
    key: str,
    which: int = 0,
    seen: str = "",
) -> int:
    """The id of the draft that says this from now on, a new one if not `which`, of which this was `seen`; raises
    NotFound outside of the scope, and for what is no draft any more, and Changed.

    What goes along with one that is there stays as it is (`enclose`)."""
    if composed.place not in scope.at("act"):
        raise NotFound
    if not which:
        return put(tx, composed, scope.person, now, key=key)
    held(tx, scope, which, seen)
    if not announcements.write(tx, which, **_said(composed, scope.person)):
        raise NotFound
    chasing.set_rule(tx, which, composed.chase_days, composed.chase_times)
    return which


def put(tx: Connection, composed: Composed, by: int | None, now: datetime, *, key: str) -> int:
    """The id of a new draft that says this."""
    draft = {"key": key, "mandatory": False, "not_after": now, "at": now, "state": "draft"}
    announcements.add(tx, **draft, **_said(composed, by), enclosed=composed.enclosed)  # type: ignore[arg-type]
    new = announcements.by_key(tx, key).id
    chasing.set_rule(tx, new, composed.chase_days, composed.chase_times)
    return new


def _said(composed: Composed, by: int | None) -> dict[str, Any]:
    said = {"organisation": composed.place, "texts": composed.texts, "by": by}
    rule = aiming.dump_rule(composed.rule)
    to = {"groups": composed.groups, "to_people": composed.people}
    return {**said, **to, "confirms": composed.confirms, "audience": rule, "days": composed.days}


def one(tx: Connection, scope: Scope, which: int) -> Announced:
    """The scope's announcement; raises NotFound."""
    found = announcements.of_scope(tx, scope, which)
    if not found:
        raise NotFound
    return found[0]


def mark(announced: Announced) -> str:
    """A word that is another one when what it says, to whom, or when it is to go is."""
    at = announced.send_at.isoformat() if announced.send_at else ""
    said = (sorted(announced.texts.items()), announced.enclosed, announced.audience, announced.confirms)
    chased = (announced.chase_days, announced.chase_times) if announced.state in announcements.BEFORE else ()
    where = (announced.groups, announced.to_people) if announced.groups else ()
    said_there = (announced.organisation, announced.days, at, announced.own_hour, chased, *said, *where)
    return hashlib.sha256(repr(said_there).encode()).hexdigest()[:16]


def held(tx: Connection, scope: Scope, which: int, seen: str) -> Announced:
    """The scope's announcement, which nobody else changes before the transaction ends; raises NotFound, and Changed
    when it is not what was seen."""
    announcements.lock(tx, which)
    found = one(tx, scope, which)
    if mark(found) != seen:
        raise Changed
    return found


def copied(tx: Connection, scope: Scope, which: int, rule: Rule | None, now: datetime, *, key: str) -> int:
    """The id of a new draft in the words of this one, for the same, or for those of its people whom the `rule` says:
    then who confirms one of them has confirmed the other."""
    announcements.lock(tx, which)  # what goes along stays where it is
    old = one(tx, scope, which)
    said = composed_of(old)
    new = save(tx, scope, said if rule is None else narrowed(said, rule), now, key=key)
    if rule is not None:
        chasing.follow(tx, new, old)
    return new


def narrowed(composed: Composed, rule: Rule) -> Composed:
    """The same for some of its people once more: not for groups, which have it."""
    return replace(composed, rule=rule, chase_times=0, groups=(), people=True)


def composed_of(announced: Announced) -> Composed:
    """What is written in it."""
    assert announced.organisation is not None, "a coordinator's is of a place"
    rule = aiming.load_rule(announced.audience)
    place, texts = announced.organisation, announced.texts
    chased = (announced.chase_days, announced.chase_times)
    to = (announced.groups, announced.to_people)
    return Composed(place, texts, announced.confirms, rule, announced.days, announced.enclosed, *chased, *to)


def recipients(tx: Connection, composed: Composed, now: datetime) -> list[Recipient]:
    """Everybody whom it would reach now."""
    if not composed.people:
        return []
    if isinstance(composed.rule, Leads):
        return campaign_people.reached_heads(tx, composed.place, now, mails=composed.rule.mails)
    aim = _aim(tx, composed, now)
    there = aiming.on_roster(composed.rule, aim)
    return audience.recipients(tx, now, organisations=aim.houses, narrowed=there) if aim.houses else []


def reach(tx: Connection, composed: Composed, now: datetime) -> Reach:
    """Whom it would reach now, counted."""
    people = recipients(tx, composed, now)
    places = Counter(each.to.organisation or 0 for each in people)
    messengers = Counter(each.to.channel for each in people)
    languages = Counter(each.person.language for each in people)
    without = _unreachable(tx, composed, len(people), now) if composed.people else 0
    there = tuple(groups.some(tx, composed.groups).values())
    ranked = (places.most_common(), messengers.most_common(), languages.most_common())
    return Reach(people, without, *ranked, there)


def needs_second(tx: Connection, place: int, many: int) -> int:
    """To how many people one person may announce something there alone, when these are more; else 0."""
    house = organisations.find(tx, place)
    most = house.approver_above if house else 0
    return most if most and many > most else 0


def reckoned(tx: Connection, composed: Composed, reached: Reach, at: datetime, *, own_hour: bool) -> Reckoned:
    """How many of those whom it reaches would get it within its days if it began then."""
    return reckon(tx, reached.people, at, composed.days, own_hour=own_hour, lasts=LASTS)


def _unreachable(tx: Connection, composed: Composed, reached: int, now: datetime) -> int:
    if isinstance(composed.rule, Leads):
        return len(campaign_people.heads(tx, composed.place, now)) - reached
    return aiming.unreachable(tx, composed.rule, _aim(tx, composed, now))


def _aim(tx: Connection, composed: Composed, now: datetime) -> aiming.Aim:
    place = organisations.find(tx, composed.place)
    assert place is not None, "organisations are not deleted"
    houses = organisations.under(tx, [composed.place]) - organisations.closed(tx)
    return aiming.aim(tx, composed.rule, houses, now, today_at(place, now))


def faults(tx: Connection, scope: Scope, composed: Composed, reached: Reach) -> list[Fault]:
    """What is wrong with it, so that it cannot be sent."""
    found = list[Fault]()
    if not reached.people and not reached.groups:
        found.append(Fault("empty"))
    read = dict.fromkeys(
        (*(each for each, _ in reached.languages), *(each.language for each in reached.groups))
    )
    found += [Fault("language", each) for each in read if not composed.texts.get(each)]
    mine = {each.id for each in reached.groups if each.organisation in scope.at("act")}
    if not mine.issuperset(composed.groups):
        found.append(Fault("group"))
    for language in LANGUAGES:
        if length(composed.texts.get(language, ""), composed.enclosed, language) > most(composed.enclosed):
            found.append(Fault("long", language))
    if not all(is_link(each.url) for each in composed.enclosed.links):
        found.append(Fault("link"))
    found += (Fault(*each) for each in missing(composed.enclosed, set(composed.texts)))
    if not _is_known(tx, scope, composed.rule):
        found.append(Fault("audience"))
    return found


def most(enclosed: Enclosed) -> int:
    """How long its words may be: with a picture or a file they stand below that."""
    return MOST_CAPTION if enclosed.digests else MOST_TEXT


def is_link(written: str) -> bool:
    """Whether it is an address of the web that can be opened."""
    try:
        parts = urlsplit(written)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return False
    plain = written.isprintable() and not any(each.isspace() for each in written)
    named = "." in host and not host.startswith(".") and ".." not in host
    return plain and named and parts.scheme in ("https", "http") and "@" not in parts.netloc


def _is_known(tx: Connection, scope: Scope, rule: Rule) -> bool:
    """Whether all that the rule asks is something that its author sees."""
    asked = leaves(rule)
    taught = sharing.known(tx, scope) if any(isinstance(each, Learns) for each in asked) else {}
    told = {each.announcement for each in asked if isinstance(each, Told)}
    sits = {each.webinar for each in asked if isinstance(each, Sits)}
    return (
        all(each.place in scope.at("see") for each in asked if isinstance(each, At))
        and all(each.programme in taught for each in asked if isinstance(each, Learns))
        and all(announcements.of_scope(tx, scope, each) for each in told)
        and all(webinars.of_scope(tx, scope, each) for each in sits)
    )
