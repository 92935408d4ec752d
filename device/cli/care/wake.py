"""equerry wake: how well the wake word is heard."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from device.cli.care import wake_learn
from device.cli.care.suggestions import DryRun, Json, Yes, bar, running_line, say, write

if TYPE_CHECKING:
    from device.calibration.wake import Try, WakeVerdict
    from device.configuration.settings import Settings
    from firmware.base import Microphone
    from firmware.frame import Frame
    from services.speech.base import Vad
    from services.wake.base import WakeDetector

app = typer.Typer(help="The wake word: how well it is heard, and one of your own.", no_args_is_help=True)

Out = Callable[[str], None]


@app.callback()
def wake() -> None:
    """The wake word."""


app.command("learn")(wake_learn.learn)
app.command("list")(wake_learn.list_)
app.command("forget")(wake_learn.forget)


@app.command("test")
def test_(
    *,
    file: Annotated[
        list[Path] | None,
        typer.Option("--file", help="Listen to this recording instead; may be given again.", show_default=False),
    ] = None,
    tries: Annotated[int, typer.Option("--tries", min=1, max=1000, help="How often you will say it.")] = 10,
    seconds: Annotated[float, typer.Option("--seconds", min=1, max=3600, help="Listen so long at most.")] = 120.0,
    background: Annotated[
        float,
        typer.Option(
            "--background",
            min=0,
            max=3600,
            help="First listen so many seconds to what is not meant: the room, a radio, talk.",
        ),
    ] = 0.0,
    yes: Yes = False,
    dry_run: DryRun = False,
    json_: Json = False,
) -> None:
    """Say the wake word, and see how sure it is heard: scores, near misses, and a threshold that fits your voice and
    your room.

    Exit status 1 where fewer than nine of ten tries were heard. While the appliance runs it may hold the microphone;
    then it is said how to have it let go.
    """
    from device.calibration.report import Suggestion
    from device.calibration.wake import verdict
    from device.configuration.load import load
    from device.wiring.ear import load_vad, load_wake_alone

    settings, out = load(), say if json_ else print
    detector, vad = load_wake_alone(settings), load_vad(settings)
    noise: list[Try] | None = None
    if file:
        heard = _from_files(file, detector, vad, out=out)
    else:
        heard, noise = _live(settings, detector, vad, out=out, tries=tries, seconds=seconds, background=background)
    found = verdict(heard, noise, settings.wake.threshold)
    suggestions = (
        [Suggestion("wake.threshold", f"{found.threshold:g}", found.why)] if found.threshold is not None else []
    )
    if not json_:
        print("\n".join(summary(found, settings.wake.threshold)))
    applied = write(suggestions, yes=yes, dry_run=dry_run)
    if json_:
        fields = {
            "words": list(detector.words),
            **asdict(found),
            "suggested": found.threshold,
            "threshold": settings.wake.threshold,
        }
        each = [{**asdict(one), "near": one.near, "hint": one.hint} for one in heard]
        print(json.dumps({**fields, "said": each, "set": applied}, ensure_ascii=False))
    if found.heard < 0.9 * found.tries or not found.tries:
        raise typer.Exit(1)


def _from_files(files: Sequence[Path], detector: WakeDetector, vad: Vad, *, out: Out) -> list[Try]:
    from firmware.sound.audio_file import FileMicrophone

    heard: list[Try] = []
    for path in files:
        microphone = FileMicrophone(path)
        microphone.open()
        say(f"{path}:")
        heard += _tried(microphone, detector, vad, seconds=float("inf"), done=lambda one: out(told(one)))
        microphone.close()
    return heard


def _live(
    settings: Settings, detector: WakeDetector, vad: Vad, *, out: Out, tries: int, seconds: float, background: float
) -> tuple[list[Try], list[Try] | None]:
    from device.calibration.capture import held
    from device.wiring.body import build_microphone

    words = " or ".join(f"“{word.replace('_', ' ').title()}”" for word in detector.words)
    microphone, noise = build_microphone(settings), None
    with held(microphone, settings.paths.data):
        if background:
            say(
                f"{microphone.name}: for {background:g} seconds let there be what usually is to be heard, and don't say"
                f" {words}."
            )
            noise = _tried(
                microphone,
                detector,
                vad,
                seconds=background,
                done=lambda one: out(_alarm(one)) if one.heard or one.near else None,
            )
        say(f"{microphone.name}: say {words} {tries} times, with a pause after each. Ctrl-C ends it.")
        try:
            return (
                _tried(microphone, detector, vad, seconds=seconds, tries=tries, done=lambda one: out(told(one))),
                noise,
            )
        except KeyboardInterrupt:
            raise typer.Abort from None


def _tried(
    microphone: Microphone,
    detector: WakeDetector,
    vad: Vad,
    *,
    seconds: float,
    done: Callable[[Try], None],
    tries: int | None = None,
) -> list[Try]:
    """Listen until there were so many tries, or so many seconds are over."""
    from device.calibration.wake import Tries

    detector.reset()
    vad.reset()
    all_, line = Tries(), running_line()
    for frame, passed in _frames(microphone):
        detection = detector.process(frame)
        ended = all_.hear(frame, detector.score, vad.process(frame), detection)
        line(_meter(frame, detector, len(all_.ended), tries))
        if ended:
            line("")
            done(ended)
        if passed >= seconds or (tries is not None and len(all_.ended) >= tries):
            break
    line("")
    if last := all_.finish():
        done(last)
    return all_.ended


def _frames(microphone: Microphone) -> Iterator[tuple[Frame, float]]:
    """Each frame, and the seconds of sound up to its end."""
    first: float | None = None
    while (frame := microphone.read()) is not None:
        first = frame.start if first is None else first
        yield frame, frame.end - first


def _meter(frame: Frame, detector: WakeDetector, done: int, tries: int | None) -> str:
    from firmware.frame import level_dbfs

    count = f"  {done} of {tries}" if tries else ""
    return (
        f"  {bar(detector.score, detector.threshold)} {detector.score:.2f}  {level_dbfs(frame.samples):4.0f}"
        f" dBFS{count}"
    )


def told(one: Try) -> str:
    """One try, as a line."""
    mark = "✓ heard" if one.heard else "! nearly" if one.near else "✗ missed"
    return (
        f"{mark:<8}  {one.start:6.1f} s  {one.peak:.2f}  {bar(one.peak)}  {one.level:.0f}"
        f" dBFS{f'  {one.hint}' if one.hint else ''}"
    )


def _alarm(one: Try) -> str:
    return f"! {one.start:6.1f} s  {'woken, though nobody meant it' if one.heard else 'came near'}: {one.peak:.2f}"


def summary(found: WakeVerdict, threshold: float) -> list[str]:
    """All of them, as lines."""
    if not found.tries:
        lines = ["Nobody was heard to say anything. Is it the right microphone? equerry mic calibrate tells."]
    else:
        near = f", {found.near} nearly" if found.near else ""
        lines = [
            f"{found.heard} of {found.tries} heard{near}; median score {found.median:.2f}, threshold {threshold:g}."
        ]
    if found.background is not None:
        alarms = f"woken {found.alarms} times" if found.alarms != 1 else "woken once"
        lines.append(
            f"Of what was not meant: {alarms if found.alarms else 'not woken'}, highest score {found.background:.2f}."
        )
    if found.threshold is None and found.tries:
        lines.append(f"The threshold can stay: {found.why}.")
    return lines
