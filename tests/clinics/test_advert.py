"""The advert check: rules, scopes, omissions, diseases, the page, hostile input, scoring."""

import html
import json
import logging
import re
from functools import cache
from io import StringIO
from re import _constants as sre_constants
from re import _parser as sre_parse

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clinics import advert, advert_page, advert_scopes, advert_score, phrases
from clinics.advert_rules import AdvertRules, Label, Voice
from evidence import lint
from evidence.documents import KINDS, canonical, cited_sources, read
from evidence.records import Source
from tests.clinics import sample
from tests.clinics.advert_passages import CLINIC, EXPLAINING, HONEST, LINES, PLAIN, SELLING

URL = "/check-an-advert/"
ADVERT = """Our regenerative clinic welcomes you!
Our revolutionary stem cell therapy repairs damaged joints. It is effective for MS, without surgery.
There are no side effects. Get $500 off: offer ends May 24."""


@cache
def document() -> AdvertRules:
    found = sample.read("advert-rules", AdvertRules, "advert-rules")
    sources = [sample.read("sources", Source, key) for key in sorted(cited_sources(found))]
    return found.model_copy(update={"sources": sources})


@cache
def rules() -> advert.Rules:
    return advert.Rules(document())


def flags(text: str) -> set[str]:
    return rules().read(text).flags


def changed(path: str, **values) -> AdvertRules:
    """The document with other values in the flag that holds the rule ``path``."""
    content = document().model_dump(mode="json")
    rule = next(rule for flag in content["flags"] for rule in flag["rules"] if rule["key"] == path)
    rule |= values
    return AdvertRules.model_validate(content)


# --- the document --------------------------------------------------------------------------------


def test_the_curated_file_is_clean_and_every_rule_keeps_its_examples():
    assert [str(problem) for problem in advert.check(document())] == []


def test_every_rule_has_a_phrase_that_it_marks_and_a_near_miss():
    for flag in document().flags:
        for rule in flag.rules:
            assert rule.marks and rule.near_misses


def test_every_flag_has_sources_or_says_that_it_is_our_own_judgement():
    for flag in document().flags:
        assert bool(flag.citations) != flag.own_judgement


def test_the_table_reaches_every_label():
    assert {label for label in document().labels.values() if label} == set(Label)


def test_an_edition_reads_back_the_same():
    assert KINDS["advert-rules"].folder == "advert-rules"
    assert read("advert-rules", canonical(document()), 1) == document()


def test_it_reads_at_grade_7_or_below():
    tally = lint.Tally()
    for passage in lint.passages(document()):
        if not passage.path.startswith("sources["):
            tally.add(passage.text, lint.EXEMPT_WORDS)
    assert tally.grade <= lint.PAGE_LIMIT


@pytest.mark.parametrize(
    ("rule", "values", "message"),
    [
        ("guaranteed", {"marks": ["We try hard."]}, "does not mark its example “We try hard.”"),
        ("guaranteed", {"near_misses": ["Results guaranteed."]}, "marks its near miss “Results guaranteed.”"),
        ("guaranteed", {"phrases": ["... guarantee"]}, "needs a word that must be there, and one on each side"),
        ("guaranteed", {"phrases": ["(money) ... back"]}, "one on each side of every gap"),
        ("guaranteed", {"phrases": ["{nobody} guarantee"]}, "there is no word list “nobody”"),
        ("guaranteed", {"phrases": ["a*"]}, "too short"),
        ("guaranteed", {"phrases": ["Guarantee"]}, "is no word"),
        ("guaranteed", {"phrases": ["money .* back"]}, "is no word"),
        ("guaranteed", {"phrases": ["a ... b ... c ... d ... e"]}, "more than 3 gaps"),
        ("guaranteed", {"phrases": ["a ... b ... c ... d (e) (f) (g)"]}, "too loose"),
    ],
)
def test_a_bad_rule_is_refused_with_a_sentence(rule, values, message):
    assert any(message in str(problem) for problem in advert.check(changed(rule, **values)))


@pytest.mark.parametrize("values", [{"marks": []}, {"near_misses": []}, {"phrases": []}, {"detector": "papers"}])
def test_a_rule_without_examples_or_phrases_does_not_exist(values):
    with pytest.raises(ValueError):
        changed("guaranteed", **values)


# --- what is marked, and what not ----------------------------------------------------------------


@pytest.mark.parametrize(("text", "flag"), CLINIC)
def test_what_clinics_write_is_marked(text, flag):
    assert flag in flags(text)


