"""The name within the words for an event or reminder: "the event called Big Nap", "the golf I had"."""

from __future__ import annotations

from collections.abc import Sequence

from services.understanding.vocabulary import Action
from services.understanding.words import Word, word_set, word_tuples

_KINDS = word_set("event events meeting appointment appt entry reminder reminders item")
_CALLED = word_set("called named titled entitled")
_OF_NO_KIND = word_set("""the a an my our all any this that next last first second third new calendar other every no
    company team family work office school charity big local public""")
"""What stands before "event" and names none by itself."""


_BEHIND = word_tuples("""that i have | that i had | which i have | i have | i had | i've got | i have got | we have |
    we had | being held | will begin | scheduled | on my calendar | to my calendar | from my calendar | in my calendar |
    on the calendar | to the calendar | from the calendar | on calendar""")
_BEFORE = {
    "reminder": word_tuples("""that i have to | that i have a | that i have an | that i have | i have got to |
        i have to | i have a | i have an | i have my | i've got to | i have | that there is a | that there is |
        there is a | there is an | there's a | that there's a"""),
    "meeting.query": word_tuples("""having a | having | going to the | going to a | going to | going | getting |
        playing | attending"""),
}


def named(said: Sequence[Word], action: Action) -> list[Word]:
    """The words without those that only say what sort of thing it is, or whose. Never none of them."""
    rest = list(said)
    if action.family not in ("meeting", "reminder") or any(word.kind for word in rest[:1]):
        return rest
    texts = [word.text for word in rest]
    called = next((at for at, text in enumerate(texts) if text in _CALLED and _KINDS & {*texts[:at]}), None)
    if called is not None and called + 1 < len(rest):
        return rest[called + 1 :]
    for phrase in (*_BEFORE.get(action.name, ()), *_BEFORE.get(action.family, ())):
        if len(rest) > len(phrase) and tuple(texts[: len(phrase)]) == phrase:
            rest = rest[len(phrase) :]
            break
    for phrase in _BEHIND:
        if len(rest) > len(phrase) and tuple(word.text for word in rest[-len(phrase) :]) == phrase:
            rest = rest[: -len(phrase)]
            break
    events = action.family == "meeting" and len(rest) > 1 and rest[-1].text in ("event", "events")
    return rest[:-1] if events and rest[-2].text not in _OF_NO_KIND else rest
