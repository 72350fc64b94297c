"""Logs to standard error: what happened and to which row, never a name, a message or a secret.

What others say through the standard library's `logging`, and what nobody catches, goes the same way.
"""

import logging
import sys
import threading
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import date
from io import TextIOBase
from pathlib import Path
from traceback import extract_tb
from types import TracebackType
from typing import Any, Final, TextIO, cast

import structlog
from structlog.typing import EventDict, WrappedLogger

from zinute.redaction import redacted

FRAMES: Final = 8
PLAIN: Final = (bool, int, float, type(None))


def set_up(level: str) -> None:
    """Log from this level up, readable on a terminal and as JSON elsewhere."""
    lowest = logging.getLevelNamesMapping().get(level.upper(), logging.INFO)
    terminal = sys.stderr.isatty()
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _with_places,
            _without_secrets,
            structlog.dev.ConsoleRenderer() if terminal else structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(lowest),
        logger_factory=structlog.PrintLoggerFactory(cast(TextIO, _Output(sys.stderr))),
    )
    _hear_the_others(max(lowest, logging.WARNING))
    sys.excepthook = _nobody_caught
    threading.excepthook = lambda told: _nobody_caught(told.exc_type, told.exc_value, told.exc_traceback)
    sys.unraisablehook = lambda told: _nobody_caught(told.exc_type, told.exc_value, told.exc_traceback)


class _Output(TextIOBase):
    """Standard error, without a fuss: a log that cannot be written (its disk is full) must not stop what works."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """Write as much as can be."""
        with suppress(OSError, ValueError):
            return self._stream.write(text)
        return len(text)

    def flush(self) -> None:
        """Let go of it."""
        with suppress(OSError, ValueError):
            self._stream.flush()


class Others(logging.Handler):
    """What a library says: the first line of its sentence, without the values that it would put in."""

    def emit(self, record: logging.LogRecord) -> None:
        """Say it in our way."""
        said, error = str(record.msg).partition("\n")[0], record.exc_info
        log = structlog.get_logger(record.name)
        log.log(record.levelno, said, source=record.name, **({"exc_info": error} if error else {}))


def _hear_the_others(lowest: int) -> None:
    root = logging.getLogger()
    root.handlers = [each for each in root.handlers if not isinstance(each, Others)]
    root.addHandler(Others())
    root.setLevel(lowest)
    logging.captureWarnings(capture=True)


def _nobody_caught(
    kind: type[BaseException], error: BaseException | None, trace: TracebackType | None
) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.exit(130)
    structlog.get_logger(__name__).critical("nobody caught this", exc_info=(kind, error, trace))


def _with_places(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """An exception is told by its class, its code and where it was raised: its words may hold what a person wrote."""
    given = event.pop("exc_info", None)
    error = sys.exc_info()[1] if given is True else given[1] if isinstance(given, tuple) else given
    if isinstance(error, BaseException):
        event["error"] = [_kind(each) for each in _chain(error)]
        event["where"] = places(error)
    return event


def places(error: BaseException) -> list[str]:
    """Where it was raised, innermost last: no values."""
    frames = extract_tb(error.__traceback__)[-FRAMES:]
    return [f"{Path(each.filename).parent.name}/{Path(each.filename).name}:{each.lineno}" for each in frames]


def _chain(error: BaseException) -> Iterable[BaseException]:
    """The error, and what it was raised from or in the middle of."""
    seen: list[BaseException] = []
    following: BaseException | None = error
    while following is not None and following not in seen:
        seen.append(following)
        hidden = following.__cause__ is None and following.__suppress_context__
        following = None if hidden else following.__cause__ or following.__context__
    return seen


def _kind(error: BaseException) -> str:
    """The class, and the code that a system or a store gives: SQLITE_FULL, 23505, ENOSPC."""
    codes = (getattr(error, name, None) for name in ("sqlite_errorname", "sqlstate", "errno"))
    code = next((str(each) for each in codes if each), "")
    return f"{type(error).__name__} {code}".strip()


def _without_secrets(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Values are plain and bounded, and nothing in them can be taken for a line of the log (faults.md, A12)."""
    return {redacted(key): _plain(value) for key, value in event.items()}


def _plain(value: Any) -> Any:
    """A value as JSON has it; of an object that we do not know, only its class."""
    if isinstance(value, PLAIN):
        return value
    if isinstance(value, str | Path | date):
        return redacted(str(value))
    if isinstance(value, Mapping):
        return {redacted(str(key)): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(each) for each in value]
    return f"<{type(value).__name__}>"