@pytest.mark.parametrize(("text", "expected"), SELLING)
def test_longer_adverts_in_many_voices_are_marked(text, expected):
    assert expected <= flags(text)


@pytest.mark.parametrize("wanted", LINES)
def test_the_many_ways_to_say_it_are_marked(wanted):
    before = "Contact us today. Our doctors are here for you. "
    assert [line for line in LINES[wanted] if not flags(before + line) & set(wanted.split())] == []


def test_plain_lines_are_not_marked():
    assert {line: sorted(flags(line)) for line in PLAIN if flags(line)} == {}


@pytest.mark.parametrize("text", [*HONEST, *EXPLAINING])
def test_what_honest_people_write_is_not(text):
    assert [(mark.rule, text[mark.start : mark.end]) for mark in rules().read(text).marks] == []


@pytest.mark.parametrize(
    "text",
    [
        "Contact us. It is not approved by the FDA.",
        "Contact us. Beware of clinics that promise a cure or guarantee results.",
        "Contact us. Is it a miracle? Does it cure diabetes?",
        "Contact us. Some clinics claim that their cells cure diabetes without side effects.",
        "Contact us. There is no evidence that it repairs joints, restores sight or cures anything.",
        "Contact us. We never say that results are guaranteed.",
        "Contact us. It is\nnot\napproved by the FDA.",
        "Red flags to watch for:\n• miracle cures\n• guaranteed results\n• no side effects",
        "Red flags to watch for:\n\nmiracle cures\nguaranteed results\nno side effects",
    ],
)
def test_negation_warning_question_and_report_are_not_marked(text):
    assert flags(text) == set()


@pytest.mark.parametrize(
    ("text", "flag"),
    [
        ("Unlike clinics that claim wonders, our therapy has no side effects.", "no-risk"),
        ("These are not FDA-approved, but our laboratory is FDA-registered.", "badge"),
        ("It is not only painless: results are guaranteed.", "guarantee"),
        ("Others do not offer this, but our revolutionary method is here. Contact us.", "wonder-words"),
    ],
)
def test_a_denial_ends_where_the_seller_speaks_again(text, flag):
    assert flag in flags(text)


# --- who speaks ----------------------------------------------------------------------------------

CLAIM = "The therapy improves speech and eye contact in children with autism."


def voice(text: str) -> Voice:
    return advert_scopes.who_speaks(rules()._look(phrases.clean(text)), document().speaker)


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("Contact us today. Our doctors are here for you.", Voice.SELLER),
        ("Personalised treatment, no downtime, a quick procedure and state of the art care.", Voice.SELLER),
        ("The weather was fine and the park was full.", Voice.NOT_REPORTING),
        ("Researchers said that participants got placebo. It is not known whether it helps.", Voice.ANY),
        ("Ask your doctor. Clinics that sell this are unregulated, and there is no evidence for it.", Voice.ANY),
        ("Chemotherapy is followed by a bone marrow transplant from a matched donor.", Voice.ANY),
        # a clinic that warns of others stays a clinic
        ("Our clinic treats you with our own cells. Beware of others. Book your visit with us.", Voice.SELLER),
        # what others are said to say is no cue
        ("Some clinics say: contact us today. A court heard that the company promised “our cells heal”.", Voice.ANY),
    ],
)
def test_who_speaks(text, who):
    assert voice(text) is who


def test_a_soft_claim_counts_where_somebody_sells_and_not_where_somebody_explains():
    assert "says-it-works" in flags("At our clinic you are in good hands. " + CLAIM)
    for explaining in (
        "This guide is for families. Ask your doctor before you decide. ",
        "Researchers said that there is no evidence for what follows. ",
    ):
        assert flags(explaining + CLAIM) == set()


@pytest.mark.parametrize("text", ["Results are guaranteed.", "The therapy has no side effects."])
def test_a_hard_claim_counts_also_where_nobody_is_known_to_sell(text):
    assert flags(text) & {"guarantee", "no-risk"}


@pytest.mark.parametrize(
    "text", ["Results are guaranteed.", "It is completely safe.", "Made in an FDA-registered lab."]
)
def test_a_hard_claim_counts_even_where_the_text_reports(text):
    reporting = "The trial was randomised. Participants got placebo, a professor said in a report. "
    assert voice(reporting + text) is Voice.ANY
    assert flags(reporting + text) & {"guarantee", "no-risk", "badge"}


def test_many_claims_make_a_seller():
    """No word of selling in it, but nobody else writes like that."""
    text = "Stem cells repair damaged joints. Injections trigger the regeneration of cartilage. It reduces pain."
    assert voice(text) is Voice.NOT_REPORTING
    assert {mark.rule for mark in rules().read(text).marks} >= {"cells-mend", "promotes-healing", "improves-outcome"}


