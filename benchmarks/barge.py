"""Talking over what the appliance says, on real engines: how soon it ducks and pauses, what is missed, what is taken
for barge-in.

    .venv/bin/python -m benchmarks.barge [--quick] [--uncancelled]

Synthetic voices throughout (tests/voices.py): they prove the path and its timing, and flatter the recognisers. The
voice of the appliance comes back into its microphone through a room, at several levels, against a talker of -26 dBFS,
and is taken out as on the device (firmware/sound/echo_canceller.py), or not.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.signal import fftconvolve

from device.hearing.ear import Ear
from device.hearing.own_voice import Barging, Over
from device.hearing.stop_word import Overhearing
from device.hearing.turn_end import Ending, no_ending
from device.turn import events as on
from device.wiring.ear import Inline
from firmware.frame import FRAME_SAMPLES, FRAME_SECONDS, RATE, Frame, Samples, level_dbfs
from firmware.sound.echo_canceller import EchoCanceller
from firmware.sound.resample import to_float
from services.speech.base import no_hints
from services.speech.echo import STOPS
from services.speech.echo import words as said
from services.speech.endpoint import AdaptiveEndpoint
from services.speech.finals.wake_phrase import cut
from services.speech.finals.whisper import WhisperFinals
from services.speech.vad import SileroVad
from services.wake.base import WakeSettings
from services.wake.openwakeword import OpenWakeWord
from tests.voices import SPEECH_DBFS, WAKING, pink_noise, speak
from tests.whole_appliance import MODELS

REPLIES = (
    (
        "You have seven open tasks. Call the bank, due tomorrow at nine. Send the quarterly report to Sarah, due Friday"
        " at four."
    ),
    (
        "Order new chairs for the meeting room, due next week. Water the plants. Read the contract and sign the papers"
        " by Monday."
    ),
    "The harvest party is on Saturday. Hey Travis said the service begins at seven. Jack's charts are on the shelf.",
    (
        "Your shopping list has milk, eggs, two loaves of bread, butter, a jar of honey, rice, and something for the"
        " garden."
    ),
    "Rahul's balance is one thousand two hundred and fifty rupees. He paid three hundred on the fourth of November.",
    "It is twenty to six. You are free until half past seven; then there is dinner with Anna and the designers.",
    "The timer for the pasta is done. The timer for the oven has four minutes and thirty seconds left.",
    (
        "I found four notes about Henderson. The first one says that the gate code changed. The second one is about the"
        " harbour."
    ),
)
QUESTIONS = (
    ("Do you mean Sarah Miller the designer, or Sarah Jones from the bank?", "the first one"),
    ("You have two lists with milk on them. Which one do you mean, hardware or shopping?", "shopping"),
    ("Delete all seven tasks of the project garden? That can't be undone by voice.", "yes please"),
    ("When shall I remind you of that?", "tomorrow morning"),
    ("For how long shall the timer for the pasta run?", "eight minutes"),
    ("There are two meetings with Tom on Friday, at nine and at half past three. Which one?", "the second one"),
)
"""What it asks, and what is answered."""
ANSWER_S = 3.0
"""Seconds for which an answer is listened for."""
LEVELS = (-20.0, -10.0, -6.0, 0.0, 6.0, 12.0)
"""dB of its own voice in the microphone over a talker."""
LATE = 0.25
"""Seconds from the mouth to the ear: buffers, air."""
DRAINED_S = 0.08
"""Seconds until it is known that all was played."""
RT60 = 0.4
"""Seconds after which the room that its voice comes back through is 60 dB softer."""


def in_room(sound: Samples) -> npt.NDArray[np.float64]:
    """As it comes back: three quarters of its power at once, the rest as a tail of noise that dies away."""
    count = round(RT60 * RATE)
    tail = np.random.default_rng(3).normal(0.0, 1.0, count) * 10 ** np.linspace(0.0, -3.0, count)
    tail *= np.sqrt(0.25 / np.sum(tail**2))
    tail[0] = np.sqrt(0.75)
    heard: npt.NDArray[np.float64] = fftconvolve(sound.astype(np.float64), tail)[: sound.size]
    return heard


class Heard:
    """What an ear told, and when."""

    def __init__(self) -> None:
        self.now = self.took = 0.0
        self.decodes = 0
        self.events: list[tuple[float, on.Event | on.Crashed]] = []

    def emit(self, event: on.Event | on.Crashed) -> None:
        self.events.append((self.now, event))

    def level(self, own: Samples) -> float | None:
        """Of the last 60 ms."""
        part = own[round((self.now - 0.06) * RATE) : round(self.now * RATE)]
        level = level_dbfs(part) if part.size else -96.0
        return level if level > -90 else None

    def finals(self) -> list[str]:
        """The words of all that was heard."""
        return [event.final.text for _, event in self.events if isinstance(event, on.FinalHeard) and event.final.text]

    def times(self, kind: type[on.Event]) -> list[float]:
        """When this was told."""
        return [at for at, event in self.events if isinstance(event, kind)]


class Bench:
    """One ear over one voice."""

    def __init__(self, *, cancels: bool = True) -> None:
        self.cancels = cancels
        self.wake = OpenWakeWord(Path(MODELS) / "openwakeword", {"hey_jarvis": WakeSettings()}, second_look=0.2)
        self.finals = WhisperFinals(Path(MODELS) / "whisper-tiny.en")
        self.vad = SileroVad(Path(MODELS) / "silero-vad")
        self.decoder = Inline()
        self.overhearing: Overhearing | None = None

    def ear(self, heard: Heard, own: Samples, said: str, echoes: str, ending: Ending = no_ending) -> Ear:
        """An ear that tells `heard`. `own`: what the loudspeaker plays; `said` its words, for "stop"; `echoes` those
        that a final may be the echo of.
        """
        self.overhearing = Overhearing(
            lambda sound: self.finals.expecting(sound, STOPS),
            self.decoder,
            level=lambda: heard.level(own),
            said=lambda _: said,
            emit=heard.emit,
        )
        return Ear(
            wake=self.wake,
            vad=self.vad,
            endpoint=AdaptiveEndpoint(),
            partials=None,
            finals=self.finals,
            cut_wake=lambda text: cut(text, ["hey_jarvis"]),
            hints=no_hints,
            decoder=self.decoder,
            emit=heard.emit,
            over=Over(heard.emit, barging=Barging(), overhearing=self.overhearing, said=lambda _: echoes),
            ending=ending,
        )

    def hear(
        self, own: Samples, echo_db: float, said: str, *talk: tuple[float, Samples], asks: float | None = None
    ) -> Heard:
        """The appliance says `own` (at SPEECH_DBFS before it comes back so much louder); others say something at these
        times. `asks`: it is a question, which ends then, and an answer is listened for.
        """
        heard = Heard()
        mixed = pink_noise(own.size, -66.0, 1)
        late = round(LATE * RATE)
        mixed[late:] += in_room(own)[: own.size - late] * 10 ** (echo_db / 20)
        for at, words in talk:
            mixed[round(at * RATE) : round(at * RATE) + words.size] += words
        samples = np.clip(np.rint(mixed), -32768, 32767).astype(np.int16)
        canceller, played = EchoCanceller(), to_float(own)
        ear = self.ear(heard, own, said, said if asks else "")
        ear.reset()
        ear.over.own_voice = True
        began = time.process_time()
        for index in range(samples.size // FRAME_SAMPLES):
            heard.now = (index + 1) * FRAME_SECONDS
            if asks and ear.over.own_voice and heard.now > asks + LATE + DRAINED_S:
                ear.over.own_voice = False
                ear.open(2, patience=ANSWER_S, answer=True)
            now = slice(index * FRAME_SAMPLES, (index + 1) * FRAME_SAMPLES)
            sound = canceller.process(samples[now], played[now]) if self.cancels else samples[now]
            ear.hear(Frame(sound, index))
            if ear.listening and not asks:
                ear.close()
        heard.took = time.process_time() - began
        assert self.overhearing
        heard.decodes = self.overhearing.decodes
        return heard


def wake_word(bench: Bench, own: Samples, said: str, levels: tuple[float, ...], voices: tuple[str, ...]) -> None:
    """How soon after its end the wake word ducks and pauses."""
    places = (4.0, 9.0, 14.0, 19.0)
    print("echo    heard   ducked after  paused after (ms from the end of the wake word, median and worst)")
    for level in levels:
        ducked: list[float] = []
        paused: list[float] = []
        for voice in voices:
            word = speak("hey jarvis", voice)
            for at in places:
                heard = bench.hear(own[: round((at + 4) * RATE)], level, said, (at, word))
                end = at + word.size / RATE
                woke = [when for when in heard.times(on.WakeHeard) if at < when < end + 1.0]
                if woke:
                    paused.append(1000 * (woke[0] - end))
                    ducked.append(1000 * (max(when for when in heard.times(on.BargeBegan) if when <= woke[0]) - end))
        told = "  ".join(
            f"{np.median(each):5.0f} {max(each):5.0f}" if each else "    -     -" for each in (ducked, paused)
        )
        print(f"{level:4.0f} dB  {len(paused):2d}/{len(voices) * len(places)}  {told}", flush=True)


def own_voice(bench: Bench, own: Samples, levels: tuple[float, ...]) -> None:
    """What its own voice is taken for."""
    hours = own.size / RATE / 3600
    print(
        f"\nits own voice, {own.size / RATE / 60:.1f} minutes a level, a hour:  ducks  barge-ins  stops  decodes  "
        " share of a core"
    )
    for level in levels:
        heard = bench.hear(own, level, "")
        count = Counter(type(event).__name__ for _, event in heard.events)
        told = "  ".join(f"{count[name] / hours:6.1f}" for name in ("BargeBegan", "WakeHeard", "StopHeard"))
        print(
            f"{level:4.0f} dB  {told}  {heard.decodes / hours:6.0f}  {heard.took / (own.size / RATE):6.1%}", flush=True
        )


def stops(bench: Bench, own: Samples, said: str, levels: tuple[float, ...], voices: tuple[str, ...]) -> None:
    """How many a "stop" is heard."""
    print("\necho    " + "  ".join(f"{phrase:>16}" for phrase in STOPS[:4]))
    for level in levels:
        row = []
        for phrase in STOPS[:4]:
            hits = 0
            for voice in voices:
                heard = bench.hear(own[: 12 * RATE], level, said, (6.0, speak(f"{phrase}!", voice)))
                hits += bool(heard.times(on.StopHeard))
            row.append(f"{hits:>13}/{len(voices)}")
        print(f"{level:4.0f} dB  " + "  ".join(row), flush=True)


def answers(bench: Bench, levels: tuple[float, ...], voices: tuple[str, ...]) -> None:
    """What comes of an answer that begins before the question ends, in the whole and beyond its end; and of none."""
    print("\nanswers whose words were heard, and questions that heard something though nobody spoke")
    print("echo    ended before   went beyond   nobody")
    ends = np.zeros(round((ANSWER_S + 2.5) * RATE), np.int16)
    for level in levels:
        hits, own, of = [0, 0], 0, 0
        for question, answer in QUESTIONS:
            asked = np.concatenate((speak(REPLIES[0])[: 5 * RATE], speak(question)))
            until, told = asked.size / RATE, f"{REPLIES[0]} {question}"
            sound = np.concatenate((asked, ends))
            for voice in voices:
                answered = speak(answer, voice)
                for number, at in enumerate((until - answered.size / RATE - 0.3, until - answered.size / RATE / 2)):
                    heard = bench.hear(sound, level, told, (at, answered), asks=until)
                    hits[number] += any(" ".join(said(answer)) in " ".join(said(text)) for text in heard.finals())
                of += 1
            own += bool(bench.hear(sound, level, told, asks=until).finals())
        print(f"{level:4.0f} dB  {hits[0]:>8}/{of}  {hits[1]:>10}/{of}  {own:>5}/{len(QUESTIONS)}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="fewer voices and levels")
    parser.add_argument("--part", choices=["wake", "own", "stop", "answers"], help="only this")
    parser.add_argument("--uncancelled", action="store_true", help="as if nothing took its voice out")
    asked = parser.parse_args()
    quick, part = asked.quick, asked.part
    pause = np.zeros(round(0.22 * RATE), np.int16)
    own = np.concatenate([np.concatenate((speak(reply), pause)) for reply in REPLIES])
    said = " ".join(REPLIES)
    levels = (-20.0, -6.0) if quick else LEVELS
    voices = WAKING[:2] if quick else WAKING
    print(f"talker and its own voice {SPEECH_DBFS:.0f} dBFS")
    bench = Bench(cancels=not asked.uncancelled)
    if part in (None, "wake"):
        wake_word(bench, own, said, levels, voices)
    faster = np.concatenate(
        [np.concatenate((speak(reply, speed=speed), pause)) for speed in (0.85, 1.0, 1.15, 1.3) for reply in REPLIES]
    )
    if part in (None, "own"):
        own_voice(bench, own if quick else faster, levels)
    if part in (None, "stop"):
        stops(bench, own, said, levels, voices)
    if part in (None, "answers"):
        answers(bench, levels, voices)


if __name__ == "__main__":
    main()
