"""From what was measured to what is amiss and what to set. Pure; the figures behind each verdict stand beside it."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np

from device.calibration.levels import (
    CLEAR,
    CLIPPED,
    GOOD_SPEECH,
    LOUD_ROOM,
    MURKY,
    OFFSET,
    ChannelLevels,
    Sound,
    decibels,
    likeness,
    measure,
)
from device.pages.status import StatusLine
from firmware.sound.array import Steering
from firmware.sound.shape import ArrayShape

_NEAR = 6.0
"""dB off it that do no harm."""
_PEAK = -3.0
"""dBFS that peaks shall not pass after the gain was turned."""
_DEAF = 26.0
"""As in firmware/sound/array.py."""
_SAME, _INVERTED = 0.9999, -0.5
_ORDER = 0.1
"""Coherence by which another order of the channels must fit better."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A setting, and why."""

    key: str
    value: str
    """As `equerry config set` takes it."""
    why: str


@dataclass(frozen=True, slots=True)
class CalibrationReport:
    """All that came of it."""

    channels: list[ChannelLevels]
    lines: list[StatusLine]
    suggestions: list[Suggestion]
    gain: float
    """dB by which the gain should be turned; 0: leave it."""


def judge(
    quiet: Sound | None, speech: Sound, rate: int, *, array: ArrayShape | None = None, chosen: int = 0
) -> CalibrationReport:
    """`quiet`, `speech`: shape (n, channels), full scale 1.0; without `quiet` the softest part of `speech` is the room.
    `array`: what the board has; `chosen`: the channel that is set, counted from 1, 0: all."""
    channels = measure(quiet, speech, rate)
    used = _used(channels, array, chosen)
    if not used:
        lines = [
            StatusLine("channels", "none of them gives any sound: is the microphone muted, or its switch off?", "amiss")
        ]
        return CalibrationReport(channels, lines, [], 0.0)
    best = max((channels[index] for index in used), key=lambda one: one.speech if one.speech is not None else -200.0)
    alike = likeness(speech)
    gain = _gain([channels[index] for index in used])
    lines = [
        _noise(best),
        _speech(best),
        *_ratio(best),
        _peak([channels[index] for index in used]),
        *_offset([channels[index] for index in used]),
        *_each(channels, alike, array),
        *(_order(speech, rate, array) if array and best.speech is not None else ()),
    ]
    return CalibrationReport(channels, lines, list(_suggested(channels, alike, array, chosen)), gain)


def _used(channels: Sequence[ChannelLevels], array: ArrayShape | None, chosen: int) -> list[int]:
    """Channels that are listened to and live."""
    wanted = [chosen - 1] if chosen else list(array.voice) if array else range(len(channels))
    return [
        index
        for index in wanted
        if index < len(channels) and not channels[index].constant and index not in _deaf(channels, array)
    ]


def _deaf(channels: Sequence[ChannelLevels], array: ArrayShape | None) -> list[int]:
    """Far softer than the others, though they hang side by side."""
    voices = [index for index in (array.voice if array else range(len(channels))) if index < len(channels)]
    levels = {index: channels[index].speech or channels[index].noise for index in voices}
    if len(levels) < 2:
        return []
    # Of two, the louder is the measure: their middle would be half way down.
    usual = max(levels.values()) if len(levels) == 2 else median(levels.values())
    return [index for index, level in levels.items() if level < usual - _DEAF]


def _noise(one: ChannelLevels) -> StatusLine:
    words = f"{one.noise:.0f} dBFS; the endpoint takes {one.floor:.0f} for silence, and learns it anew all the time"
    if one.noise > LOUD_ROOM:
        return StatusLine("room", f"{words}. That is loud: stand it away from what hums, or turn the gain down", "look")
    return StatusLine("room", words)


def _speech(one: ChannelLevels) -> StatusLine:
    if one.speech is None:
        return StatusLine(
            "speech", "none was heard over the noise of the room: speak louder or nearer, or turn the gain up", "amiss"
        )
    words = f"{one.speech:.0f} dBFS, peaks {one.peak:.0f}"
    if abs(one.speech - GOOD_SPEECH) <= _NEAR:
        return StatusLine("speech", words)
    return StatusLine(
        "speech", f"{words}: {'loud' if one.speech > GOOD_SPEECH else 'soft'}; about {GOOD_SPEECH:.0f} is best", "look"
    )


def _ratio(one: ChannelLevels) -> Iterator[StatusLine]:
    if one.snr is None:
        return
    words = f"speech is {one.snr:.0f} dB over the room"
    if one.snr < MURKY:
        yield StatusLine("clarity", f"{words}: much will be misheard. Move it nearer, or away from the noise", "amiss")
    elif one.snr < CLEAR:
        yield StatusLine(
            "clarity",
            f"{words}: it will do; the end of a command is waited for a fifth longer below {CLEAR:.0f}",
            "look",
        )
    else:
        yield StatusLine("clarity", words)


def _peak(used: Sequence[ChannelLevels]) -> StatusLine:
    worst = max(one.clipped for one in used)
    if worst > CLIPPED:
        return StatusLine(
            "clipping", f"{worst:.2%} of the sound is cut off: turn the gain down, or speak from farther away", "amiss"
        )
    return StatusLine("clipping", "none")


def _offset(used: Sequence[ChannelLevels]) -> Iterator[StatusLine]:
    worst = max((one.offset for one in used), key=abs)
    if abs(worst) > OFFSET:
        words = (
            f"{worst:+.1%} of full scale ({decibels(abs(worst)):.0f} dBFS): silence looks loud. It comes from the"
            " microphone or its supply"
        )
        yield StatusLine("DC offset", words, "look")


