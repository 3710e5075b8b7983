"""A registry export on its way into the site: counted, matched to uses, published once, and what has moved."""

import csv
import io
import json
from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError

from evidence import catalogue, landscape, publishing, shelf, site_urls, trial_imports, yaml_files
from evidence.models import Document, Edition, SiteRevision, TextDocument
from evidence.registry import counting, reading, trials
from evidence.registry.naming import Names, Target, belonging, may_belong
from evidence.trial_tables import ListedTrial, Movement, Trial, TrialImport
from evidence.vocabulary import Cells
from evidence.wording import words
from tests import build
from tests.evidence.test_catalogue import write
from tests.registry.exports import FEW, as_csv, as_json, classic, modern, nct, study

# --- what a trial is about (no database) ---------------------------------------------------------

KNEE = build.indication(
    "knee-msc", cells=["msc-fat", "msc-bone-marrow"], origin="own-or-donor", route="joint-injection"
)
DRIP = build.indication("drip", cells=["msc-umbilical-cord"], origin="donor", route="drip")
TRANSPLANT = build.indication(
    "transplant", cells=["blood-stem-cells"], origin="own", route="transplant-after-chemotherapy"
)


@pytest.mark.parametrize(
    ("text", "use", "may"),
    [
        ("Intra-articular adipose-derived mesenchymal stem cells", KNEE, True),
        ("Mesenchymal stem cells for the knee", KNEE, True),
        ("Umbilical cord mesenchymal stem cells", KNEE, False),
        ("Intravenous adipose mesenchymal stem cells", KNEE, False),
        ("Hyaluronic acid", KNEE, False),
        ("Exosomes of adipose mesenchymal stem cells", KNEE, False),
        ("Autologous mesenchymal stem cells", DRIP, False),
        ("Allogeneic umbilical cord MSC", DRIP, True),
        ("Autologous hematopoietic stem cell transplantation", TRANSPLANT, True),
        ("Autologous bone marrow mesenchymal stem cells", TRANSPLANT, False),
        ("Autologous hematopoietic stem cell transplantation", DRIP, False),
    ],
)
def test_which_use_a_trial_may_belong_to(text, use, may):
    assert may_belong(text, use) is may


def names(**graded) -> Names:
    def targets(**pairs):
        return {
            " ".join(words(phrase.replace("_", " "))): tuple(Target(*item) for item in found)
            for phrase, found in pairs.items()
        }

    return Names(
        phrases=targets(knee_osteoarthritis=[("knee",)], multiple_sclerosis=[("ms",)], diabetes=[("t1",), ("t2",)]),
        unordered=targets(knee_osteoarthritis=[("knee",)]),
        short=targets(als=[("als",)]),
        titles={
            "knee": "Knee osteoarthritis",
            "ms": "Multiple sclerosis",
            "als": "ALS",
            "t1": "Type 1",
            "t2": "Type 2",
        },
        graded=graded or {"knee": (KNEE,)},
    )


@pytest.mark.parametrize(
    ("conditions", "diseases"),
    [
        ("Knee Osteoarthritis", ("Knee osteoarthritis",)),
        ("Osteoarthritis, Knee", ("Knee osteoarthritis",)),
        ("ALS", ("ALS",)),
        ("Relapsing Multiple Sclerosis", ("Multiple sclerosis",)),
        ("Diabetes", ("Type 1", "Type 2")),
        ("Knee Osteoarthritis|Multiple Sclerosis", ("Knee osteoarthritis", "Multiple sclerosis")),
        ("Drug Effect", ()),
        ("", ()),
    ],
)
def test_indications_are_recognised(conditions, diseases):
    trial = trials.Trial(nct(1), {"conditions": conditions}, title="Example trial")
    assert belonging(trial, names()).diseases == diseases


