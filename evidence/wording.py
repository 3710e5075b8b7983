"""How people type: text folded to plain words, so that two spellings of one name become equal.

PURE. Knows no diseases: only letters, plural endings, small words that carry nothing, everyday
words for medical ones, and what words sound like.
"""

import re
import unicodedata

from evidence.everyday_words import EVERYDAY_WORDS

_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "æ": "ae", "œ": "oe", "ı": "i", "ß": "ss"})
_APOSTROPHES = re.compile(r"['’‘`´ʼ]")
_ASCII_APOSTROPHES = str.maketrans("", "", "'`")
_WORDS = re.compile(r"[^\W_]+")
_ASCII_GAPS = {code: " " for code in range(128) if not chr(code).isalnum()}
# what people say of an organ that fails
_NOT_WORKING = re.compile(
    r"\b(?:(?:is|are)?\s?(?:not|dont|dosnt|desnt|doesnt|isnt|arent|stopped|wont|barely|hardly|no longer)\s+"
    r"(?:properly\s+|really\s+)?(?:work|works|working|function|functions|functioning|pump|pumps|pumping)|"
    r"shutting down|shut down|giving out|giving up|packing up|packed up)\b"
)
_FAILING = ("work", "function", "pump", "down", "giving", "packed", "packing")
# "type1" and "covid19" are two words, "t1d" and "b12" are one
_LETTERS_DIGITS = re.compile(r"(?<=[^\W\d_]{3})(?=\d)|(?<=\d)(?=[^\W\d_]{3})")
_ROMAN = {"i": "1", "ii": "2", "iii": "3", "iv": "4", "one": "1", "two": "2", "1st": "1", "2nd": "2"}
_T_NUMBERED = frozenset({"t1", "t2"})  # "t2 diabetes"
_NUMBERED = frozenset({"type", "typ", "tipo", "stage", "grade", "class", "phase", "tip", "typu"})

