"""equerry ask: one command as text."""

from __future__ import annotations

import json
from typing import Annotated

import typer


def ask(
    text: Annotated[str, typer.Argument(help="The command, as if spoken.")],
    client: Annotated[str, typer.Option("--client", metavar="NAME", help="As this client of roles.toml, e.g. mqtt:phone.")] = "console",
    jsonl: Annotated[bool, typer.Option("--jsonl", help="Print the command, outcomes and reply as one JSON line.")] = False,
) -> None:
    """Carry out TEXT as if it had been spoken, and print the reply."""
    from device.build import build_parser, build_responder, open_store
    from device.config import load
    from device.directory import StoreDirectory
    from device.wire import command_fields, outcome_fields

    settings = load()
    with open_store(settings) as store:
        directory = StoreDirectory(store)
        parser = build_parser(settings, names=directory.names)
        response = build_responder(settings, store, parser, directory).respond(text, client=client)
    if jsonl:
        outcomes = [outcome_fields(outcome) for outcome in response.outcomes]
        print(json.dumps({**command_fields(response.command), "outcomes": outcomes, "reply": response.reply.text}, ensure_ascii=False))
    else:
        print(response.reply.text)
    if not all(outcome.ok for outcome in response.outcomes):
        raise typer.Exit(1)
