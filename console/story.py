"""What a message is and why it stands where it does, step by step, in the words of a language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Final

from babel.dates import format_date

from actions.tell_why import Why
from console.moments import Moments
from console.site import Site
from domain.language import DEFAULT, Language
from domain.message import Feedback, Notice, Param, ShowCard
from domain.programme import Programme
from storage.message import Attempt, Entry

CHANNELS: Final = ("web", "telegram", "email", "terminal")
WAITS: Final = ("day", "holiday", "closed", "early", "late", "leave", "snooze", "cap")
# What is said of a state when its reason is one of these; another reason is the messenger's own word.
REASONS: Final = {
    "failed": ("unreachable",),
    "dropped": ("late", "left", "coordinator", "cancelled", "restored", "unbound", "overtaken"),
    "held": ("paused",),
}
# Claimed, and not sent off after all.
NOT_TRIED: Final = {"hours over": "over", "late": "late", "not allowed": "not_allowed"}
MARKS: Final = {"sent": "right", "refused": "wrong", "unreachable": "wrong", "not_allowed": "wrong"}
PLAIN: Final = ("not_sent", "now", "over", "late")
FIRST_WORDS: Final = 60  # characters of an announcement
# A date as it stands in a sentence (CLDR's forms).
_DATE: Final[dict[Language, str]] = {"lt": "MMMM d 'd.'", "pl": "d MMMM", "nb": "d. MMMM", "en": "d MMMM"}
TRIED: Final = ("sent", "unknown", "failed")  # what the last attempt says, so that nothing more is to be said


@dataclass(frozen=True, slots=True)
class Event:
    """One step of a message's story; `at` is None where no time is kept, `said` the messenger's own word."""

    at: datetime | None
    text: str
    mark: str = "plain"
    said: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """Says what a message is and why it stands where it does, in the reader's language."""

    site: Site
    language: Language
    programmes: Mapping[int, Programme]

    def about(self, entry: Entry) -> str:
        """What it is: its kind with the lesson's title, or with an announcement's first words. Never an answer."""
        kind, title = self._say(f"kind.{entry.kind}"), self._title(entry)
        if isinstance(entry.message, Feedback):
            kind = self._say("explanation")
        elif isinstance(entry.message, ShowCard):
            kind = self._say("kind.lesson")
        return self._say("named", kind=kind, title=title) if title else kind

    def messenger(self, channel: str) -> str:
        """What the messenger is called."""
        return self._say(f"messenger.{channel}") if channel in CHANNELS else channel

    def because(self, entry: Entry, moments: Moments, off: date | None) -> str:
        """Why it stands where it does, in one sentence, and until when."""
        if entry.state == "waiting":
            return self._waits(entry, moments, off)
        if entry.state in ("sending", "ready"):
            return self._say(f"why.{entry.state}")
        if entry.state == "expired":
            return self._say("why.expired", when=moments.short(entry.not_after))
        if entry.state == "sent":
            return moments.short(entry.ended_at or entry.created_at)
        known = entry.outcome if entry.state == "failed" else entry.reason
        more = f".{known}" if known in REASONS.get(entry.state, ()) else ""
        return self._say(f"why.{entry.state}{more}")

    def _waits(self, entry: Entry, moments: Moments, off: date | None) -> str:
        if entry.due_at <= moments.now:
            return self._say("why.again" if entry.reason == "again" else "why.due")
        when, reason = moments.short(entry.due_at), self._reason(entry, off) if entry.gated else ""
        return self._say("wait", when=when, reason=reason) if reason else self._say("why.next_try", when=when)

    def _reason(self, entry: Entry, off: date | None) -> str:
        """What the gate has against it; "" when nothing."""
        dated = entry.gate in ("holiday", "closed")
        if dated and off is not None:
            day = format_date(off, _DATE[self.language], locale=self.language)
            return self._say(f"reason.{entry.gate}", date=day)
        gate = "day" if dated else entry.gate
        return self._say(f"reason.{gate}") if gate in WAITS else ""

    def steps(self, told: Why, moments: Moments) -> list[Event]:
        """What happened to it, from the first to the last."""
        entry, attempts = told.story.entry, told.story.attempts
        steps = [Event(entry.created_at, self._say("step.written")), *self._gate(told, moments)]
        steps += [self._attempt(each, entry) for each in attempts]
        if entry.ended_at and not (attempts and entry.state in TRIED):
            steps.append(Event(entry.ended_at, self.because(entry, moments, told.off)))
        return steps

    def then(self, told: Why, moments: Moments) -> str:
        """Why it stands where it does, and what becomes of it next."""
        entry = told.story.entry
        if entry.state == "ready" and told.paused_until:
            return self._say("then.paused", when=moments.short(told.paused_until))
        if entry.state == "sent":
            return self._say("then.sent", when=moments.short(entry.ended_at or entry.created_at))
        because = self.because(entry, moments, told.off)
        if entry.state in ("waiting", "ready"):
            return f"{because} {self._say('then.until', when=moments.short(entry.not_after))}"
        if entry.state in ("sending", "held"):
            return because
        then = ("unknown" if entry.state == "unknown" else "again") if entry.again else "overtaken"
        return f"{because} {self._say(f'then.{then}')}"

    def _gate(self, told: Why, moments: Moments) -> list[Event]:
        """What the gate said last: in the present as long as that holds. It is not kept when."""
        entry = told.story.entry
        if entry.gate == "":
            return [Event(None, self._say("gate.none"))] if entry.kind == "reply" else []
        if entry.gate == "now":
            return [self._passed(entry, entry.until, moments)] if entry.until else []
        dropped = entry.reason == "again" or (entry.state == "dropped" and entry.reason == entry.gate)
        reason = "" if dropped else self._reason(entry, told.off)
        holds = entry.gated and entry.due_at > moments.now
        said = "not_yet" if holds else "had_to_wait"
        return [Event(None, self._say(said, reason=reason))] if reason else []

    def _passed(self, entry: Entry, until: datetime, moments: Moments) -> Event:
        holds = entry.state in ("ready", "sending") and until > moments.now
        return Event(None, self._say("gate.now" if holds else "gate.was", when=moments.short(until)))

    def _attempt(self, attempt: Attempt, entry: Entry) -> Event:
        at, known = attempt.ended_at or attempt.started_at, attempt.reason in (*NOT_TRIED, "unreachable")
        how = NOT_TRIED.get(attempt.reason) or attempt.outcome or "stopped"
        if not attempt.outcome and entry.state == "sending" and attempt.number == entry.attempts:
            how = "now"
        mark = "plain" if how in PLAIN else MARKS.get(how, "doubt")
        text = self._say("attempt", number=attempt.number, how=self._say(f"how.{how}"))
        return Event(at, text, mark, "" if known else attempt.reason)

    def _title(self, entry: Entry) -> str:
        message = entry.message
        if isinstance(message, ShowCard | Feedback):
            lessons = self.programmes[message.version].lessons
            return lessons[message.lesson].text(self.language).title
        if isinstance(message, Notice) and entry.kind == "reminder":
            return str(next((line.params["lesson"] for line in message.lines if "lesson" in line.params), ""))
        words = " ".join(
            (entry.told.get(self.language) or entry.told.get(DEFAULT) or _first(entry.told)).split()
        )
        return words if len(words) <= FIRST_WORDS else words[:FIRST_WORDS].rpartition(" ")[0] + "…"

    def _say(self, key: str, **params: Param) -> str:
        return self.site.say(self.language, f"message.{key}", **params)


def _first(told: Mapping[Language, str]) -> str:
    return next(iter(told.values()), "")


def by_day(steps: Sequence[Event], moments: Moments) -> list[tuple[date, list[Event]]]:
    """The steps of each local day, in their order; one without a time belongs to the day of the one before."""
    day, days = date.min, list[tuple[date, Event]]()
    for each in steps:
        day = moments.day(each.at) if each.at else day
        days.append((day, each))
    return [(day, [each for _, each in those]) for day, those in groupby(days, key=lambda pair: pair[0])]