# Words that say nothing about which disease is meant. English, then the other languages people write in.
FILLERS = frozenset(
    """
    a an and any anyone anything are as at be because been before being both but by can could cure cured cures did do
    does doing done dont doesnt cant for from get gets getting give given go going got had has hasnt have having he
    help helped helpful helping helps her him his how i if im in into is it its ive just kind know like long looking
    lot me might more much my need new no not now of off old on one or our out over own please really right she should
    since so some someone somebody something still such suffer suffered suffering suffers that thats the their them
    there these they this those to told too treat treatable treated treating treatment treatments try trying up use
    used using very want wanted wants was we well were what whats when where which who whose why will with without
    work working works worth would year years yet you your hi hello thanks anybody ever every all about after ago
    against also during diagnosed diagnosis diagnose information info question questions facts learn latest research
    study studies evidence proof
    stem cell cells therapy therapies clinic clinics injection injections injected inject infusion infusions transplant
    transplants transplantation repair fix regenerate regenerative regrow medicine medical doctor doctors trial trials
    option options best offer offered cost price cheap safe safely effective approved approval fda hope possible
    reverse reversed msc mscs ipsc exosome exosomes prp mesenchymal stromal autologous donor umbilical
    patient patients person people man woman boy girl child children kid kids baby babies son daughter mother father
    mom mum mam mama dad papa parent parents sister brother wife husband husbands wifes partner friend friends aunt
    uncle grandma grandpa grandmother grandfather granny nan nephew niece cousin girlfriend boyfriend neighbour
    neighbor myself family relative relatives teenager toddler elderly
    last first month months week weeks day days time times today bad badly badness terrible awful severe severely
    el la los las un una unos unas de del y o en con por para mi mis su sus tiene tengo tenemos que es al se lo como
    hija hijo madre padre esposa esposo hermana hermano abuela abuelo nino nina celulas madre tratamiento terapia cura
    curar contra sobre
    le les l un une des du d et ou au aux avec pour par ma mon mes sa son ses ai a est sur dans fille fils mere pere
    femme mari soeur frere cellules cellule souches souche traitement therapie guerir chez que qui
    der die das den dem ein eine einen einer eines und oder mit fur fuer bei von vom zum zur im am ist hat habe meine
    mein meiner meinem meinen tochter sohn mutter vater frau mann schwester bruder stammzellen stammzelle
    stammzelltherapie behandlung heilung gegen
    o os as um uma e ou do da dos das no na nos nas com por para minha meu minhas meus tem tenho filha filho mae pai
    celulas tronco tratamento
    il lo gli i uno e o di dello della dei degli delle al alla nel nella con per mia mio ha ho figlia figlio madre
    padre cellule staminali cura terapia trattamento
    het een en van met voor mijn heeft heb stamcellen behandeling bei
    """.split()
)
# Words so common in names of diseases that alone they mean nothing
GENERIC = frozenset(
    """
    disease syndrome acute chronic primary secondary progressive idiopathic familial hereditary congenital
    type general mild moderate early late adult juvenile infantile advanced end stage active refractory resistant
    steroid enfermedad enfermedade mal sindrome trastorno maladie trouble krankheit erkrankung morbus doenca malattia
    morbo disturbo ziekte choroba hastaligi bolezn болезнь cronica cronico chronique chronische aguda agudo aigue akute
    akutes tipo typ total severe tissue
    """.split()
)
# Those of them that stand for one another: one list says "disease" where the next one says "syndrome"
KINDS = frozenset(
    """
    disease syndrome syndrom sindrome enfermedad enfermedade mal trastorno maladie trouble krankheit erkrankung morbus
    doenca malattia morbo disturbo ziekte choroba hastaligi bolezn болезнь
    """.split()
)
# Parts of the body: a name is never these alone
BODY = frozenset(
    """
    heart kidney liver lung brain knee hip back neck spine skin eye ear joint bone blood muscle nerve stomach gut bowel
    bladder thyroid hair hand foot leg arm shoulder elbow wrist ankle finger toe head face mouth tooth throat nose
    chest breast womb ovary prostate pancreas spleen vein artery disc cartilage tendon ligament immune body
    """.split()
)
# Everyday words in names of diseases ("car sickness", "panic disorder"): a name is never these alone either
PLAIN = BODY | frozenset(
    """
    car sea travel motion sleep speech mood change panic spectrum gum nail food water drug hot cold night morning bed
    wet dry big white red black yellow hard soft tight high low sugar weight old young broken bad weak slow fast heavy
    painful trapped frozen stiff silent stress post winter summer river valley west east hay cat dog bird monkey horse
    snake spider tick bite cow worm plate cup spot dark light fish butterfly elephant baker jumper runner golf golfer
    tennis swimmer housemaid smoker drinker school farm city gulf war mountain lake rocky scarlet pink blue green
    brown gray grey silver gold glass stone stones iron lead copper mercury salt oil gas fat belly waist knee loss
    attack failure blockage swelling damage injury tear torn worn growth lump mass
    """.split()
)
# Names that are also everyday words: alone in a text about something else they mean nothing.
EVERYDAY = frozenset(
    """
    cold stroke shock burn worm flu fever stress scar allergy plague wart lice shingle crest led tea les net ten
    mash sad add pad gist sep em pie dat load arm pot cd pd ms ra ad hd mi ed cp all aids cf as dm hf af pe ic
    rp mm mg tb ela sla mal pr tsa fistula spine blister bruise rash thrush mole corn boil coma mumps hives stye
    squint pain pains swelling fatigue ageing aging choking drowning wound cut knee hip itch itching worms croup
    fit cancer tics sprain hernia confusion ali cad nash tia oi pah rop down
    """.split()
)
# Abbreviations that in small letters are something else
ONLY_IN_CAPITALS = frozenset(
    "tea led les net ten mash add pad em crest gist sep pie dat load arm sad cold pots ali oi cad".split()
)
# After these words a short name is meant as one: "my wife has ms"
INTRODUCING = frozenset("has have had having got tiene tengo hat habe heeft heb tenho tem ho ha jai".split())
# Everyday words that stand within a typing error of a name: taken as typed.
NOT_MISTYPED = frozenset(
    """strike strokes stroked stoke stroll strollers stride struck goat route bout gut crown brown drown grown chron
    canter dancer cancel lancer answer train drain grain rain brand plasma lumps bumps jumps pumps dumps mums babies
    ladies rabbi copper copied copy locus focus lotus coral carries cries cart card cares hive live give five rise
    gold bold mold fold could told old gown down town clown flow flour floor fly fluke blue glue clue stale star
    scary scare score scarf share rush rush hash trash crash cash mash wash dash cramp camp gram craft draft raft
    croft ghost guest rest heart hearth heard earth hard hurt head health wealth market marked trail stress street
    dress press string sting spring mane pane pine line lane plane planet patent parent present migrate immigrant
    grain margarine autumn auto author altitude attitude fiddle middle bottle battle cattle kettle settle paper
    pepper peppers pasta paste pastor polo polar police policy molar mole male mail main mango magic colour color
    colic collar dollar cellar salary salad celery cherry berry merry ferry sorry story storm form farm harm warm
    worn horn corn morn torn born burn turn bun fun sun run gun lung long song wrong strong tongue sponge
    sauna fauna china chine shine chin shin skin spin spine wine wind mine mind find hymn gym limp lamp lime time
    tennis tender gender lender sender fender rubber rubbish robot rocket pocket packet jacket bucket ticket cricket
    wicker quicker sticker picture pictures mixture nature mature future fixture lecture measures measure pleasure
    treasure seizure leisure closure asylum aspen aspirin museum amuse anime enemy academy economy astronomy
    asteroid steroid steroids hemisphere atmosphere acme acre acne ache crone backpack used""".split()
)
# One word for what doctors and everybody else call by different words
SAME = {
    "renal": "kidney", "nephro": "kidney", "hepatic": "liver", "cardiac": "heart", "myocardial": "heart",
    "pulmonary": "lung", "cerebral": "brain", "cranial": "brain", "gastric": "stomach", "cutaneous": "skin",
    "dermal": "skin", "ocular": "eye", "articular": "joint", "osseous": "bone", "vertebral": "spine", "spinal": "spine",
    "tummy": "stomach", "belly": "stomach", "bowels": "bowel", "intestinal": "bowel", "intestine": "bowel",
    "intestines": "bowel", "colonic": "colon", "lumbar": "back", "uterine": "womb", "uterus": "womb",
    "testicular": "testicle", "ovarian": "ovary", "prostatic": "prostate", "thyroidal": "thyroid",
    "pancreatic": "pancreas", "dental": "tooth", "teeth": "tooth", "feet": "foot", "infarct": "infarction",
    "failing": "failure", "failed": "failure", "fail": "failure", "fails": "failure", "insufficiency": "failure",
    "scarring": "scar", "scarred": "scar", "scars": "scar", "fibrotic": "fibrosis", "cirrhotic": "cirrhosis",
    "paralysed": "paralysis", "paralyzed": "paralysis", "paralysing": "paralysis", "paralyses": "paralysis",
    "palsied": "palsy", "broke": "broken", "break": "broken", "breaking": "broken", "injured": "injury",
    "injuries": "injury", "hurt": "pain", "hurts": "pain", "hurting": "pain", "ache": "pain", "aches": "pain",
    "aching": "pain", "painful": "pain", "sore": "pain", "soreness": "pain", "pains": "pain", "damaged": "damage",
    "illness": "disease", "disorder": "disease", "disorders": "disease", "condition": "disease",
    "conditions": "disease", "problem": "disease", "problems": "disease", "trouble": "disease", "issue": "disease",
    "issues": "disease", "sickness": "disease", "diseases": "disease", "ailment": "disease", "tumour": "tumor",
    "tumours": "tumor", "tumors": "tumor", "neoplasm": "cancer", "neoplasms": "cancer", "carcinoma": "cancer",
    "malignancy": "cancer", "inflamed": "inflammation", "inflammatory": "inflammation", "infected": "infection",
    "infections": "infection", "infectious": "infection", "bleed": "bleeding", "bleeds": "bleeding",
    "hemorrhage": "bleeding", "haemorrhage": "bleeding", "hemorrhagic": "bleeding", "ischaemic": "ischemic",
    "ischaemia": "ischemic", "ischemia": "ischemic", "degenerated": "degeneration", "degenerative": "degeneration",
    "degenerating": "degeneration", "herniated": "hernia", "slipped": "slipped", "disk": "disc", "disks": "disc",
    "discs": "disc", "autistic": "autism", "aspergers": "asperger", "diabetic": "diabete", "diabetics": "diabete",
    "arthritic": "arthritis", "rheumatic": "rheumatoid", "rheumatism": "rheumatoid", "psoriatic": "psoriatic",
    "asthmatic": "asthma", "epileptic": "epilepsy", "allergic": "allergy", "obese": "obesity",
    "depressed": "depression", "anxious": "anxiety", "anaemic": "anemia", "anemic": "anemia",
    "schizophrenic": "schizophrenia", "cancerous": "cancer", "swollen": "swelling", "blocked": "blockage",
    "worn": "worn", "wearing": "worn", "shaking": "shaking", "shakes": "shaking", "shaky": "shaking",
    "shake": "shaking", "trembling": "shaking", "tremble": "shaking", "forgetting": "forget", "forgets": "forget",
    "forgetful": "forget", "forgetfulness": "forget", "losing": "loss", "lost": "loss", "lose": "loss",
    "breathless": "breath", "breathing": "breath", "breathe": "breath", "vs": "versus", "v": "versus",
    "juvenil": "juvenile", "childhood": "juvenile",
}  # fmt: skip


