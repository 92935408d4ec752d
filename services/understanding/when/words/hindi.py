"""Romanised Hindi: numbers to crores and the words times are told in, in the spellings recognisers and people use."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from services.understanding.words import numbered, spelled, word_set

_TO_HUNDRED = """shunya zero|ek|do|teen tin|char chaar|panch paanch paach|chhe che chhah chah chhai chai|saat sat
|aath ath aat|nau nao|das dus|gyarah gyaarah gyara gyaara|barah baarah bara baara|terah tehrah tera
|chaudah chauda choda|pandrah pandra pandhra|solah sola|satrah satra sattrah
|atharah athaarah athara attharah|unnis unnees|bees bis|ikkis ikkees|bais baees baais|teis teyees
|chaubis chaubees|pachees pachis pacchis pachchis|chabbis chhabbis chabbees
|sattais sattaees sattaais|atthais atthaees atthaais|untis unatees untees|tees tis
|iktis ikatees ikattis|battis battees|taintis taintees|chauntis chauntees|paintis paintees
|chhattis chattis|saintis saintees|artis adtis adtees|untalis untalees
|chalis chalees chaalis chaalees|iktalis iktalees|bayalis bayalees|taintalis tetalis
|chawalis chauvalis chavalis|paintalis paintalees|chhiyalis chiyalis|saintalis saintalees
|artalis adtalis|unchas unanchas|pachas pachaas pachhas|ikyavan ikyawan|bawan baavan bavan
|tirpan tirepan|chauvan chawwan|pachpan|chhappan chappan|sattavan satavan|atthavan athavan|unsath
|saath sath|iksath|basath|tirsath tiresath|chaunsath|painsath|chhiyasath chiyasath|sarsath sadsath
|arsath adsath|unhattar|sattar|ikhattar|bahattar|tihattar|chauhattar|pachhattar pachattar pichhattar
|chhihattar chihattar|satattar satahattar|athhattar athattar|unasi unnasi|assi asi|ikyasi|bayasi
|tirasi|chaurasi|pachasi pichasi|chhiyasi chiyasi|sattasi satasi|atthasi athasi|navasi|nabbe navve
|ikyanve|banve baanve|tiranve|chauranve|pachanve pichanve|chhiyanve chiyanve|sattanve satanve
|atthanve athanve|ninyanve ninanve|"""
NUMBERS = numbered(_TO_HUNDRED)
WHOLE = {"dedh": Fraction(3, 2), "derh": Fraction(3, 2)} | dict.fromkeys(("dhai", "dhaai", "adhai"), Fraction(5, 2))
WHOLE |= {word: Fraction(1, 2) for word in ("aadha", "adha", "aadhe", "adhe", "aadhi", "adhi")}
WHOLE |= {word: Fraction(3, 4) for word in ("pauna", "pona")}
MORE = dict.fromkeys(("sadhe", "saadhe", "sadde", "saadde", "sade"), Fraction(1, 2))
MORE |= dict.fromkeys(("sava", "sawa", "savaa"), Fraction(1, 4)) | dict.fromkeys(("paune", "pone"), Fraction(-1, 4))
"""Said before a number: sadhe teen is three and a half, paune teen two and three quarters."""
SCALES = spelled(
    {
        100: "sau",
        1_000: "hazaar hazar hajaar hajar",
        100_000: "lakh lakhs lac laakh",
        10_000_000: "crore crores karod karor",
    }
)

DAYS = {"aaj": 0, "aj": 0, "kal": 1, "parso": 2, "parson": 2, "tarso": 3, "tarson": 3, "narso": 3, "narson": 3}
"""Kal is tomorrow and yesterday, parso the day after that and the day before: the tense tells."""
PARTS = spelled(
    {
        "morning": "subah subha subeh suba savere sawere savera tadke",
        "afternoon": "dopahar dopeher dopehar dupahar dophar",
        "evening": "shaam sham saam",
        "night": "raat raath",
    }
)
WEEKDAYS = numbered(
    """somvar somwar somvaar somwaar | mangalvar mangalwar mangalvaar mangalwaar | budhvar budhwar budhvaar budhwaar |
    guruvar guruwar guruvaar guruwaar brihaspativar brihaspatiwar veervar veerwar |
    shukravar shukrawar shukravaar shukrawaar shukrvar shukrwar | shanivar shaniwar shanivaar shaniwaar shanichar |
    ravivar raviwar ravivaar raviwaar itvar itwar itvaar itwaar"""
)
UNITS = spelled(
    {
        "second": "second seconds sekand",
        "minute": "minute minutes minat minut min",
        "hour": "ghanta ghante ghanton ghantey ghanto",
        "day": "din dino dinon",
        "week": "hafta hafte hafton hafto saptah",
        "month": "mahina mahine maheena maheene mahino mahinon",
        "year": "saal saalon baras",
    }
)
WHICH = spelled(
    {"next": "agle agla agli aglay", "last": "pichle pichhle pichla pichli pichhla pichhli", "this": "is iss isi"}
)
DATE = word_set("tareekh tarikh taarikh tarik")
FIRSTS = {"pehli": 1, "pahli": 1, "doosri": 2, "dusri": 2, "teesri": 3, "tisri": 3}
EVERY = frozenset(("har", "pratyek"))
DAILY = word_set("roz roj rozana rozaana rojana")
IN = word_set("mein me main mai")
BEFORE = word_set("pehle pahle pehley pahley")
AFTER = frozenset(("baad", "bad"))
CLOCK = frozenset(("baje", "bje", "bajay"))
_SURE = word_set("aaj kal parso parson tarso narso abhi thodi baad tareekh tarikh taarikh har")
MARKERS = (
    _SURE.union(DAILY, CLOCK, BEFORE, WEEKDAYS, PARTS, MORE, WHOLE, ("baj", "bajke", "bajkar"))
    | {word for word in WHICH if WHICH[word] != "this"}
    | {word for word in UNITS if UNITS[word] not in ("second", "minute")}
) - {"sham", "din", "sade", "pone", "pona"}
"""One of these and a text tells its times in Hindi: none is an English word."""
OPENING = (
    frozenset(DAYS)
    .union(PARTS, WEEKDAYS, UNITS, WHICH, NUMBERS, WHOLE, MORE, SCALES, FIRSTS, EVERY, DAILY)
    .union(("thodi", "aane", "abhi"))
)
_AFTER_A_UNIT = IN | BEFORE | AFTER | {"ka", "ke", "ki"}


def tells_times(said: Sequence[str], capitals: Sequence[bool]) -> bool:
    """Whether a text, in words, tells a time in Hindi. A capital within it is a name's: Kal, Roz."""
    for i, word in enumerate(said):
        if word in MARKERS and not (i and capitals[i]):
            return True
        if word in UNITS and i:  # bees minute ka timer, teen din mein; but not "do minute work"
            counted = said[i - 1] in NUMBERS and said[i - 1] not in ("do", "sat", "das")
            behind = i + 1 < len(said) and said[i + 1] in _AFTER_A_UNIT and said[i - 1] in NUMBERS
            if counted or behind:
                return True
    return False
