"""What the pages of signing in share: how people are let in, whose try it is, and what a browser has begun."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http import HTTPStatus
from ipaddress import IPv6Address, IPv6Network, ip_address
from typing import TYPE_CHECKING, Literal

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from actions.secure import Owner
from actions.sign_in import Arrival, Way
from console.asking import Asking
from console.hashing import Hashing
from console.prose import clean
from domain.bucket import HOUR, Limit
from domain.language import Language
from domain.organisation import Scope
from domain.signing import browser_of, must_have_second
from storage import buckets
from storage.database import Connection

if TYPE_CHECKING:
    from console.site import Site

TEN_MINUTES = 600
STEP = "step"
LINK = "link"  # the browser in which a link was asked for


@dataclass(frozen=True, slots=True)
class Entrance:
    """How this installation lets people in.

    `key` makes the secrets of authenticators and the tokens of links that are sent. `chats`: a message
    can lead here; `mails`: and mail can be sent. `second`: who has to have a second factor; nobody in a demonstration.
    """

    key: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)
    mails: bool = False
    second: Literal["granting", "everybody", "nobody"] = "granting"
    hashing: Hashing = field(default_factory=Hashing)
    asking: Asking = field(default_factory=Asking)
    chats: bool = False

    def needs_second(self, scope: Scope) -> bool:
        """Whether whoever has this scope has to come in by two factors."""
        return self.second == "everybody" or (self.second == "granting" and must_have_second(scope))

    @property
    def ways(self) -> tuple[Way, ...]:
        """How links to sign in can be sent."""
        return (*(("mail",) if self.mails else ()), *(("chat",) if self.chats else ()))

    @property
    def mail_key(self) -> bytes:
        """What makes the codes that are sent; empty where no mail is."""
        return self.key if self.mails else b""


def new_token() -> str:
    """256 random bits."""
    return secrets.token_urlsafe(32)


def arrival(site: "Site", request: Request, old: str) -> Arrival:
    """The browser that asks, with a new token."""
    return Arrival(new_token(), site.now(), old, browser_of(request.headers.get("user-agent", "")))


def owner(site: "Site", person: int, session: str = "", new_session: str = "") -> Owner:
    """Somebody who changes how they sign in, now."""
    return Owner(person, site.now(), site.entrance.mails, session, new_session)


def place_of(request: Request) -> str:
    """The address on the network from which somebody asks; a proxy's word counts where the server was told of it."""
    return network_of(request.client.host) if request.client else ""


def network_of(host: str) -> str:
    """Whose tries an address on the network counts for: with IPv6 those of its /64, as one customer has it whole."""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if isinstance(address, IPv6Address):
        return str(address.ipv4_mapped or IPv6Network((int(address), 64), strict=False))
    return str(address)


@dataclass(frozen=True, slots=True)
class Tries:
    """What is tried at a moment: each by whom, under which limit."""

    at: datetime
    of: tuple[tuple[Limit, str], ...]

    def count(self, tx: Connection) -> timedelta:
        """Count it; or count nothing, and how long to wait as there were too many."""
        for number, (limit, whose) in enumerate(self.of):
            if wait := buckets.take(tx, limit, whose, self.at):
                Tries(self.at, self.of[:number]).give_back(tx)
                return wait
        return timedelta(0)

    def give_back(self, tx: Connection) -> None:
        """It was right, or was not even looked at: it does not count."""
        for limit, whose in self.of:
            buckets.give_back(tx, limit, whose, self.at)


async def counted(site: "Site", tries: Tries) -> timedelta:
    """Count what somebody tries who is in; counts are behind the wall, as they are nobody's to look at."""
    return await site.database.whole.write(tries.count)


async def field_of(request: Request, name: str) -> str:
    """A text field of the form; "" when there is none."""
    value = (await form_of(request)).get(name, "")
    return value if isinstance(value, str) else ""


async def form_of(request: Request) -> FormData:
    """The form that was sent, its texts clean; 400 for one in letters that nobody can read."""
    try:
        form = await request.form()
    except (UnicodeError, LookupError) as error:
        raise HTTPException(HTTPStatus.BAD_REQUEST) from error
    return FormData(
        [
            (clean(name), clean(value) if isinstance(value, str) else value)
            for name, value in form.multi_items()
        ]
    )


def ours(path: str) -> str:
    """A page of ours; never another site."""
    public = ("/console", "/sign-in", "/catalogue", "/certificate/", "/lesson/")
    return path if path == "/" or path.startswith(public) else "/console"


def ceremony_token(request: Request, what: str = STEP) -> str:
    """The token of what this browser has begun; "" when there is none."""
    return request.cookies.get(_name(request, what), "")


def set_ceremony(request: Request, response: Response, token: str, what: str = STEP) -> None:
    """Give the browser the token of what it has begun; it may have begun several things, each with its name."""
    secure = request.url.scheme == "https"
    response.set_cookie(
        _name(request, what), token, TEN_MINUTES, path="/", secure=secure, httponly=True, samesite="lax"
    )


def drop_ceremony(request: Request, response: Response, what: str = STEP) -> None:
    """It is over."""
    secure = request.url.scheme == "https"
    response.delete_cookie(_name(request, what), path="/", secure=secure, httponly=True, samesite="lax")


def slow_down(
    site: "Site", request: Request, language: Language, wait: timedelta, *, about: str = "sign_in.slow"
) -> Response:
    """Too many tries, or too many people at once: a calm page that says when to come back."""
    seconds = int(wait.total_seconds())
    long = seconds > HOUR.total_seconds()
    response = site.render(
        request,
        "message.html",
        language,
        status=HTTPStatus.TOO_MANY_REQUESTS,
        about=f"{about}_long" if long else about,
        home="",
        n=max(1, -(-seconds // (3600 if long else 60))),
    )
    response.headers["Retry-After"] = str(max(1, seconds))
    return response


def _name(request: Request, what: str) -> str:
    return ("__Host-" if request.url.scheme == "https" else "") + f"zinute_{what}"
