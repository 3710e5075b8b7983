"""JSON read piece by piece: a list of two hundred megabytes is then never held as objects.

PURE. Python's own decoder reads each value; only what stands around the values is read here.
"""

import json
import re
from collections.abc import Callable, Iterator

SPACE = re.compile(r"[ \t\r\n\ufeff]*")  # also the byte-order marks of files that were put together


class Pieces:
    """JSON read piece by piece, so that a large file is never held as objects. ValueError where it goes wrong."""

    def __init__(self, text: str):
        self.text, self.at = text, 0
        self.decoder = json.JSONDecoder(parse_int=lambda digits: int(digits) if len(digits) < 100 else digits)

    def next(self) -> str:
        """The next character that is not empty, left where it is; empty at the end."""
        self.at = SPACE.match(self.text, self.at).end()
        return self.text[self.at : self.at + 1]

    def value(self) -> object:
        self.next()
        found, self.at = self.decoder.raw_decode(self.text, self.at)
        return found

    def items(self) -> Iterator[object]:
        """The values of a list; each is read when it is asked for."""
        yield from self._within("[", "]", self.value)

    def names(self) -> Iterator[str]:
        """The keys of an object. Whoever takes one reads its value before asking for the next."""
        yield from self._within("{", "}", self._key)

    def _key(self) -> str:
        key = self.value()
        if not isinstance(key, str):
            raise json.JSONDecodeError("a key is no text", self.text, self.at)
        self._take(":")
        return key

    def _take(self, mark: str) -> None:
        if self.next() != mark:
            raise json.JSONDecodeError(f"{mark} is missing", self.text, self.at)
        self.at += 1

    def _within(self, begin: str, end: str, read: Callable[[], object]) -> Iterator:
        self._take(begin)
        if self.next() != end:
            yield read()
            while self.next() != end:
                self._take(",")
                yield read()
        self._take(end)
