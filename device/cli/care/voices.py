"""equerry voices: whose voices it knows. All of it stays on this device."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from device.cli import completion
from device.cli.care.suggestions import say

if TYPE_CHECKING:
    from device.configuration.settings import Settings
    from device.voiceprints.recognition import VoiceRecognition
    from firmware.frame import Samples
    from services.voiceprints.base import SpeakerEncoder, Who
    from services.voiceprints.enrolment import EnrolmentSentence

app = typer.Typer(help="Whose voices it knows. They stay on this device.", no_args_is_help=True)

_TRIES = 3
"""Times that one sentence is asked for."""
Name = Annotated[str, typer.Argument(metavar="NAME", help="Of the person.")]
Known = Annotated[
    str, typer.Argument(metavar="NAME", help="Of somebody who is enrolled.", autocompletion=completion.voices)
]
Files = Annotated[
    list[Path] | None,
    typer.Option("--file", help="A recording of one sentence; to be given again.", show_default=False),
]


@app.callback()
def voices() -> None:
    """Whose voices it knows."""


@app.command()
def add(
    name: Name,
    file: Files = None,
    sentences: Annotated[int, typer.Option("--sentences", min=3, max=20, help="How many you will say.")] = 5,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Also where somebody enrolled sounds alike.")] = False,
) -> None:
    """Enrol somebody: three to five sentences into the microphone, or --file for each of as many recordings.

    They are checked one by one and together; nothing but what tells the voice from others is kept, no sound.
    """
    from device.configuration.load import load
    from device.voiceprints.book import ENCODER, checked_name
    from device.wiring.basis import clock_of
    from device.wiring.ear import book_of, load_encoder
    from services.voiceprints.enrolment import nearest, voiceprint

    settings, name = load(), checked_name(name)
    book = book_of(settings)
    book.free(name)
    encoder = load_encoder(settings)
    known = _from_files(name, file, encoder) if file else _live(settings, encoder, sentences)
    made = voiceprint(name, known, at=clock_of(settings)(), encoder=ENCODER)
    if near := nearest(made, book.read()):
        _warn(name, near[0], yes=yes)
    book.add(made)
    print(f"{name} is enrolled, with {len(known)} sentences. Try it: equerry voices test")


@app.command("list")
def list_(jsonl: Annotated[bool, typer.Option("--jsonl", help="Print JSON lines.")] = False) -> None:
    """Show who is enrolled, since when, with how many sentences."""
    from device.cli.lines import shown
    from device.configuration.load import load
    from device.wiring.ear import book_of

    people = book_of(load()).read()
    for each in people:
        if jsonl:
            fields = {"name": each.name, "enrolled": each.enrolled.isoformat(), "sentences": len(each.recordings)}
            print(json.dumps(fields, ensure_ascii=False))
        else:
            print(shown(f"{each.name}  since {each.enrolled:%Y-%m-%d}, {len(each.recordings)} sentences"))
    if not people and not jsonl:
        say("Nobody is enrolled. To know somebody by voice: equerry voices add NAME")


@app.command()
def forget(name: Known) -> None:
    """Forget somebody's voice for good; no copy is left."""
    from device.configuration.load import load
    from device.wiring.ear import book_of

    print(f"The voice of {book_of(load()).forget(name).name} is forgotten.")


@app.command()
def test(
    file: Files = None,
    json_: Annotated[bool, typer.Option("--json", help="Print a JSON line for each recording.")] = False,
) -> None:
    """Say something, or name recordings with --file, and see whose voice it is taken for, and how surely.

    Exit status 1 where somebody is not known.
    """
    from device.configuration.load import load
    from device.wiring.ear import build_recogniser

    settings = load()
    _must_be_enrolled(settings)
    recogniser = build_recogniser(settings)
    titles = [str(path) for path in file] if file else ["microphone"]
    found = [*zip(titles, _whose(settings, recogniser, file), strict=True)]
    for title, who in found:
        print(json.dumps({"file": title, **_fields(who)}, ensure_ascii=False) if json_ else told(title, who))
    if not all(who and who.name for _, who in found):
        raise typer.Exit(1)


@app.command()
def export(name: Known, file: Annotated[Path, typer.Argument(metavar="FILE", help="A new file.")]) -> None:
    """Write somebody's voiceprint to a file, for that person: it is theirs."""
    from device.atomic import write_private
    from device.configuration.load import load
    from device.voiceprints.book import fields_of
    from device.voiceprints.errors import FileTaken, VoiceprintsUnwritable
    from device.wiring.ear import book_of

    found = book_of(load()).find(name)
    if file.exists():
        raise FileTaken(path=file)
    try:
        write_private(file, json.dumps(fields_of(found), ensure_ascii=False) + "\n")
    except OSError as error:
        raise VoiceprintsUnwritable(path=file, reason=error.strerror or str(error)) from error
    print(f"The voiceprint of {found.name} is in {file}; whoever has it can compare voices with it.")


