"""What goes along with an announcement: a picture, a file and links, judged before anything is sent."""

import re
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image
from starlette.applications import Starlette

from actions import compose
from console.app import create
from console.pages.announcements import way
from domain.audience import EVERYBODY
from domain.bucket import PICTURE
from domain.enclosed import MOST_FILE, Enclosed, File
from domain.texts import Texts
from storage.announcements import ANNOUNCEMENT
from storage.database import Database
from storage.media import MEDIA
from tests.console.conftest import SAME_ORIGIN, Door
from tests.console.test_announcements import passed, post, seen, written
from tests.console.town import Cast, Clock
from tests.lessons.test_drawing import HOSTILE, photo
from tests.storage.samples import rows
from zinute.previews import Maker

ADDRESS = "https://learn.example"
DESK = photo("PNG", (300, 200))
PDF = b"%PDF-1.7\n1 0 obj\nendobj\n%%EOF\n"
LARGE = 7_000_001  # bytes, more than a mail has
MESSENGERS = ("telegram", "email", "web", "terminal", "matrix")
LINKED: dict[str, Any] = {"link-1": "https://example.org/b"}
TAKEN: dict[str, Any] = {"no-picture": "on", "no-file": "on"}
ALTS: dict[str, Any] = {"alt-lt": "Stalas", "alt-en": "A desk", "alt-nb": "Et bord"}


@pytest.fixture
def app(database: Database, texts: Texts, clock: Clock) -> Starlette:
    return create(database, texts, clock, previews=Maker(texts, ADDRESS))


async def bring(
    client: httpx.AsyncClient, page: str, *, files: Mapping[str, tuple[str, bytes]] | None = None, **form: Any
) -> httpx.Response:
    """What whoever has the form open sends from it."""
    values = {"seen": await seen(client, f"{page}/with"), **form}
    empty = {"picture": ("", b""), "file": ("", b"")}
    return await client.post(
        f"{page}/with", data=values, files={**empty, **(files or {})}, headers=SAME_ORIGIN
    )


def told(answer: httpx.Response) -> list[str]:
    return re.findall(r'role="alert" id="wrong-\w+">(.*?)</p>', answer.text)


async def digests(database: Database) -> set[str]:
    return {row[0] for row in await rows(database, MEDIA.c.digest)}


async def test_a_picture_a_file_and_links_are_kept_shown_and_taken_away_again(
    coordinator: httpx.AsyncClient, cast: Cast, database: Database
) -> None:
    page, before = await written(coordinator, cast), await digests(database)
    links = {"link-1": "https://example.org/a", "label-1-lt": "Atverti", "label-1-en": "Open"}
    links |= {"label-1-nb": "Åpne", "link-3": "https://example.org/b"}
    files = {"picture": ("Mano stalas.png", DESK), "file": (r"C:\Tvarka Ąžuolas.PDF", PDF)}
    assert (await bring(coordinator, page, files=files, **ALTS, **links)).headers["location"] == page
    shown = (await coordinator.get(page)).text
    assert 'alt="Stalas"' in shown
    assert "<li>Atverti</li>" in shown
    assert shown.count("https://example.org/b") == 3 * len(re.findall('class="preview ', shown)) // 3
    picture = await coordinator.get(f"{page}/picture")
    assert picture.headers["content-type"] == "image/png"
    brought = await digests(database) - before
    assert brought == {sha256(picture.content).hexdigest(), sha256(PDF).hexdigest()}
    form = (await coordinator.get(f"{page}/with")).text
    assert "tvarka-azuolas.pdf" in form
    again = (await coordinator.post(page, data={"do": "copy"}, headers=SAME_ORIGIN)).headers["location"]
    await bring(coordinator, page, **TAKEN)
    assert await digests(database) - before == brought, "the copy has them"
    assert (await coordinator.get(f"{page}/picture")).status_code == 404
    await bring(coordinator, again, **TAKEN)
    assert await digests(database) == before


async def test_the_file_is_for_whoever_was_told_its_address(
    coordinator: httpx.AsyncClient, door: Door, cast: Cast
) -> None:
    page = await written(coordinator, cast)
    await bring(coordinator, page, files={"file": ("a.pdf", PDF)})
    async with door.browser() as client:
        answer = await client.get(f"/file/{sha256(PDF).hexdigest()}/a.pdf")
        other = await client.get(f"/file/{'0' * 64}/a.pdf")
    assert (answer.content, answer.headers["content-type"]) == (PDF, "application/pdf")
    assert answer.headers["content-disposition"] == "attachment"
    assert other.status_code == 404


async def test_each_messenger_says_before_how_the_file_gets_there(
    coordinator: httpx.AsyncClient, cast: Cast, database: Database, clock: Clock
) -> None:
    page = await written(coordinator, cast)
    await bring(coordinator, page, files={"file": ("a.pdf", PDF)})
    shown = (await coordinator.get(page)).text
    assert "The file a.pdf cannot go along here, so the message has a link to it." in shown
    assert "Atidaryti failą a.pdf" in shown
    assert (await post(coordinator, page, do="send")).headers["location"] == page
    assert await passed(database, clock) == 1


def test_one_that_is_too_large_for_a_messenger_is_led_to_or_the_page_says_that_it_is_not_there(
    texts: Texts,
) -> None:
    file = File("a" * 64, "a.pdf", LARGE)
    said = compose.Composed(1, {"lt": "Labas"}, confirms=False, rule=EVERYBODY, enclosed=Enclosed(file=file))
    lone, public = Maker(texts), Maker(texts, ADDRESS)
    for maker, ways in (
        (lone, "along absent linked absent absent"),
        (public, "along linked linked linked linked"),
    ):
        shown = [maker.announcement(said, "lt", each, number=0) for each in MESSENGERS]
        assert " ".join(way(file, each) for each in shown) == ways


