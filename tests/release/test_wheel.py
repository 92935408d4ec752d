"""Wheels of ours: the same content is the same bytes, and pip and uv take them."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from release.errors import ReleaseFailed
from release.source import UV, built
from release.wheel import repacked

EPOCH = 1_790_000_000
TAG = "py3-none-any"
INFO = "thing-1.0.dist-info"
CONTENT = {
    "thing/__init__.py": b"SAID = 'here'\n",
    "thing/lib/libthing.so": b"\x7fELF",
    "thing/lib/libthing.so.0": b"\x7fELF",
    "thing/lib/libthing.so.0.25.3": b"\x7fELF",
    f"{INFO}/METADATA": b"Metadata-Version: 2.1\nName: thing\nVersion: 1.0\n",
    f"{INFO}/WHEEL": b"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: false\nTag: py3-none-linux_x86_64\n",
    f"{INFO}/RECORD": b"anything,,\n",
}


def wheel(folder: Path, content: dict[str, bytes], *, name: str = "thing-1.0", year: int = 2001) -> Path:
    """As a build of that year leaves it, for the platform linux_x86_64."""
    folder.mkdir()
    path = folder / f"{name}-py3-none-linux_x86_64.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for each, data in content.items():
            archive.writestr(zipfile.ZipInfo(each, (year, 1, 1, 0, 0, 0)), data)
    return path


def test_order_and_time_of_the_build_leave_no_trace(tmp_path: Path) -> None:
    made = []
    for year, content in ((2001, CONTENT), (2026, dict(reversed(CONTENT.items())))):
        old = wheel(tmp_path / str(year), content, year=year)
        made.append(repacked(old, tmp_path / str(year), TAG, EPOCH))
    assert made[0].read_bytes() == made[1].read_bytes() and made[0].name == "thing-1.0-py3-none-any.whl"


def test_it_holds_all_but_the_third_copy_of_a_library_and_what_is_left_out(tmp_path: Path) -> None:
    more = {**CONTENT, "include/thing.h": b"int thing(void);"}
    made = repacked(wheel(tmp_path / "old", more), tmp_path, TAG, EPOCH, without=("include",))
    with zipfile.ZipFile(made) as archive:
        assert set(archive.namelist()) == set(CONTENT) - {"thing/lib/libthing.so.0.25.3"}
        assert b"\nTag: py3-none-any\n" in archive.read(f"{INFO}/WHEEL")
        recorded = {line.split(",")[0] for line in archive.read(f"{INFO}/RECORD").decode().splitlines()}
        assert recorded == set(archive.namelist())


@pytest.mark.skipif(not UV.exists(), reason="uv is not here")
def test_uv_and_python_take_it(tmp_path: Path) -> None:
    """uv compares each file with the hash in RECORD."""
    made = repacked(wheel(tmp_path / "old", CONTENT), tmp_path, TAG, EPOCH)
    command = [UV, "pip", "install", "--python", sys.executable, "--offline", "--target", tmp_path / "site", made]
    subprocess.run(command, check=True, capture_output=True, env={"UV_CACHE_DIR": str(tmp_path / "cache")})
    say = [sys.executable, "-c", "import thing; print(thing.SAID)"]
    assert subprocess.run(say, check=True, capture_output=True, text=True, cwd=tmp_path / "site").stdout == "here\n"


@pytest.mark.skipif(not UV.exists(), reason="uv is not here")
def test_uvs_cache_hears_nothing_of_a_pretended_architecture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A build for aarch64 had uv take this machine for one ever after. This one fails, having no tools at hand."""
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "shared"))
    (tmp_path / "pyproject.toml").write_text('[build-system]\nrequires = ["setuptools"]\n')
    with pytest.raises(ReleaseFailed):
        built(tmp_path, tmp_path, {"_PYTHON_HOST_PLATFORM": "linux-pretended", "UV_OFFLINE": "1"})
    assert not (tmp_path / "shared").exists()