def test_one_claim_does_not_make_a_seller_of_somebody_who_explains():
    """With nothing else a claim is the seller's; beside words of science it takes more than one."""
    claim, science = "Stem cells repair damaged joints.", " The journal wrote of it."
    assert "says-it-works" in flags(claim)
    assert flags(claim + science) == set()
    assert "says-it-works" in flags(claim + science + " The injections trigger the regeneration of cartilage.")
    hasty = document().model_copy(update={"speaker": document().speaker.model_copy(update={"claims_alone": 0})})
    assert "says-it-works" in advert.Rules(hasty).read(claim + science).flags


def test_words_in_quotation_marks_do_not_make_a_seller():
    told = "Master cells travel to the damaged heart, as {} stem cells would."
    assert voice(told) is Voice.NOT_REPORTING
    assert flags("They are {}, writes the paper.".format("“smart stem cells”")) == set()
    assert "cells-know" in flags("Contact us. We use {}.".format("“smart stem cells”"))


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("Our cells are young, not old, and have no side effects.", True),
        ("They are multipotent, not pluripotent, resulting in little to no risk.", True),
        ("The cells are soothing, not quick, cheap or free of side effects.", False),
        ("We do not say that there are no side effects.", False),
    ],
)
def test_a_denial_in_passing_denies_no_more_than_itself(text, marked):
    assert ("no-risk" in flags("Contact us. " + text)) is marked


def test_two_systems_in_several_lines_are_a_list_where_somebody_sells():
    text = "Arthritis and knee pain are treated with a drip. {} are treated with the same one."
    assert "treats-everything" in flags("Contact us. " + text.format("Lupus and psoriasis"))
    assert "treats-everything" not in flags("Contact us. " + text.format("Sciatica and tendonitis"))
    assert "treats-everything" not in flags("Contact us. " + text.format("Burns"))
    assert "treats-everything" not in flags(text.format("Lupus and psoriasis"))


def test_skin_and_ageing_go_together():
    assert "treats-everything" not in flags("Contact us. We treat wrinkles, acne, scars and signs of ageing.")
    assert "treats-everything" in flags("Contact us. We treat wrinkles, acne, lupus and signs of ageing.")


GAINS = ["Reduces pain", "Improves sleep", "Better balance", "Increases strength"]


@pytest.mark.parametrize(
    ("lines", "marked"),
    [
        (GAINS, True),
        (["Benefits for you:", *GAINS], True),
        (["Sleep", GAINS[1], "Balance", GAINS[2], "Pain", GAINS[0], "Strength", GAINS[3]], True),
        (GAINS[:2], False),
        (["Contact us", *GAINS[:2]], True),
        (["Contact us", *GAINS[:1]], False),
        (["Reduces it", "Improves it", "Increases it"], False),
        (["Reduces it", "Improves it", "Increases it", "Restores it"], True),
        (["Possible benefits:", *GAINS], False),
        (["Contact us", GAINS[0], "Meals", "Rooms", "Parking", "Staff", GAINS[1]], False),
        (["Contact us", GAINS[0], "Increased strength is not proven"], False),
        (["Participants were asked about these in the trial of the charity, which has ended without any result:", *GAINS],
         False),
    ],
)  # fmt: skip
def test_a_list_of_gains_is_a_claim_though_no_line_says_much(lines, marked):
    assert ("gains-listed" in rules().rules_of("\n".join(lines))) is marked


@pytest.mark.parametrize(
    ("lines", "marked"),
    [
        (["Lupus", "Stroke", "Asthma", "Diabetes", "We treat it with cells."], True),
        (["Lupus", "Stroke", "Asthma", "We treat it with cells."], False),
        (["Lupus", "Stroke", "Asthma", "Diabetes", "Unproven treatment is sold for all of them."], False),
        (["Lupus", "Stroke", "Asthma", "Diabetes", "Rooms with a view."], False),
    ],
)
def test_a_catalogue_of_diseases_is_one_though_nobody_says_that_he_sells(lines, marked):
    assert ("diseases-as-headings" in rules().rules_of("\n".join(lines))) is marked


def test_a_system_counts_only_as_one_that_exists():
    content = document().model_dump(mode="json")
    content["systems"][0]["counts_as"] = "feathers"
    with pytest.raises(ValueError, match="there is no system feathers for another to count as"):
        AdvertRules.model_validate(content)


