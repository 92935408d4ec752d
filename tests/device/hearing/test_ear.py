"""The ear on scripted faculties: what it emits, when it decodes, what it throws away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor, Future
from typing import Any

import numpy as np
import pytest

from device.hearing.ear import EARLY_PAUSE, SURE_PAUSE, Ear
from device.hearing.own_voice import Barging, Over
from device.hearing.turn_end import SHARES, Ending, Tell, no_ending
from device.turn import events as on
from firmware.frame import FRAME_SAMPLES, Frame, Samples
from services.speech.base import Final, Hints, Hypothesis, Partial, no_hints
from services.speech.endpoint import AdaptiveEndpoint
from services.speech.finals.wake_phrase import cut
from services.understanding.completeness import Completeness
from services.voiceprints.base import Recogniser, Who
from services.voiceprints.scoring import decided
from services.wake.base import Detection
from tests.doubles.speech import ScriptedVad
from tests.doubles.wake import ScriptedWake


class Later(Executor):
    """Decodes when the test says so."""

    def __init__(self) -> None:
        self.jobs: list[tuple[Future[Any], Any, Any]] = []

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        job: Future[Any] = Future()
        self.jobs.append((job, lambda: fn(*args, **kwargs), args))
        return job

    def work(self) -> None:
        for job, run, _ in self.jobs:
            if job.set_running_or_notify_cancel() if not job.done() else False:
                try:
                    job.set_result(run())
                except RuntimeError as error:
                    job.set_exception(error)


class Hears:
    """Finals whose text depends on how much was heard."""

    def __init__(self, *texts: str) -> None:
        self.texts = list(texts)
        self.heard: list[Samples] = []
        self.hints: list[Hints] = []

    def transcribe(self, samples: Samples, *, hints: Hints = no_hints, said: str = "", hurry: bool = False) -> Final:
        self.heard.append(samples)
        self.hints.append(hints)
        text = self.texts.pop(0) if len(self.texts) > 1 else self.texts[0]
        if text == "bug":
            raise RuntimeError("bug")
        return Final(text, 0.9, 0.05)

    def warm_up(self) -> None:
        """Nothing is slow here."""


class Shows:
    """Partials that count the frames they were given."""

    def __init__(self) -> None:
        self.frames = 0
        self.held: list[bool] = []

    def reset(self) -> None:
        self.frames = 0

    def process(self, frame: Frame) -> Partial | None:
        self.frames += 1
        shows = self.frames % 10 == 0 and self.held[-1:] != [True]
        return Partial(f"hey jarvis add {self.frames}", frame.end) if shows else None

    def hold(self, hold: bool) -> None:
        self.held.append(hold)

    def close(self) -> None:
        pass


def frames(voice: Sequence[tuple[float, float]], seconds: float) -> list[Frame]:
    """A tone where there is voice, hiss elsewhere."""
    rng = np.random.default_rng(1)
    sound = rng.normal(0, 5, round(seconds * 16_000))
    for start, end in voice:
        at = np.arange(round(start * 16_000), round(end * 16_000))
        sound[at] += 6_000 * np.sin(at * 0.2) * (0.6 + 0.4 * np.sin(at * 0.002))
    whole = sound[: sound.size // FRAME_SAMPLES * FRAME_SAMPLES].astype(np.int16).reshape(-1, FRAME_SAMPLES)
    return [Frame(samples, index) for index, samples in enumerate(whole)]


def ear_of(
    voice: Sequence[tuple[float, float]],
    finals: Hears,
    decoder: Executor,
    *,
    wake_at: int | None = None,
    partials: Shows | None = None,
    ending: Ending = no_ending,
    recogniser: Recogniser | None = None,
) -> tuple[Ear, list[Any]]:
    emitted: list[Any] = []
    at = {} if wake_at is None else {wake_at: Detection("hey_jarvis", 0.9, (wake_at + 1) * 0.08)}
    ear = Ear(
        wake=ScriptedWake(at),
        vad=ScriptedVad(voice),
        endpoint=AdaptiveEndpoint(),
        partials=partials,
        finals=finals,
        cut_wake=lambda text: cut(text, ["hey_jarvis"]),
        hints=lambda heard: heard,
        decoder=decoder,
        emit=emitted.append,
        ending=ending,
        recogniser=recogniser,
    )
    return ear, emitted


def hear(ear: Ear, sound: list[Frame], decoder: Later | None = None) -> None:
    for frame in sound:
        ear.hear(frame)
        if decoder:
            decoder.work()


ONE_BREATH = [(2.0, 5.0)]
"""Wake word from 2.0 to 2.7, the command right after it to 5.0."""


def test_a_command_in_one_breath_with_the_wake_word() -> None:
    finals, decoder, partials = Hears("Hey Jarvis, add milk."), Later(), Shows()
    ear, emitted = ear_of(ONE_BREATH, finals, decoder, wake_at=34, partials=partials)
    hear(ear, frames(ONE_BREATH, 8.0), decoder)
    kinds = [type(event) for event in emitted]
    assert kinds[0] is on.WakeHeard and kinds[-2:] == [on.SpeechEnded, on.FinalHeard]
    assert emitted[-1] == on.FinalHeard(1, Final("Add milk.", 0.9, 0.05))
    shown = [event.partial.text for event in emitted if isinstance(event, on.PartialHeard)]
    assert shown and all("jarvis" not in text.lower() for text in shown)
    assert finals.hints[0](("Sarah",)) == ("Sarah",)


class Recognises:
    """Each time as the next of these ratios tell; None at the end of them."""

    def __init__(self, *ratios: Mapping[str, float]) -> None:
        self.ratios = list(ratios)
        self.heard: list[Samples] = []

    def names(self) -> tuple[str, ...]:
        return ("Anna", "Ben")

    def who(self, samples: Samples) -> Who | None:
        self.heard.append(samples)
        return decided(self.ratios.pop(0)) if self.ratios else None


def test_whose_voice_it_was_goes_with_the_final_with_the_wake_word_listened_to() -> None:
    recognises = Recognises({"Anna": 6.0, "Ben": -6.0})
    finals, decoder = Hears("Hey Jarvis, add milk."), Later()
    ear, emitted = ear_of(ONE_BREATH, finals, decoder, wake_at=34, recogniser=recognises)
    hear(ear, frames(ONE_BREATH, 8.0), decoder)
    assert emitted[-1].final.who.name == "Anna"
    assert [each.size for each in recognises.heard] == [each.size for each in finals.heard]


def test_nobodys_voice_where_nothing_was_said() -> None:
    recognises, decoder = Recognises({"Anna": 6.0, "Ben": -6.0}), Later()
    ear, emitted = ear_of(ONE_BREATH, Hears(""), decoder, recogniser=recognises)
    ear.open(1)
    hear(ear, frames(ONE_BREATH, 8.0), decoder)
    assert emitted[-1] == on.FinalHeard(1, Final("", 0.9, 0.05))
    assert recognises.heard == []


def test_over_turns_evidence_adds_up_but_not_that_of_decodes_in_vain() -> None:
    unsure = {"Anna": 1.0, "Ben": -2.0}
    recognises, decoder = Recognises(unsure, unsure, unsure), Later()
    voice = [(2.0, 4.0), (4.4, 5.4)]  # the pause is long enough for a decode that is thrown away
    ear, emitted = ear_of(voice, Hears("Hey Jarvis, add milk."), decoder, wake_at=34, recogniser=recognises)
    hear(ear, frames(voice, 8.0), decoder)
    assert len(recognises.heard) == 2
    first = emitted[-1].final.who
    assert first == decided(unsure)
    ear.open(2)
    again = [(8.5, 10.0)]
    ear._vad = ScriptedVad(again)
    hear(ear, [Frame(each.samples, each.index) for each in frames(again, 13.0)[100:]], decoder)
    second = emitted[-1].final.who
    assert second.likely[0][0] == "Anna"
    assert second.likely[0][1] > first.likely[0][1]


def test_a_command_that_is_about_as_likely_is_believed_where_somebody_asked_for_the_ear() -> None:
    beam = (Hypothesis("Hey Jarvis, add milk.", 0.7, 0.5),)
    final = Final("Hey Jarvis, and milk.", 0.75, 0.05, first="Hey Jarvis, an milk.", others=beam)
    for patience, said in ((None, "Add milk."), (8.0, "Hey Jarvis, and milk.")):
        finals, decoder = Hears(""), Later()
        finals.transcribe = lambda *_, **__: final  # type: ignore[method-assign]
        woken = patience is None
        ear, emitted = ear_of(ONE_BREATH, finals, decoder, wake_at=34 if woken else None)
        ear._whole = lambda text: "low" if text.endswith("dd milk.") else None
        if not woken:
            ear.open(1, patience=patience)
        hear(ear, frames(ONE_BREATH, 8.0), decoder)
        heard = emitted[-1].final
        assert heard.text == said
        assert heard.first == ("And milk." if woken else "Hey Jarvis, an milk.")


def test_the_preroll_holds_the_sound_before_the_detection() -> None:
    finals, decoder = Hears("Hey Jarvis, add milk."), Later()
    ear, _ = ear_of(ONE_BREATH, finals, decoder, wake_at=34)
    hear(ear, frames(ONE_BREATH, 8.0), decoder)
    # Detected at 2.8 s; 1.5 s before it is 1.3 s, so all sound from 2.0 s is there.
    assert finals.heard[0].size >= (5.0 - 1.4) * 16_000


def test_a_television_neither_keeps_the_turn_open_nor_is_decoded() -> None:
    finals, decoder = Hears("Add milk."), Later()
    ear, emitted = ear_of([(0.0, 12.0)], finals, decoder)
    words = [(at * 0.4, at * 0.4 + 0.3) for at in range(30)]
    television = np.concatenate([frame.samples for frame in frames(words, 12.0)]) // 4
    talker = np.concatenate([frame.samples for frame in frames([(7.0, 9.0)], 12.0)])
    mixed = (television + talker).reshape(-1, FRAME_SAMPLES)
    sound = [Frame(samples, index) for index, samples in enumerate(mixed)]
    hear(ear, sound[:75])
    ear.open(1)
    hear(ear, sound[75:], decoder)
    assert isinstance(emitted[-1], on.FinalHeard)
    (ended,) = [event for event in emitted if isinstance(event, on.SpeechEnded)]
    assert 9.0 < ended.endpoint.at < 10.2
    assert 2.0 < finals.heard[-1].size / 16_000 < 2.0 + 0.8


def test_the_decode_begins_before_the_endpoint_is_certain_and_is_used() -> None:
    finals, decoder = Hears("Hey Jarvis, add milk."), Later()
    ear, emitted = ear_of(ONE_BREATH, finals, decoder, wake_at=34)
    hear(ear, frames(ONE_BREATH, 8.0), decoder)
    assert len(finals.heard) == 1
    end = next(event for event in emitted if isinstance(event, on.SpeechEnded)).endpoint
    assert finals.heard[0].size / 16_000 < end.at - 1.3


def ended_after(emitted: list[Any]) -> float:
    """Seconds of silence that ended the turn."""
    [end] = [event.endpoint for event in emitted if isinstance(event, on.SpeechEnded)]
    assert end.reason == "silence" and end.speech_end is not None
    return end.at - end.speech_end


@pytest.mark.parametrize("found", SHARES)
def test_the_words_say_how_long_a_silence_ends_the_turn(found: Completeness) -> None:
    finals, decoder = Hears("Hey Jarvis, add milk."), Later()
    asked: list[str] = []

    def ending(text: str, _: float, tell: Tell) -> None:
        asked.append(text)
        tell(found)

    ear, emitted = ear_of(ONE_BREATH, finals, decoder, wake_at=34, ending=ending)
    hear(ear, frames(ONE_BREATH, 9.0), decoder)
    assert asked == ["Add milk."]
    # To the end of a frame, and it is known one frame later.
    assert 0.0 <= ended_after(emitted) - max(EARLY_PAUSE, 0.7 * SHARES[found]) < 0.17
    assert emitted[-1].final.text == "Add milk."


def test_words_that_are_hardly_heard_end_nothing_early() -> None:
    finals, decoder = Hears("add milk"), Later()
    finals.transcribe = lambda *_, **__: Final("Hey Jarvis, add milk.", 0.5, 0.05)  # type: ignore[method-assign]
    ear, emitted = ear_of(ONE_BREATH, finals, decoder, wake_at=34, ending=lambda _, __, tell: tell("ordered"))
    hear(ear, frames(ONE_BREATH, 9.0), decoder)
    assert ended_after(emitted) >= 0.7


def test_doubtful_words_are_heard_again_by_who_decodes_and_never_by_who_listens() -> None:
    finals, decoder = Hears("add milk"), Later()
    finals.transcribe = lambda *_, **__: Final("Hey Jarvis, add milk.", 0.5, 0.05)  # type: ignore[method-assign]
    ear, emitted = ear_of(ONE_BREATH, finals, decoder, wake_at=34)
    ear._whole, ear._same = (lambda _: "low"), (lambda one, other: one == other)
    for frame in frames(ONE_BREATH, 9.0):
        ear.hear(frame)
        if ear.listening:
            decoder.work()
    assert isinstance(emitted[-1], on.SpeechEnded), "two more decodes wait"
    decoder.work()
    assert emitted[-1].final.text == "Add milk."
    assert emitted[-1].final.confidence == pytest.approx(0.6) and emitted[-1].final.passes == ("again",)


def test_what_is_found_out_later_counts_too_unless_speech_went_on_meanwhile() -> None:
    voice = [(2.0, 4.0), (4.5, 6.0)]
    tells: list[Tell] = []
    finals, decoder = Hears("Hey Jarvis, add milk", "Hey Jarvis, add milk and eggs"), Later()
    ear, emitted = ear_of(voice, finals, decoder, wake_at=34, ending=lambda _, __, tell: tells.append(tell))
    sound = frames(voice, 9.0)
    hear(ear, sound[:60], decoder)
    assert len(tells) == 1
    tells[0]("ordered")  # of what was said before the pause
    hear(ear, sound[60:80], decoder)
    assert len(tells) == 2 and not any(isinstance(event, on.SpeechEnded) for event in emitted)
    tells[1]("ordered")
    hear(ear, sound[80:], decoder)
    assert 0.35 <= ended_after(emitted) < 0.6
    assert emitted[-1].final.text == "Add milk and eggs"


@pytest.mark.parametrize(("found", "later"), [("ordered", 4.8), ("unsure", 5.0)])
def test_whoever_goes_on_behind_the_end_is_heard_as_one_turn(found: Completeness, later: float) -> None:
    voice = [(2.0, 4.0), (later, later + 1.0)]
    finals, decoder = Hears("Hey Jarvis, add milk", "Hey Jarvis, add milk and eggs"), Later()
    ear, emitted = ear_of(voice, finals, decoder, wake_at=34, ending=lambda _, __, tell: tell(found))
    hear(ear, frames(voice, 9.0), decoder)
    told = [event for event in emitted if isinstance(event, on.WakeHeard | on.WentOn | on.SpeechEnded | on.FinalHeard)]
    assert [type(event) for event in told] == [
        on.WakeHeard,
        on.SpeechEnded,
        on.FinalHeard,
        on.WentOn,
        on.SpeechEnded,
        on.FinalHeard,
    ]
    assert told[3] == on.WentOn(3, 1)
    assert [event.final.text for event in told if isinstance(event, on.FinalHeard)] == ["Add milk", "Add milk and eggs"]
    assert finals.heard[-1].size > finals.heard[0].size + 16_000 * 1.5


def test_the_wake_word_right_behind_an_early_end_begins_another_turn() -> None:
    voice = [(2.0, 4.0), (4.8, 6.8)]
    finals, decoder = Hears("Hey Jarvis, add milk"), Later()
    ear, emitted = ear_of(voice, finals, decoder, wake_at=34, ending=lambda _, __, tell: tell("ordered"))
    ear._wake = ScriptedWake({at: Detection("hey_jarvis", 0.9, (at + 1) * 0.08) for at in (34, 69)})
    hear(ear, frames(voice, 10.0), decoder)
    turns = [event.turn for event in emitted if isinstance(event, on.WakeHeard | on.WentOn | on.FinalHeard)]
    assert turns == [1, 1, 3, 5, 5]


class Knows:
    """Tells its own voice from somebody else's."""

    def __init__(self, somebody: bool) -> None:
        self.somebody = self.surely = somebody
        self.left_out = 0

    def hear(self, *_: object) -> None:
        """The test says who it is."""

    def reset(self) -> None:
        """Nothing is kept."""

    def leave_out(self) -> None:
        self.left_out += 1


