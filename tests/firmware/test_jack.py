"""A lock that a killed process left behind does not hold up those after it."""

from __future__ import annotations

import mmap
import os
from pathlib import Path

from firmware.sound.portaudio import forget_the_dead


def test_what_nobody_has_open_is_removed(tmp_path: Path) -> None:
    folder = tmp_path / f"jack_db-{os.getuid()}"
    folder.mkdir()
    (folder / "__db.001").write_bytes(b"x" * mmap.PAGESIZE)
    (tmp_path / "jack_db-other").mkdir()
    with (folder / "__db.001").open("r+b") as file, mmap.mmap(file.fileno(), 0):
        assert not forget_the_dead(tmp_path), "this process has it open"
        assert folder.is_dir()
    assert forget_the_dead(tmp_path)
    assert not folder.exists() and (tmp_path / "jack_db-other").is_dir()
    assert not forget_the_dead(tmp_path), "there is nothing any more"


def test_processes_that_may_not_be_looked_into_are_none(tmp_path: Path) -> None:
    (tmp_path / f"jack_db-{os.getuid()}").mkdir()
    (tmp_path / "proc" / "1" / "maps").mkdir(parents=True)
    assert forget_the_dead(tmp_path, tmp_path / "proc")
