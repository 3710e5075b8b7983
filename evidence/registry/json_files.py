"""The registry's JSON of API v2: a list of studies, pages of one, or one study after another. PURE."""

from collections.abc import Iterator
from pathlib import Path

from evidence.registry import values
from evidence.registry.json_pieces import Pieces
from evidence.registry.trials import ALWAYS, COLUMNS, DOWNLOAD_AGAIN, Export, Progress, Unreadable, tidy

LARGEST_JSON = 250_000_000  # bytes; a JSON file has to be held in memory whole


def read_json(path: Path, size: int, progress: Progress) -> Export:
    if size > LARGEST_JSON:
        raise Unreadable(
            f"A JSON file of {size / 1e6:,.0f} MB is more than can be read here ({LARGEST_JSON / 1e6:,.0f} MB). "
            "Download the same trials as CSV: it is much smaller."
        )
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            text = file.read()
    except UnicodeDecodeError as error:
        raise Unreadable(f"The file is not in UTF-8 (byte {error.start:,}). {DOWNLOAD_AGAIN}") from None
    export = Export("api-v2-json", size, "", [], set(COLUMNS), as_list=text.lstrip().startswith("["))
    is_whole = False
    for number, study in enumerate(_studies(text, export), start=1):
        export.rows += 1
        if number % 1000 == 0:
            progress(number)
        if not isinstance(study, dict) or not isinstance(study.get("protocolSection"), dict):
            export.refuse(number, "", "is no study record of the registry's API v2")
            continue
        raw, texts = _raw_of(study)
        export.without_phases += "phases" not in _part(study, "protocolSection", "designModule")
        is_whole = is_whole or study["protocolSection"].keys() | study.keys() >= WHOLE_RECORD
        trial = tidy(raw, export, number, texts or None, collaborators=_collaborator_classes(study))
        if trial is not None:
            stopped = _part(study, "protocolSection", "statusModule").get("whyStopped")
            trial.why_stopped = values.writable(_text(stopped))
            export.trials.append(trial)
    if not export.rows:
        raise Unreadable(f"The file is JSON, but holds no studies. {DOWNLOAD_AGAIN}")
    if not is_whole:
        _leave_out_what_is_nowhere(export)
    return export


WHOLE_RECORD = {"derivedSection", "descriptionModule", "designModule", "sponsorCollaboratorsModule", "statusModule"}


def _leave_out_what_is_nowhere(export: Export) -> None:
    """A JSON download of chosen fields: what no study states is a missing column, not an empty one.

    Only studies that test a treatment must state a phase, so a list without such studies has phases, all empty.
    """
    stated = {name for trial in export.trials for name, text in trial.raw.items() if text}
    if all(trial.study_type not in ("", "INTERVENTIONAL") for trial in export.trials):
        stated.add("phases")
    export.present = stated
    for trial in export.trials:
        trial.raw = {name: text for name, text in trial.raw.items() if name in stated}
        if "funder" not in stated:
            trial.any_industry = None
    lost = [COLUMNS[name][1] for name in ALWAYS if name not in stated]
    if export.trials and lost:
        raise Unreadable(f"The studies of this file do not state: {', '.join(lost)}. {DOWNLOAD_AGAIN}")


def _studies(text: str, export: Export) -> Iterator[object]:
    """The studies of a JSON text one by one: a list, pages (``{"studies": [...]}``), or one study after another.

    Raises Unreadable for JSON that is cut off, glued together, or anything else.
    """
    pieces = Pieces(text)
    more = ""
    try:
        if pieces.next() == "[":
            for item in pieces.items():
                pages = item.get("studies") if isinstance(item, dict) else None
                yield from pages if isinstance(pages, list) else [item]
        else:
            more = yield from _pages(pieces)
        if pieces.next():
            raise Unreadable("Two files are glued together: JSON goes on after its end. Load them one by one.")
    except (ValueError, IndexError, RecursionError) as error:
        place = getattr(error, "pos", len(text))
        raise Unreadable(
            f"The file is cut off or broken: the JSON ends or goes wrong at character {place:,} of {len(text):,}. "
            f"{DOWNLOAD_AGAIN}"
        ) from None
    if more:
        export.notes.append("The file is one page of a longer list: it names a next page, which is not in it.")


