"""Its own voice taken out of what the microphone hears: the filter, the clock of what is played, and both together."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis.extra.numpy import arrays

from firmware.frame import FRAME_SAMPLES, FRAME_SECONDS, RATE, Frame, Samples, level_dbfs
from firmware.sound.echo_canceller import REACH, EchoCanceller, Floats
from firmware.sound.echo_reference import EchoCancelledMicrophone, EchoReference, one_microphone
from firmware.sound.resample import resampled, to_float, to_int16

SILENCE = np.zeros(FRAME_SAMPLES, np.float32)


def voice(seconds: float, seed: int = 1) -> Floats:
    """Noise that comes and goes as syllables do, no louder than -20 dBFS."""
    random = np.random.default_rng(seed)
    count = round(seconds * RATE)
    loud = np.repeat(random.uniform(0.0, 1.0, count // 1600 + 1) > 0.3, 1600)[:count]
    sound = np.convolve(random.normal(0.0, 1.0, count), [1.0, 0.8, 0.5], "same") * loud
    return (0.1 * sound / np.sqrt(np.mean(sound**2))).astype(np.float32)


def way(seed: int = 1, delay_s: float = 0.1) -> Floats:
    """From the loudspeaker to the microphone: a delay, and a room that dies away."""
    random = np.random.default_rng(seed)
    room = random.normal(0.0, 1.0, RATE // 5) * 10 ** np.linspace(0.0, -3.0, RATE // 5)
    room[0] = 4.0
    return np.concatenate((np.zeros(round(delay_s * RATE)), room / np.sqrt(np.sum(room**2)))).astype(np.float32)


def echo(played: Floats, path: Floats) -> Floats:
    """What comes back of it."""
    size = played.size + path.size
    both = np.fft.irfft(np.fft.rfft(played, size) * np.fft.rfft(path, size), size)
    return both[: played.size].astype(np.float32)


def cancelled(canceller: EchoCanceller, heard: Floats, played: Floats) -> Floats:
    """All of it, frame by frame."""
    sound = to_int16(heard)
    frames = range(0, sound.size - sound.size % FRAME_SAMPLES, FRAME_SAMPLES)
    return to_float(
        np.concatenate(
            [canceller.process(sound[at : at + FRAME_SAMPLES], played[at : at + FRAME_SAMPLES]) for at in frames]
        )
    )


def less_db(before: Floats, after: Floats) -> float:
    """By how much the last second is softer."""
    return level_dbfs(to_int16(before[-RATE:])) - level_dbfs(to_int16(after[-RATE:]))


@given(arrays(np.int16, FRAME_SAMPLES))
def test_what_is_heard_while_nothing_plays_comes_through_as_it_is(sound: Samples) -> None:
    assert EchoCanceller().process(sound, SILENCE) is sound


@pytest.mark.parametrize("delay_s", [0.0, 0.02, 0.25])
def test_it_learns_the_way_and_takes_away_what_comes_by_it(delay_s: float) -> None:
    played = voice(6.0)
    heard = echo(played, way(delay_s=delay_s))
    assert less_db(heard, cancelled(EchoCanceller(), heard, played)) > 20.0


def test_who_speaks_over_it_comes_through_unharmed() -> None:
    played, talker = voice(8.0), voice(8.0, seed=7)
    heard = echo(played, way()) + talker
    rest = cancelled(EchoCanceller(), heard, played)
    assert less_db(talker, rest - talker[: rest.size]) > 12.0, "what is left of the echo, and of damage, together"


def test_who_speaks_over_a_loudspeaker_that_is_not_heard_comes_through_as_they_spoke() -> None:
    """Nothing is known yet of the way, and there is none: words must not be taken for the first echo."""
    talker, played = voice(2.0, seed=7), voice(2.0, seed=8)
    assert np.array_equal(to_int16(cancelled(EchoCanceller(), talker, played)), to_int16(talker))


def test_silence_again_is_left_alone_after_the_last_echo() -> None:
    canceller, played = EchoCanceller(), voice(2.0)
    cancelled(canceller, echo(played, way()), played)
    hiss = np.random.default_rng(2).integers(-4, 5, FRAME_SAMPLES).astype(np.int16)
    for _ in range(REACH // FRAME_SAMPLES):
        canceller.process(hiss, SILENCE)
    assert canceller.process(hiss, SILENCE) is hiss


def test_what_was_stopped_before_it_was_heard_is_not_taken_out() -> None:
    canceller, played = EchoCanceller(), voice(4.0)
    cancelled(canceller, echo(played, way()), played)
    canceller.remember(np.zeros(REACH, np.float32))
    talker = to_int16(voice(1.0, seed=3))[:FRAME_SAMPLES]
    assert canceller.process(talker, SILENCE) is talker


def test_it_learns_again_where_the_way_has_changed() -> None:
    canceller, played = EchoCanceller(), voice(5.0)
    cancelled(canceller, echo(played, way(1)), played)
    heard = echo(played, way(2, delay_s=0.103))
    canceller.relearn(np.zeros(REACH, np.float32))
    assert less_db(heard[: 2 * RATE], cancelled(canceller, heard[: 2 * RATE], played[: 2 * RATE])) > 10.0


@given(arrays(np.int16, 4 * FRAME_SAMPLES), arrays(np.int16, 4 * FRAME_SAMPLES))
def test_any_sound_gives_sound_of_the_same_size(heard: Samples, played: Samples) -> None:
    rest = EchoCanceller().process(heard, to_float(played))
    assert (rest.dtype, rest.shape) == (np.int16, heard.shape)


class Clock:
    """Time as the test has it."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def at(second: float) -> int:
    """The number of the sample that is heard then, with the lead that what is played has."""
    return round((second - 0.02) * RATE)