@pytest.mark.parametrize("somebody", [True, False])
def test_a_voice_in_its_reply_goes_on_only_where_it_is_somebody_elses(somebody: bool) -> None:
    voice = [(2.0, 4.0), (4.8, 6.8)]
    ear, emitted = ear_of(
        voice, Hears("Hey Jarvis, add milk"), decoder := Later(), wake_at=34, ending=lambda _, __, tell: tell("ordered")
    )
    knows = Knows(somebody)
    ear.over = Over(emitted.append, barging=Barging(), overhearing=knows)  # type: ignore[arg-type]
    sound = frames(voice, 9.0)
    hear(ear, sound[:59], decoder)
    assert isinstance(emitted[-1], on.FinalHeard)
    ear.over.own_voice = True
    hear(ear, sound[59:70], decoder)
    assert [event for event in emitted if isinstance(event, on.WentOn)] == [on.WentOn(3, 1)] * somebody
    assert knows.left_out == somebody


@pytest.mark.parametrize(
    ("voice", "found"),
    [
        ([(2.0, 4.0), (5.6, 6.4)], "ordered"),  # later than a second behind the end
        ([(2.0, 4.0), (4.8, 4.9)], "ordered"),  # a click
        ([(2.0, 4.0), (5.8, 6.6)], "unfinished"),  # after so much silence that it was meant
    ],
)
def test_what_is_no_sequel(voice: list[tuple[float, float]], found: Completeness) -> None:
    ear, emitted = ear_of(
        voice, Hears("Hey Jarvis, add milk"), decoder := Later(), wake_at=34, ending=lambda _, __, tell: tell(found)
    )
    hear(ear, frames(voice, 9.0), decoder)
    assert not any(isinstance(event, on.WentOn) for event in emitted)
    assert [type(event) for event in emitted].count(on.FinalHeard) == 1


