"""Six journeys in a real headless browser, over a real server with the real catalogue."""

import io
import os
import re
import time

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.core.management import call_command

from tests.conftest import database_file

pytestmark = pytest.mark.browser


def listen(page) -> list[str]:
    """What the browser complains about: blocked scripts and styles, errors, failed requests."""
    complaints: list[str] = []
    page.on(
        "console", lambda message: complaints.append(message.text) if message.type in ("error", "warning") else None
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return complaints


def test_a_patient_types_a_name_and_reads_what_is_known(served_site, new_page):
    page = new_page(width=360)
    complaints = listen(page)
    page.goto(f"{served_site}/conditions/")
    page.get_by_label("Name of a disease, or a figure you were told").press_sequentially("lupis", delay=20)
    link = page.locator("#condition-results").get_by_role("link", name="Lupus", exact=True)
    link.wait_for()
    page.wait_for_url(re.compile(r"[?&]q=lupis"))  # so that the search can be shared and gone back to
    link.click()
    page.wait_for_url("**/conditions/lupus/")
    first_screen = page.evaluate(
        "() => [...document.querySelectorAll('main *')].filter(e => e.getBoundingClientRect().top < innerHeight)"
        ".map(e => e.textContent).join(' ')"
    )
    assert "Investigational" in first_screen
    page.go_back()
    page.locator("#condition-results").wait_for()
    assert page.locator("header").count() == 1  # a whole page, not a fragment
    assert complaints == []
    assert page.context.cookies() == []


def test_the_same_without_scripts(served_site, new_page):
    page = new_page(java_script_enabled=False)
    page.goto(served_site)
    page.locator("input[name=q]").fill("esclerosis multiple")
    page.locator("form button").first.click()
    page.get_by_role("link", name="Multiple sclerosis", exact=True).first.click()
    assert "Multiple sclerosis" in page.locator("h1").inner_text()
    assert page.locator("svg").count() > 0


def test_an_offer_is_checked_question_by_question_and_back_loses_nothing(served_site, new_page):
    page = new_page(java_script_enabled=False)
    page.goto(f"{served_site}/check-an-offer/")
    page.get_by_label("A paid treatment that is neither approved nor a trial").check()
    page.get_by_role("button", name="One question at a time").click()
    asked = []
    for _ in range(40):
        if "/result/" in page.url:
            break
        heading = page.locator("h1, legend").first.inner_text()
        asked.append((heading, page.url))
        selects = page.locator("main select")
        for index in range(selects.count()):
            selects.nth(index).select_option(index=1)
        radios = page.locator("main input[type=radio]")
        if radios.count():
            radios.nth(0).check()
        page.locator("main form button").first.click()
    assert "/result/" in page.url
    assert len(asked) >= 8
    assert "Stop and check" in page.locator("main").inner_text()
    page.go_back()
    assert page.url == asked[-1][1]
    page.go_forward()
    assert "Stop and check" in page.locator("main").inner_text()
    assert page.context.cookies() == []


class QuickHasher(PBKDF2PasswordHasher):
    """What the server can check, made in no time."""

    iterations = 1


def test_an_editor_regrades_a_second_person_publishes_and_the_page_follows(
    serve, tmp_path, new_page, settings, django_db_blocker
):
    with serve(data=tmp_path) as address:
        settings.PASSWORD_HASHERS = [f"{__name__}.QuickHasher"]
        out = io.StringIO()
        with django_db_blocker.unblock(), database_file(tmp_path / "db.sqlite3"):
            call_command("make_editors", stdout=out)
        made = out.getvalue()
        passwords = dict(re.findall(r"Account ([\w-]+), password (\S+)", made))
        assert {"editor", "reviewer"} <= set(passwords), made

        def at_the_desk(name):
            page = new_page(width=1280, height=1000)
            complaints = listen(page)
            page.goto(f"{address}/desk/")
            page.get_by_label("Username").fill(name)
            page.get_by_label("Password").fill(passwords[name])
            page.get_by_role("button", name="Log in").click()
            page.get_by_text("What would you like to edit?").wait_for()
            return page, complaints

        reader = new_page()
        reader.goto(f"{address}/conditions/lupus/")
        assert "A sentence from the desk" not in reader.content()

        editor, complaints = at_the_desk("editor")
        editor.goto(f"{address}/desk/evidence/indication/")
        editor.get_by_role("link", name=re.compile("lupus nephritis")).first.click()
        editor.get_by_text("Highest rung allowed").wait_for()
        editor.get_by_label("How it works").fill("A sentence from the desk, an idea and not proof.")
        editor.get_by_role("button", name="Save and continue editing").click()
        editor.get_by_text("was changed successfully").wait_for()
        editor.get_by_role("link", name="Draft and submit").click()
        editor.get_by_text("A sentence from the desk").first.wait_for()
        editor.get_by_label("What you changed and why").fill("A shorter sentence.")
        editor.get_by_role("button", name="Submit").click()
        editor.get_by_text("Submitted. A second person").wait_for()
        assert complaints == []

        reader.reload()
        assert "A sentence from the desk" not in reader.content()

        reviewer, complaints = at_the_desk("reviewer")
        reviewer.goto(f"{address}/desk/evidence/submission/")
        reviewer.locator("#result_list tbody a").first.click()
        reviewer.get_by_text("A sentence from the desk").first.wait_for()
        reviewer.get_by_role("button", name="Publish").click()
        reviewer.get_by_text("The page follows within a second").wait_for()
        assert complaints == []

        deadline = time.monotonic() + 2  # the page follows within a second; twice that for a slow machine
        while "A sentence from the desk" not in reader.content():
            assert time.monotonic() < deadline, "the page did not follow"
            time.sleep(0.2)
            reader.reload()


def test_a_reader_goes_back_in_time(served_site, new_page):
    page = new_page(width=1280)
    page.goto(f"{served_site}/conditions/crohns-disease/?as_of=2019-06-01")
    text = page.locator("main").inner_text()
    assert "History: not today's answer" in text
    assert re.search(r"Approved: .*European Union.*23 March 2018", text)
    assert "Investigational" in text
    assert page.locator("meta[name=robots][content*=noindex]").count() == 1


@pytest.mark.parametrize("path", ["/conditions/graft-versus-host-disease/", "/check-an-offer/"])
def test_it_prints_on_a4(served_site, new_page, path, tmp_path):
    page = new_page(width=1280)
    page.goto(served_site + path)
    page.emulate_media(media="print")
    assert not page.locator("header nav").is_visible()
    assert page.locator("h1").is_visible()
    wide = page.evaluate("() => document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0
    pdf = page.pdf(format="A4", path=str(tmp_path / "page.pdf"))
    assert pdf[:5] == b"%PDF-"
    assert os.path.getsize(tmp_path / "page.pdf") > 10_000
