"""The web chat as a channel: entries into the store, and the few things that a browser asks for."""

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from time import monotonic
from typing import ClassVar, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from bot.channel import NotSent, Refused, Update
from bot.channels.web import entry, page, stream, visitor
from bot.channels.web.feed import Feed
from bot.post import StorePost
from domain.event import Incoming
from domain.fitting import Capabilities
from domain.language import Language, guess, language_of
from domain.limiter import SenderLimiter
from domain.message import Content
from storage import webchat
from storage.errors import NotFound

DEFAULT: Final[Language] = "lt"
EARLIER: Final = 50


class WebChat:
    """Our own messenger. A visitor's address is the hash of a secret that only their browser has."""

    name: ClassVar[str] = "web"
    capabilities: ClassVar[Capabilities] = Capabilities(
        buttons=True, label=300, pictures=True, hidden=True, many=True, edits=True, idempotent=True, home=True
    )

    def __init__(
        self, post: StorePost, *, beat: float = 15.0, seconds: Callable[[], float] = monotonic
    ) -> None:
        """`beat`: seconds of quiet after which an open page is told that the line is alive. `seconds` is a clock."""
        self._seconds, self._limit = seconds, SenderLimiter()
        self._post, self._database, self._beat = post, post.database, beat
        self._feed = Feed(post.database)
        self._assets = page.Assets()

    @property
    def account(self) -> str:
        """There is one web chat."""
        return "web"

    @property
    def rate(self) -> None:
        """No limit."""

    def link(self, code: str) -> str:
        """The chat's own page."""
        return f"/chat?code={code}"

    async def open(self) -> None:
        """Nothing to get ready: the store is open."""

    async def receive(self) -> None:
        """Updates come by HTTP."""

    async def close(self) -> None:
        """End the streams of open pages; a web server waits for them when it stops."""
        await self._feed.close()

    def decode(self, raw: str) -> Incoming | None:
        """What the visitor did."""
        return entry.incoming(raw)

    async def send(self, address: str, content: Content, *, key: str) -> str:
        """Add the message to the chat; once, however often it is sent."""
        new = webchat.New("bot", key, entry.shown(content), self._post.now())
        try:
            return str(await self._database.write(partial(webchat.append, address=address, new=new)))
        except Exception as error:
            raise NotSent("The chat could not be written.") from error

    async def edit(self, address: str, sent: str, content: Content) -> None:
        """Change the message where it stands, on every open page."""
        left = replace(content, picture=None) if content.gone else content
        body = entry.shown(left)
        try:
            await self._database.write(lambda tx: webchat.change(tx, address, int(sent), body))
        except (NotFound, ValueError, OverflowError) as error:
            raise Refused(f"This chat has no message {sent}.") from error
        except Exception as error:
            raise NotSent("The chat could not be written.") from error

    def routes(self) -> Sequence[BaseRoute]:
        """The page and what it calls."""
        return (
            Route("/chat", self._page),
            Route("/chat/messages", self._message, methods=["POST"]),
            Route("/chat/events", self._events),
            Route("/chat/earlier", self._earlier),
            Route("/chat/pictures/{digest}", self._picture),
            Route("/chat/static/{digest}/{name}", self._file),
        )

    async def _page(self, request: Request) -> Response:
        chosen = language_of(request.query_params.get("lang", ""))
        language = chosen or guess(*visitor.languages_of(request), default=DEFAULT)
        words = {key: self._post.text(language, f"web.{key}") for key in page.WORDS}
        html = self._assets.page(language=language, chosen=chosen or "", words=words)
        response = Response(html, media_type="text/html", headers=page.PERSONAL)
        visitor.greet(request, response)
        return response

    async def _message(self, request: Request) -> Response:
        if not visitor.from_own_page(request):
            return _no(403, "Only the chat page itself may send messages.")
        if (address := visitor.address_of(request)) is None:
            return _no(401, "Open the chat page first.")
        if wait := self._limit.wait(address, self._seconds()):
            return _slow_down(wait)
        self._limit.came(address, self._seconds())
        body = await _body(request)
        if body is None:
            return _no(413, f"A message has at most {entry.MOST_BYTES} bytes.")
        sent = entry.understood(body)
        if isinstance(sent, str):
            return _no(400, sent)
        await self._take(address, sent, sent.lang or _spoken(request))
        return Response(status_code=202, headers=page.PERSONAL)

    async def _take(self, address: str, sent: entry.Sent, language: str) -> None:
        """First into the chat, so that no answer can stand before it; a page repeats what got no answer."""
        new = webchat.New("me", sent.id, sent.shown, self._post.now())
        await self._database.write(partial(webchat.append, address=address, new=new))
        update = Update(f"{address}:{sent.id}", address, sent.raw(address, language))
        await self._post.receive(self.name, self.account, update)

    async def _events(self, request: Request) -> Response:
        address = visitor.address_of(request)
        if address is None:
            return _no(401, "Open the chat page first.")
        if request.method == "HEAD":
            return Response(media_type="text/event-stream", headers=page.PERSONAL)
        seen = _number(request.headers.get("last-event-id") or request.query_params.get("after", ""))
        lines = stream.events(self._database, self._feed, address, seen=seen, beat=self._beat)
        return StreamingResponse(
            lines, media_type="text/event-stream", headers={**page.PERSONAL, "X-Accel-Buffering": "no"}
        )

    async def _earlier(self, request: Request) -> Response:
        address, seq = visitor.address_of(request), _number(request.query_params.get("before", ""))
        if address is None or seq is None:
            return _no(400, "Say before which message.")
        entries = await self._database.read(partial(webchat.before, address=address, seq=seq, most=EARLIER))
        listed = {"entries": [entry.listed(each) for each in entries], "more": len(entries) == EARLIER}
        return JSONResponse(listed, headers=page.PERSONAL)

    async def _picture(self, request: Request) -> Response:
        digest = request.path_params["digest"]
        if not page.is_digest(digest):
            return Response(status_code=404, headers=page.SAFE)
        try:
            return page.picture(await self._post.picture(digest))
        except NotFound:
            return Response(status_code=404, headers=page.SAFE)

    async def _file(self, request: Request) -> Response:
        packed = "gzip" in request.headers.get("accept-encoding", "")
        return self._assets.file(request.path_params["digest"], request.path_params["name"], packed=packed)


def _no(status: int, sentence: str) -> Response:
    return JSONResponse({"error": sentence}, status_code=status, headers=page.PERSONAL)


def _slow_down(wait: float) -> Response:
    """The page keeps what it wanted to send, and tries again."""
    response = _no(429, "That was a lot at once: wait a moment and send it again.")
    response.headers["Retry-After"] = str(math.ceil(wait))
    return response


async def _body(request: Request) -> bytes | None:
    """The body, or None as soon as it is too long."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > entry.MOST_BYTES:
            return None
    return body


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 18 else None


def _spoken(request: Request) -> str:
    """The browser's first language that is one of ours, else its first."""
    tags = visitor.languages_of(request)
    return next((tag for tag in tags if language_of(tag)), tags[0] if tags else "")
