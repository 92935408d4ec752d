"""What was said, brought into one form that templates are found in: no hesitations, no contractions, no capitals.

"Um, I'll — I'll send it, you know, by Friday?" becomes the sentence " i will , send it , by friday " that asks. Each
word knows where it stands in the words as they were spoken.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass


def word_set(words: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(words.split())


_TOKEN = re.compile(
    r"\b[ap]\.m\b\.?|\b(?:mr|mrs|ms|dr|prof|approx|vs|etc)\.(?=\s)"
    r"|\d+(?:[.,:]\d+)*(?:[^\W\d_]+)?%?|[^\W_]+(?:['’\-][^\W_]+)*['’]?|[.?!]+|[,;:()\"“”]|[—–]+|…|-+(?=\s)|[€$£&]",
    re.IGNORECASE,
)
_END = re.compile(r"[.?!]+")
_PAUSES = frozenset(',;:()"“”—–…-')
_HESITATIONS = word_set("um uh er erm hmm hm mm mmm ah eh umm uhh ehm uhm")
_FENCED = (("you", "know"), ("i", "mean"), ("like",), ("sort", "of"), ("kind", "of"), ("well",), ("so",), ("look",))
"""Said as a hesitation where a pause stands on both sides."""
_LOOSE = (("sort", "of"), ("kind", "of"))
_BEFORE_LOOSE = word_set("is are was were it be been am just do does did i we he she they feel feels looks")
"""Behind these, "kind of" is a hesitation without any pause; "what kind of" is none."""
_WHOLE = {
    "won't": "will not", "can't": "can not", "cannot": "can not", "shan't": "shall not", "let's": "let us",
    "gonna": "going to", "wanna": "want to", "gotta": "got to", "lemme": "let me", "gimme": "give me",
    "'em": "them", "y'all": "you all", "ok": "okay", "yep": "yes", "yup": "yes", "cos": "because", "coz": "because",
    "'cause": "because", "dunno": "do not know", "kinda": "", "sorta": "", "ain't": "is not", "i'ma": "i will",
    "c'mon": "come on", "d'you": "do you", "d'ya": "do you", "outta": "out of", "whatcha": "what are you", "ye": "you",
    "e-mail": "email", "euro": "euros", "nope": "no", "nah": "no", "yeah": "yeah", "aye": "yes", "ta": "thanks",
}  # fmt: skip
"""Words by the one form that templates are written in."""
_ENDINGS = (("n't", " not"), ("'ll", " will"), ("'re", " are"), ("'ve", " have"), ("'m", " am"), ("'d", " would"))
_IS = word_set(
    """it that what who where how there here he she when everything why this which monday tuesday wednesday thursday
    friday saturday sunday tomorrow noon"""
)


@dataclass(frozen=True, slots=True)
class SpokenWord:
    """One word in the form for templates, perhaps made two, and where it was spoken."""

    form: str
    first: int
    after: int
    """Its characters in the segment's text: [first, after)."""


@dataclass(frozen=True, slots=True)
class SpokenSentence:
    """A sentence of a segment."""

    words: tuple[SpokenWord, ...]
    source: str
    """The segment's text."""
    asks: bool
    """A question mark ended it."""
    text: str
    """The forms, a space before, between and behind them; a comma is a word."""
    starts: tuple[int, ...]
    """Where the form of each word begins in `text`."""

    def place(self, at: int) -> int:
        """Where in `text` the first word stands that begins at or behind a character of the source."""
        inside = (start for word, start in zip(self.words, self.starts, strict=True) if word.first >= at and word.form)
        return next(inside, len(self.text))

    def spoken(self, start: int, after: int) -> str:
        """The words as they were spoken of which the forms stand at [start, after) in `text`, without hesitations."""
        inside = [
            word
            for word, at in zip(self.words, self.starts, strict=True)
            if at + len(word.form) > start and at < after and word.form
        ]
        while inside and inside[-1].form == ",":
            inside.pop()
        while inside and inside[0].form == ",":
            inside.pop(0)
        parts = [self.source[word.first : word.after] if word.form != "," else "," for word in inside]
        return " ".join(parts).replace(" ,", ",")


