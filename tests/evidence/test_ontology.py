"""Published lists of diseases: what a file is, what is refused, what is kept, and that curated names always win."""

import csv
import gzip
import json
import statistics
import threading
import time
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from evidence import ontology, recognised, search, shelf
from evidence.management.commands import score_search
from evidence.models import RecognisedList, SiteRevision
from evidence.ontology import Entry, NotAnOntology
from evidence.recognised import Disease
from evidence.search_ontology import OntologyNames, may_be_sure
from tests import build

ROOT = Path(__file__).resolve().parent.parent.parent
SHARED = ROOT.parent / "shared" / "data"
FOLDER = SHARED / "ontology"
FILES = {
    "doid": "doid_v2023-12-20.json.gz",
    "doid-labels": "doid_labels_isa_2026-07.tsv.gz",
    "doid-xrefs": "doid_xrefs_2026-07.tsv.gz",
    "doid-es": "doid_es_translations_2026-05.tsv.gz",
    "mesh": "mesh_diseases_2025.tsv.gz",
    "mondo": "mondo_2024.json.gz",
}


def real(source: str) -> Path:
    path = FOLDER / FILES[source]
    if not path.exists():
        pytest.skip(f"The ontology files are not part of the project, and {path.name} is not here.")
    return path


# --- small samples of every form ----------------------------------------------------------------

DOID = [
    {"id": "DOID:4", "name": "disease", "namespace": "doid"},
    {
        "id": "DOID:1", "name": "quorl syndrome", "namespace": "doid", "synonyms": ["QS", "Bentham-Quorl disease"],
        "relations": {"is_a": ["DOID:4"]},
        "xrefs": [{"namespace": "MESH", "id": "D000001"}, {"namespace": "UMLS_CUI", "id": "C1"}],
    },
    {
        "id": "DOID:2", "name": "infantile quorl syndrome", "namespace": "doid", "synonyms": ["MS", "quorlitis of infancy"],
        "relations": {"is_a": ["DOID:1"]},
    },
]  # fmt: skip
MONDO = [
    {"id": "0000001", "name": "disease", "namespace": "mondo"},
    {"id": "0021125", "name": "disease characteristic", "namespace": "mondo"},
    {"id": "0021136", "name": "rare", "namespace": "mondo", "relations": {"is_a": ["0021125"]}},
    {
        "id": "0000002", "name": "velmer disease", "namespace": "mondo", "relations": {"is_a": ["0000001"]},
        "synonyms": ["disease, Velmer", "velmer diseases"],
    },
]  # fmt: skip
MESH = (
    "D000100\tSclerosis, Velmer\tVelmer Sclerosis|Velmer Scleroses|Zarnotosis\tC10.100|C20.5\t\n"
    "D000101\tVelmer Sclerosis Type 4\t\tC10.100.200\t\n"
)
LABELS = 'id\tlabel\tsubClassOf\n"DOID:1"\t"quorl syndrome"\t"disease"\n"DOID:2"\t"infantile quorl syndrome"\t"quorl syndrome"\n'
XREFS = 'id\tlabel\txref\n"DOID:1"\t"quorl syndrome"\t"MESH:D000001"\n"DOID:1"\t"quorl syndrome"\t"SNOMEDCT_US:12"\n'
SPANISH = (
    "source_id\tpredicate\tsource_text\ttranslation_text\ttranslator\tsource_lang\ttranslation_lang\tstatus\n"
    "DOID:1\toboInOwl:hasExactSynonym\tBentham-Quorl disease\tenfermedad de Quorl\tX\ten\tes\tdone\n"
    "DOID:1\tIAO:0000115\tA disease of quorls.\tUna enfermedad de los quorls.\tX\ten\tes\tdone\n"
    "a line that broke\n"
)


def as_bytes(sample) -> bytes:
    return (sample if isinstance(sample, str) else json.dumps(sample)).encode()


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
@pytest.mark.parametrize(
    ("sample", "source", "ids"),
    [
        (DOID, "doid", ["DOID:4", "DOID:1", "DOID:2"]),
        (MONDO, "mondo", ["MONDO:0000001", "MONDO:0000002"]),
        (MESH, "mesh", ["MESH:D000100", "MESH:D000101"]),
        (LABELS, "doid-labels", ["DOID:1", "DOID:2"]),
        (XREFS, "doid-xrefs", ["DOID:1"]),
        (SPANISH, "doid-es", ["DOID:1"]),
    ],
)
def test_a_file_says_what_it_is(sample, source, ids, pack):
    found = ontology.read(pack(as_bytes(sample)), year=2025)
    assert found.source.key == source and [entry.id for entry in found.entries] == ids
    assert ontology.parse(ontology.dump(found.entries)) == list(found.entries)


