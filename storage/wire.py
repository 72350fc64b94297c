"""Whether somebody on the way to a database server could read what goes there."""

from collections.abc import Sequence
from ipaddress import ip_address
from typing import Final, Literal

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

Way = Literal["here", "sealed", "open", "unsaid"]
SEALED: Final = frozenset({"require", "verify-ca", "verify-full"})
OPEN: Final = frozenset({"disable", "allow", "prefer"})  # or, with the last two, whatever the server likes


def way_to(url: URL) -> Way:
    """How a store is reached: on this machine, encrypted, readable, or by a network of which nothing is said."""
    if url.get_backend_name() != "postgresql" or all(map(_is_here, hosts(url))):
        return "here"
    asked = url.query.get("ssl")
    return "sealed" if asked in SEALED else "open" if asked in OPEN else "unsaid"


def is_readable(address: str) -> bool:
    """Whether whoever is on the way may read what goes there; False also for what is no address of a store."""
    try:
        return way_to(make_url(address)) == "open"
    except ArgumentError:
        return False


def hosts(url: URL) -> Sequence[str]:
    """The servers, or the folders of their sockets."""
    named = url.query.get("host", ())
    return (*([url.host] if url.host else ()), *([named] if isinstance(named, str) else named))


def _is_here(host: str) -> bool:
    if host.startswith("/") or host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
