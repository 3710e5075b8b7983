"""What tests share: no network, a guarded database that can be flushed, the real catalogue, a real server, a browser.

``published_site``   the real curated files, published, in a database of this test's own
``served_site``      the address of a real server over that catalogue, one for the whole run; read only
``serve``            starts further servers over private copies, for tests that change something
``new_page``         a page in headless Chromium; fails loudly in CI where there is none
"""

import fcntl
import gc
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.test import TransactionTestCase
from django.test.client import Client

from config import page_cache
from evidence import shelf, triggers

ROOT = Path(__file__).resolve().parent.parent
LOOPBACK = ("127.0.0.1", "::1", "localhost", "")
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",  # a request to anybody else fails at once
]

gc.set_threshold(100_000, 50, 100)  # looking for garbage took a sixth of the time of the run


# --- no network ---------------------------------------------------------------------------------


@pytest.fixture(autouse=True, scope="session")
def no_network():
    """Connections to anything but this machine fail with a sentence."""
    real = {name: getattr(socket.socket, name) for name in ("connect", "connect_ex")}
    real_lookup = socket.getaddrinfo

    def guarded(name):
        def connect(self, address):
            if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in LOOPBACK:
                raise RuntimeError(f"A test tried to reach {address[0]}. Tests use no network.")
            return real[name](self, address)

        return connect

    def lookup(host, *args, **options):
        if host is not None and (host.decode() if isinstance(host, bytes) else host) not in LOOPBACK:
            raise RuntimeError(f"A test tried to look up {host}. Tests use no network.")
        return real_lookup(host, *args, **options)

    with pytest.MonkeyPatch.context() as patch:
        for name in real:
            patch.setattr(socket.socket, name, guarded(name))
        patch.setattr(socket, "getaddrinfo", lookup)
        yield


# --- database -----------------------------------------------------------------------------------


@pytest.fixture(autouse=True, scope="session")
def flushes_with_guard():
    """Editions refuse deletion, also the one with which Django empties tables after a test: lift the guard for it."""
    flush = TransactionTestCase._fixture_teardown

    def teardown(self):
        guarded = [connections[alias] for alias in self._databases_names(include_mirrors=False)]
        for one in guarded:
            triggers.drop(one)
        try:
            flush(self)
        finally:
            for one in guarded:
                triggers.create(one)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", teardown)
        yield


@pytest.fixture(autouse=True)
def nothing_remembered():
    """Databases of tests repeat their revisions, so neither shelf nor page cache may outlive a test."""
    shelf.forget()
    page_cache.store.clear()
    yield
    shelf.forget()


@contextmanager
def database_file(path: Path):
    """Use this SQLite file as the database, in this thread and in those that it starts."""
    usual, usual_name = connections["default"], settings.DATABASES["default"]["NAME"]
    settings.DATABASES["default"]["NAME"] = str(path)
    connections["default"] = connections.create_connection("default")
    connections["default"].settings_dict = {**usual.settings_dict, "NAME": str(path)}
    try:
        yield connections["default"]
    finally:
        connections["default"].close()
        connections["default"] = usual
        settings.DATABASES["default"]["NAME"] = usual_name


