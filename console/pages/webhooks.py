"""Webhooks: which addresses an organisation has told what happens there, what they were told, and what came of it."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import Final

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from actions import hooks as deeds
from actions.keys import new_key
from console.auth import Reader, for_right
from console.entrance import field_of, form_of
from console.lists import number
from console.moments import Moments
from console.pages.learners import heading
from console.proof import back_to, freshly
from console.reach import AWAY, INSIDE, PORT, SLOW, UNSAFE, is_writable
from console.site import Site
from console.sorting import by_name
from domain.hook import TOPICS, Topic, secret_of, topics_of
from domain.language import Language
from domain.organisation import Organisation
from storage import hooks, progress
from storage.database import Connection
from storage.hooks import Delivery, Hook, New

HERE: Final = "/console/rights/webhooks"
# What is said of why nothing was taken; what the receiver answered stands as it is.
WHY: Final = {AWAY: "away", SLOW: "slow", INSIDE: "inside", PORT: "port", UNSAFE: "unsafe"}
DONE: Final = ("removed", "test", "again", "on", "off")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the form asks for; `wrong` is the name of the sentence that says what is wrong with it."""

    address: str = ""
    organisation: int = 0
    topics: tuple[Topic, ...] = TOPICS
    wrong: str = ""


@dataclass(frozen=True, slots=True)
class Sight:
    """One receiver, and what it was told last."""

    hook: Hook
    deliveries: Sequence[Delivery]
    place: Organisation


def routes(site: Site) -> list[Route]:
    """The list, one receiver, and what can be done: each after a fresh proof."""
    listed, made, shown, done = (
        for_right(site, "manage", freshly(each, back_to(HERE))) for each in (show, bring, look, do)
    )
    return [
        Route(HERE, listed, name="webhooks"),
        Route(HERE, made, methods=["POST"], name="make_webhook"),
        Route(HERE + "/{id}", shown, name="webhook"),
        Route(HERE + "/{id}", done, methods=["POST"], name="do_webhook"),
    ]


async def show(site: Site, request: Request, reader: Reader) -> Response:
    """`GET /console/rights/webhooks`"""
    return await _page(site, request, reader, Asked())


async def bring(site: Site, request: Request, reader: Reader) -> Response:
    """`POST`: the page of the new receiver with its secret, this once; 404 for what they do not manage."""
    asked, now, seed = _asked(site, await form_of(request)), site.now(), new_key()
    if asked.wrong:
        return await _page(site, request, reader, asked)
    if asked.organisation not in reader.scope.at("manage"):
        raise HTTPException(HTTPStatus.NOT_FOUND)
    new = New(asked.organisation, asked.address, asked.topics)
    made = await site.database.write(partial(deeds.make, new=new, seed=seed, by=reader.scope, now=now))
    if made is None:
        full = Asked(asked.address, asked.organisation, asked.topics, "full")
        return await _page(site, request, reader, full)
    return await _one(site, request, reader, made, secret_of(site.entrance.key, seed))


async def look(site: Site, request: Request, reader: Reader) -> Response:
    """`GET /console/rights/webhooks/ID`; `?done=...` says what was done."""
    return await _one(site, request, reader, number(request.path_params["id"]))


async def do(site: Site, request: Request, reader: Reader) -> Response:
    """`POST /console/rights/webhooks/ID`: what the button `do` says; 404 where there is nothing like that."""
    which, by, now = number(request.path_params["id"]), reader.scope, site.now()
    what, seed = await field_of(request, "do"), new_key()
    if what == "again":
        delivery = number(await field_of(request, "delivery"))
        deed = partial(deeds.again, hook=which, delivery=delivery, by=by, now=now)
    elif what == "test":
        deed = partial(deeds.test, hook=which, key=secrets.token_hex(16), by=by, now=now)
    elif what == "secret":
        deed = partial(deeds.turn, hook=which, seed=seed, by=by, now=now)
    elif what == "remove":
        deed = partial(deeds.remove, hook=which, by=by, now=now)
    else:
        deed = partial(deeds.switch, hook=which, on=what == "on", by=by, now=now)
    if not await site.database.write(deed):
        raise HTTPException(HTTPStatus.NOT_FOUND)
    if what == "secret":
        return await _one(site, request, reader, which, secret_of(site.entrance.key, seed))
    back = f"{HERE}?done=removed" if what == "remove" else f"{HERE}/{which}?done={what}"
    return RedirectResponse(back, HTTPStatus.SEE_OTHER)


def _asked(site: Site, form: FormData) -> Asked:
    address = str(form.get("address", "")).strip()
    topics = topics_of([str(each) for each in form.getlist("topic")])
    if not is_writable(address):
        wrong = "address"
    elif not site.entrance.asking.leads_out(address):
        wrong = "inside"
    else:
        wrong = "topics" if not topics else ""
    return Asked(address, number(str(form.get("organisation", ""))), topics, wrong)


async def _page(site: Site, request: Request, reader: Reader, asked: Asked) -> Response:
    language = reader.language

    def look(tx: Connection) -> tuple[Mapping[int, Organisation], Sequence[Hook]]:
        return progress.organisations(tx, reader.scope), hooks.visible(tx, reader.scope)

    found, listed = await site.database.read(look)
    places = by_name(language, found.values())
    return site.render(
        request,
        "webhooks.html",
        language,
        status=HTTPStatus.UNPROCESSABLE_ENTITY if asked.wrong else HTTPStatus.OK,
        here=HERE,
        reader=reader,
        heading=heading(site, language, places),
        asked=asked,
        removed="done" in request.query_params,
        hooks=listed,
        places=[(each.id, each.name) for each in places],
        topics=[(each, site.say(language, f"webhooks.topic.{each}")) for each in TOPICS],
    )


async def _one(site: Site, request: Request, reader: Reader, which: int, secret: str = "") -> Response:
    def look(tx: Connection) -> Sight | None:
        hook = hooks.of_scope(tx, reader.scope, which)
        if hook is None:
            return None
        place = progress.organisations(tx, reader.scope)[hook.organisation]
        return Sight(hook, hooks.deliveries(tx, which), place)

    sight = await site.database.read(look)
    if sight is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    done = request.query_params.get("done", "")
    return site.render(
        request,
        "webhook.html",
        reader.language,
        here=f"{HERE}/{which}",
        reader=reader,
        sight=sight,
        why=partial(_why, site, reader.language),
        secret=secret,
        done=done if done in DONE else "",
        at=Moments(site, reader.language, sight.place.zone, site.now()),
    )


def _why(site: Site, language: Language, told: str) -> str:
    known = next((each for each in WHY if told.startswith(each)), "")
    return site.say(language, f"webhooks.why.{WHY[known]}") + told.removeprefix(known) if known else told
