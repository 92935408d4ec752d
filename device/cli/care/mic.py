"""equerry mic: the microphone, measured where it stands."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from device.cli.care.suggestions import DryRun, Json, Yes, agreed, bar, running_line, say, write
from device.cli.lines import print_status

if TYPE_CHECKING:
    from device.calibration.report import CalibrationReport
    from device.configuration.settings import Settings

app = typer.Typer(help="The microphone: measure it where it stands.", no_args_is_help=True)

SENTENCE = "Remind me to call the bank tomorrow morning at nine, then add milk and bread to the shopping list."
_READY_S = 1.5
_PROBE = 2
"""Channels that are looked at where no board tells how many there are."""
_SOFTEST = 90.0
"""dB below full scale at which the bar begins."""


@app.callback()
def microphone() -> None:
    """The microphone."""


@app.command()
def calibrate(
    *,
    file: Annotated[
        Path | None, typer.Option("--file", help="Judge this recording instead (WAV, FLAC).", show_default=False)
    ] = None,
    quiet_s: Annotated[
        float, typer.Option("--quiet", min=1, max=60, help="Seconds of silence that are measured.")
    ] = 3.0,
    speech_s: Annotated[
        float, typer.Option("--speech", min=2, max=120, help="Seconds of speech that are measured.")
    ] = 5.0,
    yes: Yes = False,
    dry_run: DryRun = False,
    json_: Json = False,
) -> None:
    """Measure the room, your voice, gain, clipping and every channel; suggest gain and settings, and set them when you
    agree.

    Exit status 1 where something is amiss. While the appliance runs it may hold the microphone; then it is said how to
    have it let go.
    """
    from device.configuration.load import load

    settings = load()
    gain: dict[str, Any] = {}
    if file:
        name, report = str(file), _of_file(file, settings)
    else:
        name, report, gain = _of_microphone(settings, quiet_s, speech_s)
    if not json_:
        print_status(report.lines)
    if report.gain and not file:
        gain = _turned(name, report.gain, gain, yes=yes, dry_run=dry_run)
    elif report.gain:
        say(
            f"Suggested: turn the gain {'up' if report.gain > 0 else 'down'} by {abs(report.gain):.0f} dB where this"
            " was recorded."
        )
    applied = write(report.suggestions, yes=yes, dry_run=dry_run)
    if json_:
        print(json.dumps(_fields(name, report, gain, applied), ensure_ascii=False))
    elif not file and not any(line.state == "amiss" for line in report.lines):
        say("Next, how well the wake word is heard: equerry wake test")
    if any(line.state == "amiss" for line in report.lines):
        raise typer.Exit(1)


def _of_file(file: Path, settings: Settings) -> CalibrationReport:
    from device.calibration.report import judge
    from device.wiring.body import board_array
    from firmware.sound.audio_file import read_channels

    sound, rate = read_channels(file)
    array, chosen = board_array(settings), settings.microphone.channel
    fits = array if array and array.channels == sound.shape[1] else None
    return judge(None, sound, rate, array=fits, chosen=chosen if chosen <= sound.shape[1] else 0)


def _of_microphone(
    settings: Settings, quiet_s: float, speech_s: float
) -> tuple[str, CalibrationReport, dict[str, Any]]:
    """The name of the microphone, what was found, and the gain as it is now."""
    from device.calibration.capture import held, record
    from device.calibration.report import judge
    from device.wiring.body import board_array, open_microphone
    from firmware.sound.shape import ArrayShape

    array, chosen = board_array(settings), settings.microphone.channel
    count = max(chosen, array.channels if array else _PROBE)
    device = open_microphone(settings, ArrayShape(count, tuple(range(count))))
    with held(device, settings.paths.data):
        gain = _gain(device.name)
        say(f"{device.name}, {device.rate} Hz" + (f", {gain['now']}" if gain.get("now") else ""))
        _announced(f"Be quiet for {quiet_s:g} seconds, please.")
        quiet = record(device, quiet_s, _meter())
        _announced(f"Now read this aloud from where you usually speak, for {speech_s:g} seconds:\n\n    “{SENTENCE}”\n")
        speech = record(device, speech_s, _meter())
    _clear()
    channels = speech.shape[1]
    fits = array if array and array.channels <= channels else None
    return device.name, judge(quiet, speech, device.rate, array=fits, chosen=chosen if chosen <= channels else 0), gain


def _announced(words: str) -> None:
    """Told, with time to read it."""
    _clear()
    say(words)
    time.sleep(_READY_S)


def _clear() -> None:
    running_line()("")


def _meter() -> Callable[[float, float], None]:
    line = running_line()
    return lambda left, level: line(f"  {left:4.1f} s  {bar(1 + level / _SOFTEST)} {level:4.0f} dBFS")


def _gain(name: str) -> dict[str, Any]:
    from firmware.sound.mixer import Mixer, MixerMissing

    try:
        return {"now": str(Mixer(name).volume())}
    except MixerMissing as problem:
        return {"missing": str(problem)}


def _turned(name: str, by: float, gain: dict[str, Any], *, yes: bool, dry_run: bool) -> dict[str, Any]:
    """Suggest another gain, and set it when that is agreed to."""
    from firmware.sound.mixer import Mixer, MixerMissing

    way = f"{'up' if by > 0 else 'down'} by {abs(by):.0f} dB"
    if "missing" in gain:
        say(f"Suggested: turn the gain {way}. {gain['missing']}")
        return gain
    try:
        mixer = Mixer(name)
        before = mixer.volume()
        wanted = before.turned(by)
        if wanted == before:
            say(
                f"The gain should go {way}, and is at its end: {before}."
                f" {'Come nearer' if by > 0 else 'Go farther away'}."
            )
            return {**gain, "at_its_end": True}
        say(f"Suggested: turn the gain {way}: {before} → {wanted}")
        if not agreed("Turn it?", yes=yes, dry_run=dry_run):
            return {**gain, "suggested": str(wanted)}
        after = mixer.set(wanted)
    except MixerMissing as problem:
        say(str(problem))
        return {**gain, "missing": str(problem)}
    say(f"The gain is {after}. Measure again: equerry mic calibrate")
    return {**gain, "suggested": str(wanted), "set": str(after)}


def _fields(name: str, report: CalibrationReport, gain: dict[str, Any], applied: list[str]) -> dict[str, Any]:
    """For programs; what is told as a line is `findings`."""
    channels = [
        {"channel": number, **_rounded({**asdict(each), "snr": each.snr})}
        for number, each in enumerate(report.channels, 1)
    ]
    return {
        "microphone": name,
        "ok": not any(line.state == "amiss" for line in report.lines),
        "channels": channels,
        "findings": [asdict(line) for line in report.lines],
        "gain": {"turn_db": report.gain, **gain},
        "suggestions": [asdict(each) for each in report.suggestions],
        "set": applied,
    }


def _rounded(fields: dict[str, Any]) -> dict[str, Any]:
    return {
        name: round(value, 6 if name in ("offset", "clipped") else 1) if isinstance(value, float) else value
        for name, value in fields.items()
    }
