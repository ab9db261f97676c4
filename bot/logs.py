"""Logs for operators, on stderr: one JSON object a line, or readable lines in the demo."""

import logging
import sys

import structlog
from structlog.typing import Processor

SHARED: tuple[Processor, ...] = (
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
)
CHATTY = ("alembic", "apprise", "apscheduler", "asyncio", "uvicorn")
"""Libraries that are heard only when something is wrong."""


def start_logs(*, readable: bool, level: int) -> None:
    """Send our own logs and those of libraries to stderr, in one form."""
    last: tuple[Processor, ...] = (
        (structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty()),)
        if readable
        else (structlog.processors.dict_tracebacks, structlog.processors.JSONRenderer(ensure_ascii=False))
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=SHARED,
            processors=(structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last),
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
