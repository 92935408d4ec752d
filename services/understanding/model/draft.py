"""What an answer probably goes on with, so that several of its tokens are evaluated at once and none is guessed.

Speculative decoding (Leviathan et al. 2023) without a second model: where templates read a sentence already, the model
mostly says the same. A draft is only ever compared: which token follows is decided by the model as if each had been
evaluated by itself. Copying ahead from the sentence instead (prompt lookup) was reckoned on 61 answers: at best 5 %.
"""

from __future__ import annotations

from collections.abc import Sequence

_MOST = 7
"""Tokens drafted at once: with the one before them a batch of eight, which takes three times as long as one."""
_ALIKE = 3
"""Tokens by which the place is found where the answer went another way before; fewer where so many are not found. As it
is the less sure then, less is drafted: twice as many as are alike, and one.
"""


class AnswerDraft:
    """Of one answer."""

    def __init__(self, likely: Sequence[int] = ()) -> None:
        """`likely`: the tokens of an answer that may well be the right one; none: nothing is drafted."""
        self._likely = list(likely)

    def following(self, answer: Sequence[int]) -> list[int]:
        """What the answer so far may go on with: at most `_MOST` tokens, often none."""
        if not answer:
            return self._likely[:_MOST]
        for length in range(min(_ALIKE, len(answer)), 0, -1):
            last = list(answer[-length:])
            for at in range(length, len(self._likely)):
                if self._likely[at - length : at] == last:
                    return self._likely[at : at + 2 * length + 1]
        return []