def sentences_of(text: str) -> list[SpokenSentence]:
    """The sentences of a segment, in order; none where it has no words."""
    found, words = [], list[SpokenWord]()
    for word in _tokens(text):
        if _END.fullmatch(word.form):
            found.append(_sentence(words, text, asks="?" in word.form))
            words = []
        else:
            words.append(word)
    found.append(_sentence(words, text, asks=False))
    return [each for each in found if each.text.strip(" ,")]


def hesitations_in(text: str) -> int:
    """How many hesitation words there are: um, er; "you know" and "I mean" between pauses."""
    tokens = [word.form for word in _tokens(text)]
    fenced = sum(tuple(tokens[i : i + 2]) in _FENCED[:2] for i in range(len(tokens)))
    return sum(form in _HESITATIONS for form in tokens) + fenced


def word_count(text: str) -> int:
    """Words that were spoken, hesitations not counted."""
    return sum(word.form[0].isalnum() and word.form not in _HESITATIONS for word in _tokens(text) if word.form)


def _tokens(text: str) -> Iterator[SpokenWord]:
    for found in _TOKEN.finditer(text):
        said = found.group()
        form = "," if said[0] in _PAUSES else _form(said.lower().replace("’", "'"))
        yield SpokenWord(form, found.start(), found.end())


def _form(word: str) -> str:
    if word in _WHOLE:
        return _WHOLE[word]
    if word[0].isalpha() and "." in word:
        return word.replace(".", "")
    for ending, whole in _ENDINGS:
        if word.endswith(ending) and len(word) > len(ending):
            return word[: -len(ending)] + whole
    if word.endswith("'s") and word[:-2] in _IS:
        return f"{word[:-2]} is"
    return word.replace("-", " ")


def _sentence(words: list[SpokenWord], source: str, *, asks: bool) -> SpokenSentence:
    kept = _once(_without_hesitations(words))
    while kept and kept[0].form == ",":
        kept.pop(0)
    text, starts = " ", []
    for word in kept:
        starts.append(len(text))
        text += f"{word.form} " if word.form else ""
    return SpokenSentence(tuple(kept), source, asks, text, tuple(starts))


def _without_hesitations(words: list[SpokenWord]) -> list[SpokenWord]:
    kept = [word for word in words if word.form not in _HESITATIONS]
    forms = [word.form for word in kept]
    gone: set[int] = set()
    for i in range(len(forms)):
        for phrase in _FENCED:
            after = i + len(phrase)
            if tuple(forms[i:after]) != phrase:
                continue
            left = i == 0 or forms[i - 1] == ","
            right = after < len(forms) and forms[after] == ","
            loose = phrase in _LOOSE and i > 0 and forms[i - 1].rpartition(" ")[2] in _BEFORE_LOOSE
            if (left and right) or loose:
                gone.update(range(i, after))
    return [word for i, word in enumerate(kept) if i not in gone]


def _once(words: list[SpokenWord]) -> list[SpokenWord]:
    """Words that were said twice in a row ("I, I'll", "the the") count once, the later time; so do pauses."""
    kept: list[SpokenWord] = []
    for word in words:
        while kept and kept[-1].form == "," and word.form == ",":
            kept.pop()
        heads = [each for each in kept if each.form != ","]
        if heads and word.form != "," and _again(heads[-1].form, word.form):
            while kept and kept[-1] is not heads[-1]:
                kept.pop()
            kept.pop()
        kept.append(word)
    return kept


def _again(before: str, word: str) -> bool:
    """Whether a word begins anew what was just said: I, I'll; the, the; we'll, we will."""
    return word == before or (word.startswith(f"{before} ") and not before.isdigit())
