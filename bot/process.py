"""Which process this is, in words that another process understands."""

import os
import socket
from pathlib import Path
from typing import Final

_BOOT: Final = Path("/proc/sys/kernel/random/boot_id")
_SPACE: Final = Path("/proc/self/ns/pid")


def this_process() -> str:
    """The machine (its boot, its name, its space of process numbers), the process, and when it began."""
    return f"{_machine()} {os.getpid()} {_began(os.getpid())}"


def is_gone(process: str) -> bool:
    """Whether a process of this machine has ended; of another machine's nobody here can tell."""
    machine, _, rest = process.rpartition(" ")
    machine, _, number = machine.rpartition(" ")
    return machine == _machine() and number.isdecimal() and _began(int(number)) != rest


def _machine() -> str:
    try:
        return f"{_BOOT.read_text().strip()}/{_SPACE.readlink()}/{socket.gethostname()}"
    except OSError:
        return f"unknown/{os.getpid()}"  # no Linux: nobody is ever taken for gone


def _began(number: int) -> str:
    """The start time of a process in ticks since the boot; "" when there is none, or only its remains."""
    try:
        fields = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if fields[0] in ("Z", "X") else fields[19]
