"""Who reads calls: the language model where it is there and memory is left for it, else what was learnt from words."""

from __future__ import annotations

from pathlib import Path

import pytest

from device.configuration.load import load
from device.wiring.calls import reader
from device.wiring.calls.reader import build_turn_reader
from firmware.readings import Readings
from services.calls.meanings.learnt import LearntMeanings
from services.calls.meanings.modelled import ModelledMeanings


@pytest.fixture(autouse=True)
def _installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "some.gguf").write_bytes(b"GGUF and more")
    monkeypatch.setattr(reader, "is_there", lambda *_: True)
    monkeypatch.setattr(reader, "is_compiled", lambda: True)
    monkeypatch.setattr(reader, "model_folder", lambda *_: tmp_path)


def _machine(folder: Path, free_mib: int) -> Readings:
    (folder / "proc").mkdir()
    (folder / "proc" / "meminfo").write_text(f"MemTotal: 4000000 kB\nMemAvailable: {free_mib * 1024} kB\n")
    return Readings(folder)


def test_the_model_reads_where_there_is_room(tmp_path: Path) -> None:
    assert isinstance(build_turn_reader(load(), _machine(tmp_path, 900)), ModelledMeanings)


def test_words_alone_where_memory_is_short(tmp_path: Path) -> None:
    assert isinstance(build_turn_reader(load(), _machine(tmp_path, 450)), LearntMeanings)


def test_words_alone_where_the_engine_is_not_compiled_yet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "is_compiled", lambda: False)
    assert isinstance(build_turn_reader(load(), _machine(tmp_path, 900)), LearntMeanings)


def test_words_alone_where_the_model_is_not_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "is_there", lambda _, model: model != reader.LORA)
    assert isinstance(build_turn_reader(load(), _machine(tmp_path, 900)), LearntMeanings)


def test_words_alone_and_a_warning_where_the_model_is_damaged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "some.gguf").write_bytes(b"no such file")
    assert isinstance(build_turn_reader(load(), _machine(tmp_path, 900)), LearntMeanings)
    assert "by words alone" in caplog.text


def test_words_alone_where_no_language_model_is_wanted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EQUERRY_LANGUAGE_MODEL__ENABLED", "false")
    assert isinstance(build_turn_reader(load(), _machine(tmp_path, 900)), LearntMeanings)
