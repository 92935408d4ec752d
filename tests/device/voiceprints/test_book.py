"""The file of voiceprints: private, whole or as it was, told of where it is damaged."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest

from device.voiceprints.book import ENCODER, MOST, VoiceprintBook, checked_name
from device.voiceprints.errors import (
    AlreadyEnrolled,
    NameNobodys,
    NameUnfit,
    NobodyOfThatName,
    TooManyVoices,
    VoiceprintsDamaged,
    VoiceprintsUnwritable,
)
from services.store.backups.contents import bring_contents
from services.store.backups.folder import BackupFolder
from services.store.store import Store
from tests.doubles.voiceprints import NOW, person


@pytest.fixture
def book(tmp_path: Path) -> VoiceprintBook:
    return VoiceprintBook(tmp_path / "data" / "voiceprints.json")


def test_who_was_enrolled_is_read_as_written_by_the_owner_alone(book: VoiceprintBook) -> None:
    assert book.read() == ()
    book.add(person("Anna Müller", 1))
    book.add(person("Ben", 2))
    anna, ben = book.read()
    assert (anna.name, anna.enrolled, anna.encoder, len(anna.recordings)) == (
        "Anna Müller",
        NOW,
        "wespeaker-resnet34",
        3,
    )
    assert float(anna.mean @ person("Anna Müller", 1).mean) == pytest.approx(1.0, abs=1e-6)
    assert float(ben.mean @ anna.mean) < 0.5
    assert stat.S_IMODE(book.path.stat().st_mode) == 0o600


def test_nobody_is_enrolled_twice(book: VoiceprintBook) -> None:
    book.add(person("Anna"))
    with pytest.raises(AlreadyEnrolled, match="equerry voices forget Anna"):
        book.add(person(" anna "))
    assert len(book.read()) == 1


def test_who_is_forgotten_is_in_no_file_any_more(book: VoiceprintBook) -> None:
    book.add(person("Anna", 1))
    book.add(person("Ben", 2))
    assert book.forget("ANNA").name == "Anna"
    assert [each.name for each in book.read()] == ["Ben"]
    assert not any("Anna" in path.read_text() for path in book.path.parent.iterdir())
    book.forget("Ben")
    assert list(book.path.parent.iterdir()) == []
    with pytest.raises(NobodyOfThatName, match="equerry voices list"):
        book.forget("Ben")


def test_no_more_people_than_can_be_told_apart(book: VoiceprintBook) -> None:
    for number in range(MOST):
        book.add(person(f"Person {number}", number))
    with pytest.raises(TooManyVoices, match="equerry voices forget"):
        book.add(person("One more"))


def test_no_backup_holds_a_voice(book: VoiceprintBook, tmp_path: Path) -> None:
    book.add(person("Goldammer"))
    store = book.path.with_name("equerry.db")
    with Store(store):
        pass
    folder = BackupFolder(tmp_path / "backups", None)
    made = folder.make(store, NOW, asked_for=True)
    bring_contents(folder, made, store.parent / "files")
    kept = [path for path in (tmp_path / "backups").rglob("*") if path.is_file()]
    assert kept
    assert not any(b"Goldammer" in path.read_bytes() for path in kept)


def _damaged() -> list[bytes]:
    whole = {
        "edition": 1,
        "people": [{"name": "A", "enrolled": NOW.isoformat(), "encoder": "e", "recordings": [[1.0]]}],
    }
    anna = whole["people"][0]  # type: ignore[index]
    changes: list[dict[str, object]] = [
        {"recordings": []},
        {"recordings": [[0.0, 0.0]]},
        {"recordings": [["x"]]},
        {"recordings": [[float("nan")]]},
        {"recordings": [[1.0], [1.0, 0.0]]},
        {"recordings": [[1.0] * 100], "encoder": ENCODER},
        {"enrolled": "yesterday"},
        {"enrolled": "2026-11-25"},
        {"name": 7},
    ]
    people = [json.dumps({"edition": 1, "people": [{**anna, **change}]}).encode() for change in changes]  # type: ignore[dict-item]
    return [b"", b"\xff\xfe", b"[]", b"{}", b'{"edition": 2, "people": []}', json.dumps(whole).encode()[:-20], *people]


@pytest.mark.parametrize("content", _damaged())
def test_a_damaged_file_is_a_sentence_and_stays(book: VoiceprintBook, content: bytes) -> None:
    book.path.parent.mkdir()
    book.path.write_bytes(content)
    for attempt in (book.read, lambda: book.add(person("Ben")), lambda: book.forget("A")):
        with pytest.raises(VoiceprintsDamaged, match="Take that file away, then run: equerry voices add NAME"):
            attempt()
    assert book.path.read_bytes() == content


def test_a_folder_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")
    with pytest.raises(VoiceprintsUnwritable, match="can't be written to"):
        VoiceprintBook(tmp_path / "data" / "voiceprints.json").add(person("Anna"))


def test_what_a_killed_or_failed_write_leaves_is_forgotten_too(
    book: VoiceprintBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    book.add(person("Anna"))

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr(os, "fsync", full)
        with pytest.raises(VoiceprintsUnwritable, match="No space left"):
            book.add(person("Ben", 2))
    assert [each.name for each in book.path.parent.iterdir()] == [book.path.name]
    assert [each.name for each in book.read()] == ["Anna"]
    book.path.with_name(f"{book.path.name}.new").write_bytes(book.path.read_bytes())
    book.forget("Anna")
    assert list(book.path.parent.iterdir()) == []


@pytest.mark.parametrize("name", ["", "  ", "123", "a" * 61, "a\nb\x07", "\x1b[31mA", "a@b", "Bob?", "x" * 10_000])
def test_what_is_no_name_is_refused(name: str) -> None:
    if name == "a\nb\x07":
        name = "a\x07b"
    with pytest.raises(NameUnfit) as refused:
        checked_name(name)
    told = str(refused.value)
    assert told.isprintable() and len(told) < 220


def test_who_speaks_is_no_name() -> None:
    with pytest.raises(NameNobodys, match="such as Anna"):
        checked_name(" Me ")


def test_a_name_loses_blanks_alone() -> None:
    assert checked_name("  José   María ") == "José María"
