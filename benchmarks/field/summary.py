"""What came of spoken commands, and the table of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median, quantiles

STAGES = ("endpoint", "recognition", "understanding", "voice")
"""Of a turn, in order: speech is over, its text is there, what is answered is there, its first sample is."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One turn."""

    said: str
    heard: str
    cut: bool
    """The end came before the speech was over."""
    seconds: dict[str, float]
    """Each stage from the end of the one before it; the first from the true end of speech. Empty where it was cut off
    or not answered.
    """

    @property
    def total(self) -> float:
        """End of speech → first sample of the answer, seconds."""
        return sum(self.seconds.values())


def until_answered(happened: Iterable[tuple[str, float]]) -> dict[str, float]:
    """When each stage of a turn was over, of what happened in order. The last of a kind counts, since an end that was
    taken back was none; what comes after the first sample of the answer is another turn, as the reply to a question is.
    """
    at: dict[str, float] = {}
    for stage, moment in happened:
        if stage in STAGES:
            at[stage] = moment
        if stage == STAGES[-1]:
            break
    return at


def parted(said: str, heard: str, ended: float, at: Mapping[str, float]) -> Measured:
    """A turn, from when its speech `ended` and its stages did (all on one clock, seconds)."""
    cut = "endpoint" in at and at["endpoint"] < ended
    if cut or not set(STAGES) <= set(at):
        return Measured(said, heard, cut, {})
    moments = [ended, *(at[stage] for stage in STAGES)]
    taken = (after - before for before, after in pairwise(moments))
    return Measured(said, heard, cut, dict(zip(STAGES, taken, strict=True)))


def spread(seconds: Sequence[float]) -> str:
    """p50 / p95, or a dash where nothing was measured."""
    if not seconds:
        return "–"
    last = quantiles(seconds, n=20, method="inclusive")[-1] if len(seconds) > 1 else seconds[0]
    return f"{median(seconds):.2f} / {last:.2f}"


def table(turns: Mapping[str, Sequence[Measured]], same: Callable[[str, str], bool]) -> list[str]:
    """Lines of Markdown, a row for each arm; `same` says whether a sentence was heard as it was said."""
    rows = [
        f"| | {' | '.join(STAGES)} | **end of speech → first sample** | exact | cut off | no answer |",
        "|---|" + "---|" * (len(STAGES) + 4),
    ]
    for arm, found in turns.items():
        whole = [turn for turn in found if turn.seconds]
        cells = [spread([turn.seconds[stage] for turn in whole]) for stage in STAGES]
        exact = sum(same(turn.said, turn.heard) for turn in found)
        cut = sum(turn.cut for turn in found)
        rows.append(
            f"| {arm} | {' | '.join(cells)} | **{spread([turn.total for turn in whole])}** |"
            f" {exact} of {len(found)} | {cut} | {len(found) - len(whole) - cut} |"
        )
    return rows
