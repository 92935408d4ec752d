"""The spoken code by sound, on a whole appliance with real engines: it does what it is for, and is written nowhere."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from device.turn import events as on
from firmware.frame import RATE
from services.actions.policy.code import MASK
from services.store.base import Project
from tests.voices import speak
from tests.whole_appliance import Shared, WholeAppliance

pytestmark = [pytest.mark.engine, pytest.mark.timeout(240)]
QUIET = np.zeros(RATE, np.int16)
CODE = re.compile(rb"4[\s,.]*7[\s,.]*1[\s,.]*1|four[\s,.]+seven", re.IGNORECASE)


def test_the_code_is_said_and_written_nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secrets = tmp_path / "secrets"
    secrets.mkdir()
    (secrets / "spoken-code").write_text("4711\n", encoding="utf-8")
    (secrets / "spoken-code").chmod(0o600)
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(secrets))
    with WholeAppliance(tmp_path / "desk", "desk", None, shared=Shared.loaded()) as desk:
        with desk.store.transaction("seed", undoable=False) as tx:
            tx.add(Project(name="launch"))
        desk.ready()
        for number, text in enumerate(("delete the launch project", "yes"), 1):
            desk.daemon.inbox.put(on.TextGiven(text))
            desk.until(lambda number=number: len(desk.of(on.Played)) == number)
        assert desk.of(on.Replied)[-1].response.reply.text == "What's the code?"
        desk.microphone.play(np.concatenate((QUIET, speak("four seven one one"), QUIET)))
        desk.until(lambda: len(desk.of(on.Replied)) == 3)
        assert desk.of(on.Replied)[-1].response.reply.text.startswith("Project deleted")
        assert desk.documents(Project) == []
        assert desk.of(on.FinalHeard)[-1].final.text == MASK
        assert CODE.search(repr(desk.of(on.PartialHeard, on.FinalHeard, on.Replied)).encode()) is None
    written = [path for path in (tmp_path / "desk").rglob("*") if path.is_file() and path.suffix != ".wav"]
    assert written
    assert [path.name for path in written if CODE.search(path.read_bytes())] == []
