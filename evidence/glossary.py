"""The glossary: hard words in plain ones, what they do not tell, and which printed words lead to them.

PURE. One document holds all terms. A page links the first use of a term: its builder hands the fixed
words that it prints (a design, a comparator, a goal ...) to ``Links``, which cuts them into pieces.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from pydantic import Field, model_validator

from evidence import documents, lint
from evidence.documents import DocumentKind, SignedText
from evidence.records import Citation, Key, MaybeProse, Prose, Record, Text

KEY = "glossary"
# anchors that the page has besides its terms
TAKEN = re.compile(r"main|sources|edition|letters|letter-.*|s\d+")


class Term(Record):
    """One word. Its key is its anchor on the page."""

    key: Key
    term: Text
    other_names: list[Text] = Field(default_factory=list, description="under which people may look for it")
    meaning: Prose = Field(description="one or two plain sentences")
    does_not_tell: MaybeProse = Field("", description="what it does not tell you, where people are misled")
    explainer: Key | None = Field(None, description="the page under /explained/ that tells more")
    words: list[Text] = Field(
        default_factory=list, description="printed words that lead here, as they stand on condition pages"
    )
    citations: list[Citation] = Field(default_factory=list, description="where the meaning is taken from somewhere")


class Glossary(SignedText):
    """All terms, published as one document."""

    key: Key
    title: Text
    bottom_line: Prose
    about: Prose
    terms: list[Term] = Field(min_length=1)

    @model_validator(mode="after")
    def _every_word_leads_to_one_term(self):
        keys = [item.key for item in self.terms]
        names = [name.casefold() for item in self.terms for name in (item.term, *item.other_names)]
        words = [word.casefold() for item in self.terms for word in item.words]
        for what, found in (("key", keys), ("name", names), ("word", words)):
            twice = sorted({item for item in found if found.count(item) > 1})
            if twice:
                raise ValueError(f"each {what} belongs to one term; given twice: {', '.join(twice)}")
        taken = [key for key in keys if TAKEN.fullmatch(key)]
        if taken:
            raise ValueError(f"the page uses these anchors itself: {', '.join(taken)}")
        return self


def check(glossary: Glossary) -> list[str]:
    """What keeps the glossary from being published: its prose, an old review date, or a name of another page."""
    problems = lint.text_problems(glossary, lint.EXEMPT_WORDS)
    if glossary.key != KEY:
        problems.append(lint.Problem("key", f"must be {KEY}: there is one glossary"))
    for item in glossary.terms:
        if len(lint.sentences(item.meaning)) > 2:
            problems.append(lint.Problem(f"terms[{item.key}].meaning", "has at most two sentences"))
    return [str(problem) for problem in problems]


documents.register(DocumentKind("glossary", Glossary, "glossary", folder="glossary", check=check))


# --- links to it -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Piece:
    """A part of a printed text. ``fixed`` words are this site's own; ``term`` is the key of the term it leads to."""

    text: str
    fixed: bool = False
    term: str = ""


def plain(pieces: Iterable[Piece]) -> str:
    """The text of the pieces, without their links."""
    return "".join(piece.text for piece in pieces)


class Links:
    """Gives the first use of every term on one page its link.

    Texts must come in the order in which the page prints them. Only fixed words are looked at, never what an
    editor wrote. Without a glossary nothing is linked.
    """

    def __init__(self, glossary: Glossary | None = None):
        terms = glossary.terms if glossary else []
        self._term_of = {word.casefold(): item.key for item in terms for word in item.words}
        longest_first = sorted(self._term_of, key=len, reverse=True)
        choices = "|".join(re.escape(word) for word in longest_first)
        self._words = re.compile(rf"(?<![\w-])(?:{choices})(?![\w-])", re.I) if choices else None
        self._used: set[str] = set()

    def pieces(self, pieces: Iterable[Piece]) -> list[Piece]:
        """The same text, its fixed pieces cut where a term is met that was not met before."""
        found = []
        for piece in pieces:
            found += self._cut(piece.text) if piece.fixed and self._words else [piece]
        return found

    def _cut(self, text: str) -> list[Piece]:
        found, start = [], 0
        for match in self._words.finditer(text):
            term = self._term_of[match.group().casefold()]
            if term in self._used:
                continue
            self._used.add(term)
            found += [Piece(text[start : match.start()], True), Piece(match.group(), True, term)]
            start = match.end()
        found.append(Piece(text[start:], True))
        return [piece for piece in found if piece.text]
