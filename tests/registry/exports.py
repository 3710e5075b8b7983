"""Small registry files, written by hand in the three forms of the real ones."""

import csv
import io
import json

CLASSIC = [
    "Rank", "NCT Number", "Title", "Acronym", "Status", "Study Results", "Conditions", "Interventions",
    "Outcome Measures", "Sponsor/Collaborators", "Gender", "Age", "Phases", "Enrollment", "Funded Bys", "Study Type",
    "Study Designs", "Other IDs", "Start Date", "Primary Completion Date", "Completion Date", "First Posted",
    "Results First Posted", "Last Update Posted", "Locations", "Study Documents", "URL",
]  # fmt: skip
MODERN = [
    "NCT Number", "Study Title", "Study URL", "Study Status", "Brief Summary", "Study Results", "Conditions",
    "Interventions", "Sponsor", "Collaborators", "Phases", "Enrollment", "Funder Type", "Study Type", "Start Date",
    "Primary Completion Date", "Completion Date", "Last Update Posted", "Locations",
]  # fmt: skip
# without phases, dates, places and funders
FEW = ["NCT Number", "Study Title", "Study URL", "Study Status", "Conditions", "Interventions", "Sponsor", "Study Type"]


def nct(number: int) -> str:
    return f"NCT{number:08d}"


def classic(number: int, **values) -> dict[str, str]:
    """One row of the classic CSV; keyword names are those of the columns with underscores for spaces."""
    row = dict.fromkeys(CLASSIC, "") | {
        "Rank": str(number), "NCT Number": nct(number), "Title": f"Example trial {number}", "Status": "Completed",
        "Study Results": "No Results Available", "Conditions": "Knee Osteoarthritis",
        "Interventions": "Biological: Mesenchymal stem cells", "Phases": "Phase 2", "Enrollment": "30",
        "Funded Bys": "Other", "Study Type": "Interventional", "Start Date": "June 17, 2020",
        "Primary Completion Date": "June 2021", "Last Update Posted": "July 1, 2021",
        "Locations": "Example Hospital, Madrid, Spain", "URL": f"https://ClinicalTrials.gov/show/{nct(number)}",
    }  # fmt: skip
    return row | {name.replace("_", " "): text for name, text in values.items()}


def modern(number: int, **values) -> dict[str, str]:
    """One row of the modern CSV."""
    row = dict.fromkeys(MODERN, "") | {
        "NCT Number": nct(number), "Study Title": f"Example trial {number}", "Study Status": "COMPLETED",
        "Study Results": "NO", "Conditions": "Knee Osteoarthritis", "Interventions": "BIOLOGICAL: MSC",
        "Phases": "PHASE2", "Enrollment": "30", "Funder Type": "OTHER", "Study Type": "INTERVENTIONAL",
        "Start Date": "2020-06-17", "Primary Completion Date": "2021-06", "Last Update Posted": "2021-07-01",
        "Locations": "Example Hospital, Madrid, 28001, Spain",
    }  # fmt: skip
    return row | {name.replace("_", " "): text for name, text in values.items()}


def as_csv(rows: list[dict[str, str]], columns: list[str] | None = None) -> bytes:
    out = io.StringIO(newline="")
    columns = columns or list(rows[0])
    writer = csv.writer(out)
    writer.writerow(columns)
    writer.writerows([row[name] for name in columns] for row in rows)
    return out.getvalue().encode()


def study(number: int, **modules) -> dict:
    """One study of API v2; ``modules`` replace whole modules of its protocol section."""
    protocol = {
        "identificationModule": {"nctId": nct(number), "briefTitle": f"Example trial {number}"},
        "statusModule": {
            "overallStatus": "COMPLETED",
            "startDateStruct": {"date": "2020-06"},
            "primaryCompletionDateStruct": {"date": "2021-06"},
            "lastUpdatePostDateStruct": {"date": "2021-07-01"},
        },
        "sponsorCollaboratorsModule": {"leadSponsor": {"name": "Example University", "class": "OTHER"}},
        "conditionsModule": {"conditions": ["Knee Osteoarthritis"]},
        "designModule": {
            "studyType": "INTERVENTIONAL", "phases": ["PHASE1", "PHASE2"], "enrollmentInfo": {"count": 30},
        },
        "armsInterventionsModule": {"interventions": [{"type": "BIOLOGICAL", "name": "Mesenchymal stem cells"}]},
        "contactsLocationsModule": {"locations": [{"city": "Madrid", "country": "Spain"}]},
    }  # fmt: skip
    return {"protocolSection": protocol | modules, "hasResults": False}


def as_json(studies: list[dict], *, wrapped: bool = False) -> bytes:
    return json.dumps({"studies": studies} if wrapped else studies).encode()