def _must_be_enrolled(settings: Settings) -> None:
    """Raises NobodyEnrolled, VoiceprintsDamaged, ModelMissing, ModelCorrupt."""
    from device.voiceprints.book import ENCODER
    from device.voiceprints.errors import NobodyEnrolled
    from device.wiring.basis import model_folder
    from device.wiring.ear import book_of

    if not book_of(settings).read():
        raise NobodyEnrolled
    model_folder(settings, ENCODER)


def _from_files(name: str, files: Sequence[Path], encoder: SpeakerEncoder) -> list[EnrolmentSentence]:
    """Raises EnrolmentRefused with all that is amiss in any of them, and what reading a file does."""
    from device.voiceprints.enrolling import recorded
    from services.voiceprints.enrolment import EnrolmentRefused, EnrolmentSentenceUnfit, enrolment_sentence

    fit, reasons = [], []
    for path in files:
        try:
            fit.append(enrolment_sentence(str(path), recorded(path), encoder))
        except EnrolmentSentenceUnfit as unfit:
            reasons.append(str(unfit))
    if reasons:
        raise EnrolmentRefused(name=name, reasons=" ".join(reasons))
    return fit


def _live(settings: Settings, encoder: SpeakerEncoder, count: int) -> list[EnrolmentSentence]:
    """Each sentence until it is fit, three times at most. Raises EnrolmentSentenceUnfit, MicrophoneTaken,
    MicrophoneMissing, MicrophoneLost.
    """
    from device.voiceprints.enrolling import READ_ALOUD
    from services.voiceprints.enrolment import EnrolmentSentenceUnfit, enrolment_sentence

    fit: list[EnrolmentSentence] = []

    def take(listen: Callable[[], Samples]) -> None:
        unfit = 0
        while len(fit) < count:
            say(f"{len(fit) + 1} of {count}. Say, as you would to it: “{READ_ALOUD[len(fit) % len(READ_ALOUD)]}”")
            try:
                fit.append(enrolment_sentence(f"sentence {len(fit) + 1}", listen(), encoder))
                unfit = 0
            except EnrolmentSentenceUnfit as problem:
                unfit += 1
                if unfit == _TRIES:
                    raise
                say(f"Once more. {problem}")

    _with_microphone(settings, take)
    return fit


def _with_microphone(settings: Settings, work: Callable[[Callable[[], Samples]], None]) -> None:
    """Hand `work` what listens to one sentence after the other. Raises MicrophoneTaken, MicrophoneMissing."""
    from device.calibration.capture import held
    from device.voiceprints.enrolling import said
    from device.wiring.body import build_microphone
    from device.wiring.ear import build_endpoint, load_vad

    microphone, vad, endpoint = build_microphone(settings), load_vad(settings), build_endpoint(settings)
    with held(microphone, settings.paths.data):
        say(f"{microphone.name}: alone and where it is quiet, from where you usually speak. Ctrl-C ends it.")
        try:
            work(lambda: said(microphone, vad, endpoint))
        except KeyboardInterrupt:
            raise typer.Abort from None


def _whose(settings: Settings, recogniser: VoiceRecognition, files: Sequence[Path] | None) -> list[Who | None]:
    from device.voiceprints.enrolling import recorded

    found: list[Who | None] = []
    if files:
        return [recogniser.who(recorded(path)) for path in files]

    def take(listen: Callable[[], Samples]) -> None:
        say("Say a command.")
        found.append(recogniser.who(listen()))

    _with_microphone(settings, take)
    return found


def _fields(who: Who | None) -> dict[str, object]:
    if who is None:
        return {"name": None, "sureness": None, "likely": {}}
    likely = {name: round(share, 3) for name, share in who.likely}
    return {"name": who.name, "sureness": round(who.sureness, 3), "likely": likely}


def told(title: str, who: Who | None) -> str:
    """As a line."""
    if who is None:
        return f"{title}: too little of a voice to tell"
    others = ", ".join(f"{name} {share:.0%}" for name, share in who.likely)
    return f"{title}: {who.name or 'nobody known for sure'} ({others})"


def _warn(name: str, other: str, *, yes: bool) -> None:
    """Raises VoicesAlike where nobody says that it shall be so all the same."""
    from device.voiceprints.errors import VoicesAlike

    alike = VoicesAlike(name=name, other=other)
    if yes:
        say(f"{name} sounds like {other}: the two may be taken for each other.")
    elif not sys.stdin.isatty() or not typer.confirm(f"{name} sounds like {other}. Enrol {name} all the same?"):
        raise alike
