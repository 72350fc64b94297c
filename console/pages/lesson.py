"""A lesson that somebody passed on: its beginning for everybody, and the way to go on in a messenger."""

from collections.abc import Sequence
from http import HTTPStatus
from itertools import takewhile
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from actions.find import open_lesson
from console.pages.catalogue import Door
from console.prose import prose
from console.site import Site, language_for
from domain.language import OWN_NAMES, Language, language_of
from domain.programme import Card, LessonText
from domain.reading import Hit, beginning, code

SHOWN: Final = 3  # cards, at most
LOCALES: Final[dict[Language, str]] = {"lt": "lt_LT", "pl": "pl_PL", "nb": "nb_NO", "en": "en_GB"}


def routes(site: Site, doors: Sequence[Door] = ()) -> list[BaseRoute]:
    """The page of a lesson; nobody has to sign in. `doors` are the messengers in which it can be opened."""

    async def show(request: Request) -> Response:
        slugs = request.path_params["programme"], request.path_params["lesson"]
        hit = await site.database.read(lambda tx: open_lesson(tx, *slugs))
        if hit is None:
            raise HTTPException(HTTPStatus.NOT_FOUND)
        chosen = language_of(request.query_params.get("lang", ""))
        return _page(site, request, hit, chosen or language_for(request), doors)

    return [Route("/lesson/{programme:slug}/{lesson:slug}", show, name="lesson")]


def _page(site: Site, request: Request, hit: Hit, language: Language, doors: Sequence[Door]) -> Response:
    lesson = hit.programme.lessons[hit.lesson]
    text, base = lesson.text(language), site.address or str(request.base_url).rstrip("/")
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
        links={door.name: link for door in reversed(doors) if (link := door.link(word))},
        word=f"/start {word}",
    )


def first_cards(text: LessonText) -> tuple[Card, ...]:
    """The cards before the first question, at most SHOWN; of a first one that asks, what it says before it does."""
    cards = tuple(takewhile(lambda card: card.question is None, text.cards[:SHOWN]))
    first = text.cards[0]
    return cards or (Card(first.text, first.picture),)
