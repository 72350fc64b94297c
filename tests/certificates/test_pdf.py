"""The page: its letters in four languages, words that are data, and a layout that nothing bursts."""

import io
import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
import typst
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from certificates.page import page
from domain.certificate import Certificate
from domain.language import LANGUAGES, Language
from tests.certificates.samples import ADDRESS, CERTIFICATES, LITHUANIAN, SIGNATORY, TEXTS, lines, paper, read
from tests.certificates.samples import CODE as SECRET

TEMPLATE = Path(__file__).parents[2] / "certificates" / "certificate.typ"
DOTS = 50 / 25.4  # in a millimetre, at 50 to the inch
SAID: dict[Language, list[str]] = {
    "lt": [
        "Gluosnių viešoji biblioteka",
        "Pažymėjimas",
        "Patvirtiname, kad",
        "Žydrūnė Ąžuolaitė-Šiaučiūnienė",
        "baigė programą",
        "Asmens duomenų apsauga",
        "Išduotas",
        "2026 m. lapkričio 23 d.",
        "Galioja iki (imtinai)",
        "2027 m. lapkričio 23 d.",
        "Programos trukmė",
        "1 valanda ir 30 minučių",
        "Pažymėjimo numeris",
        "2026-000123",
        "Rūta Žemaitė, direktorė",
        "Ar pažymėjimas galioja šiandien? Nuskaitykite kodą arba",
        "atverkite adresą:",
        ADDRESS,
    ],
    "pl": [
        "Miejska Biblioteka Publiczna w Łodzi",
        "Zaświadczenie",
        "otrzymuje",
        "Świętosława Źrebięć-Łękawska",
        "na potwierdzenie ukończenia programu",
        "Pierwszy tydzień w nowej pracy",
        "Data wydania",
        "23 listopada 2026",
        "Ważne",
        "bezterminowo",
        "Czas trwania programu",
        "45 minut",
        "Numer zaświadczenia",
        "2026-000123",
        "Rūta Žemaitė, direktorė",
        "Czy zaświadczenie jest dziś ważne? Zeskanuj kod lub",
        "otwórz adres:",
        ADDRESS,
    ],
    "nb": [
        "Østre folkebibliotek",
        "Kursbevis",
        "Vi bekrefter at",
        "Åse Bjørnæs",
        "har fullført programmet",
        "Legemiddelhåndtering: lær og bli sertifisert",
        "Utstedt",
        "23. november 2026",
        "Gyldig til og med",
        "23. november 2027",
        "Programmets varighet",
        "1 time",
        "Kursbevisets nummer",
        "2026-000123",
        "Rūta Žemaitė, direktorė",
        "Er kursbeviset gyldig i dag? Skann koden eller åpne",
        "adressen:",
        ADDRESS,
    ],
    "en": [
        "Willow Library",
        "Certificate",
        "This certifies that",
        "Zoë O'Brien-Müller",
        "has completed the programme",
        "Digital accessibility for people who publish",
        "Issued on",
        "23 November 2026",
        "Valid until the end of",
        "23 November 2027",
        "Length of the programme",
        "2 hours, 1 minute",
        "Certificate number",
        "2026-000123",
        "Rūta Žemaitė, direktorė",
        "Is it valid today? Scan the code or open the address:",
        ADDRESS,
    ],
}
ALPHABETS: dict[Language, str] = {
    "lt": "Aą Bc Čč Dę Ėė Fį Šš Ųų Ūū Žž ĄĘĮ",
    "pl": "Ąą Ćć Ęę Łł Ńń Óó Śś Źź Żż",
    "nb": "Ææ Øø Åå Éé Ôô Čč Đđ Ŋŋ Ŧŧ",
    "en": "“Quotes” – dashes – £ € § №",
}
HOSTILE = [
    '#read("/etc/passwd")',
    "*x* _y_ `z` $a + b$ = = heading",
    "#sys.inputs #panic() \\ \\u{41} // /* <label> @ref",
    '"quoted" \'single\' \\"escaped\\" {"json": [1]}',
    "[content] {code} ~ -- --- ... https://evil.example",
]
LONG_NAME = (
    "Vaidilutė Kunigunda Žemynėlė Šventaragaitė-Ąžuolynienė-Čiurlionytė-Žukauskienė "
    "iš Didžiųjų Šiaučiūnėlių prie Šventosios"
)
LONG_TITLE = (
    "Kaip saugiai ir atsakingai tvarkyti lankytojų, darbuotojų ir savanorių asmens duomenis viešojoje bibliotekoje, "
    "muziejuje ir archyve: nuo pirmosios registracijos iki saugaus sunaikinimo pagal reglamentą"
)


def picture(certificate: Certificate, address: str = ADDRESS, dots: int = 50) -> Image.Image:
    """How the page looks: what does not fit on one page is a failure."""
    words = json.dumps(page(certificate, address=address, signatory=LONG_NAME, texts=TEXTS))
    made = typst.compile(
        TEMPLATE, format="png", ppi=dots, ignore_system_fonts=True, sys_inputs={"words": words}
    )
    assert isinstance(made, bytes)
    return Image.open(io.BytesIO(made)).convert("L")


