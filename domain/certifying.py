"""What is said of certificates in the chat: when one is issued, when there is none, and when one has to be renewed."""

from dataclasses import replace
from datetime import date
from typing import Final

from domain.certificate import Certificate, page_of
from domain.message import Choice, Day, Issued, Line, Notice, Param, notice
from domain.programme import Programme

CERTIFICATES: Final = Choice("menu.certificates", "/certificates")


def certified(told: Notice, certificate: Certificate) -> Notice:
    """What was told about the end of a programme, and the certificate that it gave."""
    number, until = certificate.number, certificate.expires_on
    if until is None:
        line = Line("certificate.issued_for_ever", {"number": number})
    else:
        line = Line("certificate.issued", {"number": number, "until": Day(until)})
    opens = Choice("certificate.open", "", url=page_of(certificate.code))
    return replace(told, lines=(*told.lines, line), choices=(opens, *told.choices))


def attended(told: Notice, certificate: Certificate) -> Notice:
    """What was told to somebody who was at a webinar, and the certificate that they have of it."""
    line = Line("certificate.of_attendance", {"number": certificate.number})
    opens = Choice("certificate.open", "", url=page_of(certificate.code))
    return replace(told, lines=(*told.lines, line), choices=(*told.choices, opens))


def issued(certificate: Certificate) -> Issued:
    """The certificate as a file, behind what was told."""
    return Issued(certificate.code, certificate.number, certificate.programme)


def not_passed(told: Notice, programme: Programme) -> Notice:
    """What was told about the end of a programme, why it gave no certificate, and the way to try again."""
    line = Line("certificate.not_passed", {"passing": programme.rules.passing})
    again = Choice("certificate.again", f"/renew {programme.slug}")
    return replace(told, lines=(*told.lines, line), choices=(again, *told.choices))


def line_of(certificate: Certificate, on: date) -> Line:
    """What a certificate is worth on this date."""
    state, until = certificate.state(on), certificate.expires_on
    named: dict[str, Param] = {"title": certificate.programme, "number": certificate.number}
    if until is None or state == "revoked":
        return Line("certificate.revoked" if state == "revoked" else "certificate.valid_for_ever", named)
    return Line(
        "certificate.valid" if state == "valid" else "certificate.expired", {**named, "until": Day(until)}
    )


def opened(certificate: Certificate) -> Choice:
    """The way to a certificate's page."""
    return Choice(certificate.number, "", literal=True, url=page_of(certificate.code))


def renewal(certificate: Certificate, slug: str) -> Notice:
    """A certificate ends soon; one tap begins its renewal."""
    assert certificate.expires_on is not None, "it ends some day"
    return notice(
        "certificate.ends_soon",
        Choice("certificate.renew", f"/renew {slug}"),
        Choice("certificate.open", "", url=page_of(certificate.code)),
        title=certificate.programme,
        number=certificate.number,
        until=Day(certificate.expires_on),
    )
