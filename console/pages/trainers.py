"""Trainers: what each can do, and how many sessions they hold this quarter."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from actions import lead
from console.auth import Reader, for_coordinators, for_right
from console.entrance import form_of
from console.lists import number
from console.numbers import Numbers
from console.seen import see_list
from console.site import Site, language_name
from domain.language import LANGUAGES, Language
from domain.leading import MINIMUM, Trainer, load, quarter
from storage import leads, organisations, programmes, sharing
from storage.database import Connection
from storage.errors import NotFound

HERE: Final = "/console/webinars/trainers"


@dataclass(frozen=True, slots=True)
class Shown:
    """A trainer, how many they hold this quarter, and whether this reader says what they can do."""

    trainer: Trainer
    held: int
    own: bool


def routes(site: Site) -> list[Route]:
    """Looking is for those who see the place, the rest for those who act where the trainer is at home."""
    return [
        Route(HERE, for_coordinators(site, show), name="trainers"),
        Route(HERE + "/{id}", for_right(site, "act", change), methods=["POST"], name="change_trainer"),
    ]


def taught(tx: Connection, reader: Reader) -> list[tuple[str, str]]:
    """The programmes that a session can be about: numbers and titles."""
    listed = sharing.listed(tx, sorted(reader.scope.at("see")))
    found = ((str(each), programmes.version(tx, version)) for each, version in listed.items())
    return sorted(((each, it.text(reader.language).title) for each, it in found), key=lambda pair: pair[1])


async def show(site: Site, request: Request, reader: Reader) -> Response:
    """`GET /console/webinars/trainers`: who holds the fewest first."""
    now, zone = site.now(), reader.person.organisation.zone
    within, acts = quarter(now, zone), reader.scope.at("act")

    def look(tx: Connection) -> tuple[Sequence[Trainer], Sequence[tuple[str, str]], Mapping[int, str]]:
        names = {each: name for each, (name, _) in organisations.names(tx).items()}
        return leads.of_scope(tx, reader.scope, now, zone), taught(tx, reader), names

    found, titles, names = await site.database.read(look)
    shown = [Shown(each, load(each, within, zone), each.person.organisation.id in acts) for each in found]
    seen = [(each.person.id, each.person.organisation.id) for each in found]
    await see_list(site, reader.person.id, "trainers", seen)
    return site.render(
        request,
        "trainers.html",
        reader.language,
        reader=reader,
        shown=sorted(shown, key=lambda each: (each.held, each.trainer.person.name)),
        names=names,
        few=MINIMUM,
        taught=titles,
        titles={int(each): title for each, title in titles},
        spoken=[(each, language_name(reader.language, each)) for each in LANGUAGES],
        done="done" in request.query_params,
        numbers=Numbers(site, reader.language),
    )


async def change(site: Site, request: Request, reader: Reader) -> Response:
    """`POST /console/webinars/trainers/ID` with `spoken` and `programme`, each as often as there are."""
    form, which, now = await form_of(request), number(request.path_params["id"]), site.now()
    spoken: list[Language] = [each for each in LANGUAGES if each in form.getlist("spoken")]
    chosen = {number(str(each)) for each in form.getlist("programme")}

    def unit(tx: Connection) -> None:
        known = {int(each) for each, _ in taught(tx, reader)}
        lead.say(tx, reader.scope, which, (spoken, chosen & known), now)

    try:
        await site.database.write(unit)
    except NotFound as error:
        raise HTTPException(HTTPStatus.NOT_FOUND) from error
    return RedirectResponse(f"{HERE}?done", HTTPStatus.SEE_OTHER)
