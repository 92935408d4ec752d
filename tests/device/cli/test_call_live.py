"""equerry call on a running appliance: begun, watched, ended; one microphone on a table hears all."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from device.cli import app
from services.store.base import CallRecord
from tests.voices import speak
from tests.whole_appliance import WholeAppliance

pytestmark = [pytest.mark.engine, pytest.mark.timeout(180)]

ENVIRON = {"EQUERRY_CALLS__LINE": "table", "EQUERRY_CALLS__ANNOUNCE": "false", "EQUERRY_CALLS__TRANSCRIPT": "true"}

PIPED: dict[str, Any] = {"stdout": subprocess.PIPE, "text": True}


@pytest.fixture
def appliance(tmp_path: Path, model_folder: Callable[[str], Path]) -> Iterator[WholeAppliance]:
    del model_folder
    with WholeAppliance(tmp_path, "desk", None, environ=ENVIRON) as running:
        running.ready()
        yield running


def environ(appliance: WholeAppliance) -> dict[str, str]:
    return {**os.environ, "EQUERRY_PATHS__DATA": str(appliance.settings.paths.data)}


def run(appliance: WholeAppliance, *words: str) -> Result:
    return CliRunner().invoke(app, ["call", *words], env=environ(appliance))


def test_a_call_is_begun_watched_and_ended(appliance: WholeAppliance) -> None:
    refused = run(appliance, "end")
    assert refused.exit_code == 1 and "No call is going on" in refused.stdout
    assert "no call is followed" in run(appliance, "aside").stderr
    watching = subprocess.Popen([sys.executable, "-m", "device", "call", "watch"], env=environ(appliance), **PIPED)
    assert "I follow the call with Henderson." in run(appliance, "start", "--with", "Henderson").stdout
    appliance.until(lambda: (appliance.status().get("call") or {}).get("seconds") is not None)
    assert "there is no ear" in run(appliance, "aside").stderr
    again = run(appliance, "start", "--with", "Berg")
    assert again.exit_code == 1 and "A call with Henderson is going on" in again.stdout
    appliance.microphone.play(speak("I will send you the quote by Friday."))
    appliance.until(lambda: appliance.status()["call"]["segments"], 60)
    assert run(appliance, "end").stdout == "The call with Henderson is over.\n"
    told, _ = watching.communicate(timeout=30)
    assert "the call with Henderson is followed" in told and "the call is over" in told
    assert "Henderson: I will send you the quote" in told
    appliance.until(lambda: appliance.status().get("call") is None)
    (call,) = appliance.store.find(CallRecord)
    assert call.status == "ended" and "quote" in call.transcript[0].text
