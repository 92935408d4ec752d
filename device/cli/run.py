"""equerry run: the appliance in the foreground; a rehearsal where there is no microphone."""

from __future__ import annotations

from typing import Annotated

import typer


def run(
    rehearse: Annotated[bool, typer.Option("--rehearse", help="Play the spoken samples even if there is a microphone.")] = False,
    prompt: Annotated[bool | None, typer.Option("--prompt/--no-prompt", help="Prompt after the samples (default: on a terminal).")] = None,
) -> None:
    """Run the appliance: live with a microphone; without one, a rehearsal that needs no hardware."""
    from device.live import live
    from device.rehearsing import rehearse as rehearsing
    from firmware.microphone import input_names

    names = [] if rehearse else input_names()
    raise typer.Exit(live() if names else rehearsing(prompt=prompt))
