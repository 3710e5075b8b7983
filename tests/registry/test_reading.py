"""What the importer must survive: every form of the registry's files, and every way in which they break."""

import csv
import io
import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.registry import cells, countries, reading, trials, values
from tests.registry.exports import CLASSIC, FEW, MODERN, as_csv, as_json, classic, modern, nct, study


@pytest.fixture
def read(tmp_path):
    """Write bytes as a file and read it."""

    def reader(content: bytes) -> trials.Export:
        path = tmp_path / "download"
        path.write_bytes(content)
        return reading.read(path)

    return reader


# --- single values ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("Phase 1|Phase 2", "1/2"), ("PHASE1|PHASE2", "1/2"), ("Phase 1/Phase 2", "1/2"), ("Early Phase 1", "1"),
        ("EARLY_PHASE1", "1"), ("Phase 2|Phase 3", "2/3"), ("PHASE3", "3"), ("Phase 4", "4"), ("NA", "none"),
        ("Not Applicable", "none"), ("", "none"), ("Phase 9", None), ("soon", None),
    ],
)  # fmt: skip
def test_phases(raw, code):
    assert values.phase(raw) == code


@pytest.mark.parametrize(
    ("raw", "word"),
    [
        ("Active, not recruiting", "ACTIVE_NOT_RECRUITING"), ("Unknown status", "UNKNOWN"), ("UNKNOWN", "UNKNOWN"),
        ("No longer available", "NO_LONGER_AVAILABLE"), ("Approved for marketing", "APPROVED_FOR_MARKETING"),
        (" Recruiting ", "RECRUITING"), ("", ""),
    ],
)  # fmt: skip
def test_statuses(raw, word):
    assert values.status(raw) == word


@pytest.mark.parametrize(
    ("raw", "day"),
    [
        ("June 17, 2020", "2020-06-17"), ("June 2020", "2020-06"), ("2020-06-17", "2020-06-17"), ("2020-06", "2020-06"),
        ("2020", "2020"), ("", ""), ("Sept 2020", "2020-09"), ("February 30, 2020", None), ("2020-13", None),
        ("null", ""), ("٢٠٢٠", None), ("Jun-20", None), ("6/17/2020", None),
        ("0202-01-01", None), ("9999-01-01", None), ("Junk 2020", None), ("soon", None), ("2020-06-17T00:00", "2020-06-17"),
    ],
)  # fmt: skip
def test_dates(raw, day):
    assert values.partial_date(raw) == day


@pytest.mark.parametrize(
    ("raw", "people"),
    [
        ("30", 30), ("1,200", 1200), ("30.0", 30), ("0", 0), ("10000000", 10_000_000), ("", None), ("null", None),
        ("30.5", None), ("-5", None), ("1e9", None), ("٣٠", None), ("9" * 5000, None),
    ],
)  # fmt: skip
def test_enrolment(raw, people):
    assert values.enrolment(raw) == people


def test_a_registry_number_is_written_in_plain_digits():
    assert values.identifier(" nct01234567 ") == "NCT01234567"
    assert values.identifier("NCT٠١٢٣٤٥٦٧") is None


@given(st.text(max_size=40))
def test_no_text_breaks_a_value(text):
    values.partial_date(text), values.phase(text), values.enrolment(text), values.has_results(text)
    assert values.status(text) == values.status(values.status(text))
    assert values.sponsor_class(text) in ("", "INDUSTRY", "NIH", "FED", "OTHER")


@pytest.mark.parametrize(
    ("place", "code"),
    [
        ("Example Hospital, Seoul, Korea, Republic of", "KOR"), ("Seoul, South Korea", "KOR"),
        ("Tehran, Iran, Islamic Republic of", "IRN"), ("Tehran, Iran", "IRN"), ("Ankara, Turkey (Türkiye)", "TUR"),
        ("Prague, Czech Republic", "CZE"), ("Brno, Czechia", "CZE"), ("Skopje, Macedonia, The Former Yugoslav Republic of", "MKD"),
        ("Kinshasa, Congo, The Democratic Republic of the", "COD"), ("Congo", "COG"), ("Chisinau, Moldova, Republic of", "MDA"),
        ("Abidjan, Côte D’Ivoire", "CIV"), ("Ramallah, Palestinian Territories, Occupied", "PSE"), ("Roth", None), ("E2S", None),
        ("Atlanta, Georgia, United States", "USA"), ("Tbilisi, Georgia", "GEO"), ("Madrid, Spain. ", "ESP"),
        ("Rome, Vatican City (Holy See)", "VAT"), ("Goma, Congo (DRC)", "COD"), ("Institute (France)", None),
        ("Saint-Denis, Reunion", "REU"), ("Belgrade, Former Serbia and Montenegro", "SCG"),
    ],
)  # fmt: skip
def test_countries(place, code):
    assert countries.of_place(place)[1] == code


