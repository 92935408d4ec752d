"""equerry backup, restore, export and import, as one types them."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from device.cli import app, main
from services.store.base import Note, SharedFile, Task, Version
from services.store.store import Store

SHA = "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae"  # of "foo"


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("EQUERRY_PATHS__DATA", str(tmp_path / "data"))
    monkeypatch.setenv("EQUERRY_DEVICE__TIME_ZONE", "Europe/Berlin")
    return tmp_path / "data" / "equerry.db"


def equerry(*words: object, text: str | None = None) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words], input=text)


def refused(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *words: object) -> str:
    """What stands on stderr where a command fails as expected."""
    monkeypatch.setattr(sys, "argv", ["equerry", *(str(word) for word in words)])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 1
    return capsys.readouterr().err


def note(store: Store, content: str) -> None:
    with store.transaction(content) as tx:
        tx.add(Note(content=content))


def notes(path: Path) -> list[str]:
    with Store(path) as store:
        return [each.content for each in store.find(Note)]


def test_there_and_back(path: Path) -> None:
    with Store(path) as store:
        note(store, "first")
        made = equerry("backup")  # while it is held
        note(store, "second")
    assert made.exit_code == 0, made.output
    backup = Path(made.output.split()[0])
    assert backup.parent == path.parent / "backups"
    listed = equerry("backup", "list")
    assert str(backup) in listed.output
    said = equerry("restore", backup.name, text="n\n")
    assert said.exit_code == 1
    assert "Nothing was changed." in said.output
    assert notes(path) == ["first", "second"]
    done = equerry("restore", "--yes")
    assert done.exit_code == 0, done.output
    assert notes(path) == ["first"]
    (kept,) = path.parent.glob("equerry.db.until-*Z")
    assert str(kept) in done.output.replace("\n", "")
    assert notes(kept) == ["first", "second"]


def test_two_backups_within_an_hour_both_stay(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    moments = (datetime(2026, 11, 23, 14, minute, tzinfo=UTC) for minute in count())
    monkeypatch.setattr("device.wiring.basis.clock_of", lambda _: lambda: next(moments))
    with Store(path) as store:
        note(store, "first")
    asked: tuple[list[str], ...] = ([], [], ["--to", str(tmp_path / "stick")], ["--to", str(tmp_path / "stick")])
    made = {Path(equerry("backup", *options).output.split()[0]) for options in asked}
    assert len(made) == 4
    assert all(each.is_file() for each in made)
    rotated = [Path(equerry("backup", "--rotated").output.split()[0]) for _ in range(2)]
    assert [each.is_file() for each in (*made, *rotated)] == [True] * 4 + [False, True]
    assert equerry("backup", "list").output.count("asked for") == 2


def test_a_stick_gets_the_files_and_a_new_device_has_them_back(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = path.parent / "files" / SHA[:2] / SHA
    content.parent.mkdir(parents=True)
    content.write_text("foo")
    with Store(path) as store, store.transaction("") as tx:
        tx.add(SharedFile(name="foo.txt", versions=(Version(sha256=SHA, bytes=3, at=store._clock()),)))
    stick = tmp_path / "stick"
    made = equerry("backup", "--to", stick)
    assert made.exit_code == 0, made.output
    monkeypatch.setenv("EQUERRY_PATHS__DATA", str(tmp_path / "new device"))
    done = equerry("restore", Path(made.output.split("  ")[0]), "--yes")
    assert done.exit_code == 0, done.output
    assert "Files brought back: 1." in done.output
    assert (tmp_path / "new device" / "files" / SHA[:2] / SHA).read_text() == "foo"
    with Store(tmp_path / "new device" / "equerry.db") as store:
        assert [file.name for file in store.find(SharedFile)] == ["foo.txt"]


def test_the_second_folder_of_the_settings(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Store(path):
        pass
    monkeypatch.setenv("EQUERRY_BACKUP__SECOND", str(tmp_path / "stick"))
    assert "is not there" in equerry("backup", "list").output
    (tmp_path / "stick").mkdir()
    assert equerry("backup").exit_code == 0
    assert len(list((tmp_path / "stick").glob("*.db"))) == 1
    assert len(equerry("backup", "list").output.splitlines()) == 2


def test_what_can_not_be_is_said(
    path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "There is no store" in refused(capsys, monkeypatch, "backup")
    assert "There is no good backup" in refused(capsys, monkeypatch, "restore", "--yes")
    assert "There is no store" in refused(capsys, monkeypatch, "export", tmp_path / "x.json", "--format", "json")
    with Store(path) as store:
        note(store, "first")
    assert equerry("backup").exit_code == 0
    assert "There is no backup yesterday" in refused(capsys, monkeypatch, "restore", "yesterday", "--yes")
    (tmp_path / "damaged.db").write_bytes(b"nothing" * 1000)
    assert "is damaged" in refused(capsys, monkeypatch, "restore", tmp_path / "damaged.db", "--yes")
    with Store(path):
        held = refused(capsys, monkeypatch, "restore", "--yes")
        assert f"process {os.getpid()}" in held
        assert "sudo systemctl stop equerry" in held
        assert "sudo systemctl stop equerry" in refused(capsys, monkeypatch, "import", _sheet(tmp_path))
    (tmp_path / "file").write_text("")
    assert "can't be used" in refused(capsys, monkeypatch, "backup", "--to", tmp_path / "file")
    assert notes(path) == ["first"]


def _sheet(folder: Path) -> Path:
    sheet = folder / "tasks.csv"
    sheet.write_text("title,due\ncall the bank,tomorrow at nine\nwater the plants,next friday\n")
    return sheet


def test_export_and_import(path: Path, tmp_path: Path) -> None:
    dry = equerry("import", _sheet(tmp_path), "--dry-run")
    assert dry.exit_code == 0, dry.output
    assert "would be added: 2 tasks" in dry.output
    done = equerry("import", _sheet(tmp_path))
    assert "added: 2 tasks" in done.output
    assert "2 there already" in equerry("import", _sheet(tmp_path)).output
    with Store(path) as store:
        bank, plants = store.find(Task)
        assert (bank.due_grain, plants.due_grain) == ("minute", "day")
        out = equerry("export", tmp_path / "all.json", "--format", "json")  # while it is held
    assert out.exit_code == 0, out.output
    assert len(json.loads((tmp_path / "all.json").read_text())["documents"]["task"]) == 2
    for format_, suffix in (("ical", "ics"), ("markdown", "md"), ("csv", "csv")):
        out = equerry("export", tmp_path / f"task.{suffix}", "--format", format_, "--kind", "task")
        assert out.exit_code == 0, out.output
        assert "call the bank" in (tmp_path / f"task.{suffix}").read_text()


def test_a_damaged_store_is_mended_by_whoever_opens_it_and_it_is_said(
    path: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with Store(path) as store:
        note(store, "first")
    equerry("backup")
    path.write_bytes(path.read_bytes()[:5000])
    with caplog.at_level(logging.ERROR):
        assert equerry("import", _sheet(tmp_path)).exit_code == 0
    assert "The store was damaged. I restored the backup of" in caplog.text
    assert "The damaged file is kept as" in caplog.text
    assert notes(path) == ["first"]


def test_it_stands_on_stderr_of_a_real_command(path: Path, tmp_path: Path) -> None:
    with Store(path) as store:
        note(store, "first")
    equerry("backup")
    path.write_bytes(path.read_bytes()[:5000])
    program = [sys.executable, "-m", "device", "import", str(_sheet(tmp_path))]
    root = Path(__file__).resolve().parents[3]
    done = subprocess.run(program, capture_output=True, text=True, check=False, cwd=root)
    assert done.returncode == 0, done.stderr
    assert "The store was damaged. I restored the backup of" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_dry_run_of_an_import_goes_beside_the_appliance_and_says_what_is_left_out(path: Path, tmp_path: Path) -> None:
    sheet = tmp_path / "people.csv"
    sheet.write_text("name,phone,shoe\nSarah Kim,555,38\n")
    first = equerry("import", sheet, "--dry-run")  # there is no store yet
    with Store(path) as store:
        note(store, "first")
        beside = equerry("import", sheet, "--dry-run")
    for said in (first, beside):
        assert said.exit_code == 0, said.output
        assert "By its headings people.csv has contacts." in said.stderr
        assert "Columns left out: shoe." in said.stderr
        assert "would be added: 1 contact" in said.stdout
    assert equerry("people").stderr == "equerry: nothing\n"
