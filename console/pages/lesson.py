"""A lesson that somebody passed on: its beginning for everybody, and the way to go on in a messenger."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from itertools import takewhile
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from actions.find import open_lesson
from console.prose import prose
from console.site import Site, language_for
from domain.language import OWN_NAMES, Language, language_of
from domain.programme import Card, LessonText
from domain.reading import Hit, beginning, code

Links = Callable[
    [str], Mapping[str, str]
]  # the messengers' addresses that open them with a code, by their names
SHOWN: Final = 3  # cards, at most
LOCALES: Final[dict[Language, str]] = {"lt": "lt_LT", "pl": "pl_PL", "nb": "nb_NO", "en": "en_GB"}


def in_web_chat(code: str) -> Mapping[str, str]:
    """The one messenger that is always there."""
    return {"web": f"/chat?code={code}"}


def routes(site: Site, links: Links) -> list[BaseRoute]:
    """The page of a lesson; nobody has to sign in."""

    async def show(request: Request) -> Response:
        slugs = request.path_params["programme"], request.path_params["lesson"]
        hit = await site.database.read(lambda tx: open_lesson(tx, *slugs))
        if hit is None:
            raise HTTPException(HTTPStatus.NOT_FOUND)
        chosen = language_of(request.query_params.get("lang", ""))
        return _page(site, request, hit, chosen or language_for(request), links)

    return [Route("/lesson/{programme}/{lesson}", show, name="lesson")]


def _page(site: Site, request: Request, hit: Hit, language: Language, links: Links) -> Response:
    lesson = hit.programme.lessons[hit.lesson]
    text, base = lesson.text(language), site.texts.address or str(request.base_url).rstrip("/")
    cards = first_cards(text)
    word = code(hit.version, hit.lesson)
    picture = next((card.picture for card in cards if card.picture), None)
    return site.render(
        request,
        "lesson.html",
        language,
        here=request.url.path,
        programme=hit.programme.text(language),
        text=text,
        cards=cards,
        more=len(text.cards) - len(cards),
        prose=prose,
        about=beginning(text),
        tongues={each.language: OWN_NAMES[each.language] for each in lesson.texts},
        address=f"{base}{request.url.path}",
        locale=LOCALES[text.language],
        image=f"{base}/chat/pictures/{picture.digest}" if picture else "",
        links=links(word),
        word=f"/start {word}",
    )


def first_cards(text: LessonText) -> tuple[Card, ...]:
    """The cards before the first question, at most SHOWN; of a first one that asks, what it says before it does."""
    cards = tuple(takewhile(lambda card: card.question is None, text.cards[:SHOWN]))
    first = text.cards[0]
    return cards or (Card(first.text, first.picture),)
