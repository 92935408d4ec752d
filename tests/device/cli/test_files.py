"""equerry files: what is kept, by its name."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from device.cli import app, completion
from device.cli.data.files import ContentElsewhere, CopyThere, FileUnknown
from services.store.base import Person, SharedFile, Version
from services.store.store import Store

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
PAGE, TEXT = "Tasks report 2026-11-16 to 2026-11-22.html", "Tasks report 2026-11-16 to 2026-11-22.md"


def run(*words: str) -> Result:
    return CliRunner().invoke(app, ["files", *words])


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("EQUERRY_PATHS__DATA", str(tmp_path / "data"))
    monkeypatch.setenv("EQUERRY_DEVICE__TIME_ZONE", "UTC")
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    with Store(tmp_path / "data" / "equerry.db") as store, store.transaction("") as tx:
        ben = tx.add(Person(name="Ben"))
        for minutes, (name, content) in enumerate(
            {"logo.png": "picture", PAGE: "<p>3 done", TEXT: "3 done", "../../escape.bin": "x"}.items()
        ):
            sha256 = hashlib.sha256(content.encode()).hexdigest()
            place = tmp_path / "data" / "files" / sha256[:2] / sha256
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(content)
            at = NOW + timedelta(minutes=minutes)
            version = Version(sha256=sha256, bytes=len(content), at=at)
            tx.add(SharedFile(name=name, versions=(version,), person_ids=(ben.id,) if name == PAGE else ()))
        tx.add(SharedFile(name="elsewhere.pdf", versions=(Version(sha256="0" * 64, bytes=5, at=NOW),)))
    return tmp_path


def test_the_latest_first() -> None:
    lines = run("list").output.splitlines()
    assert lines[1:4] == [
        f"{TEXT}\t6 bytes\t2026-11-23 09:32\t",
        f"{PAGE}\t9 bytes\t2026-11-23 09:31\tBen",
        "logo.png\t7 bytes\t2026-11-23 09:30\t",
    ]


@pytest.mark.parametrize("words", [("report",), ("tasks", "report"), (PAGE,), ("TASKS", "11-22")])
def test_a_report_is_read_where_there_is_no_screen(words: tuple[str, ...]) -> None:
    assert run("open", *words).stdout == "3 done\n"


def test_what_is_no_text_is_copied_under_its_name() -> None:
    copy = Path(run("open", "logo").stdout.strip())
    assert (copy.name, copy.read_text()) == ("logo.png", "picture")


def test_it_is_opened_by_the_program_for_its_kind(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = folder / "bin" / "xdg-open"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\ncp "$1" {folder}/opened.html\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:/bin:/usr/bin")
    monkeypatch.setenv("DISPLAY", ":0")
    assert run("open", "report").exit_code == 0
    assert (folder / "opened.html").read_text() == "<p>3 done"


def test_all_forms_of_a_report_are_copied_out_and_nothing_is_replaced(folder: Path) -> None:
    target = folder / "stick" / "reports"
    done = run("export", "report", "--to", str(target))
    assert done.exit_code == 0, done.output
    assert {path.name: path.read_text() for path in target.iterdir()} == {PAGE: "<p>3 done", TEXT: "3 done"}
    (target / PAGE).write_text("mine")
    again = run("export", "report", "--to", str(target))
    assert isinstance(again.exception, CopyThere)
    assert (target / PAGE).read_text() == "mine"
    assert run("export", "report", "--to", str(target), "--force").exit_code == 0
    assert (target / PAGE).read_text() == "<p>3 done"


def test_a_name_that_means_harm_stays_in_the_folder(folder: Path) -> None:
    target = folder / "a" / "b" / "c"
    assert run("export", "escape", "--to", str(target)).exit_code == 0
    assert len(list(target.iterdir())) == 1


def test_what_is_not_there() -> None:
    assert isinstance(run("open", "holiday").exception, FileUnknown)
    assert isinstance(run("export", "elsewhere").exception, ContentElsewhere)


def test_names_are_completed() -> None:
    assert completion.files("tasks") == [PAGE, TEXT]
