"""How much of what is marked in scripted calls is found, and how much else: python -m benchmarks.calls tests/calls/open

Plays each call of a folder from text, or with `--sound` from synthetic voices, as `equerry call replay` does. Prints
precision and recall of meanings, commitments and facts, and whispers that nothing marked called for. `--misses` shows
each of them; never for the half that is held back.
"""

from __future__ import annotations

import argparse
import tempfile
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from benchmarks.calls_spoken import heard
from device.calls.known import empty_store, fill
from device.calls.replay import played
from device.calls.script import CallScript, ScriptPromise, read_script, segments_of
from device.configuration.load import load
from device.configuration.places import ROOT
from device.wiring.calls.rules import call_facts, heard_names, usual_words
from services.calls.base import CallEnded, CallEvent, CallSegment, Commitment, FactFound, Meant, Triggered, Whispered
from services.calls.call import CallSetup, FollowedCall
from services.calls.commitments.wording import objects, verb
from services.calls.meanings.asked import MEANINGS, NOTHING
from services.calls.meanings.files import read_meanings
from services.calls.meanings.finder import OWN, TurnReader
from services.calls.meanings.learnt import read_learnt
from services.calls.meanings.modelled import ModelledMeanings
from services.calls.meanings.rules import MeaningRules
from services.calls.trigger_files import read_triggers
from services.understanding.model.labels import LabelModel
from services.understanding.when import find
from training.installed import gguf_of

CONFIG = ROOT / "config" / "calls"
_NEAR_TURNS = 3
"""So many turns may lie between a mark and where it was found: a request and the yes to it."""
_ALIKE = 0.5
_TEN_MINUTES = 600.0


@dataclass
class Tally:
    """Of one kind of things."""

    right: int = 0
    wrong: int = 0
    missed: int = 0
    told: list[str] = field(default_factory=list)

    def line(self, name: str) -> str:
        """With precision and recall."""
        precision = self.right / max(1, self.right + self.wrong)
        recall = self.right / max(1, self.right + self.missed)
        counts = f"({self.right} right, {self.wrong} wrong, {self.missed} missed)"
        return f"{name:<22} precision {precision:.3f}  recall {recall:.3f}  {counts}"


@dataclass
class Score:
    """Of all calls."""

    meanings: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    commitments: Tally = field(default_factory=Tally)
    times: Tally = field(default_factory=Tally)
    kinds: Tally = field(default_factory=Tally)
    facts: Tally = field(default_factory=Tally)
    whispers: int = 0
    false_whispers: list[str] = field(default_factory=list)
    seconds: float = 0.0
    calls: int = 0


Source = Callable[[CallScript], tuple[Sequence[CallSegment], Mapping[float, int]]]
"""Where the words come from: the script itself, or what is heard of its sound. The segments, and to which turn of the
script the end of each belongs."""


def written(script: CallScript) -> tuple[Sequence[CallSegment], Mapping[float, int]]:
    """The words of the script, a segment a turn."""
    segments = segments_of(script)
    return segments, {each.end_s: index for index, each in enumerate(segments)}


@dataclass(frozen=True)
class Played:
    """A call, and all that came of it."""

    name: str
    script: CallScript
    events: Sequence[CallEvent]
    turns: Mapping[float, int]
    """End of a segment, seconds → which turn it is."""
    meanings: Mapping[str, str]
    """Trigger → the meaning that sets it off; empty: a measure."""

    def say(self, index: int) -> str:
        """The words of a turn."""
        return self.script.turns[index].say


def play(path: Path, source: Source = written, learnt: TurnReader | None = None) -> Played:
    """Play the call of a file."""
    return play_script(path.name, read_script(path), source, learnt)


def play_script(name: str, script: CallScript, source: Source = written, learnt: TurnReader | None = None) -> Played:
    """Play one call."""
    now = (script.now or datetime(2026, 11, 25, 14)).replace(tzinfo=UTC)
    rules = _rules(script.competitors)
    known = frozenset(template.meaning for template in rules.templates)
    triggers = read_triggers([CONFIG / "triggers" / f"{script.kind}.toml"], known)
    spoken, turns = source(script)
    with tempfile.TemporaryDirectory() as folder, empty_store(Path(folder)) as store:
        fill(store, script, now)
        setup = CallSetup(
            meanings=lambda: rules,
            triggers=lambda: triggers,
            find_times=find,
            facts=call_facts(store, _usual()),
            began=now,
            names={"owner": script.owner, "other": script.other},
            planned_s=60 * script.planned_minutes,
            learnt=learnt,
            competitors=heard_names(script.competitors, _usual()),
        )
        events = list(played(FollowedCall(setup), spoken))
    return Played(name, script, events, turns, {each.name: each.meaning for each in triggers})


