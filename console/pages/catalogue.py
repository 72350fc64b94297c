"""The open catalogue: every programme, for everybody who looks, and how somebody who is invited begins it."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any, Final, Protocol
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from actions.facts import shelf
from console.pages.person import CHANNELS
from console.place_words import sector_name
from console.site import Site, language_for, language_name
from console.sorting import sort_key
from domain.catalogue import matches, sectors, spoken
from domain.event import PROGRAMME_LINK
from domain.language import LANGUAGES, Language, language_of
from domain.programme import Programme

LONGEST: Final = 100  # characters that are searched for
SHOWN_AS_PICTURE: Final = ("image/png", "image/jpeg")


class Door(Protocol):
    """A messenger of this installation, as bot.channel.Channel is one."""

    @property
    def name(self) -> str:
        """Which messenger it is."""
        ...

    def link(self, code: str) -> str:
        """The address that opens it and shows the code; "" where there is none."""
        ...


def routes(site: Site, doors: Sequence[Door] = ()) -> list[BaseRoute]:
    """The list and a page for each programme; `doors` are the messengers in which they can be begun."""

    async def every(request: Request) -> Response:
        language = _language(request)
        words, sector = _asked(request, "q"), _asked(request, "sector")
        programmes = [each.programme for each in await site.database.read(shelf)]
        found = [each for each in programmes if matches(each, words)]
        found = [each for each in found if not sector or sector in each.rules.sectors]
        return site.render(
            request,
            "catalogue.html",
            language,
            **_page(site, request, {"q": words, "sector": sector}),
            found=sorted(found, key=lambda each: sort_key(language, each.text(language).title)),
            words=words,
            sector=sector,
            sectors=_sectors(site, language, programmes),
            languages_of=_Languages(language),
        )

    async def one(request: Request) -> Response:
        language, slug = _language(request), request.path_params["slug"]
        shelved = {each.programme.slug: each for each in await site.database.read(shelf)}
        programmes = {name: each.programme for name, each in shelved.items()}
        if slug not in programmes:
            raise HTTPException(HTTPStatus.NOT_FOUND)
        programme = programmes[slug]
        return site.render(
            request,
            "offered.html",
            language,
            **_page(site, request, {}),
            programme=programme,
            bases=shelved[slug].bases,
            before=[programmes[each] for each in programme.rules.after if each in programmes],
            picture=_picture(programme, language),
            ways=_ways(site, language, doors, slug),
            languages_of=_Languages(language),
        )

    return [
        Route("/catalogue", every, name="catalogue"),
        Route("/catalogue/{slug:slug}", one, name="offered"),
    ]


class _Languages:
    """Names a programme's languages in the reader's."""

    def __init__(self, language: Language) -> None:
        self._language = language

    def __call__(self, programme: Programme) -> str:
        """As a list: "Lithuanian, English"."""
        return ", ".join(language_name(self._language, each) for each in spoken(programme))


def _language(request: Request) -> Language:
    """The language that the address names (search engines have one for each), else the reader's."""
    return language_of(request.query_params.get("lang", "")) or language_for(request)


def _asked(request: Request, name: str) -> str:
    return " ".join(request.query_params.get(name, "")[:LONGEST].split())


def _page(site: Site, request: Request, asked: dict[str, str]) -> dict[str, Any]:
    """Where the page is: for coming back to it without a language, and for those who point to it."""
    path = request.url.path
    query = urlencode({name: value for name, value in asked.items() if value})
    root = site.address or str(request.base_url).rstrip("/")
    return {
        "here": f"{path}?{query}" if query else path,
        "address": f"{root}{path}",
        "root": root,
        "in_languages": LANGUAGES,
    }


def _sectors(site: Site, language: Language, programmes: Sequence[Programme]) -> list[tuple[str, str]]:
    """Each sector and its name in the reader's language, in the order of the names."""
    named = [(each, sector_name(site, language, each)) for each in sectors(programmes)]
    return sorted(named, key=lambda pair: sort_key(language, pair[1]))


def _ways(site: Site, language: Language, doors: Sequence[Door], slug: str) -> list[tuple[str, str]]:
    """Each messenger that a link opens, with the link that shows this programme there."""
    links = [(door.name, door.link(f"{PROGRAMME_LINK}{slug}")) for door in doors]
    return [(messenger(site, language, name), link) for name, link in links if link]


def messenger(site: Site, language: Language, name: str) -> str:
    """What a messenger is called."""
    return site.say(language, f"message.messenger.{name}") if name in CHANNELS else name.capitalize()


def _picture(programme: Programme, language: Language) -> str:
    """The digest of the first picture that is read everywhere; "" when there is none."""
    cards = (card for lesson in programme.lessons for card in lesson.text(language).cards)
    pictures = (card.picture for card in cards if card.picture)
    return next((each.digest for each in pictures if each.media_type in SHOWN_AS_PICTURE), "")
