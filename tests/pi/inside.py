"""Puts the agent into a machine: through an initial file system, so that the disk stays as it is."""

from __future__ import annotations

import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

HERE = Path(__file__).parent

COPY = """\
# Debian's initramfs-tools read this after each of their scripts; /run is handed on to the system that is booted.
if [ -d /run ] && [ ! -e /run/equerry-agent.py ] && [ -e /run/initramfs ]; then
    mkdir -p /run/systemd/system/sysinit.target.wants
    cat /equerry-agent/agent.py > /run/equerry-agent.py
    cat /equerry-agent/agent.service > /run/systemd/system/equerry-agent.service
    ln -s ../equerry-agent.service /run/systemd/system/sysinit.target.wants/  # systemd takes no copy
fi
"""


def with_agent(initrd: Path, out: Path) -> Path:
    """Debian's initial file system (made by initramfs-tools), with the agent before it; `out` is written."""
    with TemporaryDirectory() as work:
        tree = Path(work)
        (tree / "conf").mkdir()
        (tree / "conf" / "param.conf").write_text(COPY, encoding="utf-8")
        (tree / "equerry-agent").mkdir()
        for name in ("agent.py", "agent.service"):
            (tree / "equerry-agent" / name).write_bytes((HERE / name).read_bytes())
        names = "".join(f"{path.relative_to(tree)}\n" for path in sorted(tree.rglob("*")))
        packed = subprocess.run(
            ["cpio", "--create", "--format=newc", "--quiet"],
            input=names.encode(),
            cwd=tree,
            capture_output=True,
            check=True,
        )
    out.write_bytes(packed.stdout + initrd.read_bytes())
    return out
