"""One address into one file, from a server that misbehaves."""

from __future__ import annotations

import hashlib
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from device.models.download import BRIEF, PAUSES_S, DownloadRefused, Patience, download
from device.models.errors import ContentWrong, DiskTooFull, DownloadFailed, ModelsUnwritable
from device.models.progress import PlainLines, Watcher

CONTENT = bytes(range(256)) * 4000
PATH = "/model.bin"


@pytest.fixture
def into(tmp_path: Path) -> Path:
    return tmp_path / "model.partial"


@pytest.fixture
def pauses() -> Iterator[list[float]]:
    yield []


def fetch(server: Any, into: Path, pauses: list[float], **more: Any) -> None:
    download(
        server.url + PATH, into, title="model", watcher=more.pop("watcher", Watcher()), sleep=pauses.append, **more
    )


def digest_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def test_whole(server: Any, into: Path, pauses: list[float]) -> None:
    server.files[PATH] = CONTENT
    fetch(server, into, pauses, sha256=digest_of(CONTENT))
    assert into.read_bytes() == CONTENT
    assert pauses == []


def test_goes_on_from_what_an_earlier_process_left(server: Any, into: Path, pauses: list[float]) -> None:
    server.files[PATH] = CONTENT
    into.write_bytes(CONTENT[:5000])
    fetch(server, into, pauses, sha256=digest_of(CONTENT))
    assert into.read_bytes() == CONTENT
    assert server.asked == [(PATH, "bytes=5000-")]


def test_all_was_here_already(server: Any, into: Path, pauses: list[float]) -> None:
    server.files[PATH] = CONTENT
    into.write_bytes(CONTENT)
    fetch(server, into, pauses, sha256=digest_of(CONTENT))
    assert into.read_bytes() == CONTENT


def test_a_cut_connection_is_gone_on_with(server: Any, into: Path, pauses: list[float]) -> None:
    server.files[PATH] = CONTENT
    server.cuts = [300_000, 300_000]
    lines: list[str] = []
    fetch(server, into, pauses, watcher=PlainLines(lines.append))
    assert into.read_bytes() == CONTENT
    assert [span for _, span in server.asked] == [None, "bytes=300000-", "bytes=600000-"]
    assert any("the connection ended at 0.3 of 1.0 MB" in line for line in lines)


def test_a_server_without_ranges_begins_anew(server: Any, into: Path, pauses: list[float]) -> None:
    server.files[PATH] = CONTENT
    server.ranges = False
    server.cuts = [300_000]
    fetch(server, into, pauses, sha256=digest_of(CONTENT))
    assert into.read_bytes() == CONTENT


def test_a_server_that_always_cuts_and_knows_no_ranges_is_given_up(
    server: Any, into: Path, pauses: list[float]
) -> None:
    server.files[PATH] = CONTENT
    server.ranges = False
    server.cuts = [1000] * 50
    with pytest.raises(DownloadFailed, match="connection ended"):
        fetch(server, into, pauses)
    assert len(pauses) < 10


def test_wrong_bytes_are_thrown_away(server: Any, into: Path, pauses: list[float]) -> None:
    server.files[PATH] = CONTENT
    with pytest.raises(ContentWrong, match="SHA-256"):
        fetch(server, into, pauses, sha256=digest_of(b"other"))
    assert not into.exists()


def test_a_spoilt_beginning_is_worth_one_clean_start(server: Any, into: Path, pauses: list[float]) -> None:
    server.files[PATH] = CONTENT
    into.write_bytes(b"x" * 5000)
    fetch(server, into, pauses, sha256=digest_of(CONTENT))
    assert into.read_bytes() == CONTENT


def test_more_than_there_is_is_worth_one_clean_start(server: Any, into: Path, pauses: list[float]) -> None:
    server.files[PATH] = CONTENT
    into.write_bytes(CONTENT + b"x")
    fetch(server, into, pauses, sha256=digest_of(CONTENT))
    assert into.read_bytes() == CONTENT


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_a_refusal_is_final(server: Any, into: Path, pauses: list[float], status: int) -> None:
    server.statuses = [status]
    with pytest.raises(DownloadRefused, match=str(status)):
        fetch(server, into, pauses)
    assert pauses == []


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_server_in_trouble_is_tried_again(server: Any, into: Path, pauses: list[float], status: int) -> None:
    server.files[PATH] = CONTENT
    server.statuses = [status, status]
    fetch(server, into, pauses)
    assert into.read_bytes() == CONTENT
    assert pauses == [1.0, 2.0]