@pytest.mark.parametrize(
    "answer", ["False. Infections occur.", "MYTH: they occur.", "Not true.", "Wrong, says the leaflet."]
)
def test_what_is_called_false_at_once_is_no_claim(answer):
    claim = "There are no side effects."
    assert "no-risk" in flags(claim)
    assert "no-risk" in flags(f"{claim} True. We have seen none.")
    assert "no-risk" not in flags(f"{claim} {answer}")
    assert "no-risk" in flags(f"{claim} Wrong address? Call us.")
    assert "no-risk" in flags(f"{claim} Myth 2: the method is only for the rich and the famous.")


def test_the_weights_are_data():
    deaf = document().model_copy(update={"speaker": document().speaker.model_copy(update={"sells_from": 1000})})
    text = "Contact us today. It is a miracle."
    assert "wonder-words" in flags(text)
    assert "wonder-words" not in advert.Rules(deaf).read(text.replace("Contact us today. ", "Nice park. ")).flags
    assert advert_scopes.who_speaks(advert.Rules(deaf)._look(text), deaf.speaker) is not Voice.SELLER


def test_an_edition_without_weights_is_read_with_the_usual_ones():
    content = document().model_dump(mode="json")
    del content["speaker"]
    for scope in ("seller_hints", "reporter_hints", "studied", "heads", "rhetorical", "affirms", "not_offered"):
        del content["scopes"][scope]
    assert AdvertRules.model_validate(content).speaker.sells_from == document().speaker.sells_from


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("Tired of pills? Our cells help you avoid surgery. Looking for a way without surgery?", True),
        ("Contact us. Can the cells repair cartilage? Yes, within weeks.", True),
        ("Contact us. Can the cells repair cartilage? Nobody knows.", False),
        ("A reader asks: can the cells repair cartilage? Yes, researchers said, but only in mice.", False),
    ],
)
def test_a_sellers_question_that_tells(text, marked):
    assert bool(flags(text)) is marked


def test_a_list_under_a_warning_ends_where_the_clinic_speaks():
    text = """Walk away if a clinic
- guarantees that you will be cured
- says that there are no side effects
Why people choose Example Clinic
Our cells regenerate worn cartilage. There is no risk of rejection. Book before Friday and save 500 dollars."""
    found = rules().read(text)
    assert {"says-it-works", "no-risk", "price-lever"} <= found.flags
    assert all(mark.start > text.index("Why people") for mark in found.marks)


def test_a_numbered_list_of_warnings_ends_too():
    text = """Seven warning signs
1. They guarantee a cure.
2. They say that it has no side effects.
3. They offer a discount that ends soon.
At Example Clinic our cells repair the nerves in MS."""
    found = rules().read(text)
    assert found.flags == {"says-it-works"}
    assert all(mark.start > text.index("At Example") for mark in found.marks)


def test_what_a_warning_quotes_is_not_the_sellers():
    text = """What a bad clinic says: “our cells cure every disease”, “no side effects”, “only two places left”.
What we say at Example Clinic: our cells reverse the damage of Parkinson's disease."""
    found = rules().read(text)
    assert found.flags == {"says-it-works"}
    assert all(mark.start > text.index("What we say") for mark in found.marks)


def test_a_paragraph_of_the_seller_in_a_text_that_warns():
    text = """Beware of clinics that promise a cure. Researchers said that most of it is unproven.

At our clinic we do it differently. Our proprietary cells regenerate cartilage, with no risk of rejection."""
    assert {"secret-method", "says-it-works", "no-risk"} <= flags(text)


def test_diseases_that_are_studied_or_feared_are_not_offered():
    sold = "Our clinic treats {}."
    assert "treats-everything" in flags(sold.format("diabetes, lupus and COPD"))
    for told in (
        "The cells are being studied in diabetes, lupus and COPD.",
        "You cannot have it with a history of diabetes, lupus or COPD.",
        "Complications such as diabetes, lupus and COPD are treated elsewhere.",
        "We do not treat diabetes, lupus or COPD.",
    ):
        assert "treats-everything" not in flags("Contact us. Our clinic helps with knees. " + told)


def test_somebody_quoted_is_a_story_at_a_clinic_and_not_in_the_news():
    story = "“After two infusions I could walk again,” says Maria."
    assert "patient-stories" in flags(story + " Contact us for her story.")
    assert flags(story + " Researchers said that such stories prove nothing. It is not known why.") == set()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("The national medicines agency has allowed the trial.", "status"),
        ("Taking part costs you nothing.", "cost"),
        ("You cannot take part if you are pregnant.", "not-suitable"),
        ("We see every child for years afterwards.", "follow-up"),
        ("Half get cells and half get salt water, by lot.", "evidence"),
    ],
)
def test_honest_words_are_heard(text, told):
    assert told not in {item.key for item in rules().read(text).omissions}


