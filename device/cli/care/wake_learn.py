"""equerry wake learn, list, forget: wake words of one's own."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from device.cli import completion
from device.cli.care.suggestions import DryRun, Json, agreed, bar, running_line, say, write
from device.cli.lines import fail

if TYPE_CHECKING:
    from device.configuration.settings import Settings
    from device.wiring.word import Teacher
    from firmware.base import Microphone
    from firmware.frame import Samples
    from services.wake.head import Head
    from services.wake.teaching.appraisal import Appraisal
    from services.wake.teaching.clips import WordTake

_MOST_IN_VAIN = 8
"""Recordings of no use after which it is given up."""
_MOST = 30
"""Recordings that are learnt from."""
_PATIENCE_S = 60.0
"""Seconds in which nobody says anything, after which nobody will."""


def learn(
    phrase: Annotated[str, typer.Argument(metavar="PHRASE", help="As it is spoken: “hey matilda”.")],
    *,
    file: Annotated[
        list[Path] | None,
        typer.Option("--file", help="A recording of it, alone; may be given again.", show_default=False),
    ] = None,
    name: Annotated[
        str, typer.Option("--name", help="What it is called in the settings; hey_matilda where none is told.")
    ] = "",
    tries: Annotated[int, typer.Option("--tries", min=3, max=_MOST, help="How often you will say it.")] = 8,
    again: Annotated[bool, typer.Option("--again", help="In the place of the one that was learnt before.")] = False,
    yes: Annotated[
        bool, typer.Option("--yes", "-y", help="Go on where it will not do well, and listen for it.")
    ] = False,
    dry_run: DryRun = False,
    json_: Json = False,
) -> None:
    """Teach a wake word of your own from five to ten recordings, on this device, in about a minute.

    It first says how good the word will be by its sounds, and afterwards how often it is missed and how often ordinary
    talk would wake it. With --dry-run it only says the first. The recordings are not kept.
    """
    from device.configuration.load import load
    from device.wiring.word import demand_free, keep, load_teacher, words_here
    from services.wake.head import WORD
    from services.wake.teaching.appraisal import appraise, demand_phrase, name_of

    settings, phrase = load(), " ".join(phrase.split())
    demand_phrase(phrase)
    called = name or name_of(phrase)
    if not WORD.fullmatch(called):
        fail("--name: give it a name of small letters, digits and _, such as hey_matilda")
    if not (again and called in words_here(settings)[1]):
        demand_free(settings, called)
    teacher = load_teacher(settings)
    in_use = [word.replace("_", " ") for word in settings.wake.words if word != called]
    expected = appraise(phrase, teacher.voice.phonemes, in_use)
    say("\n".join(expected.sentences()))
    if dry_run:
        _print(json_, called, expected, None)
        return
    if not expected.good and not agreed("Go on with it?", yes=yes, dry_run=False):
        raise typer.Exit(1)
    takes = _of_files(settings, file, teacher) if file else _spoken(settings, teacher, phrase, tries)
    head = _taught(settings, teacher, phrase, called, takes)
    say(f"Kept in {keep(settings, head)}.")
    _print(json_, called, expected, head)
    from device.calibration.report import Suggestion

    words = json.dumps([*dict.fromkeys([*settings.wake.words, called])])
    if called not in settings.wake.words:
        write([Suggestion("wake.words", words, "it is listened for from then on")], yes=yes, dry_run=False)


def list_(*, json_: Json = False) -> None:
    """The wake words there are: those that came with the models, and your own with how well they do."""
    from device.configuration.load import load
    from device.wiring.word import words_here
    from services.wake.base import WakeModelUnusable
    from services.wake.head import load_head

    settings = load()
    shipped, own = words_here(settings)
    rows: list[dict[str, Any]] = [{"word": word, "own": False} for word in shipped]
    for word in own:
        try:
            rows.append({"word": word, "own": True, **load_head(settings.paths.wake_words / f"{word}.npz").about})
        except WakeModelUnusable as error:
            rows.append({"word": word, "own": True, "unusable": str(error)})
    for row in rows:
        row["listened_for"] = row["word"] in settings.wake.words
    if json_:
        print(json.dumps(rows, ensure_ascii=False))
    else:
        print("\n".join(map(_line, rows)))


def forget(
    word: Annotated[
        str,
        typer.Argument(metavar="WORD", help="As equerry wake list shows it.", autocompletion=completion.learnt_words),
    ],
) -> None:
    """Delete a wake word that was learnt here."""
    from device.configuration.load import load
    from device.wiring.word import forget as deleted

    deleted(load(), word)
    print(f"{word} is forgotten.")


def _line(row: dict[str, Any]) -> str:
    mark = "●" if row["listened_for"] else " "
    if not row["own"]:
        return f"{mark} {row['word']:<24} came with the models"
    return f"{mark} {row['word']:<24} {row.get('unusable') or figures(row)}"


def figures(about: dict[str, Any]) -> str:
    """How well a word does, as a sentence."""
    if "missed" not in about:
        return "learnt here"
    ears = "; the ears, which know it, are asked too, so it does better than that" if about.get("ears") else ""
    return (
        f"learnt on {about['made']} from {about['recordings']} recordings: of takes it did not know, in noise and"
        f" rooms, {about['missed']:.0%} were missed; {about['hours']:g} hours of ordinary talk that it did not know did"
        f" not wake it{ears}"
    )


def _print(json_: bool, called: str, expected: Appraisal, head: Head | None) -> None:
    if json_:
        told = {"syllables": expected.syllables, "like": expected.like, "like_in_use": expected.like_in_use}
        print(json.dumps({"word": called, **told, **(dict(head.about) if head else {})}, ensure_ascii=False))
    elif head:
        print(f"{called}: {figures(dict(head.about))}.")


def _of_files(settings: Settings, files: Sequence[Path], teacher: Teacher) -> list[WordTake]:
    from services.wake.teaching.takes import unlike

    takes: list[WordTake] = []
    named: list[Path] = []
    known: set[bytes] = set()
    for path in files:
        for found in _of_file(settings, path):
            if (sound := found.sound.tobytes()) in known:
                say(f"{path} is a recording that was given already. It is left out.")
            elif len(takes) < _MOST:
                takes.append(found)
                named.append(path)
            known.add(sound)
    if len(known) > _MOST:
        say(f"There are {len(known)} recordings; the first {_MOST} will do.")
    others = unlike(takes, teacher.models, teacher.bank)
    for at in others:
        say(f"{named[at]} does not sound like the others: another word, or another voice. It is left out.")
    return [take for at, take in enumerate(takes) if at not in others]


def _of_file(settings: Settings, path: Path) -> list[WordTake]:
    """What is of use in it. Why the rest is not is told in one line, for an hour of talk has thousands of pieces."""
    from firmware.sound.audio_file import FileMicrophone
    from services.wake.teaching.takes import take_of

    microphone = FileMicrophone(path)
    microphone.open()
    try:
        found = [take_of(sound) for sound in _sounds(settings, microphone)]
    finally:
        microphone.close()
    refused = [each for each in found if isinstance(each, str)]
    if refused:
        more = f", and so are {len(refused) - 1} more pieces of it" if len(refused) > 1 else ""
        say(f"{path} {refused[0]}. It is left out{more}.")
    return [each for each in found if not isinstance(each, str)]


def _spoken(settings: Settings, teacher: Teacher, phrase: str, tries: int) -> list[WordTake]:
    from device.calibration.capture import held
    from device.wiring.body import build_microphone

    microphone = build_microphone(settings)
    with held(microphone, settings.paths.data):
        say(f"{microphone.name}: say “{phrase}” {tries} times, now near, now far, with a pause after each.")
        say("Ctrl-C ends it.")
        try:
            return _told_of(_sounds(settings, microphone, patience_s=_PATIENCE_S), teacher, tries)
        except KeyboardInterrupt:
            raise typer.Abort from None


def _told_of(sounds: Iterator[Samples], teacher: Teacher, tries: int) -> list[WordTake]:
    """So many of use, each said of at once, so that whoever speaks can say it again."""
    from services.wake.teaching.takes import take_of, unlike

    takes: list[WordTake] = []
    vain = 0
    for sound in sounds:
        found = take_of(sound)
        if not isinstance(found, str) and len(takes) in unlike([*takes, found], teacher.models, teacher.bank):
            found = "does not sound like the others"
        if isinstance(found, str):
            vain += 1
            say(f"✗ That {found}. Once more.")
        else:
            takes.append(found)
            say(f"✓ {len(takes)} of {tries}")
        if len(takes) >= tries or vain >= _MOST_IN_VAIN:
            break
    return takes


def _sounds(settings: Settings, microphone: Microphone, *, patience_s: float = math.inf) -> Iterator[Samples]:
    """Whatever somebody says, one after the other, until nobody does for so many seconds."""
    from device.calibration.recording import WordRecorder
    from device.wiring.ear import load_vad

    vad, recorder = load_vad(settings), WordRecorder()
    heard: float | None = None
    while (frame := microphone.read()) is not None:
        sound = recorder.hear(frame, vad.process(frame))
        heard = frame.end if sound is not None or heard is None else heard
        if sound is not None:
            yield sound
        elif frame.end - heard > patience_s:
            say("Nobody was heard for a minute. Is it the right microphone? equerry mic calibrate tells.")
            return
    last = recorder.finish()
    if last is not None:
        yield last


def _taught(settings: Settings, teacher: Teacher, phrase: str, called: str, takes: list[WordTake]) -> Head:
    from device.records.wakes import WRONG, kept
    from services.wake.teaching.lesson import LEAST_RECORDINGS, Material, teach

    if len(takes) < LEAST_RECORDINGS:
        fail(
            f"{len(takes)} recordings of “{phrase}” are of use; {LEAST_RECORDINGS} are the least, five to ten are"
            " better. Nothing was learnt."
        )
    line = running_line()

    def told(what: str, share: float) -> None:
        line(f"  {bar(share)} {what}" if share < 1 else "")

    alarms = list(kept(settings.paths.data / "wake" / WRONG).features)  # a damaged one is no reason to say it all anew
    material = Material(phrase, called, takes, teacher.bank, alarms)
    try:
        return teach(material, teacher.models, teacher.voice, told=told, ears=teacher.ears)
    except KeyboardInterrupt:
        line("")
        say("Nothing was learnt.")
        raise typer.Abort from None