def _pages(pieces: Pieces) -> Iterator[object]:
    """The studies of objects that follow each other. Returns the mark of the next page, if the last one has any."""
    more: object = True
    while more and pieces.next() == "{":
        found: dict[str, object] = {}
        for key in pieces.names():
            if key == "studies" and pieces.next() == "[":
                found[key] = True
                yield from pieces.items()
            else:
                found[key] = pieces.value()
        if "protocolSection" in found:
            yield found
        elif found.get("studies") is True:
            more = found.get("nextPageToken")
        else:
            keys = ", ".join(list(found)[:4])
            raise Unreadable(f"The file is JSON, but not a list of studies (it holds: {keys}). {DOWNLOAD_AGAIN}")
    return "" if more is True else more


def _part(study: dict, *names: str) -> dict:
    """A module of a study record; empty if it is missing or is none."""
    for name in names:
        study = study.get(name)
        if not isinstance(study, dict):
            return {}
    return study


def _list(part: dict, name: str) -> list:
    found = part.get(name)
    return found if isinstance(found, list) else []


def _text(value: object) -> str:
    """A text or number of a study record; empty for anything else, which has no place there."""
    return str(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def _raw_of(study: dict) -> tuple[dict[str, str], list[str]]:
    """The values of a study record as the registry's CSV would write them, and its free texts."""
    protocol = study["protocolSection"]
    identity, state = _part(protocol, "identificationModule"), _part(protocol, "statusModule")
    design, described = _part(protocol, "designModule"), _part(protocol, "descriptionModule")
    lead = _part(protocol, "sponsorCollaboratorsModule", "leadSponsor")

    def day(name: str) -> str:
        return _text(_part(state, name).get("date"))

    interventions = [
        f"{_text(item.get('type'))}: {_text(item.get('name'))}"
        for item in _list(_part(protocol, "armsInterventionsModule"), "interventions")
        if isinstance(item, dict)
    ]
    places = [
        _text(item.get("country"))
        for item in _list(_part(protocol, "contactsLocationsModule"), "locations")
        if isinstance(item, dict)
    ]
    results = study.get("hasResults")
    raw = {
        "nct_id": _text(identity.get("nctId")),
        "title": _text(identity.get("briefTitle")),
        "status": _text(state.get("overallStatus")),
        "results": ("YES" if results else "NO") if isinstance(results, bool) else "",
        "conditions": "|".join(map(_text, _list(_part(protocol, "conditionsModule"), "conditions"))),
        "interventions": "|".join(interventions),
        "sponsor": _text(lead.get("name")),
        "funder": _text(lead.get("class")),
        "phases": "|".join(map(_text, _list(design, "phases"))),
        "enrolment": _text(_part(design, "enrollmentInfo").get("count")),
        "study_type": _text(design.get("studyType")),
        "start": day("startDateStruct"),
        "primary_completion": day("primaryCompletionDateStruct"),
        "completion": day("completionDateStruct"),
        "last_update": day("lastUpdatePostDateStruct"),
        "locations": "|".join(places),
    }
    texts = [described.get("briefSummary"), described.get("detailedDescription")]
    texts.append(_part(protocol, "eligibilityModule").get("eligibilityCriteria"))
    return raw, [text for text in map(_text, texts) if text]


def _collaborator_classes(study: dict) -> list[str]:
    module = _part(study, "protocolSection", "sponsorCollaboratorsModule")
    return [_text(item.get("class")) for item in _list(module, "collaborators") if isinstance(item, dict)]
