"""The register: whose certificates there are, how many of how many, and how one is revoked."""

import re

import httpx
import pytest
from starlette.applications import Starlette

from console.app import create
from console.pages.certificates import LONGEST_REASON, View
from domain.language import LANGUAGES
from domain.texts import Texts
from storage import enrolments
from storage.certificates import CERTIFICATE
from storage.database import Connection, Database
from tests.console.conftest import SAME_ORIGIN, Door
from tests.console.papers import NAMES, Maker, Papers, certify
from tests.console.test_learners import lines, words
from tests.console.test_live import TOO_SMALL, TOO_WIDE, base, complaints_of, enter
from tests.console.town import MONDAY, Cast, Clock, Town
from tests.storage.samples import rows
from tests.tools.screens import Screens

__all__ = ["base"]

ONA, TODAY = "Ona Onaitė", "23 November 2026"


@pytest.fixture
def app(database: Database, texts: Texts, clock: Clock) -> Starlette:
    return create(database, texts, clock, documents=Maker(), address="https://learn.example")


@pytest.fixture
async def papers(database: Database, cast: Cast) -> Papers:
    return await database.write(lambda tx: certify(tx, cast))


def shown(page: httpx.Response) -> list[int]:
    """The certificates of the list, by id."""
    return [int(number) for number in re.findall(r'id="certificate-(\d+)"', page.text)]


def counted(page: httpx.Response) -> str:
    found = re.search(r'id="counted">([^<]+)<', page.text)
    return found[1] if found else ""


async def test_a_line_says_whose_it_is_and_what_it_is_worth(
    coordinator: httpx.AsyncClient, papers: Papers
) -> None:
    assert lines(await coordinator.get("/console/certificates")) == [
        [ONA, "2026-000005", "p-revoked <lt>", TODAY, "23 November 2027", "Revoked"],
        [ONA, "2026-000004", "p-for_ever <lt>", TODAY, "Does not expire", "Valid"],
        [ONA, "2026-000003", "p-expired <lt>", TODAY, "22 November 2026", "Expired"],
        [ONA, "2026-000002", "p-soon <lt>", TODAY, "24 December 2026", "Valid"],
        [ONA, "2026-000001", "p-valid <lt>", TODAY, "23 November 2027", "Valid"],
    ]


@pytest.mark.parametrize(
    ("asked", "expected", "told"),
    [
        ("", "revoked for_ever expired soon valid", "5 of 5 certificates"),
        ("?state=soon", "soon", "1 of 5 certificates"),
        ("?state=valid", "for_ever soon valid", "3 of 5 certificates"),
        ("?q=onaite&state=revoked", "revoked", "1 of 5 certificates"),
        ("?q=2026-000004", "for_ever", "1 of 5 certificates"),
        ("?q=hansen", "", "0 of 5 certificates"),
        ("?person={learner}&state=expired", "expired", "1 of 5 certificates"),
        ("?person={other}", "", "0 of 5 certificates"),
        ("?before={soon}", "valid", "5 of 5 certificates"),
        ("?state=nothing&programme=x&person=-1&before=１", "revoked for_ever expired soon valid", None),
        ("?q=%00&before=99999999999999999999", "revoked for_ever expired soon valid", None),
    ],
)
async def test_what_is_asked_for_is_shown_and_counted(
    *,
    coordinator: httpx.AsyncClient,
    cast: Cast,
    papers: Papers,
    asked: str,
    expected: str,
    told: str | None,
) -> None:
    place = asked.format(learner=cast.learner, other=cast.elsewhere, soon=papers.ids["soon"])
    page = await coordinator.get(f"/console/certificates{place}")
    assert shown(page) == [papers.ids[name] for name in expected.split()]
    assert counted(page) == (told or "5 of 5 certificates")
    assert ("Nothing found" in page.text) == (expected == "")


async def test_totals_are_ways_to_the_states(coordinator: httpx.AsyncClient, papers: Papers) -> None:
    page = await coordinator.get("/console/certificates?q=ona&state=valid")
    totals = re.findall(
        r'<a id="in-(\w+)" href="([^"]+)"[^>]*>[^<]+(?:<strong>(\d+)</strong>)?</a>', page.text
    )
    assert [(state, count) for state, _, count in totals] == [
        ("all", ""),
        ("valid", "3"),
        ("soon", "1"),
        ("expired", "1"),
        ("revoked", "1"),
    ]
    assert totals[2][1] == "/console/certificates?q=ona&amp;state=soon"


