"""Which addresses may be opened that others gave: those that can be read in one way, and lead nowhere inside."""

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final
from urllib.parse import urlsplit

PORTS: Final = frozenset({443, 8443})  # of what is outside: nobody is to be sent to mail servers and the like
MOST_ADDRESS: Final = 2_000  # characters
_WORLD: Final = IPv6Network("2000::/3")  # all of IPv6 that is given out to the public
_TRANSLATED: Final = IPv6Network("64:ff9b::/96")  # IPv4 behind NAT64
# Where clouds tell their machines secrets, by whatever name; of a network of one's own, the rest.
_NEVER: Final = tuple(map(ip_network, ("169.254.0.0/16", "100.64.0.0/10", "fe80::/10", "fd00:ec2::/32")))
_OWN: Final = tuple(
    map(ip_network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "::1/128", "fc00::/7"))
)
_INSIDE: Final = ("localhost", "local", "internal")  # names of a network of one's own

# How messages of Unreachable begin.
SLOW: Final = "it takes too long"
AWAY: Final = "it cannot be reached"
INSIDE: Final = "it leads inside"
PORT: Final = "it leads to a port that is not opened"
UNSAFE: Final = "it cannot be read, or is not safe"


class Unreachable(Exception):
    """There is no answer; the message says why, in a few words for the log."""


class Forbidden(Unreachable):
    """The address is not one that may be opened."""


@dataclass(frozen=True, slots=True)
class Target:
    """An address in its parts."""

    secure: bool
    host: str
    port: int
    path: str


def is_safe(address: str) -> bool:
    """Whether nobody on the way can read it: https, or the same machine."""
    parts = urlsplit(address)
    if parts.scheme == "https" and parts.hostname:
        return True
    try:
        return parts.scheme == "http" and ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return False


def is_writable(address: str) -> bool:
    """Whether it is an address that can be opened at all, wherever it leads."""
    try:
        target_of(address)
    except Forbidden:
        return False
    return True


def may_open(place: str, *, private: bool) -> bool:
    """Whether this numeric address is of the public; `private`: or of a network of one's own."""
    here = _plain(ip_address(place))
    if here.is_multicast or any(here in each for each in _NEVER):
        return False
    if any(here in each for each in _OWN):
        return private
    return here.is_global and (isinstance(here, IPv4Address) or (here in _WORLD and here.sixtofour is None))


def leads_out(address: str, *, private: bool) -> bool:
    """Whether an address can lead where it may be opened, as far as it says so itself; `private` as in `may_open`.

    Where a name leads is looked at whenever it is opened; a name outside has a dot, and ends with letters.
    """
    target = target_of(address)
    try:
        return (private or target.port in PORTS) and may_open(target.host, private=private)
    except ValueError:
        name = target.host.rstrip(".").lower()
        _, dot, last = name.rpartition(".")
        outside = dot and last[:1].isalpha() and last not in _INSIDE
        return private or bool(target.port in PORTS and outside)


def _plain(place: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The IPv4 address that an IPv6 address stands for, if it does."""
    if isinstance(place, IPv6Address):
        if place.ipv4_mapped:
            return place.ipv4_mapped
        if place in _TRANSLATED:
            return IPv4Address(int(place) & 0xFFFFFFFF)
    return place


def target_of(address: str) -> Target:
    """The parts of an address; Forbidden for one that could be read in two ways, or by somebody on the way."""
    if len(address) > MOST_ADDRESS or not address.isascii() or "\\" in address or not _visible(address):
        raise Forbidden(UNSAFE)
    try:
        parts = urlsplit(address)
        secure, safe = parts.scheme == "https", is_safe(address)
        port = parts.port or (443 if secure else 80)
    except ValueError as error:
        raise Forbidden(UNSAFE) from error
    if not safe or "@" in parts.netloc or parts.fragment or not parts.hostname:
        raise Forbidden(UNSAFE)
    query = f"?{parts.query}" if parts.query else ""
    return Target(secure, parts.hostname, port, (parts.path or "/") + query)


def _visible(address: str) -> bool:
    return all("!" <= each <= "~" for each in address)