def test_what_is_kept_of_an_entry():
    _, quorl, infantile = ontology.read(as_bytes(DOID)).entries
    assert quorl == Entry("DOID:1", "quorl syndrome", ("QS", "Bentham-Quorl disease"), ("DOID:4",), ("mesh:D000001",))
    assert (quorl.key, infantile.parents) == ("doid-1", ("DOID:1",))


def test_turned_round_and_repeated_names():
    sclerosis, kind = ontology.read(as_bytes(MESH), year=2025).entries
    assert (sclerosis.name, sclerosis.also) == ("Velmer Sclerosis", ("Velmer Scleroses", "Zarnotosis"))
    assert kind.parents == ("MESH:D000100",)
    assert ontology.read(as_bytes(MONDO)).entries[1].also == ()


def test_names_are_cleaned():
    names = ["two\nlines", "obsolete thing", "x" * 300, "12345", "odd \ud800 half", "***", " spaced  out "]
    item = {"id": "DOID:9", "name": "quorl", "namespace": "doid", "synonyms": names}
    found = ontology.read(json.dumps([item]).encode())
    assert found.entries[0].also == ("two lines", "odd half", "spaced out")
    assert found.left_out == 4


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "is empty"),
        (b"  \n", "is empty"),
        (b"[]", "is empty"),
        (gzip.compress(b"", mtime=0), "is empty"),
        (b"<!DOCTYPE html><html>Not found</html>", "is a web page"),
        (b"\xef\xbb\xbf<?xml version='1.0'?>", "is a web page"),
        ("Ménière".encode("latin-1"), "is not text in UTF-8"),
        ("id\tlabel".encode("utf-16"), "is not text in UTF-8"),
        (gzip.compress(as_bytes(DOID), mtime=0)[:-20], "its end is missing"),
        (gzip.compress(as_bytes(DOID), mtime=0)[:30] + b"rubbish" * 9, "is a damaged gzip file"),
        (as_bytes(DOID)[:-30], "is JSON that is damaged or cut off"),
        (b"[" * 200_000, "is JSON that is damaged or cut off"),
        (b'{"graphs": []}', "not a list of diseases"),
        (b'["gout"]', "its entry 1 is no disease"),
        (json.dumps([*DOID, {"id": "DOID:3", "namespace": "doid"}]).encode(), "its entry 4 is no disease"),
        (json.dumps([{**DOID[0], "synonyms": "a text"}]).encode(), "its entry 1 is no disease"),
        (json.dumps([{**DOID[0], "xrefs": [{"id": 4}]}]).encode(), "its entry 1 is no disease"),
        (json.dumps([{**DOID[0], "namespace": "hp"}]).encode(), "is a list of “hp”"),
        (json.dumps([DOID[0], MONDO[0]]).encode(), "is a list of “doid, mondo”"),
        (b"name,age\nAnna,3\n", "is no list of diseases that we know"),
        (b"format-version: 1.2\n\n[Term]\nid: DOID:4\n", "is no list of diseases that we know"),
        (as_bytes(LABELS)[:-30], "has a line that is cut off or not of this table: line 3"),
        (b"id\tlabel\tsubClassOf\n", "holds no disease"),
        (as_bytes(MESH) + b"D00010", "line 3"),
        (b'id\tlabel\txref\n"DOID:1"\t"' + b"x" * 200_000, "cannot be read: line"),
    ],
)
def test_anything_else_is_refused_in_one_sentence(data, sentence):
    with pytest.raises(NotAnOntology) as caught:
        ontology.read(data, year=2025)
    assert sentence in str(caught.value) and str(caught.value).endswith(".") and "\n" not in str(caught.value)


def test_mesh_wants_its_year():
    with pytest.raises(NotAnOntology, match="add --year"):
        ontology.read(as_bytes(MESH))
    assert "U.S. National Library of Medicine, 2025" in ontology.read(as_bytes(MESH), year=2025).notice


# --- the command --------------------------------------------------------------------------------


def load(path: Path, **options) -> str:
    out = StringIO()
    call_command("load_ontology", path, stdout=out, **options)
    return out.getvalue()


@pytest.fixture
def doid_file(tmp_path) -> Path:
    path = tmp_path / "doid.json"
    path.write_bytes(as_bytes(DOID))
    return path