def test_a_slow_machine_does_not_decode_in_every_short_pause() -> None:
    voice = [(2.0, 4.0), (4.24, 5.0), (5.24, 6.0)]
    decoder = Later()
    ear, _ = ear_of(voice, Hears("Hey Jarvis, add milk"), decoder, wake_at=34)
    sound = frames(voice, 9.0)
    hear(ear, sound[:53])
    decoder.jobs[0][0].set_running_or_notify_cancel()
    hear(ear, sound[53:75])
    assert len(decoder.jobs) == 1
    hear(ear, sound[75 : 75 + int(SURE_PAUSE / 0.08) + 2])
    assert len(decoder.jobs) == 2, "the last word is not waited for any longer than it was"


def test_an_early_decode_is_thrown_away_when_speech_goes_on() -> None:
    voice = [(2.0, 4.0), (4.5, 6.0)]
    finals, decoder = Hears("Hey Jarvis, add milk", "Hey Jarvis, add milk and eggs."), Later()
    ear, emitted = ear_of(voice, finals, decoder, wake_at=34)
    hear(ear, frames(voice, 9.0), decoder)
    texts = [event.final.text for event in emitted if isinstance(event, on.FinalHeard)]
    assert [text.lower() for text in texts] == ["add milk and eggs."]


@pytest.mark.parametrize("later_ms", range(0, 80, 2))
def test_an_early_decode_lacks_nothing_that_was_said_after_it(later_ms: int) -> None:
    """A sound of 40 ms, over before its frame is: the decode that began in the pause before it is stale."""
    last = 4.5 + later_ms / 1_000
    voice = [(2.0, 4.0), (last, last + 0.04)]
    finals, decoder = Hears("Hey Jarvis, add milk"), Later()
    ear, emitted = ear_of(voice, finals, decoder, wake_at=34)
    sound = frames(voice, 9.0)
    hear(ear, sound[:35], decoder)
    began = sound[35].start - len(ear._utterance.frames) * 0.08 if ear._utterance else 0.0
    hear(ear, sound[35:], decoder)
    [end] = [event.endpoint for event in emitted if isinstance(event, on.SpeechEnded)]
    assert end.speech_end is not None and end.speech_end > last, "the endpoint heard it"
    assert [type(event) for event in emitted].count(on.FinalHeard) == 1
    assert began + finals.heard[-1].size / 16_000 >= end.speech_end


