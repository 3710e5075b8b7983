"""Logs without what a reader typed: query strings never reach a log."""

import logging
import re

_QUERY = re.compile(r"\?[^\s'\"<>]*")


class WithoutQuery(logging.Filter):
    """Cuts every query string out of a message before it is written."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = _QUERY.sub("?…", record.getMessage())
        record.args = ()
        record.exc_text = _QUERY.sub("?…", record.exc_text) if record.exc_text else record.exc_text
        return True
