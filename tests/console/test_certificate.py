"""A certificate's public page: what it is worth, in four languages, and nothing for those who guess."""

import re
from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.applications import Starlette

from console.app import create
from domain.language import LANGUAGES, Language
from domain.texts import Texts
from storage.certificates import CERTIFICATE
from storage.database import Database
from tests.console.conftest import SAME_ORIGIN, Door
from tests.console.papers import NAMES, Maker, Papers, certify
from tests.console.test_learners import words
from tests.console.test_live import TOO_SMALL, TOO_WIDE, base, complaints_of
from tests.console.town import Cast, Clock
from tests.tools.screens import Screens

__all__ = ["base"]

ADDRESS = "https://learn.example"


@pytest.fixture
def app(database: Database, texts: Texts, clock: Clock) -> Starlette:
    return create(database, texts, clock, documents=Maker(), address=ADDRESS)


@pytest.fixture
async def papers(database: Database, cast: Cast) -> Papers:
    return await database.write(lambda tx: certify(tx, cast))


@pytest.fixture
async def anybody(door: Door) -> AsyncIterator[httpx.AsyncClient]:
    async with door.browser() as browser:
        yield browser


def main_of(page: httpx.Response) -> str:
    """What the page says, without its frame."""
    found = re.search(r"<main.*?</main>", page.text, re.DOTALL)
    assert found
    return words(found[0])


SAYS = {
    "valid": "Valid The certificate is valid until and including 23 November 2027.",
    "soon": "Valid The certificate is valid until and including 24 December 2026.",
    "expired": "Expired The certificate was valid until and including 22 November 2026.",
    "for_ever": "Valid The certificate is valid and does not expire.",
    "revoked": "Revoked The certificate was revoked on 23 November 2026. It is not valid.",
}


@pytest.mark.parametrize("name", SAYS)
async def test_it_says_what_it_is_worth_and_no_more(
    anybody: httpx.AsyncClient, papers: Papers, name: str
) -> None:
    page = await anybody.get(f"/certificate/{papers.codes[name]}", headers={"Accept-Language": "en"})
    number = f"2026-{NAMES.index(name) + 1:06d}"
    until = {"soon": "24 December 2026", "expired": "22 November 2026", "for_ever": "Does not expire"}
    ways = "" if name == "revoked" else " Download the PDF Digital badge (Open Badges)"
    assert page.status_code == 200
    assert main_of(page) == (
        f"Certificate No. {number} {SAYS[name]} Full name Ona Onaitė Programme p-{name} <lt> "
        f"Organisation Library Issued 23 November 2026 Valid until {until.get(name, '23 November 2027')}"
        f"{ways} This is the entry in the register of certificates. It always says whether the certificate is "
        "valid today, whatever a printed copy says."
    )


async def test_it_changes_with_the_day_of_the_organisation(
    anybody: httpx.AsyncClient, papers: Papers, clock: Clock
) -> None:
    states = []
    for moved in (
        {"days": 31, "hours": 14},
        {"minutes": 31},
    ):  # 23:30 in Vilnius on the last day; past midnight
        clock.move(**moved)
        page = await anybody.get(f"/certificate/{papers.codes['soon']}", headers={"Accept-Language": "en"})
        states.append(re.search(r'class="state (\w+)"', page.text))
    assert [each and each[1] for each in states] == ["valid", "expired"]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("lt", "Pažymėjimas galioja iki 2027 m. lapkričio 23 d. imtinai."),
        ("pl", "Zaświadczenie jest ważne do 23 listopada 2027 włącznie."),
        ("nb", "Kursbeviset gjelder til og med 23. november 2027."),
        ("en", "The certificate is valid until and including 23 November 2027."),
    ],
)
async def test_it_speaks_the_browsers_language_and_can_be_switched(
    anybody: httpx.AsyncClient, papers: Papers, language: Language, said: str
) -> None:
    place = f"/certificate/{papers.codes['valid']}"
    page = await anybody.get(place, headers={"Accept-Language": f"de,{language};q=0.5"})
    assert said in page.text
    assert page.headers["content-language"] == language
    form = {"language": language, "next": place}
    switched = await anybody.post("/console/language", data=form, headers=SAME_ORIGIN)
    assert switched.headers["location"] == place
    assert f'name="next" value="{place}"' in page.text
    assert said in (await anybody.get(place, headers={"Accept-Language": "en"})).text


async def test_it_is_neither_indexed_nor_kept(anybody: httpx.AsyncClient, papers: Papers) -> None:
    code = papers.codes["valid"]
    for place in (code, f"{code}.pdf", f"{code}/badge.jwt", f"{code}/status", "x" * 22):
        answer = await anybody.get(f"/certificate/{place}")
        assert "noindex" in answer.headers["x-robots-tag"]
        assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("tail", ["", ".pdf", "/badge.jwt", "/status"])
