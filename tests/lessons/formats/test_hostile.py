"""Files that want to hurt: each gets its one sentence soon, and what is harmless in them is taken."""

import gc
import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from lessons.formats.bank import Unreadable
from lessons.formats.making import make
from tests.lessons.formats.hostile import ALL, Hostile

START = 0.4  # seconds of computing that a process needs before it reads
MOST_SECONDS = 2.0
ALONE = 0.05  # seconds of the computing that the others are compared with, on a machine of its own
MOST_CHILD = 256  # MB
MOST_GROWTH = 20  # MB


@pytest.mark.parametrize("name", ALL)
def test_the_verdict_comes_soon(name: str) -> None:
    """By the better of two looks, each as long as it takes where nothing else runs: others share these processors."""
    most = MOST_SECONDS - START
    assert computed(ALL[name]) / slowness() < most or computed(ALL[name]) / slowness() < most


def slowness() -> float:
    """How many times longer than alone a piece of plain computing takes here now; one at least."""
    begin = time.process_time()
    counted({number: str(number) for number in range(100_000)})
    return max(1.0, (time.process_time() - begin) / ALONE)


def counted(texts: dict[int, str]) -> int:
    return sum(len(part(text)) for text in texts.values() for _ in range(5))


def part(text: str) -> str:
    return text[1:]


def computed(hostile: Hostile) -> float:
    """Seconds of computing until the right verdict; what other tests left in this process is not looked through."""
    data, said = hostile.made(), ""
    gc.freeze()
    begin = time.process_time()
    try:
        made = make(hostile.name, data, language="en")
    except Unreadable as reason:
        said = str(reason)
    else:
        told = (*made.taken.refused, *made.taken.changed)
        assert [each.reason for each in told if not each.reason.isprintable()] == []
        assert "localhost" not in "".join(made.texts.values())
    took = time.process_time() - begin
    gc.unfreeze()
    assert said == hostile.said
    return took


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_the_service_is_unharmed(tmp_path: Path) -> None:
    """Every one of them in a process apart, from one process that does nothing else, so that its own figures count."""
    for number, each in enumerate(ALL.values()):
        (tmp_path / str(number)).mkdir()
        (tmp_path / str(number) / each.name).write_bytes(each.made())
    done = subprocess.run(
        [sys.executable, "-m", "tests.lessons.formats.battery", tmp_path], capture_output=True
    )
    assert done.stderr == b""
    report = json.loads(done.stdout)
    figures = dict(zip(ALL, report["files"], strict=True))
    assert {name: each["said"] for name, each in figures.items()} == {
        name: each.said for name, each in ALL.items()
    }
    assert [(name, each) for name, each in figures.items() if each["computed"] > MOST_SECONDS] == []
    assert report["child"] <= MOST_CHILD
    assert report["growth"] <= MOST_GROWTH
    assert (report["opened"], report["left"]) == (0, [])
