"""Whatever is sent to a page of the check, a normal page comes back, with a clear sentence, and nothing of it runs."""

import re
from urllib.parse import urlencode

import pytest

from clinics.documents import Result
from tests.clinics.test_hard_cases import words
from tests.clinics.test_pages import TITLE, Page, text

CHECK, RESULT, SHEET = "/check-an-offer/", "/check-an-offer/result/", "/check-an-offer/sheet/"
FIT, LISTING, ADVERT = "/check-the-fit/", "/read-a-listing/", "/check-an-advert/"
BADGES, SINCE = "/what-it-proves/", "/since/20261122/lupus/"
HIDDEN = "\u202e\u202d\u2066\u2067\u2069\u200b\u200c\u200d\u2060\ufeff\u00ad"
FORM = "application/x-www-form-urlencoded"
SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(2)>"

# the parameter that names a condition on pages that ask for one
CONDITION = {CHECK: "use", RESULT: "use", SHEET: "use", FIT: "condition"}
READS_ITS_ADDRESS = (CHECK, RESULT, SHEET, FIT, LISTING)
EVERY_PAGE = (*READS_ITS_ADDRESS, ADVERT, BADGES, SINCE)


def is_normal(response) -> str:
    assert response.status_code == 200
    page = text(response)
    assert Page(response).h1 == 1
    assert "<script" not in page
    assert "onerror=" not in re.sub(r"&lt;.*?&gt;", "", page, flags=re.S)
    assert not response.cookies
    return page


def is_private(response) -> None:
    assert response["Cache-Control"] == "no-store"
    assert response["Referrer-Policy"] == "no-referrer"
    assert response["X-Robots-Tag"] == "noindex"


def test_the_address_may_hold_anything(published_site):
    queries = {
        "an unknown parameter": "nonsense=1",
        "many unknown parameters": "&".join(f"x{number}=1" for number in range(300)),
        "ten thousand answers": "&".join(f"q{number}=yes" for number in range(10_000)),
        "one answer ten thousand times": "offer=trial&" * 10_000,
        "bytes that are no text": "offer=%ff%fe%c3%28&%80%81=%00",
        "characters that hide": "offer=" + "%E2%80%AE%E2%80%8B%EF%BB%BF",
        "markup": "offer=%3Cscript%3Ealert(1)%3C/script%3E&%3Cimg%20src=x%20onerror=alert(2)%3E=1",
        "a long value": "offer=" + "x" * 20_001,
        "broken escapes": "%&%%=%zz&offer=%u0041&;;=&==",
        "templates": "offer={{questionnaire}}&{%25+debug+%25}=1",
        "lists": "offer[]=trial&offer.key=trial&offer[0][a]=b",
    }
    for name, query in queries.items():
        for address in EVERY_PAGE:
            page = is_normal(response := published_site.get(f"{address}?{query}"))
            assert "alert(" not in page, (name, address)
            assert not set(page) & set(HIDDEN + "\x00"), (name, address)
            assert f"<h1>{Result.NOTHING_ALARMING.label}</h1>" not in page, (name, address)
            if address in READS_ITS_ADDRESS:
                assert TITLE in page, (name, address)
            if address != BADGES:  # its page is the same for everybody
                is_private(response)


def test_made_up_conditions_are_told_and_not_quoted(published_site):
    for address, name in CONDITION.items():
        for value in (
            "made-up",
            "lupus/made-up",
            "../lupus",
            "lupus%00",
            "LUPUS",
            "lupus/a/b/c",
            "-",
            "%F0%9F%A7%AC" * 50,
        ):
            page = is_normal(published_site.get(f"{address}?{name}={value}"))
            assert TITLE in page
            assert "made-up" not in page
    for key in ("made-up", "x" * 2000):
        page = is_normal(published_site.get(f"/since/20261122/{key}/"))
        assert "We have no page on this condition." in page
        assert key not in page


