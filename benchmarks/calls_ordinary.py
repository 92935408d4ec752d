"""How often ordinary talk sets off a whisper: real recordings in which nobody sells, buys or promises.

    python -m benchmarks.calls_ordinary FOLDER [--minutes 30] [--cache FILE] [--templates] [--show]

FOLDER has sound files, one utterance or a few each. They are heard once by the engine of the finals (kept in --cache),
then played as the turns of calls of five minutes, by turns of both sides, with each shipped pack.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import soundfile
import soxr

from benchmarks.calls import CONFIG
from device.calls.replay import played
from device.configuration.load import load
from device.wiring.basis import model_folder
from device.wiring.ear import final_engine
from firmware.frame import RATE
from services.calls.base import SIDES, CallSegment, Meant, Side, Whispered
from services.calls.call import CallSetup, FollowedCall
from services.calls.meanings.files import read_meanings
from services.calls.meanings.learnt import read_learnt
from services.calls.trigger_files import read_triggers
from services.understanding.when import find

PACKS = ("sales", "support", "interview", "weekly")
_CALL_S = 300.0
_PAUSE_S = 0.5
_NAMES: Mapping[Side, str] = {"owner": "Owner", "other": "Caller"}
_MEASURED = ("talks_most", "monologue", "time_nearly_up")


class Nobody:
    """A store that knows nobody."""

    def find(self, segment: CallSegment, now: datetime) -> Sequence[tuple[str, str]]:
        """Nothing."""
        return ()


def heard(folder: Path, minutes: float, cache: Path | None) -> list[tuple[float, str, float]]:
    """(seconds, text, confidence) of each recording, up to so many minutes of sound."""
    settings = load()
    known = json.loads(cache.read_text()) if cache and cache.exists() else {}
    finals = None
    told, seconds = [], 0.0
    for path in sorted(each for each in folder.rglob("*") if each.suffix in (".wav", ".opus", ".ogg", ".flac")):
        if seconds >= 60 * minutes:
            break
        name = str(path.relative_to(folder))
        if name not in known:
            finals = finals or final_engine(settings.finals.engine).load(
                model_folder(settings, settings.finals.model), 1
            )
            sound, rate = soundfile.read(path, dtype="float32", always_2d=True)
            samples = soxr.resample(sound.mean(axis=1), rate, RATE)
            final = finals.transcribe(samples.astype("float32"))
            known[name] = (samples.size / RATE, final.text.strip(), final.confidence)
            if cache and len(known) % 20 == 0:
                cache.write_text(json.dumps(known))
        seconds += known[name][0]
        told.append(tuple(known[name]))
    if cache:
        cache.write_text(json.dumps(known))
    return told


def calls_of(told: Sequence[tuple[float, str, float]]) -> list[list[CallSegment]]:
    """What was heard as calls of five minutes."""
    calls: list[list[CallSegment]] = [[]]
    at_s = 0.0
    for index, (seconds, text, confidence) in enumerate(told):
        if at_s > _CALL_S:
            calls.append([])
            at_s = 0.0
        side = SIDES[index % 2]
        if text:
            calls[-1].append(CallSegment(side, _NAMES[side], at_s, at_s + seconds, text, confidence))
        at_s += seconds + _PAUSE_S
    return calls


def main() -> None:
    """Hear, play, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--minutes", type=float, default=30.0, help="of sound")
    parser.add_argument("--cache", type=Path, help="where what was heard is kept")
    parser.add_argument("--templates", action="store_true", help="without what was learnt")
    parser.add_argument("--show", action="store_true", help="show what was found")
    wanted = parser.parse_args()
    told = heard(wanted.folder, wanted.minutes, wanted.cache)
    hours = sum(seconds for seconds, _, _ in told) / 3600
    rules = read_meanings(sorted((CONFIG / "meanings" / "en").glob("*.yaml")))
    learnt = None if wanted.templates else read_learnt(CONFIG / "meanings" / "en" / "learnt.npz")
    print(f"{len(told)} recordings, {60 * hours:.1f} minutes")
    for pack in PACKS:
        triggers = read_triggers([CONFIG / "triggers" / f"{pack}.toml"], rules.names)
        whispers, meanings = Counter[str](), Counter[str]()
        for segments in calls_of(told):
            setup = CallSetup(lambda: rules, lambda: triggers, find, Nobody(), datetime.now(UTC), _NAMES, learnt=learnt)
            for event in played(FollowedCall(setup), segments):
                if isinstance(event, Whispered) and event.cause not in _MEASURED:
                    whispers[event.cause] += 1
                if isinstance(event, Meant):
                    meanings[event.meaning] += 1
                    if wanted.show and pack == PACKS[0]:
                        print(f"  {event.meaning} {event.confidence:.2f}: {event.words}", file=sys.stderr)
        print(f"{pack}: {sum(whispers.values()) / hours:.1f} whispers an hour {dict(whispers)}; found {dict(meanings)}")


if __name__ == "__main__":
    main()
