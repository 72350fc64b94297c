"""An application of its own below an address: what is wrong there is told in its words, and nothing leads elsewhere."""

import re
from collections.abc import Awaitable, Callable, Sequence

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount

from console.api.problems import Problem

Told = Callable[[Request, Exception], Awaitable[Response]]


def mounted(here: str, name: str, routes: Sequence[BaseRoute], told: Told) -> Mount:
    """These routes below `here`; `told` makes an answer of everything that is raised there."""
    handlers = {Problem: told, HTTPException: told, Exception: told}
    app = Starlette(routes=routes, exception_handlers=handlers)
    app.router.redirect_slashes = False
    found = Mount(here, app, name=name)
    # An address with a line's end in it is below this one too.
    found.path_regex = re.compile(found.path_regex.pattern, re.DOTALL)
    return found