def test_repeated_parameters_are_told_and_the_worse_answer_counts(published_site):
    expected = {
        "offer=trial&offer=paid-treatment": (CHECK, RESULT, SHEET),
        "pays=yes&pays=no&offer=trial": (CHECK, RESULT, SHEET),
        "use=lupus&use=stroke": (CHECK, RESULT, SHEET),
        "condition=lupus&condition=stroke": (FIT,),
        "size=3&size=4": (LISTING,),
    }
    for query, addresses in expected.items():
        for address in addresses:
            page = is_normal(published_site.get(f"{address}?{query}"))
            assert TITLE in page
            assert "answered more than once" in page
    for address in (RESULT, SHEET):
        for query in (
            "offer=trial&offer=paid-treatment",
            "pays=yes&pays=no&offer=trial",
            "offer=trial&pays=no&pays=yes",
        ):
            assert f"<h1>{Result.STOP.label}</h1>" in text(published_site.get(f"{address}?{query}"))


PASTES = {
    "binary": ("\x89PNG\r\n\x1a\n" + "\x00\x01\x02\ufffd" * 300, True),
    "nothing": ("", True),
    "only characters that hide": (HIDDEN * 20, True),
    "20,001 characters": ("a word " * 2857 + "ab", True),
    "20,000 characters": ("a word " * 2857 + "a", False),
    "markup": (
        f"{SCRIPT} At our clinic results are guaranteed. You pay a fee {SCRIPT} to take part.</textarea></form>",
        False,
    ),
    "characters that hide": (f"Re{HIDDEN}sults guar\u200banteed. You p\u00aday a {HIDDEN}fee to take part.", False),
    "templates": ("{{ page }} {% debug %} You pay a fee. Results guaranteed.", False),
    "one letter": ("a", False),
    "no spaces": ("a" * 20_000, False),
    "every sign": ("".join(map(chr, range(1, 3000))), False),
    "lone halves of signs": ("Results guaranteed \ud83e.", False),
}


@pytest.mark.parametrize("address", [ADVERT, LISTING])
def test_anything_may_be_pasted(published_site, address):
    assert len(PASTES["20,001 characters"][0]) == len(PASTES["20,000 characters"][0]) + 1 == 20_001
    for name, (pasted, is_refused) in PASTES.items():
        body = urlencode({"text": pasted.encode("utf-8", "surrogatepass")})
        response = published_site.post(address, body, content_type=FORM)
        page = is_normal(response)
        is_private(response)
        assert not set(page) & set(HIDDEN + "\x00"), name
        assert "alert(1)</script>" not in page, name
        if address == ADVERT:
            assert (TITLE in page) is is_refused, name
        if name == "20,001 characters":
            assert TITLE in page
            assert "20,000" in words(response)
        if name == "markup" and address == ADVERT:
            assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
            assert page.count("</textarea>") == page.count("<textarea")
            assert re.search(r"<mark>[^<]*guarantee", page)
        if name in ("markup", "characters that hide", "templates") and address == LISTING:
            assert "The text says: “" in page, name


@pytest.mark.parametrize("address", [ADVERT, LISTING])
def test_a_broken_form_is_a_normal_page(published_site, address):
    for body, kind in (
        (b"&".join(b"a%d=1" % number for number in range(10_000)), FORM),
        (b"text=a&" * 10_000, FORM),
        (b"text=" + b"x" * 3_000_000, FORM),
        (b"text=%ff%fe%80", FORM),
        (b"text=%", FORM + "; charset=nowhere"),
        (b"nonsense", "multipart/form-data; boundary=x"),
        (b"nonsense", "multipart/form-data"),
        (b'{"text": ["guaranteed"]}', "application/json"),
        (b"\x00" * 500, "application/octet-stream"),
        (b"", ""),
    ):
        response = published_site.generic("POST", address, body, content_type=kind)
        is_normal(response)
        is_private(response)


def test_pages_that_only_read_take_no_post_and_say_nothing_of_what_was_sent(published_site):
    for address in (CHECK, RESULT, SHEET, FIT, BADGES, SINCE):
        response = published_site.post(address, {"text": "secretmarkerq1"})
        assert response.status_code == 405
        assert "secretmarkerq1" not in text(response)
