"""Statements of what happened, as learning record stores take them (xAPI 1.0.3): pseudonymous, and without answers."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

from domain.programme import Programme

Json = dict[str, Any]
_ADL: Final = "http://adlnet.gov/expapi"
_EARNED: Final = "http://specification.openbadges.org/xapi/verbs/earned"
_BADGE: Final = "http://activitystrea.ms/schema/1.0/badge"
VERBS: Final[Mapping[str, str]] = {
    "enrolled": f"{_ADL}/verbs/registered",
    "answered": f"{_ADL}/verbs/answered",
    "lesson_done": f"{_ADL}/verbs/completed",
    "test_done": f"{_ADL}/verbs/",  # and passed or failed
    "programme_done": f"{_ADL}/verbs/completed",
    "certified": _EARNED,
}


@dataclass(frozen=True, slots=True)
class Teller:
    """Who tells: `home` is where everybody reaches the service; without the `key` nobody knows who is meant."""

    home: str
    key: bytes


@dataclass(frozen=True, slots=True)
class Occasion:
    """Something that happened to a person: one of VERBS, with its details as the timeline keeps them."""

    id: int
    person: int
    what: str
    details: Mapping[str, Any]
    at: datetime


def pseudonym(key: bytes, person: int) -> str:
    """What a person is called at the record store: always the same, and theirs only to whoever has the key."""
    return hmac.digest(key, f"xapi:{person}".encode(), "sha256").hex()[:32]


def told_as(home: str, number: int, at: datetime) -> str:
    """The id by which others know what happened, the same whenever it is told.

    It is made of the moment too: in a restored store numbers begin again.
    """
    return str(uuid5(NAMESPACE_URL, f"{home}#{number}@{written(at)}"))


def written(at: datetime) -> str:
    """A moment as others read it: `2027-01-31T07:30:00.000Z`."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def statement(teller: Teller, occasion: Occasion, taught: Programme) -> Json | None:
    """The statement; None where there is nothing to tell (an entry test, a lesson that an edit has taken away).

    Its id is that of the occasion, so that one that is sent again is known.
    """
    told = _about(teller.home, occasion, taught)
    if told is None:
        return None
    account = {"homePage": teller.home, "name": pseudonym(teller.key, occasion.person)}
    return {
        "id": told_as(teller.home, occasion.id, occasion.at),
        "actor": {"objectType": "Agent", "account": account},
        "timestamp": written(occasion.at),
        **told,
    }


def _about(home: str, occasion: Occasion, taught: Programme) -> Json | None:
    what, details = occasion.what, occasion.details
    course = _course(home, taught)
    if what in ("enrolled", "programme_done", "certified"):
        about = _badge(course) if what == "certified" else course
        told = {"verb": _verb(VERBS[what]), "object": about}
        done = {"completion": True, **_score(details)} if what == "programme_done" else None
        context = _context(course) if what == "certified" else _context()
        return told | ({"result": done} if done else {}) | {"context": context}
    lesson = details.get("lesson")
    if not isinstance(lesson, int) or not 0 <= lesson < len(taught.lessons):
        return None
    about = _lesson(home, taught, lesson)
    if what == "answered":
        return _answered(about, details, course)
    return _done(what, about, details, course)


def _answered(lesson: Json, details: Mapping[str, Any], course: Json) -> Json:
    """Whether an answer was right; what was chosen or written stays here."""
    asked = {
        "objectType": "Activity",
        "id": f"{lesson['id']}#{details['question']}",
        "definition": {"type": f"{_ADL}/activities/question"},
    }
    right = details.get("correct")
    result = {} if right is None else {"result": {"success": right}}
    return {"verb": _verb(VERBS["answered"]), "object": asked, **result, "context": _context(lesson, course)}


def _done(what: str, lesson: Json, details: Mapping[str, Any], course: Json) -> Json:
    if what == "lesson_done":
        verb, result = VERBS[what], {"completion": True, **_score(details)}
    else:
        passed = bool(details.get("passed"))
        verb = VERBS[what] + ("passed" if passed else "failed")
        scaled = int(details["percent"]) / 100
        result = {"completion": True, "success": passed, "score": {"scaled": scaled}}
    return {"verb": _verb(verb), "object": lesson, "result": result, "context": _context(course)}


def _score(details: Mapping[str, Any]) -> Json:
    right, graded = details.get("right") or 0, details.get("graded") or 0
    if not 0 <= right <= graded or not graded:
        return {}
    return {"score": {"scaled": round(right / graded, 4), "raw": right, "min": 0, "max": graded}}


def _verb(name: str) -> Json:
    return {"id": name, "display": {"en": name.rpartition("/")[2]}}


def _context(*above: Json) -> Json:
    """What the object is part of, the nearest first."""
    if not above:
        return {"platform": "Zinute"}
    named = [{"objectType": "Activity", "id": each["id"]} for each in above]
    return {"platform": "Zinute", "contextActivities": {"parent": named[:1], "grouping": named[-1:]}}


def _course(home: str, taught: Programme) -> Json:
    names = {str(each.language): each.title for each in taught.texts}
    return _activity(f"{home}/catalogue/{taught.slug}", names, f"{_ADL}/activities/course")


def _lesson(home: str, taught: Programme, number: int) -> Json:
    lesson = taught.lessons[number]
    kind = "assessment" if lesson.texts[0].exam else "lesson"
    names = {str(each.language): each.title for each in lesson.texts}
    return _activity(f"{home}/lesson/{taught.slug}/{lesson.slug}", names, f"{_ADL}/activities/{kind}")


def _badge(course: Json) -> Json:
    return _activity(f"{course['id']}#certificate", course["definition"]["name"], _BADGE)


def _activity(name: str, names: Mapping[str, str], kind: str) -> Json:
    return {"objectType": "Activity", "id": name, "definition": {"name": dict(names), "type": kind}}
