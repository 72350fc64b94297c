"""The sink that keeps the messenger's limits: what it refuses, what it asks for, and what it counts."""

import sys
from asyncio import create_subprocess_exec, wait_for
from asyncio.subprocess import PIPE

import httpx
import pytest

from tests.fakes.sink import chat_of
from tests.fakes.strict import OFTEN, ON_THE_WAY, Strict


def test_thirty_are_taken_in_any_second_whoever_they_are_for() -> None:
    strict = Strict()
    assert [strict.wait(f"{number}", 100.0 + number / 1000) for number in range(31)] == [0] * 30 + [1]
    assert strict.wait("30", 101.0) == 0
    assert strict.wait("31", 101.0) == 1
    assert strict.counts == {"tried": 33, "refused": 2, "rest": 2, "early": 2, "on_the_way": 0}


def test_a_chat_takes_a_short_burst_and_not_one_that_lasts() -> None:
    strict = Strict()
    assert [strict.wait("7", 100.0 + number / 10) for number in range(16)] == [0] * 15 + [9]
    assert strict.wait("7", 110.0) == 0
    assert [Strict().wait("7", 100.0 + number) for number in range(100)] == [0] * 100


def test_one_of_two_thousand_is_refused_for_nothing() -> None:
    strict = Strict()
    waits = [strict.wait(f"{number}", 100.0 + number) for number in range(2 * OFTEN)]
    assert [at for at, wait in enumerate(waits) if wait] == [OFTEN // 2 - 1, OFTEN + OFTEN // 2 - 1]
    assert strict.counts == {"tried": 2 * OFTEN, "refused": 2, "rest": 2, "early": 0, "on_the_way": 0}


@pytest.mark.parametrize(
    ("after", "counted"),
    [(ON_THE_WAY, "on_the_way"), (ON_THE_WAY + 0.01, "early"), (0.999, "early"), (1.0, "")],
)
def test_what_comes_before_a_retry_after_has_passed_is_counted(after: float, counted: str) -> None:
    strict = Strict()
    for number in range(31):
        strict.wait(f"{number}", 0.0)
    strict.wait("31", after)
    assert [name for name in ("early", "on_the_way") if strict.counts[name]] == ([counted] if counted else [])


@pytest.mark.parametrize(
    "body",
    [
        b'{"text":"x","chat_id":-7}',
        b'{"chat_id": "-7"}',
        b"text=x&chat_id=-7",
        b'--a\r\nContent-Disposition: form-data; name="chat_id"\r\n\r\n-7\r\n--a--\r\n',
    ],
)
def test_a_chat_is_found_in_every_form_of_a_body(body: bytes) -> None:
    assert chat_of(body) == "-7"


async def test_a_refusal_is_one_that_telegram_would_send() -> None:
    process = await create_subprocess_exec(sys.executable, "-m", "tests.fakes.sink", "--strict", stdout=PIPE)
    assert process.stdout
    url = f"http://127.0.0.1:{int(await wait_for(process.stdout.readline(), 40))}"
    async with httpx.AsyncClient(timeout=30, trust_env=False) as web:
        *taken, refused = [
            await web.post(f"{url}/bot1:a/sendMessage", json={"chat_id": 7, "text": "x"}) for _ in range(16)
        ]
        assert [each.status_code for each in taken] == [200] * 15
        asked = refused.json()["parameters"]["retry_after"]
        assert (refused.status_code, refused.headers["Retry-After"]) == (429, str(asked))
        assert 1 <= asked <= 10
        stats = (await web.get(f"{url}/control/stats")).json()
        assert (len(stats["accepted"]), stats["strict"]["tried"], stats["strict"]["refused"]) == (15, 16, 1)
        reset = (await web.post(f"{url}/control/reset")).json()
        assert reset["strict"] == {"tried": 0, "refused": 0, "rest": 0, "early": 0, "on_the_way": 0}
    process.kill()
    await process.wait()
