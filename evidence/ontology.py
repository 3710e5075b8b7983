"""Lists of diseases that others publish: which one a file is, and what is in it.

PURE. ``read`` takes the bytes of a file and gives a ``NameList``, or raises ``NotAnOntology`` with
one sentence. Nothing is asked about the kind of file: each of the forms below is recognised by
what stands in it, packed with gzip or not.

- the Human Disease Ontology and MONDO: a JSON list of {id, name, namespace, synonyms, relations, xrefs}
- the Disease Ontology's own tables: labels (id, label, subClassOf), other identifiers (id, label,
  xref), and Spanish names
- MeSH descriptors: id, name, entry terms divided by "|", tree numbers divided by "|"; no head line
"""

import csv
import gzip
import io
import json
import re
import unicodedata
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from evidence.wording import words

MOST_BYTES = 64 * 1024 * 1024  # of a file, and again of what is packed in it; MONDO has 15
LONGEST_NAME = 200
KEPT_XREFS = {"MESH": "mesh", "ICD10CM": "icd10cm"}  # the other vocabularies are licensed, or of no use here
# branches of MONDO that are no diseases of people
NO_DISEASE = frozenset({"disease characteristic", "disease susceptibility", "non-human animal disease"})


class NotAnOntology(ValueError):
    """A file that is none of the lists that are read; the text is one sentence for whoever loads it."""


@dataclass(frozen=True)
class Source:
    """Where names come from, and what has to be said about it."""

    key: str
    title: str
    licence: str
    notice: str  # for the page "About this site"; {year} where the source asks for one
    url: str