def test_the_title_is_asked_where_the_indications_name_no_disease():
    trial = trials.Trial(
        nct(1), {"conditions": "Mesenchymal Stem Cells", "interventions": "MSC"}, title="MSC in knee osteoarthritis"
    )
    about = belonging(trial, names())
    assert (about.conditions, about.uses) == (("knee",), ("knee/knee-msc",))


# --- counting (no database) ----------------------------------------------------------------------


def counted(tmp_path, content: bytes) -> landscape.Landscape:
    path = tmp_path / "download"
    path.write_bytes(content)
    export = reading.read(path)
    about = {trial.nct_id: belonging(trial, names()) for trial in export.trials}
    return counting.landscape(
        export, export.trials, about, key="example", title="Example", scope="example trials", query="example",
        downloaded=date(2022, 10, 4), prepared_by="a test",
    )  # fmt: skip


def test_every_view_adds_up_to_the_number_of_trials(tmp_path):
    rows = [
        classic(1, Conditions="Knee Osteoarthritis", Phases="Phase 1", Status="Recruiting"),
        classic(2, Conditions="Knee Osteoarthritis|Multiple Sclerosis", Phases="", Start_Date=""),
        classic(3, Conditions="Something else", Locations="", Funded_Bys="Industry|NIH"),
        classic(4, Locations="A, Madrid, Spain|B, Paris, France|C, Paris, France", Phases="Early Phase 1"),
    ]
    found = counted(tmp_path, as_csv(rows))
    assert found.trials == 4
    assert [(row.name, row.trials) for row in found.years] == [("2020", 3), ("", 1)]
    assert {row.name: row.trials for row in found.statuses} == {"RECRUITING": 1, "COMPLETED": 3}
    assert (found.early_phase_1, found.phase_empty) == (1, 1)
    assert [(item.iso3, item.trials) for item in found.countries.by_country] == [("ESP", 3), ("FRA", 1)]
    assert (found.countries.without, found.countries.in_several) == (1, 1)
    assert {item.name: item.trials for item in found.sponsors} == {"INDUSTRY": 1, "OTHER": 3}
    assert found.any_industry == 1
    assert {row.name: row.trials for row in found.conditions} == {
        "Knee osteoarthritis": 3, "Multiple sclerosis": 1, counting.NO_CONDITION: 1,
    }  # fmt: skip
    assert sum(flow.trials for flow in found.flows) == 4
    assert {flow.condition for flow in found.flows} >= {counting.SEVERAL_CONDITIONS}


def test_a_list_of_trials_of_drugs_is_known_as_one(tmp_path):
    drug = {"Interventions": "Drug: Example pill|Device: Brain scan"}
    rows = [classic(1), classic(2, **drug), classic(3, **drug)]
    found = counted(tmp_path, as_csv(rows))
    assert found.name_cells == 1 and not found.about_cells
    assert counted(tmp_path, as_csv(rows[:2])).about_cells  # one of two
    assert counted(tmp_path, as_csv([classic(1, Title="Marrow transplantation", **drug)])).name_cells == 1


def test_counts_that_do_not_add_up_are_no_landscape(tmp_path):
    content = counted(tmp_path, as_csv([classic(1)])).model_dump(mode="json")
    content["trials"] = 2
    with pytest.raises(ValueError, match="but years add up to 1 and statuses add up to 1"):
        landscape.Landscape.model_validate(content)


@pytest.mark.parametrize(
    ("status", "measured", "due"),
    [
        ("Completed", "October 4, 2021", True), ("Completed", "October 5, 2021", False), ("Terminated", "June 2021", True),
        ("Recruiting", "June 2015", False), ("Unknown status", "June 2015", False), ("Completed", "", False),
        ("Completed", "October 2021", False),
    ],
)  # fmt: skip
def test_results_are_due_a_year_after_the_main_measuring_is_over(tmp_path, status, measured, due):
    found = counted(tmp_path, as_csv([classic(1, Status=status, Primary_Completion_Date=measured)]))
    (knee,) = found.graded
    assert (knee.due, knee.due_without_results) == ((1, 1) if due else (0, 0))


