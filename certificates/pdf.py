"""Certificates and letters to print: PDF/UA-1 (for everybody's ears and eyes) and PDF/A-2a (for archives)."""

import json
import re
import unicodedata
from datetime import UTC, datetime, time
from functools import cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Final

from certificates.page import page
from domain.certificate import Certificate
from domain.texts import Texts

if TYPE_CHECKING:
    import typst

MEDIA_TYPE: Final = "application/pdf"
_HERE: Final = Path(__file__).parent
_AT_ONCE: Final = Lock()  # typst's compiler refuses a second caller instead of letting it wait
_NO_GLYPH: Final = re.compile(r'the text `"(.+?)"` could not be displayed')
_ESCAPE: Final = re.compile(r"\\u\{([0-9a-f]+)\}")
_BOX: Final = "□"


def pdf(certificate: Certificate, *, address: str, texts: Texts, signatory: str = "") -> bytes:
    """One A4 page, the same bytes for the same certificate. `address` is the public page that the QR code opens.

    It computes for some milliseconds and the first one in a process for longer: call it in a thread. Letters that no
    embedded font has become boxes, signs without a letter's meaning (emoji) are left out.
    """
    words = json.dumps(
        page(certificate, address=address, signatory=signatory, texts=texts), ensure_ascii=False
    )
    return typeset("certificate.typ", words, datetime.combine(certificate.issued_on, time(), UTC))


def typeset(template: str, words: str, made_at: datetime) -> bytes:
    """The document that a template of this folder makes of words (JSON)."""
    import typst

    with _AT_ONCE:
        try:
            return _compiled(template, words, made_at)
        except typst.TypstError as error:
            shown = _shown(words, error.diagnostic)
            if shown == words:
                raise
            return _compiled(template, shown, made_at)


def _compiled(template: str, words: str, made_at: datetime) -> bytes:
    compiled = _compiler().compile(
        input=_HERE / template,
        format="pdf",
        sys_inputs={"words": words},
        pdf_standards=["ua-1", "a-2a"],
        timestamp=made_at,
    )
    assert isinstance(compiled, bytes)
    return compiled


@cache
def _compiler() -> "typst.Compiler":
    """Made with the first document, for it keeps some 60 MB. It has its own fonts and reads its own folder only."""
    import typst

    fonts = typst.Fonts(include_system_fonts=False)
    return typst.Compiler(_HERE / "certificate.typ", root=_HERE, font_paths=fonts, ignore_system_fonts=True)


def _shown(words: str, diagnostic: str) -> str:
    """The words without what the compiler says it has no glyph for."""
    for escaped in _NO_GLYPH.findall(diagnostic):
        text = _ESCAPE.sub(lambda found: chr(int(found[1], 16)), escaped)
        boxes = "".join(_BOX for character in text if unicodedata.category(character)[0] == "L")
        words = words.replace(text, boxes)
    return words