def test_a_country_has_one_code_and_one_name():
    assert len(set(countries.NAMES.values())) == len(countries.NAMES)
    assert all(countries.code(name) == code for code, name in countries.NAMES.items())


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Umbilical cord mesenchymal stem cells", "umbilical-cord"), ("Wharton's jelly MSC", "umbilical-cord"),
        ("hUC-MSC infusion", "umbilical-cord"), ("Umbilical cord blood infusion", "cord-blood"),
        ("Bone marrow aspirate", "bone-marrow"), ("autologous BM-MSC", "bone-marrow"), ("adipose-derived cells", "fat"),
        ("AD-MSC", "fat"), ("stromal vascular fraction", "fat"), ("placenta-derived cells", "placenta"),
        ("MSC exosomes from fat tissue", "vesicles"), ("iPSC-derived cardiomyocytes", "grown"),
        ("dental pulp stem cells", "tooth"), ("menstrual blood stem cells", "womb-lining"),
        ("Bone marrow cells against adipose cells", "several"), ("Mesenchymal stem cells", "not-stated"),
        ("endometrial thickness under MSC", "not-stated"),
    ],
)  # fmt: skip
def test_cell_sources(text, code):
    assert cells.source(text) == code


@pytest.mark.parametrize(
    ("text", "pays"),
    [
        ("Participants will be charged for the cells.", True), ("This is a patient-funded study.", True),
        ("Patients must pay for the procedure", True), ("There is a treatment fee.", True),
        ("Subjects take part at their own expense.", True), ("Patients will not pay for anything.", False),
        ("There is no cost to participants. Costs are covered by the sponsor.", False),
        ("People have difficulty paying attention.", False), ("They may find it hard to pay attention", False),
        ("Participants receive the drug free of charge.", False), ("", False),
    ],
)  # fmt: skip
def test_payment(text, pays):
    assert cells.mentions_payment(text) is pays


# --- the three forms -----------------------------------------------------------------------------


def test_a_classic_file(read):
    export = read(
        as_csv(
            [
                classic(1, Phases="Phase 1|Phase 2", Funded_Bys="Other|Industry"),
                classic(2, Locations="A, Seoul, Korea, Republic of|B, Seoul, Korea, Republic of|C | Roth"),
                classic(3, Study_Type="Expanded Access:Individual Patients", Phases="", Enrollment=""),
            ]
        )
    )
    first, second, third = export.trials
    assert (export.file_format, export.rows, export.refused_count) == ("classic-csv", 3, 0)
    assert (first.phase, first.sponsor_class, first.any_industry) == ("1/2", "OTHER", True)
    assert (first.start, first.start_year, first.primary_completion) == ("2020-06-17", "2020", "2021-06")
    assert first.mentions_payment is None, "a classic file has no text to read"
    assert second.countries == ("KOR",)
    assert export.fragments == {"C": 1, "Roth": 1}
    assert (third.study_type, third.phase, third.enrolment) == ("EXPANDED_ACCESS", "none", None)
    assert first.raw["status"] == "Completed", "the value as written stays beside the word"


def test_a_modern_file_with_line_breaks_a_byte_order_mark_and_na(read):
    rows = [
        modern(1, Phases="NA", Brief_Summary="First line.\n\nParticipants must pay for the cells."),
        modern(2, Phases="", Study_Status="WITHHELD", Enrollment="10000000"),
    ]
    export = read(b"\xef\xbb\xbf" + as_csv(rows))
    assert export.file_format == "modern-csv"
    assert [trial.phase for trial in export.trials] == ["none", "none"]
    assert [trial.raw["phases"] for trial in export.trials] == ["NA", ""], "NA is text, not an empty cell"
    assert [trial.mentions_payment for trial in export.trials] == [True, False]
    assert export.rows_with_line_breaks == 1
    assert "10,000,000 people" in str(export.remarks[0])