_DO = "Human Disease Ontology"
_DO_NOTICE = "Some names of diseases come from the Human Disease Ontology. Its makers gave it to everyone (CC0 1.0)."
SOURCES = {
    source.key: source
    for source in (
        Source("doid", _DO, "CC0 1.0", _DO_NOTICE, "https://disease-ontology.org/"),
        Source("doid-labels", f"{_DO}, labels", "CC0 1.0", _DO_NOTICE, "https://disease-ontology.org/"),
        Source("doid-xrefs", f"{_DO}, other identifiers", "CC0 1.0", _DO_NOTICE, "https://disease-ontology.org/"),
        Source("doid-es", f"{_DO}, Spanish names", "CC0 1.0", _DO_NOTICE, "https://disease-ontology.org/"),
        Source(
            "mesh", "Medical Subject Headings (MeSH)", "free to use with the notice",
            "Some names of diseases come from MeSH, courtesy of the U.S. National Library of Medicine, {year}. "
            "Only names of diseases were taken from it.",
            "https://www.nlm.nih.gov/mesh/",
        ),
        Source(
            "mondo", "Mondo Disease Ontology", "CC BY 4.0",
            "Some names of diseases come from the Mondo Disease Ontology, Monarch Initiative. It may be used under the "
            "licence CC BY 4.0 (creativecommons.org/licenses/by/4.0). We left out names that repeat another one.",
            "https://mondo.monarchinitiative.org/",
        ),
    )
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Entry:
    """A disease of a list: its id there, its name, other names, and the ids of what it is a kind of."""

    id: str
    name: str
    also: tuple[str, ...] = ()
    parents: tuple[str, ...] = ()
    xrefs: tuple[str, ...] = ()  # "mesh:D008180"

    @property
    def key(self) -> str:
        """The id as it stands in an address: "doid-9074"."""
        return re.sub(r"[^a-z0-9]+", "-", self.id.lower()).strip("-")


@dataclass(frozen=True)
class NameList:
    """Everything that one file gives. ``left_out``: names that repeat another or cannot be used."""

    source: Source
    entries: tuple[Entry, ...]
    left_out: int = 0
    year: int | None = None

    @property
    def names(self) -> int:
        return sum(1 + len(entry.also) for entry in self.entries)

    @property
    def notice(self) -> str:
        return self.source.notice.format(year=self.year)


# --- reading -----------------------------------------------------------------------------------


def read(data: bytes, year: int | None = None) -> NameList:
    """The list in a file. ``year``: of the edition, where the source wants it told (MeSH).

    NotAnOntology, with one sentence, for anything that is not whole or not one of the known forms.
    """
    text = _text(data)
    start = text.lstrip()[:1]
    if not start:
        raise NotAnOntology("is empty.")
    if start == "<":
        raise NotAnOntology("is a web page or XML, not one of the lists of diseases that we read.")
    found = _json(text) if start in "[{" else _table(text)
    if not found.entries:
        raise NotAnOntology("holds no disease.")
    if "{year}" in found.source.notice and not year:
        raise NotAnOntology(f"is {found.source.title}, which asks us to name its year: add --year.")
    return replace(found, year=year)


def _text(data: bytes) -> str:
    if len(data) > MOST_BYTES:
        raise NotAnOntology(f"is larger than {MOST_BYTES // 2**20} MB. No list of diseases that we read is.")
    if data[:2] == b"\x1f\x8b":
        try:
            with gzip.GzipFile(fileobj=io.BytesIO(data)) as packed:
                data = packed.read(MOST_BYTES + 1)
        except (EOFError, zlib.error, OSError) as error:
            cut = isinstance(error, EOFError)
            raise NotAnOntology(f"is a damaged gzip file{': its end is missing' if cut else ''}.") from None
        if len(data) > MOST_BYTES:
            raise NotAnOntology(
                f"unpacks to more than {MOST_BYTES // 2**20} MB. No list of diseases that we read does."
            )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise NotAnOntology("is not text in UTF-8.") from None


def _json(text: str) -> NameList:
    try:
        items = json.loads(text)
    except (ValueError, RecursionError) as error:
        line = f" near line {error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        raise NotAnOntology(f"is JSON that is damaged or cut off{line}.") from None
    if not isinstance(items, list):
        raise NotAnOntology("is JSON, but not a list of diseases: we read a list of {id, name, namespace, synonyms}.")
    if not items:
        raise NotAnOntology("is empty.")
    for number, item in enumerate(items, start=1):
        if not _is_disease(item):
            raise NotAnOntology(f"is JSON, but its entry {number} is no disease with id, name and namespace.")
    spaces = {item["namespace"] for item in items}
    if len(spaces) > 1 or not spaces <= {"doid", "mondo"}:
        told = ", ".join(sorted(spaces)[:3])
        raise NotAnOntology(f"is a list of “{told}”. We read the Disease Ontology (doid) and MONDO (mondo).")
    key = spaces.pop()
    prefix = "" if key == "doid" else "MONDO:"
    kinds_of = {item["id"]: item.get("relations", {}).get("is_a", []) for item in items}
    names = {item["id"]: item["name"] for item in items}
    kept = [item for item in items if not _is_kind_of(NO_DISEASE, item["id"], kinds_of, names)]
    raw = [
        Entry(
            prefix + item["id"],
            item["name"],
            tuple(item.get("synonyms", ())),
            tuple(prefix + parent for parent in kinds_of[item["id"]]),
            tuple(
                f"{KEPT_XREFS[xref['namespace']]}:{xref['id']}"
                for xref in item.get("xrefs", ())
                if xref["namespace"] in KEPT_XREFS
            ),
        )
        for item in kept
    ]
    found = _list(SOURCES[key], raw)
    return replace(found, left_out=found.left_out + len(items) - len(kept))


def _is_disease(item: object) -> bool:
    """Has this entry of a JSON list every part in the form in which it is read?"""
    if not isinstance(item, dict) or not all(isinstance(item.get(part), str) for part in ("id", "name", "namespace")):
        return False
    relations, xrefs = item.get("relations", {}), item.get("xrefs", [])
    return (
        bool(_ID.fullmatch(item["id"]))
        and _are_texts(item.get("synonyms", []))
        and isinstance(relations, dict)
        and _are_texts(relations.get("is_a", []))
        and isinstance(xrefs, list)
        and all(isinstance(xref, dict) and _are_texts([xref.get("id"), xref.get("namespace")]) for xref in xrefs)
    )


def _are_texts(items: object) -> bool:
    return isinstance(items, list) and all(isinstance(item, str) for item in items)


_ID = re.compile(r"[A-Za-z0-9:_.-]{1,40}")


def _is_kind_of(wanted: frozenset[str], at: str, kinds_of: dict[str, list[str]], names: dict[str, str]) -> bool:
    seen: set[str] = set()
    waiting = [at]
    while waiting:
        at = waiting.pop()
        if names.get(at) in wanted:
            return True
        if at not in seen:
            seen.add(at)
            waiting += kinds_of.get(at, [])
    return False


def _table(text: str) -> NameList:
    head = text.split("\n", 1)[0].rstrip("\r").split("\t")
    forms: list[tuple[bool, Callable[[str], NameList]]] = [
        (head[:3] == ["id", "label", "subClassOf"], _labels),
        (head[:3] == ["id", "label", "xref"], _xrefs),
        (head[:4] == ["source_id", "predicate", "source_text", "translation_text"], _spanish),
        (len(head) >= 4 and bool(re.fullmatch(r"D\d{6,9}", head[0])), _mesh),
    ]
    for fits, reader in forms:
        if fits:
            return reader(text)
    raise NotAnOntology(
        "is no list of diseases that we know: the Disease Ontology (JSON or tables), MONDO (JSON) or MeSH (table)."
    )


def _rows(text: str, columns: int) -> Iterator[list[str]]:
    """The rows of a table of the Disease Ontology, without its head line; NotAnOntology for a broken one."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter="\t")
    try:
        next(reader)
        for row in reader:
            if row and (len(row) < columns or not re.fullmatch(r"DOID:\d+", row[0])):
                raise NotAnOntology(f"has a line that is cut off or not of this table: line {reader.line_num}.")
            if row:
                yield row
    except csv.Error:
        raise NotAnOntology(f"has a line that cannot be read: line {reader.line_num}.") from None


def _labels(text: str) -> NameList:
    rows = [row[:3] for row in _rows(text, 3)]
    ids = {label: at for at, label, _ in rows}
    return _list(SOURCES["doid-labels"], (Entry(at, label, (), (ids.get(of, ""),)) for at, label, of in rows))


def _xrefs(text: str) -> NameList:
    entries = []
    for at, label, xref, *_ in _rows(text, 3):
        space, _, number = xref.partition(":")
        kept = (f"{KEPT_XREFS[space]}:{number}",) if space in KEPT_XREFS else ()
        entries.append(Entry(at, label, xrefs=kept))
    return _list(SOURCES["doid-xrefs"], entries)


def _spanish(text: str) -> NameList:
    """Exact Spanish names. The table has broken lines, and notes instead of names: those are passed over."""
    entries, passed = [], 0
    for line in text.splitlines()[1:]:
        row = line.split("\t")
        whole = len(row) > 6 and re.fullmatch(r"DOID:\d+", row[0]) and row[6] == "es" and row[2] and row[3]
        if not whole or '"' in row[3]:
            passed += 1
        elif row[1] in ("oboInOwl:hasExactSynonym", "rdfs:label"):
            entries.append(Entry(row[0], row[2], (row[3],)))
    found = _list(SOURCES["doid-es"], entries)
    return replace(found, left_out=found.left_out + passed)


def _mesh(text: str) -> NameList:
    rows, at_tree = [], {}
    for number, line in enumerate(text.splitlines(), start=1):
        row = line.split("\t")
        if not line.strip():
            continue
        if len(row) < 4 or not re.fullmatch(r"D\d{6,9}", row[0]) or not re.fullmatch(r"[A-Z]\d\d[\d.|A-Z]*", row[3]):
            raise NotAnOntology(f"has a line that is cut off or not of this table: line {number}.")
        trees = row[3].split("|")
        at_tree |= dict.fromkeys(trees, f"MESH:{row[0]}")
        rows.append((f"MESH:{row[0]}", row[1], tuple(filter(None, row[2].split("|"))), trees))
    return _list(
        SOURCES["mesh"],
        (
            Entry(
                at,
                _upright(name, also),
                (name, *also),
                tuple(at_tree.get(tree.rpartition(".")[0], "") for tree in trees),
            )
            for at, name, also, trees in rows
        ),
    )


def _upright(name: str, also: Iterable[str]) -> str:
    """The usual order of words of a name turned round: "Acute Abdomen" of "Abdomen, Acute"."""
    last, comma, first = name.partition(", ")
    return f"{first} {last}" if comma and "," not in first and f"{first} {last}" in also else name


# --- one form ----------------------------------------------------------------------------------


def _list(source: Source, raw: Iterable[Entry]) -> NameList:
    """Entries with the same id are one; of names that differ only in the order or form of words, the first is kept."""
    by_id: dict[str, list[Entry]] = {}
    for entry in raw:
        by_id.setdefault(entry.id, []).append(entry)
    entries, offered = [], 0
    for at, same in by_id.items():
        texts = [text for entry in same for text in (entry.name, *entry.also)]
        offered += len(texts)
        names = distinct(filter(None, map(_clean, texts)))
        if not names:
            continue
        parents = dict.fromkeys(
            other for entry in same for other in entry.parents if other != at and _ID.fullmatch(other)
        )
        xrefs = dict.fromkeys(xref for entry in same for xref in entry.xrefs if _ID.fullmatch(xref))
        entries.append(Entry(at, names[0], tuple(names[1:]), tuple(parents), tuple(xrefs)))
    return NameList(source, tuple(entries), offered - sum(1 + len(entry.also) for entry in entries))


def distinct(texts: Iterable[str]) -> list[str]:
    """The texts without those that have the same words as an earlier one."""
    found: dict[tuple[str, ...], str] = {}
    for text in texts:
        found.setdefault(tuple(sorted(words(text))), text)
    return list(found.values())


def _clean(text: str) -> str:
    """A name on one line; empty for what is no name (a whole definition, an obsolete one, no letter in it)."""
    if not text.isprintable():  # no line ends, no halves of characters
        text = "".join(" " if unicodedata.category(letter) in ("Cc", "Cs") else letter for letter in text)
    text = " ".join(text.split())
    if len(text) > LONGEST_NAME or text.lower().startswith("obsolete ") or not any(map(str.isalpha, text)):
        return ""
    return text if words(text) else ""


# --- keeping -----------------------------------------------------------------------------------


def dump(entries: Iterable[Entry]) -> str:
    """Entries as one text for the database."""
    rows = [[entry.id, entry.name, entry.also, entry.parents, entry.xrefs] for entry in entries]
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":"))


def parse(text: str) -> list[Entry]:
    """What ``dump`` wrote."""
    return [
        Entry(at, name, tuple(also), tuple(parents), tuple(xrefs))
        for at, name, also, parents, xrefs in json.loads(text)
    ]


def counted(entries: Iterable[Entry]) -> Counter[str]:
    """How many entries carry which kind of other identifier."""
    return Counter(kind for entry in entries for kind in {xref.partition(":")[0] for xref in entry.xrefs})
