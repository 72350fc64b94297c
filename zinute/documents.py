"""Documents of certificates and invitations, made in this installation's name with its own key."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

from certificates.badge import badge
from certificates.issuer import Issuer, did_document
from certificates.key import load
from certificates.letter import letters as printed
from certificates.own_data import own_data
from certificates.page import qr
from certificates.pdf import pdf
from certificates.status import status
from domain.certificate import Certificate, page_of
from domain.letter import Letter
from domain.report import Report
from domain.texts import Texts

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from zinute.config import Settings

ISSUER: Final = "Zinute"


@dataclass(frozen=True)
class Maker:
    """Makes certificates' documents. The key is read, or made, with the first badge: many installations make none."""

    texts: Texts
    url: str
    key_file: Path

    def pdf(self, certificate: Certificate, address: str) -> bytes:
        """The certificate to print."""
        return pdf(certificate, address=address, texts=self.texts)

    def file(self, certificate: Certificate) -> bytes:
        """The same, at its own public page: what is sent as a file."""
        return self.pdf(certificate, f"{self.url}{page_of(certificate.code)}")

    def copy(self, report: Report) -> bytes:
        """A copy of a person's data to read."""
        return own_data(report, self.texts)

    def badge(self, certificate: Certificate, address: str, zone: str) -> str:
        """Its signed badge (a JWT); `zone` is where its dates are. Raises BadKey when the key cannot be used."""
        return badge(certificate, self._issuer, self._key, address=address, zone=zone, texts=self.texts)

    def status(self, certificate: Certificate, address: str, now: datetime) -> str:
        """The signed word (a JWT) on whether the badge was revoked."""
        return status(certificate, self._issuer, self._key, address=address, now=now)

    def issuer(self) -> str:
        """Who signs, and with which key: a DID document (JSON)."""
        return json.dumps(did_document(self._issuer, [self._key.public_key()]))

    def letters(self, letters: Sequence[Letter], now: datetime) -> bytes:
        """Letters of invitation to print, a page for each."""
        return printed(letters, texts=self.texts, made_at=now)

    def qr(self, address: str) -> str:
        """The address as a QR code: an SVG picture."""
        return qr(address, margin=4, paper="#fff")

    @property
    def _issuer(self) -> Issuer:
        return Issuer(self.url, ISSUER)

    @cached_property
    def _key(self) -> "Ed25519PrivateKey":
        return load(self.key_file)


def maker(settings: "Settings", texts: Texts) -> Maker:
    """The maker of this installation."""
    return Maker(texts, settings.base_url, settings.badge_key or settings.data / "badge-key.pem")
