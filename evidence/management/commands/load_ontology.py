"""load_ontology FILE: let the search recognise the diseases of a published list."""

import re
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from evidence import ontology, recognised, search, shelf


class Command(BaseCommand):
    help = (
        "Let the search recognise the diseases of a published list: the Human Disease Ontology (JSON, or its tables), "
        "MONDO (JSON) or MeSH (table), packed with gzip or not. What curators wrote and the hand-made list always win. "
        "A new load replaces what the same source gave before."
    )

    def add_arguments(self, parser):
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("file", nargs="?", type=Path, help="the file; what it is shows in what stands in it")
        what.add_argument("--remove", choices=list(ontology.SOURCES), help="forget the list of this source")
        parser.add_argument("--year", type=int, help="the year of the edition (MeSH), where the file's name tells none")
        parser.add_argument("--dry-run", action="store_true", help="say what would be loaded, and change nothing")

    def handle(self, *, file: Path | None, remove: str | None, year: int | None, dry_run: bool, **options):
        if remove:
            self._remove(remove, dry_run)
            return
        try:
            found = ontology.read(_bytes(file), year or _year(file.name))
        except ontology.NotAnOntology as error:
            raise CommandError(f"{file.name} {error} Nothing was loaded.") from None
        before = next((item for item in recognised.loaded() if item.source == found.source.key), None)
        told = [
            f"{found.source.title}: {len(found.entries):,} diseases with {found.names:,} names "
            f"({found.left_out:,} left out: repeated, or no names).",
            f"{self._known(found):,} of the names are in the curated pages or the hand-made list, which win.",
            f"Licence: {found.source.licence}. The page “About this site” will say: {found.notice}",
        ]
        if before:
            told.append(
                f"It replaces {before.diseases:,} diseases of {before.file_name}, loaded {before.loaded_at:%Y-%m-%d}."
            )
        if dry_run:
            told.append("A dry run only; nothing was changed.")
        elif not recognised.keep(found, file.name[:255]):
            told[-1] = "The same list is loaded already; nothing was changed."
        self.stdout.write("\n".join(told))

    def _known(self, found: ontology.NameList) -> int:
        index = search.index_of(shelf.current())
        return sum(index.knows(text) for entry in found.entries for text in (entry.name, *entry.also))

    def _remove(self, source: str, dry_run: bool) -> None:
        if source not in dict(recognised.digests()):
            raise CommandError(f"No list of the source {source} is loaded.")
        if not dry_run:
            recognised.remove(source)
        self.stdout.write(f"{source}: {'would be' if dry_run else 'was'} removed.")


def _bytes(path: Path) -> bytes:
    """What is in the file, up to one byte more than is read."""
    try:
        with path.open("rb") as file:
            return file.read(ontology.MOST_BYTES + 1)
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror or error}. Nothing was loaded.") from None


def _year(name: str) -> int | None:
    years = re.findall(r"(?<!\d)20\d\d(?!\d)", name)
    return int(years[-1]) if years else None