@pytest.mark.parametrize("wrapped", [False, True])
def test_json_of_api_v2(read, wrapped):
    plain = study(2, designModule={"studyType": "OBSERVATIONAL"})
    export = read(as_json([study(1), plain], wrapped=wrapped))
    first, second = export.trials
    assert (first.phase, first.start, first.countries, first.enrolment) == ("1/2", "2020-06", ("ESP",), 30)
    assert (first.sponsor_class, first.results, first.cell_source) == ("OTHER", False, "not-stated")
    assert (second.phase, second.study_type, export.without_phases) == ("none", "OBSERVATIONAL", 1)


def test_json_tells_why_a_trial_stopped(read):
    stopped = study(1, statusModule={"overallStatus": "TERMINATED", "whyStopped": "No funds"})
    assert read(as_json([stopped])).trials[0].why_stopped == "No funds"


def test_halves_of_characters_and_nulls_do_not_reach_a_table(read):
    broken = study(1, identificationModule={"nctId": nct(1), "briefTitle": "Knee \ud800 and \0 more"})
    assert read(as_json([broken])).trials[0].title == "Knee ? and more"


def test_missing_columns_are_named_with_what_cannot_be_drawn(read):
    export = read(as_csv([modern(1)], FEW))
    told = " ".join(export.missing_in_words())
    assert "Phases" in told and "Start Date" in told and "Locations" in told and "Funder Type" in told
    assert export.trials[0].any_industry is None


def test_columns_may_come_in_any_order_and_number(read):
    columns = list(reversed(MODERN))
    assert read(as_csv([modern(1)], columns)).trials[0].phase == "2"


def test_columns_may_lack_what_no_count_needs(read):
    columns = [name for name in CLASSIC if name not in ("Rank", "URL", "Conditions", "Interventions")]
    export = read(as_csv([classic(1)], columns))
    assert (export.file_format, export.trials[0].phase) == ("classic-csv", "2")
    assert export.missing == ["conditions", "interventions"]


def test_names_of_columns_may_have_other_capitals_spaces_and_neighbours(read):
    header, rest = as_csv([modern(1)]).split(b"\r\n", 1)
    header = (
        header.upper().replace(b"STUDY TITLE", b'" Study  title "').replace(b"NCT NUMBER", b"\xef\xbb\xbfnct_number")
    )
    export = read(header + b",My notes,My notes\r\n" + rest.replace(b"\r\n", b",=1+1,x\r\n"))
    assert (export.trials[0].phase, export.trials[0].title) == ("2", "Example trial 1")
    assert export.columns[:2] == ["nct_number", "Study  title"], "told as they are written"


def test_the_names_that_columns_had_before_2017(read):
    older = {"Status": "Recruitment", "Study Type": "Study Types", "Last Update Posted": "Last Updated"}
    header, rest = as_csv([classic(1, Status="Unknown †")]).decode().split("\r\n", 1)
    for new, old in older.items():
        header = header.replace(new, old)
    (trial,) = read(f"{header}\r\n{rest}".encode()).trials
    assert (trial.status, trial.study_type, trial.last_update) == ("UNKNOWN", "INTERVENTIONAL", "2021-07-01")


@pytest.mark.parametrize("ends", ["\r\n", "\n", "\r"])
def test_any_line_ends_and_empty_lines_between(read, ends):
    text = as_csv([modern(1), modern(2)]).decode().replace("\r\n", ends + ends)
    export = read(text.encode())
    assert (len(export.trials), export.rows, export.refused_count, export.notes) == (2, 2, 0, [])


def test_dates_that_the_classic_site_left_empty_are_no_remark(read):
    export = read(as_csv([classic(1, Start_Date="null", Completion_Date="null", Enrollment="null")]))
    assert (export.remarks, export.trials[0].start_year) == ([], "")


# --- JSON in other shapes ------------------------------------------------------------------------


def test_pages_of_json_are_one_download(read):
    first, last = {"studies": [study(1)], "nextPageToken": "x"}, {"totalCount": 2, "studies": [study(2)]}
    for content in (f"{json.dumps(first)}\n{json.dumps(last)}", json.dumps([first, last])):
        export = read(content.encode())
        assert ([trial.nct_id for trial in export.trials], export.notes) == ([nct(1), nct(2)], [])


def test_a_page_that_names_a_next_one_is_noted(read):
    export = read(json.dumps({"nextPageToken": "x", "studies": [study(1)]}).encode())
    assert "one page of a longer list" in export.notes[0]


