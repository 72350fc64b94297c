"""Letters of invitation: a page for each, in its language, with a code for eyes and one for hands; for everybody."""

import io
import json
from datetime import UTC, date, datetime
from pathlib import Path

import pdfua
import pikepdf
import pytest
import typst
import zxingcpp
from PIL import Image
from pypdf import PdfReader

from certificates.letter import _page, letters
from domain.code import by_hand
from domain.language import LANGUAGES, Language
from domain.letter import Letter
from tests.certificates.samples import CODE, TEXTS

TEMPLATE = Path(__file__).parents[2] / "certificates" / "letter.typ"
MADE = datetime(2026, 11, 23, 7, 30, 1, 5, tzinfo=UTC)
LINK = f"https://mokymai.example/join/{CODE}"
HEADINGS: dict[Language, str] = {
    "lt": "Kvietimas mokytis",
    "pl": "Zaproszenie na lekcje",
    "nb": "Invitasjon til korte leksjoner",
    "en": "An invitation to learn",
}


def letter(language: Language = "lt", name: str = "Žydrūnė Ąžuolaitė", words: str = "") -> Letter:
    return Letter(
        language=language,
        name=name,
        email="z@lib.example",
        organisation=words or "Gluosnių biblioteka",
        contact=words or "Rūta, ruta@gluosniai.example",
        programme=words or "Asmens duomenys",
        link=LINK,
        page="https://mokymai.example/join",
        code=by_hand(CODE),
        ends=date(2026, 12, 7),
    )


def texts_of(document: bytes) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(document)).pages]


def test_each_person_has_a_page_in_their_language() -> None:
    pages = texts_of(letters([letter(each) for each in LANGUAGES], texts=TEXTS, made_at=MADE))
    assert [HEADINGS[each] in page for each, page in zip(LANGUAGES, pages, strict=True)] == [True] * 4
    for page in pages:
        assert by_hand(CODE) in page
        assert "Žydrūnė Ąžuolaitė" in page
        assert "Asmens duomenys" in page
        assert "ruta@gluosniai.example" in page
        assert LINK in page.replace("\u200b", "").replace("/join/ ", "/join/")


def test_the_picture_is_the_link() -> None:
    words = {
        "language": "lt",
        "title": "t",
        "author": "a",
        "made": {"year": 2026, "month": 11, "day": 23},
        "letters": [_page(letter(), TEXTS)],
    }
    made = typst.compile(
        TEMPLATE, format="png", ppi=100, ignore_system_fonts=True, sys_inputs={"words": json.dumps(words)}
    )
    assert isinstance(made, bytes)
    found = zxingcpp.read_barcodes(Image.open(io.BytesIO(made)).convert("L"))
    assert [each.text for each in found] == [LINK]


@pytest.mark.parametrize(
    "words", ["Biblioteka " * 40, "x" * 400, '#panic("x") *a* _b_ $c$ @d', "图书馆 😀", "=1+1"]
)
def test_whatever_stands_in_it_a_letter_is_one_page(words: str) -> None:
    pages = texts_of(letters([letter(name=words, words=words)] * 2, texts=TEXTS, made_at=MADE))
    assert len(pages) == 2


def test_letters_are_for_everybody(tmp_path: Path) -> None:
    file = tmp_path / "letters.pdf"
    file.write_bytes(letters([letter(each) for each in LANGUAGES], texts=TEXTS, made_at=MADE))
    assert [finding.message for finding in pdfua.validate(str(file)).findings] == []
    with pikepdf.open(file) as opened:
        assert bool(opened.Root.MarkInfo.Marked)
        assert str(opened.Root.Lang) == "lt"
        said = str(opened.Root.StructTreeRoot.to_json())
        assert opened.docinfo.get("/Title") is None or "Gluosnių" in str(opened.docinfo["/Title"])
    assert said
