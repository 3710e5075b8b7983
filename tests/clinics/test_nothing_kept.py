"""Nothing entered is stored, logged, cached or sent: whole journeys through every page of the check, then a search."""

import logging
import os
import socket
import urllib.error
import urllib.request
from contextlib import closing, suppress
from urllib.parse import urlencode, urlsplit

from clinics import advert_page
from clinics.documents import Answer, Claim, Offer
from config import page_cache
from tests.clinics.test_pages import everything_stored, query, walk

SECRET = "secretmarkerq5"
ADVERT_TEXT = f"{SECRET}: our cells cure lupus, results guaranteed. Call {SECRET} today."
LISTING_TEXT = f"{SECRET} patients pay a fee of 7000 dollars to {SECRET}."
ANSWERS = query(
    Offer.PAID_TREATMENT, {"travel": Answer.YES, "stories": Answer.YES},
    use="lupus/systemic-donor-msc", place="mexico", claim=Claim.PROVEN,
)  # fmt: skip
FIT = {"condition": "lupus", "route": "drip", "origin": "donor", "place": "mexico", "shown": SECRET}
LISTED = {"sponsor": "seller", "size": "7717", "start": "2019-07", "payment": "yes", "end": SECRET}
# what would tell that somebody was here with these answers
TRACES = (SECRET, "travel=yes", "stories=yes", "use=lupus", "place=mexico", "size=7717", "route=drip", "7000 dollars")

JOURNEYS = [  # address, what stands in it, what is sent
    *((f"/check-an-offer/{part}", {**ANSWERS, "name": SECRET}, None) for part in ("", "result/", "sheet/")),
    ("/check-an-offer/", {**ANSWERS, "view": "all"}, None),
    ("/check-an-offer/", {**ANSWERS, "view": "one", "at": "travel", "go": "next", "travel-how": SECRET}, None),
    ("/check-an-offer/result/", {SECRET + str(number): "yes" for number in range(3000)}, None),
    ("/check-the-fit/", FIT, None),
    ("/read-a-listing/", LISTED, None),
    ("/read-a-listing/", LISTED, {"text": LISTING_TEXT}),
    ("/read-a-listing/", {}, {"text": LISTING_TEXT * 2000}),
    ("/check-an-advert/", {"text": SECRET}, None),
    ("/check-an-advert/", {}, {"text": ADVERT_TEXT}),
    ("/check-an-advert/", {}, {"text": ADVERT_TEXT * 2000}),
    ("/what-it-proves/", {"badge": SECRET}, None),
    ("/since/20261122/lupus/", {"name": SECRET}, None),
    (f"/since/{SECRET}/lupus/", {}, None),
    (f"/check-an-offer/since/20261122/{SECRET}/", {}, None),
    (f"/check-an-offer/{SECRET}/", ANSWERS, None),  # no such page
    ("/check-an-offer/result/", {}, {"text": SECRET}),  # takes no POST
]


def address_of(path, parameters) -> str:
    return f"{path}?{urlencode(parameters)}" if parameters else path


def test_after_every_journey_tables_logs_caches_and_later_pages_hold_nothing(published_site, caplog, capsys):
    before = everything_stored()
    with caplog.at_level(logging.DEBUG):
        result, _ = walk(published_site, lambda name, _: ANSWERS.get(name, ""))
        assert "travel=yes" in result  # the answers do travel in the address
        published_site.get(result)
        published_site.get(result.replace(urlsplit(result).path, "/check-an-offer/sheet/"))
        for path, parameters, sent in JOURNEYS:
            address = address_of(path, parameters)
            response = published_site.get(address) if sent is None else published_site.post(address, sent)
            assert response.status_code in (200, 404, 405)
            assert not response.cookies
            assert "Location" not in response
            assert SECRET not in str(response.headers)
    assert everything_stored() == before
    output = capsys.readouterr()
    kept = {
        "log": caplog.text + output.out + output.err,
        "pages in memory": repr([(key, page.headers) for key, page in page_cache.store._pages.items()]),
        "rules of adverts": repr(vars(advert_page._compiled)) + repr(vars(advert_page._compiled.rules)),
        "cookies": repr(published_site.cookies),
    }
    for path in {path for path, _, _ in JOURNEYS if SECRET not in path}:
        kept[f"a later {path}"] = published_site.get(path).content.decode()
    found = {(where, trace) for where, text in kept.items() for trace in TRACES if trace in text}
    assert found == set()
    assert len(page_cache.store)  # pages that hold nothing of anybody are kept
    private = ("/check-", "/read-", "/since/")
    assert not any(part.startswith(private) for key in page_cache.store._pages for part in key if isinstance(part, str))


def test_a_real_server_writes_none_of_it_to_its_log_or_its_data(serve, tmp_path):
    with serve(data=tmp_path) as address:
        for path, parameters, sent in [*JOURNEYS, ("/conditions/", {"q": SECRET}, None), (f"/{SECRET}/", {}, None)]:
            body = urlencode(sent).encode() if sent else None
            with suppress(urllib.error.HTTPError):  # no such page, no POST, too long an address
                urllib.request.urlopen(address + address_of(path, parameters), body, timeout=10).read()
        with closing(socket.create_connection(("127.0.0.1", int(address.rpartition(":")[2])))) as raw:
            raw.sendall(f"GET /check-an-offer/result/?travel=yes&name={SECRET} BROKEN\r\n\r\n".encode())
            raw.recv(100)
    assert "The site is at http://127.0.0.1:" in (tmp_path / "server.log").read_text()
    assert not os.path.exists(os.path.expanduser("~/.gunicorn/gunicorn.ctl"))
    written = [path for path in tmp_path.rglob("*") if path.is_file() and "static" not in path.parts]
    assert {"server.log", "db.sqlite3"} <= {path.name for path in written}
    found = {(path.name, trace) for path in written for trace in TRACES if trace.encode() in path.read_bytes()}
    assert found == set()