def test_one_may_say_the_wake_word_wait_and_then_speak() -> None:
    voice = [(2.0, 2.7), (4.8, 6.5)]
    finals, decoder = Hears("Hey Jarvis, add milk."), Later()
    ear, emitted = ear_of(voice, finals, decoder, wake_at=34)
    finals.transcribe = _growing()  # type: ignore[method-assign]
    hear(ear, frames(voice, 9.5), decoder)
    texts = [event.final.text.lower() for event in emitted if isinstance(event, on.FinalHeard)]
    assert texts == ["add milk."]


def test_nothing_said_after_the_wake_word() -> None:
    finals, decoder = Hears("Hey Jarvis."), Later()
    ear, emitted = ear_of([(2.0, 2.7)], finals, decoder, wake_at=34)
    hear(ear, frames([(2.0, 2.7)], 12.0), decoder)
    reasons = [event.endpoint.reason for event in emitted if isinstance(event, on.SpeechEnded)]
    assert reasons == ["no_speech"]
    assert not any(isinstance(event, on.FinalHeard) for event in emitted)


def test_a_closed_ear_says_nothing_more_of_the_turn() -> None:
    finals, decoder = Hears("Hey Jarvis, add milk."), Later()
    ear, emitted = ear_of(ONE_BREATH, finals, decoder, wake_at=34)
    sound = frames(ONE_BREATH, 8.0)
    hear(ear, sound[:68])
    assert ear.listening and decoder.jobs, "an early decode is under way"
    ear.close()
    hear(ear, sound[68:], decoder)
    assert [type(event) for event in emitted] == [on.WakeHeard, on.SpeechBegan]


