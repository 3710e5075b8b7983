"""The diseases that the search knows by name: the hand-made list, and lists that others publish.

The hand-made list comes with the code. Published lists (``ontology``) are loaded into the
database; they say where they come from and what has to be said about it.
"""

import hashlib
from dataclasses import dataclass
from functools import lru_cache

import yaml
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from evidence import ontology, publishing
from evidence.models import RecognisedList

BY_HAND = "recognised/diseases.yml"  # below the folder of curated files


@dataclass(frozen=True)
class Disease:
    """A disease that people look up, whether or not it is graded. ``see``: diseases that answer for it."""

    key: str
    name: str
    also: tuple[str, ...] = ()
    short: tuple[str, ...] = ()
    abroad: tuple[str, ...] = ()
    see: tuple[str, ...] = ()


@lru_cache(maxsize=1)
def by_hand() -> dict[str, Disease]:
    """The hand-made list by key, from the file that comes with the code."""
    with open(settings.FIXTURES / BY_HAND, encoding="utf-8") as file:
        entries = yaml.load(file, Loader=yaml.CSafeLoader)
    return {
        key: Disease(key, entry["name"], *(tuple(entry.get(part, ())) for part in ("also", "short", "abroad", "see")))
        for key, entry in entries.items()
    }


def loaded() -> list[RecognisedList]:
    """The published lists that are loaded, without their text."""
    return list(RecognisedList.objects.defer("content"))


def digests() -> tuple[tuple[str, str], ...]:
    """What is loaded, told apart by content: equal as long as nothing has changed."""
    return tuple(RecognisedList.objects.values_list("source", "digest"))


def entries() -> list[ontology.Entry]:
    """Every disease of every loaded list, in the order of the sources in ``ontology.SOURCES``."""
    texts = dict(RecognisedList.objects.values_list("source", "content"))
    return [entry for source in ontology.SOURCES if source in texts for entry in ontology.parse(texts[source])]


def keep(found: ontology.NameList, file_name: str) -> bool:
    """Keep a list instead of what the same source gave before. False if it is the same: then nothing is written."""
    content = ontology.dump(found.entries)
    values = {
        "title": found.source.title,
        "licence": found.source.licence,
        "notice": found.notice,
        "url": found.source.url,
        "year": found.year,
        "diseases": len(found.entries),
        "names": found.names,
        "file_name": file_name,
        "digest": hashlib.sha256(content.encode()).hexdigest(),
    }
    with transaction.atomic():
        publishing.raise_revision()  # first: concurrent writers queue here
        before = RecognisedList.objects.filter(source=found.source.key).defer("content").first()
        if before and all(getattr(before, name) == value for name, value in values.items()):
            transaction.set_rollback(True)
            return False
        RecognisedList.objects.update_or_create(
            source=found.source.key, defaults=values | {"content": content, "loaded_at": timezone.now()}
        )
    return True


def remove(source: str) -> bool:
    """Forget a list. False if none of that source is loaded."""
    with transaction.atomic():
        publishing.raise_revision()
        gone, _ = RecognisedList.objects.filter(source=source).delete()
        if not gone:
            transaction.set_rollback(True)
    return bool(gone)
