"""score_reading: how hard each public page is to read, as a patient gets it."""

import json
from dataclasses import asdict, dataclass, field
from html.parser import HTMLParser

from django.conf import settings
from django.core.management.base import BaseCommand
from django.test import Client
from django.urls import NoReverseMatch, reverse

from evidence import explainers, lint, phases, shelf

STATIC = [
    "home", "condition_list", "how_we_grade", "about", "accessibility", "privacy", "phase_list", "wu_landscape",
    "landscape_list", "explainer_list", "glossary", "clinic_check", "fit_check", "badges", "listing_reader",
    "advert_check",
]  # fmt: skip
BLOCKS = {"p", "li", "dd", "td", "figcaption"}
# things are looked up in lists of sources, stamps and navigation; titles of figures are headings
LEFT_OUT = {"sources", "stamp", "toc", "tags", "hidden", "skip", "cap"}
SKIPPED_TAGS = {"script", "style", "svg", "nav", "header", "footer", "button", "label", "select"}
VOID = {"br", "img", "input", "meta", "link", "hr", "wbr", "path", "rect", "circle", "source"}
FEWEST_WORDS = 4
WORST = 5


@dataclass
class Reading:
    """The grades of one page. ``worst`` are its hardest passages with their grades."""

    page: str
    grade: float
    grade_in_full: float
    words: int
    worst: list[tuple[float, str]] = field(default_factory=list)

    @property
    def too_hard(self) -> bool:
        return (
            self.grade > lint.PAGE_LIMIT
            or self.grade_in_full > lint.PAGE_LIMIT_IN_FULL
            or any(grade > lint.PASSAGE_LIMIT for grade, _ in self.worst)
        )


class Passages(HTMLParser):
    """Collects the paragraphs and list items of a page's main part."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.stack: list[tuple[str, bool]] = []  # tag, is its text left out
        self.text: list[str] = []
        self.inside = False

    def handle_starttag(self, tag, attrs):
        if tag == "main":
            self.inside = True
        if tag in VOID:
            self.text.append(" ")
            return
        if tag in BLOCKS or tag in ("div", "section", "table", "ul", "ol", "dl"):
            self._close()
        classes = set((dict(attrs).get("class") or "").split())
        hidden = (
            bool(classes & LEFT_OUT) or tag in SKIPPED_TAGS or tag in ("h1", "h2", "h3", "h4", "dt", "th", "caption")
        )
        above = bool(self.stack) and self.stack[-1][1]
        self.stack.append((tag, hidden or above))

    def handle_endtag(self, tag):
        if tag in VOID:
            return
        if tag == "main":
            self._close()
            self.inside = False
        if tag in BLOCKS:
            self._close()
        while self.stack:
            popped, _ = self.stack.pop()
            if popped == tag:
                break

    def handle_data(self, data):
        if self.inside and self.stack and not self.stack[-1][1]:
            self.text.append(data)

    def _close(self):
        text = " ".join("".join(self.text).split())
        self.text = []
        if len(lint.WORD.findall(text)) >= FEWEST_WORDS:
            self.found.append(text)


def read(page: str, html: str, exempt: set[str]) -> Reading:
    """The grades of one rendered page, with ``exempt`` words taken out and in full."""
    parser = Passages()
    parser.feed(html)
    out, full = lint.Tally(), lint.Tally()
    graded = []
    for text in parser.found:
        out.add(text, exempt)
        full.add(text)
        graded.append((lint.grade(text, exempt), text))
    return Reading(page, out.grade, full.grade, out.words, sorted(graded, reverse=True)[:WORST])


def addresses(stood: shelf.Shelf) -> list[tuple[str, set[str]]]:
    """Every public page with the names that are exempt on it."""
    names = set(lint.EXEMPT_WORDS)
    found = []
    for published in stood.all("condition"):
        if published.document is not None:
            own = lint.exempt_words(published.document)
            names |= own
            found.append((reverse("condition_detail", args=[published.key]), own))
    for words in phases.ORDER:
        page = stood.get("phase", words.slug)
        if page is not None and page.document is not None:
            found.append((reverse("phase_detail", args=[words.slug]), names))
    for published in stood.all("explainer"):
        if published.document is not None:
            exempt = names | explainers.exempt_words(published.document)
            found.append((reverse("explainer_detail", args=[published.key]), exempt))
    for published in stood.all("landscape"):
        if published.document is not None:
            found.append((reverse("landscape", args=[published.key]), names))
    for name in STATIC:
        try:
            found.append((reverse(name), names))
        except NoReverseMatch:
            continue
    return found


class Command(BaseCommand):
    help = "Print the reading grade of every public page, with its hardest passages and the words taken out."

    def add_arguments(self, parser):
        parser.add_argument("--json", action="store_true", help="print the figures as JSON")

    def handle(self, *args, **options):
        host = next((name for name in settings.ALLOWED_HOSTS if not name.startswith(("*", ".", "["))), "localhost")
        client = Client(headers={"host": host})
        readings, missing = [], []
        for address, exempt in addresses(shelf.current()):
            response = client.get(address, secure=settings.PRODUCTION)
            if response.status_code != 200:
                missing.append(f"{address}: answers {response.status_code}")
                continue
            readings.append(read(address, response.content.decode(), exempt))
        words = sorted(lint.EXEMPT_WORDS)
        if options["json"]:
            figures = {
                "pages": [{**asdict(item), "too_hard": item.too_hard} for item in readings],
                "not_read": missing,
                "exempt_words": words,
            }
            self.stdout.write(json.dumps(figures, ensure_ascii=False, indent=2))
            return
        self.stdout.write(
            f"Flesch-Kincaid grades. Aims: {lint.PAGE_LIMIT:.0f} with names out, {lint.PAGE_LIMIT_IN_FULL:.0f} "
            f"in full, no passage above {lint.PASSAGE_LIMIT:.0f}. Headings, sources and stamps are not counted."
        )
        for item in readings:
            mark = "!" if item.too_hard else " "
            self.stdout.write(
                f"{mark} {item.page}: {item.grade:.1f} names out, {item.grade_in_full:.1f} in full, {item.words} words"
            )
            for grade, text in item.worst:
                self.stdout.write(f"      {grade:4.1f}  {text[:110]}")
        for line in missing:
            self.stdout.write(f"! {line}")
        self.stdout.write(f"Words taken out, besides the names on each condition's page: {', '.join(words)}")