@pytest.mark.parametrize(
    ("text", "left_out"),
    [
        ("We are happy to walk with you on this path.", "follow-up"),
        ("Write to us and we will send you a plan.", "follow-up"),
        ("In 2018 the Commission approved donor cells for fistulas. Example Clinic works with donor cells.", "status"),
    ],
)
def test_politeness_tells_nothing(text, left_out):
    assert left_out in {item.key for item in rules().read(text).omissions}


def test_hard_a_university_trial_that_pays_travel():
    text = """The University Hospital is looking for people with Crohn's disease for a randomised trial. Half of the
    participants get donor cells, half get placebo. You pay nothing. The hospital pays your travel. The treatment is
    experimental and may not help you. Risks include infection. You are not suitable if you are pregnant. We will see
    you again after 6 months. The FDA has allowed the trial. It is not known if the cells work."""
    assert flags(text) == set()
    assert {item.key for item in rules().read(text).omissions} <= {"follow-up"}


def test_hard_a_hospital_and_its_approved_transplant():
    text = """Our transplant team has treated children with leukaemia for thirty years. A cord blood transplant can cure
    leukaemia. First you get chemotherapy. The new cells then rebuild your blood and immune system. The product is
    approved by the FDA for blood disorders. Side effects include infection and graft-versus-host disease."""
    assert flags(text) == set()


def test_hard_a_hedged_and_polite_clinic():
    text = """Our clinic offers stem cell therapy. It may support joint health, and results vary. We use a proprietary
    process in an FDA-registered laboratory. Ask about our financing."""
    assert {"secret-method", "badge", "price-lever"} <= flags(text)
    assert "says-it-works" not in flags(text)


def test_hard_a_clinic_with_its_own_red_flags():
    text = """How to choose a clinic
Red flags:
- guaranteed results
- miracle cures
- no side effects

At our clinic we do it differently. Our proprietary cells restore damaged joints, with zero rejection risk."""
    found = rules().read(text)
    assert {"secret-method", "says-it-works", "no-risk"} <= found.flags
    assert {"guarantee", "wonder-words"} & found.flags == set()
    assert all(mark.start > text.index("At our clinic") for mark in found.marks)


def test_hard_every_sentence_true_and_the_whole_misleading():
    text = """Our laboratory is registered with the FDA. Each infusion holds 100 million live cells. Stem cells have been
    studied in many trials. Our patients come from forty countries."""
    found = rules().read(text)
    assert {"badge", "cell-counts"} <= found.flags
    assert {item.key for item in found.omissions} == {
        "risks", "status", "evidence", "cost", "follow-up", "not-suitable",
    }  # fmt: skip


@pytest.mark.parametrize("item", [item.key for item in document().omissions])
def test_what_is_left_out_is_named(item):
    assert item in {omission.key for omission in rules().read("Welcome to our clinic.").omissions}


def test_marks_stand_where_the_words_stand():
    found = rules().read(ADVERT)
    assert "revolutionary" in {found.text[mark.start : mark.end] for mark in found.marks}
    pieces = advert.segments(found)
    assert "".join(piece.text for piece in pieces) == found.text
    assert sorted(number for piece in pieces for number in piece.closes) == sorted(
        {mark.flag: card.number for card in found.cards for mark in found.marks if mark.flag == card.flag.key}[
            mark.flag
        ]
        for mark in found.marks
    )


@pytest.mark.parametrize(
    "disguise",
    [
        lambda text: text.replace("e", "e\u200b"),
        lambda text: "\u202e" + text + "\u202c",
        lambda text: text.replace("a", "\u0430"),  # Cyrillic
        lambda text: text.replace("-", "\u2011"),
        lambda text: text.upper(),
        lambda text: "".join(chr(ord(c) + 0xFEE0) if c.isalpha() else c for c in text),  # full width
        lambda text: text.replace("i", "i\u0301").replace("u", "u\u00ad"),
        lambda text: text.replace(" ", "\u00a0"),
    ],
)
def test_disguised_words_are_read(disguise):
    assert "guarantee" in flags(disguise("Results are guaranteed for life."))


# --- any input -----------------------------------------------------------------------------------


