"""Certificates to try, one in each language, with everything that is needed to make documents of them."""

import io
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pypdf import PdfReader

from certificates.issuer import Issuer
from certificates.pdf import pdf
from domain.certificate import Certificate
from domain.language import Language
from domain.texts import Texts
from zinute import catalogues

CODE: Final = "q83vEjRWeJASNFZ4q83vEg"
ADDRESS: Final = f"https://mokymai.example/certificates/{CODE}"
ZONE: Final = "Europe/Vilnius"
SIGNATORY: Final = "Rūta Žemaitė, direktorė"
ISSUER: Final = Issuer("https://mokymai.example", "Gluosnių mokymai")
KEY: Final = Ed25519PrivateKey.from_private_bytes(b"a key for tests, and no other us")
OTHER_KEY: Final = Ed25519PrivateKey.from_private_bytes(b"a key of another service's tests")
NOW: Final = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
TEXTS: Final[Texts] = catalogues.load()

LITHUANIAN: Final = Certificate(
    code=CODE,
    number="2026-000123",
    name="Žydrūnė Ąžuolaitė-Šiaučiūnienė",
    organisation="Gluosnių viešoji biblioteka",
    programme="Asmens duomenų apsauga",
    language="lt",
    minutes=90,
    issued_on=date(2026, 11, 23),
    expires_on=date(2027, 11, 23),
)
CERTIFICATES: Final[dict[Language, Certificate]] = {
    "lt": LITHUANIAN,
    "pl": replace(
        LITHUANIAN,
        name="Świętosława Źrebięć-Łękawska",
        organisation="Miejska Biblioteka Publiczna w Łodzi",
        programme="Pierwszy tydzień w nowej pracy",
        language="pl",
        minutes=45,
        expires_on=None,
    ),
    "nb": replace(
        LITHUANIAN,
        name="Åse Bjørnæs",
        organisation="Østre folkebibliotek",
        programme="Legemiddelhåndtering: lær og bli sertifisert",
        language="nb",
        minutes=60,
    ),
    "en": replace(
        LITHUANIAN,
        name="Zoë O'Brien-Müller",
        organisation="Willow Library",
        programme="Digital accessibility for people who publish",
        language="en",
        minutes=121,
    ),
}


def paper(certificate: Certificate, *, address: str = ADDRESS, signatory: str = SIGNATORY) -> bytes:
    """The certificate as a page."""
    return pdf(certificate, address=address, texts=TEXTS, signatory=signatory)


def read(document: bytes) -> PdfReader:
    """The page as a library reads it that has nothing to do with the one that made it."""
    return PdfReader(io.BytesIO(document))


def lines(document: bytes) -> list[str]:
    """What can be selected and copied from its only page."""
    (page,) = read(document).pages
    return [line.strip() for line in page.extract_text().splitlines()]
