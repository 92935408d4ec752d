"""What is said of a list while it is spoken of, in words that name no list, or name it anywhere: "take those off",
"what's still missing", "hardware list, tick off tape". Pure.

A sentence is read clause by clause. Those that say nothing of a list are remarks ("the organiser's got those"), as
far as they look like talk; else nothing of the sentence is read here.
"""

from __future__ import annotations

from dataclasses import replace

from services.understanding.conversation import list_phrases as say
from services.understanding.conversation.known_lists import Deed, ListTalk, named, rows_of, words_of
from services.understanding.conversation.list_additions import (
    additions,
    headed,
    newly_made,
    on_list,
    put_forward,
    run_out,
    there_already,
    told_otherwise,
)
from services.understanding.conversation.list_changes import (
    asked_for,
    belongs,
    left_out,
    measured_otherwise,
    more_of_it,
    moved,
    of_all,
    one_for_other,
    recounted,
    reworded,
)
from services.understanding.conversation.list_clauses import in_clauses
from services.understanding.conversation.list_questions import asked_of_things, called, question
from services.understanding.conversation.list_things import are_things

_MOST_WORDS = 4


def deeds(text: str, talk: ListTalk) -> list[Deed]:
    """What a sentence asks to do with lists; nothing where it asks for anything else, or only perhaps."""
    said = say.STUTTER.sub(r"\g<word>", say.FILLER.sub("", text)).strip()
    said = say.SAY_COUNT.sub("", said)
    said = say.OFF_IT.sub(r"\g<before>take it off", say.WHICH.sub("", say.WAIT.sub("", said)))
    if (held := say.WE_HAVE.fullmatch(said)) and words_of(held["first"])[-1:] == words_of(held["has"])[-1:]:
        more = rows_of(held["more"])
        fits = talk.focus and talk.action and are_things(more, _MOST_WORDS)
        return [Deed("list.add", talk.focus.name, more)] if talk.focus and fits else []
    if again := say.SAID_AGAIN.fullmatch(said):
        said = again["again"]
    if (
        told := reworded(said, talk)
        or asked_for(said, talk)
        or measured_otherwise(said, talk)
        or left_out(said, talk)
        or put_forward(said, talk)
    ):
        return told
    if (
        say.TAKES_BACK.fullmatch(said.rstrip(" .!"))
        or say.PUTS_RIGHT.search(said)
        or (talk.lone and one_for_other(said, talk))
    ):
        return []  # undone, or undone and done otherwise
    heading = say.HEADING.fullmatch(said)
    there = named(heading["list"], talk.lists) if heading else None
    if heading and there:
        of_it = replace(talk, focus=there, action="list.query", told=(), lone=False)
        if ordered := in_clauses(heading["rest"], of_it):
            return ordered
    whole = question(said, talk) or asked_of_things(said, talk) or of_all(said, talk) or recounted(said, talk)
    whole = whole or newly_made(said, talk) or moved(said, talk) or belongs(said, talk) or more_of_it(said, talk)
    whole = whole or in_clauses(said, talk) or headed(said, talk) or on_list(said, talk) or told_otherwise(said, talk)
    whole = whole or there_already(said, talk) or run_out(said, talk)
    return whole or additions(said, talk) or called(said, talk)
