"""Open answers: what people wrote in their own words, and what a coordinator writes back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import Final
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from actions.reply import LONGEST, reply
from console import lists
from console.auth import Reader, for_coordinators
from console.entrance import form_of
from console.lists import first_of, number
from console.moments import Moments
from console.pages.learners import heading
from console.seen import see_list
from console.site import Site
from domain.language import Language
from domain.organisation import Organisation
from domain.programme import Programme
from storage import programmes, progress, replies
from storage.database import Connection
from storage.progress import LARGEST_ID
from storage.replies import PAGE, OpenAnswer

HERE: Final = "/console/answers"
DONE: Final = ("replied", "before", "unreachable", "empty", "long")


@dataclass(frozen=True, slots=True)
class View(lists.View):
    """What the address asks for; `all`: those too that were replied to."""

    place = HERE
    all: int = 0
    before: int = 0


@dataclass(frozen=True, slots=True)
class Sight:
    """All that the page is made of. `older`: from where to look on (0: there are no more)."""

    organisations: Mapping[int, Organisation]
    answers: Sequence[OpenAnswer]
    older: int
    waiting: int
    programmes: Mapping[int, Programme]


@dataclass(frozen=True, slots=True)
class Words:
    """What was asked, in the reader's language."""

    language: Language
    programmes: Mapping[int, Programme]

    def titles(self, answer: OpenAnswer) -> tuple[str, str]:
        """Of the programme and the lesson."""
        programme = self.programmes[answer.version]
        lesson = programme.lessons[answer.lesson].text(self.language)
        return programme.text(self.language).title, lesson.title

    def question(self, answer: OpenAnswer) -> str:
        """The question itself."""
        lesson = self.programmes[answer.version].lessons[answer.lesson].text(self.language)
        question = lesson.cards[answer.card].question
        return question.prompt.plain if question else ""


def routes(site: Site) -> list[Route]:
    """The page, and what is written on it."""
    return [
        Route(HERE, for_coordinators(site, show), name="answers"),
        Route(HERE + "/{id}", for_coordinators(site, write), methods=["POST"], name="reply"),
    ]


async def show(site: Site, request: Request, reader: Reader) -> Response:
    """`GET /console/answers?all=1&before=ID&done=OUTCOME`"""
    view, language, done = View.of(request), reader.language, request.query_params.get("done", "")
    look = partial(_look, reader=reader, view=view)
    sight = await site.database.read(look)
    there = [(each.person, each.organisation) for each in sight.answers]
    await see_list(site, reader.person.id, "answers", there)
    homes = sight.organisations
    return site.render(
        request,
        "answers.html",
        language,
        reader=reader,
        heading=heading(site, language, list(homes.values())),
        sight=sight,
        view=view,
        longest=LONGEST,
        done=done if done in DONE else "",
        words=Words(language, sight.programmes),
        moments={each: Moments(site, language, home.zone, site.now()) for each, home in homes.items()},
    )


async def write(site: Site, request: Request, reader: Reader) -> Response:
    """`POST /console/answers/ID`: the reply to an open answer; 404 where there is none in the scope."""
    form = await form_of(request)
    words, which = str(form.get("words", "")).replace("\0", "").strip(), number(request.path_params["id"])
    words = words.replace("\r\n", "\n")
    refused = "" if 0 < len(words) <= LONGEST else "long" if words else "empty"
    look = partial(replies.get, scope=reader.scope, answer=which)
    if refused and await site.database.read(look) is not None:
        return _back(form.get("all"), refused)
    put = partial(reply, scope=reader.scope, answer=which, words=words, now=site.now())
    done = await site.database.write(put) if not refused else None
    if done is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return _back(form.get("all"), done)


def _back(everything: object, done: str) -> Response:
    asked = {"all": "1"} if everything else {}
    return RedirectResponse(f"{HERE}?{urlencode(asked | {'done': done})}", HTTPStatus.SEE_OTHER)


def _look(tx: Connection, reader: Reader, view: View) -> Sight:
    asked = replies.page(
        tx, reader.scope, waiting=not view.all, before=view.before or LARGEST_ID, most=PAGE + 1
    )
    shown, last = first_of(asked, PAGE)
    return Sight(
        organisations=progress.organisations(tx, reader.scope),
        answers=shown,
        older=last.id if last else 0,
        waiting=replies.waiting(tx, reader.scope),
        programmes={each.version: programmes.version(tx, each.version) for each in shown},
    )
