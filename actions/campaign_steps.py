"""Do what is due of a launch campaign at an organisation: once, in parts where there are many people."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from actions import dispatch, launch
from actions.invite import VALID, Round, invite_by_mail
from actions.keys import new_key
from domain.audience import Leads
from domain.audit import Deed
from domain.campaigning import MAILED, Text, filled, told
from domain.enclosed import NOTHING, Enclosed, Link
from storage import aiming, announcements, audit, campaign_people, campaigns, crash, organisations
from storage.campaigns import Campaign, Stage
from storage.database import Connection

MOST: Final = 200  # invitations in one transaction: those who do something meanwhile do not notice
# When to look again whether what the heads are told has gone out.
AGAIN: Final = {"asked": timedelta(minutes=15), "due": timedelta(minutes=1)}
DAYS: Final = 3  # for which what the heads are told is of use: over a weekend


@dataclass(frozen=True, slots=True)
class Means:
    """`key` makes the codes of mails (empty: none is sent); `home` is where everybody reaches the service's pages."""

    key: bytes = field(default=b"", repr=False)
    home: str = ""


@dataclass(frozen=True, slots=True)
class _Due:
    """What is to be done: a step of a campaign, at an organisation with its units."""

    campaign: Campaign
    stage: Stage
    houses: frozenset[int]
    means: Means
    now: datetime


def take(tx: Connection, which: int, place: int, now: datetime, means: Means) -> bool:
    """Do what is due there, or a part of it; whether there is more to do at once."""
    campaign = campaigns.lock(tx, which)
    stages = campaigns.stages(tx, which, place)
    stage = next((each for each in stages if each.state == "waiting"), None)
    if campaign.state != "running" or stage is None or stage.due_at is None or stage.due_at > now:
        return False
    if waits := {each.told for each in stages} & AGAIN.keys():  # heads are told before their people
        again = now + max(AGAIN[each] for each in waits)
        why = "approval" if "asked" in waits else ""
        campaigns.set_stage(tx, which, place, stage.step, due_at=again, reason=why)
        return False
    if not dispatch.may_announce(tx, campaign.by, place):
        campaigns.turn_stages(tx, which, place, ["waiting"], "paused")
        campaigns.set_stage(tx, which, place, stage.step, reason="lost")
        audit.note(tx, Deed("campaign.paused", place, which), None, now)
        return False
    due = _Due(campaign, stage, launch.houses(tx, place), means, now)
    if place in organisations.closed(tx):
        return _end(tx, due, "closed")
    return (
        _mails(tx, due) if stage.step in MAILED and campaign.way == "mail" else _tell(tx, due, _text(stage))
    )


def _text(stage: Stage) -> Text:
    return "heads" if stage.step == "heads" else "results" if stage.step == "results" else "hand"


def _mails(tx: Connection, due: _Due) -> bool:
    """New codes by mail; whoever can be sent none is the head's to hand one."""
    campaign, stage, now = due.campaign, due.stage, due.now
    begun, again = stage.begun_at or now, stage.step != "invite"
    who = campaign_people.to_invite(tx, due.houses, again=again, made_by=begun + VALID, now=now)
    words = campaign.texts.get("remind" if again else "invite", {})
    name = campaigns.key_of(campaign.id, stage.place, stage.step)
    sent, _ = invite_by_mail(
        tx,
        who[:MOST] if due.means.key else (),
        campaign.programme,
        key=due.means.key,
        now=now,
        new_key=new_key,
        by=campaign.by,
        of=Round(words, name),
    )
    crash.point("inviting")
    many = stage.many + sent
    campaigns.set_stage(tx, campaign.id, stage.place, stage.step, begun_at=begun, many=many)
    if sent and len(who) > MOST:
        return True
    if not again and _without(tx, due):
        return _tell(tx, due, "hand", mailed=many)
    return _end(tx, due, "" if many else "no_mail" if who else "nobody", many=many)


def _without(tx: Connection, due: _Due) -> int:
    """How many have to be handed a code: those who can be sent none, or, where none is mailed, all who have not
    joined."""
    found = [each.group for each in campaign_people.members(tx, due.houses, due.now)]
    return found.count("unreachable") if due.campaign.way == "mail" else len(found) - found.count("joined")


def _tell(tx: Connection, due: _Due, text: Text, *, mailed: int = 0) -> bool:
    """Announce it to the heads, in the way of all announcements: approval, five a day and working hours are there."""
    campaign, stage, now, mails = due.campaign, due.stage, due.now, bool(due.means.key)
    people = campaign_people.learning(tx, due.houses, campaign.programme, now)
    without = _without(tx, due) if text == "hand" else 0
    if not people[0] or (text == "hand" and not without):
        return _end(tx, due, "nobody")
    reached = campaign_people.reached_heads(tx, stage.place, now, mails=mails)
    if not reached:
        heads = campaign_people.heads(tx, stage.place, now)
        why = "" if mailed else "mute_head" if heads else "no_head"
        return _end(tx, due, why, many=mailed)
    key = campaigns.key_of(campaign.id, stage.place, stage.step)
    values = _values(tx, due, people, without)
    texts = {each: filled(words, values) for each, words in campaign.texts.get(text, {}).items()}
    rooms = "/console" if text == "results" else f"/console/invitations?organisation={stage.place}"
    announcements.add(
        tx,
        key=key,
        organisation=stage.place,
        texts=texts,
        mandatory=False,
        not_after=now,
        at=now,
        by=campaign.by,
        state="draft",
        audience=aiming.dump_rule(Leads(mails)),
        enclosed=Enclosed(links=(Link(f"{due.means.home}{rooms}"),)) if due.means.home else NOTHING,
        days=DAYS,
    )
    made = announcements.by_key(tx, key).id
    announcements.turn(tx, made, "draft", "due", send_at=now)
    deed = Deed("announcement.set", stage.place, made, after={"count": len(reached)})
    audit.note(tx, deed, campaign.by, now)
    return _end(tx, due, "", many=mailed or len(reached), announcement=made)


def _values(tx: Connection, due: _Due, people: tuple[int, int, int, int], without: int) -> Mapping[str, str]:
    joined, began, finished = told(people[0], people[1:])
    values = {"people": str(people[0]), "joined": joined, "began": began, "finished": finished}
    return {**values, "organisation": launch.there(tx, due.stage.place).name, "count": str(without)}


def _end(tx: Connection, due: _Due, why: str, *, many: int = 0, announcement: int | None = None) -> bool:
    """It is done, or skipped and why; what is left there is due accordingly."""
    campaign, stage = due.campaign, due.stage
    state = "skipped" if why else "done"
    campaigns.set_stage(
        tx,
        campaign.id,
        stage.place,
        stage.step,
        state=state,
        reason=why,
        ended_at=due.now,
        many=many,
        announcement_id=announcement,
    )
    launch.reckon(tx, campaign, stage.place)
    launch.end(tx, campaign.id)
    crash.point("campaigned")
    return False
