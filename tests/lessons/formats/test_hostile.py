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
from tests.lessons.formats.test_roster import HOSTILE

START = 0.4  # seconds of computing that a process needs before it reads
MOST_SECONDS = 2.0
ALONE = 0.05  # seconds of the computing that the others are compared with, on a machine of its own
MOST_CHILD = 256  # MB
MOST_GROWTH = 20  # MB
# What each kind of file is read as: its name, its bytes, and what is said of it, in a sentence or by a rule.
FILES = {
    "bank": ("said", [(each.name, each.made, each.said) for each in ALL.values()]),
    "roster": ("rule", [(Path(name.replace("\0", "")).name, made, rule) for name, made, rule in HOSTILE]),
}


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
@pytest.mark.parametrize("kind", FILES)
def test_the_service_is_unharmed(tmp_path: Path, kind: str) -> None:
    """Every one of them in a process apart, from one process that does nothing else, so that its own figures count."""
    told, files = FILES[kind]
    for number, (name, made, _) in enumerate(files):
        (tmp_path / str(number)).mkdir()
        (tmp_path / str(number) / name).write_bytes(made())
    done = subprocess.run(
        [sys.executable, "-m", "tests.lessons.formats.battery", tmp_path, kind], capture_output=True
    )
    assert done.stderr == b""
    report = json.loads(done.stdout)
    figures = report["files"]
    assert [each[told] for each in figures] == [said for _, _, said in files]
    assert [each for each in figures if each["computed"] > MOST_SECONDS] == []
    assert report["child"] <= MOST_CHILD
    assert report["growth"] <= MOST_GROWTH
    assert (report["opened"], report["left"]) == (0, [])
