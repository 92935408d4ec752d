"""What an ear that opened by itself takes for a command: of what is not meant for it, and of commands.

    .venv/bin/python -m benchmarks.open_ear REJECTIONS.jsonl COMMANDS.jsonl [--confidence 0.9]

Rows have a "text". Each is looked at with nothing said before, and behind each of FIRST, on which it may lean; nothing
is carried out. No language model: what only that takes for a command is passed over (docs/sessions.md).
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import cast

from device.clock import Clock
from device.commands.directory import StoreDirectory
from device.commands.responder import Responder
from device.configuration.load import load
from device.configuration.settings import Settings
from device.dials.appliance import ThisAppliance
from device.wiring.basis import zone_of
from device.wiring.commands import build_parser, build_responder
from services.actions.execution.doubt import is_for_us
from services.store.store import Store
from services.understanding.vocabulary import VOCABULARY
from tests.appliance import MockAppliance

FIRST = ("", "add milk to the shopping list", "create a task to call the bank tomorrow", "set a timer for ten minutes")
"""What was done just before; empty: nothing."""
CLIENT = "microphone"


def main() -> None:
    """Look at them, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rejections", type=Path)
    parser.add_argument("commands", type=Path)
    parser.add_argument("--confidence", type=float, default=0.9)
    parser.add_argument("--most", type=int, default=1200, help="of what is not meant for it; of commands a third")
    asked = parser.parse_args()
    print("behind                                     sentences  carried out  of them written")
    for name, path, most in (
        ("not meant", asked.rejections, asked.most),
        ("commands", asked.commands, asked.most // 3),
    ):
        texts = _some(path, most)
        for first in FIRST:
            taken = _taken(texts, first, asked.confidence)
            print(
                f"{name:<10} {first or 'nothing':<42} {len(texts):6} {taken['done']:8} {taken['write']:8}", flush=True
            )


def _some(path: Path, most: int) -> list[str]:
    """As many, from all over the file."""
    texts = [str(json.loads(line)["text"]) for line in path.read_text(encoding="utf-8").splitlines()]
    return texts[:: max(1, len(texts) // most)][:most]


def _taken(texts: Sequence[str], first: str, confidence: float) -> Counter[str]:
    settings, taken = load(), Counter[str]()
    with tempfile.TemporaryDirectory() as folder, Store(Path(folder) / "equerry.db") as store:
        responder = _responder(settings, store)
        if first:
            responder.respond(first, client=CLIENT)
        for text in texts:
            said = responder.understand(text, client=CLIENT, confidence=confidence)
            going_on = text if said.goes_on and said.conversation.done else ""
            if is_for_us(said.command, going_on=going_on):
                writes = any(VOCABULARY[step.action].writes for step in said.command.steps)
                taken.update(("done", "write") if writes else ("done",))
    return taken


def _responder(settings: Settings, store: Store) -> Responder:
    directory = StoreDirectory(store)
    clock = cast(Clock, SimpleNamespace(now=lambda: datetime.now(zone_of(settings)), believed=True))
    appliance = cast(ThisAppliance, MockAppliance())
    parser = build_parser(settings, model=False, names=directory.names)
    return build_responder(settings, store, parser, directory, appliance=appliance, clock=clock)


if __name__ == "__main__":
    main()
