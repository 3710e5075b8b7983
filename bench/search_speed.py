"""How long a search takes: over 500 made-up conditions, and with an ontology behind them; what it costs to make ready.

The ontology files are not part of the project. They are looked for in the folder that ONTOLOGY
names, else beside the project; without them 51,000 made-up names stand in.
"""

import os
import random
import statistics
import string
import time
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from evidence import curation, ontology, recognised
from evidence import search as rooms
from evidence.search_ontology import OntologyNames

BESIDE = Path(__file__).resolve().parent.parent.parent / "shared" / "data" / "ontology"
MADE_UP = 17_000  # diseases with three names each
PARTS = "neuro derma cardio hepa nephro osteo arthro gastro pulmo hemo myo encephalo angio lipo sclero".split()
ENDS = "itis osis pathy oma emia algia trophy plasia lysis rrhea penia megaly sclerosis stenosis".split()
KINDS = "acute chronic juvenile severe early late relapsing primary secondary familial".split()
MISTYPED = "cancr diseese kidny falure arthritus lng hart syndrom sclerossis diabetis infecton neuropthy anemai".split()


def run() -> None:
    """Measure and print."""
    draw = random.Random(1)
    conditions = _conditions(draw)
    start = time.perf_counter()
    index = rooms.build(conditions, recognised.by_hand().values())
    took = time.perf_counter() - start
    print(f"\nSearch over {len(conditions)} conditions, {len(index.names):,} names (aim: median under 5 ms)")
    print(f"  the index: {took * 1000:.0f} ms, once for each publication")
    some = [item.condition.names[0].text for item in draw.sample(conditions, 40)]
    _ask(index, _texts(draw, some))

    entries = _from_files() or _made_up(draw)
    start = time.perf_counter()
    names = OntologyNames(entries)
    took = time.perf_counter() - start
    offered = sum(1 + len(entry.also) for entry in entries)
    index = rooms.build(conditions, recognised.by_hand().values(), ontology=names)
    print(f"\nThe same with an ontology of {len(entries):,} diseases, {offered:,} names (aim: median under 10 ms)")
    print(f"  its names: {took * 1000:.0f} ms, once for each load and process")
    _ask(index, _texts(draw, some))
    some = [entry.name for entry in draw.sample(entries, 40)]
    print("  and of the ontology itself:")
    _ask(index, _texts(draw, some))


def _conditions(draw: random.Random) -> list:
    one = curation.read_folder(settings.FIXTURES, timezone.now().date()).conditions()[0]
    name_of = type(one.condition.names[0])
    conditions = []
    for number in range(500):
        whole = draw.choice(PARTS) + draw.choice(PARTS) + draw.choice(ENDS)
        names = [
            name_of.model_construct(text=f"{draw.choice(KINDS)} {draw.choice(PARTS)}{whole}", kind="synonym", use=None)
            for _ in range(9)
        ]
        changed = {"key": f"condition-{number}", "name": f"{whole} {number}", "names": names}
        conditions.append(one.model_copy(update={"condition": one.condition.model_copy(update=changed)}))
    return conditions


def _from_files() -> list[ontology.Entry]:
    folder = Path(os.environ.get("ONTOLOGY", BESIDE))
    found = {}
    for path in sorted(folder.glob("*.json.gz")) + sorted(folder.glob("mesh*.tsv.gz")):
        listed = ontology.read(path.read_bytes(), year=2025)
        found[listed.source.key] = listed.entries
    return [entry for source in ontology.SOURCES for entry in found.get(source, ())]


def _made_up(draw: random.Random) -> list[ontology.Entry]:
    def word() -> str:
        return draw.choice(PARTS) + "".join(draw.choices("aeioustrnl", k=4)) + draw.choice(ENDS)

    return [
        ontology.Entry(
            f"DOID:{number}", f"{word()} {number % 40}", (f"{draw.choice(KINDS)} {word()}", f"{word()} disease")
        )
        for number in range(MADE_UP)
    ]


def _texts(draw: random.Random, names: list[str]) -> dict[str, list[str]]:
    def babble(letters: int) -> str:
        return "".join(draw.choices(string.ascii_lowercase, k=letters))

    return {
        "whole names": names,
        "one letter wrong": [text[:5] + "x" + text[6:] for text in names],
        "a sentence around it": [f"my mother has {text}, is there any hope with stem cells" for text in names],
        "nothing that we know": [babble(12) for _ in range(40)],
        "long and hostile": [
            *(" ".join(babble(draw.randint(4, 12)) for _ in range(30)) for _ in range(15)),
            *(" ".join(draw.choices(MISTYPED, k=30)) for _ in range(15)),
            *(" ".join(text[:3] + text[4:] for text in draw.sample(names, 8)) for _ in range(15)),
            "disease syndrome of the congenital familial chronic cancer carcinoma deficiency type 1 " * 3,
            babble(200),
        ],
    }


def _ask(index: rooms.Index, asked: dict[str, list[str]]) -> None:
    for name, texts in asked.items():
        times = []
        for text in texts * 3:
            start = time.perf_counter()
            rooms.find(text, index)
            times.append((time.perf_counter() - start) * 1000)
        worst = statistics.quantiles(times, n=100)[98]
        print(f"  {name:24} median {statistics.median(times):6.2f} ms, p99 {worst:6.2f} ms")
