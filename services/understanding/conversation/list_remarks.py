"""What is told beside a list, or of what belongs on it, without naming it as a list does: "we're out of eggs", "for
Martin a scarf", "whether she can do the niche" of questions to be asked. Pure; for checklists.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from services.understanding.words import word_set

_NOT_THESE = r"(?!(?:it|them|that|those|this|these|there|to)\b)"
_SOMEBODY = r"(?:i|we|he|she|they|you|somebody|someone|[^\W\d_]+)"
_WANTED = [
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"\b(?:are|is|am|was|were|['’]re|['’]m)(?: all| nearly| almost| completely| totally| just)*"
        rf" (?:out of|short of|low on|running (?:low on|short of|out of)) {_NOT_THESE}(?P<things>.+)",
        rf"\b(?:run|ran) (?:out of|low on|short of) {_NOT_THESE}(?P<things>.+)",
        rf"\b(?:i|we)(?: do| still| also| really|['’]ll| will)* (?:need|lack|want),? {_NOT_THESE}(?P<things>.+)",
        r"\bthere(?:['’]s| is| are| was| were)(?: nearly| almost)? (?:no|hardly any) (?P<things>.+?)"
        r"(?: left| any ?more| either| now| again)*$",
        rf"^(?:{_SOMEBODY})(?:['’]s|['’]ve| has| have)?(?: just)?"
        rf" (?:handed in|brought in|turned in|dropped off) {_NOT_THESE}(?P<things>.+)",
        r"^(?P<things>[^,.;]+?)(?:['’]s| is| are)(?: all| nearly| almost| completely)*"
        r" (?:finished|used up|all gone|running (?:low|out|short))$",
    )
]
"""What a remark says is not there and shall be, or has come to be kept."""
_GONE = re.compile(
    r"\b(?:out of|short of|low on|hardly any|finished|used up|all gone|running)\b|\bthere(?:['’]s| is| are) no\b",
    re.IGNORECASE,
)
_NO_WARES = word_set("""time luck ideas idea options patience energy money cash work office town order breath control
    touch sight room space rooms seats hope help people staff hands battery power memory hours days fashion action
    meeting meetings appointment holiday lift date""")
_NUMBER = r"(?:one|two|three|four|five|six|seven|eight|nine|ten|first(?:ly)?|second(?:ly)?|third(?:ly)?)"
_NUMBERED = re.compile(rf"(?:^|[.,;]\s+)(?:and )?{_NUMBER}\s*[,:.]\s+", re.IGNORECASE)
""" "One, the fire curtain. Two, the mayor"."""
_FOR_SOMEBODY = re.compile(
    r"for (?P<who>(?:(?:little|the|my|our|old|big|young) )*[\w'’-]+) (?P<thing>(?:(?:an?|the|some) .+|[\w'’-]+))",
    re.IGNORECASE,
)
_NEXT_ONE = re.compile(r"\s*[,;]\s*(?:and )?(?=for\b)|\s+and (?=for\b)", re.IGNORECASE)
_QUESTIONS = re.compile(r"\b(?:questions?|ask)\b", re.IGNORECASE)
_BETWEEN = re.compile(
    r"\s+[—–-]+\s+|\s*[.;]\s+|,\s*(?=and\b)|\s+and\s+(?=(?:and|how|what|whether|when|where|who|why)\b)"
)
_BEGINS = re.compile(r"^(?:(?:and|also|then|plus|yes|oh|um|uh|obviously|of course|so|well)\b[\s,]*)+", re.IGNORECASE)
_AND = re.compile(r"[\s,]+and$", re.IGNORECASE)
_TO_ASK = re.compile(
    r"(?:whether|if)(?: [\w'’-]+){2,}|(?:how|what|when|where|who|why"
    r"|which)\b(?!['’]s\b)(?!(?: \w+){0,2} (?:is|are|do|does|did|can|could|will|would|has|have|was) (?:the"
    r"|it|you|we|i|there|he"
    r"|she|they|that|this|my|our)\b)(?: [\w'’-]+){2,}",
    re.IGNORECASE,
)
"""A question as it is told, not asked: "how long the grout needs"."""
_ORDERS = word_set("""remind tell call make ask send schedule cancel move delete wake invite email stop undo create
    put add remove""")
_OR_THINGS = word_set("book set play show note message text post start open close change mark stick write read")
"""Orders, and names of things: a cook book, note paper."""
_FEWEST = 3
_BEFORE_ORDER = word_set("and then also please can could would you just now so oh")
_NO_THING = re.compile(
    r"(?:don['’]t|do not|never|mustn['’]t|must not) forget\b.*|(?:please|thanks|thank you|cheers|you know|that['’]s all"
    r"|that['’]s it|will you|would you|if you can|bless (?:him|her|them|it))",
    re.IGNORECASE,
)


def wanted(remarks: Sequence[str]) -> str:
    """The words for what is said to be missing, or to have come in; empty where nothing is."""
    text = joined(remarks)
    found = next((found for form in _WANTED if (found := form.search(text))), None)
    return found["things"].strip(" ,") if found else ""


def has_run_out(text: str) -> bool:
    """Whether something is said to be all gone, or nearly; "we need" is said of much else."""
    return bool(wanted([text])) and _GONE.search(text) is not None


def is_no_ware(item: str) -> bool:
    """Time, luck and ideas run out, too, but nobody buys them."""
    return _NO_WARES.isdisjoint(re.findall(r"[\w'’]+", item.casefold())) is False


def joined(remarks: Sequence[str]) -> str:
    """The remarks in one, without what only leads on to them."""
    return _BEGINS.sub("", ", ".join(each.strip(" ,") for each in remarks), count=1)


def numbered(text: str) -> list[str]:
    """The things of "one, the fire curtain. two, the mayor"; none where fewer than two are told so."""
    if len(_NUMBERED.findall(text)) < 2 or not _NUMBERED.match(text):
        return []
    return [each.strip(" .,;") for each in _NUMBERED.split(text) if each.strip(" .,;")]


def for_somebody(text: str) -> list[str]:
    """ "For Martin a scarf and for Emma the doll": scarf for Martin, doll for Emma; none where a piece is none such."""
    pieces = [_FOR_SOMEBODY.fullmatch(each.strip(" .,;")) for each in _NEXT_ONE.split(_BEGINS.sub("", text, count=1))]
    if not all(pieces):
        return []
    return [f"{_bare(each['thing'])} for {each['who']}" for each in pieces if each]


def to_ask(text: str, called: str) -> list[str]:
    """The questions that go on a list of questions; none where a piece is anything else."""
    if not _QUESTIONS.search(called) or text.rstrip().endswith("?"):
        return []
    pieces = [_BEGINS.sub("", _AND.sub("", each.strip(" ,.")), count=1).strip(" ,.") for each in _BETWEEN.split(text)]
    asked = [each for each in pieces if _TO_ASK.fullmatch(each)]
    rest = [each for each in pieces if each and each not in asked and not any(each in one for one in asked)]
    return list(dict.fromkeys(asked)) if not rest else []


def orders(piece: str) -> bool:
    """Whether words open as an order does: none is talk, however it goes on."""
    words = list(_opening(piece))
    return words[:1] != [] and (words[0] in _ORDERS or (words[0] in _OR_THINGS and len(words) >= _FEWEST))


def no_thing(item: str) -> bool:
    """ "Don't forget it" is nothing to stand on a list."""
    return _NO_THING.fullmatch(item.strip(" .,!")) is not None


def _opening(piece: str) -> Iterator[str]:
    return (word for word in re.findall(r"[\w'’]+", piece.casefold()) if word not in _BEFORE_ORDER)


def _bare(thing: str) -> str:
    return re.sub(r"^(?:an?|the|some) ", "", thing, flags=re.IGNORECASE)