@pytest.mark.parametrize(("rows", "noted"), [(999, False), (1000, True), (1001, False)])
def test_a_table_as_long_as_one_page_of_the_api_is_noted(read, rows, noted):
    assert bool(read(as_csv([modern(number) for number in range(rows)])).notes) is noted


def test_one_study_a_line_with_its_parts_in_any_order(read):
    turned = dict(reversed(study(1).items()))
    assert list(turned) != list(study(1))
    export = read(b"\xef\xbb\xbf" + "\n".join(json.dumps(item) for item in (turned, study(2))).encode())
    assert len(export.trials) == 2


def test_json_of_chosen_fields_lacks_columns(read):
    chosen = {
        "protocolSection": {
            "identificationModule": {"nctId": nct(1), "briefTitle": "Example"},
            "statusModule": {"overallStatus": "COMPLETED"},
        }
    }
    export = read(as_json([chosen]))
    (trial,) = export.trials
    assert export.present == {"nct_id", "title", "status"} == set(trial.raw)
    assert {"phases", "start", "locations", "funder", "results"} <= set(export.missing)
    assert (trial.mentions_payment, trial.any_industry) == (None, None)


def test_json_that_states_no_status_is_refused(read):
    with pytest.raises(trials.Unreadable, match="do not state: Study Title, Study Status"):
        read(as_json([{"protocolSection": {"identificationModule": {"nctId": nct(1)}}}]))


def test_a_list_without_trials_of_treatments_has_phases_all_empty(read):
    observed = study(1, designModule={"studyType": "OBSERVATIONAL"})
    assert "phases" in read(as_json([observed])).present


def test_a_whole_record_lacks_nothing(read):
    whole = study(1, descriptionModule={}, contactsLocationsModule={}, statusModule={"overallStatus": "COMPLETED"})
    export = read(as_json([{**whole, "derivedSection": {}}]))
    assert export.missing == [] and export.trials[0].countries == ()


def test_in_json_a_facility_is_never_taken_for_a_country(read):
    place = {"facility": "Ward A | Georgia", "city": "Madrid", "country": "Spain"}
    export = read(as_json([study(1, contactsLocationsModule={"locations": [place]})]))
    assert (export.trials[0].countries, export.fragments) == (("ESP",), {})


ODD = [
    None, True, 0, -1, 1.5, float("inf"), float("nan"), 10**30, "", "x", "\ud800", "\0", "=cmd|' /C calc'!A0", "\u202ex",
    [], [1, None, ["x"]], {}, {"date": ["2020"]}, {"a": {"b": []}}, "x" * 3000,
]  # fmt: skip


def _replaced(node, odd):
    """Copies of a JSON value, each with one of its nodes replaced."""
    yield odd
    pairs = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, part in pairs:
        for changed in _replaced(part, odd):
            copy = dict(node) if isinstance(node, dict) else list(node)
            copy[key] = changed
            yield copy


@pytest.mark.parametrize("odd", ODD, ids=repr)
def test_anything_anywhere_in_a_study_is_read_or_refused(tmp_path, odd):
    path = tmp_path / "download"
    whole = study(1, descriptionModule={"briefSummary": "x"}) | {"derivedSection": {}}
    for changed in _replaced(whole, odd):
        path.write_bytes(as_json([changed, study(2)]))
        export = reading.read(path)
        assert export.trials[-1].nct_id == nct(2)
        json.dumps([[trial.raw, trial.title, trial.why_stopped] for trial in export.trials]).encode()


def test_a_number_too_long_to_read_is_no_number(read):
    text = json.dumps([study(1)]).replace('"count": 30', '"count": ' + "9" * 5000)
    assert read(text.encode()).trials[0].enrolment is None


# --- rows that cannot be read --------------------------------------------------------------------


def test_unreadable_rows_are_listed_never_dropped(read):
    good = as_csv([classic(1), classic(2, NCT_Number="NTC00000002"), classic(3)]).decode().split("\r\n")
    good.insert(3, "only,three,cells")
    export = read("\r\n".join(good).encode())
    assert [trial.nct_id for trial in export.trials] == [nct(1), nct(3)]
    assert export.refused_count == 2 and export.rows == 4
    assert "has no NCT number" in str(export.refused[0])
    assert "has 3 cells, but there are 27 columns" in str(export.refused[1])


def test_impossible_values_are_remarked_and_the_trial_counts(read):
    export = read(
        as_csv([classic(1, Start_Date="February 30, 2020", Enrollment="many", Phases="Phase 9", Status="Dancing")])
    )
    told = " ".join(map(str, export.remarks))
    assert len(export.trials) == 1 and export.remarks_count == 4
    assert "is no possible date" in told and "is no whole number" in told and "Phase 9" in told and "Dancing" in told
    assert export.trials[0].start == "" and export.trials[0].start_year == "2020"


