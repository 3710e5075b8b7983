"""``make bench``: a real server with one worker over the curated data, asked page by page, and the search alone."""

import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from contextlib import closing, contextmanager
from pathlib import Path

from bench import load

ROOT = Path(__file__).resolve().parent.parent
SECONDS = float(os.environ.get("SECONDS", "4"))
BROWSER = {"Accept-Encoding": "gzip, br"}
HTMX = BROWSER | {"HX-Request": "true"}
CHECK = (
    "/check-an-offer/result/?view=all&offer=paid-treatment&use=lupus/systemic-donor-msc&place=united-states"
    "&age=adult&pays=yes&same-disease=dont-know&cells-named=no&pressure=yes"
)
PAGES = [
    ("empty view", "/empty/", BROWSER),
    ("home", "/", BROWSER),
    ("a condition", "/conditions/lupus/", BROWSER),
    ("a condition, not modified (304)", "/conditions/lupus/", BROWSER),
    ("a condition, made anew each time", "/conditions/lupus/?unknown=1", BROWSER),
    ("search, the page", "/conditions/?q=lupis", BROWSER),
    ("search, the part that htmx asks for", "/conditions/?q=lupis", HTMX),
    ("the check, first screen", "/check-an-offer/", BROWSER),
    ("the check, result", CHECK, BROWSER),
]


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def server(data: str):
    """The product's server with one worker and the empty view; gives its address."""
    port = free_port()
    environment = os.environ | {
        "DATA_DIR": data, "PORT": str(port), "WEB_CONCURRENCY": "1", "DJANGO_SETTINGS_MODULE": "bench.settings",
    }  # fmt: skip
    environment.pop("DATABASE_URL", None)
    subprocess.run([sys.executable, "manage.py", "prepare"], cwd=ROOT, env=environment, check=True)
    command = [sys.executable, "-m", "gunicorn", "--config", "config/gunicorn.py"]
    running = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    try:
        address = f"http://127.0.0.1:{port}"
        for _ in range(100):
            try:
                urllib.request.urlopen(f"{address}/healthz", timeout=5).close()
                break
            except OSError:
                time.sleep(0.1)
        yield address
    finally:
        running.terminate()
        running.wait(15)


def first_answer(url: str, headers: dict[str, str]):
    """Status, headers and size of one answer; asked three times, so that what can be kept is kept."""
    for _ in range(3):
        try:
            with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=20) as response:
                found = response.status, response.headers, len(response.read())
        except urllib.error.HTTPError as error:
            found = error.code, error.headers, 0
    return found


def pages() -> None:
    with tempfile.TemporaryDirectory(prefix="checker-bench-") as data, server(data) as address:
        print(f"One worker, {load.CONNECTIONS} connections, {SECONDS:g} s a page, asked with {load.tool()}.\n")
        print(f"{'':38}{'requests/s':>11}{'ratio':>8}{'p99 ms':>9}{'bytes':>9}")
        empty = None
        for name, path, headers in PAGES:
            status, answered, size = first_answer(address + path, headers)
            if status != 200:
                print(f"{name:38}{'answers ' + str(status):>11}")
                continue
            if "304" in name:
                headers, size = headers | {"If-None-Match": answered["ETag"]}, 0
            found = load.measure(address + path, SECONDS, headers)
            empty = empty or found.per_second
            failed = f"  {found.failed} FAILED" if found.failed else ""
            print(f"{name:38}{found.per_second:11,.0f}{found.per_second / empty:8.2f}{found.p99:9.1f}{size:9,}{failed}")


def search() -> None:
    """``search.find`` alone, over 500 made-up conditions with 5,000 names."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    import random

    import django

    django.setup()
    from django.conf import settings
    from django.utils import timezone

    from evidence import curation, recognised
    from evidence import search as rooms

    draw = random.Random(1)
    parts = "neuro derma cardio hepa nephro osteo arthro gastro pulmo hemo myo encephalo angio lipo sclero".split()
    ends = "itis osis pathy oma emia algia trophy plasia lysis rrhea penia megaly sclerosis stenosis".split()
    kinds = "acute chronic juvenile severe early late relapsing primary secondary familial".split()
    one = curation.read_folder(settings.FIXTURES, timezone.now().date()).conditions()[0]
    name_of = type(one.condition.names[0])
    conditions = []
    for number in range(500):
        whole = draw.choice(parts) + draw.choice(parts) + draw.choice(ends)
        names = [
            name_of.model_construct(text=f"{draw.choice(kinds)} {draw.choice(parts)}{whole}", kind="synonym", use=None)
            for _ in range(9)
        ]
        condition = one.condition.model_copy(
            update={"key": f"condition-{number}", "name": f"{whole} {number}", "names": names}
        )
        conditions.append(one.model_copy(update={"condition": condition}))
    start = time.perf_counter()
    index = rooms.build(conditions, recognised.by_hand().values())
    print(f"\nSearch over {len(conditions)} conditions, {len(index.names):,} names")
    print(f"  the index: {(time.perf_counter() - start) * 1000:.0f} ms, once for each publication")
    some = [item.condition.names[0].text for item in draw.sample(conditions, 40)]
    asked = {
        "whole names": some,
        "one letter wrong": [text[:5] + "x" + text[6:] for text in some],
        "a sentence around it": [f"my mother has {text}, is there any hope with stem cells" for text in some],
        "nothing that we know": ["".join(draw.choices("abcdefghij", k=12)) for _ in range(40)],
    }
    for name, texts in asked.items():
        times = []
        for text in texts * 5:
            start = time.perf_counter()
            rooms.find(text, index)
            times.append((time.perf_counter() - start) * 1000)
        worst = statistics.quantiles(times, n=100)[98]
        print(f"  {name:24} median {statistics.median(times):6.2f} ms, p99 {worst:6.2f} ms")


if __name__ == "__main__":
    pages()
    search()
