"""How often ordinary talk sets off a whisper: real recordings in which nobody sells, buys or promises.

    python -m benchmarks.calls_ordinary FOLDER [--minutes 30] [--cache FILE] [--templates] [--show]

FOLDER has sound files, one utterance or a few each. They are heard once by the engine of the finals (kept in --cache),
then played as the turns of calls of five minutes, by turns of both sides, with each shipped pack.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import soundfile

from benchmarks.calls import CONFIG, reader_of, ways_of
from device.calls.cutter import Cutter
from device.calls.known import empty_store
from device.calls.replay import played
from device.configuration.load import load
from device.wiring.basis import model_folder
from device.wiring.calls.rules import say_money
from device.wiring.ear import final_engine, load_vad
from firmware.sound.resample import Framer
from services.calls.base import SIDES, CallEvent, CallSegment, Meant, Side, Whispered
from services.calls.call import CallSetup, FollowedCall
from services.calls.facts import StoreFacts
from services.calls.meanings.files import read_meanings
from services.calls.meanings.finder import TurnReader
from services.calls.trigger_files import read_triggers
from services.understanding.when import find

PACKS = ("sales", "support", "interview", "weekly")
SOUNDS = (".wav", ".opus", ".ogg", ".flac")
_CALL_S = 300.0
_PAUSE_S = 0.5
_NAMES: Mapping[Side, str] = {"owner": "Owner", "other": "Caller"}
_MEASURED = ("talks_most", "monologue", "time_nearly_up")


Heard = tuple[float, str, float]
"""Seconds, text, confidence of what was said without a longer pause."""


class Ears:
    """Those of a call: cut at the pauses, written down by the engine of the finals."""

    def __init__(self) -> None:
        self._settings = load()
        wanted = self._settings.finals
        self._finals = final_engine(wanted.engine).load(model_folder(self._settings, wanted.model), 1)

    def hear(self, path: Path) -> tuple[float, list[Heard]]:
        """How long a recording is, and what is said in it."""
        sound, rate = soundfile.read(path, dtype="float32", always_2d=True)
        framer, cutter = Framer(rate), Cutter(load_vad(self._settings))
        frames = [*framer.process(sound.mean(axis=1)), *framer.finish()]
        cuts = [cut for cut in (*(cutter.take(frame) for frame in frames), cutter.finish()) if cut]
        finals = [(cut.end_s - cut.start_s, self._finals.transcribe(cut.samples)) for cut in cuts]
        return len(sound) / rate, [(seconds, final.text.strip(), final.confidence) for seconds, final in finals]


def heard(folder: Path, minutes: float, cache: Path | None) -> tuple[float, list[Heard]]:
    """Hours of sound, and what is said in it; of up to so many minutes."""
    known = json.loads(cache.read_text()) if cache and cache.exists() else {}
    ears: Ears | None = None
    told: list[Heard] = []
    seconds = 0.0
    for path in sorted(each for each in folder.rglob("*") if each.suffix in SOUNDS):
        if seconds >= 60 * minutes:
            break
        if (name := str(path.relative_to(folder))) not in known:
            ears = ears or Ears()
            known[name] = ears.hear(path)
            if cache:
                cache.write_text(json.dumps(known))
        seconds += known[name][0]
        told += [(length, text, confidence) for length, text, confidence in known[name][1] if text]
    return seconds / 3600, told


def calls_of(told: Sequence[Heard]) -> list[list[CallSegment]]:
    """What was heard as calls of five minutes."""
    calls: list[list[CallSegment]] = [[]]
    at_s = 0.0
    for index, (seconds, text, confidence) in enumerate(told):
        if at_s > _CALL_S:
            calls.append([])
            at_s = 0.0
        side = SIDES[index % 2]
        calls[-1].append(CallSegment(side, _NAMES[side], at_s, at_s + seconds, text, confidence))
        at_s += seconds + _PAUSE_S
    return calls


def followed(calls: Sequence[Sequence[CallSegment]], pack: str, learnt: TurnReader | None) -> Iterator[CallEvent]:
    """All that comes of some calls with a pack."""
    rules = read_meanings(sorted((CONFIG / "meanings" / "en").glob("*.yaml")))
    triggers = read_triggers([CONFIG / "triggers" / f"{pack}.toml"], rules.names)
    with tempfile.TemporaryDirectory() as folder, empty_store(Path(folder)) as store:
        for segments in calls:
            facts = StoreFacts(store, say_money)
            setup = CallSetup(lambda: rules, lambda: triggers, find, facts, datetime.now(UTC), _NAMES, learnt=learnt)
            yield from played(FollowedCall(setup), segments)


def main() -> None:
    """Hear, play, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--minutes", type=float, default=30.0, help="of sound")
    parser.add_argument("--cache", type=Path, help="where what was heard is kept")
    ways_of(parser)
    parser.add_argument("--show", action="store_true", help="show what was found")
    wanted = parser.parse_args()
    hours, told = heard(wanted.folder, wanted.minutes, wanted.cache)
    learnt = reader_of(wanted)
    print(f"{60 * hours:.1f} minutes, {len(told)} segments, {sum(len(text.split()) for _, text, _ in told)} words")
    for pack in PACKS:
        whispers, meanings = Counter[str](), Counter[str]()
        for event in followed(calls_of(told), pack, learnt):
            if isinstance(event, Whispered) and event.cause not in _MEASURED:
                whispers[event.cause] += 1
            if isinstance(event, Meant):
                meanings[event.meaning] += 1
                if wanted.show and pack == PACKS[0]:
                    print(f"  {event.meaning} {event.confidence:.2f}: {event.words}")
        rate = sum(whispers.values()) / max(hours, 1e-9)
        print(f"{pack}: {rate:.1f} whispers an hour {dict(whispers)}; found {dict(meanings)}")


if __name__ == "__main__":
    main()
