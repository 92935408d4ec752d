"""What asks, by its first words: whatever else the model takes it for, it changes nothing."""

from __future__ import annotations

from collections.abc import Sequence

from services.understanding.words import Word, word_set

_ASKING = word_set("what who whom when where which how")
_COUNTED = word_set("many much long far often soon big late early")
_TURNED = word_set("did do does was were is are have has had am")
"""Before whom or what it is asked of; "what needs doing is …" has no such word there."""
_ASKED = word_set("i we you he she it they the that this my our your his her their there those these mine ours")
_IDIOM = ("what", "do", "you", "say")
_LONGEST_THING = 2
"""Words between "which" and the verb: "which garden tasks are there"."""


def asks(words: Sequence[Word]) -> bool:
    """Whether a sentence begins as a question does: "what was the last", "how many tasks do we", "who is the". "What do
    you say we …" is none.
    """
    said = [word.text for word in words]
    if not said or said[0] not in _ASKING or tuple(said[:4]) == _IDIOM:
        return False
    begin = 2 if said[0] == "how" and said[1:2] and said[1] in _COUNTED else 1
    most = _LONGEST_THING if said[0] in ("what", "which") or begin == 2 else 0
    pairs = zip(said[begin : begin + most + 1], said[begin + 1 :], strict=False)
    return any(turned in _TURNED and of in _ASKED for turned, of in pairs)
