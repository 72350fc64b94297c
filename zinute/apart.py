"""What only the start needs is done in a process of its own: the memory that it took goes with it."""

import asyncio
import ctypes
import os
import signal
import sys
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Final

import structlog

_END_WITH_PARENT: Final = 1  # PR_SET_PDEATHSIG, linux/prctl.h
log = structlog.get_logger(__name__)


def apart(work: Callable[[], Coroutine[None, None, None]]) -> None:
    """Do this in a copy of this process and wait for it; what stops the copy stops this process with the same code.

    Called before there are threads or an event loop: a copy has none of them.
    """
    parent = os.getpid()
    sys.stdout.flush()
    sys.stderr.flush()
    copy = os.fork()
    if copy == 0:
        _end_with(parent)
        asyncio.run(work())
        sys.exit()
    _, status = os.waitpid(copy, 0)
    code = os.waitstatus_to_exitcode(status)
    if code < 0:
        log.critical("the start was ended from outside", signal=-code)
        sys.exit(128 - code)
    if code:
        sys.exit(code)


def _end_with(parent: int) -> None:
    """Nothing is written for a service that is gone; whoever presses Ctrl-C ends both at once."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    with suppress(OSError, AttributeError):  # Linux only
        ctypes.CDLL(None).prctl(_END_WITH_PARENT, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)
