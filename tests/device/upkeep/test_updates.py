"""Updates that are asked for: what there is, what is written down, and what is told of how far they are."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import pytest
from pydantic import ValidationError

from device.configuration.settings import UpdateSettings
from device.upkeep.updates import (
    LATELY_S,
    LONGEST_S,
    LOOK_S,
    TAKEN_UP_S,
    NothingNewer,
    UpdateRunning,
    Updates,
    UpdateUnwritten,
)


@dataclass
class Shelf:
    """Archives in a folder, and what root tells."""

    folder: Path
    now: float = 1_000_000.0

    def __post_init__(self) -> None:
        self.told, self.wanted = self.folder / "state", self.folder / "data" / "update" / "wanted"
        pattern = str(self.folder / "equerry-{version}.tar.gz")
        self.updates = Updates(pattern, self.folder / "data", "0.9.0", told=self.told, clock=lambda: self.now)

    def put(self, *versions: str) -> None:
        for version in versions:
            (self.folder / f"equerry-{version}.tar.gz").touch()

    def tell(self, *lines: str) -> None:
        self.told.write_text("".join(f"{line}\n" for line in lines))
        os.utime(self.told, (self.now, self.now))

    def want(self) -> None:
        self.updates.install()
        os.utime(self.wanted, (self.now, self.now))


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path)


def test_the_newest_archive_counts_and_only_a_newer_one(shelf: Shelf) -> None:
    assert shelf.updates.newest() == ""
    shelf.put("0.8.0", "0.9.0", "0.9.1", "0.10.0", "nonsense")
    for name in ("equerry-0.12.0.zip", "equerry-0.13.0.tar.gz.part"):
        (shelf.folder / name).touch()
    shelf.now += LOOK_S
    assert shelf.updates.newest() == "0.10.0"


def test_a_folder_that_is_away_has_nothing(tmp_path: Path) -> None:
    assert Updates(str(tmp_path / "away" / "{version}.tar"), tmp_path, "0.9.0").newest() == ""


def test_what_is_wanted_is_written_down_once(shelf: Shelf) -> None:
    with pytest.raises(NothingNewer, match=r"nothing newer than 0\.9\.0"):
        shelf.updates.install()
    shelf.put("0.10.0")
    shelf.want()
    assert shelf.wanted.read_text() == "0.10.0\n"
    assert shelf.updates.progress().on
    with pytest.raises(UpdateRunning, match=r"0\.10\.0"):
        shelf.updates.install()


def test_what_nobody_begins_with_fails_in_words_and_is_not_begun_later(shelf: Shelf) -> None:
    shelf.put("0.10.0")
    shelf.want()
    shelf.now += TAKEN_UP_S
    progress = shelf.updates.progress()
    assert progress.state == "failed" and "equerry-update-wanted.path" in progress.words
    assert not shelf.wanted.exists()


def test_how_far_it_is(shelf: Shelf) -> None:
    shelf.tell("running", "0.10.0", "")
    assert shelf.updates.progress().on
    shelf.now += LONGEST_S
    assert shelf.updates.progress().words == "It did not end in time."
    shelf.tell("done", "0.10.0", "")
    assert shelf.updates.progress().state == "none"
    shelf.told.write_bytes(b"\xff\x00")
    assert shelf.updates.progress().state == "none"


def test_a_failure_is_told_once_and_not_long_after(shelf: Shelf) -> None:
    shelf.tell("failed", "0.10.0", "the disk is full")
    failed = shelf.updates.failed()
    assert failed and failed.words == "the disk is full" and not failed.on
    assert shelf.updates.failed() is None
    again = Shelf(shelf.folder, now=shelf.now + 2 * LATELY_S)
    assert again.updates.failed() is None and again.updates.progress().state == "failed"


def test_where_it_can_t_be_written_down(shelf: Shelf) -> None:
    shelf.put("0.10.0")
    (shelf.folder / "data").touch()
    with pytest.raises(UpdateUnwritten, match="can't be written down"):
        shelf.updates.install()


@pytest.mark.parametrize(
    "archive",
    [
        "equerry-{version}.tar",
        "/srv/equerry.tar",
        "/srv/{version}/equerry.tar",
        "/home/me/{version}.tar",
        "/{version}/{version}.tar",
    ],
)
def test_archives_that_can_t_be_used(archive: str) -> None:
    with pytest.raises(ValidationError, match="absolute path"):
        UpdateSettings(archive=archive, signed=False)


@pytest.mark.parametrize(
    "archive", ["", "/srv/equerry/equerry-{version}.tar.gz", "/srv/home/{version}.tar", "/{version}.tar"]
)
def test_archives_that_can(archive: str) -> None:
    assert UpdateSettings(archive=archive, signed=False).archive == archive


@pytest.mark.parametrize("end", ["-arm64.update", "-aarch64.tar"])
def test_update_files_and_bundles_are_found_as_archives_are(tmp_path: Path, end: str) -> None:
    for version in ("0.9.0", "0.10.0"):
        (tmp_path / f"equerry-{version}{end}").touch()
        (tmp_path / f"equerry-{version}{end}.sig").touch()
    assert Updates(f"{tmp_path}/equerry-{{version}}{end}", tmp_path, "0.9.0").newest() == "0.10.0"
