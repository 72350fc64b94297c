"""A person: what they learn, and what happened, the newest first."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from console.auth import Reader
from console.lists import first_of, number
from console.moments import Moments
from console.pages.learners import title
from console.seen import see
from console.site import Site, language_name
from domain.language import Language, language_of
from domain.message import Day, Weekdays
from domain.organisation import Scope
from domain.programme import Programme
from domain.retention import Retained, retained
from storage import assignment_figures, programmes, progress, retention
from storage.assignment_figures import Reason
from storage.database import Connection
from storage.progress import Event, Learner, Profile

CHANNELS = ("web", "telegram", "terminal")


@dataclass(frozen=True, slots=True)
class Seen:
    """All that the page is made of. `more` says that there are earlier events."""

    profile: Profile
    studies: Sequence[Learner]
    events: Sequence[Event]
    more: bool
    programmes: Mapping[int, Programme]
    latest: int
    retained: Sequence[Retained]
    reasons: Mapping[int, Sequence[Reason]]
    waiting: Sequence[tuple[Reason, Programme]]


@dataclass(frozen=True, slots=True)
class Words:
    """Says what happened, in a language, with the titles of the versions that were learned."""

    site: Site
    language: Language
    programmes: Mapping[int, Programme]

    def say(self, event: Event) -> str:
        """A sentence about the event."""
        details = event.details
        match event.what:
            case "joined" | "unbound":
                return self._say(event.what, channel=self._channel(str(details.get("channel"))))
            case "left":
                day = date.fromisoformat(str(details["left_on"]))
                return self._say("left", day=Day(day))
            case "settings":
                return self._settings(str(details["what"]), str(details["value"]))
            case "paused" | "resumed":
                return self._say(event.what)
            case "pause_reason":
                return self._say(f"because.{details['value']}")
            case _:
                return self._about(event)

    def _about(self, event: Event) -> str:
        """Something about a programme, a lesson or a question of it, or a certificate."""
        details = event.details
        if "title" in details:
            return self._certified(event)
        programme = self.programmes[int(details["version"] or 0)]
        named = {"programme": programme.text(self.language).title}
        named |= {name: str(details[name]) for name in ("number", "reason") if name in details}
        if "lesson" in details:
            number = int(details["lesson"] or 0)
            lesson = programme.lessons[number].text(self.language)
            named |= {"number": str(number + 1), "lesson": lesson.title}
            if event.what in ("answered", "replied"):
                question = lesson.cards[int(details["card"] or 0)].question
                named["question"] = question.prompt.plain if question else ""
        scored = {name: str(details[name]) for name in ("right", "graded", "percent") if name in details}
        return self._say(_key(event), **named, **scored)

    def _certified(self, event: Event) -> str:
        """A certificate of attendance; one that nobody gave a reason to revoke went because they were not there."""
        told = {name: str(event.details.get(name, "")) for name in ("number", "reason")}
        absent = event.what == "revoked" and not told["reason"]
        key = "revoked.absent" if absent else event.what
        return self._say(key, programme=str(event.details["title"]), **told)

    def _settings(self, what: str, value: str) -> str:
        written: str | Weekdays = Weekdays(value) if what == "days" else value
        language = language_of(value) if what == "language" else None
        return self._say(
            f"settings.{what}", value=language_name(self.language, language) if language else written
        )

    def _channel(self, name: str) -> str:
        return self.site.say(self.language, f"channel.{name}") if name in CHANNELS else name

    def _say(self, key: str, **params: str | Weekdays | Day) -> str:
        return self.site.say(self.language, f"timeline.{key}", **params)


def _key(event: Event) -> str:
    """The sentence for what happened."""
    match event.what:
        case "answered":
            how = {True: "right", False: "wrong", None: "opinion"}[event.details["correct"]]  # type: ignore[index]
            return f"{'reviewed' if event.details.get('purpose') == 'review' else 'answered'}.{how}"
        case "enrolled" if event.details.get("by") == "assignment":
            return "enrolled.assignment"
        case "lesson_sent":
            return f"lesson_sent.{event.details['by']}"
        case "test_begun" | "test_done" if "lesson" not in event.details:
            return f"{event.what}.entry"
        case "test_done":
            return "test_done.passed" if event.details["passed"] else "test_done.failed"
        case "lesson_done" if event.details.get("skipped"):
            return "lesson_done.skipped"
        case "lesson_done" | "programme_done" if not event.details.get("graded"):
            return f"{event.what}.ungraded"
    return event.what


def mark(event: Event) -> str:
    """How the event looks: right, wrong, done or plain."""
    if event.what == "answered":
        return {True: "right", False: "wrong"}.get(event.details["correct"], "plain")  # type: ignore[arg-type]
    if event.what == "test_done":
        return {True: "done", False: "wrong"}.get(event.details["passed"], "plain")  # type: ignore[arg-type]
    return "done" if event.what in ("lesson_done", "programme_done", "certified") else "plain"


def by_day(events: Sequence[Event], moments: Moments) -> list[tuple[date, list[Event]]]:
    """The events of each local day, in their order."""
    return [(day, list(those)) for day, those in groupby(events, key=lambda event: moments.day(event.at))]


async def show(site: Site, request: Request, reader: Reader) -> Response:
    """`GET /console/people/ID?before=EVENT`: 404 alike for nobody and for somebody of another organisation."""
    before = number(request.query_params.get("before", ""))
    seen = await site.database.read(lambda tx: _look(tx, reader, number(request.path_params["id"]), before))
    if seen is None:
        raise HTTPException(404)
    await see(site, reader.person.id, seen.profile.id, seen.profile.organisation.id)
    moments = Moments(site, reader.language, seen.profile.organisation.zone, site.now())
    return site.render(
        request,
        "person.html",
        reader.language,
        reader=reader,
        seen=seen,
        latest=seen.latest,
        days=by_day(seen.events, moments),
        before=before,
        moments=moments,
        words=Words(site, reader.language, seen.programmes),
        mark=mark,
        title=title,
        learns_in=language_name(reader.language, seen.profile.language),
        weekdays=Weekdays("".join(map(str, sorted(seen.profile.days)))),
    )


def _look(tx: Connection, reader: Reader, person: int, before: int) -> Seen | None:
    scope = reader.scope
    profile = progress.person(tx, scope, person)
    if profile is None:
        return None
    most = progress.PAGE
    events = progress.timeline(tx, scope, person, before=before or progress.LARGEST_ID, most=most + 1)
    shown, last = first_of(events, most)
    reasons = _reasons(tx, scope, person)
    versions = {int(event.details["version"] or 0) for event in shown if "version" in event.details}
    return Seen(
        profile=profile,
        studies=progress.learners(tx, scope, of=[person]),
        events=shown,
        more=last is not None,
        programmes={version: programmes.version(tx, version) for version in versions},
        latest=progress.latest(tx, scope),
        retained=retained(retention.answers(tx, scope, person)),
        reasons=reasons,
        waiting=[
            (each, programmes.version(tx, programmes.newest(tx)[each.programme]))
            for those in reasons.values()
            for each in those
            if each.state == "waiting"
        ],
    )


def _reasons(tx: Connection, scope: Scope, person: int) -> dict[int, list[Reason]]:
    """Why the person is to learn what, by the programme."""
    found = defaultdict[int, list[Reason]](list)
    for reason in assignment_figures.reasons(tx, scope, person):
        found[reason.programme].append(reason)
    return dict(found)