def _repeats(tree) -> list[int]:
    """How often the repeats of a pattern may run, multiplied along the way down."""
    found = []
    for operator, argument in tree:
        if operator in (sre_constants.MAX_REPEAT, sre_constants.MIN_REPEAT):
            _, most, inner = argument
            assert most is not sre_constants.MAXREPEAT, "no repeat without an end"
            found += [most * deeper for deeper in _repeats(inner) or [1]]
        elif operator is sre_constants.SUBPATTERN:
            found += _repeats(argument[3])
        elif operator is sre_constants.BRANCH:
            found += [repeat for branch in argument[1] for repeat in _repeats(branch)]
        else:
            assert operator not in (sre_constants.GROUPREF, sre_constants.GROUPREF_EXISTS)
    return found


def test_no_pattern_can_be_slow():
    """Every repeat is bounded; how many ways a phrase can be laid over a sentence is bounded too."""
    for _, phrase in rules().phrases.owned:
        assert (
            max(_repeats(sre_parse.parse(phrase.pattern.pattern)), default=0)
            <= max(phrases.GAPS.values()) * phrases.LONGEST_WORD
        )
        assert phrase.steps <= advert.MOST_STEPS


def _vocabulary() -> list[str]:
    return sorted(
        {word for _, _, own in advert._phrases(document()) for text in own for word in re.findall("[a-z']+", text)}
    )


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.one_of(st.text(max_size=600), st.lists(st.sampled_from([*_vocabulary(), ".", "\n", ",", "?", "- ", ":", "$5", "95%"]), max_size=150).map(" ".join)))  # fmt: skip
def test_any_text_comes_back_whole(text):
    found = rules().read(text)
    assert "".join(piece.text for piece in advert.segments(found)) == found.text == phrases.clean(text)
    assert all(0 <= mark.start < mark.end <= len(found.text) for mark in found.marks)
    assert all(len(sentence.tokens) <= phrases.LONGEST_SENTENCE for sentence in found.sentences)


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=400))
def test_sentences_lose_no_word(text):
    text = phrases.clean(text)
    assert sum(len(item.tokens) for item in phrases.sentences(text)) == len(list(phrases._WORD.finditer(text)))


@pytest.mark.proof
@pytest.mark.parametrize("filling", ["same", "words", "lines", "commas", "figures", "letters", "blanks", "dots"])
def test_hostile_texts_are_answered_within_a_second(filling):
    import random
    import time

    draw = random.Random(1)
    texts = {
        "same": "cells can restore ", "words": " ".join(draw.choices(_vocabulary(), k=5000)), "lines": "a\n",
        "commas": "no, not, never, ", "figures": "$1 5 % 1,2 ", "letters": "a", "blanks": " ", "dots": ". ",
    }  # fmt: skip
    text = (texts[filling] * advert_page.LONGEST)[: advert_page.LONGEST]
    start = time.perf_counter()
    rules().read(text)
    assert time.perf_counter() - start < 1


@pytest.mark.proof
def test_no_phrase_takes_a_second_on_its_own_words():
    import time

    lists = {item.key: item.words for item in document().words}
    for _, phrase in rules().phrases.owned:
        words = re.sub(r"[(){}*]", " ", phrase.source.replace("/", " ").replace("...", "x x x x x"))
        text = " ".join([words, *(" ".join(lists[key]) for key in lists if key in phrase.source)])
        sentence = phrases.sentences(((text + " ") * 500)[: advert_page.LONGEST].replace(".", " "))
        start = time.perf_counter()
        for item in sentence:
            list(phrase.pattern.finditer(item.joined))
        assert time.perf_counter() - start < 1, phrase.source


# --- the page ------------------------------------------------------------------------------------


def post(client: Client, text: str, **more):
    return client.post(URL, {"text": text, **more})


def seen(response) -> str:
    page = re.sub(r"<(script|style|svg)\b.*?</\1>", " ", response.content.decode(), flags=re.S)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def test_the_form_and_the_ways_to_it(published_site):
    response = published_site.get(URL)
    assert response.status_code == 200
    assert "Paste the words of an advert" in seen(response)
    for path in ("/", "/check-an-offer/", "/check-an-offer/result/?offer=paid-treatment"):
        assert f'href="{URL}"' in published_site.get(path).content.decode()


def test_the_result_marks_explains_and_asks(published_site):
    response = post(published_site, ADVERT)
    page, text = response.content.decode(), seen(response)
    assert response.status_code == 200
    assert re.search(
        r'<mark>revolutionary</mark><a class="r" href="#flag-\d+">\[<span class="hidden">flag </span>\d+\]', page
    )
    for number in set(re.findall(r'href="#flag-(\d+)"', page)):
        assert page.count(f'id="flag-{number}"') == 1
    assert "What the text does not say" in text
    assert "Multiple sclerosis" in text
    assert re.search(r"Named in the same breath as flag", text)
    assert "Result so far" in text
    assert "effective for" in text
    for number in set(re.findall(r'class="r" href="#s(\d+)"', page)):
        assert f'id="s{number}"' in page


