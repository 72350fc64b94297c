"""Certificates for the console's tests, and a small maker of their documents."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from actions.certify import issue, revoke
from domain.certificate import Certificate
from domain.letter import Letter
from domain.organisation import Scope
from domain.programme import Programme, Rules
from domain.report import Report
from storage import certificates, enrolments
from storage.certificates import CERTIFICATE
from storage.database import Connection
from tests.console.town import MONDAY, Cast, Town, programme

NAMES = ("valid", "soon", "expired", "for_ever", "revoked", "elsewhere")


class Maker:
    """Documents that say what they were made from."""

    def pdf(self, certificate: Certificate, address: str) -> bytes:
        return f"%PDF-1.7 {certificate.name} {address}".encode()

    def copy(self, report: Report) -> bytes:
        whole = "everything" if report.everything else "what is seen"
        return f"%PDF-1.7 {report.name} {len(report.tables)} {whole}".encode()

    def badge(self, certificate: Certificate, address: str, zone: str) -> str:
        return f"badge.{certificate.number}.{address}.{zone}"

    def status(self, certificate: Certificate, address: str, now: datetime) -> str:
        return f"status.{certificate.revoked_on}.{address}.{now.isoformat()}"

    def issuer(self) -> str:
        return '{"id": "did:web:learn.example"}'

    def letters(self, letters: Sequence[Letter], now: datetime) -> bytes:
        return "\n".join(f"%PDF-1.7 {each.name} {each.link} {now.isoformat()}" for each in letters).encode()

    def qr(self, address: str) -> str:
        return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><title>{address}</title></svg>'


@dataclass(frozen=True)
class Papers:
    """The ids and codes of certificates, by NAMES."""

    ids: dict[str, int]
    codes: dict[str, str]


def code_of(name: str) -> str:
    """22 characters."""
    return name.rjust(22, "c")


def certify(tx: Connection, cast: Cast) -> Papers:
    """A certificate of every fate in the library, and one in the museum."""
    town, ids = Town(tx, MONDAY), dict[str, int]()
    ends = {"soon": date(2026, 12, 24), "expired": date(2026, 11, 22), "for_ever": None}
    for name in NAMES:
        taught = programme_of(name)
        owner, version = town.publish(taught)
        person = cast.elsewhere if name == "elsewhere" else cast.learner
        new = enrolments.enrol(tx, person=person, programme=owner, version=version, at=MONDAY)
        assert new is not None
        issue(tx, new, code=code_of(name), now=MONDAY)
        if name in ends:
            this = CERTIFICATE.c.code == code_of(name)
            tx.execute(CERTIFICATE.update().where(this).values(expires_on=ends[name]))
        kept = certificates.by_code(tx, code_of(name))
        assert kept is not None
        ids[name] = kept.id
    scope = Scope(cast.coordinator, frozenset({cast.library}))
    revoke(tx, scope, ids["revoked"], reason="Wrong person", now=MONDAY)
    return Papers(ids, {name: code_of(name) for name in NAMES})


def programme_of(name: str) -> Programme:
    """A programme that gives a certificate for a year."""
    taught = programme(f"p-{name}")
    return Programme(taught.slug, taught.texts, taught.lessons, Rules(valid_months=12))
