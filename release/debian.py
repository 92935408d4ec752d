"""Debian's packages of any architecture, from this machine's sources, with lists of their own; none is installed."""

from __future__ import annotations

from pathlib import Path

from release.errors import ReleaseFailed, run

BASE = ("required", "important")
"""Priorities of what every Debian has: left out."""


class Packages:
    """What apt offers for an architecture. `work`: a folder of its own. Raises ReleaseFailed where apt does."""

    def __init__(self, debian: str, work: Path) -> None:
        self._work = work
        for each in ("state/lists/partial", "cache/archives/partial"):
            (work / each).mkdir(parents=True, exist_ok=True)
        (work / "state" / "status").touch()
        self._options = [
            *("-o", f"APT::Architecture={debian}", "-o", f"APT::Architectures={debian}"),
            *("-o", f"Dir::State={work / 'state'}", "-o", f"Dir::State::status={work / 'state' / 'status'}"),
            *("-o", f"Dir::Cache={work / 'cache'}", "-o", "APT::Sandbox::User=root", "-qq"),
        ]
        run(["apt-get", *self._options, "update"])

    def alone(self, names: list[str], folder: Path) -> list[Path]:
        """These packages, without what they need."""
        folder.mkdir(parents=True, exist_ok=True)
        run(["apt-get", *self._options, "download", *names], folder=folder)
        return sorted(folder.glob("*.deb"))

    def with_needs(self, names: list[str], folder: Path) -> list[Path]:
        """These and all that they need beyond Debian's base, with an index of them for apt."""
        run(["apt-get", *self._options, "--yes", "--no-install-recommends", "--download-only", "install", *names])
        folder.mkdir(parents=True, exist_ok=True)
        for path in sorted((self._work / "cache" / "archives").glob("*.deb")):
            if field(path, "Priority") not in BASE:
                (folder / path.name.replace("%3a", "_")).write_bytes(path.read_bytes())
        (folder / "Packages").write_text(run(["dpkg-scanpackages", "--multiversion", "."], folder=folder), "utf-8")
        kept = sorted(folder.glob("*.deb"))
        if not kept:
            raise ReleaseFailed("apt brought no packages; see that this is Debian 12, then run this again")
        return kept


def field(package: Path, name: str) -> str:
    """A field of a .deb, such as Version."""
    return run(["dpkg-deb", "--field", package, name]).strip()


def extract(packages: list[Path], folder: Path) -> None:
    """Put what is in them into a folder, as headers and libraries to compile with."""
    for package in packages:
        run(["dpkg-deb", "--extract", package, folder])