@pytest.mark.parametrize("how", ["closed", "opened anew", "the wake word"])
def test_a_turn_that_ends_in_its_pause_leaves_the_next_one_its_partials(how: str) -> None:
    voice = [(0.5, 2.0), (2.6, 5.0)]
    partials = Shows()
    ear, emitted = ear_of(
        voice, Hears("Add milk."), Later(), wake_at=32 if how == "the wake word" else None, partials=partials
    )
    sound = frames(voice, 5.0)
    hear(ear, sound[:4])
    ear.open(2)
    hear(ear, sound[4:30])
    assert partials.held == [True], "an early decode is under way"
    if how == "closed":
        ear.close()
    if how != "the wake word":
        ear.open(4)
    hear(ear, sound[30:])
    turn = 3 if how == "the wake word" else 4
    assert len([event for event in emitted if isinstance(event, on.PartialHeard) and event.turn == turn]) >= 3


def test_opened_by_button_it_needs_no_wake_word_and_keeps_the_words_as_they_are() -> None:
    finals, decoder = Hears("Jarvis is a name."), Later()
    ear, emitted = ear_of([(1.0, 3.0)], finals, decoder)
    sound = frames([(1.0, 3.0)], 6.0)
    hear(ear, sound[:12])
    ear.open(4)
    hear(ear, sound[12:], decoder)
    assert emitted[-1].turn == 4 and emitted[-1].final.text == "Jarvis is a name."


