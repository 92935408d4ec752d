"""Whether a clause only tells how things are: somebody or something, then a verb that says what is so.

"Mina's got loads", "the bride's aunt is doing those", "for the client would like to read it": beside an order, such a
clause tells why. One that wishes for something, or tells a value of what is spoken of ("it's at nine"), is none.
"""

from __future__ import annotations

import re

from services.understanding.sentences.spans import find_spans
from services.understanding.slots.amounts import number_of
from services.understanding.stages.base import Understanding
from services.understanding.stages.joined import BEGINS
from services.understanding.words import split_words, word_set

_MOST_WORDS = 16
"""Who says more than that in one clause may have said a command in it."""
_MOST_SUBJECT = 5
_LEADS = word_set("""because cause since as so but and otherwise for no nope yeah yes ah ach oh hm actually wait sorry
    see then well you know look apparently anyway now turns out""")
_ALSO_ELSE = word_set("for as now so no")
"""These stand before other things, too: before the subject only where that is surely one."""
_PRONOUNS = word_set("""i we he she they it that this there these those nobody everybody everyone somebody someone
    something nothing everything one which none both""")
_ITSELF = word_set("it that this there these those which both one")
"""What is spoken of may be meant by these."""
_BE = word_set("""is are was were am isn't aren't wasn't weren't has have had hasn't haven't hadn't will won't would
    wouldn't can can't cannot could couldn't do does did don't doesn't didn't may might must should shall shan't""")
_DID = word_set("""came went got gave took brought made rang called wrote sent found knew left lived kept drove flew
    slept ate drank paid told forgot lost broke bought sold felt began ran fell caught thought said meant stood sat
    spoke met won wore grew hid held spent threw""")
_DOES = word_set("""says thinks wants needs likes loves hates goes comes gets gives takes brings makes rings calls texts
    writes sends finds knows leaves lives keeps works starts opens closes ends drives flies sleeps eats drinks reads
    sings plays pays owes changes moves asks tells forgets loses breaks arrives picks drops buys sells stays stops
    turns looks seems feels hurts smells sounds happens begins runs finishes delivers shuts falls agrees promises
    manages catches misses hopes rains fits suits means helps teaches cooks does has cancels prefers reckons insists
    travels visits waits walks swears complains""")
_BASE = word_set("""say think want need like love hate go come get give take bring make ring call know leave live keep
    work start open close end drive sleep eat pay owe ask tell forget lose stay look seem feel hurt run finish agree
    manage miss hope mean help doubt guess suppose promised misread misheard misspoke expect remember""")
"""Behind "I", "we", "they" and what is more than one."""
_EITHER = word_set("put let read cut set hit shut cost beat")
"""Behind somebody these tell; alone they order."""
_WISHES = word_set("want wants need needs prefer prefers wish wishes insist insists ask asks say says said suggests")
_OUGHT = re.compile(
    r"\b(?:must|should|ought to|(?:has|have|needs?|is|are)(?:n't)? to|gotta|(?:'d|would) (?:like|love|prefer|rather))"
    r"\b"
)
_MAY = word_set("can could may might")
_TO_HEAR = (["hear"], ["see"], ["know"], ["have"], ["listen"], ["be"])
_GIVES = word_set("gets takes wants does")
_GOES = word_set("go goes")
""" "Mike gets the fence" gives him a task, "the fence goes to Mike", too."""
_NOT_FIRST = word_set("""at to on in by with from until till about of not a.m p.m what what's when when's where where's
    who who's whose how how's why whether if please can could would will let's let can't don't never just only also too
    another new""")
"""Nothing that tells begins with one of these words."""
_BETWEEN = word_set("to by until till not what when where who please let's let don't i'm i've i'll")
"""Nor are these words of its subject."""
_DETERMINERS = word_set("the my our his her their your a an all some every no any")
_SHORT_FORM = re.compile(r"'(?:s|ve|re|m|ll|d)$")
_BEHIND_IS = word_set("""a an the no not too so very just already still here there gone back out off in on at up down
    over away late early dead ill sick asleep only always never all nearly almost ready about been done fine empty full
    dry clean open shut closed free busy better best hungry happy right wrong due my our his her their got had with from
    taken booked packed broken tired cold hot loud loose stuck downstairs upstairs outside inside home asking""")
