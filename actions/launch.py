"""Prepare a launch campaign, see what it will meet, start it, and hold or stop it, at one organisation or at all."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal
from zoneinfo import ZoneInfo

from actions import announce
from domain.audit import Deed, What
from domain.campaigning import MAILED, STEPS, Step, Text, Way, dates, is_in_order, moment, strange
from domain.fitting import MOST_TEXT
from domain.language import Language
from domain.organisation import Organisation, Scope
from domain.text import units
from storage import announcements, audit, campaign_people, campaigns, organisations, sharing
from storage.campaign_people import Group
from storage.campaigns import Campaign, Stage, Stand
from storage.database import Connection
from storage.errors import NotFound

LINK_ROOM: Final = 120  # of an announcement's length, for the address below it
Deeds = Literal["pause", "resume", "cancel"]
_OPEN: Final[tuple[Stand, ...]] = ("waiting", "paused")
_WHAT: Final[Mapping[Deeds, What]] = {
    "pause": "campaign.paused",
    "resume": "campaign.resumed",
    "cancel": "campaign.cancelled",
}


@dataclass(frozen=True, slots=True)
class Planned:
    """What a coordinator wants: for which organisations under a place, in which words, and what is due when."""

    place: int
    places: frozenset[int]
    programme: int | None
    way: Way
    texts: Mapping[Text, Mapping[Language, str]]
    days: Mapping[Step, int]


@dataclass(frozen=True, slots=True)
class Met:
    """What a campaign meets at an organisation: who heads it, of these who can be written to, its people, of these who
    have not joined, and of those who can be sent no mail. `faults` say what will not be done there."""

    place: int
    heads: int
    reached: int
    people: int
    missing: int
    without: int
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a campaign, so that it cannot start; about which text, in which language."""

    what: str
    text: Text | None = None
    language: Language | None = None


class NotStarted(Exception):
    """It cannot start so; `faults` say what is wrong."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(", ".join(each.what for each in faults))
        self.faults = faults


class Changed(Exception):
    """It is not any more what whoever starts it has seen."""


def offered(tx: Connection, scope: Scope, place: int) -> list[int]:
    """The organisations under a place, or itself, for which somebody may start a campaign."""
    tree, mine = organisations.places(tx), scope.at("act") - organisations.closed(tx)
    under = organisations.under(tx, [place]) & mine
    return sorted(each for each in under if tree[each].level == "organisation")


def save(tx: Connection, scope: Scope, planned: Planned, now: datetime, *, which: int = 0) -> int:
    """The id of the draft that says this from now on, a new one if not `which`; raises NotFound outside of the scope
    and for what is no draft any more."""
    known = {None, *sharing.for_all(tx, scope.at("act"))}
    if planned.place not in scope.at("act") or planned.programme not in known:
        raise NotFound
    if which and one(tx, scope, which).place not in scope.at("act"):
        raise NotFound
    values = {
        "organisation_id": planned.place,
        "by_id": scope.person,
        "programme_id": planned.programme,
        "way": planned.way,
    }
    kept = campaigns.put(tx, which, values, texts=planned.texts, days=planned.days, at=now)
    if not kept:
        raise NotFound
    there = planned.places & frozenset(offered(tx, scope, planned.place))
    campaigns.put_stages(tx, kept, there, [step for step in STEPS if step in planned.days])
    return kept


def one(tx: Connection, scope: Scope, which: int) -> Campaign:
    """The scope's campaign; raises NotFound."""
    found = campaigns.of_scope(tx, scope, which)
    if not found:
        raise NotFound
    return found[0]


def mark(campaign: Campaign, stages: Sequence[Stage]) -> str:
    """A word that is another one when what it says, or where, is."""
    said = [(text, sorted(words.items())) for text, words in sorted(campaign.texts.items())]
    where = sorted({each.place for each in stages})
    whole = (campaign.place, campaign.programme, campaign.way, sorted(campaign.days.items()), said, where)
    return hashlib.sha256(repr(whole).encode()).hexdigest()[:16]


def houses(tx: Connection, place: int) -> frozenset[int]:
    """An organisation with its units, without those that are closed."""
    return organisations.under(tx, [place]) - organisations.closed(tx)


