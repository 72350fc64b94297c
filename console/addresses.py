"""What the parts of the console's addresses may be, so that nothing else is looked for: it is 404."""

from typing import Final

from starlette.convertors import StringConvertor, register_url_convertor

from lessons.names import SLUG

DIGEST: Final = "[0-9a-f]{64}"


class Digest(StringConvertor):
    """`{name:digest}`: SHA-256."""

    regex = DIGEST


class Slug(StringConvertor):
    """`{name:slug}`: what a folder or a lesson may be called."""

    regex = SLUG.pattern


class Number(StringConvertor):
    """`{name:number}`: as many digits as an id can have (`int` takes more than Python makes a number of)."""

    regex = "[0-9]{1,10}"


def register() -> None:
    """Let routes be made with these."""
    register_url_convertor("digest", Digest())
    register_url_convertor("number", Number())
    register_url_convertor("slug", Slug())
