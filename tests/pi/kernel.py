"""The kernel of the virtual Pi, made from Debian's source by a cross compiler, once for each configuration."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from release.errors import ReleaseFailed, run

SOURCE = Path("/usr/src/linux-source-6.1.tar.xz")
CONFIGURATION = Path(__file__).with_name("kernel.config")
PREFIX = "aarch64-linux-gnu-"
NEEDED = "linux-source-6.1 gcc-aarch64-linux-gnu make bison flex bc libssl-dev xz-utils"
"""Debian's packages."""


@dataclass(frozen=True, slots=True)
class Kernel:
    """One that is compiled."""

    image: Path
    modules: Path
    """Folder of the modules that can't be built in: i2c-stub.ko."""


def kernel(cache: Path, *, told: Callable[[str], None]) -> Kernel:
    """That of kernel.config, compiled if `cache` has none (5 to 30 minutes). Raises ReleaseFailed."""
    if not SOURCE.is_file() or not shutil.which(f"{PREFIX}gcc"):
        raise ReleaseFailed(f"a kernel can't be made here; apt-get install {NEEDED}")
    made = cache / f"kernel-{_key()}"
    if not (made / "Image").is_file():
        told("The kernel, compiled once (5 to 30 minutes)")
        cache.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix="kernel-", dir=cache) as work:
            _compile(Path(work))
            _keep(Path(work) / "out", made)
    return Kernel(made / "Image", made)


def _key() -> str:
    """Of what goes into it."""
    version = run([f"{PREFIX}gcc", "-dumpfullversion"])
    with SOURCE.open("rb") as file:
        source = hashlib.file_digest(file, "sha256").hexdigest()
    return hashlib.sha256("\n".join((CONFIGURATION.read_text("utf-8"), version, source)).encode()).hexdigest()[:12]


def _compile(work: Path) -> None:
    run(["tar", "-xf", SOURCE, "-C", work])
    tree, out = next(work.iterdir()), work / "out"
    env = {**os.environ, "ARCH": "arm64", "CROSS_COMPILE": PREFIX, "KCONFIG_ALLCONFIG": str(CONFIGURATION)}
    run(["make", "-s", "-C", tree, f"O={out}", "allnoconfig"], env=env)
    missing = _asked() - set((out / ".config").read_text("utf-8").splitlines())
    if missing:
        raise ReleaseFailed(f"this kernel can't have {', '.join(sorted(missing))}; mend tests/pi/kernel.config")
    run(["nice", "make", "-s", "-C", tree, f"O={out}", f"-j{os.cpu_count() or 1}", "Image", "modules"], env=env)


def _asked() -> set[str]:
    return {line for line in CONFIGURATION.read_text("utf-8").splitlines() if line.startswith("CONFIG_")}


def _keep(out: Path, made: Path) -> None:
    """Whole or not at all: a folder of its own first, then its name."""
    fresh = made.with_name(f"{made.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir()
    shutil.copy(out / "arch/arm64/boot/Image", fresh)
    for path in out.rglob("*.ko"):
        shutil.copy(path, fresh)
        subprocess.run([f"{PREFIX}strip", "--strip-debug", fresh / path.name], check=True)
    fresh.rename(made)
