"""The engine as a wheel: which one is known, and that scripts/setup takes that one alone."""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import subprocess
from pathlib import Path

import pytest

from release.engine import build, record, recorded, wheel_name
from release.errors import ReleaseFailed, run
from release.lock import package
from release.source import ROOT, UV, epoch
from release.target import TARGETS
from release.wheel import repacked
from tests.release.test_wheel import EPOCH, wheel

VERSION = "9.9.9"
TAG = f"py3-none-manylinux_2_36_{platform.machine()}"
NAME = f"llama_cpp_python-{VERSION}-{TAG}.whl"
FLAGS = {"avx2", "fma", "f16c", "bmi2"}


def test_the_known_hashes_are_of_the_locked_engine() -> None:
    """After a new version: scripts/engine-wheel --record, for each architecture."""
    assert set(recorded()) == {wheel_name(architecture) for architecture in TARGETS}


def test_a_new_hash_takes_the_place_of_the_one_before(tmp_path: Path) -> None:
    hashes = tmp_path / "engine.sha256"
    for name, content in (("1.0-py3-none-a", b"old"), ("1.0-py3-none-b", b"other"), ("1.1-py3-none-a", b"new")):
        path = tmp_path / f"llama_cpp_python-{name}.whl"
        path.write_bytes(content)
        record(path, hashes)
    assert list(recorded(hashes)) == ["llama_cpp_python-1.0-py3-none-b.whl", "llama_cpp_python-1.1-py3-none-a.whl"]
    assert recorded(hashes)["llama_cpp_python-1.1-py3-none-a.whl"] == hashlib.sha256(b"new").hexdigest()
    written = subprocess.run(["sha256sum", "--check", hashes], cwd=tmp_path, capture_output=True, check=False)
    assert written.returncode == 0, "sha256sum reads it, too"


def test_the_time_in_the_wheel_is_the_sources() -> None:
    assert epoch({"sdist": {"upload-time": "2026-10-01T05:48:01.345Z"}}) == 1_790_833_681
    assert epoch(package("llama-cpp-python")) > 1_700_000_000


def test_without_the_compiler_it_says_so_before_anything_is_fetched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ReleaseFailed, match=r"aarch64-linux-gnu-g\+\+ is not here; install it"):
        build("aarch64", tmp_path)


def test_a_program_that_fails_is_told_of_in_its_own_words() -> None:
    with pytest.raises(ReleaseFailed, match=r"failed: .*no-such-file"):
        run(["cat", "/no-such-file"])


LOCK = f"""version = 1
revision = 3
requires-python = ">=3.11, <3.14"

[[package]]
name = "equerry"
version = "0.0.1"
source = {{ virtual = "." }}
dependencies = [{{ name = "llama-cpp-python" }}]

[[package]]
name = "llama-cpp-python"
version = "{VERSION}"
source = {{ registry = "https://index.invalid/simple" }}
sdist = {{ url = "https://index.invalid/llama_cpp_python-{VERSION}.tar.gz", hash = "sha256:{"0" * 64}" }}
"""
PROJECT = f"""[project]
name = "equerry"
version = "0.0.1"
requires-python = ">=3.11,<3.14"
dependencies = ["llama-cpp-python=={VERSION}"]
[tool.uv]
package = false
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder whose only package is an engine of one line, carried as a wheel that its hash is known of."""
    folder = tmp_path / "equerry"
    for each in ("scripts", "config", "wheels"):
        (folder / each).mkdir(parents=True)
    shutil.copy(ROOT / "scripts" / "setup", folder / "scripts")
    (folder / ".uv").symlink_to(ROOT / ".uv")
    (folder / "pyproject.toml").write_text(PROJECT)
    (folder / "uv.lock").write_text(LOCK)
    (folder / "config" / "models.toml").touch()
    carried = folder / "wheels" / NAME
    _engine_of_one_line(tmp_path / "made").rename(carried)
    record(carried, folder / "config" / "engine.sha256")
    return folder


def _engine_of_one_line(folder: Path) -> Path:
    info = f"llama_cpp_python-{VERSION}.dist-info"
    content = {
        "llama_cpp/__init__.py": b"",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: llama_cpp_python\nVersion: {VERSION}\n".encode(),
        f"{info}/WHEEL": b"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: false\nTag: py3-none-linux_x86_64\n",
        f"{info}/RECORD": b"",
    }
    raw = wheel(folder, content, name=f"llama_cpp_python-{VERSION}")
    return repacked(raw, folder, TAG, EPOCH)


def setup(checkout: Path, tmp_path: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "UV_CACHE_DIR": str(tmp_path / "cache"), "UV_OFFLINE": "1"}
    environment.pop("VIRTUAL_ENV", None)
    command = [checkout / "scripts" / "setup", "--engine"]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def _runs_the_carried_one() -> bool:
    flags = Path("/proc/cpuinfo").read_text().split()
    return platform.machine() != "x86_64" or set(flags) >= FLAGS


needs_uv = pytest.mark.skipif(not UV.exists() or not _runs_the_carried_one(), reason="no uv, or no AVX2")


@needs_uv
def test_setup_takes_what_the_release_carries(checkout: Path, tmp_path: Path) -> None:
    done = setup(checkout, tmp_path)
    assert done.returncode == 0, done.stderr
    assert f"the engine is that of wheels/{NAME}" in done.stderr
    assert list(checkout.glob(".venv/lib/python3*/site-packages/llama_cpp/__init__.py"))
    # uv takes it for the locked one: a later call leaves it alone.
    kept = [UV, "sync", "--frozen", "--inexact", "--offline", "--dry-run"]
    again = subprocess.run(kept, cwd=checkout, capture_output=True, text=True, check=True)
    assert "llama-cpp-python" not in again.stderr


def test_setup_says_what_is_no_bundle(checkout: Path) -> None:
    for words in (["--from"], ["--from", "/nowhere"]):
        done = subprocess.run([checkout / "scripts" / "setup", *words], capture_output=True, text=True, check=False)
        assert done.returncode == 1 and "is no unpacked bundle\nWhat helps: " in done.stderr


@needs_uv
def test_setup_takes_no_other(checkout: Path, tmp_path: Path) -> None:
    with (checkout / "wheels" / NAME).open("ab") as carried:
        carried.write(b"more")
    done = setup(checkout, tmp_path)
    assert f"wheels/{NAME} is not the one that config/engine.sha256 knows" in done.stderr
    assert done.returncode == 1 and "could not be compiled" in done.stderr  # as it goes about without a network
    assert not list(checkout.glob(".venv/lib/python3*/site-packages/llama_cpp/__init__.py"))