BAD = [
    ({"picture": ("a.png", b"GIF89a")}, "This is not a PNG, JPEG or WebP picture"),
    ({"picture": ("a.png", DESK[:100])}, "The picture is damaged"),
    ({"file": ("a.docx", PDF)}, "Only PDF can be sent."),
    ({"file": ("a", PDF)}, "Only PDF can be sent."),
    ({"file": ("a.pdf", b"MZ" + PDF)}, "The file is called PDF, but it is none or is damaged."),
    ({"file": ("a.pdf", PDF[:20])}, "The file is called PDF, but it is none or is damaged."),
    ({"file": ("a.pdf", PDF + b" " * MOST_FILE)}, "The file is too large: it can have up to 20 MB."),
]


@pytest.mark.parametrize(("files", "said"), BAD)
async def test_what_cannot_be_sent_is_refused_in_one_sentence_and_what_was_written_stays(
    coordinator: httpx.AsyncClient,
    cast: Cast,
    database: Database,
    files: dict[str, tuple[str, bytes]],
    said: str,
) -> None:
    page = await written(coordinator, cast)
    answer = await bring(coordinator, page, files=files, **{"link-1": "https://example.org/kept"})
    assert answer.status_code == 422
    (sentence,) = told(answer)
    assert sentence.startswith(said)
    assert "https://example.org/kept" in answer.text
    assert await rows(database, ANNOUNCEMENT.c.enclosed, where=ANNOUNCEMENT.c.audience != "") == [
        ('{"picture":null,"alts":{},"file":null,"links":[],"poll":null}',)
    ]


async def test_pictures_are_drawn_anew_so_that_nothing_hidden_goes_along(
    coordinator: httpx.AsyncClient, cast: Cast, tmp_path: Path
) -> None:
    path = tmp_path / "with.jpg"
    exif = Image.Exif()
    exif[0x010F] = "SECRETCAMERA"
    Image.new("RGB", (40, 30), "red").save(path, exif=exif)
    page = await written(coordinator, cast)
    await bring(coordinator, page, files={"picture": ("a.jpg", path.read_bytes())}, **ALTS)
    assert b"SECRETCAMERA" in path.read_bytes()
    assert b"SECRETCAMERA" not in (await coordinator.get(f"{page}/picture")).content


WRONG: list[tuple[dict[str, Any], dict[str, str], str]] = [
    ({}, {"link-1": "example"}, "The link is no address of a page"),
    ({}, {"link-2": "javascript:alert(1)//a.b"}, "The link is no address of a page"),
    ({}, {"label-1-lt": "Atverti"}, "The link is no address of a page"),
    ({}, {"link-1": "https://a.example", "label-1-lt": "Atverti"}, "A button has no label (English)."),
    ({"picture": ("a.png", DESK)}, {"alt-lt": "Stalas"}, "It is not said what the picture shows (English)."),
]


@pytest.mark.parametrize(("files", "form", "said"), WRONG)
async def test_what_is_missing_is_said_before_anything_is_sent(
    coordinator: httpx.AsyncClient,
    cast: Cast,
    *,
    database: Database,
    clock: Clock,
    files: dict[str, Any],
    form: dict[str, str],
    said: str,
) -> None:
    page = await written(coordinator, cast)
    await bring(coordinator, page, files=files, **form)
    assert said in (await coordinator.get(page)).text
    assert (await post(coordinator, page, do="send")).status_code == 422
    assert await passed(database, clock, 3600) == 0


async def test_below_a_picture_a_text_is_shorter(coordinator: httpx.AsyncClient, cast: Cast) -> None:
    page = await written(coordinator, cast, **{"text-lt": "a" * 901})
    assert "The text is too long" not in (await coordinator.get(page)).text
    await bring(coordinator, page, files={"picture": ("a.png", DESK)}, **ALTS)
    assert "messengers take 900 characters at most" in (await coordinator.get(page)).text


async def test_nobody_changes_what_they_have_not_seen_or_what_is_sent(
    coordinator: httpx.AsyncClient, cast: Cast
) -> None:
    page = await written(coordinator, cast)
    first = await seen(coordinator, f"{page}/with")
    await bring(coordinator, page, **LINKED)
    late = await bring(coordinator, page, seen=first)
    assert (late.status_code, told(late)[0][:26]) == (409, "Somebody else has just cha")
    await post(coordinator, page, do="send")
    assert (await coordinator.get(f"{page}/with")).status_code == 404
    assert (await bring(coordinator, page)).status_code == 404


async def test_so_many_files_an_hour_and_not_more(coordinator: httpx.AsyncClient, cast: Cast) -> None:
    page = await written(coordinator, cast)
    for _ in range(PICTURE.most):
        assert (await bring(coordinator, page, files={"file": ("a.txt", b"a")})).status_code == 422
    answer = await bring(coordinator, page, files={"file": ("a.pdf", PDF)})
    assert told(answer)[0].startswith(f"{PICTURE.most} files an hour can be uploaded.")


@pytest.mark.parametrize("name", sorted(HOSTILE))
async def test_hostile_pictures_are_refused(coordinator: httpx.AsyncClient, cast: Cast, name: str) -> None:
    page = await written(coordinator, cast)
    assert (await bring(coordinator, page, files={"picture": (name, HOSTILE[name][0])})).status_code == 422
