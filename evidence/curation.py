"""All curated files of a folder, read and checked together, before any table is touched.

No tables. ``read_folder`` collects the complete list of problems: of each file, of references
between files, of the rules, and of prose against data.
"""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from evidence import documents, figures, grading, lint, yaml_files
from evidence.documents import KINDS, RECORD_KINDS, ConditionDocument
from evidence.records import Condition, Record
from evidence.vocabulary import Direction, Origin, Tier
from evidence.yaml_files import Problem

HEADER_KEY = "desk_revision"


@dataclass
class Curated:
    """The records of a folder by kind and key, the other documents, and every problem found."""

    records: dict[str, dict[str, Record]] = field(default_factory=lambda: {kind: {} for kind in RECORD_KINDS})
    texts: dict[str, dict[str, Record]] = field(default_factory=dict)
    files: dict[tuple[str, str], str] = field(default_factory=dict)
    desk_revisions: dict[tuple[str, str], int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def conditions(self) -> list[ConditionDocument]:
        """The documents of all conditions that could be read, by key."""
        return [
            documents.assemble(condition, self.records) for _, condition in sorted(self.records["conditions"].items())
        ]


def read_folder(folder: Path, on: date) -> Curated:
    """Read every ``*.yaml`` below ``folder``; ``on`` is the day on which the rules are to judge."""
    curated = Curated()
    schemas = dict(RECORD_KINDS)
    schemas |= {kind.folder: kind.schema for kind in KINDS.values() if kind.folder}
    curated.texts = {kind.folder: {} for kind in KINDS.values() if kind.folder}
    for path in sorted(folder.rglob("*.yaml")):
        name = path.relative_to(folder).as_posix()
        kind = name.split("/")[0]
        if kind not in schemas or name.count("/") != 1:
            allowed = ", ".join(sorted(schemas))
            curated.problems.append(Problem(name, 0, "", f"is in no folder that is read; folders: {allowed}"))
            continue
        _read_file(curated, path, name, kind, schemas[kind])
    for path in sorted(folder.rglob("*.yml")):
        name = path.relative_to(folder).as_posix()
        if name.split("/")[0] in schemas:
            curated.problems.append(Problem(name, 0, "", "ends in .yml and would not be read; name it .yaml"))
    if not any(problem.key == "" or problem.line for problem in curated.problems):
        _check_references(curated)  # a file that cannot be read would only bring false ones
    if not curated.problems:
        curated.problems += check_documents(curated, on)
    curated.problems.sort()
    return curated


def _read_file(curated: Curated, path: Path, name: str, kind: str, schema: type[Record]) -> None:
    if not path.is_file():
        curated.problems.append(Problem(name, 0, "", "is not a regular file"))
        return
    try:
        parsed = yaml_files.parse(path.read_bytes(), name)
    except OSError as error:
        curated.problems.append(Problem(name, 0, "", f"cannot be read: {error.strerror}"))
        return
    revision = parsed.value.pop(HEADER_KEY, 0) if isinstance(parsed.value, dict) else 0
    if isinstance(revision, bool) or not isinstance(revision, int) or revision < 0:
        parsed.problems.append(Problem(name, 0, HEADER_KEY, "must be a whole number, 0 or more"))
        revision = 0
    record = yaml_files.validate(parsed, schema, name)
    curated.problems += parsed.problems
    if record is None:
        return
    if record.key != path.stem:
        line = parsed.lines.get(("key",), 0)
        curated.problems.append(Problem(name, line, "key", f"is {record.key!r}, but the file is named {path.stem!r}"))
        return
    curated.files[(kind, record.key)] = name
    curated.desk_revisions[(kind, record.key)] = revision
    (curated.records if kind in curated.records else curated.texts)[kind][record.key] = record


def _all_uses(curated: Curated) -> set[str]:
    return {
        f"{condition.key}/{indication.key}"
        for condition in curated.records["conditions"].values()
        for indication in condition.indications
    }


def _check_references(curated: Curated) -> None:
    """Every key that points to another file points to one that is there; no figure key is used twice."""
    records, uses = curated.records, _all_uses(curated)
    owners: dict[tuple[str, str], str] = {}

    def problem(kind: str, key: str, where: str, message: str) -> None:
        curated.problems.append(Problem(curated.files[(kind, key)], 0, where, message))

    def owned(what: str, part: str, kind: str, key: str) -> None:
        owner = owners.setdefault((what, part), f"{kind}/{key}")
        if owner != f"{kind}/{key}":
            problem(kind, key, part, f"is a {what} key that {owner} uses already")

    for kind, items in {**records, **curated.texts}.items():
        for key, record in items.items():
            for source in sorted(documents.cited_sources(record)):
                if source not in records["sources"]:
                    problem(kind, key, "source", f"{source!r} is not a file in sources/")
            _check_record(curated, kind, key, record, uses, problem, owned)
    statistics = figures.all_statistics(list(records["studies"].values()), list(records["harms"].values()))
    sizes = {key for key, study in records["studies"].items() if study.people is not None}
    for kind, items in curated.texts.items():
        for key, record in items.items():
            for what, name in figures.references(documents.canonical(record)):
                if name not in (statistics if what == "stat" else sizes):
                    problem(kind, key, "prose", f"refers to {what}:{name}, which no study or harm has")


def _check_record(curated: Curated, kind, key, record, uses, problem, owned) -> None:
    records = curated.records

    def known_uses(found, where: str) -> None:
        for use in found:
            if use not in uses:
                problem(kind, key, where, f"{use!r} is not a use of any condition; uses: condition-key/use-key")

    if kind == "studies":
        seen: set[str] = set()
        for finding in record.findings:
            owned("finding", finding.key, kind, key)
            if finding.key in seen:
                problem(kind, key, finding.key, "is given to two findings")
            seen.add(finding.key)
            known_uses([bearing.use for bearing in finding.bears_on], f"findings[{finding.key}].bears_on")
            for pooled in finding.pooled_studies:
                if pooled not in records["studies"]:
                    problem(kind, key, f"findings[{finding.key}].pooled_studies", f"{pooled!r} is not in studies/")
            for message in bearing_problems(finding, records["conditions"]):
                problem(kind, key, f"findings[{finding.key}]", message)
        for country in record.countries:
            if country not in records["places"]:
                problem(kind, key, "countries", f"{country!r} is not a file in places/")
    if kind in ("studies", "harms"):
        statistics = [item for finding in getattr(record, "findings", []) for item in finding.statistics]
        statistics += getattr(record, "statistics", [])
        seen = set()
        for statistic in statistics:
            owned("statistic", statistic.key, kind, key)
            if statistic.key in seen:
                problem(kind, key, statistic.key, "is given to two statistics")
            seen.add(statistic.key)
    if kind == "products":
        for event in record.events:
            owned("event", event.key, kind, key)
            known_uses(event.uses, f"events[{event.key}].uses")
            if event.place not in records["places"]:
                problem(kind, key, f"events[{event.key}].place", f"{event.place!r} is not a file in places/")
    if kind in ("harms", "disagreements", "claims"):
        known_uses(record.bears_on, "bears_on")
    if kind == "claims":
        statistics = figures.all_statistics(list(records["studies"].values()), list(records["harms"].values()))
        for statistic in record.statistics:
            if statistic not in statistics:
                problem(kind, key, "statistics", f"{statistic!r} is not a statistic of any study or harm")
        for condition in record.conditions:
            if condition not in records["conditions"]:
                problem(kind, key, "conditions", f"{condition!r} is not a file in conditions/")
    if kind == "places":
        for membership in record.members_of:
            if membership.place not in records["places"]:
                problem(kind, key, "members_of", f"{membership.place!r} is not a file in places/")
    if kind == "conditions":
        for related in record.related:
            if related.condition not in records["conditions"]:
                problem(kind, key, "related", f"{related.condition!r} is not a file in conditions/")


def bearing_problems(finding, conditions: dict[str, Condition]) -> list[str]:
    """A finding may bear directly only on a use with its own cells, origin and route."""
    messages = []
    for bearing in finding.bears_on:
        if not bearing.directly:
            continue
        condition, _, key = bearing.use.partition("/")
        if condition not in conditions:
            continue
        for indication in conditions[condition].indications:
            if indication.key != key:
                continue
            if not set(finding.cells) <= set(indication.cells):
                messages.append(f"cannot bear directly on {bearing.use}: its cells are not among those of that use")
            if indication.origin is not Origin.EITHER and finding.origin != indication.origin:
                messages.append(f"cannot bear directly on {bearing.use}: {finding.origin.label}, not the same there")
            if finding.route != indication.route:
                messages.append(f"cannot bear directly on {bearing.use}: {finding.route.label}, not the same there")
    return messages


def interval_problems(finding) -> list[str]:
    """A finding that says its interval leaves out "no difference" must hold that interval as a figure.

    It may be printed, or worked out from printed counts of people. Where a report prints neither, its own
    test of this comparison stands in: a p-value below 0.05 is the same statement about a 95% interval. It
    does not do so where the report counts anything but people (eyes, joints, treatment periods).
    """
    if finding.excludes_no_difference is not True or finding.direction is not Direction.FAVOURS_TREATMENT:
        return []
    if any(figures.leaves_out_no_difference(statistic) for statistic in finding.statistics):
        return []
    no_interval = [item for item in finding.statistics if figures.crosses_no_difference(item) is None]
    if any(figures.below_five_percent(text) for text in (finding.p_value, *(item.p_value for item in no_interval))):
        return []
    return [
        "says that its interval leaves out “no difference”, but no figure of it holds an interval that does: "
        "enter low and high, the counts, or the p-value, or leave excludes_no_difference empty"
    ]


def publication_problems(document: ConditionDocument, on: date) -> list[str]:
    """Why a condition may not be published on a day: an empty list if it may."""
    problems = []
    sources = {source.key for source in document.sources}
    for key in sorted(documents.cited_sources(document) - sources):
        problems.append(f"It cites the source {key}, which does not exist.")
    statistics = figures.all_statistics(document.studies, document.harms)
    conditions = {document.condition.key: document.condition}
    for study in document.studies:
        for finding in study.findings:
            messages = [*bearing_problems(finding, conditions), *interval_problems(finding)]
            problems += [f"{finding.title}: {message}" for message in messages]
    places = {place.key for place in document.places}
    for product in document.products:
        for event in product.events:
            if event.place not in places:
                problems.append(
                    f"{product.name}: the event {event.key} names the place {event.place}, which does not exist."
                )
    for study in document.studies:
        for country in study.countries:
            if country not in places:
                problems.append(f"{study.name}: it names the country {country}, which does not exist.")
    if document.condition.searched.on > on:
        problems.append("The evidence search is dated in the future.")
    for indication in document.condition.indications:
        problems += _use_problems(document, indication, statistics, on)
    problems += [str(problem) for problem in lint.check(document)]
    return problems


def _use_problems(document: ConditionDocument, indication, statistics, on: date) -> list[str]:
    use, name = f"{document.condition.key}/{indication.key}", indication.name
    judged = grading.judge(document, use, on)
    problems = []
    if indication.tier is not Tier.ESTABLISHED_CARE:
        assigned, ceiling = grading.RANKS[indication.tier], grading.RANKS[judged.ceiling]
        if assigned > ceiling:
            problems.append(
                f"{name}: the rung “{indication.tier.label}” is above what the rules allow "
                f"(“{judged.ceiling.label}”). " + " ".join(judged.reasons[:3])
            )
        if assigned < ceiling and not indication.rationale:
            problems.append(
                f"{name}: the rung “{indication.tier.label}” is below what the rules allow "
                f"(“{judged.ceiling.label}”). Say why in the rationale."
            )
    if grading.CERTAINTY_RANKS[indication.certainty] > grading.CERTAINTY_RANKS[judged.certainty_cap]:
        problems.append(
            f"{name}: certainty “{indication.certainty.label}” is above what the rules allow "
            f"(“{judged.certainty_cap.label}”). " + " ".join(grading.CERTAINTY_RULES[:2])
        )
    if grading.contrary_missing(document, use, on):
        problems.append(
            f"{name}: it shows studies that speak for the treatment and none that speaks against. Enter the best "
            "study that found no benefit, or record the search that found none (where, and on which day)."
        )
    for key in indication.lead_statistics:
        if key not in statistics:
            problems.append(f"{name}: the figure {key} for the first screen does not exist.")
    best = next((item for item in judged.findings if item.counts and item.finding.statistics), None)
    if best and indication.lead_statistics:
        shown = {item.key for item in best.finding.statistics}
        if not shown & set(indication.lead_statistics):
            problems.append(
                f"{name}: the figures for the first screen leave out the best comparison ({best.study.name}). "
                f"Add one of: {', '.join(sorted(shown))}."
            )
    if not indication.tripwires:
        problems.append(f"{name}: say beforehand what would move the rung: at least one tripwire.")
    return problems


def check_documents(curated: Curated, on: date) -> list[Problem]:
    """Rule and lint problems of every condition, and the checks of the other kinds of documents."""
    problems = []
    for document in curated.conditions():
        name = curated.files[("conditions", document.key)]
        problems += [Problem(name, 0, "", message) for message in publication_problems(document, on)]
    for kind in KINDS.values():
        for key, text in curated.texts.get(kind.folder or "", {}).items():
            name = curated.files[(kind.folder, key)]
            problems += [Problem(name, 0, "", message) for message in kind.check(text)]
    return problems


def empty_fields(document: ConditionDocument, on: date) -> list[str]:
    """Optional fields of a condition that are empty, with the reason where the record gives one."""
    condition, lines = document.condition, []
    for name, why in (
        ("checked_by", "no second reader has signed"),
        ("clinician_review", "no clinician has reviewed this page"),
        ("notes", "nothing has to be said beside the uses"),
        ("related", "no neighbouring page"),
    ):
        if not getattr(condition, name):
            lines.append(f"{condition.key}: {name} is empty: {why}")
    for indication in condition.indications:
        judged = grading.judge(document, f"{condition.key}/{indication.key}", on)
        where = f"{condition.key}/{indication.key}"
        if not judged.approvals:
            lines.append(f"{where}: no approval or permission recorded")
        if not any(item.finding.statistics for item in judged.findings):
            lines.append(f"{where}: no figure: the sources seen give none")
        if not indication.lead_statistics:
            lines.append(f"{where}: no figure for the first screen")
        for trip in indication.tripwires:
            if not trip.due:
                lines.append(f"{where}: tripwire {trip.key} has no due date: no trial with a date is known")
    return lines