def whose(tx: Connection, places: Collection[int]) -> dict[int, int]:
    """Each of these organisations and their units, without those that are closed, by which of them it is of."""
    tree, found = organisations.places(tx), dict[int, int]()
    for each in tree.values():
        at: int | None = each.id
        while at is not None and at not in places:
            at = tree[at].above if at in tree else None
        if at is not None and not each.closed:
            found[each.id] = at
    return found


def met(
    tx: Connection, campaign: Campaign, stages: Sequence[Stage], now: datetime, *, mails: bool
) -> list[Met]:
    """What it meets at each of its organisations."""
    places = sorted({each.place for each in stages})
    of, groups = whose(tx, places), dict[int, list[Group]]()
    for each in campaign_people.members(tx, of, now):
        groups.setdefault(of[each.place], []).append(each.group)
    heads = campaign_people.counted_heads(tx, places, now, mails=mails)
    return [_met(campaign, place, groups.get(place, []), heads.get(place, (0, 0))) for place in places]


def _met(campaign: Campaign, place: int, groups: Sequence[Group], counted: tuple[int, int]) -> Met:
    heads, reached = counted
    missing = len(groups) - groups.count("joined")
    without = groups.count("unreachable")
    by_mail = campaign.way == "mail" and bool(set(MAILED) & set(campaign.days))
    said = {
        "no_head": not heads,
        "mute_head": bool(heads) and not reached,
        "nobody": not groups,
        "all_joined": bool(groups) and not missing,
        "no_mail": by_mail and bool(without),
    }
    faults = tuple(name for name, holds in said.items() if holds)
    return Met(place, heads, reached, len(groups), missing, without, faults)


def faults(
    tx: Connection, scope: Scope, campaign: Campaign, there: Sequence[Met], *, mails: bool
) -> list[Fault]:
    """What is wrong with it, so that it cannot start."""
    found = list[Fault]()
    if not there:
        found.append(Fault("nowhere"))
    elif all(not each.people and not each.reached for each in there):
        found.append(Fault("nobody"))
    if not campaign.days or not is_in_order(campaign.days):
        found.append(Fault("days"))
    if campaign.way == "mail" and set(MAILED) & set(campaign.days) and not mails:
        found.append(Fault("mails"))
    if campaign.programme is not None and campaign.programme not in sharing.for_all(tx, scope.at("act")):
        found.append(Fault("programme"))
    return found + [
        each for text in wanted(campaign) for each in _of_text(text, campaign.texts.get(text, {}))
    ]


def wanted(campaign: Campaign) -> list[Text]:
    """The texts that its steps need."""
    found: list[Text] = ["heads"] if "heads" in campaign.days else []
    mailed = [step for step in MAILED if step in campaign.days]
    if mailed and (campaign.way == "hand" or "invite" in mailed):
        found.append("hand")
    if campaign.way == "mail":
        found += ["invite"] if "invite" in mailed else []
        found += ["remind"] if set(mailed) - {"invite"} else []
    found += ["results"] if "results" in campaign.days else []
    return found


def _of_text(text: Text, words: Mapping[Language, str]) -> list[Fault]:
    if not any(words.values()):
        return [Fault("text", text)]
    long = [Fault("long", text, each) for each in words if units(words[each]) > MOST_TEXT - LINK_ROOM]
    return long + [Fault("names", text, each) for each in words if strange(text, words[each])]


def start(tx: Connection, scope: Scope, which: int, now: datetime, *, seen: str, mails: bool) -> bool:
    """It runs from now on; False when it does already. Raises NotStarted, and Changed for what is not as it was
    `seen`."""
    one(tx, scope, which)
    campaign, stages = campaigns.lock(tx, which), campaigns.stages(tx, which)
    if campaign.place not in scope.at("act"):
        raise NotFound
    if campaign.state != "draft":
        return False
    if mark(campaign, stages) != seen or any(each.place not in scope.at("act") for each in stages):
        raise Changed
    wrong = faults(tx, scope, campaign, met(tx, campaign, stages, now, mails=mails), mails=mails)
    if wrong:
        raise NotStarted(wrong)
    campaigns.turn(tx, which, ["draft"], "running", started_at=now, by_id=scope.person)
    for place in sorted({each.place for each in stages}):
        reckon(tx, campaigns.lock(tx, which), place)
    many = {"count": len({each.place for each in stages})}
    audit.note(tx, Deed("campaign.started", campaign.place, which, after=many), scope.person, now)
    return True


