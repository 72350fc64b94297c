"""Templates of announcements: words that a place says again, and nobody else's."""

import re

import httpx

from storage.announcements import ANNOUNCEMENT
from storage.database import Database
from storage.media import MEDIA
from storage.outbox import OUTBOX
from tests.console.conftest import SAME_ORIGIN, Door
from tests.console.test_announcements import HERE, passed, written
from tests.console.test_enclosing import ALTS, DESK, TAKEN, app, bring
from tests.console.town import Cast, Clock
from tests.storage.samples import rows

__all__ = ["app"]


def listed(page: httpx.Response) -> list[str]:
    return re.findall(r'action="(/console/announcements/template/\d+)"', page.text)


async def test_words_are_saved_begun_from_and_removed(
    coordinator: httpx.AsyncClient, cast: Cast, database: Database, clock: Clock
) -> None:
    before = await rows(database, MEDIA.c.digest)
    page = await written(coordinator, cast, what="language:lt", how="is", join="and")
    await bring(coordinator, page, files={"picture": ("a.png", DESK)}, **ALTS)
    kept = await coordinator.post(f"{page}/template", headers=SAME_ORIGIN)
    assert kept.headers["location"] == f"{page}?done=kept"
    assert "It is a template now" in (await coordinator.get(f"{page}?done=kept")).text
    await bring(coordinator, page, **TAKEN)
    (template,) = listed(await coordinator.get(HERE))
    begun = (await coordinator.post(template, data={"do": "begin"}, headers=SAME_ORIGIN)).headers["location"]
    form = (await coordinator.get(begun)).text
    assert "Labas, biblioteka!" in form
    assert 'value="language:lt" selected' not in form, "whom it was for is not kept"
    draft = begun.removesuffix("/edit")
    assert 'alt="Stalas"' in (await coordinator.get(draft)).text
    assert await passed(database, clock, 60) == 0
    assert await rows(database, OUTBOX.c.id) == []
    await bring(coordinator, draft, **TAKEN)
    removed = await coordinator.post(template, data={"do": "remove"}, headers=SAME_ORIGIN)
    assert removed.headers["location"] == HERE
    assert listed(await coordinator.get(HERE)) == []
    assert await rows(database, MEDIA.c.digest) == before


async def test_a_template_is_no_announcement_and_of_its_place_alone(
    coordinator: httpx.AsyncClient, cast: Cast, database: Database, door: Door
) -> None:
    page = await written(coordinator, cast)
    await coordinator.post(f"{page}/template", headers=SAME_ORIGIN)
    number = (await rows(database, ANNOUNCEMENT.c.id, where=ANNOUNCEMENT.c.state == "template"))[0][0]
    assert (await coordinator.get(f"{HERE}/{number}")).status_code == 404
    assert (await coordinator.post(f"{HERE}/{number}/template", headers=SAME_ORIGIN)).status_code == 404
    first = int(page.rpartition("/")[2])
    answer = await coordinator.post(f"{HERE}/template/{first}", data={"do": "begin"}, headers=SAME_ORIGIN)
    assert answer.status_code == 404
    async with door.signed_in(cast.coordinator_elsewhere) as other:
        assert listed(await other.get(HERE)) == []
        for do in ("begin", "remove"):
            sent = await other.post(f"{HERE}/template/{number}", data={"do": do}, headers=SAME_ORIGIN)
            assert sent.status_code == 404
        assert (await other.post(f"{page}/template", headers=SAME_ORIGIN)).status_code == 404