@cache
def _usual() -> Collection[str]:
    return usual_words(load())


@cache
def _rules(competitors: tuple[str, ...]) -> MeaningRules:
    """Those that are shipped, read once: hundreds of lines are played one by one."""
    return read_meanings(sorted((CONFIG / "meanings" / "en").glob("*.yaml")), {"competitors": competitors})


def count(call: Played, score: Score) -> None:
    """Compare what was found with what is marked."""
    score.calls += 1
    score.seconds += max(call.turns)
    _count_meanings(call, score)
    _count_commitments(call, score)
    _count_facts(call, score)
    _count_whispers(call, score)


def _count_meanings(call: Played, score: Score) -> None:
    found = [each for each in call.events if isinstance(each, Meant)]
    there = {(call.turns[each.at_s], each.meaning): each for each in found}
    turns = enumerate(call.script.turns)
    marked = {(index, meaning) for index, turn in turns for meaning in turn.meanings if meaning not in OWN}
    for key in there.keys() | marked:
        tally, where = score.meanings[key[1]], f"{call.name}#{key[0]} {key[1]}"
        if key in there and key in marked:
            tally.right += 1
        elif key in there:
            tally.wrong += 1
            tally.told.append(f"  + {where} “{there[key].words}” in: {call.say(key[0])}")
        else:
            tally.missed += 1
            tally.told.append(f"  - {where} in: {call.say(key[0])}")


def _count_commitments(call: Played, score: Score) -> None:
    ended = next(each for each in call.events if isinstance(each, CallEnded))
    left, tally = list(ended.summary.commitments), score.commitments
    for index, promise in ((index, each) for index, turn in enumerate(call.script.turns) for each in turn.promise):
        fits = [each for each in left if _fits(each, promise, abs(call.turns[each.at_s] - index))]
        if not fits:
            tally.missed += 1
            told = f"{promise.by} {promise.what!r} {promise.when!r}"
            tally.told.append(f"  - {call.name}#{index} {told} in: {call.say(index)}")
            continue
        best = max(fits, key=lambda each: _likeness(each.what, promise.what))
        left.remove(best)
        tally.right += 1
        _count_details(call, index, promise, best, score)
    for each in left:
        tally.wrong += 1
        index = call.turns[each.at_s]
        tally.told.append(f"  + {call.name}#{index} {each.by} {each.what!r} {each.when!r} in: {call.say(index)}")


def _count_details(call: Played, index: int, marked: ScriptPromise, found: Commitment, score: Score) -> None:
    both = _time_words(found.when) & _time_words(marked.when)
    timely = bool(both) if found.when and marked.when else not found.when and not marked.when
    for tally, right, told in (
        (score.times, timely, f"{marked.when!r}, found {found.when!r}: {call.say(index)}"),
        (score.kinds, found.kind == marked.kind, f"{marked.kind}, found {found.kind}: {marked.what}"),
    ):
        tally.right += right
        tally.wrong += not right
        tally.told += [] if right else [f"  ~ {call.name}#{index} marked {told}"]


def _fits(found: Commitment, promise: ScriptPromise, apart: int) -> bool:
    return found.by == promise.by and apart <= _NEAR_TURNS and _likeness(found.what, promise.what) >= _ALIKE


def _likeness(one: str, two: str) -> float:
    """Share of the words of the shorter one that the other has, too."""
    first, second = objects(one) | {verb(one)}, objects(two) | {verb(two)}
    return len(first & second) / max(1, min(len(first), len(second)))


def _time_words(words: str) -> set[str]:
    return set(words.lower().replace(",", " ").split()) - {"by", "on", "at", "the", "in", "before", "of", "for"}


