"""What is done in a copy of the process: its end is the process's own, and it does not outlive it."""

import signal
import subprocess
import sys

import pytest

PROGRAM = """
import asyncio, os, signal, sys
from zinute.apart import apart

async def work():
    {work}

signal.signal(signal.SIGINT, signal.default_int_handler)  # whoever started the tests may have it ignored
apart(work)
print("went on", flush=True)
"""
HANGS = 'print("at work", flush=True); await asyncio.sleep(20); print("written", flush=True)'


@pytest.mark.parametrize(
    ("work", "code"),
    [
        ("print('done')", 0),
        ("sys.exit(2)", 2),
        ("raise ValueError", 1),
        ("os._exit(137)", 137),
        ("os.kill(os.getpid(), signal.SIGKILL)", 137),
    ],
)
def test_its_end_is_the_process_s_own(work: str, code: int) -> None:
    ended = subprocess.run([sys.executable, "-c", PROGRAM.format(work=work)], stdout=-1, timeout=30)
    assert (ended.returncode, b"went on" in ended.stdout) == (code, code == 0)


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_it_ends_with_the_process(end: signal.Signals) -> None:
    command = [sys.executable, "-c", PROGRAM.format(work=HANGS)]
    with subprocess.Popen(command, stdout=-1, stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"at work\n"
        process.send_signal(end)
        assert process.stdout.read() == b"", "it comes to its end when nobody has it open any more"
        assert process.wait(30) != 0