async def test_whoever_guesses_is_told_the_same(
    anybody: httpx.AsyncClient, papers: Papers, tail: str
) -> None:
    code = papers.codes["valid"]
    guesses = ("x" * 22, code[:-1], f"{code}x", code.upper(), "0", "%00", "%27", "ą" * 22, "c" * 4000)
    answers = [
        await anybody.get(f"/certificate/{each}{tail}", headers={"Accept-Language": "en"}) for each in guesses
    ]
    assert {each.status_code for each in answers} == {404}
    told = "Check that the whole address was copied, or scan the QR code on the certificate once more."
    assert {main_of(each) for each in answers} == {f"There is no such certificate {told}"}
    assert "Ona" not in "".join(each.text for each in answers)


@pytest.mark.parametrize("name", ["valid", "expired"])
async def test_its_documents_lead_back_to_it(anybody: httpx.AsyncClient, papers: Papers, name: str) -> None:
    code, number = papers.codes[name], f"2026-{NAMES.index(name) + 1:06d}"
    here = f"{ADDRESS}/certificate/{code}"
    pdf, badge = [await anybody.get(f"/certificate/{code}{tail}") for tail in (".pdf", "/badge.jwt")]
    assert (pdf.headers["content-type"], pdf.text) == ("application/pdf", f"%PDF-1.7 Ona Onaitė {here}")
    assert pdf.headers["content-disposition"] == f'attachment; filename="certificate-{number}.pdf"'
    assert badge.headers["content-type"] == "application/vc+jwt"
    assert badge.text == f"badge.{number}.{here}.Europe/Vilnius"
    assert badge.headers["content-disposition"] == f'attachment; filename="certificate-{number}.jwt"'


async def test_a_revoked_one_has_no_documents_and_its_status_says_so(
    anybody: httpx.AsyncClient, papers: Papers
) -> None:
    code = papers.codes["revoked"]
    for tail in (".pdf", "/badge.jwt"):
        answer = await anybody.get(f"/certificate/{code}{tail}", headers={"Accept-Language": "en"})
        assert (answer.status_code, answer.headers["content-type"]) == (410, "text/html; charset=utf-8")
        assert SAYS["revoked"] in main_of(answer)
    status = await anybody.get(f"/certificate/{code}/status")
    assert (status.status_code, status.headers["content-type"]) == (200, "application/vc+jwt")
    assert status.text.startswith(f"status.2026-11-23.{ADDRESS}/certificate/{code}.")


async def test_no_number_can_end_a_header(
    anybody: httpx.AsyncClient, database: Database, papers: Papers
) -> None:
    code = papers.codes["valid"]
    odd = '1"; x=/../\r\nSet-Cookie: a=b'
    await database.write(
        lambda tx: tx.execute(CERTIFICATE.update().where(CERTIFICATE.c.code == code).values(number=odd))
    )
    pdf = await anybody.get(f"/certificate/{code}.pdf")
    assert pdf.headers["content-disposition"] == 'attachment; filename="certificate-1xSet-Cookieab.pdf"'
    assert "set-cookie" not in pdf.headers


async def test_without_a_maker_there_are_no_documents(
    database: Database, texts: Texts, clock: Clock, papers: Papers
) -> None:
    plain = Door(create(database, texts, clock), database, clock)
    code = papers.codes["valid"]
    async with plain.browser() as browser:
        page = await browser.get(f"/certificate/{code}")
        tails = (".pdf", "/badge.jwt", "/status")
        answers = [await browser.get(f"/certificate/{code}{tail}") for tail in tails]
        issuer = await browser.get("/.well-known/did.json")
    assert [each.status_code for each in (page, *answers, issuer)] == [200, 404, 404, 404, 404]
    assert ".pdf" not in page.text


@pytest.mark.parametrize("language", LANGUAGES)
async def test_it_is_for_everyone_and_fits_a_narrow_phone(
    *, base: str, browser_page: Screens, axe: str, papers: Papers, language: str
) -> None:
    """Nothing wider than 320 px, targets of 44 px on touch; no complaint of axe-core, light and dark."""
    page = await browser_page("phone")
    await page.context.add_cookies([{"name": "zinute_language", "value": language, "url": base}])
    found = list[tuple[str, str, object]]()
    for name in ("valid", "expired", "revoked", "missing"):
        await page.goto(f"{base}/certificate/{papers.codes.get(name, 'x' * 22)}")
        await page.set_viewport_size({"width": 320, "height": 640})
        found += [(name, "320", wide) for wide in await page.evaluate(TOO_WIDE)]
        found += [(name, "44", small) for small in await page.evaluate(TOO_SMALL)]
        await page.set_viewport_size({"width": 1280, "height": 800})
        if language == "lt":
            found += [(name, *said) for said in await complaints_of(axe, page)]
        await page.set_viewport_size({"width": 390, "height": 844})
    assert found == []
