"""The locked packages as wheels for a kind of machine: fetched where there are any, else built from the source."""

from __future__ import annotations

import tempfile
from pathlib import Path

from packaging.utils import parse_wheel_filename

from release import debian
from release.engine import PACKAGE
from release.errors import ReleaseFailed, run
from release.lock import Machine, Package, has_wheel, needed, packages
from release.source import PIP, built, epoch, unpacked
from release.target import TARGETS, Target
from release.wheel import repacked

TO_INSTALL_OURS = (
    "editables==0.6",
    "hatchling==1.33.0",
    "packaging==26.3",
    "pathspec==1.1.1",
    "pluggy==1.7.0",
    "trove-classifiers==2026.9.21.13",
)
"""What uv needs to put Equerry itself into an environment; pure Python."""
HEADERS = ("portaudio19-dev", "libportaudio2")


def collect(machine: Machine, folder: Path, offered: debian.Packages) -> None:
    """All wheels but the engine's into `folder`. Raises ReleaseFailed with what helps."""
    locked = [each for each in needed(packages(), machine, tests=False) if each["name"] != PACKAGE]
    tags = machine.tags()
    fetch([each for each in locked if has_wheel(each, tags)], machine, folder)
    run([*PIP, "download", "--no-deps", "--dest", folder, *TO_INSTALL_OURS])
    with tempfile.TemporaryDirectory(prefix="equerry-headers-") as headers:
        names = [*HEADERS, f"libpython{machine.python[0]}.{machine.python[1]}-dev"]
        debian.extract(offered.alone(names, Path(headers) / "debs"), Path(headers))
        for each in locked:
            if not has_wheel(each, tags):
                _build(each, machine, Path(headers), folder)


def fetch(locked: list[Package], machine: Machine, folder: Path) -> None:
    """Their wheels, each with a hash of the lock."""
    minor = f"{machine.python[0]}{machine.python[1]}"
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="ascii") as wanted:
        for each in locked:
            hashes = " ".join(f"--hash={wheel['hash']}" for wheel in each["wheels"])
            wanted.write(f"{each['name']}=={each['version']} {hashes}\n")
        wanted.flush()
        accepted = [word for name in machine.platforms for word in ("--platform", name)]
        accepted += ["--python-version", minor, "--implementation", "cp", "--abi", f"cp{minor}", "--abi", "abi3"]
        command = ["download", "--no-deps", "--only-binary", ":all:", "--require-hashes", "--requirement", wanted.name]
        run([*PIP, *command, *accepted, "--abi", "none", "--dest", folder])


def uv(pin: str, machine: Machine, target: Path) -> None:
    """The program uv of this version for that machine, at `target`."""
    accepted = [word for name in machine.platforms for word in ("--platform", name)]
    with tempfile.TemporaryDirectory(prefix="equerry-uv-") as work:
        run([*PIP, "download", "--no-deps", "--only-binary", ":all:", *accepted, "--dest", work, f"uv=={pin}"])
        (wheel,) = Path(work).glob("*.whl")
        run(["unzip", "-q", "-o", wheel, "*/scripts/uv", "-d", work])
        (program,) = Path(work).glob("*/scripts/uv")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(program.read_bytes())
        target.chmod(0o755)


def _build(package: Package, machine: Machine, headers: Path, folder: Path) -> None:
    target = TARGETS[machine.architecture]
    with tempfile.TemporaryDirectory(prefix="equerry-source-") as work:
        source = unpacked(package, Path(work))
        made = built(source, Path(work), _environment(source, target, machine, headers, epoch(package)))
        tags = parse_wheel_filename(made.name)[3]
        platform = next(iter(tags)).platform
        tag = "-".join(made.name.removesuffix(".whl").split("-")[-3:])
        if platform != "any" and f"cp{machine.python[0]}{machine.python[1]}" not in tag:
            raise ReleaseFailed(f"{made.name} is for another Python than {machine}; make the bundle on Debian 12")
        repacked(made, folder, tag.replace(platform, target.platform) if platform != "any" else tag, epoch(package))


def _environment(source: Path, target: Target, machine: Machine, headers: Path, published: int) -> dict[str, str]:
    """For setuptools: another architecture's compiler, headers and names, and nothing of this machine."""
    include, python = headers / "usr" / "include", f"python{machine.python[0]}.{machine.python[1]}"
    maps = f"-ffile-prefix-map={source}=. -ffile-prefix-map={headers}=headers"
    return {
        "SOURCE_DATE_EPOCH": str(published),
        "CC": f"{target.compiler}gcc -I{include / python} -I{include} {maps}",
        "LDSHARED": f"{target.compiler}gcc -shared -s -L{headers / 'usr' / 'lib' / target.triplet}",
        "CFLAGS": "-O2 -g0",
        "_PYTHON_HOST_PLATFORM": f"linux-{target.architecture}",
        "SETUPTOOLS_EXT_SUFFIX": f".cpython-{machine.python[0]}{machine.python[1]}-{target.triplet}.so",
    }