@pytest.mark.django_db
def test_a_load_is_kept_and_seen_by_all_workers(doid_file):
    before = shelf.revision(0)
    said = load(doid_file)
    row = RecognisedList.objects.get()
    assert (row.source, row.diseases, row.names, row.file_name) == ("doid", 3, 7, "doid.json")
    assert "3 diseases with 7 names" in said and "CC0 1.0" in said
    assert shelf.revision(0) == before + 1
    assert search.find("quorl syndrome", shelf.current()).ungraded == Disease("doid-1", "Quorl syndrome")


@pytest.mark.django_db
def test_a_new_load_replaces_what_the_same_source_gave(doid_file, tmp_path):
    load(doid_file)
    mesh = tmp_path / "mesh_2025.tsv"
    mesh.write_bytes(as_bytes(MESH))
    load(mesh)
    doid_file.write_text(json.dumps(DOID[:2]))
    assert "It replaces 3 diseases of doid.json" in load(doid_file)
    assert dict(RecognisedList.objects.values_list("source", "diseases")) == {"doid": 2, "mesh": 2}
    shelf.forget()
    assert search.find("infantile quorl syndrome", shelf.current()).ungraded_name != "infantile quorl syndrome"
    assert search.find("zarnotosis", shelf.current()).ungraded.key == "mesh-d000100"


@pytest.mark.django_db
def test_the_same_list_again_changes_nothing(doid_file):
    load(doid_file)
    before = SiteRevision.objects.get().number, RecognisedList.objects.get().loaded_at
    assert "nothing was changed" in load(doid_file)
    assert (SiteRevision.objects.get().number, RecognisedList.objects.get().loaded_at) == before


@pytest.mark.django_db
def test_a_dry_run_tells_and_changes_nothing(doid_file):
    assert "A dry run only; nothing was changed." in load(doid_file, dry_run=True)
    assert not RecognisedList.objects.exists() and shelf.revision(0) == 0


@pytest.mark.django_db
def test_a_list_can_be_removed(doid_file):
    load(doid_file)
    call_command("load_ontology", "--remove", "doid", stdout=StringIO())
    shelf.forget()
    assert not RecognisedList.objects.exists()
    assert search.find("quorl syndrome", shelf.current()).ungraded is None
    with pytest.raises(CommandError, match="No list of the source doid is loaded"):
        call_command("load_ontology", "--remove", "doid")


@pytest.mark.django_db
def test_a_bad_file_changes_nothing(doid_file, tmp_path):
    load(doid_file)
    before = RecognisedList.objects.get().digest, shelf.revision(0)
    doid_file.write_bytes(as_bytes(DOID)[:-9])
    with pytest.raises(CommandError, match=r"^doid.json is JSON that is damaged.*Nothing was loaded\.$"):
        load(doid_file)
    with pytest.raises(CommandError, match="cannot be read"):
        load(tmp_path / "none.json")
    with pytest.raises(CommandError, match="cannot be read"):
        load(tmp_path)
    assert (RecognisedList.objects.get().digest, shelf.revision(0)) == before


@pytest.mark.django_db
def test_giants_are_refused_without_being_read(tmp_path):
    path = tmp_path / "giant.json"
    with path.open("wb") as file:
        file.truncate(200 * 2**20)
    with pytest.raises(CommandError, match="is larger than 64 MB"):
        load(path)
    path.write_bytes(gzip.compress(b" " * (80 * 2**20), 1))
    with pytest.raises(CommandError, match="unpacks to more than 64 MB"):
        load(path)


@pytest.mark.django_db
def test_pages(client, tmp_path, doid_file):
    assert "Names of diseases" not in client.get("/about/").content.decode()
    assert client.get("/conditions/not-graded/doid-1/").status_code == 404
    mondo, mesh = tmp_path / "mondo.json", tmp_path / "list.tsv"
    mondo.write_bytes(as_bytes(MONDO))
    mesh.write_bytes(as_bytes(MESH))
    load(doid_file)
    load(mondo)
    load(mesh, year=2025)
    shelf.forget()
    about = client.get("/about/").content.decode()
    for notice in (
        "Mondo Disease Ontology, Monarch Initiative",
        "CC BY 4.0",
        "courtesy of the U.S. National Library of Medicine, 2025",
    ):
        assert notice in about
    found = client.get("/conditions/", {"q": "bentham quorl disease"}).content.decode()
    assert "Quorl syndrome: we have no grading" in found and "/conditions/not-graded/doid-1/" in found
    assert "You typed a name like “Bentham-Quorl disease”" in found
    assert "Quorl syndrome: we have no grading" in client.get("/conditions/not-graded/doid-1/").content.decode()


