"""`zinute review fit`, as it is called, and with another optimizer in its place."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from domain.effect import Record
from domain.facts import Step
from domain.forgetting import History
from domain.grading import Given
from domain.review import USUAL
from storage import addresses, answers, enrolments, forgetting, people, steps
from storage.database import Connection, Database
from tests.storage.samples import MONDAY, settle_down
from tests.tools.commands import zinute
from zinute.assemble import opened
from zinute.config import Settings
from zinute.forgetting import TOO_LITTLE, fit

DAY = timedelta(days=1)
STEEP = (*USUAL[:20], 0.5)


def answered(tx: Connection) -> None:
    """60 people who answered two questions right, and after twenty days and forty wrong."""
    town = settle_down(tx)
    for number in range(60):
        email = f"p{number}@a.example"
        who = people.add(tx, organisation=town.here, name="Petras P", email=email, language="lt")
        addresses.find_or_add(tx, "web", email, "lt", MONDAY)
        new = enrolments.enrol(tx, person=who, programme=town.programme, version=town.version, at=MONDAY)
        assert new
        for days in range(0, 200, 20):
            for card, name in ((1, "q1"), (2, "q2")):
                step = Step(f"k{number}-{days}-{card}", new, 0, card, question=True, purpose="review")
                step = step if days else replace(step, purpose="lesson")
                steps.put(tx, step, MONDAY)
                worth = 0.0 if days else 1.0
                given = Record(step, town.version, name, Given((1,)), worth)
                assert answers.record(tx, given, MONDAY + days * DAY)


async def filled(folder: Path) -> Settings:
    settings = Settings(data=folder)
    async with opened(settings) as database:
        await database.write(answered)
    return settings


async def kept(settings: Settings) -> tuple[float, ...]:
    async with opened(settings) as database:
        return await database.read(forgetting.current)


async def test_better_parameters_are_kept_and_worse_are_not(tmp_path: Path) -> None:
    settings = await filled(tmp_path)
    lines = await fit(settings, as_json=False, optimise=lambda _: STEEP)
    assert lines[0] == "Answers to questions that came back: 1080, of 60 people."
    assert lines[1].endswith(" after. The new parameters are kept.")
    assert await kept(settings) == STEEP
    [told] = await fit(settings, as_json=True, optimise=lambda _: USUAL)
    found = json.loads(told)
    assert (found["answers"], found["people"], found["kept"]) == (1080, 60, False)
    assert found["log_loss_after"] > found["log_loss_before"] > 0
    assert await kept(settings) == STEEP


async def test_nobody_is_named(tmp_path: Path) -> None:
    seen = list[History]()

    def look(histories: Sequence[History]) -> tuple[float, ...]:
        seen.extend(histories)
        return STEEP

    lines = await fit(await filled(tmp_path), as_json=False, optimise=look)
    assert seen
    assert "Petras" not in "".join(lines)


async def test_too_little_history_is_one_sentence(tmp_path: Path) -> None:
    async with opened(Settings(data=tmp_path)) as database:
        assert isinstance(database, Database)
    done = zinute("review", "fit", "--data", tmp_path)
    assert (done.stdout, done.stderr, done.returncode) == (b"", f"{TOO_LITTLE}\n".encode(), 1)


def test_where_there_is_no_store_nothing_is_made(tmp_path: Path) -> None:
    done = zinute("review", "fit", "--data", tmp_path, "--json")
    assert (done.stdout, done.returncode) == (b"", 2)
    assert done.stderr.decode() == f"There is no database in {tmp_path}: say with --data where it is.\n"
    assert list(tmp_path.iterdir()) == []
