"""What is told to a program when something is wrong (RFC 9457)."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final, Literal

from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

MEDIA_TYPE: Final = "application/problem+json"
REALM: Final = 'Bearer realm="zinute"'
_PLAIN: Final[Mapping[int, tuple[str, str]]] = {
    403: ("foreign_site", "A page of another site sent this: ask from a program, not from a browser."),
    404: ("not_found", "There is nothing at this address that the token may see."),
    405: ("method", "This address does not know that method: the header Allow names those that it knows."),
    413: ("too_large", "The body is too large: send 64 kB at most."),
}
_BROKEN: Final = ("broken", "Something went wrong here and was written down: try again later.")


class ProblemDetails(BaseModel):
    """What was wrong, in one sentence. Programs go by `code`; `field` is the part of the request that it is about."""

    type: Literal["about:blank"] = "about:blank"
    title: str
    status: int
    detail: str
    code: str
    field: str | None = Field(default=None, description="A field of the body, a parameter, or a header.")


class Problem(Exception):
    """The request is not carried out."""

    def __init__(
        self,
        status: HTTPStatus,
        code: str,
        detail: str,
        *,
        field: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(code)
        self.status: Final = status
        self.told: Final = ProblemDetails(
            title=status.phrase, status=status.value, detail=detail, code=code, field=field
        )
        self.headers: Final = headers or {}

    def response(self) -> Response:
        """The answer."""
        body = self.told.model_dump_json(exclude_none=True)
        return Response(body, self.status, headers=self.headers, media_type=MEDIA_TYPE)


def not_found() -> Problem:
    """There is no such thing, or it is of others."""
    return Problem(HTTPStatus.NOT_FOUND, *_PLAIN[404])


def too_large() -> Problem:
    """The body is too large."""
    return Problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, *_PLAIN[413])


def unknown(detail: str, error: str = "") -> Problem:
    """Nobody knows who asks (RFC 6750, 3.1)."""
    challenge = {"WWW-Authenticate": f'{REALM}, error="{error}"' if error else REALM}
    return Problem(HTTPStatus.UNAUTHORIZED, error or "no_token", detail, headers=challenge)


def unfit(code: str, detail: str, field: str | None) -> Problem:
    """What was sent cannot be so."""
    return Problem(HTTPStatus.UNPROCESSABLE_ENTITY, code, detail, field=field)


async def told(_request: Request, error: Exception) -> Response:
    """A problem of ours, or one that the framework saw."""
    return problem_of(error).response()


def problem_of(error: Exception) -> Problem:
    """What is told of an error: a fault of ours calmly and without its inside."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, HTTPException):
        return of_status(error.status_code, error.headers)
    return Problem(HTTPStatus.INTERNAL_SERVER_ERROR, *_BROKEN)


def of_status(status: int, headers: Mapping[str, str] | None = None) -> Problem:
    """What there is to say about a status alone."""
    code, detail = _PLAIN.get(status, ("request", f"{HTTPStatus(status).phrase}: mend the request."))
    return Problem(HTTPStatus(status), code, detail, headers=headers)
