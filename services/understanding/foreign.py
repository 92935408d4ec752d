"""Orders for others: what is done with mail that has come, with a call on the phone, and with an order at a shop.

The appliance has none of these, but words that are near to them (what is marked and archived, a meeting by phone, a
list of things to get), so that templates and the model find commands of ours in them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from services.understanding.base import VOCABULARY, Step
from services.understanding.words import Word, word_set, word_tuples

_MAIL = word_set("""email emails e-mail e-mails mail mails message messages inbox mailbox spam junk voicemail voicemails
    thread""")
_DONE_TO_MAIL = word_set("""flag unflag star unstar pin unpin archive unarchive forward print label mark unmark move
    delete remove erase trash discard save snooze clear empty block report refresh sync filter download sort file tag
    store keep set dump""")
_CALL = word_set("call calls chat facetime")
_DONE_TO_A_CALL = word_set("""start place make initiate begin join answer reject decline ignore hold resume pause finish
    end hang transfer""")
_ON_THE_LINE = frozenset(word_tuples("this call | the video call | the video chat | this video call"))
"""A call in the calendar is not pointed at so."""
_DIALS = word_set("dial redial facetime merge")
_PUTS = word_set("put add place set stick remove take attach delete bring kick invite include drop")
_HOLDS_THEIRS = word_set("order orders booking queue playlist watchlist favorites favourites route")
"""What others keep, to which things are added, and out of which they are taken."""
_DETERMINERS = word_set("""the this that these those my our his her their a an all every each any last next first
    another both""")
_NEW = frozenset(("a", "an", "another"))
"""Before a message that has yet to be sent."""
_BEHIND_A_NOUN = word_set("""to for about from that into in on onto as with by of off at until till and i which is was
    saying back up out then so titled called""")


def is_for_others(words: Sequence[Word], steps: Sequence[Step]) -> bool:
    """Whether words that were read as these steps order something that nobody here can do.

    `words` are without the politeness around them.
    """
    if len(steps) != 1 or not VOCABULARY[steps[0].action].writes:
        return False
    verb, objects = words[0].text, list(_objects(words[1:]))
    timed = any(word.kind for word in words)
    if verb in _DIALS:
        return not timed
    if not objects:
        return False
    if verb in _DONE_TO_MAIL and _noun(objects[0]) in _MAIL and objects[0][0] not in _NEW:
        return True
    if verb in _PUTS and objects[1:]:
        return _noun(objects[1]) in _MAIL | _HOLDS_THEIRS or tuple(objects[1]) in _ON_THE_LINE
    return verb in _DONE_TO_A_CALL and _noun(objects[0]) in _CALL and not timed


def _objects(words: Sequence[Word]) -> Iterator[Sequence[str]]:
    """What a verb is done to, and what with: the words between prepositions, up to a comma."""
    phrase: list[str] = []
    for word in words:
        if phrase and (word.text in _BEHIND_A_NOUN or word.kind):
            yield phrase
            phrase = []
        elif word.text not in _BEHIND_A_NOUN - _DETERMINERS:
            phrase.append(word.text)
        if word.stop:
            break
    if phrase:
        yield phrase


def _noun(phrase: Sequence[str]) -> str:
    """The last word of a noun's; "" for words that are none ("mark send the mail as done")."""
    return phrase[-1] if len(phrase) == 1 or phrase[0] in _DETERMINERS else ""
