"""What is logged holds no upload token: they stand in the path of the gate's addresses (`/z/<token>/…`)."""

from __future__ import annotations

import logging
import re

from gunicorn.glogging import Logger

_TOKEN = re.compile(r"(/z/)[^/\s\"'?]+")


def without_tokens(text: str) -> str:
    return _TOKEN.sub(r"\1[token]", text)


class WithoutTokens(logging.Filter):
    """Takes tokens out of the message; a traceback names no address unless the error itself quotes one."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = without_tokens(record.getMessage()), ()
        if record.exc_info and record.exc_info[1] is not None:
            record.exc_text = without_tokens(logging.Formatter().formatException(record.exc_info))
        return True


class ServerLog(Logger):
    """The server's own log. Addresses are not logged at all: no access log, and errors go through the filter."""

    def setup(self, cfg) -> None:
        super().setup(cfg)
        for log in (self.error_log, self.access_log):
            for handler in log.handlers:
                handler.addFilter(WithoutTokens())