def test_its_turn_numbers_are_odd_and_above_the_machines() -> None:
    finals, decoder = Hears("Hey Jarvis, add milk."), Later()
    ear, emitted = ear_of(ONE_BREATH, finals, decoder, wake_at=34)
    ear.over.turn = 6
    hear(ear, frames(ONE_BREATH, 5.0))
    assert emitted[0].turn == 7


def test_the_end_of_a_file_is_taken_as_said() -> None:
    finals, decoder = Hears("Add milk."), Later()
    ear, emitted = ear_of([(0.2, 2.0)], finals, decoder)
    ear.open(0, preroll=0.0)
    hear(ear, frames([(0.2, 2.0)], 2.0))
    assert ear.finish()
    decoder.work()
    assert [type(event) for event in emitted] == [on.SpeechBegan, on.FinalHeard]
    assert not ear.finish(), "only once"


def test_a_bug_in_the_recogniser_is_not_hidden() -> None:
    finals, decoder = Hears("bug"), Later()
    ear, emitted = ear_of([(0.2, 2.0)], finals, decoder)
    ear.open(0, preroll=0.0)
    hear(ear, frames([(0.2, 2.0)], 4.0), decoder)
    assert isinstance(emitted[-1], on.Crashed)


@pytest.mark.parametrize("gap", [0.0, 0.4, 0.8, 1.2, 1.6, 2.0])
def test_gaps_between_wake_word_and_command(gap: float) -> None:
    voice = [(2.0, 2.7), (2.7 + gap, 5.0 + gap)]
    finals, decoder = Hears("Hey Jarvis, add milk."), Later()
    ear, emitted = ear_of(voice, finals, decoder, wake_at=34)
    finals.transcribe = _growing()  # type: ignore[method-assign]
    hear(ear, frames(voice, 9.5), decoder)
    texts = [event.final.text.lower() for event in emitted if isinstance(event, on.FinalHeard)]
    assert texts == ["add milk."], "heard whole, once"


def _growing() -> Any:
    """Only the wake word as long as only that was said."""

    def transcribe(samples: Samples, *, hints: Hints = no_hints, said: str = "", hurry: bool = False) -> Final:
        loud = np.abs(samples.astype(np.int32)).reshape(-1, FRAME_SAMPLES).max(1) > 1_000
        return Final("Hey Jarvis, add milk." if loud.sum() * 0.08 > 1.2 else "Hey Jarvis.", 0.9, 0.05)

    return transcribe


def test_an_ear_that_opened_by_itself_waits_for_speech_as_long_as_it_is_told() -> None:
    for patience, voice, reasons in (
        (8.0, [(8.5, 10.0)], ["silence"]),
        (8.0, [], ["no_speech"]),
        (2.0, [(4.0, 5.0)], ["no_speech"]),
    ):
        ear, emitted = ear_of(voice, Hears("add milk"), Later())
        sound = frames(voice, 13.0)
        hear(ear, sound[:20])
        ear.open(2, patience=patience)
        hear(ear, sound[20:], None)
        ended = [event for event in emitted if isinstance(event, on.SpeechEnded)]
        assert [event.endpoint.reason for event in ended] == reasons
        assert len([event for event in emitted if isinstance(event, on.SpeechBegan)]) == (reasons == ["silence"])
        if reasons == ["no_speech"]:
            assert ended[0].endpoint.at == pytest.approx(1.6 + patience, abs=0.09)