def test_nothing_marked_is_no_clearance(published_site):
    text = seen(post(published_site, "Our clinic stands in a quiet street near the park."))
    assert "We marked nothing. That is not a clearance." in text
    for word in ("cleared", "good clinic", "looks fine"):
        assert word not in text


def test_an_ungraded_disease_gets_an_honest_answer(published_site):
    text = seen(post(published_site, "Our clinic treats tinnitus with cells."))
    assert re.search(r"We have not graded Tinnitus.* We cannot say what is known there", text)


@pytest.mark.parametrize(
    "text", ["He said as ms told us: all is well at 5 pm.", "WE ARE THE BEST IN ALL THE WORLD AS SEEN ON TV"]
)
def test_small_and_shouted_words_are_no_abbreviations(published_site, text):
    assert "The diseases it names" not in seen(post(published_site, text))


def test_headers(published_site):
    for response in (published_site.get(URL), post(published_site, ADVERT), post(published_site, "")):
        assert response["Cache-Control"] == "no-store"
        assert response["Referrer-Policy"] == "no-referrer"
        assert not response.cookies
    assert post(published_site, ADVERT)["X-Robots-Tag"] == "noindex"
    assert 'content="noindex"' in post(published_site, ADVERT).content.decode()


def test_no_token_is_needed(published_site):
    assert Client(enforce_csrf_checks=True).post(URL, {"text": ADVERT}).status_code == 200


def test_other_methods_are_refused(published_site):
    assert published_site.put(URL).status_code == 405
    assert published_site.head(URL).status_code == 200


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", advert_page.EMPTY),
        (" \n\t\u200b ", advert_page.EMPTY),
        ("x" * 20_001, "The text has 20,001 characters. We read at most 20,000."),
        ("\x89PNG\r\n\x1a\n" + "\x00\x01\x02\ufffd" * 200, advert_page.NOT_TEXT),
    ],
)
def test_what_cannot_be_read_is_told_in_a_sentence(published_site, text, sentence):
    response = post(published_site, text)
    assert response.status_code == 200
    assert sentence in seen(response)
    assert 'aria-invalid="true"' in response.content.decode()


def test_a_text_that_is_too_long_stays_in_the_form(published_site):
    assert "word " * 4001 in post(published_site, "word " * 4100).content.decode()


def test_20_000_characters_are_read(published_site):
    assert "We marked nothing" in seen(post(published_site, "word " * 3999 + "ends."))


def test_line_ends_of_browsers_do_not_count_twice(published_site):
    assert "We marked nothing" in seen(post(published_site, "word\r\n" * 4000))


def test_markup_is_shown_and_not_run(published_site):
    page = post(
        published_site, "<script>alert(1)</script> </textarea><b>Results guaranteed</b> {{ page }}"
    ).content.decode()
    assert "<script>alert(1)" not in page
    assert "</textarea><b>" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<mark>Results guaranteed</mark>" in page


def test_direction_marks_do_not_come_back(published_site):
    page = post(published_site, "abc\u202edef\u2066 \u200bresults guaranteed\u2069 \ufeff").content.decode()
    assert not set(page) & set("\u202e\u2066\u2069\u200b\ufeff")
    assert "<mark>results guaranteed</mark>" in page


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"text=" + b"x" * 3_000_000, "application/x-www-form-urlencoded"),
        (b"&".join(b"a%d=1" % number for number in range(5000)), "application/x-www-form-urlencoded"),
        (b"text=%ff%fe%80&text=b", "application/x-www-form-urlencoded"),
        (b"nonsense", "multipart/form-data; boundary=x"),
        (b"nonsense", "multipart/form-data"),
        (b'{"text": 1}', "application/json"),
        (b"text=a", "application/x-www-form-urlencoded; charset=nowhere"),
        (b"", "text/plain"),
    ],
)
def test_a_broken_request_is_a_normal_page(published_site, body, kind):
    response = published_site.generic("POST", URL, body, content_type=kind)
    assert response.status_code == 200
    assert "Check an advert" in seen(response) or "We marked nothing" in seen(response)


