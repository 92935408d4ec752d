"""Files on a disk that may be full, read-only or hostile."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.actions.files.names import fitting
from services.files.base import (
    LONGEST_NAME,
    FileError,
    FileGone,
    FilesFull,
    FilesUnreachable,
    FileTooLarge,
    FileUnreadable,
    clean,
)
from services.files.local import LocalFiles


@pytest.fixture
def files(tmp_path: Path) -> LocalFiles:
    made = LocalFiles(tmp_path / "inbox", tmp_path / "files", reserve=0)
    made.open()
    return made


def test_content_is_kept_once_under_its_hash(files: LocalFiles, tmp_path: Path) -> None:
    data = os.urandom(3_000_000)
    for name in ("a.bin", "b.bin"):
        (tmp_path / "inbox" / name).write_bytes(data)
    kept = [files.keep(name) for name in files.waiting()]
    assert kept[0] == kept[1]
    assert kept[0].sha256 == hashlib.sha256(data).hexdigest()
    path = files.path(kept[0].sha256)
    assert path is not None
    assert path.read_bytes() == data
    assert [each for each in (tmp_path / "files").rglob("*") if each.is_file()] == [path]
    assert files.write(b"words", "report.md").bytes == 5


def test_what_is_not_for_sharing_is_not_seen(files: LocalFiles, tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    (tmp_path / "secret").write_text("secret")
    (inbox / "folder").mkdir()
    (inbox / "link").symlink_to(tmp_path / "secret")
    os.mkfifo(inbox / "pipe")
    for name in (".DS_Store", "movie.mp4.crdownload", "copying.part", "~$budget.xlsx"):
        (inbox / name).touch()
    assert files.waiting() == ()
    for name in ("link", "pipe", "folder"):
        with pytest.raises(FileUnreadable):
            files.keep(name)


@pytest.mark.parametrize("name", ["../secret", "../../etc/passwd", "/etc/passwd", "", ".", "..", "a\0b", "gone.txt"])
def test_names_lead_nowhere_else(files: LocalFiles, tmp_path: Path, name: str) -> None:
    (tmp_path / "secret").write_text("secret")
    with pytest.raises(FileGone):
        files.keep(name)


@pytest.mark.parametrize(
    "name",
    [b"\xff\xfe.pdf", b"line\nbreak.txt", b"\x1b[31mred.txt", "\u202egpj.exe".encode(), b"x" * 255, b"{name}.txt"],
)
def test_hostile_names_are_kept_and_shown_clean(files: LocalFiles, tmp_path: Path, name: bytes) -> None:
    Path(os.fsdecode(os.fsencode(tmp_path / "inbox") + b"/" + name)).write_text("x")
    (waiting,) = files.waiting()
    assert os.fsencode(waiting) == name
    assert files.keep(waiting).bytes == 1
    assert clean(waiting).isprintable()
    clean(waiting).encode()
    assert str(FileGone(name=clean(waiting)))


@given(st.text(max_size=400))
def test_a_clean_name_is_printable_short_and_stays_clean(name: str) -> None:
    shown = clean(name)
    assert 0 < len(shown) <= LONGEST_NAME
    assert "/" not in shown
    assert "\n" not in shown
    assert clean(shown) == shown


def test_the_latest_comes_first(files: LocalFiles, tmp_path: Path) -> None:
    for age, name in enumerate(("new", "older", "oldest")):
        (tmp_path / "inbox" / name).touch()
        os.utime(tmp_path / "inbox" / name, (1e9 - age, 1e9 - age))
    assert files.waiting(latest_first=True) == ("new", "older", "oldest")


def test_too_large(tmp_path: Path) -> None:
    files = LocalFiles(tmp_path / "inbox", tmp_path / "files", largest=10)
    files.open()
    (tmp_path / "inbox" / "big").write_bytes(b"x" * 11)
    with pytest.raises(FileTooLarge):
        files.keep("big")


def test_nearly_full_is_full(tmp_path: Path) -> None:
    files = LocalFiles(tmp_path / "inbox", tmp_path / "files", reserve=1 << 60)
    with pytest.raises(FilesFull):
        files.write(b"x", "x")
    assert list((tmp_path / "files").iterdir()) == []


def test_a_folder_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "inbox").write_text("a file")
    (tmp_path / "files").write_text("a file")
    files = LocalFiles(tmp_path / "inbox", tmp_path / "files")
    files.open()
    with pytest.raises(FilesUnreachable):
        files.waiting()
    with pytest.raises(FilesUnreachable):
        files.write(b"x", "x")


def test_sweep_spares_what_is_used_and_what_is_new(files: LocalFiles) -> None:
    used, unused, new = (files.write(data, "x").sha256 for data in (b"used", b"unused", b"new"))
    for sha256 in (used, unused):
        path = files.path(sha256)
        assert path is not None
        os.utime(path, (1, 1))
    assert files.sweep({used}, timedelta(days=7)) == 1
    assert [files.path(each) is not None for each in (used, unused, new)] == [True, False, True]
    files.touch(used)
    assert files.sweep((), timedelta(days=7)) == 0


def test_half_written_content_is_removed_at_start(files: LocalFiles, tmp_path: Path) -> None:
    (tmp_path / "files" / "tmpx.part").write_text("half")
    files.open()
    assert list((tmp_path / "files").iterdir()) == []


_FILLED = """
import resource, sys
from pathlib import Path
from services.files.base import FileError
from services.files.local import LocalFiles
root = Path(sys.argv[1])
files = LocalFiles(root / "inbox", root / "files", reserve=0)
files.open()
(root / "inbox" / "big").write_bytes(bytes(3 << 20))
import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (2 << 20, 2 << 20))
try:
    files.keep("big")
