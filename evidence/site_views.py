"""Finding and explaining: home, search and browse, how we grade, phases, and who stands behind the site.

Everything shown comes from the shelf (current editions) and from the rules; nothing typed is kept.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from evidence import condition_page, figure_page, grading, phases, recognised, road_page, search, shelf, tracing
from evidence.documents import PhaseExplainer
from evidence.vocabulary import BodySystem, Phase, ResultWord, Tier

TIERS = [*grading.LADDER, Tier.NOTHING_FOUND, Tier.ESTABLISHED_CARE]


def _today() -> date:
    return timezone.now().astimezone(UTC).date()


@dataclass(frozen=True)
class Listed:
    """A condition as lists show it: its name and its uses, each with its own rung. No rung of its own."""

    key: str
    name: str
    uses: list[shelf.Use]
    matched: str = ""  # the name that was typed, where it differs
    use: str = ""  # the use that was meant, if one was
    held: bool = False


def _listed(uses: Iterable[shelf.Use]) -> list[Listed]:
    """Uses under the names of their conditions, in the order in which they come."""
    found: dict[str, Listed] = {}
    for use in uses:
        condition = use.condition.condition
        found.setdefault(condition.key, Listed(condition.key, condition.name, [])).uses.append(use)
    return list(found.values())


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """One question, and the ways on."""
    return render(request, "evidence/home.html", {"conditions": _listed(shelf.current().uses(_today()))})


# --- search and browse -------------------------------------------------------------------------


@require_safe
def condition_list(request: HttpRequest) -> HttpResponse:
    """``?q=`` searches; ``?system=`` and ``?rung=`` browse. The page, or for htmx its results alone."""
    text = request.GET.get("q", "")
    stood, today = shelf.current(), _today()
    if text.replace("\0", " ").strip():
        context = _results(text, stood, today)
    else:
        context = _browse(request.GET.get("system", ""), request.GET.get("rung", ""), stood, today)
    alone = bool(request.htmx) and not request.htmx.history_restore_request
    template = "evidence/_condition_results.html" if alone else "evidence/condition_list.html"
    response = render(request, template, context)
    patch_vary_headers(response, ["HX-Request"])
    if alone:
        response["Cache-Control"] = "no-store"
    if context["q"]:
        response["X-Robots-Tag"] = "noindex"
    return response


def _results(text: str, stood: shelf.Shelf, today: date) -> dict:
    text = text[: search.LONGEST * 5]
    told = tracing.asked(text)
    named = tracing.without_figures(text) if told else text
    found = search.find(named, stood) if named.strip() else search.Found()
    uses = {condition.key: condition for condition in _listed(stood.uses(today))}
    sure, perhaps = [], []
    for hit in found.hits:
        listed = uses.get(hit.condition) or Listed(hit.condition, hit.name, [], held=True)
        matched = "" if hit.name.casefold() == listed.name.casefold() else hit.name
        listed = replace(listed, matched=matched, use=hit.use or "")
        (sure if hit.confident else perhaps).append(listed)
    return {
        "q": text[: search.LONGEST].replace("\0", " "),
        "cut": search.LONGEST if found.cut else 0,
        "sure": sure,
        "perhaps": [] if sure or told else perhaps,
        "disease": found.ungraded,
        "disease_matched": _other_name(found),
        "near": found.near,
        "figures": figure_page.traced(told, stood, today, [hit.condition for hit in found.hits if hit.confident]),
        "nothing": not (found.hits or found.near or found.ungraded or told),
    }


def _other_name(found: search.Found) -> str:
    """The name that was typed for a disease that is not graded, where it differs from the one that we use."""
    if not found.ungraded or found.ungraded_name.casefold() == found.ungraded.name.casefold():
        return ""
    return found.ungraded_name


def _browse(system: str, rung: str, stood: shelf.Shelf, today: date) -> dict:
    uses = stood.uses(today)
    systems = {use.condition.condition.body_system for use in uses}
    tiers = {use.tier for use in uses}
    by_system = next((item for item in BodySystem if item.value == system), None)
    by_rung = next((item for item in TIERS if item.value == rung), None)
    chosen = [
        use
        for use in uses
        if (by_system is None or use.condition.condition.body_system is by_system)
        and (by_rung is None or use.tier is by_rung)
    ]
    return {
        "q": "",
        "systems": [item for item in BodySystem if item in systems],
        "rungs": [item for item in TIERS if item in tiers],
        "system": by_system,
        "rung": by_rung,
        "rung_meaning": grading.TIER_WORDS[by_rung].meaning if by_rung else "",
        "unknown": bool((system and not by_system) or (rung and not by_rung)),
        "listed": _listed(chosen),
        "count": len(chosen),
        "total": len(uses),
    }


@require_safe
def ungraded_detail(request: HttpRequest, key: str) -> HttpResponse:
    """A disease that we know and have not graded: what that means, and what to ask. Http404 for any other."""
    stood = shelf.current()
    index = search.index_of(stood)
    disease = index.disease(key)
    if disease is None:
        raise Http404("We do not know a disease under this address.")
    answers = index.answers_for(key)
    graded = [condition for condition in _listed(stood.uses(_today())) if condition.key in answers]
    return render(request, "evidence/ungraded_detail.html", {"disease": disease, "graded": graded})


# --- how we grade ------------------------------------------------------------------------------


@dataclass(frozen=True)
class RungWords:
    """A rung with its words and the uses that stand on it today."""

    tier: Tier
    words: grading.TierWords
    uses: list[shelf.Use]


def _worked_example(uses: list[shelf.Use]) -> shelf.Use | None:
    """A live use whose grade takes some thought: results that differ, and a few reasons, not a page of them."""

    def fitness(use: shelf.Use) -> tuple:
        reasons = len(use.judged.reasons)
        return use.judged.result_word is ResultWord.MIXED, not use.expired, reasons > 1, -reasons, use.key

    return max((use for use in uses if use.judged.reasons and use.judged.findings), key=fitness, default=None)


@require_safe
def how_we_grade(request: HttpRequest) -> HttpResponse:
    """The rules in words, from the module that applies them."""
    uses = shelf.current().uses(_today())
    rungs = {tier: RungWords(tier, words, [use for use in uses if use.tier is tier]) for tier, words in _tier_words()}
    context = {
        "ladder": [rungs[tier] for tier in grading.LADDER],
        "beside": [rung for tier, rung in rungs.items() if tier not in grading.LADDER],
        "results": [(word.label, meaning) for word, meaning in grading.RESULT_MEANINGS.items()],
        "certainties": [(level.label, verb, meaning) for level, (verb, meaning) in grading.CERTAINTY_WORDS.items()],
        "counting": grading.COUNTING_RULES,
        "certainty_rules": grading.CERTAINTY_RULES,
        "approval_rules": grading.APPROVAL_RULES,
        "version": grading.RULES_VERSION,
        "example": _worked_example(uses),
    }
    return render(request, "evidence/how_we_grade.html", context)


def _tier_words() -> Iterable[tuple[Tier, grading.TierWords]]:
    return grading.TIER_WORDS.items()


# --- who stands behind it ----------------------------------------------------------------------


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """Who makes the site, how, and which two documents it checks."""
    published = [item for item in shelf.current().all("condition") if item.document]
    reviewed = [item for item in published if item.document.condition.clinician_review]
    names = {item.notice: item for item in reversed(recognised.loaded())}.values()  # tables of one source share it
    context = {"pages": len(published), "reviewed": reviewed, "name_lists": names}
    return render(request, "evidence/about.html", context)


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "evidence/accessibility.html")


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    return render(request, "evidence/privacy.html")


# --- phases ------------------------------------------------------------------------------------


@require_safe
def phase_list(request: HttpRequest) -> HttpResponse:
    """All phases in their order, the drawing of the road through them, and the one count of listed trials."""
    page = road_page.build(shelf.current(), _today())
    return render(request, "evidence/phase_list.html", {"page": page, "stamp": page.stamp})


@dataclass(frozen=True)
class Resting:
    """A use with the studies of one phase that bear on it."""

    use: shelf.Use
    studies: list[str]


def _resting_on(phase: Phase, uses: list[shelf.Use]) -> list[Resting]:
    """The graded uses that have a result of this phase about them, with the names of the studies."""
    found = []
    for use in uses:
        names = [
            item.study.name
            for item in use.judged.findings
            if item.directly and item.finding.phase is phase and item.doubted != "retracted"
        ]
        if names:
            found.append(Resting(use, list(dict.fromkeys(names))))
    return found


@require_safe
def phase_detail(request: HttpRequest, key: str) -> HttpResponse:
    """What one phase asks, and what a good result does and does not show. Http404 if it is not published."""
    stood, today = shelf.current(), _today()
    words, published = phases.of_slug(key), stood.get("phase", key)
    if words is None or published is None:
        raise Http404("There is no page about this phase.")
    explainer: PhaseExplainer | None = published.document
    context = {"words": words, "page": explainer}
    if explainer is not None:
        place = phases.ORDER.index(words)
        near = [phases.ORDER[number] for number in (place - 1, place + 1) if 0 <= number < len(phases.ORDER)]
        context |= {
            "resting": _resting_on(words.phase, stood.uses(today)),
            "near": [item for item in near if stood.get("phase", item.slug)],
            "sources": [
                condition_page.source_view(source, number) for number, source in enumerate(explainer.sources, start=1)
            ],
            "stamp": condition_page.stamp_of(published, today),
        }
    return render(request, "evidence/phase_detail.html", context)
