"""Text from outside, made fit to be stored and shown. PURE."""

import unicodedata


def clean(text: str) -> str:
    """The text without characters that a document cannot hold or a reader cannot see, in single spaces."""
    kept = (
        " " if unicodedata.category(char) in ("Zl", "Zp") or char in "\t\r\n" else char
        for char in text
        if char in "\t\r\n" or unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Co", "Cn")
    )
    return " ".join("".join(kept).split())
