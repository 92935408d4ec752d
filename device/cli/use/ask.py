"""equerry ask: one command as text."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from device.configuration.settings import Settings

Steps = Sequence[Mapping[str, Any]]

_DONE = {
    "control.mute": "The microphone is closed.",
    "control.unmute": "The microphone is open.",
    "control.stop": "Stopped.",
}

STARTING_S = 10.0
"""So long an appliance that is starting is waited for."""
_AGAIN_S = 0.1


def ask(
    text: Annotated[str, typer.Argument(help="The command, as if spoken.")],
    client: Annotated[
        str, typer.Option("--client", metavar="NAME", help="As this client of roles.toml, e.g. mqtt:phone.")
    ] = "console",
    jsonl: Annotated[
        bool, typer.Option("--jsonl", help="Print the command, outcomes and reply as one JSON line.")
    ] = False,
) -> None:
    """Carry out TEXT as if it had been spoken, and print the reply. While the appliance runs here, it is the one that
    does so.

    Ends with 1 where TEXT was not understood, or not all of it was done: refused, failed, or answered with a question.
    """
    from device.cli.lines import fail, shown
    from device.configuration.load import load_usable

    if any("\ud800" <= letter <= "\udfff" for letter in text + client):
        fail("that is no text in UTF-8")
    settings, problems = load_usable()
    said = asked(settings, problems, text, client)
    print(json.dumps(said, ensure_ascii=False) if jsonl else shown(said["reply"] or _done(settings, said)))
    if sys.stdout.isatty() and any(each["action"] == "report.create" and each["ok"] for each in said["outcomes"]):
        print("Open it: equerry files open report", file=sys.stderr)
    if not said["steps"] or not all(outcome["ok"] for outcome in said["outcomes"]):
        raise typer.Exit(1)


def _done(settings: Settings, said: Mapping[str, Any]) -> str:
    """What was done without a word, as it is done where one can see it."""
    from device.control.client import NoAnswer, NotRunning, request

    try:
        appliance = request(settings.paths.data, {"request": "status"}).get("appliance", {})
    except NotRunning:
        return "The appliance is not running here: it hears nothing, and says nothing."
    except NoAnswer:
        appliance = {}
    action = said["steps"][0]["action"] if said["steps"] else ""
    if action == "control.unmute" and appliance.get("switched_off"):
        return "The switch on the device keeps the microphone closed."
    return _DONE.get(action, "Done.")


def asked(
    settings: Settings, problems: list[str], text: str, client: str, steps: Steps = (), *, id_: str = ""
) -> dict[str, Any]:
    """What comes of it, done by the appliance where it runs, else here. `steps`: what is meant, each {"action",
    "slots"}; empty: what `text` says. `id_`: of the command, which is done once; DoneBefore, or Declined, where
    nothing but that is known. Raises Starting where it takes long to start, Declined where it takes long to load
    its models or to have time for more, ConfigBroken where it does not run and there are problems with the settings."""
    from device.control.client import Declined, NotRunning, Starting, accepted, request
    from device.errors import ConfigBroken
    from services.store.base import StoreHeld

    until = time.monotonic() + STARTING_S
    while True:
        try:
            told = ({"steps": list(steps)} if steps else {}) | ({"id": id_} if id_ else {})
            asked = {"request": "command", "text": text, "client": client, **told}
            return accepted(request(settings.paths.data, asked))
        except NotRunning:
            pass
        except Declined as refused:
            if refused.wait_s is None or time.monotonic() + refused.wait_s >= until:
                raise
            time.sleep(refused.wait_s)
            continue
        if problems:
            raise ConfigBroken(problems=problems)
        try:
            return _answered(settings, text, client, steps, id_)
        except StoreHeld as held:
            if time.monotonic() >= until:
                raise Starting(pid=held.facts["pid"]) from held
        time.sleep(_AGAIN_S)


def _answered(settings: Settings, text: str, client: str, steps: Steps, id_: str) -> dict[str, Any]:
    """What comes of it, done here. Raises DoneBefore."""
    from device.commands.directory import StoreDirectory
    from device.control.wire import plain, response_fields
    from device.jobs.keys import DoneBefore, key_of
    from device.wiring.basis import open_store
    from device.wiring.commands import build_parser, build_recorder, build_responder
    from services.understanding.explicit import explicit

    with open_store(settings) as store:
        if id_ and store.done(key_of(client, id_)):
            raise DoneBefore
        directory = StoreDirectory(store)
        parser = build_parser(settings, names=directory.names)
        responder, recorder = build_responder(settings, store, parser, directory), build_recorder(settings, store)
        began = time.monotonic()
        told = explicit([(each["action"], each["slots"]) for each in steps], plain(text)) if steps else None
        said = responder.understand(plain(text), client=client, command=told)
        understood = time.monotonic()
        response = responder.carry_out(said, key=key_of(client, id_))
        recorder.answered(
            response, client=client, understood_s=understood - began, acted_s=time.monotonic() - understood
        )
        recorder.flush()
        return response_fields(response)