def _each(channels: Sequence[ChannelLevels], alike: np.ndarray, array: ArrayShape | None) -> Iterator[StatusLine]:
    """What is wrong with single channels."""
    if len(channels) == 1:
        return
    voices = [index for index in (array.voice if array else range(len(channels))) if index < len(channels)]
    dead, deaf = [index for index in voices if channels[index].constant], _deaf(channels, array)
    live = [index for index in voices if index not in dead and index not in deaf]
    without = " An array does without it" if array else ""
    for index in dead:
        yield StatusLine(
            f"channel {index + 1}",
            f"gives one value all the time: a dead microphone or a broken line.{without}",
            "amiss",
        )
    for index in (index for index in deaf if index not in dead):
        yield StatusLine(
            f"channel {index + 1}", f"is far softer than the others: covered, or broken.{without}", "amiss"
        )
    pairs = list(itertools.combinations(live, 2))
    if pairs and all(alike[pair] > _SAME for pair in pairs):
        yield StatusLine(
            "channels", f"{_named(live)} have the very same sound: it is one microphone", "look" if array else "well"
        )
    elif upside := [f"{one + 1} and {other + 1}" for one, other in pairs if alike[one, other] < _INVERTED]:
        yield StatusLine(
            "channels", f"{', '.join(upside)} are upside down to each other: together they cancel", "amiss"
        )
    elif live:
        levels = ", ".join(f"{channels[index].speech or channels[index].noise:.0f}" for index in live)
        yield StatusLine("channels", f"{_named(live)} {'live' if len(live) > 1 else 'lives'} ({levels} dBFS)")


def _order(speech: Sound, rate: int, array: ArrayShape) -> Iterator[StatusLine]:
    """Whether the channels of an array come in the order in which the board has its microphones. Orders that are only
    the array turned or mirrored fit as well, and so do two that somebody speaks to from between: these can't be told.
    """
    if len(array.places) < 3 or max(array.voice) >= speech.shape[1]:
        return
    sound = np.ascontiguousarray(speech[:, array.voice])
    if np.any(np.ptp(sound, axis=0) == 0):
        return
    fits = {order: _fit(sound, rate, [array.places[index] for index in order]) for order in _orders(len(array.places))}
    told = tuple(range(len(array.places)))
    best = max(fits, key=lambda order: fits[order])
    if fits[best] > fits[told] + _ORDER:
        words = (
            "come in another order than the board's file says:"
            f" {', '.join(str(array.voice[index] + 1) for index in best)} would fit"
        )
        yield StatusLine("channels", words, "look")


def _orders(count: int) -> list[tuple[int, ...]]:
    """The order told, and those in which two are swapped."""
    told = list(range(count))
    found = [tuple(told)]
    for one, other in itertools.combinations(told, 2):
        swapped = told.copy()
        swapped[one], swapped[other] = swapped[other], swapped[one]
        found.append(tuple(swapped))
    return found


def _fit(sound: Sound, rate: int, places: Sequence[tuple[float, float]]) -> float:
    steering = Steering(np.array(places), rate)
    size = round(rate * 0.08)
    fits = []
    for start in range(0, len(sound) - size, size):
        if steering.hear(sound[start : start + size], 0.08):
            fits.append(steering.fit)
    return median(fits) if fits else 0.0


def _gain(used: Sequence[ChannelLevels]) -> float:
    """dB to the best level that leaves the peaks below the edge; what is cut off goes down by 6 dB at least."""
    loudest = max((one for one in used if one.speech is not None), key=lambda one: one.speech or 0.0, default=None)
    cut_off = any(one.clipped > CLIPPED for one in used)
    if loudest is None or loudest.speech is None:
        return -6.0 if cut_off else 0.0
    wanted = min(GOOD_SPEECH - loudest.speech, _PEAK - loudest.peak)
    if cut_off:
        return round(min(wanted, -6.0), 1)
    return round(wanted, 1) if abs(wanted) > _NEAR else 0.0


def _suggested(
    channels: Sequence[ChannelLevels], alike: np.ndarray, array: ArrayShape | None, chosen: int
) -> Iterator[Suggestion]:
    """One channel alone, where all of them together are worse and the board knows no better."""
    if len(channels) < 2:
        return
    everything = [index for index in (array.voice if array else range(len(channels))) if index < len(channels)]
    bad = {index for index in everything if channels[index].constant} | set(_deaf(channels, array))
    good = [index for index in everything if index not in bad]
    if chosen:
        if chosen - 1 in bad and good:
            yield Suggestion(
                "microphone.channel", str(_clearest(channels, good) + 1), f"channel {chosen}, which is set, is dead"
            )
    elif good and (array is None or not array.places):
        upside = any(alike[one, other] < _INVERTED for one, other in itertools.combinations(good, 2))
        if bad or upside:
            why = "two channels cancel each other" if upside else f"{_named(sorted(bad))} would only add noise"
            yield Suggestion("microphone.channel", str(_clearest(channels, good) + 1), why)


def _clearest(channels: Sequence[ChannelLevels], among: Sequence[int]) -> int:
    return max(among, key=lambda index: (channels[index].snr or -99.0, -index))


def _named(indices: Sequence[int]) -> str:
    words = [str(index + 1) for index in indices]
    return f"channel{'s' if len(words) > 1 else ''} {' and '.join(filter(None, [', '.join(words[:-1]), words[-1]]))}"