@pytest.fixture(scope="session")
def once(tmp_path_factory):
    """``once(name, make)``: a folder that ``make(folder)`` fills once for the whole run, whatever its processes."""
    own = tmp_path_factory.getbasetemp()
    root = own.parent if os.environ.get("PYTEST_XDIST_WORKER") else own

    def folder(name: str, make) -> Path:
        with (root / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            made = root / name
            if not made.exists():
                half = Path(tempfile.mkdtemp(dir=root))
                make(half)
                half.rename(made)
        return made

    return folder


@pytest.fixture(scope="session")
def catalogue_file(once, django_db_blocker) -> Path:
    """A SQLite file with the real curated files, loaded and published once for the whole run. Copy it, do not use it."""
    if settings.DATABASES["default"]["ENGINE"] != "django.db.backends.sqlite3":
        pytest.skip("The real catalogue is copied as a file, which only SQLite can.")
    return once("catalogue", lambda folder: _load_into(folder / "db.sqlite3", django_db_blocker)) / "db.sqlite3"


def _load_into(path: Path, blocker) -> None:
    with blocker.unblock(), database_file(path):
        shelf.forget()
        call_command("migrate", verbosity=0, interactive=False)
        call_command("load_catalogue", verbosity=0)
        with connections["default"].cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


@pytest.fixture
def published_site(catalogue_file, tmp_path, django_db_blocker) -> Client:
    """The real catalogue, published, in a database of this test's own; gives a client to ask for pages."""
    path = tmp_path / "db.sqlite3"
    shutil.copy(catalogue_file, path)
    with django_db_blocker.unblock(), database_file(path):
        shelf.forget()
        yield Client()


# --- a real server ------------------------------------------------------------------------------


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def clean_environment(**values: str) -> dict[str, str]:
    """An environment for a program started by a test: that of a laptop, plus these values."""
    kept = ("PATH", "HOME", "LANG", "TMPDIR")
    return {name: os.environ[name] for name in kept if name in os.environ} | values


@contextmanager
def running(data: Path, **values: str):
    """The real server over the database in a data folder; gives its address, and stops it in the end."""
    port = free_port()
    environment = clean_environment(DATA_DIR=str(data), WEB_CONCURRENCY="1", PORT=str(port), **values)
    log = data / "server.log"
    with log.open("w") as output:
        server = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "--config", "config/gunicorn.py"],
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        address = f"http://127.0.0.1:{port}"
        for _ in range(150):
            if server.poll() is not None:
                pytest.fail(f"The server did not start:\n{log.read_text()}", pytrace=False)
            try:
                with urllib.request.urlopen(f"{address}/healthz", timeout=5):
                    break
            except OSError:
                time.sleep(0.1)
        else:
            pytest.fail(f"The server did not answer:\n{log.read_text()}", pytrace=False)
        yield address
    finally:
        server.terminate()
        server.wait(15)


@pytest.fixture(scope="session")
def static_folder(once) -> Path:
    """The static files as the product serves them: with hashed names, compressed."""

    def collect(folder: Path) -> None:
        subprocess.run(
            [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity", "0"],
            cwd=ROOT,
            env=clean_environment(DATA_DIR=str(folder)),
            check=True,
        )

    return once("collected", collect) / "static"


@pytest.fixture(scope="session")
def serve(catalogue_file, static_folder, tmp_path_factory):
    """Start a server over a private copy of the real catalogue: ``with serve() as address``.

    Give ``data=folder`` to know its data folder, and capital names for its environment.
    """

    @contextmanager
    def start(data: Path | None = None, **values: str):
        data = data or tmp_path_factory.mktemp("served")
        shutil.copy(catalogue_file, data / "db.sqlite3")
        (data / "static").symlink_to(static_folder)
        with running(data, **values) as address:
            yield address

    return start


@pytest.fixture(scope="session")
def served_site(serve):
    """The address of a server over the real catalogue, shared by all tests that only read."""
    with serve() as address:
        yield address


# --- a browser ----------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def browser():
    """Headless Chromium. In CI it has to be there; on a laptop the test is skipped without it."""
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUM)), None)
    if path is None:
        sentence = "No Chromium on this machine. Install it (on Debian: make chromium) or name it in CHROMIUM."
        if os.environ.get("CI"):
            pytest.fail(sentence, pytrace=False)
        pytest.skip(sentence)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def new_page(browser):
    """Open a page: ``new_page(width=360, java_script_enabled=False)``; closed after the test."""
    contexts = []

    def open_page(width: int = 360, height: int = 740, **options):
        context = browser.new_context(viewport={"width": width, "height": height}, **options)
        contexts.append(context)
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()
