"""equerry parse: sentences to commands; nothing is executed."""

from __future__ import annotations

from typing import Annotated

import typer


def parse(
    now: Annotated[str | None, typer.Option("--now", metavar="ISO", help="The time the sentences are said at.")] = None,
    jsonl: Annotated[bool, typer.Option("--jsonl", help='A line may be {"text", "now"}.')] = False,
    model: Annotated[bool, typer.Option("--model/--no-model", help="Ask the language model, too.")] = True,
) -> None:
    """Read sentences on stdin, a line each, and print what each asks for, a JSON line each."""
    from device.cli.lines import print_json, read_lines
    from device.configuration.load import load
    from device.control.wire import command_fields
    from device.wiring.basis import zone_of
    from device.wiring.commands import build_parser

    settings = load()
    parser = build_parser(settings, model=model)
    for line in read_lines(now, jsonl=jsonl, zone=zone_of(settings)):
        print_json(command_fields(parser.parse(line.text, now=line.now)))