"""Behind these an 's is a verb: "the delivery's in"; behind a noun somebody owns that."""
_FORM = re.compile(r"\w{2,}(?:ed|ing|en)$")
_DONE = re.compile(
    r"(?:(?:just|already)\s+)?(?:did|done|got|reached|found|heard|forgot|sent|paid|ordered|finished|spoke|talked|bought"
    r"|checked|changed|asked|met|had|left|went|saw|booked|misread|misheard)\b(?:\s+\S+)+"
)
_BROKEN_OFF = re.compile(r"(?:the )?\w+(?: is|'s| are|'re| has)")
""" "No room in there, delivery's — put it next door"."""
_NONE_LEFT = re.compile(r"(?:no|not enough|no more) (?:\w+ ){1,3}(?:in|on|at|left|there|here|today|any ?more)\b.*")
_EXCLAIMS = re.compile(
    r"(?:what (?:am|was) i (?:saying|thinking|on about|talking about)|silly me|stupid me|my (?:mistake|bad|fault)"
    r"|come to think of it|now that i think (?:of|about) it|(?:i )?(?:did it|got it|said it|wrote it) wrong|nonsense"
    r"|(?:i )?(?:mis(?:read|heard|spoke|counted|typed))(?: (?:it|that|him|her|them))?|wrong \w+(?: \w+){0,3}"
    r"|because .+|otherwise .+|(?:just )?in case|fair's fair|by the way|before i forget|as i said|to be honest|you know"
    r"|if you ask me|so i don't forget|needs? (?:it|them|that) (?:for|to) .+"
    r"|(?:so|just) you know|who knows why|no idea why|not now|stop|stupid thing|don't ask"
    r"|(?:with |without )?(?:one|two|double|a|an|no|the) [a-z](?: (?:only|at the end|in it))?)"
)
_THINGS = re.compile(
    r"(?:the|this|that|my|our) (?:\w+ )?(?:meeting|appointment|alarm|reminder|timer|deadline|task|call)\b"
)
_NO_TIME = ("then", "now", "just now", "right now", "at the moment")
_HOLDS = re.compile(r"\d|\b(?:per cent|percent|euros?|dollars?|pounds?)\b")


def tells(clause: str, said: Understanding) -> bool:
    """Whether it says how things are, and neither asks, orders, wishes nor tells a value of what is spoken of."""
    text = clause.lower().replace("’", "'").strip(" .,!;:—–-")
    words = [word.text for word in split_words(text)]
    if not words or len(words) > _MOST_WORDS or clause.rstrip().endswith("?"):
        return False
    if "same" in words:  # "same goes for the truck": more of it is wanted
        return False
    if _EXCLAIMS.fullmatch(text) or _BROKEN_OFF.fullmatch(text):
        return True
    words = _without_leads(words)
    rest = " ".join(words)
    if _DONE.fullmatch(rest) or _NONE_LEFT.fullmatch(rest):
        return not has_value(rest, said)
    if BEGINS.match(rest):
        return False
    at = _verb(words, said)
    return (
        at is not None and not _lets(words, at) and not _wishes(words, at, said) and not _tells_value(words, at, said)
    )


def subject_of(clause: str, said: Understanding) -> str:
    """Who or what a clause tells of, in its own words; empty where it tells nothing."""
    words = [word.text for word in split_words(clause.lower().replace("’", "'"))]
    words = _without_leads(words)
    at = _verb(words, said)
    return _SHORT_FORM.sub("", " ".join(words[: at + 1] if _short(words, at) else words[:at])) if at is not None else ""


def is_pronoun(word: str) -> bool:
    return _SHORT_FORM.sub("", word) in _PRONOUNS


def has_value(clause: str, said: Understanding) -> bool:
    """Whether it tells a time, a length or a number."""
    spans = (clause[span.start : span.end].lower() for span in find_spans(clause, said.now, said.house))
    return any(each not in _NO_TIME for each in spans) or _HOLDS.search(clause) is not None


