"""What "those", "it" and "him" stand for where a list is spoken of. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from services.understanding.conversation import list_phrases as say
from services.understanding.conversation import list_remarks as beside
from services.understanding.conversation.known_lists import (
    KnownList,
    ListTalk,
    Rows,
    has_word,
    rows_of,
    standing,
    words_of,
)
from services.understanding.conversation.list_things import without_remarks
from services.understanding.words import split_words

_MOST_ITEM_WORDS = 9


def _put_there(remarks: Sequence[str], talk: ListTalk) -> Rows:
    """What "that" stands for where it is put on a list: what is said to be missing, what was just looked for there,
    else the remark itself.
    """
    if things := beside.wanted(remarks):
        return rows_of(without_remarks(things))
    if talk.told and talk.action == "list.query":
        return talk.told
    whole = beside.joined(remarks)
    words = {word.text for word in split_words(whole)}
    is_told = 1 < len(words) <= _MOST_ITEM_WORDS and not words & (say.SPEAKERS | say.IT_WORDS) and "?" not in whole
    return [{"item": whole}] if is_told else []


def pointed(rows: Rows, remarks: Sequence[str], talk: ListTalk, *, onto: bool = False) -> Rows:
    """The rows, with what "those" stand for: what the remarks before speak of, else what was told last. `onto`: they
    are not there yet.
    """
    found: list[dict[str, str]] = []
    for row in rows:
        if say.SOMEBODY.fullmatch(row["item"]) and talk.focus:
            found += _somebody(talk, talk.focus)
            continue
        if not say.POINTS.fullmatch(row["item"]):
            found.append(row)
            continue
        if onto and (put := _put_there(remarks, talk)):
            found += put
            continue
        there = talk.focus.items if talk.focus else [item for each in talk.lists for item in each.items]
        spoken = {word for remark in remarks for word in words_of(remark)}
        meant = [
            {"item": name}
            for name, _ in there
            if any(
                has_word(list(spoken), word) and sum(has_word(words_of(n), word) for n, _ in there) == 1
                for word in words_of(name)
            )
        ]
        meant = meant or [{"item": each["item"]} for each in talk.told if not say.EVERYTHING.fullmatch(each["item"])]
        if not meant and len(there) == 1:
            meant = [{"item": there[0][0]}]  # the one thing that is there
        if not meant:
            return []
        found += meant
    return found


def _somebody(talk: ListTalk, there: KnownList) -> Rows:
    """Who "him" is on a list: who was spoken of last and stands there, by the whole name or the first."""
    names = [*(each["item"] for each in talk.told), *talk.people]
    on = (one for name in names for one in (standing(name, there) or standing(name.split()[0], there))[:1])
    return [{"item": name} for name in on][:1] or [{"item": name} for name, _ in there.items if len(there.items) == 1]