async def test_a_sector_sees_both_and_can_choose_a_programme(door: Door, cast: Cast, papers: Papers) -> None:
    async with door.signed_in(cast.sector) as browser:
        whole = await browser.get("/console/certificates")
        titles = dict(re.findall(r'<option value="(\d+)">([^<]+)</option>', whole.text))
        (number,) = (each for each, title in titles.items() if title.startswith("p-elsewhere"))
        one = await browser.get(f"/console/certificates?programme={number}")
    assert len(shown(whole)) == len(NAMES)
    assert [(line[0], line[3]) for line in lines(one)] == [("Per Hansen", "Museum")]


async def test_pages_meet(coordinator: httpx.AsyncClient, database: Database, cast: Cast) -> None:
    def more(tx: Connection) -> None:
        papers, town = certify(tx, cast), Town(tx, MONDAY)
        [row] = tx.execute(CERTIFICATE.select().where(CERTIFICATE.c.id == papers.ids["valid"])).all()
        for number in range(100):
            person = town.person(cast.library, f"P {number}")
            study = enrolments.enrol(
                tx, person=person, programme=cast.safe[0], version=cast.safe[1], at=MONDAY
            )
            own = {"enrolment_id": study, "person_id": person, "code": f"{number}", "number": f"n{number}"}
            values = {name: value for name, value in row._mapping.items() if name != "id"} | own
            tx.execute(CERTIFICATE.insert().values(**values))

    await database.write(more)
    pages, address = [], "/console/certificates?state=valid"
    while address:
        pages.append(await coordinator.get(address))
        onward = re.search(r'id="earlier" rel="next" href="([^"]+)"', pages[-1].text)
        address = onward[1].replace("&amp;", "&") if onward else ""
    assert [len(shown(page)) for page in pages] == [50, 50, 3]
    assert len({number for page in pages for number in shown(page)}) == 103
    assert {counted(page) for page in pages} == {"103 of 105 certificates"}
    assert ['id="newest"' in page.text for page in pages] == [False, True, True]


async def test_before_the_first_certificate(coordinator: httpx.AsyncClient) -> None:
    said = words((await coordinator.get("/console/certificates")).text)
    assert "No certificates yet When somebody finishes a programme" in said


async def test_a_person_leads_to_their_certificates(
    coordinator: httpx.AsyncClient, cast: Cast, papers: Papers
) -> None:
    page = await coordinator.get(f"/console/people/{cast.learner}")
    place = re.search(r'<a id="certificates" href="([^"]+)"', page.text)
    assert place
    those = await coordinator.get(place[1])
    assert "Only certificates of Ona Onaitė" in words(those.text)
    assert len(shown(those)) == 5


async def test_the_pdf_is_for_those_who_may_see_it(coordinator: httpx.AsyncClient, papers: Papers) -> None:
    here = "/console/certificates"
    pdf = await coordinator.get(f"{here}/{papers.ids['valid']}.pdf")
    assert pdf.text == f"%PDF-1.7 Ona Onaitė https://learn.example/certificate/{papers.codes['valid']}"
    revoked = await coordinator.get(f"{here}/{papers.ids['revoked']}.pdf")
    assert (revoked.status_code, "Reason: Wrong person" in revoked.text) == (410, True)


async def test_others_and_none_are_told_in_the_same_words(
    coordinator: httpx.AsyncClient, papers: Papers
) -> None:
    ids = (papers.ids["elsewhere"], 999_999, 0, -1, "abc", "１", 2**31, 2**63, "9" * 4000)
    for tail in ("", ".pdf"):
        answers = [await coordinator.get(f"/console/certificates/{each}{tail}") for each in ids]
        assert {(answer.status_code, answer.text) for answer in answers} == {(404, answers[0].text)}


async def revoked(database: Database) -> list[tuple[str, str]]:
    columns = CERTIFICATE.c.id, CERTIFICATE.c.code, CERTIFICATE.c.reason
    found = await rows(database, *columns, where=CERTIFICATE.c.revoked_on.is_not(None))
    return [(code.lstrip("c"), reason) for _, code, reason in found]