def test_of_two_records_of_a_trial_the_one_updated_last_stays(read):
    rows = [
        classic(1, Status="Recruiting", Last_Update_Posted="May 2, 2022"),
        classic(1, Status="Completed", Last_Update_Posted="May 1, 2021"),
        classic(2),
    ]
    export = read(as_csv(rows))
    assert [(trial.nct_id, trial.status) for trial in export.trials] == [(nct(1), "RECRUITING"), (nct(2), "COMPLETED")]
    assert export.refused_count == 1 and "twice" in str(export.refused[0])


def test_a_refused_row_is_named_by_its_place_in_the_file(read):
    export = read(as_csv([classic(1, NCT_Number="none"), classic(2), classic(2)]))
    assert [item.row for item in export.refused] == [1, 3]


def test_a_status_in_other_letters_is_remarked(read):
    assert "is not known" in str(read(as_csv([classic(1, Status="完成")])).remarks[0])


def test_pages_of_one_api_download_may_repeat_the_header(read):
    pages = as_csv([modern(1)]) + as_csv([modern(2)])
    export = read(pages)
    assert len(export.trials) == 2
    assert "repeats the first line" in export.notes[0]


# --- files that are refused as a whole -----------------------------------------------------------


def _cut(rows: list[dict[str, str]], end: int) -> bytes:
    return as_csv(rows)[:-end]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "empty"),
        (b"  \n\n ", "empty"),
        (b"<!DOCTYPE html><html><body>503 Service unavailable</body></html>", "a web page"),
        (b"\xef\xbb\xbf <html>", "a web page"),
        (b"name,age\r\nAnna,3\r\n", "no column NCT Number"),
        (b"NCT Number;Study Title;Study Status\r\n", "parted by semicolons or tabs"),
        (b"Rank\tNCT Number\tTitle\r\n", "parted by semicolons or tabs"),
        (b"PK\x03\x04 whatever", "zip archive or a spreadsheet"),
        (b"\x1f\x8b\x08 whatever", "gzip"),
        ("NCT Number,Title\r\n".encode("utf-16"), "UTF-16"),
        (b"\x00\x01\x02\x03" * 50, "not text"),
        (b"NCT Number,Study Title\r\nNCT00000001,x\r\n", "lacks the column Study Status"),
        (b"NCT Number,NCT Number,Study Title\r\n", "stands twice"),
        (as_csv([classic(1)])[: len(",".join(CLASSIC)) + 2], "no trial that can be read"),
        (_cut([classic(1), classic(2)], 200), "is cut off"),
        (_cut([classic(1), classic(2)], 8), "is cut off in the middle of its last cell"),
        (_cut([modern(1, Brief_Summary='He said: "one, two"')], 100), "is cut off"),
        (as_csv([modern(1)]) + b'"never closed', "is cut off or broken"),
        (as_csv([classic(1)]) + as_csv([classic(2)]), "Two files are glued together"),
        (as_csv([classic(1)]) + as_csv([modern(2)]), "Two files are glued together"),
        (as_csv([modern(1)], MODERN[:7])[:-2] + as_csv([modern(2)], MODERN[:7]), "Two files are glued together"),
        (as_csv([classic(1)]) + b"\xef\xbb\xbf" + as_csv([modern(2)], MODERN[:5]), "Two files are glued together"),
        (as_csv([modern(n, Start_Date="Jun-20") for n in range(9)]), "changed its dates ('Jun-20')"),
        (as_csv([classic(n, Start_Date="17-Jun-20") for n in range(9)]), "changed its dates"),
        (as_csv([modern(1)])[:-1] + "é".encode()[:1], "cut off in the middle of a character"),
        (as_csv([modern(1)], MODERN[:5]) + b"lorem,ipsum\r\n" * 9 + b"x" * 21_000_000, "longer than"),
        (b"NCT Number," + b"x" * 100_000, "its first line does not end"),
        (as_csv([modern(1)]).replace(b"NCT0", b"XYZ0") + b"lorem\r\n" * 2000, "The first 1,000 rows hold no trial"),
        (json.dumps([1] * 2000).encode(), "The first 1,000 rows hold no trial"),
        (json.dumps({"studies": [study(1)]}).encode() + b'{"studies": []}', "Two files are glued together"),
        (as_csv([classic(1, Title="Ostéo")]).decode().encode("latin-1"), "not in UTF-8"),
        (as_json([study(1), study(2)])[:-40], "is cut off or broken"),
        (as_json([study(1)], wrapped=True)[:-40], "is cut off or broken"),
        (as_json([study(1)]) + as_json([study(2)]), "Two files are glued together"),
        (as_json([study(1)], wrapped=True) + as_json([study(2)], wrapped=True), "Two files are glued together"),
        (b"[]", "holds no studies"),
        (b'{"error": "rate limit"}', "not a list of studies"),
        (b"[1, 2, 3]", "no trial that can be read"),
        (b"[" * 100_000, "is cut off or broken"),
        (b"a" * 1_000_000, "no column NCT Number"),
        (b'NCT Number,Study Title,Study Status,Conditions,Interventions\r\n"' + b"a" * 21_000_000, "longer than"),
    ],
    ids=lambda value: value if isinstance(value, str) else "content",
)  # fmt: skip
def test_a_file_that_is_refused(read, content, told):
    with pytest.raises(trials.Unreadable) as refused:
        read(content)
    assert told in str(refused.value)
    assert str(refused.value).endswith((".", ")")) and "Traceback" not in str(refused.value)


