"""What a turn settles though no words of it tell: the yes to a hint, a promise in words that no template has.

That something is settled is told by the language model alone (the meaning "commitment"); what it is are the words of
the turn before, where those ask or offer, and else of the turn itself.
"""

from __future__ import annotations

from collections.abc import Mapping

from services.calls.base import Commitment, Side, opposite
from services.calls.commitments.reading import called, dated
from services.calls.commitments.weighed import Uttered
from services.calls.commitments.wording import core, kind_of, objects
from services.calls.meanings.finder import Likely
from services.calls.spoken import SpokenSentence

_SETTLED = 0.7
"""How likely something must be settled by a turn in which nothing was found."""
_OWN = 0.5
"""How likely it must be that whoever speaks promises it."""
_ASKED = 0.4
"""How likely the turn before must be one that asks or offers."""
_SURE = 0.55


def settled(
    uttered: Uttered, likely: Likely, last: tuple[Uttered, Likely] | None, names: Mapping[Side, str]
) -> Commitment | None:
    """`last`: the turn before, and what that is likely to mean."""
    if likely.get("commitment", 0.0) < _SETTLED:
        return None
    segment = uttered.segment
    source = _asked(segment.side, last) or uttered
    if (telling := _telling(source)) is None:
        return None
    sentence, what = telling
    by = segment.side if likely["promise"] >= _OWN else opposite(segment.side)
    made = Commitment(
        segment.end_s,
        by,
        called(segment, by, names),
        what,
        kind=kind_of(what, sentence.text),
        confidence=_SURE * segment.credit,
    )
    return dated(made, next((time for each in (uttered, source) for times in each.times for time in times), None))


def _asked(side: Side, last: tuple[Uttered, Likely] | None) -> Uttered | None:
    """The turn before, where the other side most likely asked for something in it, or offered it."""
    if last is None or last[0].segment.side == side:
        return None
    return last[0] if max(last[1].get(name, 0.0) for name in ("request", "offer")) >= _ASKED else None


def _telling(uttered: Uttered) -> tuple[SpokenSentence, str] | None:
    """The sentence that tells most, the last question first, and its words without times."""
    told = [
        (sentence, core(sentence, (0, len(sentence.text)), times))
        for sentence, times in zip(uttered.sentences, uttered.times, strict=True)
    ]
    telling = [each for each in told if objects(each[1])]
    asking = [each for each in telling if each[0].asks]
    return asking[-1] if asking else max(telling, key=lambda each: len(objects(each[1])), default=None)