def test_unknown_parameters_change_nothing(published_site):
    assert published_site.post(URL + "?text=guaranteed&" + "a=1&" * 3000, {"text": ""}).status_code == 200
    assert "guaranteed" not in published_site.get(URL + "?text=guaranteed").content.decode().replace("“guaranteed”", "")


def test_a_held_or_missing_edition_says_so(db, client):
    response = client.get(URL)
    assert response.status_code == 200
    assert "not here yet" in seen(response)


def test_nothing_of_it_is_kept(published_site, caplog):
    secret = "Xylophonia Quartzberg"
    with caplog.at_level(logging.DEBUG):
        post(published_site, f"{secret}: results guaranteed. " + ADVERT)
        post(published_site, secret * 2000)
    assert secret not in caplog.text
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            assert not any(secret in str(row) for row in cursor.fetchall()), table
    kept = str(vars(advert_page._compiled)) + str(vars(advert_page._compiled.rules.phrases))
    assert "Xylophonia" not in kept and "xylophonia" not in kept


def test_the_page_costs_no_more_than_the_counter(published_site, django_assert_max_num_queries):
    post(published_site, ADVERT)
    with django_assert_max_num_queries(1):
        post(published_site, ADVERT)


# --- scoring -------------------------------------------------------------------------------------

ROWS = [
    {"id": "c1", "kind": "clinic", "text": "Results guaranteed.", "flags": ["guarantee_or_pressure"]},
    {"id": "c2", "kind": "clinic", "text": "Results guaranteed. A miracle.", "flags": ["miracle_language", "no_risk"]},
    {"id": "c3", "kind": "clinic", "text": "We offer exosomes.", "flags": []},
    {"id": "h1", "kind": "honest", "text": "Nothing is certain.", "flags": []},
    {"id": "h2", "kind": "honest", "text": "A miracle, and we offer exosomes.", "flags": []},
]


def test_scoring_counts_labels_by_the_table():
    found = advert_score.score(rules(), ROWS)
    guarantee, wonder = found.labels["guarantee_or_pressure"], found.labels["miracle_language"]
    assert (guarantee.right, guarantee.wrong, guarantee.missed) == (1, 1, 0)
    assert (wonder.right, wonder.wrong, wonder.missed) == (1, 1, 0)
    assert found.labels["no_risk"].missed == 1
    assert (found.clinic, found.flagged, found.reached, found.bare, found.bare_marked) == (3, 2, 2, 1, 0)
    assert (found.honest, list(found.honest_marked)) == (2, ["h2"])
    assert found.apart == {"other-things": 2}
    assert found.over().precision == 0.5
    assert found.over_clinic.wrong == 1
    assert [miss.passage for miss in found.misses] == ["c2", "h2"]


def test_flags_without_a_label_count_on_honest_passages():
    found = advert_score.score(rules(), [{"id": "h", "kind": "honest", "text": "We offer exosomes."}])
    assert list(found.honest_marked) == ["h"]
    assert found.over().wrong == 0


def test_the_command_prints_figures_and_misses(published_site, tmp_path):
    path = tmp_path / "rows.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in ROWS))
    out = StringIO()
    call_command("score_adverts", str(path), stdout=out)
    assert "Of 2 flagged, 2 got a right flag (100%; aim 85%)" in out.getvalue()
    assert "Honest: 2 passages, 1 marked (50%" in out.getvalue()
    out = StringIO()
    call_command("score_adverts", str(path), "--json", stdout=out)
    figures = json.loads(out.getvalue())
    assert figures["rules"].startswith("edition")
    assert figures["clinic"]["share_with_a_right_flag"] == 1
    assert figures["honest"]["share_marked"] == 0.5
    assert figures["labels"]["no_risk"]["recall"] == 0
    assert figures["labels"]["no_risk"]["precision"] is None


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "message"),
    [("", "one JSON object a line"), ("[1]", "one JSON object a line"), ("{", "one JSON object a line"),
     ('{"kind": "other", "text": "a"}', "needs kind"), ('{"kind": "clinic", "text": "a", "flags": ["x"]}', "unknown labels x")],
)  # fmt: skip
def test_the_command_refuses_other_files(tmp_path, content, message):
    path = tmp_path / "rows.jsonl"
    path.write_text(content)
    with pytest.raises(CommandError, match=message):
        call_command("score_adverts", str(path))


@pytest.mark.django_db
def test_the_command_uses_the_curated_file_where_nothing_is_published(tmp_path):
    path = tmp_path / "rows.jsonl"
    path.write_text(json.dumps(ROWS[0]))
    out = StringIO()
    call_command("score_adverts", str(path), stdout=out)
    assert "the curated file, since no edition is published" in out.getvalue()
