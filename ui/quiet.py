"""Logs without a word of what anybody typed: of an error, its type and place.

Messages and tracebacks can hold the values that an error was about. So ours, and those of the
server that say it could not start, are the only messages that are printed as they are.
"""

import logging
import logging.config
import sys
import threading
import traceback
from pathlib import Path
from types import TracebackType
from typing import Any

SPEAKS = ("uvicorn.error", "bonewise")


def place(error: BaseException) -> str:
    """Type and place of an error."""
    trace = traceback.extract_tb(error.__traceback__)
    last = trace[-1] if trace else None
    where = f" in {Path(last.filename).name} line {last.lineno}" if last else ""
    return f"{type(error).__name__}{where}"


class Quiet(logging.Formatter):
    """Time, level, whose record it is; the message if it can't hold what was typed."""

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        error = record.exc_info[1] if record.exc_info else None
        if error:
            says = place(error)
        elif record.name in SPEAKS:
            says = record.getMessage()
        else:
            says = f"in {record.filename} line {record.lineno}"
        return f"{self.formatTime(record)} {record.levelname} {record.name}: {says}"


def log_config() -> dict[str, Any]:
    """For uvicorn and for the whole process."""
    handler = {"class": "logging.StreamHandler", "formatter": "quiet", "stream": "ext://sys.stderr"}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"quiet": {"()": "ui.quiet.Quiet"}},
        "handlers": {"quiet": handler},
        "root": {"handlers": ["quiet"], "level": "WARNING"},
    }


def hush() -> None:
    """Have errors that nobody catches printed the same way."""
    logging.config.dictConfig(log_config())
    logging.captureWarnings(True)

    def uncaught(
        kind: type[BaseException], error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            return
        print(place(error) if error else kind.__name__, file=sys.stderr)

    sys.excepthook = uncaught
    threading.excepthook = lambda given: uncaught(*given[:3])
