"""Whether a person opens an address, or a program only looks at what is behind it to show a preview."""

import re
from typing import Final

from starlette.requests import Request

ASKED: Final = "open"  # what a person who pressed a button of ours has in the address
# Those who fetch what is written in a chat or a letter, by how they call themselves.
_LOOKS: Final = re.compile(
    r"bot\b|bot/|preview|crawler|spider|facebookexternalhit|whatsapp|viber|skype|slack-|embedly|"
    r"linkexpanding|okhttp|python|curl|wget|go-http-client",
    re.IGNORECASE,
)
_AHEAD: Final = (
    "sec-purpose",
    "purpose",
    "x-purpose",
    "x-moz",
)  # with these a browser says that it only prepares


def by_a_person(request: Request) -> bool:
    """A browser that goes there says so (W3C, Fetch Metadata), unless it is an old one: there a button is pressed."""
    headers = request.headers
    ahead = any(re.search("prefetch|prerender|preview", headers.get(name, "")) for name in _AHEAD)
    if request.method != "GET" or ahead or _LOOKS.search(headers.get("user-agent", "")):
        return False
    goes = (headers.get("sec-fetch-mode"), headers.get("sec-fetch-dest")) == ("navigate", "document")
    return goes or ASKED in request.query_params