def _count_facts(call: Played, score: Score) -> None:
    there = {each.name for each in call.events if isinstance(each, FactFound)}
    marked = {name for turn in call.script.turns for name in turn.facts}
    score.facts.right += len(there & marked)
    score.facts.wrong += len(there - marked)
    score.facts.missed += len(marked - there)
    score.facts.told += [f"  + {call.name} {name}" for name in there - marked]
    score.facts.told += [f"  - {call.name} {name}" for name in marked - there]


def _count_whispers(call: Played, score: Score) -> None:
    """A whisper is false where nothing marked called for it; one that a measure called for is right."""
    facts = {name for turn in call.script.turns for name in turn.facts}
    latest: dict[str, Triggered] = {}
    for event in call.events:
        if isinstance(event, Triggered):
            latest[event.trigger] = event
        if not isinstance(event, Whispered):
            continue
        score.whispers += 1
        fired, meaning = latest.get(event.cause), call.meanings.get(event.cause, "")
        index = call.turns[fired.at_s] if fired and meaning else 0
        behind = _NEAR_TURNS - 1 if meaning == "question_unanswered" else 0  # told by who passes it over
        near = call.script.turns[max(0, index - behind) : index + 1]
        called_for = fired and (not meaning or any(meaning in turn.meanings for turn in near))
        if event.cause not in facts and not called_for:
            score.false_whispers.append(f"  w {call.name} “{event.words}” ({event.cause})")


def show(score: Score, *, misses: bool = False) -> None:
    """The figures."""
    every = Tally()
    for name, tally in sorted(score.meanings.items()):
        print(tally.line(name))
        every.right += tally.right
        every.wrong += tally.wrong
        every.missed += tally.missed
    print(every.line("all meanings"))
    print(score.commitments.line("commitments"))
    times, kinds = score.times, score.kinds
    print(
        f"  of those found: time right {times.right} of {times.right + times.wrong},"
        f" kind right {kinds.right} of {kinds.right + kinds.wrong}"
    )
    print(score.facts.line("facts"))
    false = len(score.false_whispers)
    rate = false / max(1.0, score.seconds) * _TEN_MINUTES
    print(f"{score.calls} calls, {score.seconds / 60:.0f} minutes, {score.whispers} whispers, {false} of them false:")
    print(f"{rate:.2f} false whispers in ten minutes")
    if misses:
        for tally in (*score.meanings.values(), score.commitments, score.times, score.kinds, score.facts):
            print(*tally.told, sep="\n")
        print(*score.false_whispers, sep="\n")


def ways_of(parser: argparse.ArgumentParser) -> None:
    """Ask with what is read."""
    parser.add_argument("--templates", action="store_true", help="without what was learnt")
    parser.add_argument("--words", action="store_true", help="without the language model")
    parser.add_argument("--lora", type=Path, help="another one than that which ships")
    parser.add_argument("--share", type=float, help="what the model counts beside words alone, 0 to 1")


def reader_of(wanted: argparse.Namespace) -> TurnReader | None:
    """What was asked for; a model may take as long as it does. None: templates alone."""
    if wanted.templates:
        return None
    words = read_learnt(CONFIG / "meanings" / "en" / "learnt.npz")
    if wanted.words:
        return words
    model = LabelModel(gguf_of("smollm2-135m"), wanted.lora or gguf_of("equerry-calls"), MEANINGS, NOTHING)
    share = {} if wanted.share is None else {"share": wanted.share}
    return ModelledMeanings(model, words, clock=lambda: 0.0, **share)


def main() -> None:
    """Play folders and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="+")
    parser.add_argument("--sound", action="store_true", help="spoken by synthetic voices, and heard again")
    ways_of(parser)
    parser.add_argument("--most", type=int, default=1000, help="calls, the first ones")
    parser.add_argument("--misses", action="store_true", help="show each thing that was missed or made up")
    wanted = parser.parse_args()
    score = Score()
    source = heard if wanted.sound else written
    learnt = reader_of(wanted)
    for path in sorted(path for folder in wanted.folder for path in folder.glob("*.yaml"))[: wanted.most]:
        count(play(path, source, learnt), score)
    show(score, misses=wanted.misses and not any("kept" in folder.parts for folder in wanted.folder))


if __name__ == "__main__":
    main()
