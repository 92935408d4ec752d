"""What a question that no sentence has a pattern for is about: how it asks, and the words of it that tell anything."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from services.understanding.conversation.memory import Mention
from services.understanding.names.sexes import may_be
from services.understanding.words import split_words, word_set

_LONGEST_BARE = 8
"""Words of what may be a question without a word that asks."""
_LONGEST_TOPIC = 4
"""Words of a clause that is but a topic, beside other clauses."""
_OPENING = re.compile(
    r"(?:(?:and|so|oh|ah|um|uh|er|well|now|right|okay|ok|hey|hang on|hold on|wait|sorry|quick|please|again|then|"
    r"(?:can|could) you (?:tell me|remember|remind me)|tell me|remind me|do you (?:know|remember)|i (?:forgot|forget)"
    r"|does (?:it|that|the note) (?:also )?say|[\w' ]{2,30}?"
    r"(?:['’]s asking| is asking| asks| asked| wants to know| wonders)(?: me| us| again)*)"
    r"\b[\s,.]*)+",
    re.IGNORECASE,
)
_THERE_WAS = re.compile(
    r"(?:and |but )*(?:(?:was|wasn['’]t|is|isn['’]t|have i) there|there (?:was|is)|there['’]s)"
    r" (?:something|anything|a note|some note)(?: \w+)? (?:about|with|on|of|for) (?P<what>.+?)"
    r"(?:,? (?:wasn['’]t|isn['’]t|was|is) there)?[\s.?!]*",
    re.IGNORECASE,
)
"""Something is asked about that one half remembers."""
_WHAT = re.compile(
    r"(?:(?:until|till|since|from|by|at|in|on|for|to|with) )?(?P<word>what|which|when|where|who|whose|how)"
    r"(?:['’]?(?:s|re|d|ll))?\b(?:\s+(?P<next>[a-z]+))?",
    re.IGNORECASE,
)
_DID = re.compile(r"(?P<word>did|have|has|had|do) (?P<next>i|we|you|anyone|anybody)\b", re.IGNORECASE)
_WHETHER = re.compile(r"(?P<word>did|does|is|are|was|were|has|had|can|may)\b", re.IGNORECASE)
_A_WORD = r"(?:in |on |at |with |for |by )?(?:the |a |an )?"
_EITHER = re.compile(rf"{_A_WORD}(?P<one>\w+) or {_A_WORD}(?P<other>\w+)", re.IGNORECASE)
""" "In English or in German"."""
_WHICH_OF_TWO = re.compile(
    rf"(?P<what>.+?),? (?:is|was|are|were|do|did) (?:it|that|they|there|we|i)(?: say| have)? "
    rf"{_A_WORD}(?P<one>\w+) or {_A_WORD}(?P<other>\w+)[\s?]*",
    re.IGNORECASE,
)
""" "Nut allergies, is it three or four": what it is about stands before the question."""
_AND_THE = re.compile(
    r"(?:(?:and|but|oh|so)[\s,]+)+(?:(?:what|how) about[\s,]+)?(?:the|my|our|his|her|their)\s+", re.IGNORECASE
)
"""What is asked for beside what was asked before: "and the key code there"."""
_CLAUSES = re.compile(r"[,;.—–:]\s*|\s+-+\s+")
_EMPTY = word_set(
    """a an the this that these those it its i me my mine we us our you your he him his she her they them their one
    ones am is are was were be been being do does did done have has had having can could will would shall should may
    might must s re d ll ve m t don doesn didn isn wasn mustn shan aren weren haven hasn hadn couldn wouldn
    shouldn until till since either what which when where who whom whose why how and or but so if
    then than of for to in on at by with from about into onto off out up down over under per as there here again now
    still yet ever just really actually exactly also too please not no need needs needed meant mean means supposed say
    says said tell tells told write wrote written note notes noted remember know knows knew called call get gets got
    goes go put something anything everything someone anybody somebody ever once like want wants wanted oh um uh er
    well okay ok right sorry hang wait
    time times year years all any some much many long big large tall high wide deep thick broad far often
    hot warm old heavy fast small more bit last let see take takes took use uses used"""
)
"""Words that tell nothing of what is asked about."""
_PRONOUN = re.compile(r"\b(?:he|she|him|her|his|hers)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Sought:
    """A question, and the words of it that tell what it is about."""

    asks: str
    """what, when, where, who, how, did, whether; empty: words alone."""
    next: str
    """The word behind that; for words alone the sign that they ask."""
    words: tuple[str, ...]
    says: frozenset[str]
    """All its words."""
    either: tuple[str, str] | None = None
    """The answer has one of these, or neither."""


def questions(text: str, heard: Sequence[Mention] = ()) -> Iterator[Sought]:
    """The text as a question, then the clause of it that is one; first with whom "he" or "she" stands for."""
    pronoun = _PRONOUN.search(text)
    meant = next((each for each in heard if pronoun and may_be(pronoun.group(), each.name)), None)
    for question in _questions(text):
        if meant:
            yield replace(question, words=tuple(dict.fromkeys([*telling(meant.name)[:1], *question.words])))
        yield question


def _questions(text: str) -> Iterator[Sought]:
    if there_was := _THERE_WAS.fullmatch(text.strip()):
        yield Sought("what", "", tuple(telling(there_was["what"])), frozenset(("was",)))
        return
    opened = _OPENING.match(text)
    rest = text[opened.end() :] if opened else text
    clauses = [clause for clause in _CLAUSES.split(rest) if clause.strip()]
    asking = [(clause, found) for clause in clauses if (found := _asks(clause))]
    if two := _WHICH_OF_TWO.fullmatch(rest):
        says = frozenset(each.text for each in split_words(rest))
        either = (two["one"].casefold(), two["other"].casefold())
        yield Sought("which", "", tuple(telling(two["what"])), says, either)
    if asking:
        clause, found = asking[0]
        yield _question(found, rest)
        if len(clauses) > 1:
            yield _question(found, clause)
        return
    if clauses and (beside := _AND_THE.match(text)):
        yield Sought("what", "", tuple(telling(_CLAUSES.split(text[beside.end() :])[0])), frozenset())
    if text.rstrip().endswith("?") or len(text.split()) <= _LONGEST_BARE:
        yield Sought("", "?" if text.rstrip().endswith("?") else "", tuple(telling(rest)), frozenset())
    if len(clauses) > 1:  # "some visitor is asking, guest wifi"
        bare = [clause for clause in clauses if len(clause.split()) <= _LONGEST_TOPIC]
        yield from (Sought("", "", tuple(telling(clause)), frozenset()) for clause in bare)


def _asks(clause: str) -> re.Match[str] | None:
    opened = _OPENING.match(clause)
    at = clause[opened.end() :] if opened else clause
    return _WHAT.match(at) or _DID.match(at) or _WHETHER.match(at)


def _question(found: re.Match[str], text: str) -> Sought:
    word = found["word"].casefold()
    asks = "whether" if found.re is _WHETHER else "did" if word in ("did", "have", "has", "had", "do") else word
    said = frozenset(each.text for each in split_words(text))
    either = _EITHER.search(text)
    both = (either["one"].casefold(), either["other"].casefold()) if either else None
    behind = "" if asks == "whether" else (found["next"] or "").casefold()
    return Sought(asks, behind, tuple(telling(text)), said, both)


def telling(text: str) -> list[str]:
    """The words that tell what it is about, each once."""
    words = re.findall(r"[^\W_]+", text.casefold())
    return list(dict.fromkeys(word for word in words if word not in _EMPTY))
