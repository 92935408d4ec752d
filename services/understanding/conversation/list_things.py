"""Whether words may be things for a list, or are only said beside them. Pure."""

from __future__ import annotations

import re

from services.understanding.conversation import list_phrases as say
from services.understanding.conversation import list_remarks as beside
from services.understanding.conversation.known_lists import KnownList, ListTalk, Rows, words_of
from services.understanding.words import split_words


def are_things(rows: Rows, most: int) -> bool:
    """Whether these may be things for a list, and no talk."""
    for row in rows:
        words = [word.text for word in split_words(say.A_NOUN.sub("thing", row["item"]))]
        if "quantity" in row and words and words[-1] in say.TIME:
            return False  # twelve minutes are a timer's
        names = say.PRAISE | (say.NOUNS & set(words[-1:])) if len(words) > 1 else frozenset[str]()
        if say.PLACED.match(row["item"]):
            return False  # "that in the calendar"
        talks = ((say.TALK | say.NO_THINGS) - names) & set(words) or say.REMARK.search(row["item"])
        if talks or not 0 < len(words) <= most or words[0] in say.ORDERS or words[-1] in say.IT_WORDS:
            return False
    return bool(rows)


def is_remark(clause: str, talk: ListTalk) -> bool:
    """Whether it is said beside what is asked for: talk, or a word or two."""
    words = [word.text for word in split_words(clause)]
    short = all(len(split_words(piece)) <= 2 for piece in clause.split(","))
    talks = bool(say.TALK & set(words)) or say.REMARK.search(clause) is not None
    return (short or talks or bool(talk.action)) and not beside.orders(clause) and not talk.is_command(clause)


def is_talk(piece: str) -> bool:
    """Whether a clause is talk: but a "no" puts right, and "them" counts."""
    words = {word.text for word in split_words(say.A_NOUN.sub("thing", piece))}
    if beside.no_thing(piece):
        return True
    counts = len(words) < 4 and words & say.IT_WORDS
    return not counts and (bool((say.TALK - {"no"}) & words) or say.REMARK.search(piece) is not None)


def without_remarks(words: str) -> str:
    """Without what is said of things behind a comma: "brushes, we've ruined all of them"."""
    first, *more = words.rstrip(" .!").split(",")
    return ",".join([first, *(piece for piece in more if not is_talk(piece) or beside.orders(piece))])


def without_asides(words: str) -> str:
    """ "Beer — at two in the afternoon — for after": what stands between dashes goes on only behind an "and"."""
    first, *later = [piece for piece in re.split(r"\s+[—–-]+\s+", words) if piece] or [""]
    return ", ".join([first, *(piece for piece in later if piece.casefold().startswith("and "))])


def is_alike(rows: Rows, there: KnownList) -> bool:
    """Whether they begin as something does that stands there: bed five, where there is bed three."""
    return words_of(rows[0]["item"])[:1] in [words_of(name)[:1] for name, _ in there.items if len(words_of(name)) > 1]


def head_of_name(name: str) -> str:
    """What a thing is, without what it is for: rubber boots for the kids."""
    return re.split(r" (?:for|of|with|from|in) ", name, maxsplit=1)[0]
