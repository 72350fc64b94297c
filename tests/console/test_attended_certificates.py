"""Certificates of attendance on the pages of coordinators, on the public one, and in the API."""

from datetime import timedelta
from functools import partial

import httpx
import pytest
from starlette.applications import Starlette

from actions.certify import revoke
from console.app import create
from domain.language import LANGUAGES
from domain.organisation import Scope
from domain.texts import Texts
from scheduler.jobs import webinars as job
from storage import listing
from storage.certificates import CERTIFICATE
from storage.database import Database
from storage.listing import Part
from tests.console.conftest import SAME_ORIGIN, Door
from tests.console.keys import entrance
from tests.console.papers import Maker, certify
from tests.console.test_certificate import main_of
from tests.console.test_webinars import HERE, come, made, sends
from tests.console.town import MONDAY, Cast, Clock
from tests.storage.samples import rows

OVER = MONDAY + timedelta(days=14, hours=3)


@pytest.fixture
def app(database: Database, texts: Texts, clock: Clock) -> Starlette:
    return create(database, texts, clock, documents=Maker(), entrance=entrance())


async def attended(
    coordinator: httpx.AsyncClient,
    door: Door,
    database: Database,
    cast: Cast,
    clock: Clock,
    *,
    came: bool = True,
) -> str:
    """Ona was at a session that certifies; the code of her certificate."""
    which = await made(coordinator, cast, venue="Salė", certifies="yes", hours="1,5")
    await come(database, which, cast.learner)
    clock.at = OVER
    for there in ("1",) if came else ("1", ""):
        async with door.signed_in(cast.coordinator) as later:
            page = (await later.get(f"{HERE}/{which}")).text
            ticked = "1" if "checked" in page else ""
            await sends(later, f"{which}/attendance", there=there, on="1", ticked=ticked)
        await job.JOB.run(database, OVER)
    [(code,)] = await rows(database, CERTIFICATE.c.code)
    return str(code)


async def test_its_public_page_says_what_it_is_of_in_every_language(
    coordinator: httpx.AsyncClient, door: Door, database: Database, cast: Cast, clock: Clock
) -> None:
    code = await attended(coordinator, door, database, cast, clock)
    said = dict[str, str]()
    async with door.browser() as anybody:
        for language in LANGUAGES:
            page = await anybody.get(f"/certificate/{code}", headers={"Accept-Language": language})
            said[language] = main_of(page)
    assert said["en"] == (
        "Certificate of attendance No. 2026-000001 Valid The certificate is valid and does not expire. "
        "Full name Ona Onaitė Session Virusai Organisation Library Held on 7 December 2026 Length 90 min "
        "Place Salė Issued 7 December 2026 Valid until Does not expire "
        "Download the PDF Digital badge (Open Badges) This is the entry in the register of certificates. "
        "It always says whether the certificate is valid today, whatever a printed copy says."
    )
    for language, words in (
        ("lt", "Dalyvavimo pažymėjimas Nr. 2026-000001"),
        ("pl", "Zaświadczenie o uczestnictwie nr 2026-000001"),
        ("nb", "Deltakerbevis nr. 2026-000001"),
    ):
        assert said[language].startswith(words)


async def test_the_register_has_it_beside_those_of_programmes(
    coordinator: httpx.AsyncClient, door: Door, database: Database, cast: Cast, clock: Clock
) -> None:
    await attended(coordinator, door, database, cast, clock)
    await database.write(lambda tx: certify(tx, cast))
    async with door.signed_in(cast.coordinator) as later:
        whole = (await later.get("/console/certificates")).text
        assert ("Virusai" in whole, "6 certificates" in whole) == (True, True)
        assert "Virusai" in (await later.get("/console/certificates?q=2026-000001")).text
        assert "Virusai" in (await later.get("/console/certificates?state=valid")).text
        assert "Virusai" not in (await later.get("/console/certificates?state=soon")).text
        [(owner,)] = [row for row in await rows(database, CERTIFICATE.c.id) if row[0] == 1]
        sheet = (await later.get(f"/console/certificates/{owner}")).text
        assert ("Certificate of attendance" in sheet, "no other one for this session" in sheet) == (
            True,
            True,
        )
        timeline = (await later.get(f"/console/people/{cast.learner}")).text
        assert "Certificate No. 2026-000001" in timeline
    scope = Scope(cast.coordinator, frozenset({cast.library}))
    found = await database.read(partial(listing.proofs, scope=scope, part=Part(most=99)))
    assert [each.programme is None for each in found] == [True, *[False] * 5]
    of_one = await database.read(
        partial(listing.proofs, scope=scope, part=Part(most=99), programme=found[1].programme)
    )
    assert [each.kept.id for each in of_one] == [found[1].kept.id]


@pytest.mark.parametrize("by_hand", [True, False])
async def test_it_is_said_why_it_was_revoked(
    coordinator: httpx.AsyncClient,
    door: Door,
    database: Database,
    cast: Cast,
    clock: Clock,
    *,
    by_hand: bool,
) -> None:
    await attended(coordinator, door, database, cast, clock, came=by_hand)
    if by_hand:
        scope = Scope(cast.coordinator, frozenset({cast.library}))
        await database.write(partial(revoke, scope=scope, certificate=1, reason="Klaida", now=OVER))
    why = "Reason: Klaida" if by_hand else "Reason: the list of who was there was corrected"
    told = "was revoked. Reason: Klaida" if by_hand else "they were not there after all"
    async with door.signed_in(cast.coordinator) as later:
        assert why in (await later.get("/console/certificates/1")).text
        assert told in (await later.get(f"/console/people/{cast.learner}")).text
        answer = await later.post("/console/certificates/1/revoke", data={"reason": "x"}, headers=SAME_ORIGIN)
        assert answer.status_code == 303
        assert why in (await later.get("/console/certificates/1")).text