except FileError as error:
    print(error.code, sorted(p.name for p in (root / "files").iterdir()))
"""


def test_a_write_that_fails_half_way_leaves_nothing(tmp_path: Path) -> None:
    """The system refuses after 2 MiB of 3, as a full disk does."""
    root = Path(__file__).parents[3]
    done = subprocess.run(
        [sys.executable, "-c", _FILLED, str(tmp_path)], capture_output=True, text=True, cwd=root, check=True
    )
    assert done.stdout.strip() == "file.folder []"


def test_a_full_disk(tmp_path: Path) -> None:
    """A real one, of one MiB; needs the right to mount."""
    script = f"mount -t tmpfs -o size=1m none {tmp_path} && exec {sys.executable} - {tmp_path}"
    code = _FILLED.replace(
        '(root / "inbox" / "big").write_bytes(bytes(3 << 20))',
        'files = LocalFiles(Path("/dev/shm"), root, reserve=-(1 << 60))',
    )
    code = code.replace("2 << 20, 2 << 20", "-1, -1").replace('files.keep("big")', 'files.write(bytes(3 << 20), "big")')
    code = code.replace('(root / "files").iterdir()', "root.iterdir() if p.is_file()")
    try:
        done = subprocess.run(
            ["unshare", "-m", "sh", "-c", script],
            input=code,
            capture_output=True,
            text=True,
            cwd=Path(__file__).parents[3],
            check=False,
        )
    except FileNotFoundError:
        pytest.skip("no unshare here")
    if "mount:" in done.stderr or "unshare:" in done.stderr:
        pytest.skip("nothing may be mounted here")
    assert done.stdout.strip() == "file.full []", done.stderr


def test_a_thousandfold_inbox_stays_fast(files: LocalFiles, tmp_path: Path) -> None:
    for number in range(10_000):
        (tmp_path / "inbox" / f"Quarterly-report_{number}_draft.pdf").touch()
    (tmp_path / "inbox" / "brand-guidelines_v2.pdf").touch()
    names = files.waiting()
    assert fitting("the brand guidelines", names) == ["brand-guidelines_v2.pdf"]
    started = time.perf_counter()
    assert fitting("brand guideline", files.waiting()) == ["brand-guidelines_v2.pdf"]
    assert time.perf_counter() - started < 2  # about a tenth of that; other work may run beside


def test_every_failure_has_a_sentence() -> None:
    for kind in FileError.__subclasses__():
        assert str(kind(name="a", reason="b", path="c", largest="d")).endswith(".")
