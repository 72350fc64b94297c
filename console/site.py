"""What every page needs: the store, the texts, the clock, and templates that speak the reader's language."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache, partial
from typing import Any, Final, Self

from babel import Locale
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from console.assets import Asset, load
from console.documents import Documents
from console.entrance import Entrance
from console.previews import Previews
from console.sets import Sets
from domain.language import LANGUAGES, OWN_NAMES, Language, guess, language_of
from domain.message import Param
from domain.organisation import Right, Scope
from domain.texts import Texts, written_day
from storage.database import Database

_LANGUAGE = "zinute_language"
YEAR = 365 * 24 * 3600
# The rooms of the console in the order of its navigation; what is in none of the others is in the first.
ROOMS: Final[tuple[tuple[str, str], ...]] = (
    ("learners", "/console"),
    ("invitations", "/console/invitations"),
    ("programmes", "/console/programmes"),
    ("assignments", "/console/assignments"),
    ("announcements", "/console/announcements"),
    ("webinars", "/console/webinars"),
    ("messages", "/console/messages"),
    ("answers", "/console/answers"),
    ("certificates", "/console/certificates"),
    ("lessons", "/console/lessons"),
    ("organisations", "/console/organisations"),
    ("rights", "/console/rights"),
    ("audit", "/console/audit"),
)
NEEDED: Final[Mapping[str, Right]] = {"lessons": "write", "rights": "manage", "audit": "audit"}


@cache
def _templates() -> Environment:
    """One for the process: each template is compiled once, however many consoles there are."""
    return Environment(
        loader=PackageLoader("console"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@dataclass(frozen=True, slots=True)
class Site:
    """The console of one installation. `now` gives the time in UTC; `closing` ends the streams of open pages.

    `drawing` lets one uploaded picture after the other be drawn, so that many do not take the machine's memory;
    `sets` are those that were drawn together. `documents` makes those of certificates and `previews` shows lessons
    (None: there are none), `address` is where everybody reaches our pages, `entrance` how they come in.
    """

    database: Database
    texts: Texts
    now: Callable[[], datetime]
    assets: Mapping[str, Asset] = field(default_factory=load)
    templates: Environment = field(default_factory=_templates)
    closing: asyncio.Event = field(default_factory=asyncio.Event)
    sets: Sets = field(default_factory=Sets)
    drawing: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(1))
    documents: Documents | None = None
    address: str = ""
    previews: Previews | None = None
    entrance: Entrance = field(default_factory=Entrance)

    def within(self, scope: Scope) -> Self:
        """The same site, whose store shows only what is of the scope's organisations (storage/wall.py)."""
        return replace(self, database=self.database.whole.within(scope))

    def say(self, language: Language, key: str, /, **params: Param) -> str:
        """The sentence `console.KEY` of the catalogue."""
        return self.texts.say(language, f"console.{key}", **params)

    def render(
        self, request: Request, template: str, language: Language, /, *, status: int = 200, **values: Any
    ) -> Response:
        """A page in the language; `values` are the template's own."""

        def say(key: str, /, **params: Param) -> str:
            return self.say(language, key, **params)

        def strong(key: str, /, **params: Param) -> Markup:
            return emphasised(self.say(language, key, **params))

        text = self.templates.get_template(template).render(
            say=say,
            strong=strong,
            dated=partial(written_day, language),
            language=language,
            languages=OWN_NAMES,
            asset=self._address,
            read_only=self.database.failing,
            rooms=_rooms(values.get("reader")),
            room=_room(request.url.path),
            **{"reader": None, "here": _here(request), **values},
        )
        return HTMLResponse(text, status, headers={"Content-Language": language})

    def _address(self, name: str) -> str:
        return f"/console/static/{name}?v={self.assets[name].digest}"


def language_for(request: Request, own: Language | None = None) -> Language:
    """What the reader chose, else their own language, else what the browser asks for."""
    chosen = request.cookies.get(of_this_host(request, _LANGUAGE))
    if chosen in LANGUAGES:
        return chosen
    asked = request.headers.get("accept-language", "")
    return own or guess(*(tag.partition(";")[0] for tag in asked.split(",")), default="en")


def of_this_host(request: Request, name: str) -> str:
    """The name of a cookie that over https only this host can have set (RFC 6265bis, `__Host-`)."""
    return f"__Host-{name}" if request.url.scheme == "https" else name


def keep_language(request: Request, response: Response, language: Language) -> None:
    """Let the browser remember for a year what the reader chose."""
    secure, name = request.url.scheme == "https", of_this_host(request, _LANGUAGE)
    response.set_cookie(name, language, YEAR, secure=secure, httponly=True, samesite="lax")


def language_name(language: Language, of: Language) -> str:
    """What the language `of` is called in `language`."""
    return str(Locale.parse(of).get_language_name(language) or OWN_NAMES[of])


def chosen_language(request: Request, value: object) -> Language:
    """The language that a form sent; the reader's present one if it is none of ours."""
    return (language_of(value) if isinstance(value, str) else None) or language_for(request)


def emphasised(sentence: str) -> Markup:
    """The sentence, escaped, with its part between asterisks made strong."""
    before, _, rest = str(escape(sentence)).partition("*")
    inside, _, after = rest.partition("*")
    return Markup(f"{before}<strong>{inside}</strong>{after}") if inside else Markup(before)  # noqa: S704


def _rooms(reader: Any) -> list[tuple[str, str]]:
    """The rooms that somebody who is signed in may enter."""
    if reader is None:
        return []
    return [each for each in ROOMS if NEEDED.get(each[0], "see") in reader.scope.rights]


def _room(path: str) -> str:
    """The room that a page is in."""
    if path.startswith(("/console/account", "/console/proof")):
        return ""
    return next((name for name, address in reversed(ROOMS) if path.startswith(address)), "")


def _here(request: Request) -> str:
    """Path and query of this page, for coming back to it."""
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")
