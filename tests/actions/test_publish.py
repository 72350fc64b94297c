"""Lesson files published: what changed is a new version, what is broken keeps its last good text."""

import shutil
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from actions.publish import publish
from domain.language import Language
from domain.programme import Programme
from lessons.library import read_library
from storage import media, programmes
from storage.database import Database
from storage.programmes import VERSION
from tests.storage import stores
from tests.storage.samples import MONDAY, rows

DAY = timedelta(days=1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of two programmes of the library that ships with the product."""
    for slug in ("front-desk", "safe-online"):
        shutil.copytree(stores.ROOT / "library" / slug, tmp_path / "library" / slug)
    return tmp_path / "library"


async def publish_folder(database: Database, folder: Path, days: int = 0) -> list[str]:
    library = read_library(folder)
    return await database.write(partial(publish, drafts=library.drafts, now=MONDAY + days * DAY))


async def newest(database: Database, slug: str) -> Programme:
    found = await database.read(partial(programmes.newest_by_slug, slug=slug))
    assert found is not None
    return found


async def test_publishing_again_changes_nothing(database: Database, folder: Path) -> None:
    assert await publish_folder(database, folder) == ["front-desk", "safe-online"]
    assert await publish_folder(database, folder, 1) == []
    assert [row[1] for row in await rows(database, VERSION.c.id, VERSION.c.number)] == [1, 1]


async def test_every_picture_of_the_lessons_is_kept(sqlite: Database, folder: Path) -> None:
    await publish_folder(sqlite, folder)
    for slug in ("front-desk", "safe-online"):
        for lesson in (await newest(sqlite, slug)).lessons:
            for card in (card for text in lesson.texts for card in text.cards if card.picture):
                assert card.picture
                data = await sqlite.read(partial(media.data, digest=card.picture.digest))
                assert data.startswith(b"\x89PNG")


async def test_a_change_makes_a_new_version_of_that_programme_only(sqlite: Database, folder: Path) -> None:
    await publish_folder(sqlite, folder)
    file = folder / "safe-online" / "01-phishing.en.md"
    changed = file.read_text(encoding="utf-8").replace("title: Stop", "title: Halt", 1)
    file.write_text(changed, encoding="utf-8")
    assert await publish_folder(sqlite, folder, 1) == ["safe-online"]
    lesson = (await newest(sqlite, "safe-online")).lessons[0]
    assert lesson.text("en").title.startswith("Halt")


@pytest.mark.parametrize("language", ["lt", "en"])
async def test_a_broken_lesson_keeps_its_last_good_text_and_the_others_are_served(
    sqlite: Database, folder: Path, language: Language
) -> None:
    await publish_folder(sqlite, folder)
    before = await newest(sqlite, "safe-online")
    (folder / "safe-online" / f"02-passwords.{language}.md").write_bytes(b"\xff\xfe---\nno: [")
    desk = folder / "front-desk" / "01-personal-data.en.md"
    desk.write_text(desk.read_text(encoding="utf-8").replace("minutes: 3", "minutes: 4"), encoding="utf-8")
    assert "front-desk" in await publish_folder(sqlite, folder, 1)
    after = await newest(sqlite, "safe-online")
    for lesson, earlier in zip(after.lessons, before.lessons, strict=True):
        assert {each.language: each for each in lesson.texts} == {
            each.language: each for each in earlier.texts
        }
    assert (await newest(sqlite, "front-desk")).lessons[0].text("en").minutes == 4


async def test_a_broken_lesson_that_was_never_good_is_left_out(sqlite: Database, folder: Path) -> None:
    for file in (folder / "safe-online").glob("02-passwords.*.md"):
        file.write_bytes(b"\x00")
    assert await publish_folder(sqlite, folder) == ["front-desk", "safe-online"]
    slugs = [lesson.slug for lesson in (await newest(sqlite, "safe-online")).lessons]
    assert slugs == ["01-phishing", "03-updates", "04-sharing", "05-reporting"]


async def test_a_folder_full_of_broken_files_harms_nothing(sqlite: Database, folder: Path) -> None:
    await publish_folder(sqlite, folder)
    before = await newest(sqlite, "safe-online")
    for file in (folder / "safe-online").glob("*.md"):
        file.write_bytes(b"\xff")
    assert await publish_folder(sqlite, folder, 1) == []
    assert await newest(sqlite, "safe-online") == before
    assert (await newest(sqlite, "front-desk")).lessons
