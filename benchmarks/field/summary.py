"""What came of spoken commands, and the table of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median, quantiles
from typing import NamedTuple

STAGES = ("endpoint", "recognition", "understanding", "voice")
"""Of a turn, in order: speech is over, its text is there, what is answered is there, its first sample is."""


TAKEN_UP = "taken up"
"""Of what happens: the end was none, the speech goes on."""


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
    taken_up: bool = False
    """An end came too early and was taken back."""

    @property
    def total(self) -> float:
        """End of speech → first sample of the answer, seconds."""
        return sum(self.seconds.values())


class Answered(NamedTuple):
    """A turn up to the first sample of its answer."""

    at: dict[str, float]
    """When each stage was over, seconds."""
    heard: str
    taken_up: bool


def until_answered(happened: Iterable[tuple[str, float, str]]) -> Answered:
    """A turn of what happened in order: stage, when, what was heard. What comes after the first sample of the answer is
    another turn, as the reply to a question is.
    """
    at: dict[str, float] = {}
    heard, taken_up = "", False
    for stage, moment, text in happened:
        if stage == TAKEN_UP:
            at, taken_up = {}, True
        if stage in STAGES:
            at[stage] = moment
        heard = text or heard
        if stage == STAGES[-1]:
            break
    return Answered(at, heard, taken_up)


def parted(said: str, heard: str, ended: float, at: Mapping[str, float], taken_up: bool = False) -> Measured:
    """A turn, from when its speech `ended` and its stages did (all on one clock, seconds)."""
    cut = "endpoint" in at and at["endpoint"] < ended
    if cut or not set(STAGES) <= set(at):
        return Measured(said, heard, cut, {}, taken_up)
    moments = [ended, *(at[stage] for stage in STAGES)]
    taken = (after - before for before, after in pairwise(moments))
    return Measured(said, heard, cut, dict(zip(STAGES, taken, strict=True)), taken_up)


def spread(seconds: Sequence[float]) -> str:
    """p50 / p95, or a dash where nothing was measured."""
    if not seconds:
        return "–"
    last = quantiles(seconds, n=20, method="inclusive")[-1] if len(seconds) > 1 else seconds[0]
    return f"{median(seconds):.2f} / {last:.2f}"


def table(turns: Mapping[str, Sequence[Measured]], same: Callable[[str, str], bool]) -> list[str]:
    """Lines of Markdown, a row for each arm; `same` says whether a sentence was heard as it was said."""
    rows = [
        f"| | {' | '.join(STAGES)} | **end of speech → first sample** | exact | cut off | taken up | no answer |",
        "|---|" + "---|" * (len(STAGES) + 5),
    ]
    for arm, found in turns.items():
        whole = [turn for turn in found if turn.seconds]
        cells = [spread([turn.seconds[stage] for turn in whole]) for stage in STAGES]
        exact = sum(same(turn.said, turn.heard) for turn in found)
        cut, taken_up = sum(turn.cut for turn in found), sum(turn.taken_up for turn in found)
        rows.append(
            f"| {arm} | {' | '.join(cells)} | **{spread([turn.total for turn in whole])}** |"
            f" {exact} of {len(found)} | {cut} | {taken_up} | {len(found) - len(whole) - cut} |"
        )
    return rows
