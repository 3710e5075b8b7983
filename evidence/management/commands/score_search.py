"""score_search FILE.csv: how often the search finds what people mean."""

import csv
import json
import re
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from evidence import search, shelf
from evidence.wording import words

GRADED_KINDS = ("exact", "synonym", "abbreviation", "lay", "misspelling", "other-language")


@dataclass
class Tally:
    """Rows of one kind: how many count, how many came out right, and what went wrong."""

    rows: int = 0
    right: int = 0
    misses: list[str] = field(default_factory=list)


def wanted(expected: str, index: search.Index) -> set[search.Target]:
    """The graded targets of a working name: as it stands, without its brackets, and what stands in them."""
    found: set[search.Target] = set()
    for name in expected.split("|"):
        outside, inside = re.sub(r"\(.*?\)", "", name).strip(), re.findall(r"\((.*?)\)", name)
        tries = [name, *(f"{part} {outside}" for part in inside), *inside, outside, *outside.split(" / ")]
        found |= next(filter(None, (index.graded(part) for part in tries if part)), set())
    return found


def named(expected: str, index: search.Index) -> set[str]:
    """The recognised diseases of a working name that nobody has graded."""
    parts = {tuple(sorted(words(part))) for part in re.split(r"[|()/]", expected) if part.strip()}
    return {
        disease.key
        for disease in index.diseases.values()
        if any(tuple(sorted(words(text))) in parts for text in (disease.name, *disease.also, *disease.short))
    }


def judge(found: search.Found, kind: str, targets: set[search.Target], diseases: set[str]) -> bool:
    """Is this the answer that the row asks for?"""
    if kind == "unrelated":
        return not found.confident
    if kind == "ungraded-disease":
        sure = [hit for hit in found.hits if hit.confident]
        return found.ungraded is not None and not sure and (not diseases or found.ungraded.key in diseases)
    if not found.hits or not found.hits[0].confident:
        return False
    hit = found.hits[0]
    return any(
        hit.condition == target.key and target.use in (None, hit.use) or hit.condition == target.key and hit.use is None
        for target in targets
    )


class Command(BaseCommand):
    help = "Score the search against a file of typed searches (columns: query, expected, kind)."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument("--json", action="store_true", help="print the figures as JSON")

    def handle(self, *args, **options):
        try:
            with options["file"].open(encoding="utf-8", newline="") as file:
                rows = list(csv.DictReader(file))
        except (OSError, UnicodeDecodeError, csv.Error) as error:
            raise CommandError(f"{options['file']} cannot be read: {error}") from None
        if not rows or not {"query", "expected", "kind"} <= set(rows[0]):
            raise CommandError(f"{options['file']} needs the columns query, expected and kind.")
        index = search.index_of(shelf.current())
        tallies = score(rows, index)
        if options["json"]:
            figures = {
                kind: {"rows": item.rows, "right": item.right, "misses": item.misses} for kind, item in tallies.items()
            }
            self.stdout.write(json.dumps(figures, ensure_ascii=False, indent=2))
            return
        for kind, item in tallies.items():
            self.stdout.write(f"{kind:32} {item.right:4} of {item.rows:4}")
        for kind, item in tallies.items():
            for miss in item.misses:
                self.stdout.write(f"  missed ({kind}): {miss}")


def score(rows: list[dict], index: search.Index) -> dict[str, Tally]:
    """Figures by kind. Rows about a condition that is not graded count as rows about an ungraded disease."""
    tallies: dict[str, Tally] = defaultdict(Tally)
    for row in rows:
        kind, expected = row["kind"], row["expected"] or ""
        targets: set[search.Target] = wanted(expected, index) if kind in GRADED_KINDS else set()
        diseases: set[str] = set()
        label = kind
        if kind in GRADED_KINDS and not targets:
            diseases, label = named(expected, index), "ungraded-disease (not graded yet)"
        found = search.find(row["query"], index)
        tally = tallies[label]
        tally.rows += 1
        if judge(found, "ungraded-disease" if label.startswith("ungraded") else kind, targets, diseases):
            tally.right += 1
        else:
            tally.misses.append(f"{row['query']!r} ({kind}, {expected or 'nothing'}) gave {told(found)}")
    return dict(sorted(tallies.items()))


def told(found: search.Found) -> str:
    """What the search answered, in a few words."""
    parts = [
        f"{hit.condition}{'/' + hit.use if hit.use else ''} by {hit.name!r}, {hit.how}, "
        f"{'sure' if hit.confident else 'not sure'}, {hit.score}"
        for hit in found.hits[:2]
    ]
    if found.ungraded:
        parts.insert(0, f"not graded: {found.ungraded.name} by {found.ungraded_name!r}")
    return "; ".join(parts) or "nothing"