def margins(seen: Image.Image) -> list[tuple[int, int]]:
    """The darkest and the lightest dot right of the text and below it: both are 255 when nothing was drawn there."""
    width, height = seen.size
    right = seen.crop((int(179 * DOTS), int(16 * DOTS), int(199 * DOTS), height - int(16 * DOTS)))
    below = seen.crop((int(19 * DOTS), height - int(25 * DOTS), int(199 * DOTS), height - int(15 * DOTS)))
    assert width == int(210 * DOTS)
    return [(int(low), int(high)) for low, high in (right.getextrema(), below.getextrema())]  # type: ignore[arg-type]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_says_everything_in_its_language_and_in_order(language: Language) -> None:
    assert lines(paper(CERTIFICATES[language])) == SAID[language]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_letter_of_the_language_can_be_copied(language: Language) -> None:
    assert ALPHABETS[language] in lines(paper(replace(CERTIFICATES[language], name=ALPHABETS[language])))


def test_the_same_certificate_is_the_same_file() -> None:
    first = paper(LITHUANIAN)
    assert paper(replace(LITHUANIAN, name="Jonas")) != first
    assert paper(LITHUANIAN) == first


def test_the_code_opens_the_public_page() -> None:
    (found,) = zxingcpp.read_barcodes(picture(LITHUANIAN, dots=100))
    assert found.text == ADDRESS


def test_the_address_is_a_link() -> None:
    (only,) = read(paper(LITHUANIAN)).pages
    assert [note["/A"]["/URI"] for note in only["/Annots"]] == [ADDRESS]  # type: ignore[attr-defined]


def test_what_nobody_has_to_know_is_not_on_the_page() -> None:
    said = lines(paper(replace(LITHUANIAN, minutes=0), signatory=""))
    assert [line for line in said if line in {"Programos trukmė", SIGNATORY}] == []
    assert [line for line in said if SECRET in line] == [ADDRESS]


@pytest.mark.parametrize("words", HOSTILE)
@pytest.mark.parametrize("field", ["name", "programme", "organisation", "number"])
def test_words_from_outside_are_shown_as_they_are(field: str, words: str) -> None:
    said = lines(paper(replace(LITHUANIAN, **{field: words})))  # type: ignore[arg-type]
    assert words.replace(" ", "") in "".join(said).replace(" ", "")  # in one line or two
    assert "Pažymėjimas" in said


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Jonas\u202eiknerT", "JonasiknerT"),  # an override that turns the rest of a line around
        ("\u200f\u2067Jonas\u2069 \u200bP.", "Jonas P."),
        ("Jonas\nPetraitis\t \x00\x1b[31m", "Jonas Petraitis [31m"),
        ("Jonas \ud800\udfff\ue000", "Jonas"),
        ("🚑 Jonas 👩\u200d🚒", "Jonas"),
        ("王小明 (Wang)", "□□□ (Wang)"),
        ("Иван Δημήτρης", "Иван Δημήτρης"),
        ("שלום", "שלום"),
    ],
)
def test_what_cannot_be_printed_is_left_out_or_becomes_a_box(name: str, shown: str) -> None:
    assert lines(paper(replace(LITHUANIAN, name=name)))[3] == shown


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=400), st.text(max_size=400))
def test_any_words_make_one_page(name: str, programme: str) -> None:
    document = paper(replace(LITHUANIAN, name=name, programme=programme, organisation=name, number=programme))
    assert len(read(document).pages) == 1


@pytest.mark.parametrize(
    ("name", "programme"),
    [
        (LITHUANIAN.name, LITHUANIAN.programme),
        (LONG_NAME, LONG_TITLE),
        ("W" * 400, "W " * 200),
        ("W-" * 200, "ĄČĘĖ" * 100),
    ],
)
def test_nothing_bursts_the_page(name: str, programme: str) -> None:
    certificate = replace(
        LITHUANIAN, name=name, programme=programme, organisation=programme, number=name, minutes=99_999
    )
    assert (
        margins(picture(certificate, address=f"https://mokymai.example/{'long/' * 30}")) == [(255, 255)] * 2
    )


def test_long_words_of_a_sensible_length_are_whole() -> None:
    said = lines(paper(replace(LITHUANIAN, name=LONG_NAME, programme=LONG_TITLE)))
    assert LONG_NAME in " ".join(said)
    assert LONG_TITLE in " ".join(said)
    assert "Šventaragaitė-Ąžuolynienė-Čiurlionytė-Žukauskienė" in said  # a name is not broken at its hyphens


def test_several_at_once_do_not_disturb_each_other() -> None:
    names = [f"Vardas {number}" for number in range(24)]
    with ThreadPoolExecutor(8) as threads:
        made = list(threads.map(lambda name: lines(paper(replace(LITHUANIAN, name=name)))[3], names))
    assert made == names


def test_who_makes_no_certificate_does_not_pay_for_the_libraries() -> None:
    load = "import certificates.pdf, certificates.badge, certificates.key, certificates.status, sys"
    script = f"{load}; print(sorted({{'typst', 'segno', 'cryptography'}} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("[]\n", "")
