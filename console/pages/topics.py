"""The question of the week of a group: how it is set, what comes next, what was posted; and holding or stopping it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time
from http import HTTPStatus
from typing import Final, get_args

from babel.dates import get_day_names
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from actions import topics as deeds
from actions.topics import Fault, Next, Steer, Wish, Wrong
from console.auth import Reader, for_right
from console.entrance import form_of
from console.lists import number
from console.moments import Moments
from console.pages.composing import HERE as ANNOUNCEMENTS
from console.site import Site, language_name
from console.sorting import sort_key
from domain.language import LANGUAGES, Language
from domain.organisation import Organisation
from domain.person import WORKING_DAYS
from domain.reading import text_of
from domain.text import Text
from domain.topic import Rhythm
from storage import organisations, programmes, sharing, topics
from storage.database import Connection
from storage.errors import NotFound
from storage.groups import Group
from storage.topics import Post, Set

GROUPS: Final = ANNOUNCEMENTS + "/groups"
MOST: Final = 60  # posts on the page: a year of them
USUAL: Final = Rhythm(3, time(10))
STEERS: Final[tuple[Steer, ...]] = get_args(Steer)


@dataclass(frozen=True, slots=True)
class Shown:
    """A question that was posted, in words, and where the post stands."""

    post: Post
    prompt: str


@dataclass(frozen=True, slots=True)
class Sight:
    """All that the page is made of; `topic` and `coming` are there once it is set."""

    group: Group
    house: Organisation
    offered: Sequence[tuple[int, str]]
    topic: Set | None
    coming: Next | None
    posted: Sequence[Shown]

    @property
    def asks(self) -> Text | None:
        """The question that comes next, as it can be read."""
        return text_of(self.coming.card) if self.coming and self.coming.card else None


def routes(site: Site) -> list[Route]:
    """The page, and what can be done on it."""
    here = GROUPS + "/{id}/topic"
    return [
        Route(here, for_right(site, "act", show), name="topic"),
        Route(here, for_right(site, "act", do), methods=["POST"], name="do_topic"),
    ]


async def show(site: Site, request: Request, reader: Reader) -> Response:
    """`GET /console/announcements/groups/ID/topic`: 404 for a group that is not bound to a place of theirs."""
    return await _page(site, request, reader)


async def do(site: Site, request: Request, reader: Reader) -> Response:
    """`POST`: it is set as the form says, or what the button `do` says is done."""
    form, which, now = await form_of(request), number(request.path_params["id"]), site.now()
    deed = next((each for each in STEERS if each == form.get("do")), None)
    wish = wish_of(form)
    try:
        if deed is not None:
            await site.database.write(lambda tx: deeds.steer(tx, reader.scope, which, deed, now))
        else:
            await site.database.write(lambda tx: deeds.put(tx, reader.scope, which, wish, now))
    except NotFound as error:
        raise HTTPException(HTTPStatus.NOT_FOUND) from error
    except Wrong as error:
        return await _page(site, request, reader, error.what, wish)
    return RedirectResponse(f"{GROUPS}/{which}/topic", HTTPStatus.SEE_OTHER)


def wish_of(form: FormData) -> Wish:
    """What a form says."""
    language: Language = next((each for each in LANGUAGES if each == form.get("language")), LANGUAGES[0])
    chosen = {number(str(each)) for each in form.getlist("programme")} - {0}
    try:
        hour = time.fromisoformat(str(form.get("hour", ""))).replace(second=0, microsecond=0, tzinfo=None)
    except ValueError:
        hour = time(0)
    return Wish(tuple(sorted(chosen)), Rhythm(number(str(form.get("weekday", ""))), hour), language)


async def _page(
    site: Site, request: Request, reader: Reader, wrong: Fault | None = None, wish: Wish | None = None
) -> Response:
    which, now, language = number(request.path_params["id"]), site.now(), reader.language
    try:
        sight = await site.database.read(lambda tx: _look(tx, reader, which))
    except NotFound as error:
        raise HTTPException(HTTPStatus.NOT_FOUND) from error
    topic = sight.topic
    days = get_day_names("wide", locale=language)
    return site.render(
        request,
        "topic.html",
        language,
        status=HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK,
        back=GROUPS,
        here=f"{GROUPS}/{which}/topic",
        reader=reader,
        sight=sight,
        runs=topic is not None and topic.state != "ended",
        wish=wish or _wish(sight),
        wrong=wrong,
        days=[(each, days[each - 1]) for each in sorted(WORKING_DAYS)],
        spoken=[(each, language_name(language, each)) for each in LANGUAGES],
        moments=Moments(site, language, sight.house.zone, now),
    )


def _wish(sight: Sight) -> Wish:
    """What the form begins with."""
    topic, language = sight.topic, sight.group.language
    return Wish(topic.programmes, topic.rhythm, language) if topic else Wish((), USUAL, language)


def _look(tx: Connection, reader: Reader, which: int) -> Sight:
    group, language = deeds.bound(tx, reader.scope, which), reader.language
    house = organisations.find(tx, group.organisation)
    assert house is not None, "organisations are not deleted"
    taught = sharing.listed(tx, [group.organisation])
    titles = [(each, programmes.version(tx, new).text(language).title) for each, new in taught.items()]
    topic = topics.of_group(tx, which)
    return Sight(
        group,
        house,
        sorted(titles, key=lambda pair: sort_key(language, pair[1])),
        topic,
        deeds.coming(tx, topic, group) if topic and topic.state == "running" else None,
        [_shown(tx, each, group.language) for each in topics.posts(tx, topic.id, MOST)] if topic else (),
    )


def _shown(tx: Connection, post: Post, language: Language) -> Shown:
    found = programmes.find(tx, post.question.version)
    card = deeds.card_of(tx, post.question, language) if found else None
    return Shown(post, card.question.prompt.plain if card and card.question else "–")