def fold(text: str) -> str:
    """Lower case, no accents, no apostrophes, one way of writing æ and œ; any text in, any text out."""
    if text.isascii():  # most names of a large list are, and this is ten times as fast
        text = text.lower().translate(_ASCII_APOSTROPHES)
    else:
        text = unicodedata.normalize("NFKC", text).casefold().translate(_LETTERS)
        text = unicodedata.normalize("NFKD", _APOSTROPHES.sub("", text))
        text = "".join(letter for letter in text if unicodedata.category(letter) != "Mn")
    text = text.replace("ae", "e").replace("oe", "e").replace("yz", "ys")
    return _NOT_WORKING.sub(" failure ", text) if any(hint in text for hint in _FAILING) else text


_SAME = {fold(word): same for word, same in SAME.items()}
_FILLERS = frozenset(fold(word) for word in FILLERS)
_GENERIC = frozenset(_SAME.get(fold(word), fold(word)) for word in GENERIC)


def canonical(word: str) -> str:
    """The word that stands for a folded word: without a plural ending, everyday instead of medical."""
    if word in _SAME:
        return _SAME[word]
    if len(word) > 4 and word.endswith("ies") and word not in ("rabies", "caries", "scabies", "series"):
        word = word[:-3] + "y"
    elif len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    return _SAME.get(word, word)


