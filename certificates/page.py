"""The words of a certificate's page, as `certificate.typ` wants them."""

import io
from functools import partial
from typing import TypedDict

from certificates import writing
from certificates.kinds import KINDS
from domain.certificate import Certificate
from domain.texts import Texts


class Page(TypedDict):
    """What `certificate.typ` shows: `told` are names with values, `code` is an SVG picture that `picture` describes."""

    language: str
    issued: dict[str, int]
    title: str
    organisation: str
    heading: str
    given: str
    name: str
    completed: str
    programme: str
    told: list[tuple[str, str]]
    signatory: str
    check: str
    address: str
    code: str
    picture: str


def page(certificate: Certificate, *, address: str, signatory: str, texts: Texts) -> Page:
    """The certificate in its language."""
    say, kind = partial(texts.say, certificate.language), KINDS[certificate.of]
    name, programme = writing.plain(certificate.name), writing.plain(certificate.programme)
    on = certificate.issued_on
    return {
        "language": certificate.language,
        "issued": {"year": on.year, "month": on.month, "day": on.day},
        "title": say(kind.title, name=name, programme=programme),
        "organisation": writing.plain(certificate.organisation),
        "heading": say(kind.heading),
        "given": say("pdf.given"),
        "name": name,
        "completed": say(kind.completed),
        "programme": programme,
        "told": _told(certificate, texts),
        "signatory": writing.plain(signatory),
        "check": say("pdf.check"),
        "address": address,
        "code": qr(address),
        "picture": say("pdf.picture", address=address),
    }


def _told(certificate: Certificate, texts: Texts) -> list[tuple[str, str]]:
    language = certificate.language
    say = partial(texts.say, language)
    told = [(say("pdf.issued"), writing.day(certificate.issued_on, language))]
    if certificate.held_on is not None:
        told.append((say("pdf.held"), writing.day(certificate.held_on, language)))
    elif certificate.expires_on is None:
        told.append((say("pdf.valid"), say("pdf.always")))
    else:
        told.append((say("pdf.valid_until"), writing.day(certificate.expires_on, language)))
    if certificate.minutes:
        told.append((say(KINDS[certificate.of].length), writing.length(certificate.minutes, language)))
    if certificate.place:
        told.append((say("pdf.place"), writing.plain(certificate.place)))
    told.append((say("pdf.number"), writing.plain(certificate.number)))
    return told


def qr(address: str, *, margin: int = 0, paper: str | None = None) -> str:
    """The address as a QR code that is read even when an eighth of it is damaged: an SVG picture.

    `margin` is in modules, `paper` the colour behind it (None: what it lies on, which has to be light).
    """
    import segno

    picture = io.BytesIO()
    code = segno.make_qr(address, error="m")
    code.save(picture, kind="svg", border=margin, xmldecl=False, dark="#17211e", light=paper, omitsize=True)
    return picture.getvalue().decode()
