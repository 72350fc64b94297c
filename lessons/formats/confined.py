"""What a process that reads a file from outside may still do: compute, read what is open, write its answer.

On Linux (x86-64 and 64-bit ARM) the kernel refuses every other call, whoever makes it: Python, or a library in C or
Rust that a file has taken over. Elsewhere, Python's own hooks refuse what Python itself would open, start or connect.
"""

import ctypes
import os
import platform
import resource
import struct
import sys
from typing import Final

_MEGABYTE: Final = 1024 * 1024
_LIMITS: Final = {
    resource.RLIMIT_AS: 512 * _MEGABYTE,
    resource.RLIMIT_CPU: 10,  # seconds
    resource.RLIMIT_FSIZE: 64 * _MEGABYTE,  # of its answer
    resource.RLIMIT_NOFILE: 32,
    resource.RLIMIT_CORE: 0,
}
_MACHINES: Final = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}  # as the kernel calls them (linux/audit.h)
# The system calls that remain, and their numbers on these machines.
_CALLS: Final = {
    "read": (0, 63),
    "write": (1, 64),
    "close": (3, 57),
    "fstat": (5, 80),
    "lseek": (8, 62),
    "mmap": (9, 222),
    "mprotect": (10, 226),
    "munmap": (11, 215),
    "brk": (12, 214),
    "rt_sigaction": (13, 134),
    "rt_sigprocmask": (14, 135),
    "rt_sigreturn": (15, 139),
    "mremap": (25, 216),
    "madvise": (28, 233),
    "getpid": (39, 172),
    "gettid": (186, 178),
    "exit": (60, 93),
    "futex": (202, 98),
    "clock_gettime": (228, 113),
    "exit_group": (231, 94),
    "getrandom": (318, 278),
    "rseq": (334, 293),
    "sigaltstack": (131, 132),
}
_LOAD, _EQUAL, _RETURN = 0x20, 0x15, 0x06  # of the kernel's packet filter (linux/bpf_common.h)
_ALLOW, _REFUSE, _KILL = 0x7FFF0000, 0x00050001, 0x80000000  # linux/seccomp.h; refused is EPERM
_NUMBER, _MACHINE = 0, 4  # where they are in what the filter sees
_NO_NEW_RIGHTS, _FILTER = (38, 1, 0, 0, 0), (22, 2)  # of prctl
_REFUSED: Final = frozenset({"open", "socket", "subprocess", "os", "shutil", "ctypes"})


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("steps", ctypes.c_void_p))


def limit() -> None:
    """Bound memory, time, files and the length of the answer; what is bounded more tightly already stays so."""
    for what, most in _LIMITS.items():
        _, hard = resource.getrlimit(what)
        least = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (least, least))


def confine() -> None:
    """From now on nothing can be opened, started or connected. What is imported has to be imported before."""
    program = _program()
    if sys.platform == "linux" and program:
        steps = ctypes.create_string_buffer(program)
        filtered = _Program(len(program) // 8, ctypes.addressof(steps))
        call = ctypes.CDLL(None).prctl
        call(*_NO_NEW_RIGHTS)
        call(*_FILTER, ctypes.byref(filtered), 0, 0)
    sys.addaudithook(_refuse)


def _program() -> bytes:
    """The filter for this machine; empty where it is not known."""
    machine = platform.machine()
    if machine not in _MACHINES:
        return b""
    calls = [numbers[list(_MACHINES).index(machine)] for numbers in _CALLS.values()]
    return b"".join(
        [
            _step(_LOAD, _MACHINE),
            _step(_EQUAL, _MACHINES[machine], 1),
            _step(_RETURN, _KILL),
            _step(_LOAD, _NUMBER),
            *(_step(_EQUAL, call, len(calls) - place) for place, call in enumerate(calls)),
            _step(_RETURN, _REFUSE),
            _step(_RETURN, _ALLOW),
        ]
    )


def _step(code: int, value: int, skipped: int = 0) -> bytes:
    """One step; a comparison that holds skips as many of the next ones."""
    return struct.pack("HBBI", code, skipped, 0, value)


def _refuse(event: str, _: object) -> None:
    if event.partition(".")[0] in _REFUSED and event != "os._exit":
        raise PermissionError(f"{event} is not for reading a file from outside ({os.getpid()})")