@pytest.mark.parametrize("rate", [RATE, 22_050, 48_000])
def test_what_is_put_is_found_at_the_time_at_which_it_is_heard(rate: int) -> None:
    clock = Clock()
    played, sound = EchoReference(clock), to_int16(voice(1.0))
    played.begin(rate)
    theirs = resampled(sound, RATE, rate)
    for begin in range(0, theirs.size, rate // 50):
        played.put(theirs[begin : begin + rate // 50], ahead=0.05)
        clock.now += (min(begin + rate // 50, theirs.size) - begin) / rate
    found = played.between(at(1000.05), RATE // 2)
    assert np.corrcoef(found, to_float(sound)[: RATE // 2])[0, 1] > 0.99
    assert not played.between(at(999.0), RATE // 2).any()


def test_a_device_that_begins_later_than_it_said_is_believed_then() -> None:
    """It takes three pieces at once, and plays the first of them a second later."""
    clock = Clock()
    played, sound = EchoReference(clock), to_int16(voice(2.0))
    played.begin(RATE)
    for number in range(3):
        played.put(sound[480 * number : 480 * (number + 1)], ahead=0.03 * number)
    clock.now = 1001.0
    for number in range(3, 40):
        played.put(sound[480 * number : 480 * (number + 1)], ahead=0.09)
        clock.now += 0.03
    assert np.array_equal(played.between(at(1001.0), 3 * 480), to_float(sound[: 3 * 480]))
    assert played.moves == 2


def test_a_device_that_knows_the_time_to_10_ms_does_not_move_it_about() -> None:
    clock, random = Clock(), np.random.default_rng(4)
    played = EchoReference(clock)
    played.begin(RATE)
    for _ in range(200):
        played.put(np.ones(480, np.int16), ahead=0.09 + float(random.choice([0.0, 0.0, 0.0, 0.01])))
        clock.now += 0.03
    assert played.moves == 1


def test_what_was_cut_is_silence() -> None:
    clock = Clock()
    played = EchoReference(clock)
    played.begin(RATE)
    played.put(np.full(RATE, 1000, np.int16))
    played.cut()
    assert not played.between(at(1000.0), RATE).any()
    assert played.cuts == 1


class Room:
    """A microphone in a room with a loudspeaker: it hears what is played, later and softer, as its clock goes on."""

    name, overruns, direction = "room", 3, 45.0

    def __init__(self, sound: Floats, clock: Clock, played: EchoReference, *, opened_s: float, lazy: int = 0) -> None:
        self._clock, self._played, self._sound = clock, played, to_int16(sound)
        self._heard = echo(np.concatenate((np.zeros(round(opened_s * RATE), np.float32), sound)), way(delay_s=0.05))
        self._opened, self._given, self._lazy = opened_s, 0, lazy
        self._frames = iter(range(self._heard.size // FRAME_SAMPLES))

    def open(self) -> None:
        """It is open."""

    def close(self) -> None:
        """It is closed."""

    def read(self) -> Frame | None:
        index = next(self._frames, None)
        if index is None:
            return None
        end = (index + 1) * FRAME_SECONDS
        while self._given < self._sound.size and self._opened + self._given / RATE - 0.09 < end:
            if not self._given:
                self._played.begin(RATE)
            self._clock.now = 1000.0 + max(self._opened, self._opened + self._given / RATE - 0.09)
            ahead = 1000.0 + self._opened + self._given / RATE - self._clock.now
            self._played.put(self._sound[self._given : self._given + 480], ahead=ahead)
            self._given += 480
        late = 0.3 if self._lazy and index % self._lazy == 0 else 0.0  # whoever reads had something else to do
        self._clock.now = 1000.0 + end + late
        heard = to_int16(self._heard[index * FRAME_SAMPLES : (index + 1) * FRAME_SAMPLES])
        return Frame(heard, index, np.stack((heard, heard), axis=1))


def frames(microphone: EchoCancelledMicrophone) -> Iterator[Frame]:
    """To the end of its sound."""
    microphone.open()
    while (frame := microphone.read()) is not None:
        yield frame
    microphone.close()


@pytest.mark.parametrize("lazy", [0, 7])
def test_a_microphone_in_a_room_with_a_loudspeaker(lazy: int) -> None:
    clock = Clock()
    played = EchoReference(clock)
    room = Room(voice(6.0), clock, played, opened_s=1.03, lazy=lazy)
    microphone = EchoCancelledMicrophone(room, played, clock)
    rest = list(frames(microphone))
    assert [frame.index for frame in rest] == list(range(len(rest)))
    assert (microphone.name, microphone.overruns, microphone.direction) == ("room", 3, 45.0)
    heard = room._heard[: len(rest) * FRAME_SAMPLES]
    assert less_db(heard, np.concatenate([to_float(frame.samples) for frame in rest])) > 20.0


def test_each_microphone_is_handed_on_where_nothing_was_played_lately() -> None:
    clock = Clock()
    played = EchoReference(clock)
    silent = np.zeros(2 * RATE, np.float32)
    room = Room(np.concatenate((voice(1.0), silent)), clock, played, opened_s=2.0)
    rest = [frame.channels is not None for frame in frames(EchoCancelledMicrophone(room, played, clock))]
    at = [index * FRAME_SECONDS for index, each in enumerate(rest) if each]
    assert [time for time in at if time < 1.9] and [time for time in at if time > 4.2]
    assert not [time for time in at if 2.0 <= time <= 3.2], "while its own voice may still sound in the room"


def test_of_an_array_one_living_microphone_is_heard_while_something_plays() -> None:
    dead, first, second = np.zeros(FRAME_SAMPLES, np.int16), *np.full((2, FRAME_SAMPLES), 7, np.int16)
    array = Frame(second, 3, np.stack((dead, first + 1, second), axis=1))
    assert np.array_equal(one_microphone(array), first + 1)
    assert one_microphone(Frame(second, 3, np.stack((dead, dead), axis=1))) is second
    assert one_microphone(Frame(second, 3)) is second
