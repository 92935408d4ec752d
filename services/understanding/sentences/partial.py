"""A sentence that templates read in part: commands they are sure of, and gaps for the language model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache

from services.understanding.sentences.match import Match
from services.understanding.words import Word

MOST_GAPS = 2
"""Gaps of one text that the model may be asked about; with more, the templates have hardly read it."""

Piece = Match | tuple[Word, ...]
"""What is read, or words that are not."""
_Read = tuple[tuple[int, int, int], tuple[Piece, ...]]
"""Its worth: words explained, gaps and words taken by slots, both less than nothing; and the pieces."""
_NOTHING: _Read = ((0, 0, 0), ())


def read_partly(
    words: Sequence[Word],
    cuts: Sequence[tuple[int, int]],
    match: Callable[[Sequence[Word]], Match | None],
    ends: Callable[[Match, Sequence[Match]], bool],
) -> tuple[Piece, ...]:
    """The pieces of one sentence in their order, of which precise templates explain as many words as they can; nothing
    where they explain none, or leave more than MOST_GAPS gaps.

    `cuts` are the places where a command may end and the next begin (words before, first word after); `match` is the
    best template for some words; `ends` tells whether a command ends where others begin.
    """
    begins, closes = [0, *(after for _, after in cuts)], [*(before for before, _ in cuts), len(words)]
    clauses = len(begins)

    @cache
    def certain(first: int, last: int) -> Match | None:
        found = match(words[begins[first] : closes[last]])
        return found if found and found.complete and not found.loose and not found.completes else None

    def may_follow(found: Match, rest: tuple[Piece, ...]) -> bool:
        """What somebody is told, and a title, may go on in what no template reads."""
        if rest and not isinstance(rest[0], Match):
            return not (found.runs_on or found.tells or found.awaits_content)
        return not rest or ends(found, [piece for piece in rest if isinstance(piece, Match)])

    @cache
    def best(at: int, *, behind_gap: bool) -> _Read:
        """Of the clauses from `at` on."""
        if at == clauses:
            return _NOTHING
        tried: list[_Read] = []
        for last in range(at, clauses):
            if found := certain(at, last):
                worth, rest = best(last + 1, behind_gap=False)
                if may_follow(found, rest):
                    taken = closes[last] - begins[at] - found.explained
                    tried.append(((worth[0] + found.explained, worth[1], worth[2] - taken), (found, *rest)))
            if not behind_gap:
                worth, rest = best(last + 1, behind_gap=True)
                if rest or last + 1 == clauses:
                    tried.append(((worth[0], worth[1] - 1, worth[2]), (tuple(words[begins[at] : closes[last]]), *rest)))
        return max(tried, key=lambda read: read[0], default=((-1, 0, 0), ()))

    (explained, gaps, _), pieces = best(0, behind_gap=False)
    return pieces if explained > 0 and 0 < -gaps <= MOST_GAPS else ()
