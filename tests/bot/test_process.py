"""Whether a process has ended, as another process of the machine can tell."""

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from bot.process import is_gone, this_process

SAYS_WHO = "from bot.process import this_process; print(this_process(), flush=True); input()"


@pytest.fixture
def child() -> Iterator["subprocess.Popen[str]"]:
    """A process that lives until its input ends."""
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", SAYS_WHO], stdin=pipe, stdout=pipe, text=True) as process:
        yield process
        process.kill()


def name(child: "subprocess.Popen[str]") -> str:
    assert child.stdout
    return child.stdout.readline().strip()


def test_this_process_is_not_gone() -> None:
    assert not is_gone(this_process())


def test_a_process_is_gone_when_it_has_ended(child: "subprocess.Popen[str]") -> None:
    other = name(child)
    assert not is_gone(other)
    assert other != this_process()
    child.communicate("\n")
    assert is_gone(other)


def test_what_is_left_of_a_process_until_its_parent_looks_is_gone(child: "subprocess.Popen[str]") -> None:
    other = name(child)
    child.kill()
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)  # it has ended, and its number is not free yet
    assert is_gone(other)


def test_a_number_that_somebody_else_has_now_is_not_the_process() -> None:
    machine, number, began = this_process().rsplit(" ", 2)
    assert is_gone(f"{machine} {number} {int(began) - 1}")


@pytest.mark.parametrize("owner", ["", "one", "a b", "other machine 1 2", "other/pid:[1]/host 99999999 5"])
def test_of_another_machine_nobody_can_tell(owner: str) -> None:
    assert not is_gone(owner)


@pytest.mark.parametrize("number", ["x", "-1", "1.5"])
def test_what_is_no_process_number_is_not_gone(number: str) -> None:
    machine, _, began = this_process().rsplit(" ", 2)
    assert not is_gone(f"{machine} {number} {began}")