def test_the_silence_before_speech_is_neither_decoded_nor_shown() -> None:
    voice = [(8.0, 10.0)]
    finals, decoder, partials = Hears("add milk"), Later(), Shows()
    ear, emitted = ear_of(voice, finals, decoder, partials=partials)
    sound = frames(voice, 13.0)
    hear(ear, sound[:20])
    ear.open(2, patience=8.0)
    hear(ear, sound[20:95], decoder)
    assert partials.frames == 0, "7.6 s of silence"
    hear(ear, sound[95:], decoder)
    assert isinstance(emitted[-1], on.FinalHeard)
    assert 2.0 < finals.heard[0].size / 16_000 < 2.0 + 1.5 + 1.0, (
        "what was said, what was kept from before it, the pause behind it"
    )
    kinds = [type(event) for event in emitted]
    assert kinds.count(on.SpeechBegan) == 1 and kinds[0] is on.SpeechBegan and on.PartialHeard in kinds


def test_who_begins_late_may_speak_as_long_as_ever() -> None:
    voice = [(7.0, 21.0)]
    ear, emitted = ear_of(voice, Hears("a long command"), Later())
    ear.open(2, patience=8.0, preroll=0.0)
    hear(ear, frames(voice, 24.0))
    [ended] = [event for event in emitted if isinstance(event, on.SpeechEnded)]
    assert ended.endpoint.reason == "too_long" and ended.endpoint.at == pytest.approx(15.0 + 4.0, abs=0.09)


@pytest.mark.parametrize("patience", [8.0, None])
def test_the_wake_word_in_an_ear_that_is_open_already_begins_a_turn(patience: float | None) -> None:
    """Opened by itself; or for an answer, and somebody wants something else."""
    finals, decoder = Hears("Hey Jarvis, add milk."), Later()
    ear, emitted = ear_of(ONE_BREATH, finals, decoder, wake_at=34)
    sound = frames(ONE_BREATH, 8.0)
    ear.turn = 4
    hear(ear, sound[:10])
    ear.open(4, patience=patience)
    hear(ear, sound[10:], decoder)
    assert [
        (type(event), event.turn) for event in emitted if not isinstance(event, on.PartialHeard | on.SpeechBegan)
    ] == [
        (on.WakeHeard, 5),
        (on.SpeechEnded, 5),
        (on.FinalHeard, 5),
    ]
    assert emitted[-1].final.text == "Add milk."


@pytest.mark.parametrize("pressed_at", [None, 10])
def test_while_the_button_is_down_the_wake_word_begins_none(pressed_at: int | None) -> None:
    ear, emitted = ear_of(ONE_BREATH, Hears("hey jarvis"), Later(), wake_at=34)
    sound = frames(ONE_BREATH, 8.0)
    ear.open(2, held=pressed_at is None)
    hear(ear, sound[:10])
    if pressed_at:
        ear.hold(2)
    hear(ear, sound[10:])
    assert on.WakeHeard not in [type(event) for event in emitted], "it is what is listened for"


def test_a_wake_word_in_a_turn_that_one_began_belongs_to_it() -> None:
    finals, decoder = Hears("Hey Jarvis, hey Jarvis, add milk."), Later()
    ear, emitted = ear_of(ONE_BREATH, finals, decoder, wake_at=34)
    sound = frames(ONE_BREATH, 8.0)
    hear(ear, sound[:35], decoder)
    ear._wake = ScriptedWake({2: Detection("hey_jarvis", 0.9, 3.0)})
    hear(ear, sound[35:], decoder)
    assert [event.turn for event in emitted if isinstance(event, on.WakeHeard)] == [1]
    assert [event.final.text for event in emitted if isinstance(event, on.FinalHeard)] == ["Add milk."]


def test_how_a_turn_sounded_is_told_with_its_end() -> None:
    ear, emitted = ear_of(ONE_BREATH, Hears("add milk"), Later())
    sound = frames(ONE_BREATH, 8.0)
    ear.lost = 7
    hear(ear, sound[:20])
    ear.open(2)
    hear(ear, sound[20:40])
    ear.lost = 9
    hear(ear, [*sound[40:45], *sound[47:]])
    [ended] = [event for event in emitted if isinstance(event, on.SpeechEnded)]
    assert ended.quality.dropouts == 3, "two lost by the microphone, one gap between frames"
    assert -25 < ended.quality.level < -15 and ended.quality.snr > 50 and ended.quality.clipped == 0.0


