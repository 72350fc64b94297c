"""Who asks a running service to be erased is neither in its log nor in any of its files a moment later."""

import json
from pathlib import Path

import pytest

from tests.fakes.owner import BotApi
from tests.journeys.running import demo, free_port
from tests.journeys.test_telegram import code, joins
from tests.until import until

NAME, EMAIL, FIRST = "Jonas Kazlauskas", "jonas@gluosniai.example", "Kanarėlis"
SAID = "kanarėlės giesmė 7f3a"
PATIENCE = 60  # seconds: a moment until it is done, and the next looks at it


def having(folder: Path, words: list[str]) -> set[tuple[str, str]]:
    """Which files of the service have which of these words, as they are or as JSON writes them."""
    files = {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    ways = {word: (word.encode(), json.dumps(word)[1:-1].encode()) for word in words}
    return {
        (name, word)
        for name, content in files.items()
        for word in words
        if any(each in content for each in ways[word])
    }


@pytest.mark.timeout(180)
async def test_no_file_of_a_running_service_has_who_was_erased(tmp_path: Path, bot_api: BotApi) -> None:
    person = await bot_api.person(FIRST, "lt")
    words = [NAME, EMAIL, FIRST, SAID]
    more = {**bot_api.environment(), "ZINUTE_LOG_LEVEL": "debug"}
    async with demo(tmp_path / "demo", free_port(), more) as running:
        await joins(person, "lt", code(running, NAME))
        await person.says(SAID)
        odd = {"message_id": SAID, "from": {"id": person.id, "first_name": FIRST, "is_bot": SAID}}
        await bot_api.confirmed({await bot_api.gives(message={**odd, "text": SAID})})
        assert {word for _, word in having(tmp_path, words)} == set(words)
        await person.says("/mydata erase now")
        await until(lambda: not having(tmp_path, words), within=PATIENCE)
        assert await running.stop() == 0
    log = (tmp_path / "demo.log").read_text(encoding="utf-8")
    assert '"event": "erased"' in log
    assert having(tmp_path, words) == set()