async def test_it_is_revoked_with_a_reason_that_the_timeline_keeps(
    coordinator: httpx.AsyncClient, database: Database, cast: Cast, papers: Papers
) -> None:
    here = f"/console/certificates/{papers.ids['valid']}"
    for reason in (" Name \n misspelt ", "Another"):
        answer = await coordinator.post(f"{here}/revoke", data={"reason": reason}, headers=SAME_ORIGIN)
        assert (answer.status_code, answer.headers["location"]) == (303, here)
    assert await revoked(database) == [("valid", "Name misspelt"), ("revoked", "Wrong person")]
    said = words((await coordinator.get(here)).text)
    assert "The certificate was revoked on 23 November 2026. It is not valid. Reason: Name misspelt" in said
    assert "Why is it revoked?" not in said
    story = words((await coordinator.get(f"/console/people/{cast.learner}")).text)
    assert "Certificate No. 2026-000001 (“p-valid <en>”) was revoked. Reason: Name misspelt" in story
    assert "Certificate No. 2026-000001 issued: “p-valid <en>”" in story


@pytest.mark.parametrize("form", [{}, {"reason": ""}, {"reason": " \n "}, {"reason": "\0"}])
async def test_without_a_reason_it_is_asked_for(
    *, coordinator: httpx.AsyncClient, database: Database, papers: Papers, form: dict[str, str]
) -> None:
    here = f"/console/certificates/{papers.ids['valid']}/revoke"
    page = await coordinator.post(here, data=form, headers=SAME_ORIGIN)
    assert (page.status_code, "Write the reason, such as" in page.text) == (422, True)
    assert await revoked(database) == [("revoked", "Wrong person")]


async def test_a_long_reason_is_cut(
    coordinator: httpx.AsyncClient, database: Database, papers: Papers
) -> None:
    here = f"/console/certificates/{papers.ids['valid']}/revoke"
    await coordinator.post(here, data={"reason": "ž" * 5_000}, headers=SAME_ORIGIN)
    assert (await revoked(database))[0] == ("valid", "ž" * LONGEST_REASON)


async def test_other_sites_and_other_coordinators_revoke_nothing(
    door: Door, cast: Cast, database: Database, papers: Papers
) -> None:
    here = f"/console/certificates/{papers.ids['valid']}/revoke"
    tries = ((cast.coordinator, "cross-site", 403), (cast.coordinator_elsewhere, "same-origin", 404))
    for person, site, status in tries:
        async with door.signed_in(person) as browser:
            answer = await browser.post(here, data={"reason": "!"}, headers={"Sec-Fetch-Site": site})
        assert answer.status_code == status
    assert await revoked(database) == [("revoked", "Wrong person")]


def test_an_address_says_only_what_is_asked_for() -> None:
    view = View(q="ona", state="soon", before=9)
    assert view.link() == "/console/certificates?q=ona&state=soon"
    assert view.link(before=9, q="") == "/console/certificates?state=soon&before=9"
    assert View().link() == "/console/certificates"
    assert (view.narrowed, View(before=9).narrowed) == (True, False)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_pages_are_for_everyone_and_fit_a_narrow_phone(
    *, door: Door, cast: Cast, base: str, browser_page: Screens, axe: str, papers: Papers, language: str
) -> None:
    """Nothing wider than 320 px, targets of 44 px on touch; no complaint of axe-core, light and dark."""
    page = await browser_page("phone")
    await enter(page, door, base, cast.sector)
    await page.context.add_cookies([{"name": "zinute_language", "value": language, "url": base}])
    found = list[tuple[str, str, object]]()
    for place in ("", "?q=zz", *(f"/{papers.ids[each]}" for each in ("valid", "revoked"))):
        await page.goto(f"{base}/console/certificates{place}")
        if language == "lt":
            found += [(place, *said) for said in await complaints_of(axe, page)]
        await page.set_viewport_size({"width": 320, "height": 640})
        found += [(place, "320", wide) for wide in await page.evaluate(TOO_WIDE)]
        found += [(place, "44", small) for small in await page.evaluate(TOO_SMALL)]
        await page.set_viewport_size({"width": 1280, "height": 800})
        found += [(place, "1280", wide) for wide in await page.evaluate(TOO_WIDE.replace("320", "1280"))]
        await page.set_viewport_size({"width": 390, "height": 844})
    assert found == []
