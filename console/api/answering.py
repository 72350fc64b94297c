"""How a request is answered: who asks, may they, is it well formed, was it asked before; then one unit of work."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlencode

from pydantic import BaseModel, ValidationError
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from actions.api_tokens import note_use
from console.api.announcements import Recipient
from console.api.auth import Caller, Counter, caller_of, demand, refuse_in_address
from console.api.operation import Call, Listed, Made, Operation
from console.api.others import Certificate, Progress
from console.api.people import Person
from console.api.problems import Problem, not_found, too_large, unfit
from console.guard import SAFE
from console.lists import number
from console.seen import see, see_list
from console.site import Site
from storage import api_requests
from storage.api_requests import Asked, OtherRequest
from storage.database import Connection

HERE: Final = "/api/v1"
LARGEST: Final = 64 * 1024
About = Person | Progress | Certificate | Recipient
KEY: Final = re.compile(r"[!-~]{1,255}")
JSON: Final = "application/json"


@dataclass(frozen=True, slots=True)
class Desk:
    """What requests to the API share: `doing` are the tokens and keys of what is being done right now."""

    site: Site
    counter: Counter
    doing: set[tuple[int, str]] = field(default_factory=set)


async def answer(desk: Desk, operation: Operation, request: Request) -> Response:
    """The answer; raises Problem."""
    refuse_in_address(request)
    caller = await caller_of(desk.site, request, operation.scope)
    desk.counter.take(caller.token.id, desk.site.now())
    demand(caller, operation.scope)
    call = Call(
        desk.site.within(caller.scope),
        caller,
        desk.site.now(),
        number(request.path_params.get("id", "")),
        _query(operation, request),
        await _body(operation, request),
    )
    if "id" in request.path_params and not call.id:
        raise not_found()
    if operation.method in SAFE:
        return await _look(operation, request, call)
    if operation.method == "POST":
        return await _once(desk, operation, call, request)
    return _made(operation, await _do(operation, call))


async def _look(operation: Operation, request: Request, call: Call[Any, Any]) -> Response:
    found = await call.site.database.read(lambda tx: operation.run(tx, call))
    if found is None:
        raise not_found()
    if operation.sees:
        await _keep(operation, call, found)
    following = getattr(found, "next", None)
    asked = {**request.query_params, "after": following}
    headers = {"Link": f'<{request.url.path}?{urlencode(asked)}>; rel="next"'} if following else None
    return Response(found.model_dump_json(), headers=headers, media_type=JSON)


async def _keep(operation: Operation, call: Call[Any, Any], found: About | Listed[About]) -> None:
    who = call.caller.scope.person
    if isinstance(found, Listed):
        name = operation.name.replace("list_", "api_")
        shown = [(_person(each), each.organisation) for each in found.items]
        await see_list(call.site, who, name, [(person, there) for person, there in shown if person])
    else:
        await see(call.site, who, _person(found), found.organisation)


def _person(about: About) -> int:
    return about.id if isinstance(about, Person) else about.person or 0


async def _do(operation: Operation, call: Call[Any, Any]) -> int:
    def unit(tx: Connection) -> int:
        note_use(tx, call.caller.token, operation.name, call.now)
        return int(operation.run(tx, call))

    return await call.site.database.write(unit)


async def _once(desk: Desk, operation: Operation, call: Call[Any, Any], request: Request) -> Response:
    """What is done once for each Idempotency-Key; again it is only told what came of it."""
    asked = _asked(call.caller, call.body, request)
    mine = (asked.token, asked.key)
    if mine in desk.doing:
        told = "The same request is being carried out right now: ask again in a second."
        raise Problem(HTTPStatus.CONFLICT, "in_progress", told, headers={"Retry-After": "1"})

    def unit(tx: Connection) -> tuple[int, bool]:
        done = api_requests.begin(tx, asked, call.now)
        if done is not None:
            return done, True
        note_use(tx, call.caller.token, operation.name, call.now)
        made = int(operation.run(tx, call))
        api_requests.settle(tx, asked, made)
        return made, False

    desk.doing.add(mine)
    try:
        made, again = await call.site.database.write(unit)
    except OtherRequest as error:
        told = "This key was used for another request today: make a new key for each."
        raise unfit("key_used", told, "Idempotency-Key") from error
    finally:
        desk.doing.discard(mine)
    return _made(operation, made, {"Idempotent-Replayed": "true"} if again else {})


def _asked(caller: Caller, body: BaseModel | None, request: Request) -> Asked:
    key = request.headers.get("idempotency-key", "")
    if not KEY.fullmatch(key):
        told = "Send a header Idempotency-Key that is new for each request, such as a random UUID."
        raise Problem(HTTPStatus.BAD_REQUEST, "key_missing", told, field="Idempotency-Key")
    said = body.model_dump_json(exclude_unset=True) if body else ""
    digest = hashlib.sha256(f"{request.url.path}\n{said}".encode()).hexdigest()
    return Asked(caller.token.id, key, digest)


def _made(operation: Operation, made: int, more: Mapping[str, str] | None = None) -> Response:
    place = {"Location": f"{HERE}{operation.path}/{made}"} if operation.makes and made else {}
    body = Made(id=made).model_dump_json()
    status = operation.status if made else HTTPStatus.ACCEPTED
    return Response(body, status, headers={**place, **(more or {})}, media_type=JSON)


def _query(operation: Operation, request: Request) -> BaseModel:
    names = [name for name, _ in request.query_params.multi_items()]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice:
        raise unfit("twice", "This parameter is there twice: send it once.", _short(twice))
    try:
        return operation.query.model_validate(dict(request.query_params))
    except ValidationError as error:
        raise _wrong(error) from error


async def _body(operation: Operation, request: Request) -> BaseModel | None:
    if operation.body is None:
        return None
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != JSON:
        told = f"Send the body as {JSON}."
        raise Problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "media_type", told, field="Content-Type")
    sent = await whole(request)
    try:
        json.loads(sent)
    except (ValueError, RecursionError) as error:
        told = "The body is no JSON: mend it."
        raise Problem(HTTPStatus.BAD_REQUEST, "json", told) from error
    try:
        return operation.body.model_validate_json(sent)
    except ValidationError as error:
        raise _wrong(error) from error


async def whole(request: Request) -> bytes:
    """The whole body, if it is not too large."""
    sent = bytearray()
    try:
        async for part in request.stream():
            sent += part
            if len(sent) > LARGEST:
                raise too_large()
    except ClientDisconnect as error:
        raise Problem(HTTPStatus.BAD_REQUEST, "cut_off", "The body was cut off: send it again.") from error
    return bytes(sent)


def _wrong(error: ValidationError) -> Problem:
    """The first thing that is wrong, in a sentence."""
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    field_ = _short(".".join(map(str, first["loc"])))
    if first["type"] == "extra_forbidden":
        return unfit("unknown_field", "There is no such field here: leave it out.", field_)
    said = first["msg"].rstrip(".")
    return unfit(first["type"], f"This field is not as it has to be: {said[:1].lower()}{said[1:]}.", field_)


def _short(name: str) -> str:
    return name.encode("utf-8", "replace").decode()[:100]
