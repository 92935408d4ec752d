"""Whether a sentence looks back: "what did I do on Monday", "I met Anna on the 5th", "files uploaded in March"."""

from __future__ import annotations

from services.understanding.when.grammar import Scanner
from services.understanding.words import word_set

_ASKING = word_set("what who whom whose when where which why how did was were had has have")
_WHO = word_set("i we he she they it you there")
_OVER = word_set("did was were happened didn wasn weren")
_IRREGULAR = word_set("""went met bought sold paid sent told said saw made came left took gave spoke wrote ate drank
    slept ran lost won spent began thought knew brought held kept heard found felt taught done been gone had forgot
    broke drove flew""")
_NO_PARTICIPLE = word_set("""need speed indeed proceed succeed exceed hundred wicked sacred naked embed supposed
    scheduled planned""")
_STILL_AHEAD = word_set("""supposed going meant about want wanted need needed told asked plan planned decided agreed
    scheduled booked due""")
_SHOWING = word_set("show list find read count display any all tell give get were are")
_COMPLETED = word_set("""completed finished created sent received uploaded paid added done made closed deleted credited
    debited shared missed opened recorded written said bought sold cancelled canceled resolved""")
_HINDI_OVER = word_set("tha thi thay kiya kiye hua hui hue gaya gayi gaye diya diye liya aaya aayi mila mile bola kaha")
_STOPS = word_set(". ? ! ;")
_JOINS = word_set("and but then ,")
_STARTS = _ASKING | word_set("remind add create set schedule send call make tell show list i we he she they please")


def looks_back(r: Scanner, first: int, after: int) -> bool:
    """Whether the clause around tokens [first, after) is told in the past."""
    start = first
    while (
        start > 0 and r.word(start - 1) not in _STOPS and not (r.word(start - 1) in _JOINS and r.word(start) in _STARTS)
    ):
        start -= 1
    said = [token.text for token in r.tokens[start:first]]
    if len(said) < 2:  # the time leads: "on Friday I met Anna"
        said = [token.text for token in r.tokens[r.skip(after, ",") : after + 8]]
    if r.hindi:
        return is_over_in_hindi(r)
    return bool(said) and not _STILL_AHEAD & set(said) and (_asks(said) or _tells(said) or _lists(said))


def is_over_in_hindi(r: Scanner) -> bool:
    """Kal kya kiya tha: its verbs stand at the end."""
    return any(token.text in _HINDI_OVER for token in r.tokens)


def _asks(said: list[str]) -> bool:
    """What did I …, was there …, how much has Rahul paid …"""
    if said[0] not in _ASKING:
        return False
    if any(word in _OVER for word in said[:5]) or said[0] == "had":
        return True
    if {"has", "have", "had"} & set(said[:5]):
        return any(_is_past(word) and word != "had" for word in said[1:])
    return said[0] in ("who", "what", "which") and len(said) > 1 and _is_past(said[1])


def _tells(said: list[str]) -> bool:
    """I met …, we finally finished …"""
    return said[0] in _WHO and any(_is_past(word) or word in _OVER for word in said[1:3])


def _lists(said: list[str]) -> bool:
    """Show the tasks completed …; what is still to be done is ahead."""
    return said[0] in _SHOWING | _ASKING and bool(_COMPLETED & set(said[-3:])) and "be" not in said[-3:]


def _is_past(word: str) -> bool:
    return word in _IRREGULAR or (word.endswith("ed") and len(word) > 4 and word not in _NO_PARTICIPLE)
