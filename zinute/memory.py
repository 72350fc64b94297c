"""Memory after the start: what was loaded stays, what was only needed to start is given back."""

import ctypes
import gc
from contextlib import suppress


def settle() -> None:
    """Called once, when everything is loaded.

    What is there then is never looked through again for garbage (that cost a fifth of a busy minute), and glibc hands
    free pages back to the system; other C libraries do that by themselves or not at all.
    """
    gc.collect()
    gc.freeze()
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