# --- the search ---------------------------------------------------------------------------------

LUPUS = build.document(key="lupus", name="Lupus", names=[{"text": "systemic lupus erythematosus"}])
SCLEROSIS = build.document(
    key="multiple-sclerosis", name="Multiple sclerosis", names=[{"text": "MS", "kind": "abbreviation"}]
)
ARTHRITIS = Disease("rheumatoid-arthritis", "Rheumatoid arthritis", short=("RA",))
ENTRIES = [
    Entry("D:1", "myeloid sarcoma", ("MS", "chloroma")),
    Entry("D:2", "refractory anemia", ("RA", "RAEB1")),
    Entry("D:3", "systemic lupus erythematosus", ("excess of quorl", "Libman-Sacks disease")),
    Entry("D:4", "lupus vulgaris", (), ("D:40",)),
    Entry("D:5", "lupus of the young", (), ("D:3",)),
    Entry("D:6", "birth weight", ("fire", "read", "disease")),
    Entry("D:7", "vater association"),
    Entry("D:8", "kabuki syndrome", ("Niikawa-Kuroki disease", "FIRES"), ("D:3",)),
    Entry("D:9", "chronic polyarthritis", ("rheumatoid arthritis",)),
    Entry("D:10", "rheumatoid arthritis", ("atrophic arthritis",)),
    Entry("D:11", "trichotillomania"),
]
INDEX = search.build([LUPUS, SCLEROSIS], [ARTHRITIS], ontology=OntologyNames(ENTRIES))


def answer(text: str, index: search.Index = INDEX) -> str:
    """The key of what the search is sure of."""
    found = search.find(text, index)
    sure = [hit.condition for hit in found.hits if hit.confident]
    return "+".join(sure + ([found.ungraded.key] if found.ungraded else []))


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("MS", "multiple-sclerosis"),
        ("ms", "multiple-sclerosis"),
        ("RA", "rheumatoid-arthritis"),
        ("rheumatoid arthritis", "rheumatoid-arthritis"),
        ("systemic lupus erythematosus", "lupus"),
        ("lupus", "lupus"),
        ("my son has lupus and kabuki syndrome", "lupus"),
    ],
)
def test_curated_and_hand_made_names_win(typed, key):
    assert answer(typed) == key


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("myeloid sarcoma", "d-1"),
        ("sarcoma, myeloid", "d-1"),
        ("mieloid sarcoma", "d-1"),
        ("chloroma", "d-1"),
        ("my niece was born with kabuki syndrome", "d-8"),
        ("kabuki syndrom", "d-8"),
        ("kabuki disease", "d-8"),
        ("niikawa kuroki", "d-8"),
        ("trichotilomania", "d-11"),
        ("atrophic arthritis", "rheumatoid-arthritis"),
        ("RAEB1", "d-2"),
        ("FIRES", "d-8"),
    ],
)
def test_names_of_an_ontology_are_recognised(typed, key):
    assert answer(typed) == key


@pytest.mark.parametrize(
    "typed", "fire|fires|read|birth weight|disease|association|kabuki|raeb1|MSX|weight|the read|zxcvbn|".split("|")
)
def test_what_is_no_sign_of_a_disease_is_not_asserted(typed):
    assert answer(typed) == ""


def test_what_is_not_sure_is_offered():
    for typed, key in (("kabuki", "d-8"), ("VATER association", "d-7")):
        assert [disease.key for disease in search.find(typed, INDEX).near] == [key]


def test_a_short_abbreviation_is_never_sure():
    index = search.build([], [], ontology=OntologyNames(ENTRIES))
    for typed in ("MS", "RA", "ms"):
        assert answer(typed, index) == ""
    assert not may_be_sure("RA", "RA") and not may_be_sure("SCA3", "SCA3") and may_be_sure("RAEB1", "is it RAEB1?")


def test_what_is_graded_is_only_offered_by_an_ontology():
    found = search.find("libman sacks disease", INDEX)
    assert [(hit.condition, hit.confident) for hit in found.hits] == [("lupus", False)] and found.ungraded is None


def test_another_disease_with_a_name_like_it_is_told_apart():
    found = search.find("lupus vulgaris", INDEX)
    assert found.ungraded.key == "d-4" and [(hit.condition, hit.confident) for hit in found.hits] == [("lupus", False)]
    assert answer("lupus of the young") == "lupus"  # a kind of what is graded


