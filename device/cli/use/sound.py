"""equerry hear: sound files through the ear; equerry say: a text spoken; equerry bench: how long stages take."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def hear(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE…", help="WAV or FLAC files; each is a conversation of its own.")
    ],
    jsonl: Annotated[bool, typer.Option("--jsonl", help="One JSON object a line.")] = False,
    realtime: Annotated[
        bool, typer.Option("--realtime", help="Clocked as if it were spoken now, not as fast as possible.")
    ] = False,
    no_wake: Annotated[
        bool, typer.Option("--no-wake", help="The files begin with the command, without a wake word.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Stop after the command: carry nothing out.")] = False,
) -> None:
    """Hear sound files and print what is heard, understood, done and answered.

    Ends with 1 where a file could not be read, or where no words were heard in any; with --jsonl the events tell that.
    """
    from device.cli.lines import await_engine
    from device.configuration.load import load
    from device.process.files import hear_files

    await_engine(load())
    raise typer.Exit(hear_files(files, jsonl=jsonl, realtime=realtime, wake=not no_wake, dry_run=dry_run))


def say(
    words: Annotated[list[str], typer.Argument(metavar="TEXT…", help="What to say.")],
    wav: Annotated[Path | None, typer.Option("--wav", help="Write it to this WAV file instead of the speaker.")] = None,
) -> None:
    """Speak TEXT through the speaker, or into a WAV file."""
    from device.cli.lines import fail

    text = " ".join(words).strip()
    if not text:
        fail("there is nothing to say")
    from device.configuration.load import load
    from device.speaking.reply import Speaking
    from device.wiring.body import build_speaker, build_voice
    from firmware.sound.audio_file import FileSpeaker

    settings = load()
    speaking = Speaking(build_voice(settings), FileSpeaker(wav) if wav else build_speaker(settings))
    try:
        speaking.say(text)
    finally:
        speaking.close()


def bench(
    jsonl: Annotated[bool, typer.Option("--jsonl", help="One JSON object a stage.")] = False,
    turns: Annotated[int, typer.Option("--turns", min=1, max=200, help="Spoken commands to time.")] = 12,
) -> None:
    """Time the stages of spoken commands, in real time, through the pipeline of the appliance."""
    from device.cli.lines import await_engine
    from device.configuration.load import load
    from device.process.stage import time_turns

    await_engine(load())
    raise typer.Exit(time_turns(turns, jsonl=jsonl))
