"""`zinute why`: the operator's account of a message, or of those that did not go well. No names, no texts.

It only reads, beside a service or without one; what it tells in the present still holds at the moment `now`.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from actions.tell_why import Why, why_any
from domain.organisation import Organisation
from storage import instance, oversight
from storage.database import Connection
from storage.message import STATES, Attempt, Entry
from storage.oversight import MOST
from zinute.assemble import look_only
from zinute.config import Settings
from zinute.errors import Stop

NEWEST: Final = 20
PRIVATE: Final = ("name", "message", "told")
GATE: Final = {
    "day": "not one of the person's days",
    "holiday": "a public holiday",
    "closed": "a day off of the organisation",
    "early": "before the person's hours",
    "late": "after the person's hours, or too late to be of use",
    "leave": "the person's leave",
    "left": "the person has left",
    "snooze": "a break that the person asked for",
    "cap": "enough messages on that day",
    "now": "a good time for the person",
}
OUTCOMES: Final = {
    "sent": "taken by the messenger",
    "not_sent": "not sent",
    "ambiguous": "it may have arrived",
    "unreachable": "the person cannot be reached there any more",
    "refused": "refused by the messenger",
    "": "nobody knows: under way, or the sender stopped in it",
}
NEXT: Final = {
    "ready": "It goes when its turn comes in its lane.",
    "sending": "It is under way, or its sender stopped in it: whoever sends next finds that out.",
    "sent": "Nothing more is to be done.",
    "unknown": "It is not sent again by itself.",
    "failed": "It is not sent again by itself.",
    "dropped": "It is not sent.",
    "expired": "It is not sent: it would be of no use any more.",
    "held": "It waits for a person.",
}
HELD: Final = {
    "paused": "It goes on, or is dropped, with its announcement.",
    "restored": "Decide with `zinute restored send` or `zinute restored drop`.",
}


async def explain(settings: Settings, wanted: str, now: datetime, *, as_json: bool) -> list[str]:
    """Lines about the message with this id or key; raises Stop when there is none."""
    told = await look_only(settings, lambda tx: why_any(tx, wanted, now))
    if told is None:
        raise Stop(f"There is no message '{wanted}': give its id or its key; `zinute why` lists ids.")
    return [_json(_facts(told))] if as_json else list(_story(told))


async def overview(settings: Settings, *, as_json: bool) -> list[str]:
    """Lines about the newest messages that did not go well, after how many there are in each state."""

    def look(tx: Connection) -> tuple[Mapping[str, int], datetime | None, list[Entry]]:
        return (
            {str(state): count for state, count in oversight.counts(tx).items()},
            instance.held_at(tx),
            oversight.odd(tx, NEWEST),
        )

    counts, held_at, odd = await look_only(settings, look)
    if as_json:
        return [_json({"states": counts, "held_at": held_at, "messages": [_public(each) for each in odd]})]
    return [
        ", ".join(f"{state} {_count(counts[state])}" for state in STATES if state in counts) + ".",
        *([f"Held since {_utc(held_at)}: see `zinute restored --help`."] if held_at else []),
        *([_line(each) for each in odd] or ["No message failed."]),
    ]


def _count(counted: int) -> str:
    return f"{counted}+" if counted == MOST else str(counted)


def _line(entry: Entry) -> str:
    since = _utc(entry.ended_at or entry.created_at)
    whom = "nobody yet" if entry.person is None else f"person {entry.person}"
    return f"{entry.id}  {entry.state:8}  {since}  {entry.kind}, {entry.channel}, {whom}: {_reason(entry)}"


def _reason(entry: Entry) -> str:
    return entry.reason or entry.outcome or entry.gate or "no reason is kept"


def _story(told: Why) -> Iterable[str]:
    entry, home = told.story.entry, told.organisation
    whom = "nobody who has joined" if entry.person is None else f"person {entry.person}"
    house = "" if entry.organisation is None else f" of organisation {entry.organisation}"
    yield f"Message {entry.id}: {entry.kind}, {entry.state}. Key: {entry.key}"
    yield f"To {whom}{house}, by {entry.channel} (address {entry.address})."
    yield f"{_at(entry.created_at, home)}: written; of use until {_at(entry.not_after, home)}."
    yield f"Gate: {_gate(told)}"
    yield from _happened(told)
    if entry.ended_at and entry.state != "sent":
        yield f"{_at(entry.ended_at, home)}: {entry.state} ({_reason(entry)})."
    yield _next(told)


def _happened(told: Why) -> list[str]:
    """Its attempts, and the end of a pause that it met, in the order of their times."""
    home, channel, over = told.organisation, told.story.entry.channel, told.was_paused_until
    lines = [(each.started_at, _attempt(each, home)) for each in told.story.attempts]
    lines += [(over, f"{_at(over, home)}: {channel} took messages again after a pause.")] if over else []
    return [line for _, line in sorted(lines)]


def _gate(told: Why) -> str:
    entry = told.story.entry
    if not entry.gate:
        return "not asked: an answer may go at any hour."
    days = f", of {told.closed.days}, set at organisation {told.closed.at}" if told.closed else ""
    day = f" ({told.off.isoformat()}{days})" if told.off else ""
    until = f", until {_at(entry.until, told.organisation)}" if entry.until else ""
    counts = f"; counts for {entry.day}" if entry.day else ""
    return f"{entry.gate}: {GATE.get(entry.gate, 'unknown to this version')}{day}{until}{counts}."


def _attempt(attempt: Attempt, home: Organisation | None) -> str:
    how = OUTCOMES.get(attempt.outcome, attempt.outcome)
    reason = f" ({attempt.reason})" if attempt.reason else ""
    ended = f", ended {_at(attempt.ended_at, home)}" if attempt.ended_at else ""
    return f"{_at(attempt.started_at, home)}: attempt {attempt.number}{ended}: {how}{reason}."


def _next(told: Why) -> str:
    entry, home = told.story.entry, told.organisation
    if entry.state in ("waiting", "ready") and entry.not_after < told.now:
        return f"It is not sent any more: it was of use until {_at(entry.not_after, home)}."
    if entry.state == "waiting":
        return _waits(entry, told)
    if entry.state == "ready" and told.paused_until:
        return f"{NEXT['ready']} {entry.channel} takes nothing from us before {_at(told.paused_until, home)}."
    if entry.state == "held" and entry.reason:
        return f"{NEXT['held']} Reason: {entry.reason}. {HELD.get(entry.reason, '')}".rstrip()
    again = " A coordinator can send it again, on the page Messages." if entry.again and home else ""
    return NEXT[entry.state] + again


def _waits(entry: Entry, told: Why) -> str:
    then, due = "the gate is asked again" if entry.gated else "it is tried again", entry.due_at
    if due > told.now:
        return f"It waits until {_at(due, told.organisation)}; then {then}."
    return f"It waited until {_at(due, told.organisation)}: {then} as soon as a service runs."


def _at(moment: datetime, home: Organisation | None) -> str:
    """A moment in UTC, and in the person's zone where there is one."""
    if home is None:
        return _utc(moment)
    return f"{_utc(moment)} ({moment.astimezone(ZoneInfo(home.zone)):%Y-%m-%d %H:%M} {home.zone})"


def _utc(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"


def _public(entry: Entry) -> dict[str, object]:
    return {name: value for name, value in asdict(entry).items() if name not in PRIVATE}


def _facts(told: Why) -> dict[str, object]:
    return _public(told.story.entry) | {
        "zone": told.organisation.zone if told.organisation else None,
        "day_off": told.off,
        "days_off": told.closed.days if told.closed else None,
        "days_off_set_at": told.closed.at if told.closed else None,
        "paused_until": told.paused_until,
        "was_paused_until": told.was_paused_until,
        "tries": [asdict(each) for each in told.story.attempts],
    }


def _json(value: object) -> str:
    return json.dumps(value, default=_written, ensure_ascii=False)


def _written(value: object) -> str:
    assert isinstance(value, date), "everything else is JSON already"  # a datetime is a date
    return value.isoformat()
