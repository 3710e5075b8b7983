"""score_adverts FILE.jsonl: how well the advert check does on labelled passages."""

import json
from dataclasses import asdict

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from clinics import advert, advert_page
from clinics.advert_rules import AdvertRules
from clinics.advert_score import Score, score
from evidence import shelf, yaml_files

SHOWN = 90  # characters of a quotation


def _rules() -> tuple[advert.Rules, str]:
    """The published rules, else those of the curated file; and which they are."""
    published = advert_page.published_rules(shelf.current())
    if published is not None and published.document is not None:
        return advert_page.rules_of(published), f"edition {published.number}"
    path = settings.FIXTURES / "advert-rules" / "advert-rules.yaml"
    try:
        parsed = yaml_files.parse(path.read_bytes(), path.name)
    except OSError as error:
        raise CommandError(f"No rules are published, and {path} cannot be read: {error.strerror}.") from None
    document = yaml_files.validate(parsed, AdvertRules, path.stem)
    if document is None:
        raise CommandError("\n".join(str(problem) for problem in parsed.problems))
    return advert.Rules(document), "the curated file, since no edition is published"


def _passages(name: str) -> list[dict]:
    try:
        with open(name, encoding="utf-8") as file:
            found = [json.loads(line) for line in file if line.strip()]
    except OSError as error:
        raise CommandError(f"{name} cannot be read: {error.strerror}.") from None
    except ValueError as error:
        raise CommandError(f"{name} does not hold one JSON object a line: {error}.") from None
    if not found or not all(isinstance(item, dict) for item in found):
        raise CommandError(f"{name} does not hold one JSON object a line.")
    return found


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _percent(value: float | None) -> str:
    return "   –" if value is None else f"{value:4.0%}"


def figures(found: Score) -> dict:
    """Everything that is printed, as one dict for programs."""
    return {
        "clinic": {
            "passages": found.clinic,
            "flagged": found.flagged,
            "flagged_with_a_right_flag": found.reached,
            "share_with_a_right_flag": _share(found.reached, found.flagged),
            "unflagged": found.bare,
            "unflagged_marked": found.bare_marked,
        },
        "honest": {
            "passages": found.honest,
            "marked": len(found.honest_marked),
            "share_marked": _share(len(found.honest_marked), found.honest),
        },
        "overall": found.over().figures(),
        "overall_clinic": found.over_clinic.figures(),
        "labels": {label: tally.figures() for label, tally in found.labels.items()},
        "flags_without_a_label": found.apart,
        "misses": [asdict(miss) for miss in found.misses],
        "honest_marked": found.honest_marked,
    }


class Command(BaseCommand):
    help = "Print how well the advert check does on labelled passages (one JSON object a line)."

    def add_arguments(self, parser):
        parser.add_argument("file", help="passages with id, kind (clinic or honest), text, flags")
        parser.add_argument("--json", action="store_true", help="print the figures as JSON")

    def handle(self, *args, **options):
        rules, which = _rules()
        try:
            found = score(rules, _passages(options["file"]))
        except ValueError as error:
            raise CommandError(str(error)) from None
        known = figures(found)
        if options["json"]:
            self.stdout.write(json.dumps({"rules": which} | known, ensure_ascii=False, indent=2))
            return
        self._print(which, found, known)

    def _print(self, which: str, found: Score, known: dict) -> None:
        write = self.stdout.write
        write(f"Rules: {which}. Precision and recall count a label once for each passage.")
        write(f"{'':26}{'precision':>10}{'recall':>8}{'right':>7}{'wrong':>7}{'missed':>8}")
        rows = [*found.labels.items(), ("overall", found.over()), ("overall, clinic only", found.over_clinic)]
        for label, tally in rows:
            write(
                f"{label:26}{_percent(tally.precision):>10}{_percent(tally.recall):>8}"
                f"{tally.right:7}{tally.wrong:7}{tally.missed:8}"
            )
        clinic, honest = known["clinic"], known["honest"]
        write(
            f"Clinic: {clinic['passages']} passages. Of {clinic['flagged']} flagged, "
            f"{clinic['flagged_with_a_right_flag']} got a right flag"
            f" ({_percent(clinic['share_with_a_right_flag']).strip()}; aim 85%). Of {clinic['unflagged']} without a "
            f"flag, {clinic['unflagged_marked']} were marked."
        )
        write(
            f"Honest: {honest['passages']} passages, {honest['marked']} marked "
            f"({_percent(honest['share_marked']).strip()}; aim 5% or less)."
        )
        if found.apart:
            write("Flags without a label, left out above: " + ", ".join(f"{k} {v}" for k, v in found.apart.items()))
        if found.misses:
            write("Misses:")
        for miss in found.misses:
            write(f"  {miss.passage}" + (f"  missed {', '.join(miss.missed)}" if miss.missed else ""))
            for label, quotes in miss.wrong.items():
                write(f"      too much {label}: {'; '.join(quotes)[:SHOWN]}")
        for passage, flags in found.honest_marked.items():
            write(f"  honest and marked: {passage}")
            for line in flags:
                write(f"      {line[:SHOWN]}")
