"""What every page needs besides its own context: who runs this copy, rungs, reference numbers.

Public to templates: ``{% site_facts as facts %}``, ``{% rung use %}`` (a ``shelf.Use`` as its badge),
``{% small_ladder tier %}``, ``{{ numbers|refs }}``, ``{{ pieces|linked }}`` and ``{{ day|in_words }}``.
"""

from dataclasses import replace

from django import template
from django.conf import settings
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe

from evidence import charts, condition_page, dates
from evidence.vocabulary import Tier

register = template.Library()

NOT_STATED = "not stated by whoever runs this copy"


@register.simple_tag
def site_facts() -> dict[str, str]:
    """Who runs and pays for this copy and where to write, as words; ``report_url`` is empty if not set."""
    address = settings.REPORT_ADDRESS.strip()
    url = ""
    if address.startswith(("https://", "http://")):
        url = address
    elif "@" in address:
        url = f"mailto:{address}"
    return {
        "run_by": settings.RUN_BY or NOT_STATED,
        "paid_by": settings.PAID_BY or NOT_STATED,
        "report_address": address or NOT_STATED,
        "report_url": url,
    }


@register.filter
def refs(numbers: list[int]) -> str:
    """Links to the numbered sources at the end of the page."""
    return mark_safe("".join(f' <a class="r" href="#s{int(number)}">[{int(number)}]</a>' for number in numbers))


@register.filter
def linked(pieces) -> str:
    """The text of ``glossary.Piece``s; a term leads to its place in the glossary."""
    address = reverse("glossary")
    return format_html_join(
        "",
        "{}",
        (
            (
                format_html('<a class="term" href="{}#{}">{}</a>', address, piece.term, piece.text)
                if piece.term
                else piece.text,
            )
            for piece in pieces
        ),
    )


@register.filter
def in_words(day) -> str:
    """``23 March 2018`` for a date or a partial date; empty for none."""
    return dates.in_words(day) if day else ""


@register.inclusion_tag("components/rung.html")
def rung(use) -> dict:
    """The badge of a ``shelf.Use``: small ladder, rung with its places, result word, certainty."""
    found = condition_page.badge(use.condition, use.indication, use.judged, expired=use.expired)
    return {"badge": replace(found, short="")}  # in a list the same few words would stand fifty times


@register.simple_tag
def small_ladder(tier: str) -> str:
    """The ladder of four rungs with one marked, as a picture. Empty for a word that is no rung."""
    try:
        return mark_safe(charts.small_ladder(Tier(tier)))
    except ValueError:
        return ""
