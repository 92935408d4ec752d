"""Checks look one after the other; none holds up or breaks the others. And how findings are shown."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from typer.testing import CliRunner

from device.cli import app
from device.doctor.base import Check, Finding, fail, ok, unknown, warn
from device.doctor.checks import CHECKS
from device.doctor.examination import examine
from device.doctor.page import FORMAT, fields_of, page, worst
from tests.pi_trees import NOW, planted, sources_of

ROOT = Path(__file__).resolve().parents[3]


def check(name: str, examine: Any, **others: Any) -> Check:
    return Check(f"machine.{name}", name, examine, others.pop("remedy", "do something"), **others)


def test_one_that_hangs_or_breaks_holds_up_nobody(tmp_path: Path) -> None:
    never = threading.Event()

    def broken(_: object) -> Any:
        raise KeyError("x")

    checks = [
        check("hangs", lambda _: never.wait() and ok(""), limit_s=0.05),
        check("breaks", broken),
        check("good", lambda _: ok("fine", figure=1)),
        check("hidden", lambda _: ok("never seen"), after="machine.breaks"),
    ]
    began: list[str] = []
    found = list(examine(checks, sources_of(planted(tmp_path, "pi4")), lambda each: began.append(each.name)))
    never.set()
    assert [each.state for each in found] == ["fail", "fail", "ok", "unknown"]
    assert found[0].words == "took longer than 0.05 s"
    assert "KeyError" in found[1].words and "report" in found[1].remedy
    assert found[2].facts == {"figure": 1} and not found[2].remedy
    assert found[3].words == "not looked at: see breaks"
    assert began == ["hangs", "breaks", "good", "hidden"]


def test_the_remedy_of_the_list_unless_the_finding_knows_better(tmp_path: Path) -> None:
    checks = [
        check("one", lambda _: warn("x")),
        check("two", lambda _: fail("x", "this")),
        check("three", lambda _: unknown("x")),
    ]
    assert [each.remedy for each in examine(checks, sources_of(planted(tmp_path, "pi4")))] == [
        "do something",
        "this",
        "",
    ]


FINDINGS = (
    Finding("machine.board", "board", "ok", "Raspberry Pi 4 Model B"),
    Finding("machine.memory", "memory", "warn", "little", "Take more."),
    Finding("power.supply", "supply", "fail", "too little, \x1b[31mnow", "Use another.", {"now": True}, 0.5),
    Finding("power.temperature", "temperature", "unknown", "no sensor"),
    Finding("broker.connection", "connection", "skip", "none is set"),
)


def test_the_page() -> None:
    terminal = Console(width=100, record=True, file=open("/dev/null", "w"))  # noqa: SIM115, PTH123
    terminal.print(page(FINDINGS))
    lines = [line.rstrip() for line in terminal.export_text().splitlines() if line.strip()]
    assert lines == [
        "   Machine",
        "✓  board           Raspberry Pi 4 Model B",
        "!  memory          little",
        "                   → Take more.",
        "   Power and heat",
        "✗  supply          too little,  [31mnow",
        "                   → Use another.",
        "?  temperature     no sensor",
        "   Broker",
        "–  connection      none is set",
        "   All in all      1 failed, 1 to look at, 1 not known, 1 ok, 1 left out",
    ]
    terminal.print(page([]))


@pytest.mark.parametrize(
    ("states", "all_in_all"),
    [((), "ok"), (("ok", "skip"), "ok"), (("ok", "unknown"), "unknown"), (("warn", "fail"), "fail")],
)
def test_worst(states: tuple[Any, ...], all_in_all: str) -> None:
    assert worst([Finding("a.b", "b", state, "") for state in states]) == all_in_all


def test_json() -> None:
    told = json.loads(json.dumps(fields_of(FINDINGS, NOW)))
    assert told["format"] == FORMAT and told["worst"] == "fail" and told["at"] == "2026-11-23T09:30:00+00:00"
    assert told["counts"] == {"ok": 1, "warn": 1, "fail": 1, "unknown": 1, "skip": 1}
    assert told["findings"][2] == {
        "code": "power.supply",
        "area": "power",
        "name": "supply",
        "state": "fail",
        "words": "too little,  [31mnow",
        "remedy": "Use another.",
        "facts": {"now": True},
        "seconds": 0.5,
    }


def test_the_command_on_this_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EQUERRY_PATHS__DATA", str(tmp_path))
    monkeypatch.setenv("EQUERRY_CONFIG", str(tmp_path / "equerry.toml"))
    (tmp_path / "equerry.toml").write_text("[wake]\nthreshold = 7\n")
    told = CliRunner().invoke(app, ["doctor", "--json"])
    fields = json.loads(told.stdout)
    assert told.exit_code == 1 and fields["worst"] == "fail"
    found = {each["code"]: each for each in fields["findings"]}
    assert list(found) == [each.code for each in CHECKS]
    assert "wake.threshold" in found["settings.files"]["words"] and found["settings.files"]["state"] == "fail"
    assert found["sound.loop"]["state"] in ("skip", "unknown")
    assert not [each for each in fields["findings"] if each["facts"].get("reason") == "broken"]
    assert CliRunner().invoke(app, ["doctor", "--loud", "--no-sound"]).exit_code == 2


def test_the_page_of_the_docs_is_what_the_checks_say() -> None:
    done = subprocess.run(
        [sys.executable, "scripts/doctor", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