def test_nobody_there(into: Path, pauses: list[float]) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}/"
        with pytest.raises(DownloadFailed, match=r"Connection refused.*run the command again"):
            download(url, into, title="model", watcher=Watcher(), sleep=pauses.append)
    assert pauses == list(PAUSES_S)


@pytest.mark.parametrize(
    ("stop_at", "brief", "reason"),
    [
        (None, Patience(pauses_s=(), answer_s=0.2), "no answer within"),
        (0, Patience(pauses_s=(), answer_s=10.0, silence_s=0.2), "timed out"),
        (300_000, Patience(pauses_s=(), answer_s=10.0, silence_s=0.2), "timed out"),
    ],
    ids=["nothing", "no content", "half"],
)
def test_a_server_that_hangs_is_left_soon(
    server: Any, into: Path, pauses: list[float], stop_at: int | None, brief: Patience, reason: str
) -> None:
    server.files[PATH] = CONTENT
    server.hangs, server.stop_at = stop_at is None, stop_at
    began = time.monotonic()
    with pytest.raises(DownloadFailed, match=reason):
        fetch(server, into, pauses, patience=brief)
    assert time.monotonic() - began < 2.0 and pauses == []
    assert (into.read_bytes() if into.exists() else b"") == CONTENT[: stop_at or 0], "what has arrived is kept"


def test_a_server_that_trickles_is_left_when_the_time_is_over(server: Any, into: Path, pauses: list[float]) -> None:
    server.files[PATH] = CONTENT
    server.trickles = 0.02
    with pytest.raises(DownloadFailed, match=r"only 0\.0 MB came within"):
        fetch(server, into, pauses, patience=Patience(pauses_s=(), whole_s=0.2))
    server.trickles = 0.0
    fetch(server, into, pauses, patience=BRIEF, sha256=digest_of(CONTENT))
    assert len(server.asked) == 2 and server.asked[-1][1] != "bytes=0-", "it is gone on with"


def test_a_file_address(into: Path, tmp_path: Path, pauses: list[float]) -> None:
    (tmp_path / "there").write_bytes(CONTENT)
    into.write_bytes(b"rest of an earlier try")
    download(
        (tmp_path / "there").as_uri(),
        into,
        title="model",
        watcher=Watcher(),
        sha256=digest_of(CONTENT),
        sleep=pauses.append,
    )
    assert into.read_bytes() == CONTENT


def test_a_file_address_that_is_not_there(into: Path, tmp_path: Path, pauses: list[float]) -> None:
    with pytest.raises(DownloadFailed):
        download((tmp_path / "nothing").as_uri(), into, title="model", watcher=Watcher(), sleep=pauses.append)
    assert pauses == []


def test_the_disk_fills_while_writing(server: Any, into: Path, pauses: list[float]) -> None:
    server.files[PATH] = CONTENT
    into.symlink_to("/dev/full")
    with pytest.raises(DiskTooFull):
        fetch(server, into, pauses)


def test_a_folder_that_is_not_there(server: Any, tmp_path: Path, pauses: list[float]) -> None:
    server.files[PATH] = CONTENT
    with pytest.raises(ModelsUnwritable):
        fetch(server, tmp_path / "nowhere" / "model.partial", pauses)


def test_quarters_are_told(server: Any, into: Path, pauses: list[float]) -> None:
    server.files[PATH] = CONTENT
    lines: list[str] = []
    fetch(server, into, pauses, watcher=PlainLines(lines.append))
    assert lines[0] == "  model: 1.0 MB"
    assert lines[-1] == "  model: 100 %"


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    content=st.binary(min_size=1, max_size=3000),
    here=st.integers(0, 3000),
    cuts=st.lists(st.integers(1, 2000), max_size=4),
    ranges=st.booleans(),
)
def test_whatever_is_here_and_wherever_it_cuts_the_content_arrives(
    server: Any, into: Path, content: bytes, here: int, cuts: list[int], ranges: bool
) -> None:
    server.files[PATH], server.cuts, server.ranges = content, list(cuts), ranges
    into.write_bytes(content[:here])
    download(server.url + PATH, into, title="model", watcher=Watcher(), sha256=digest_of(content), sleep=lambda _: None)
    assert into.read_bytes() == content