def test_a_misread_name_is_put_right():
    hunter = Disease("hunter-syndrome", "Hunter syndrome")
    plain = search.build([], [hunter])
    assert answer("Heiner syndrome", plain) == "hunter-syndrome"
    wide = search.build([], [hunter], ontology=OntologyNames([Entry("D:1", "Heiner syndrome")]))
    assert answer("Heiner syndrome", wide) == "d-1"


def test_two_tables_of_one_ontology_are_one_disease():
    names = OntologyNames([Entry("D:1", "quorl syndrome"), Entry("D:1", "Quorl's", ("mal de quorl",), ("D:2",))])
    assert names.entries == [Entry("D:1", "quorl syndrome", ("Quorl's", "mal de quorl"), ("D:2",))]


def test_loops_in_an_ontology_do_no_harm():
    names = OntologyNames([Entry("D:1", "quorl", (), ("D:2",)), Entry("D:2", "velm", (), ("D:1", "D:99"))])
    assert [entry.id for entry in names.kinds(names.entries[0])] == ["D:1", "D:2"]


def test_an_answer_for_the_address_of_a_disease():
    assert INDEX.disease("d-8") == Disease("d-8", "Kabuki syndrome") and INDEX.disease("d-99") is None
    assert INDEX.disease("rheumatoid-arthritis") is ARTHRITIS
    assert INDEX.answers_for("d-3") == {"lupus"} and INDEX.answers_for("d-8") == set()


@pytest.mark.django_db
def test_the_index_before_serves_while_a_new_one_is_made(monkeypatch):
    old, new = shelf.Shelf(1), shelf.Shelf(2)
    kept = search._Kept()
    first = kept.of(old)
    begun, go_on = threading.Event(), threading.Event()

    def slow(*args):
        begun.set()
        assert go_on.wait(10)
        return search.Index()

    monkeypatch.setattr(search, "build", slow)
    monkeypatch.setattr(search, "_same", lambda *_: False)  # something that the search reads has changed
    monkeypatch.setattr(recognised, "digests", tuple)
    made = []
    maker = threading.Thread(target=lambda: made.append(kept.of(new)))
    maker.start()
    assert begun.wait(10)
    assert kept.of(new) is first
    go_on.set()
    maker.join(10)
    assert made[0] is not first and kept.of(new) is made[0]


# --- the real files -----------------------------------------------------------------------------


@pytest.mark.parametrize("source", FILES)
def test_real_files_are_recognised(source):
    found = ontology.read(real(source).read_bytes(), year=2025)
    assert found.source.key == source and len(found.entries) > 2_000
    assert len({entry.key for entry in found.entries}) == len(found.entries)


@pytest.fixture(scope="module")
def real_names() -> OntologyNames:
    entries = [entry for source in FILES for entry in ontology.read(real(source).read_bytes(), year=2025).entries]
    start = time.thread_time()
    names = OntologyNames(entries)
    assert time.thread_time() - start < 6  # about 1.5 s on a machine with nothing else to do
    return names


@pytest.mark.proof
def test_the_search_is_no_worse_with_every_list_loaded(real_names):
    rows = list(csv.DictReader((SHARED / "search_queries_dev.csv").read_text(encoding="utf-8").splitlines()))
    diseases = recognised.by_hand().values()
    plain = score_search.score(rows, search.build([LUPUS, SCLEROSIS], diseases))
    wide = score_search.score(rows, search.build([LUPUS, SCLEROSIS], diseases, ontology=real_names))
    for kind, tally in plain.items():
        assert wide[kind].right >= tally.right, wide[kind].misses


@pytest.mark.proof
def test_speed_with_every_list_loaded(real_names):
    index = search.build([LUPUS, SCLEROSIS], recognised.by_hand().values(), ontology=real_names)
    some = [entry.name for entry in real_names.entries[::700]]
    typed = [*some, *(text[:4] + text[5:] for text in some), *(f"my mother has {text}, is there hope" for text in some)]
    typed += [" ".join(text[:3] + text[4:] for text in some[at : at + 9]) for at in range(0, 45, 5)]
    typed += [
        "disease syndrome of congenital familial chronic cancer type 1 " * 3,
        "z" * 200,
        "cancr diseese kidny " * 10,
    ]
    took = []
    for text in typed:
        start = time.perf_counter()
        search.find(text, index)
        took.append(time.perf_counter() - start)
    assert statistics.median(took) < 0.010


@pytest.mark.django_db
def test_the_index_outlives_a_revision_that_changes_no_condition(monkeypatch):
    kept = search._Kept()
    first = kept.of(shelf.Shelf(1))
    monkeypatch.setattr(search, "build", lambda *_: pytest.fail("made anew for nothing"))
    assert kept.of(shelf.Shelf(2)) is first