def test_a_trial_that_posted_results_is_not_counted_as_silent(tmp_path):
    found = counted(tmp_path, as_csv([classic(1, Study_Results="Has Results", Primary_Completion_Date="June 2015")]))
    assert (found.graded[0].due, found.graded[0].due_without_results) == (1, 0)


def test_what_an_export_lacks_is_not_counted_as_nought(tmp_path):
    found = counted(tmp_path, as_csv([modern(1)], FEW))
    assert (found.years, found.statuses, found.countries, found.sponsors, found.conditions, found.flows) == (None,) * 6
    assert (found.graded[0].by_phase, found.graded[0].due, found.graded[0].mention_payment) == (None, None, None)
    assert found.missing[:2] == ["Phases", "Start Date"]


# --- in the database -----------------------------------------------------------------------------


@pytest.fixture
def site(tmp_path, db):
    """A site with one graded condition: two uses, one with a tripwire that names a trial and a day."""
    shelf.forget()
    watched = {
        "key": "watched", "direction": "up", "what": "A large trial.", "trial": f"EXAMPLE ({nct(77)})", "due": "2024-05",
    }  # fmt: skip
    folder = tmp_path / "files"
    folder.mkdir()
    catalogue.load(
        write(
            folder, build.source(), build.place(), build.study(findings=[build.contrary(statistics=[build.statistic()]), build.series()], nct_ids=[nct(77)]), build.harm(),
            build.condition(
                indications=[build.indication(cells=["msc-umbilical-cord", "msc-fat"], tripwires=[watched])]
            ),
        )
    )  # fmt: skip
    shelf.forget()
    yield
    shelf.forget()


def about(number: int, form=classic, **values) -> dict[str, str]:
    """A trial that may belong to the use of the site."""
    title = "Title" if form is classic else "Study_Title"
    return form(
        number,
        **{
            title: f"Umbilical cord MSC {number}",
            "Conditions": "Example disease",
            "Interventions": "umbilical cord MSC",
            **values,
        },
    )


@pytest.fixture
def load(tmp_path, site, monkeypatch):
    """Load rows (or bytes) as an export; gives what the command printed. Knows the site's own condition only."""
    monkeypatch.setattr(trial_imports.recognised, "by_hand", dict)  # half a second of every load

    def loader(content, *, downloaded="2022-10-04", scope="example trials", **options) -> str:
        path = tmp_path / "download.csv"
        path.write_bytes(content if isinstance(content, bytes) else as_csv(content))
        out = StringIO()
        call_command(
            "load_trials", str(path), scope=scope, downloaded=date.fromisoformat(downloaded), stdout=out, **options
        )
        shelf.forget()
        return out.getvalue()

    return loader


def published(key="example-trials") -> landscape.Landscape | None:
    return publishing.current_document("landscape", key)


def test_a_load_publishes_a_landscape_and_keeps_the_trials(load):
    told = load([about(1), about(2, Phases="Phase 3"), classic(3, Conditions="Cough")])
    assert "3 new, 0 changed" in told and "edition 1" in told
    document = published()
    assert (document.trials, document.scope, document.downloaded) == (3, "example trials", date(2022, 10, 4))
    assert [(item.condition, item.trials) for item in document.graded] == [("example-disease", 2)]
    assert [(use.use, use.trials) for use in document.graded[0].uses] == [("example-disease/donor-drip", 2)]
    trial = Trial.objects.get(nct_id=nct(2))
    assert (trial.phase, trial.raw["phases"], trial.uses) == ("3", "Phase 3", ["example-disease/donor-drip"])
    assert Edition.objects.get(document__kind="landscape").cause == Edition.Cause.IMPORT
    assert TrialImport.objects.get().state == TrialImport.State.DONE
    assert shelf.current().get("landscape", "example-trials").document == document


