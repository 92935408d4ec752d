"""equerry say: speak a text."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def say(
    text: Annotated[str, typer.Argument(help="What to say.")],
    wav: Annotated[Path | None, typer.Option("--wav", help="Write it to this WAV file instead of the speaker.")] = None,
) -> None:
    """Speak TEXT through the speaker, or into a WAV file."""
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
