"""The search box answers a figure that somebody was told, from records alone."""

from tests.test_pages import page


def test_a_misquote_is_traced_to_its_trial(published_site):
    text = page(published_site, "/conditions/?q=38%25")
    assert "Where “38%” comes from" in text
    assert "38.6%" in text
    assert "Wrong." in text
    assert "Crohn's disease" in text


def test_the_lupus_survival_figure(published_site):
    for typed in ("92.5%", "92.5", "37 of 40", "I was told 92.5 percent survival"):
        text = page(published_site, f"/conditions/?q={typed.replace('%', '%25')}")
        assert "37 of 40" in text, typed
        assert "Nobody was there to compare with" in text, typed


def test_a_named_disease_narrows_it(published_site):
    text = page(published_site, "/conditions/?q=56%25 crohn")
    assert "Where “56%” comes from" in text
    assert "Crohn's disease" in text
    assert "Multiple sclerosis" not in text


def test_an_unknown_figure_is_never_guessed(published_site):
    text = page(published_site, "/conditions/?q=98.37%25")
    assert "is not in our data" in text
    assert "we do not guess" in text


def test_names_with_numbers_are_no_figures(published_site):
    for typed in ("type 2", "covid 19", "Type 2 diabetes"):
        text = page(published_site, f"/conditions/?q={typed}")
        assert "in our data" not in text, typed
        assert "comes from" not in text, typed


def test_at_most_ten_are_shown(published_site):
    body = published_site.get("/conditions/", {"q": "30%"}).content.decode()
    assert body.count("<li><p><b>") <= 10


def test_no_figure_stands_alone(published_site):
    """A later look of the first fistula trial: does not count, the larger trial, the end of the approval, the rung."""
    text = page(published_site, "/conditions/?q=56.3%25")
    assert "By our rules it does not count" in text
    assert "49 of 100" in text
    assert "ended 13 December 2024" in text
    assert "Where this use stands today: Investigational, mixed results" in text