# --- push-to-talk
# -------------------------------------------------------------------------------------------------------------------

PAUSING = [(1.0, 2.0), (6.5, 8.0)]
"""Two stretches of speech, further apart than any pause that ends a command, and than the time one has to begin."""


def push_to_talk(voice: list[tuple[float, float]], seconds: float, *, ends: bool = True, up: float) -> list[Any]:
    """The button goes down half a second into the sound and up at `up`; what was emitted when, by audio time."""
    finals, decoder = Hears("Add milk and bread."), Later()
    ear, emitted = ear_of(voice, finals, decoder)
    found: list[Any] = []
    for frame in frames(voice, seconds):
        if frame.start <= 0.5 < frame.end:
            ear.open(2, held=True)
        if frame.start <= up < frame.end:
            ear.let_go(2, ends=ends)
        ear.hear(frame)
        decoder.work()
        found += [(type(event), round(frame.end, 2), event) for event in emitted]
        emitted.clear()
    return found


def test_while_the_button_is_down_neither_silence_nor_waiting_ends_a_turn() -> None:
    found = push_to_talk(PAUSING, 12.0, up=8.2)
    kinds = [kind for kind, _, _ in found]
    assert kinds == [on.SpeechBegan, on.SpeechEnded, on.FinalHeard]
    _, at, ended = found[1]
    assert ended.endpoint.reason == "released" and 8.3 <= at <= 8.5, "the tail is short"
    assert (ended.endpoint.speech_start, round(ended.endpoint.speech_end, 1)) == (1.0, 8.0)


def test_nothing_said_while_the_button_was_down_is_no_command() -> None:
    found = push_to_talk([], 8.0, up=6.0)
    assert [(kind, event.endpoint.reason) for kind, _, event in found] == [(on.SpeechEnded, "no_speech")]


def test_let_go_of_after_a_short_press_it_ends_like_any_turn() -> None:
    found = push_to_talk([(1.0, 3.0)], 8.0, up=0.7, ends=False)
    assert [event.endpoint.reason for kind, _, event in found if kind is on.SpeechEnded] == ["silence"]


def test_a_button_held_for_ever_ends_with_the_longest_command() -> None:
    found = push_to_talk([(1.0, 40.0)], 42.0, up=41.0)
    assert [event.endpoint.reason for kind, _, event in found if kind is on.SpeechEnded] == ["too_long"]


def test_holding_and_letting_go_of_another_turn_changes_nothing() -> None:
    finals, decoder = Hears("Add milk."), Later()
    ear, emitted = ear_of([(1.0, 3.0)], finals, decoder)
    sound = frames([(1.0, 3.0)], 8.0)
    ear.hold(2)
    ear.open(2)
    ear.hold(4)
    ear.let_go(4, ends=True)
    hear(ear, sound, decoder)
    assert [event.endpoint.reason for event in emitted if isinstance(event, on.SpeechEnded)] == ["silence"]
    ear.let_go(2, ends=True)
    ear.hold(2)


def test_that_somebody_speaks_is_told_once_in_a_turn() -> None:
    finals, decoder = Hears("Hey Jarvis, add milk."), Later()
    ear, emitted = ear_of(ONE_BREATH, finals, decoder, wake_at=34)
    hear(ear, frames(ONE_BREATH, 8.0), decoder)
    assert [event for event in emitted if isinstance(event, on.SpeechBegan)] == [on.SpeechBegan(1)]


def test_a_word_that_stands_for_something_does_not_open_the_ear() -> None:
    ear, emitted = ear_of([], Hears("Nothing."), Later(), wake_at=20)
    ear._signals = {"hey_jarvis": "run the good night routine"}
    hear(ear, frames([], 4.0))
    assert emitted == [on.SignalHeard(Detection("hey_jarvis", 0.9, 21 * 0.08), "run the good night routine")]
    assert not ear.listening


def test_a_word_that_stands_for_something_ends_no_turn_by_itself() -> None:
    ear, emitted = ear_of(ONE_BREATH, Hears("Hey Jarvis, call the bank."), decoder := Later(), wake_at=34)
    word = Detection("stop_it", 0.9, 4.0)
    ear._wake = ScriptedWake({34: Detection("hey_jarvis", 0.9, 2.8), 49: word})
    ear._signals = {"stop_it": ""}
    hear(ear, frames(ONE_BREATH, 8.0), decoder)
    assert on.SignalHeard(word, "") in emitted
    assert any(isinstance(each, on.FinalHeard) and each.final.text == "Call the bank." for each in emitted)
