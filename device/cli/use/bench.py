"""equerry bench: how long each stage takes on this machine."""

from __future__ import annotations

from typing import Annotated

import typer


def bench(
    jsonl: Annotated[bool, typer.Option("--jsonl", help="One JSON object a stage.")] = False,
    turns: Annotated[int, typer.Option("--turns", min=1, max=200, help="Spoken commands to time.")] = 12,
) -> None:
    """Time the stages of spoken commands, in real time, through the pipeline of the appliance."""
    from device.process.stage import time_turns

    raise typer.Exit(time_turns(turns, jsonl=jsonl))
