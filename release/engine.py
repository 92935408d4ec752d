"""The language model's engine, llama.cpp for llama-cpp-python, as a wheel: the same bytes from every build.

It is compiled for the least of our machines: aarch64 as in a Raspberry Pi 4 (ARMv8-A; a Pi 5 runs it, without its dot
products), x86-64 with AVX2 (2013 and later). scripts/engine compiles for the very processor instead.
"""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path

from release.errors import run
from release.lock import GLIBC, package
from release.source import ROOT, built, epoch, unpacked
from release.target import TARGETS, Target
from release.wheel import repacked

PACKAGE = "llama-cpp-python"
TO_DEVELOP = ("bin", "include", "lib")
"""Folders that llama.cpp installs for those who build on it; llama_cpp/lib has the libraries once more."""
HASHES = ROOT / "config" / "engine.sha256"
"""Of the wheels that a release may carry, as sha256sum writes it; scripts/setup takes no other."""


def build(architecture: str, folder: Path, *, jobs: int = 1) -> Path:
    """Compile the locked source and put the wheel into `folder`. Raises ReleaseFailed with what helps.

    Takes some ten minutes of one fast core.
    """
    target, locked = TARGETS[architecture], package(PACKAGE)
    run([f"{target.compiler}g++", "--version"])  # said before anything is fetched
    with tempfile.TemporaryDirectory(prefix="equerry-engine-") as work:
        source = unpacked(locked, Path(work))
        made = built(source, Path(work), _environment(source, target, Path(work), epoch(locked), jobs))
        folder.mkdir(parents=True, exist_ok=True)
        return repacked(made, folder, f"py3-none-{target.platform}", epoch(locked), without=TO_DEVELOP)


def wheel_name(architecture: str) -> str:
    """The file that `build` makes."""
    version = package(PACKAGE)["version"]
    return f"llama_cpp_python-{version}-py3-none-manylinux_2_{GLIBC}_{architecture}.whl"


def recorded(hashes: Path = HASHES) -> dict[str, str]:
    """SHA-256 of the wheels that scripts/setup takes, by name."""
    lines = hashes.read_text(encoding="ascii").splitlines() if hashes.exists() else []
    return {name: digest for digest, name in (line.split(maxsplit=1) for line in lines)}


def record(wheel: Path, hashes: Path = HASHES) -> None:
    """Have scripts/setup take this wheel, and no other one for its architecture."""
    end = wheel.name.partition("-py3-none-")[2]
    others = {name: digest for name, digest in recorded(hashes).items() if not name.endswith(end)}
    known = {**others, wheel.name: sha256(wheel)}
    hashes.write_text("".join(f"{known[name]}  {name}\n" for name in sorted(known)), encoding="ascii")


def sha256(path: Path) -> str:
    """Of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _environment(source: Path, target: Target, work: Path, published: int, jobs: int) -> dict[str, str]:
    """For CMake and the compilers: nothing of this machine, its paths or this hour goes into the wheel."""
    build = work / "build"
    flags = f"-ffile-prefix-map={source}=. -ffile-prefix-map={build}=build {target.flags}".strip()
    options = (
        "-GNinja",
        f"-DCMAKE_C_COMPILER={target.compiler}gcc",
        f"-DCMAKE_CXX_COMPILER={target.compiler}g++",
        "-DCMAKE_SYSTEM_NAME=Linux",
        f"-DCMAKE_SYSTEM_PROCESSOR={target.architecture}",
        f"-DCMAKE_STRIP=/usr/bin/{target.compiler}strip",
        "-DLLAVA_BUILD=OFF",
        f"-DCMAKE_PROJECT_llama.cpp_INCLUDE={ROOT / 'config' / 'llama.cmake'}",
        "-DGGML_NATIVE=OFF",
        *target.engine,
    )
    return {
        "SOURCE_DATE_EPOCH": str(published),
        "SKBUILD_BUILD_DIR": str(build),
        "CMAKE_ARGS": " ".join(f"'{each}'" for each in options),
        "CMAKE_BUILD_PARALLEL_LEVEL": str(jobs),
        "CFLAGS": flags,
        "CXXFLAGS": flags,
        "LDFLAGS": "",
        "GIT_CEILING_DIRECTORIES": str(work),
        "_PYTHON_HOST_PLATFORM": f"linux-{target.architecture}",
    }