def test_loading_the_same_file_again_changes_nothing(load):
    load([about(1)])
    before = SiteRevision.objects.get().number
    told = load([about(1)])
    assert "0 new, 0 changed, 1 the same" in told and "Published" not in told
    assert Edition.objects.filter(document__kind="landscape").count() == 1
    assert SiteRevision.objects.get().number >= before


def test_a_newer_file_updates_trials_and_tells_who_has_gone(load):
    load([about(1, Status="Recruiting"), about(2), about(3)])
    told = load([about(1, Last_Update_Posted="May 1, 2023"), about(2), about(4)], downloaded="2023-06-01")
    assert "1 new, 1 changed, 1 the same, 0 older than what is known (kept as it was), 1 no longer in the list" in told
    assert Trial.objects.get(nct_id=nct(1)).status == "COMPLETED"
    assert Trial.objects.filter(nct_id=nct(3)).exists(), "kept, though it is no longer listed"
    assert set(ListedTrial.objects.values_list("trial__nct_id", flat=True)) == {nct(1), nct(2), nct(4)}
    assert published().trials == 3


def test_the_newer_record_wins_whatever_comes_first(load):
    load([about(1, Status="Completed", Last_Update_Posted="May 1, 2022")])
    told = load(
        [about(1, Status="Recruiting", Last_Update_Posted="May 1, 2021")], scope="another list", downloaded="2022-11-01"
    )
    assert "1 older than what is known" in told
    assert Trial.objects.get().status == "COMPLETED"
    assert {row.name for row in published("another-list").statuses} == {"COMPLETED"}


def test_an_older_file_of_the_same_list_leaves_the_landscape(load):
    load([about(1), about(2)], downloaded="2022-10-04")
    told = load([about(1), about(5)], downloaded="2021-01-01")
    assert "The landscape of 4 October 2022 stays as it is" in told
    assert published().trials == 2 and Trial.objects.count() == 3
    assert set(ListedTrial.objects.values_list("trial__nct_id", flat=True)) == {nct(1), nct(2)}


def test_a_file_with_fewer_columns_does_not_wipe_what_is_known(load):
    load([about(1, modern)])
    nine = ["NCT Number", "Study Title", "Study Status", "Conditions", "Interventions", "Study Type"]
    told = load(
        as_csv([about(1, modern, Study_Status="TERMINATED")], nine), downloaded="2024-01-01", scope="another list"
    )
    trial = Trial.objects.get()
    assert "1 changed" in told
    assert (trial.status, trial.phase, trial.start) == ("TERMINATED", "2", "2020-06-17")


def test_an_older_file_fills_what_the_newer_one_lacked(load):
    """Whichever comes first: the same is known in the end."""
    nine = ["NCT Number", "Study Title", "Study Status", "Conditions", "Interventions", "Study Type"]
    load(as_csv([about(1, modern, Study_Status="TERMINATED")], nine), downloaded="2024-01-01")
    told = load([about(1, modern, Brief_Summary="Patients must pay for it.")], scope="another list")
    trial = Trial.objects.get()
    assert "1 older" in told
    assert (trial.status, trial.phase, trial.start, trial.mentions_payment) == ("TERMINATED", "2", "2020-06-17", True)
    assert (trial.raw["phases"], trial.downloaded) == ("PHASE2", date(2024, 1, 1))


def test_json_of_chosen_fields_wipes_nothing(load):
    load([about(1)])
    chosen = {"identificationModule": {"nctId": nct(1), "briefTitle": "Umbilical cord MSC 1"}}
    chosen["statusModule"] = {"overallStatus": "WITHDRAWN"}
    load(as_json([{"protocolSection": chosen}]), downloaded="2024-01-01", scope="another list")
    trial = Trial.objects.get()
    assert (trial.status, trial.phase, trial.start, trial.raw["locations"]) == ("WITHDRAWN", "2", "2020-06-17", "Spain")