def reckon(tx: Connection, campaign: Campaign, place: int) -> None:
    """Say anew when what is left at an organisation is due."""
    assert campaign.started_at is not None, "it runs"
    house, stages = there(tx, place), campaigns.stages(tx, campaign.id, place)
    done = {each.step: _on(house, each) for each in stages if each.ended_at}
    begins = campaign.started_at.astimezone(ZoneInfo(house.zone)).date()
    for step, day in dates(begins, campaign.days, done).items():
        campaigns.set_stage(tx, campaign.id, place, step, due_at=moment(day, house))


def there(tx: Connection, place: int) -> Organisation:
    """The organisation."""
    house = organisations.find(tx, place)
    assert house is not None, "organisations are not deleted"
    return house


def _on(house: Organisation, stage: Stage) -> date:
    """When it was done: heads have been told when their announcement went out."""
    assert stage.ended_at is not None, "it is done"
    at = max(stage.ended_at, stage.told_at or stage.ended_at)
    return at.astimezone(ZoneInfo(house.zone)).date()


def steer(
    tx: Connection, scope: Scope, which: int, deed: Deeds, now: datetime, *, place: int | None = None
) -> bool:
    """Hold it, let it go on, or stop it, at one organisation or at all; False when it is too late."""
    if one(tx, scope, which).place not in scope.at("act"):
        raise NotFound
    campaign = campaigns.lock(tx, which)
    late = ("draft", "cancelled") if deed == "cancel" else ("draft", "cancelled", "over")
    if campaign.state in late or not _steered(tx, campaign, deed, now, place):
        return False
    audit.note(tx, Deed(_WHAT[deed], place or campaign.place, which), scope.person, now)
    return True


def discard(tx: Connection, scope: Scope, which: int) -> bool:
    """A draft is not wanted any more; False when it is none."""
    if one(tx, scope, which).place not in scope.at("act"):
        raise NotFound
    gone = campaigns.turn(tx, which, ["draft"], "cancelled")
    if gone:
        campaigns.turn_stages(tx, which, None, _OPEN, "cancelled")
    return gone


def _steered(tx: Connection, campaign: Campaign, deed: Deeds, now: datetime, place: int | None) -> bool:
    which = campaign.id
    match deed, place:
        case "pause", None:
            return campaigns.turn(tx, which, ["running"], "paused")
        case "resume", None:
            return campaigns.turn(tx, which, ["paused"], "running")
        case "pause", _:
            return bool(campaigns.turn_stages(tx, which, place, ["waiting"], "paused"))
        case "resume", _:
            return bool(campaigns.turn_stages(tx, which, place, ["paused"], "waiting"))
        case _:
            return _stop(tx, campaign, place, now)


def _stop(tx: Connection, campaign: Campaign, place: int | None, now: datetime) -> bool:
    """What waits is not done, and what is on its way does not go on."""
    stopped = campaigns.turn_stages(tx, campaign.id, place, _OPEN, "cancelled")
    for each in campaigns.stages(tx, campaign.id, place):
        if each.announcement is None:
            continue
        if each.told in announcements.BEFORE:
            announcements.set_state(tx, each.announcement, "cancelled")
        elif each.told in ("sending", "paused"):
            announce.cancel(tx, each.announcement, now)
    for where in {each.place for each in campaigns.stages(tx, campaign.id, place)}:
        stopped += campaigns.unsend(tx, campaign.id, where, now)
    if place is None:
        return campaigns.turn(tx, campaign.id, ["running", "paused", "over"], "cancelled")
    end(tx, campaign.id)
    return bool(stopped)


def end(tx: Connection, which: int) -> None:
    """It is over, when nothing is left to be done."""
    if campaigns.ended(tx, which):
        campaigns.turn(tx, which, ["running", "paused"], "over")
