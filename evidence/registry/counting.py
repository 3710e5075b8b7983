"""Trials of an export → counts: the landscape that patients see, and the summary that a dry run prints.

pandas does the counting. Nothing here knows a table or a page; it runs where ``load_trials`` runs, never
in a web worker.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date

import pandas as pd

from evidence import dates
from evidence.landscape import (
    CELL_SOURCES,
    EVERYTHING_ELSE,
    NO_CONDITION,
    PHASES,
    SEVERAL_CONDITIONS,
    SPONSORS,
    STATUSES,
    Countries,
    CountryCount,
    Flow,
    Landscape,
    ListedCondition,
    ListedUse,
    Row,
    SponsorCount,
)
from evidence.registry import cells, countries, values
from evidence.registry.naming import Belonging
from evidence.registry.trials import COLUMNS, Export, Trial

MOST_CONDITIONS = 12


def frame(trials: Iterable[Trial]) -> pd.DataFrame:
    """One line a trial, with the words that are counted."""
    return pd.DataFrame(
        [
            {
                "nct_id": trial.nct_id,
                "status": trial.status,
                "phase": trial.phase,
                "early": trial.early_phase_1,
                "phase_empty": not trial.raw.get("phases", "").strip(),
                "year": trial.start_year,
                "sponsor": trial.sponsor_class,
                "industry": bool(trial.any_industry),
                "cells": trial.cell_source,
            }
            for trial in trials
        ]
    )


def _rows(data: pd.DataFrame, by: str, order: Iterable[str]) -> list[Row]:
    table = pd.crosstab(data[by], data["phase"]).reindex(columns=list(PHASES), fill_value=0)
    return [Row(name=name, by_phase=[int(n) for n in table.loc[name]]) for name in order if name in table.index]


def landscape(
    export: Export,
    trials: list[Trial],
    named: Mapping[str, Belonging],
    *,
    key: str,
    title: str,
    scope: str,
    query: str,
    downloaded: date,
    prepared_by: str,
) -> Landscape:
    """The counts of an export. ``trials``: the newest record of each of its trials; ``named``: by NCT number."""
    data = frame(trials)
    present = export.present
    views: dict = {}
    if "phases" in present:
        views["early_phase_1"] = int(data["early"].sum())
        views["phase_empty"] = int(data["phase_empty"].sum())
        known = data["status"].where(data["status"].isin(list(STATUSES)), "")
        views["statuses"] = _rows(data.assign(status=known), "status", STATUSES)
        if "start" in present:
            years = sorted(set(data["year"]) - {""})
            views["years"] = _rows(data, "year", [*years, ""])
        if "conditions" in present:
            groups = _groups(trials, named)
            views["conditions"] = _condition_rows(data, groups)
            if "interventions" in present:
                views["flows"] = _flows(data, groups)
    if "locations" in present:
        views["countries"] = _countries(trials)
    if "funder" in present:
        found = Counter(data["sponsor"])
        views["sponsors"] = [SponsorCount(name=name, trials=found[name]) for name in SPONSORS if found[name]]
        views["any_industry"] = int(data["industry"].sum())
    return Landscape(
        key=key,
        title=title,
        scope=scope,
        query=query,
        downloaded=downloaded,
        file_format=export.file_format,
        trials=len(trials),
        refused_rows=export.refused_count,
        name_cells=sum(cells.names_cells(trial.words) for trial in trials) if "interventions" in present else None,
        missing=[COLUMNS[name][1] for name in export.missing],
        graded=_graded(export, trials, named, downloaded) if "conditions" in present else [],
        prepared_by=prepared_by,
        **views,
    )


def _countries(trials: list[Trial]) -> Countries:
    found = Counter(code for trial in trials for code in trial.countries)
    ordered = sorted(found.items(), key=lambda item: (-item[1], countries.NAMES[item[0]]))
    return Countries(
        by_country=[CountryCount(iso3=code, name=countries.NAMES[code], trials=number) for code, number in ordered],
        without=sum(not trial.countries for trial in trials),
        in_several=sum(len(trial.countries) > 1 for trial in trials),
    )


def _groups(trials: list[Trial], named: Mapping[str, Belonging]) -> list[tuple[str, ...]]:
    """The condition rows in which each trial counts: the most frequent diseases, and the rest together."""
    found = Counter(disease for trial in trials for disease in named[trial.nct_id].diseases)
    top = {name for name, _ in sorted(found.items(), key=lambda item: (-item[1], item[0]))[:MOST_CONDITIONS]}
    groups = []
    for trial in trials:
        diseases = named[trial.nct_id].diseases
        shown = tuple(name for name in diseases if name in top)
        groups.append(shown or ((EVERYTHING_ELSE,) if diseases else (NO_CONDITION,)))
    return groups


def _condition_rows(data: pd.DataFrame, groups: list[tuple[str, ...]]) -> list[Row]:
    long = data.assign(condition=groups).explode("condition")
    counts = Counter(long["condition"])
    last = (EVERYTHING_ELSE, NO_CONDITION)
    order = sorted(set(counts) - set(last), key=lambda name: (-counts[name], name))
    return _rows(long, "condition", [*order, *last])


def _flows(data: pd.DataFrame, groups: list[tuple[str, ...]]) -> list[Flow]:
    one = [names[0] if len(names) == 1 else SEVERAL_CONDITIONS for names in groups]
    sizes = data.assign(condition=one).groupby(["condition", "cells", "phase"]).size()
    rank = {name: place for place, name in enumerate(Counter(one))}
    cells, phases = list(CELL_SOURCES), list(PHASES)

    def order(item):
        (condition, source, phase), _ = item
        return rank[condition], cells.index(source), phases.index(phase)

    return [
        Flow(condition=condition, cells=source, phase=phase, trials=int(number))
        for (condition, source, phase), number in sorted(sizes.items(), key=order)
    ]


def is_due(trial: Trial, downloaded: date) -> bool:
    """Has the trial ended, and was its main measuring over a year or more before the download?

    The US rule for trials under it: results are due one year after the primary completion date
    (42 CFR 11.44). We apply the same span to every trial; many of them are under no such rule.
    """
    if trial.status not in ("COMPLETED", "TERMINATED"):
        return False
    ended = trial.primary_completion or trial.completion
    return bool(ended) and dates.last_day(ended) <= dates.months_before(downloaded, 12)


def _graded(
    export: Export, trials: list[Trial], named: Mapping[str, Belonging], downloaded: date
) -> list[ListedCondition]:
    by_condition: dict[str, list[Trial]] = {}
    for trial in trials:
        for condition in named[trial.nct_id].conditions:
            by_condition.setdefault(condition, []).append(trial)
    dated = {"primary_completion", "completion"} & export.present and "results" in export.present
    listed = []
    for condition, items in sorted(by_condition.items()):
        phases = Counter(trial.phase for trial in items)
        states = Counter(trial.status if trial.status in STATUSES else "" for trial in items)
        due = [trial for trial in items if is_due(trial, downloaded)] if dated else None
        texts = [trial.mentions_payment for trial in items if trial.mentions_payment is not None]
        uses = Counter(use for trial in items for use in named[trial.nct_id].uses if use.startswith(f"{condition}/"))
        listed.append(
            ListedCondition(
                condition=condition,
                trials=len(items),
                by_phase=[phases[code] for code in PHASES] if "phases" in export.present else None,
                by_status={code: states[code] for code in STATUSES if states[code]},
                due=len(due) if due is not None else None,
                due_without_results=sum(not trial.results for trial in due) if due is not None else None,
                mention_payment=sum(texts) if texts else None,
                uses=[ListedUse(use=use, trials=number) for use, number in sorted(uses.items())],
            )
        )
    return listed


# --- the summary that a dry run prints ---------------------------------------------------------

SUMMARY_PHASES = {"1": "I", "1/2": "I/II", "2": "II", "2/3": "II/III", "3": "III", "4": "IV", "none": "NA"}
SUMMARY_SPONSORS = {"INDUSTRY": "Industry", "NIH": "NIH", "FED": "US Fed", "OTHER": "Other", "": "missing"}


def _sorted(counter: Mapping) -> dict:
    return {key: counter[key] for key in sorted(counter)}


def _by(pairs: Iterable[tuple[str, str]]) -> dict[str, dict[str, int]]:
    found: dict[str, Counter] = {}
    for outer, inner in pairs:
        found.setdefault(outer, Counter())[inner] += 1
    return {outer: _sorted(found[outer]) for outer in sorted(found)}


def summary(export: Export) -> dict:
    """The counts of a file as a plain dictionary: what ``load_trials --dry-run --json`` prints.

    A key whose column the file lacks is left out. Phases are written I to IV and NA; years are the first
    four digits of the start date; a sponsor's class is that of the lead sponsor.
    """
    trials, present = export.trials, export.present
    phase = {trial.nct_id: SUMMARY_PHASES[trial.phase] for trial in trials}
    found: dict = {
        "format": _format_words(export),
        "bytes": export.size,
        "sha256": export.digest,
        "rows": export.rows,
        "columns": export.columns,
        "unique_nct": len(trials),
        "status": _sorted(Counter(trial.status for trial in trials)),
    }
    if "phases" in present:
        found |= {
            "phase_raw": _sorted(Counter(trial.raw["phases"] for trial in trials)),
            "phase": _sorted(Counter(phase.values())),
            "phase_note_early_phase_1_counted_in_I": sum(trial.early_phase_1 for trial in trials),
            "phase_empty_counted_in_NA": sum(not trial.raw["phases"].strip() for trial in trials),
            "status_by_phase": _by((phase[trial.nct_id], trial.status) for trial in trials),
        }
        if export.file_format == "api-v2-json":
            found["studies_without_phases_key"] = export.without_phases
    if "start" in present:
        years = [(trial.start_year or "missing", phase[trial.nct_id]) for trial in trials]
        found["start_year"] = _sorted(Counter(year for year, _ in years))
        if "phases" in present:
            found["start_year_by_phase"] = _by(years)
    if "funder" in present:
        sponsor = {trial.nct_id: SUMMARY_SPONSORS[trial.sponsor_class] for trial in trials}
        lead = (next(iter(values.several(trial.raw["funder"])), "") for trial in trials)
        found |= {
            "sponsor_lead_raw": _sorted(Counter(lead)),
            "sponsor_class": _sorted(Counter(sponsor.values())),
            "trials_with_any_industry_funder": sum(bool(trial.any_industry) for trial in trials),
        }
        if "phases" in present:
            found["sponsor_by_phase"] = _by((sponsor[trial.nct_id], phase[trial.nct_id]) for trial in trials)
    if "study_type" in present:
        found["study_type"] = _sorted(Counter(trial.study_type or "missing" for trial in trials))
    if "locations" in present:
        found |= _country_summary(export, phase if "phases" in present else {})
    if "enrolment" in present:
        known = sorted(trial.enrolment for trial in trials if trial.enrolment is not None)
        found["enrollment"] = {
            "missing": len(trials) - len(known),
            "zero": known.count(0),
            "sum": sum(known),
            "median_of_known": float(pd.Series(known, dtype="int64").median()) if known else None,
            "max": known[-1] if known else None,
        }
    if "results" in present:
        found["has_results"] = sum(bool(trial.results) for trial in trials)
    like = [trial for trial in trials if values.CELL_THERAPY.search(trial.words)]
    found["cell_therapy_like_rows_by_regex"] = len(like)
    if "phases" in present:
        found["cell_therapy_like_phase"] = _sorted(Counter(phase[trial.nct_id] for trial in like))
    found |= {
        "cell_source": _sorted(Counter(trial.cell_source for trial in trials)),
        "longest_cell_chars": export.longest_cell,
        "rows_with_embedded_newline": export.rows_with_line_breaks,
        "refused": export.refused_count,
        "refused_rows": [str(item) for item in export.refused],
        "remarks": export.remarks_count,
        "remarked_rows": [str(item) for item in export.remarks],
        "notes": export.notes,
        "missing_columns": export.missing_in_words(),
    }
    return found


def _format_words(export: Export) -> str:
    if export.file_format == "api-v2-json":
        return f"api-v2-json ({'top level list' if export.as_list else 'object with studies'})"
    return export.file_format.removesuffix("-csv")


def _country_summary(export: Export, phase: Mapping[str, str]) -> dict:
    trials = export.trials
    raw = Counter(name for trial in trials for name in values.several(trial.raw["locations"]))
    codes = Counter(code for trial in trials for code in trial.countries)
    found = {
        "country_raw_trials": _sorted(raw),
        "country_iso3_trials": _sorted(codes),
        "country_unrecognised_fragments_to_ignore": dict(export.fragments),
        "trials_without_country": sum(not trial.countries for trial in trials),
        "trials_in_more_than_one_country": sum(len(trial.countries) > 1 for trial in trials),
    }
    if phase:
        found["country_by_phase_top10"] = {
            code: _sorted(Counter(phase[trial.nct_id] for trial in trials if code in trial.countries))
            for code, _ in codes.most_common(10)
        }
    return found
