"""equerry setup while the appliance runs: it hears for it, writes for it, and does not ask by voice meanwhile."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from device.cli import app
from device.control.client import accepted, request
from device.guide.base import Measured, Woken
from device.turn import events as on
from device.wiring.guide import RunningSetup
from services.store.documents import Person
from tests.voices import turn
from tests.whole_appliance import Shared, WholeAppliance

pytestmark = [pytest.mark.engine, pytest.mark.timeout(180)]


def test_it_hears_and_writes_through_the_running_appliance(
    tmp_path: Path, model_folder: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    model_folder("piper-en-us-joe")
    begins = {"EQUERRY_GUIDE__ENABLED": "true", "EQUERRY_ENDPOINT__BEGIN_S": "1.5"}
    with WholeAppliance(tmp_path / "desk", "desk", None, shared=Shared.loaded(), environ=begins) as desk:
        desk.until(lambda: desk.of(on.QuestionAsked))
        monkeypatch.setenv("EQUERRY_PATHS__DATA", str(tmp_path / "desk"))
        told = CliRunner().invoke(app, ["setup", "--owner", "Anna", "--no-samples"])
        assert told.exit_code == 0 and "Good to meet you, Anna." in told.stdout
        assert [person.role for person in desk.documents(Person)] == ["owner"]
        desk.until(lambda: desk.phase == "idle")
        assert len(desk.of(on.QuestionAsked)) == 1 and desk.status()["guide"]["done"]
        body = RunningSetup(
            desk.settings, lambda _: accepted(request(desk.settings.paths.data, {"request": "stats"})), os.environ
        )
        assert body.here().wake_words == ("hey jarvis",)
        desk.microphone.play(turn("hey jarvis", wake="", lead=0.5, tail=0.5))
        assert isinstance(woken := body.listen(), Woken) and woken.score > 0.5
        desk.microphone.play(turn("Tomorrow I will go and buy some bread.", wake="", lead=1.0, tail=1.0))
        assert isinstance(heard := body.measure(), Measured) and heard.speech > -35 > heard.room and not heard.clipped
