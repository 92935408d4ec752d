"""equerry jobs: what the running appliance works on."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

from device.cli import completion
from device.cli.lines import shown

app = typer.Typer(
    help="What the running appliance works on: commands that wait, run, or ended a short while ago.",
    no_args_is_help=True,
)

Jsonl = Annotated[bool, typer.Option("--jsonl", help="Print JSON lines.")]


@app.command("list")
def list_(
    client: Annotated[
        str, typer.Option("--client", metavar="NAME", help="Only those of this one, e.g. microphone.")
    ] = "",
    jsonl: Jsonl = False,
) -> None:
    """Print the jobs, the oldest first."""
    for job in _asked("jobs", **({"client": client} if client else {}))["jobs"]:
        if jsonl:
            print(json.dumps(job, ensure_ascii=False))
        else:
            told = f"waited {job['waited_s']:.1f} s" + (f", took {job['took_s']:.1f} s" if job["took_s"] else "")
            print(shown(f"{job['id']}  {job['state']:<9}  {job['client']:<12}  {job['text']}  ({told})"))


@app.command()
def cancel(
    id_: Annotated[
        str,
        typer.Argument(metavar="ID", help="Its id, as `equerry jobs list` prints it.", autocompletion=completion.jobs),
    ],
) -> None:
    """Cancel a job: one that waits never starts, one that runs stops between its steps and nothing of it is done."""
    if not _asked("cancel", id=id_)["cancelled"]:
        print("No such job waits or runs.")
        raise typer.Exit(1)
    print("Cancelled.")


@app.command()
def stats(jsonl: Jsonl = False) -> None:
    """Print how much waits and runs, and how long jobs waited and took."""
    figures = _asked("stats")
    if jsonl:
        print(json.dumps(figures))
        return
    print(f"{figures['queued']} wait, {figures['running']} run, {figures['bound']} may at once")
    print(
        f"{figures['completed']} completed, {figures['failed']} failed, {figures['cancelled']} cancelled,"
        f" {figures['refused']} refused"
    )
    print(f"waited {figures['waited_p50']:.2f} s (p95 {figures['waited_p95']:.2f} s)")
    print(f"took   {figures['took_p50']:.2f} s (p95 {figures['took_p95']:.2f} s)")


def _asked(request_: str, **fields: Any) -> dict[str, Any]:
    from device.configuration.load import load_usable
    from device.control.client import accepted, request

    return accepted(request(load_usable()[0].paths.data, {"request": request_, **fields}, patience=10.0))
