"""equerry run: the appliance in the foreground; a rehearsal where there is no microphone."""

from __future__ import annotations

from typing import Annotated

import typer


def run(
    live: Annotated[bool, typer.Option("--live", help="Live even if no microphone is there yet: show the fault and wait for one.")] = False,
    rehearse: Annotated[bool, typer.Option("--rehearse", help="Play the spoken samples even if there is a microphone.")] = False,
    prompt: Annotated[bool | None, typer.Option("--prompt/--no-prompt", help="Prompt after the samples (default: on a terminal).")] = None,
) -> None:
    """Run the appliance: live with a microphone; without one, a rehearsal that needs no hardware."""
    from device import live as appliance
    from device import rehearsing
    from firmware.microphone import input_names

    if live or (not rehearse and input_names()):
        raise typer.Exit(appliance.live())
    raise typer.Exit(rehearsing.rehearse(prompt=prompt))
