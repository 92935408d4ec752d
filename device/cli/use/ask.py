"""equerry ask: one command as text."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from device.configuration.settings import Settings

Steps = Sequence[Mapping[str, Any]]
Answers = Callable[[str, bool], str]

FORGOTTEN = (
    "No appliance runs here that would remember this question. Say all of it in one equerry ask, type on a terminal,"
    " or start the appliance: equerry run"
)

_DONE = {
    "control.mute": "The microphone is closed.",
    "control.unmute": "The microphone is open.",
    "control.stop": "Stopped.",
}

STARTING_S = 10.0
"""So long an appliance that is starting is waited for."""
_AGAIN_S = 0.1


def ask(
    words: Annotated[list[str], typer.Argument(metavar="TEXT…", help="The command, as if spoken.")],
    client: Annotated[
        str, typer.Option("--client", metavar="NAME", help="As this client of roles.toml, e.g. mqtt:phone.")
    ] = "console",
    jsonl: Annotated[
        bool, typer.Option("--jsonl", help="Print the command, outcomes and reply as one JSON line.")
    ] = False,
) -> None:
    """Carry out TEXT as if it had been spoken, and print the reply. While the appliance runs here, it is the one that
    does so, and the next `equerry ask` answers its questions. Without it, answers are typed on the terminal.

    Ends with 1 where TEXT was not understood, or not all of it was done: refused, failed, or answered with a question.
    """
    from device.cli.lines import fail, shown
    from device.configuration.load import load_usable

    text = " ".join(words)
    if any("\ud800" <= letter <= "\udfff" for letter in text + client):
        fail("that is no text in UTF-8")
    settings, problems = load_usable()
    here = _Here(typed=not jsonl and sys.stdin.isatty() and sys.stdout.isatty())
    said = asked(settings, problems, text, client, answers=here.answer)
    if not here.given_up:
        print(json.dumps(said, ensure_ascii=False) if jsonl else shown(said["reply"] or _done(settings, said)))
    if sys.stdout.isatty() and any(each["action"] == "report.create" and each["ok"] for each in said["outcomes"]):
        print("Open it: equerry files open report", file=sys.stderr)
    if here.answered and said["awaits"] and not here.given_up:
        print(FORGOTTEN, file=sys.stderr)
    if not said["steps"] or not all(outcome["ok"] for outcome in said["outcomes"]):
        raise typer.Exit(1)


class _Here:
    """Questions that are asked without an appliance: nobody remembers them once this process has ended."""

    def __init__(self, *, typed: bool) -> None:
        self._typed = typed
        self.answered = False
        """This process carried the command out."""
        self.given_up = False
        """The last question was shown, and nothing was typed."""

    def answer(self, reply: str, awaits: bool) -> str:
        """What is typed after a question; empty: nothing."""
        self.answered = True
        if not (awaits and self._typed):
            return ""
        from device.cli.lines import shown

        print(shown(reply))
        try:
            typed = input("› ").strip()
        except EOFError:
            print()
            typed = ""
        self.given_up = not typed
        return typed


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
    settings: Settings,
    problems: list[str],
    text: str,
    client: str,
    steps: Steps = (),
    *,
    id_: str = "",
    answers: Answers = lambda _reply, _awaits: "",
) -> dict[str, Any]:
    """What comes of it, done by the appliance where it runs, else here. `steps`: what is meant, each {"action",
    "slots"}; empty: what `text` says. `id_`: of the command, which is done once; DoneBefore, or Declined, where
    nothing but that is known. `answers`: given each reply that is made here, and whether it is a question; what it
    returns is the answer, empty: none. Raises Starting where it takes long to start, Declined where it takes long to
    load its models or to have time for more, ConfigBroken where it does not run and there are problems with the
    settings."""
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
            return _answered(settings, text, client, steps, id_=id_, answers=answers)
        except StoreHeld as held:
            if time.monotonic() >= until:
                raise Starting(pid=held.facts["pid"]) from held
        time.sleep(_AGAIN_S)


def _answered(
    settings: Settings, text: str, client: str, steps: Steps, *, id_: str, answers: Answers
) -> dict[str, Any]:
    """What comes of it, done here. Raises DoneBefore."""
    from device.commands.directory import StoreDirectory
    from device.control.wire import plain, response_fields
    from device.jobs.keys import DoneBefore, key_of
    from device.wiring.basis import open_store
    from device.wiring.commands import build_parser, build_recorder, build_responder
    from device.wiring.outside.home import passing_home
    from services.understanding.explicit import explicit

    with open_store(settings) as store, passing_home(settings) as controls:
        if id_ and store.done(key_of(client, id_)):
            raise DoneBefore
        directory = StoreDirectory(store, controls)
        parser = build_parser(settings, names=directory.names, controls=controls)
        responder = build_responder(settings, store, parser, directory, controls=controls)
        recorder = build_recorder(settings, store)
        told = explicit([(each["action"], each["slots"]) for each in steps], plain(text)) if steps else None
        key = key_of(client, id_)
        while True:
            began = time.monotonic()
            said = responder.understand(plain(text), client=client, command=told)
            understood = time.monotonic()
            response = responder.carry_out(said, key=key)
            recorder.answered(
                response, client=client, understood_s=understood - began, acted_s=time.monotonic() - understood
            )
            recorder.flush()
            if not (text := answers(response.reply.text, response.reply.awaits)):
                return response_fields(response)
            told, key = None, ""