@pytest.mark.parametrize(
    ("last", "cell"),
    [
        ("Start Date", "2025-1"), ("Start Date", "2025-"), ("Start Date", "2025"), ("Start Date", "20"),
        ("Study Status", "COMPL"), ("Study Status", ""), ("Study Type", "INTER"), ("Study Type", ""),
        ("Phases", "PHASE1|PHA"), ("Study Results", "N"), ("Locations", "A, Madrid, Spa"), ("Study URL", "https://x/NCT0"),
    ],
)  # fmt: skip
def test_a_file_cut_off_in_its_last_cell_is_refused(read, last, cell):
    columns = [*(name for name in MODERN if name != last), last]
    content = as_csv([modern(1), modern(2, **{last.replace(" ", "_"): cell})], columns).removesuffix(b"\r\n")
    with pytest.raises(trials.Unreadable, match="cut off"):
        read(content)


@pytest.mark.parametrize("last", ["Start Date", "Study Status", "Phases", "Locations", "Enrollment", "Study Results"])
def test_a_file_cut_at_the_end_of_a_row_is_read_and_noted(read, last):
    columns = [*(name for name in MODERN if name != last), last]
    export = read(as_csv([modern(1), modern(2)], columns).removesuffix(b"\r\n"))
    assert len(export.trials) == 2 and "does not end in a line end" in export.notes[0]


@pytest.mark.parametrize(("length", "noted"), [(32_766, False), (32_767, True), (32_768, False)])
def test_a_cell_as_long_as_a_spreadsheet_lets_it_be_is_noted(read, length, noted):
    export = read(as_csv([modern(1, Brief_Summary="x" * length)]))
    assert bool(export.notes) is noted


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(trials.Unreadable, match="is a folder or a device"):
        reading.read(tmp_path)


@given(st.binary(max_size=400))
def test_no_bytes_end_in_anything_but_a_sentence(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("any") / "file"
    path.write_bytes(content)
    with pytest.raises(trials.Unreadable):
        reading.read(path)


@given(st.lists(st.text(max_size=30), min_size=27, max_size=27), st.integers(0, 2))
def test_any_cells_are_a_trial_a_refusal_or_a_sentence(tmp_path_factory, row, extra):
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(CLASSIC)
    writer.writerow([*row, *["x"] * extra])
    writer.writerow(classic(5).values())
    path = tmp_path_factory.mktemp("any") / "file"
    path.write_bytes(out.getvalue().encode("utf-8", "ignore"))
    try:
        export = reading.read(path)
    except trials.Unreadable:
        return
    assert nct(5) in {trial.nct_id for trial in export.trials}
    assert len(export.trials) + export.refused_count == export.rows


def test_progress_is_told(tmp_path):
    path = tmp_path / "download"
    path.write_bytes(as_csv([classic(number) for number in range(1, 5002)]))
    told = []
    reading.read(path, told.append)
    assert told == [5000]


def test_a_date_of_download_is_no_part_of_a_file():
    assert values.start_year("June 17, 2020") == "2020"
    assert date.fromisoformat(values.partial_date("2020-06-17")) == date(2020, 6, 17)
