"""Logs to standard error: what happened and to which row, never a name, a message or a secret."""

import logging
import re
import sys

import structlog
from structlog.typing import EventDict, WrappedLogger

_TOKEN = re.compile(r"\d{6,}:[A-Za-z0-9_-]{30,}")


def set_up(level: str) -> None:
    """Log from this level up, readable on a terminal and as JSON elsewhere."""
    lowest = logging.getLevelNamesMapping().get(level.upper(), logging.INFO)
    logging.basicConfig(level=max(lowest, logging.WARNING), stream=sys.stderr, format="%(name)s: %(message)s")
    terminal = sys.stderr.isatty()
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            _without_secrets,
            structlog.dev.ConsoleRenderer() if terminal else structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(lowest),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def _without_secrets(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """A bot's token never reaches a log (telegram.md, B22)."""
    return {
        key: _TOKEN.sub("[token]", each) if isinstance(each, str) else each for key, each in event.items()
    }