def raw_words(text: str) -> list[str]:
    """The folded words of a text, as typed: plural endings and medical words left alone."""
    folded = fold(text)
    found: list[str] = []
    for whole in folded.translate(_ASCII_GAPS).split() if folded.isascii() else _WORDS.findall(folded):
        if whole in _T_NUMBERED:
            found += ["type", whole[1:]]
        elif whole.isalpha() or len(whole) < 4:
            found.append(_ROMAN.get(whole, whole) if found and found[-1] in _NUMBERED else whole)
        else:
            for word in _LETTERS_DIGITS.split(whole):
                found.append(_ROMAN.get(word, word) if found and found[-1] in _NUMBERED else word)
    return found


def words(text: str) -> tuple[str, ...]:
    """The canonical words of a text in their order."""
    return tuple(canonical(word) for word in raw_words(text))


def is_filler(word: str) -> bool:
    """Does this folded or canonical word carry nothing about which disease is meant?"""
    return word in _FILLERS or canonical(word) in _FILLERS


def is_generic(word: str) -> bool:
    return word in _GENERIC


# Words that mean nothing on their own, in the form in which ``words`` gives them
ORDINARY = frozenset(canonical(fold(word)) for word in EVERYDAY_WORDS)
UNTELLING = ORDINARY | frozenset(canonical(fold(word)) for word in PLAIN)
COMMON = UNTELLING | frozenset(canonical(fold(word)) for word in EVERYDAY | FILLERS | GENERIC | NOT_MISTYPED)


def is_everyday(word: str) -> bool:
    """Is this canonical word an everyday one, in any of its forms ("store", "storing", "stored")?"""
    if word in COMMON:
        return True
    for ending in ("ing", "ed", "er", "ly"):
        stem = word.removesuffix(ending)
        if len(stem) > 2 and stem != word:
            return stem in COMMON or f"{stem}e" in COMMON or (stem[-1] == stem[-2] and stem[:-1] in COMMON)
    return False


_VOWELS = str.maketrans(dict.fromkeys("aeiouyhw", "") | dict.fromkeys("ckqxz", "s") | {"v": "f"})


def skeleton(word: str) -> str:
    """What is left of a word without vowels, doubled letters and other ways of writing a sound; quick and rough."""
    bare = word.replace("ph", "f").translate(_VOWELS)
    return "".join(letter for place, letter in enumerate(bare) if bare[place - 1 : place] != letter)


_SOUNDS = [
    (re.compile(r"^(?:ps|sc(?=[eiy]))"), "s"), (re.compile(r"^(?:pn|kn|gn)"), "n"), (re.compile(r"^wr"), "r"),
    (re.compile(r"^x"), "s"), (re.compile(r"ph"), "f"), (re.compile(r"gh(?=[aeiouy])"), "g"), (re.compile(r"gh"), ""),
    (re.compile(r"rrh|rh"), "r"), (re.compile(r"th"), "t"), (re.compile(r"sch|sh|ch"), "k"),
    (re.compile(r"c(?=[eiy])"), "s"), (re.compile(r"ck|q|c"), "k"), (re.compile(r"z"), "s"), (re.compile(r"y"), "i"),
    (re.compile(r"(?<=[aeiou])h|h(?=[^aeiou])"), ""), (re.compile(r"ai|ei|ee|ea|ie"), "i"),
    (re.compile(r"ou|oo|au|aw"), "o"), (re.compile(r"(.)\1+"), r"\1"), (re.compile(r"(?<=[^aeiou])e$"), ""),
]  # fmt: skip


def sound(word: str) -> str:
    """Roughly how a word sounds: "sirosis" and "cirrhosis" come out the same."""
    for pattern, heard in _SOUNDS:
        word = pattern.sub(heard, word)
    return word
