"""Wheels made of locked sources: the source checked by its hash, the tools pinned."""

from __future__ import annotations

import os
import tarfile
from calendar import timegm
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from release.errors import ReleaseFailed, run
from release.lock import Package

ROOT = Path(__file__).resolve().parents[1]
UV = ROOT / ".uv" / "bin" / "uv"
PIP = (ROOT / ".uv" / "bin" / "python", "-m", "pip", "--disable-pip-version-check", "--no-input", "--quiet")
BUILD_TOOLS = ("scikit-build-core==1.1.2", "setuptools==80.9.0", "wheel==0.45.1")
"""What turns sources into wheels. Compiler, CMake and Ninja are Debian's."""


def epoch(package: Package) -> int:
    """When its source was published, in seconds since 1970: every file in a wheel of ours bears that."""
    return timegm(datetime.fromisoformat(package["sdist"]["upload-time"]).utctimetuple())


def unpacked(package: Package, work: Path) -> Path:
    """The folder of its source. Raises ReleaseFailed where that can't be had, or is not the locked one."""
    name, version = package["name"], package["version"]
    wanted = work / "wanted.txt"
    wanted.write_text(f"{name}=={version} --hash={package['sdist']['hash']}\n", encoding="ascii")
    download = ("download", "--no-deps", "--no-binary", name, "--require-hashes", "--requirement", wanted)
    run([*PIP, *download, "--dest", work])
    (archive,) = work.glob("*.tar.gz")
    with tarfile.open(archive) as packed:
        packed.extractall(work, filter="data")
    return work / archive.name.removesuffix(".tar.gz")


def built(source: Path, work: Path, environment: Mapping[str, str]) -> Path:
    """The wheel of a source, made in `work`. Raises ReleaseFailed with the compiler's last words.

    With a cache of its own: uv keeps what it learns of an interpreter, and would take this machine's for that of the
    architecture which `environment` pretends (_PYTHON_HOST_PLATFORM), also when it is called for something else.
    """
    tools = work / "tools.txt"
    tools.write_text("\n".join(BUILD_TOOLS), encoding="ascii")
    to_build = ("build", "--wheel", "--quiet", "--python", ROOT / ".uv" / "bin" / "python")
    run(
        [UV, *to_build, "--build-constraints", tools, "--out-dir", work / "made", source],
        env={**os.environ, "UV_PYTHON_DOWNLOADS": "never", "UV_CACHE_DIR": str(work / "cache"), **environment},
    )
    made = list((work / "made").glob("*.whl"))
    if len(made) != 1:
        raise ReleaseFailed(f"uv made {len(made)} wheels of {source.name}, not one; run scripts/setup")
    return made[0]