def _without_leads(words: list[str]) -> list[str]:
    while len(words) > 2 and words[0] in _LEADS and (words[0] not in _ALSO_ELSE or _begins(words[1])):
        words = words[1:]
    return words


def _begins(word: str) -> bool:
    return _SHORT_FORM.sub("", word) in _PRONOUNS or word in _DETERMINERS


def _short(words: list[str], at: int) -> bool:
    return _SHORT_FORM.search(words[at]) is not None


def _verb(words: list[str], said: Understanding) -> int | None:
    """Where the verb stands behind somebody or something; at a short form of one, where that stands."""
    if words[0] in _NOT_FIRST or (number_of(words[0]) is not None and words[0] not in ("one", "half")):
        return None
    for at, word in enumerate(words[: _MOST_SUBJECT + 1]):
        bare = _SHORT_FORM.sub("", word)
        if bare != word and len(words) > at + 1 and _is_verb_form(words, at, bare):
            return at
        if at and (word in _BE or word in _DOES or word in _DID or (word in _BASE and _many(words, at))):
            return at if len(words) > at + 1 or word not in _BE else None
        if at and (word.endswith("ed") or word in _EITHER) and (_person(words[0], said) or words[0] in _PRONOUNS):
            return at
        if at and word in _BETWEEN:
            return None
    return None


def _is_verb_form(words: list[str], at: int, bare: str) -> bool:
    behind = words[at + 1]
    if at == 0 and bare in (*_PRONOUNS, "you"):
        return True
    return behind in _BEHIND_IS or _FORM.match(behind) is not None


def _many(words: list[str], at: int) -> bool:
    """Whether the subject takes a verb without an s, which any other words may be."""
    subject = words[:at]
    return subject[-1] in ("i", "we", "they", "both", "all") or (
        subject[0] in _DETERMINERS and at > 1 and subject[-1].endswith("s")
    )


def _person(word: str, said: Understanding) -> bool:
    return said.names.is_name(_SHORT_FORM.sub("", word))


def _lets(words: list[str], at: int) -> bool:
    """ "That can go", "the eggs can stay"."""
    leaves = words[at + 1 : at + 2] in (["go"], ["wait"], ["stay"])
    return words[at] in _MAY and (leaves or words[0] in (*_ITSELF, "they"))


def _wishes(words: list[str], at: int, said: Understanding) -> bool:
    """Whether somebody wants something of us, or has to do something: that may be what shall be."""
    verb, subject, rest = words[at], words[:at] or [_SHORT_FORM.sub("", words[0])], " ".join(words)
    if (
        subject[0] == "you"
        or (verb in _GIVES and at == 1 and _person(subject[0], said))
        or (verb in _GOES and "to" in words)
    ):
        return True
    if subject[0] in ("i", "we") and words[at + 1 : at + 2] == ["to"] and words[at + 2 : at + 3] not in _TO_HEAR:
        return False  # "i want to read it first" is nothing to be done for them
    denied = verb.endswith("n't") or "not" in words[at : at + 3] or "never" in words[at : at + 3]
    if any(word in _WISHES for word in words[at : at + 2]) and not denied:
        return subject[0] in ("i", "we", *_ITSELF) or has_value(rest, said)
    if not _OUGHT.search(rest):
        return False
    if re.search(r"\b(?:'d|would) (?:like|love|prefer|rather)\b", rest):
        return subject[0] == "i" or has_value(rest, said)
    ours = subject[0] in _ITSELF - {"one"} or subject[0] in ("he", "she", "they") or _person(subject[0], said)
    return ours or has_value(rest, said)


def _tells_value(words: list[str], at: int, said: Understanding) -> bool:
    """ "It's at nine", "we start at ten", "the meeting's till five", "that makes forty"."""
    first, rest = _SHORT_FORM.sub("", words[0]), " ".join(words)
    own = first in _ITSELF or (first == "we" and not re.search(r"(?:'ve|\bhave) ", rest)) or _THINGS.match(rest)
    if own and has_value(rest, said):
        return True
    return bool(own) and len(words) > at + 1 and number_of(" ".join(words[at + 1 :])) is not None
