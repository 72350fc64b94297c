"""The page and its files, and the headers that keep both to themselves."""

import gzip
import hashlib
import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

from jinja2 import Environment, FileSystemLoader
from starlette.responses import Response

FOLDER: Final = Path(__file__).parent / "static"
PAGE: Final = "chat.html"
SAFE: Final[Mapping[str, str]] = MappingProxyType(
    {
        "Content-Security-Policy": (
            "default-src 'self'; object-src 'none'; base-uri 'none'; "
            "frame-ancestors 'none'; form-action 'self'"
        ),
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }
)
PERSONAL: Final[Mapping[str, str]] = MappingProxyType({**SAFE, "Cache-Control": "no-store"})
FOREVER: Final[Mapping[str, str]] = MappingProxyType(
    {**SAFE, "Cache-Control": "public, max-age=31536000, immutable"}
)
# The words of the page: ids of the catalogue without "web.".
WORDS: Final = (
    *("tagline", "noscript", "log", "you", "field", "send", "menu"),
    *("welcome", "begin", "latest", "earlier"),
    *("lost", "back", "waiting", "failed", "slow"),
    *("choices", "several", "hidden", "enlarge", "close"),
)
_TYPES: Final = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml; charset=utf-8"}
_PICTURES: Final = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF8": "image/gif",
}


class Assets:
    """The page's files, read once. Their addresses carry a digest of all: they may be cached for ever."""

    def __init__(self) -> None:
        files = sorted(each for each in FOLDER.iterdir() if each.suffix in _TYPES)
        self._files = {file.name: file.read_bytes() for file in files}
        self._digest = hashlib.sha256(b"\0".join(self._files.values())).hexdigest()[:16]
        environment = Environment(loader=FileSystemLoader(FOLDER), autoescape=True, trim_blocks=True)
        self._template = environment.get_template(PAGE)

    def page(self, *, language: str, chosen: str, words: Mapping[str, str]) -> str:
        """The page in `language`; `chosen` is the language that its address names, if any."""
        files = f"/chat/static/{self._digest}"
        return self._template.render(language=language, chosen=chosen, words=words, files=files)

    def file(self, digest: str, name: str, *, packed: bool) -> Response:
        """One of the files, `packed` if the browser takes it so, or 404."""
        if digest != self._digest or name not in self._files:
            return Response(status_code=404, headers=SAFE)
        headers, data = {**FOREVER, "Vary": "Accept-Encoding"}, self._files[name]
        if packed:
            headers["Content-Encoding"], data = "gzip", gzip.compress(data)
        return Response(data, media_type=_TYPES[Path(name).suffix], headers=headers)


def is_digest(text: str) -> bool:
    """Whether this can be the SHA-256 of a picture."""
    return re.fullmatch(r"[0-9a-f]{64}", text) is not None


def picture(data: bytes) -> Response:
    """A picture that never changes; bytes that are no picture are only ever downloaded."""
    kind = next((kind for start, kind in _PICTURES.items() if data.startswith(start)), None)
    return Response(data, media_type=kind or "application/octet-stream", headers=FOREVER)
