"""What a maker of documents has to do for the pages; which one it is, whoever assembles decides."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from domain.certificate import Certificate
from domain.letter import Letter
from domain.report import Report


class Documents(Protocol):
    """Makes documents of certificates and invitations. `address` is always that of a public page.

    Each may compute for some milliseconds; the pages call them in a thread.
    """

    def pdf(self, certificate: Certificate, address: str) -> bytes:
        """The certificate to print."""
        ...

    def copy(self, report: Report) -> bytes:
        """A copy of a person's data to read."""
        ...

    def badge(self, certificate: Certificate, address: str, zone: str) -> str:
        """Its signed badge (a JWT); `zone` is where its dates are."""
        ...

    def status(self, certificate: Certificate, address: str, now: datetime) -> str:
        """The signed word (a JWT) on whether the badge was revoked."""
        ...

    def issuer(self) -> str:
        """Who signs, and with which keys: what the name that stands in badges leads to (a DID document, JSON)."""
        ...

    def letters(self, letters: Sequence[Letter], now: datetime) -> bytes:
        """Letters of invitation to print, a page for each; there is at least one."""
        ...

    def qr(self, address: str) -> str:
        """The address as a QR code: an SVG picture."""
        ...
