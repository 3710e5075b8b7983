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
    "&age=adult&pays=yes&fitting-study=dont-know&cells-named=no&pressure=yes"
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
    """``search.find`` alone."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    import django

    django.setup()
    from bench import search_speed

    search_speed.run()


def advert_check() -> None:
    """The advert check on 20,000 characters: the rules alone, and with the diseases that the text names."""
    from django.conf import settings
    from django.utils import timezone

    from clinics import advert, advert_page
    from clinics.advert_rules import AdvertRules
    from evidence import curation, recognised, yaml_files
    from evidence import search as rooms

    path = settings.FIXTURES / "advert-rules" / "advert-rules.yaml"
    document = yaml_files.validate(yaml_files.parse(path.read_bytes(), path.name), AdvertRules, path.stem)
    start = time.perf_counter()
    rules = advert.Rules(document)
    made = (time.perf_counter() - start) * 1000
    conditions = curation.read_folder(settings.FIXTURES, timezone.now().date()).conditions()
    index = rooms.build(conditions, recognised.by_hand().values())
    samples = [text for flag in document.flags for rule in flag.rules for text in (*rule.marks, *rule.near_misses)]
    text = (" ".join(samples) * 5)[: advert_page.LONGEST]
    alone, whole = [], []
    for _ in range(15):
        start = time.perf_counter()
        reading = rules.read(text)
        advert.segments(reading)
        alone.append((time.perf_counter() - start) * 1000)
        known: dict[str, list[str]] = {}
        for sentence in reading.sentences:
            advert_page.names_in(sentence, reading.text, index, known)
        whole.append((time.perf_counter() - start) * 1000)
    print(f"\nThe advert check, {len(text):,} characters, {len(rules.phrases.owned)} phrases (made in {made:.0f} ms)")
    print(f"  marks {statistics.median(alone):.0f} ms, with diseases {statistics.median(whole):.0f} ms (aim: 100)")


if __name__ == "__main__":
    pages()
    search()
    advert_check()