def test_a_record_from_the_future_does_not_win_for_ever(load):
    told = load([about(1, Status="Recruiting", Last_Update_Posted="May 1, 2099")])
    assert "last updated 2099-05-01, which lies ahead" in told
    load([about(1, Status="Completed", Last_Update_Posted="May 1, 2023")], downloaded="2023-06-01")
    assert Trial.objects.get().status == "COMPLETED"


def test_the_day_of_a_trial_never_goes_back(load):
    load([about(1)], downloaded="2023-01-01")
    load([about(1)], downloaded="2022-01-01", scope="another list")
    assert Trial.objects.get().downloaded == date(2023, 1, 1)


def test_formats_meet_in_one_trial(load):
    load([about(1)])
    told = load(as_json([study(1)]), downloaded="2024-01-01", scope="another list")
    assert "1 changed" in told
    assert Trial.objects.get().phase == "1/2"


def test_a_dry_run_changes_nothing(load):
    told = load([about(1)], dry_run=True)
    assert "1 new" in told and "It would be published as edition 1" in told and "nothing was changed" in told
    assert "holds 1 trials" in told and "Phase 2: 1." in told
    assert not (Trial.objects.exists() or TrialImport.objects.exists() or Movement.objects.exists())
    assert published() is None


@pytest.mark.parametrize(
    ("content", "options", "told"),
    [
        (b"<html>503</html>", {}, "web page"),
        (as_csv([classic(1), classic(2)])[:-300], {}, "cut off"),
        (as_csv([classic(1)]), {"downloaded": "2999-01-01"}, "lies in the future"),
        (as_csv([classic(1)]), {"scope": " "}, "--scope"),
        (as_csv([classic(1)]), {"downloaded": "1066-10-14"}, "before the registry opened"),
        (as_csv([classic(1)]), {"scope": "x" * 601}, "--scope has 601 characters"),
        (as_csv([classic(1)]), {"key": "Not A Key"}, "--key"),
        (as_csv([classic(1)]), {"key": "wu-2025"}, "/trials/wu-2025/ belongs to another page"),
        (as_csv([classic(1)]), {"scope": "cells that cure everyone"}, "could take for a promise"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_taken_in_leaves_all_as_it_was(load, content, options, told):
    load([about(9)])
    before = (Trial.objects.count(), Edition.objects.count(), TextDocument.objects.count())
    with pytest.raises(CommandError, match=told) as refused:
        load(content, **options)
    assert "Traceback" not in str(refused.value)
    assert (Trial.objects.count(), Edition.objects.count(), TextDocument.objects.count()) == before


@pytest.mark.parametrize("day", ["yesterday", "2022-13-40", ""])
def test_a_day_that_is_none_is_told(site, day):
    with pytest.raises(CommandError, match="is no day: write it as year, month and day"):
        call_command("load_trials", "x", "--scope", "x", f"--downloaded={day}")


def test_fixed_addresses_under_trials_are_no_keys():
    fixed = [str(item.pattern) for item in site_urls.urlpatterns if str(item.pattern).startswith("trials/")]
    assert {address.split("/")[1] for address in fixed} - {"", "<slug:key>"} == landscape.TAKEN_KEYS


def test_words_from_a_shell_hold_nothing_that_cannot_be_stored_or_seen(load):
    load([about(1)], scope="half \udcff and \u202e turned", title="a\tb\0c", key="example-trials")
    assert (published().scope, published().title) == ("half and turned", "a bc")


def test_a_database_that_cannot_be_written_is_told_in_a_sentence(load, monkeypatch):
    def locked():
        raise OperationalError("database is locked")

    monkeypatch.setattr(trial_imports.publishing, "raise_revision", locked)
    with pytest.raises(
        CommandError, match=r"cannot be written \(database is locked\). Nothing was changed. Try again."
    ):
        load([about(1)])
    assert TrialImport.objects.get().state == TrialImport.State.FAILED


def test_no_table_that_we_hand_out_runs_in_a_spreadsheet(load, client):
    """Also not where semicolons or tabs part the cells."""
    load([about(1), about(2)], scope="=1+1; =cmd|' /C calc'!A0", query="@x;-1\t+2", key="example-trials")
    for view in ("years", "status", "countries", "sponsors", "conditions", "flows"):
        table = client.get(f"/trials/example-trials/{view}.csv")
        assert table.status_code == 200
        for mark in ",;\t":
            for row in csv.reader(io.StringIO(table.content.decode()), delimiter=mark):
                assert not any(cell.strip().startswith(("=", "+", "-", "@")) for cell in row), (view, row)


def test_a_held_landscape_stays_held(load, client):
    load([about(1)])
    Document.objects.filter(kind="landscape", key="example-trials").update(held=True)
    told = load([about(1), about(2)], downloaded="2023-01-01")
    assert "The page is held: readers see this edition once it is released." in told
    assert "Example disease" not in client.get("/trials/example-trials/").content.decode()
    assert client.get("/trials/example-trials/years.csv").status_code == 404


def test_a_file_without_conditions_tells_of_no_disease(load):
    columns = [name for name in classic(1) if name not in ("Conditions", "Interventions")]
    told = load(as_csv([about(1)], columns))
    assert "missing column Conditions" in told and "missing column Interventions" in told
    document = published()
    assert (document.conditions, document.flows, document.graded) == (None, None, [])
    assert document.years and document.countries


def test_a_failure_half_way_leaves_the_old_landscape(load, monkeypatch):
    load([about(1)])

    def breaks(*args, **options):
        raise RuntimeError("a fault half-way")

    monkeypatch.setattr(trial_imports.publishing, "publish", breaks)
    with pytest.raises(RuntimeError):
        load([about(1), about(2)], downloaded="2023-01-01")
    assert Trial.objects.count() == 1 and published().trials == 1
    assert TrialImport.objects.first().state == TrialImport.State.FAILED


def test_a_wrong_day_of_download_is_noted(load):
    assert "the day of download that was given cannot be right" in load([about(1)], downloaded="2020-01-01")


def test_the_counts_of_a_file_as_json(load):
    found = json.loads(load([about(1, Phases="Phase 1|Phase 2"), about(2)], dry_run=True, json=True))
    assert found["phase"] == {"I/II": 1, "II": 1}
    assert found["report"]["new"] == 2


def test_the_working_copy_can_be_dumped_and_is_not_put_back_by_the_shipped_file(load, tmp_path, site):
    load([about(1)])
    folder = tmp_path / "dumped"
    catalogue.dump(folder)
    path = folder / "landscapes" / "example-trials.yaml"
    parsed = yaml_files.parse(path.read_bytes(), "x")
    parsed.value.pop("desk_revision", None)
    load([about(1), about(2)], downloaded="2023-01-01")
    report = catalogue.load(folder)
    assert "landscapes/example-trials.yaml" in report.conflicts
    assert published().trials == 2


# --- evidence has moved --------------------------------------------------------------------------


def moved(kind=None):
    return [item.what for item in Movement.objects.filter(**({"kind": kind} if kind else {}))]


def test_a_watched_trial_that_changed_is_told_once(load):
    load([about(77, Status="Recruiting")])
    assert len(moved("watched")) == 1, "it is new to us"
    later = [about(77, Status="Completed", Study_Results="Has Results", Last_Update_Posted="May 1, 2023")]
    load(later, downloaded="2023-06-01")
    load(later, downloaded="2023-07-01")
    news = moved("watched")
    assert len(news) == 2
    assert any("before “Looking for people”" in item and "it has posted results" in item for item in news)
    assert Movement.objects.filter(kind="watched").first().uses == ["example-disease/donor-drip"]


def test_a_watched_trial_that_pauses_twice_is_told_twice(load):
    def in_state(status, updated, downloaded):
        load([about(77, Status=status, Last_Update_Posted=updated)], downloaded=downloaded)

    in_state("Recruiting", "May 1, 2022", "2022-06-01")
    in_state("Suspended", "June 5, 2022", "2022-07-01")
    in_state("Recruiting", "July 5, 2022", "2022-08-01")
    in_state("Suspended", "August 5, 2022", "2022-09-01")
    assert sum("its status is now “Paused”" in item for item in moved("watched")) == 2


def test_a_tripwire_whose_day_has_passed_is_told_once(load):
    load([about(1)])
    load([about(2)], scope="another list")
    assert len(moved("due")) == 1
    assert "by May 2024" in moved("due")[0]


def test_a_phase_3_that_started_is_told(load):
    load([about(1, Phases="Phase 3", Status="Not yet recruiting", Start_Date="January 2015")])
    assert moved("phase-3") == []
    load([about(1, Phases="Phase 3", Status="Recruiting", Start_Date="January 2015")], downloaded="2022-12-01")
    assert len(moved("phase-3")) == 1


def test_old_news_of_trials_that_are_new_to_us_is_no_news(load):
    load(
        [
            about(1, Phases="Phase 3", Status="Recruiting", Start_Date="January 2015"),
            about(2, Phases="Phase 3", Status="Recruiting", Start_Date="May 2022"),
            about(3, Status="Terminated", Primary_Completion_Date="May 2010"),
            about(4, Status="Terminated", Primary_Completion_Date="May 2022"),
            classic(5, Phases="Phase 3", Status="Recruiting", Start_Date="May 2022", Conditions="Cough"),
        ]
    )
    assert [item.nct_id for item in Movement.objects.filter(kind="phase-3")] == [nct(2)]
    assert [item.nct_id for item in Movement.objects.filter(kind="ended-early")] == [nct(4)]


def test_a_trial_that_ended_early_is_told_with_its_reason(load):
    protocol = {
        "conditionsModule": {"conditions": ["Example disease"]},
        "armsInterventionsModule": {"interventions": [{"type": "BIOLOGICAL", "name": "umbilical cord MSC"}]},
    }

    def state(word, **more):
        return {"statusModule": {"overallStatus": word, "lastUpdatePostDateStruct": {"date": more.pop("on")}, **more}}

    load(as_json([study(1, **protocol, **state("RECRUITING", on="2022-01-01"))]))
    load(
        as_json([study(1, **protocol, **state("TERMINATED", on="2022-12-01", whyStopped="Too few people joined"))]),
        downloaded="2022-12-02",
    )
    assert len(moved("ended-early")) == 1 and "Too few people joined" in moved("ended-early")[0]


def test_the_reason_of_an_old_status_is_not_told_for_a_new_one(load):
    def state(word, on, **more):
        return {"statusModule": {"overallStatus": word, "lastUpdatePostDateStruct": {"date": on}, **more}}

    load(as_json([study(77, **state("SUSPENDED", "2022-01-01", whyStopped="No funds"))]))
    load([about(77, Status="Suspended", Last_Update_Posted="May 1, 2022")], downloaded="2022-06-01", scope="a table")
    assert Trial.objects.get().why_stopped == "No funds", "tables have no reasons: the same status keeps its own"
    load(as_json([study(77, **state("RECRUITING", "2022-12-01"))]), downloaded="2022-12-02")
    assert Trial.objects.get().why_stopped == ""
    assert not any("Looking for people" in item and "No funds" in item for item in moved("watched"))


def test_the_names_of_the_search_are_those_that_trials_are_matched_by(site):
    found = trial_imports.known_names()
    assert "example-disease" in found.graded
    assert {target.key for target in found.in_indication("Disease, Example")} == {"example-disease"}
    assert Cells.MSC_FAT in found.graded["example-disease"][0].cells
