"""One archive with all that a machine without a network needs: the code, wheels, the engine, models, Debian's packages.

equerry-VERSION-ARCHITECTURE/
    bundle.toml         what it is for (of the table below)
    SHA256SUMS          of every file but itself
    equerry/            what scripts/install ships, with .uv/bin/uv
    wheels/             of every locked package, the engine and what installs Equerry itself
    models/             the default models that are not made from Equerry's own files, and the extras that are here
    debs/               Debian's packages, with an index for apt
"""

from __future__ import annotations

import re
import shutil
import tarfile
import tempfile
import tomllib
from collections.abc import Callable
from pathlib import Path

from device.models.errors import ModelError
from device.models.installed import state_of, verify
from device.models.manifest import DifferenceSource, Model, ShippedSource, shipped
from release import collect, debian
from release.engine import recorded, sha256, wheel_name
from release.errors import ReleaseFailed, run
from release.lock import Machine
from release.source import ROOT
from release.target import TARGETS

SUMS = "SHA256SUMS"
PYTHON = (3, 11)
"""Of Debian 12 and Raspberry Pi OS 12."""


def bundle(architecture: str, models: Path, out: Path, *, told: Callable[[str], None]) -> None:
    """Write the archive `out` (tar). `models`: folder of the installed models; `told` hears what is being done.

    Raises ReleaseFailed with what helps.
    """
    engine = _engine(architecture)
    with tempfile.TemporaryDirectory(prefix="equerry-bundle-", dir=out.parent) as work:
        top = Path(work) / f"equerry-{version()}-{architecture}"
        machine = Machine(architecture, PYTHON)
        told("The code")
        _code(top / "equerry")
        told("The models")
        _models(models, top / "models")
        told("Debian's packages")
        offered = debian.Packages(TARGETS[architecture].debian, Path(work) / "apt")
        debs = offered.with_needs(stated("setup", "TO_RUN_BUILT").split(), top / "debs")
        told(f"Python's packages, for {machine}")
        (top / "wheels").mkdir()
        collect.uv(stated("setup", "UV_PIN"), machine, top / "equerry" / ".uv" / "bin" / "uv")
        collect.collect(machine, top / "wheels", offered)
        shutil.copy(engine, top / "wheels")
        (top / "bundle.toml").write_text(_about(architecture, debs), encoding="utf-8")
        told("The archive")
        write_sums(top)
        packed = Path(work) / "packed.tar"
        pack(top, packed, int(run(["git", "log", "-1", "--format=%ct"], folder=ROOT)))
        packed.rename(out)


def version() -> str:
    """Of the release."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return str(project["version"])


def write_sums(top: Path) -> None:
    """Write SHA256SUMS, as sha256sum reads it."""
    files = sorted(path for path in top.rglob("*") if path.is_file() and path.name != SUMS)
    lines = [f"{sha256(path)}  ./{path.relative_to(top).as_posix()}\n" for path in files]
    (top / SUMS).write_text("".join(lines), encoding="utf-8")


def pack(top: Path, out: Path, epoch: int) -> None:
    """Write the folder as an archive: bundle.toml first, then files in order, all of one time (seconds since 1970)."""

    def plain(entry: tarfile.TarInfo) -> tarfile.TarInfo:
        entry.uid = entry.gid = 0
        entry.uname = entry.gname = "root"
        entry.mtime = epoch
        entry.mode = 0o755 if entry.isdir() or entry.mode & 0o100 else 0o644
        return entry

    paths = [top / "bundle.toml", *sorted(path for path in top.rglob("*") if path.name != "bundle.toml")]
    with tarfile.open(out, "w", format=tarfile.GNU_FORMAT) as archive:
        for path in paths:
            archive.add(path, f"{top.name}/{path.relative_to(top).as_posix()}", recursive=False, filter=plain)


def _engine(architecture: str) -> Path:
    """The engine's wheel, if it is the one that config/engine.sha256 knows."""
    path = ROOT / "wheels" / wheel_name(architecture)
    if not path.is_file():
        raise ReleaseFailed(f"wheels/{path.name} is not here; make it: scripts/engine-wheel --arch {architecture}")
    if recorded().get(path.name) != sha256(path):
        raise ReleaseFailed(
            f"wheels/{path.name} is not the one that config/engine.sha256 knows; make it anew:"
            f" scripts/engine-wheel --arch {architecture} --record"
        )
    return path


def stated(script: str, name: str) -> str:
    """What a script of ours assigns to a variable."""
    found = re.search(rf'^{name}="?([^"\n]*)"?', (ROOT / "scripts" / script).read_text(encoding="utf-8"), re.MULTILINE)
    assert found, name
    return found[1]


def _code(folder: Path) -> None:
    names = run(["git", "ls-files", "-z", "--", *stated("install", "SHIPPED").split()], folder=ROOT).split("\0")
    for name in filter(None, names):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / name)


def _models(home: Path, folder: Path) -> None:
    for model in shipped().model:
        here = model.default or (model.extra and state_of(model.id, home) == "here")
        if not here or _of_ours(model):
            continue
        try:
            shutil.copytree(verify(model.id, home), folder / model.id)
        except ModelError as error:
            raise ReleaseFailed(str(error)) from None


def _of_ours(model: Model) -> bool:
    """Whether it is made on the machine, from files that come with Equerry."""
    return isinstance(model.sources[0], DifferenceSource | ShippedSource)


def _about(architecture: str, debs: list[Path]) -> str:
    lines = [
        f'version = "{version()}"',
        f'architecture = "{architecture}"',
        f'debian = "{TARGETS[architecture].debian}"',
        f'python = "{PYTHON[0]}.{PYTHON[1]}"',
        "",
        "[packages]  # Debian's, in debs/",
        *(f'"{debian.field(path, "Package")}" = "{debian.field(path, "Version")}"' for path in debs),
    ]
    return "\n".join([*lines, ""])
