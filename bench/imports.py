"""How long a registry export takes, and how much memory: real rows repeated under new numbers, through ``load_trials``.

``python -m bench.imports FILE [TRIALS ...]`` needs a real export of the classic or modern form. Seconds and
megabytes are of the whole command in a process of its own, over a database with the curated catalogue.
"""

import csv
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def repeated(source: Path, target: Path, trials: int) -> None:
    """Write ``trials`` rows: the rows of ``source`` over and over, each under a registry number of its own."""
    csv.field_size_limit(20_000_000)
    with open(source, encoding="utf-8-sig", newline="") as file:
        header, *rows = csv.reader(file)
    place = header.index("NCT Number")
    with open(target, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        for number in range(trials):
            row = list(rows[number % len(rows)])
            old, row[place] = row[place], f"NCT{90_000_000 + number:08d}"
            writer.writerow([cell.replace(old, row[place]) for cell in row])


def manage(environment: dict, *arguments: str) -> tuple[float, float]:
    """Run a command; gives seconds and the largest memory (MB) of any child so far."""
    started = time.perf_counter()
    subprocess.run(
        [sys.executable, "manage.py", *arguments], cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL
    )
    return time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def main() -> None:
    source = Path(sys.argv[1])
    sizes = [int(text) for text in sys.argv[2:]] or [1_400, 100_000]
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {"DATA_DIR": folder}
        environment.pop("DATABASE_URL", None)
        manage(environment, "prepare")
        for trials in sorted(sizes):
            path = Path(folder) / "export.csv"
            repeated(source, path, trials)
            for what in ("first load", "the same again"):
                seconds, memory = manage(
                    environment, "load_trials", str(path), "--scope", f"bench {trials}", "--downloaded", "2026-11-01"
                )
                print(
                    f"{trials:>7,} trials ({path.stat().st_size / 1e6:,.0f} MB), {what}: "
                    f"{seconds:.1f} s, at most {memory:,.0f} MB",
                    flush=True,
                )


if __name__ == "__main__":
    main()
