"""Logs for operators, on stderr: one JSON object a line, or readable lines in the demo."""

import logging
import sys
import traceback
from collections.abc import Iterator

import structlog
from structlog.typing import EventDict, Processor

SHARED: tuple[Processor, ...] = (
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
)
CHATTY = ("alembic", "apprise", "apscheduler", "asyncio", "uvicorn")
"""Libraries that are heard only when something is wrong."""


def without_words(_logger: object, _method: str, event: EventDict) -> EventDict:
    """Say of an exception what it is and where it arose; its own words may quote what somebody wrote."""
    info = event.pop("exc_info", None)
    error = sys.exc_info()[1] if info is True else info[1] if isinstance(info, tuple) else info
    if isinstance(error, BaseException):
        event["error"] = [type(each).__name__ for each in _causes(error)]
        event["where"] = [
            f"{frame.filename}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)
        ]
    return event


def _causes(error: BaseException) -> Iterator[BaseException]:
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__


def start_logs(*, readable: bool, level: int) -> None:
    """Send our own logs and those of libraries to stderr, in one form."""
    drawn: Processor = (
        structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
        if readable
        else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=SHARED,
            processors=(structlog.stdlib.ProcessorFormatter.remove_processors_meta, without_words, drawn),
        )
    )
    logging.basicConfig(handlers=[handler], level=level, force=True)
    for name in CHATTY:
        logging.getLogger(name).setLevel(max(level, logging.WARNING))
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *SHARED,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
