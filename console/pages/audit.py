"""Who did what, the newest first: the audit log of the reader's organisations."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from console import lists
from console.auth import Reader, for_right
from console.lists import first_of
from console.moments import Moments
from console.pages.learners import heading
from console.place_words import SETTINGS, PlaceWords
from console.site import Site, language_name
from console.sorting import sort_key
from domain.audit import WHAT
from domain.language import Language
from domain.organisation import Organisation
from domain.rights import ROLES
from storage import audit, messages, progress
from storage.audit import PAGE, Entry, Wanted
from storage.database import Connection
from storage.progress import LARGEST_ID

HERE: Final = "/console/audit"
SHOWN: Final = tuple(each for each in WHAT if each != "log.shortened")  # that one is of no organisation
MANY: Final = (
    "list.seen",
    "invitations.made",
    "messages.again",
    "messages.dropped",
    "held.sent",
    "held.dropped",
)
# What an import did to people, and what that is called.
COUNTED: Final = {
    **{each: f"people.kind.{each}" for each in ("new", "joins", "asked", "moved", "changed")},
    "left": "people.left",
    **{each: f"audit.count.{each}" for each in ("away", "back", "kept")},
}


@dataclass(frozen=True, slots=True)
class View(lists.View):
    """What the address asks for."""

    place = HERE
    choices: ClassVar = {"what": SHOWN}
    q: str = ""
    what: str = ""
    before: int = 0


@dataclass(frozen=True, slots=True)
class Sight:
    """All that the page is made of. `older`: from where to look on (0: there are no more)."""

    organisations: Mapping[int, Organisation]
    entries: Sequence[Entry]
    older: int


@dataclass(frozen=True, slots=True)
class Words:
    """Says what was done, in the reader's language."""

    site: Site
    language: Language
    organisations: Mapping[int, Organisation]

    def who(self, entry: Entry) -> str:
        """Who did it."""
        if entry.who is None:
            return self.site.say(self.language, "audit.operator")
        return entry.name or self.site.say(self.language, "audit.outsider", number=str(entry.who))

    def about(self, entry: Entry) -> str:
        """A sentence about the deed."""
        named = {
            "name": entry.about_name
            or self.site.say(self.language, "audit.somebody", number=str(entry.about)),
            "number": str(entry.about),
        }
        if entry.what in MANY:
            return self.site.say(self.language, f"audit.{entry.what}", n=entry.after["count"])
        role = {**entry.before, **entry.after}.get("role") if entry.what.startswith("role.") else None
        if role in ROLES:
            named["role"] = self.site.say(self.language, f"role.{role}")
        return self.site.say(self.language, f"audit.{entry.what}", **named)

    def notes(self, entry: Entry) -> Sequence[str]:
        """What there is to say besides: what was set, before and after; which words changed; how many people."""
        kind = entry.what.partition(".")[0]
        if kind == "notice":
            return [f"{language_name(self.language, entry.after['language'])}, {entry.after['version']}"]
        if kind == "roster":
            return [f"{self._say(COUNTED[name])}: {count}" for name, count in entry.after.items()]
        if kind == "list":
            return [self._say(f"audit.list.{entry.after['list']}")]
        if kind == "provider":
            return [{**entry.before, **entry.after}["issuer"]]
        if entry.what == "person.changed":
            return [", ".join(self._say(f"people.word.{name}") for name in entry.after["words"].split())]
        if entry.what == "entrance.changed":
            return [self.site.texts.say(self.language, f"changed.{entry.after['change']}")]
        if kind != "organisation" and entry.what != "person.moved":
            return []
        names = sorted(entry.before.keys() | entry.after.keys())
        return [self._change(name, entry.before.get(name), entry.after.get(name)) for name in names]

    def _change(self, name: str, before: Any, after: Any) -> str:
        named = self._say("people.word.place" if name == "place" else f"audit.setting.{name}")
        return f"{named}: {self._value(name, before)} → {self._value(name, after)}"

    def _value(self, name: str, value: Any) -> str:
        setting = next((each for each in SETTINGS if each.name == name), None)
        if setting and value not in (None, []):
            words = PlaceWords(self.site, self.language, {})
            return words.word(setting, tuple(value) if isinstance(value, list) else value)
        if value in (None, []):
            return "–"
        if name not in ("above", "place"):
            return str(value)
        known = self.organisations.get(value)
        return known.name if known else f"#{value}"

    def _say(self, key: str) -> str:
        return self.site.say(self.language, key)


def routes(site: Site) -> list[Route]:
    """The page."""
    return [Route(HERE, for_right(site, "audit", show), name="audit")]


async def show(site: Site, request: Request, reader: Reader) -> Response:
    """`GET /console/audit?q=...&what=...&before=...`"""
    view, language = View.of(request), reader.language
    sight = await site.database.read(partial(_look, reader=reader, view=view))
    places = list(sight.organisations.values())
    return site.render(
        request,
        "audit.html",
        language,
        reader=reader,
        heading=heading(site, language, places),
        several=len(places) > 1,
        view=view,
        sight=sight,
        kinds=[(each, site.say(language, f"audit.what.{each}")) for each in SHOWN],
        words=Words(site, language, sight.organisations),
        moments={each.id: Moments(site, language, each.zone, site.now()) for each in places},
    )


def _look(tx: Connection, reader: Reader, view: View) -> Sight:
    people = None
    if view.q:
        part = sort_key("en", view.q)[0]
        known = messages.names(tx, reader.scope)
        people = frozenset(who for who, name in known if part in sort_key("en", name)[0])
    wanted = Wanted(view.what, people, view.before or LARGEST_ID)
    shown, last = first_of(audit.page(tx, reader.scope, wanted, PAGE + 1), PAGE)
    return Sight(progress.organisations(tx, reader.scope), shown, last.number if last else 0)
