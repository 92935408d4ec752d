"""equerry run: the appliance in the foreground; a rehearsal where there is no microphone."""

from __future__ import annotations

import logging
import os
import sys
from typing import Annotated, NoReturn

import typer


def run(
    live: Annotated[
        bool, typer.Option("--live", help="Live even if no microphone is there yet: show the fault and wait for one.")
    ] = False,
    rehearse: Annotated[
        bool, typer.Option("--rehearse", help="Play the spoken samples even if there is a microphone.")
    ] = False,
    prompt: Annotated[
        bool | None, typer.Option("--prompt/--no-prompt", help="Prompt after the samples (default: on a terminal).")
    ] = None,
) -> None:
    """Run the appliance: live with a microphone; without one, a rehearsal that needs no hardware."""
    from device.process.interrupt import leave_at_once, stoppable

    stoppable()
    from device.process import live as appliance
    from device.process import stage
    from firmware.sound.microphone import input_names

    try:
        if live or (not rehearse and input_names()):
            _leave(appliance.live())
        raise typer.Exit(stage.rehearse(prompt=prompt))
    except KeyboardInterrupt:  # all is closed
        leave_at_once()


def _leave(code: int) -> NoReturn:
    """End here and now; all is closed and written. Python's own farewell would unwind threads that are still within an
    engine, such as the one that loads the language model, and C++ answers that by aborting the process."""
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
