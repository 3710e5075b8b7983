"""Logs without what a reader typed: query strings never reach a log."""

import logging
import re

_QUERY = re.compile(r"\?[^\s'\"<>]*")
_plain = logging.Formatter()


class WithoutQuery(logging.Filter):
    """Cuts every query string out of a message, and out of the error that comes with it, before it is written."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = _QUERY.sub("?…", record.getMessage())
        record.args = ()
        if record.exc_info and not record.exc_text:
            record.exc_text = _plain.formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = _QUERY.sub("?…", record.exc_text)
        return True
