"""equerry support: a bundle for whoever helps, which you send yourself, or not."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer


def support(
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Where to; else a new file here.", show_default=False)
    ] = None,
) -> None:
    """Write a bundle for whoever helps: what the doctor finds, settings, versions, log, figures of turns.

    Secrets and what was said or is kept in words are taken out. Nothing is sent.
    """
    from device.doctor.checks import CHECKS
    from device.doctor.examination import examine
    from device.support.bundle import gathered, manifest, write
    from device.support.known import known
    from device.support.net import Net
    from device.support.pieces import pieces
    from device.wiring.doctor import build_sources

    sources = build_sources(os.environ)
    at = sources.now()
    path = _place(out, f"equerry-support-{at:%Y%m%dT%H%M%S}.tar.gz")
    print(f"Writes {path}; nothing is sent. It will hold:")
    for each in pieces(sources, (), words_known=True):
        print(f"  {each.name:<14} {each.about}; not: {each.left_out}")
    print("All of it is searched for the secrets of this device and for all words that its store holds.")
    print("MANIFEST.txt in it lists what was found.", flush=True)
    findings = list(examine(CHECKS, sources))
    told = known(sources)
    net = Net(told.secrets, told.texts, told.names)
    put = gathered(pieces(sources, findings, words_known=told.store), net)
    size = write(path, put, manifest(put, at, told.blind), at)
    taken = sum(sum(each.removed.values()) for each in put)
    print(f"Written: {path}, {size / 1000:.0f} KB; {taken} finds were taken out. Look through it before you send it.")
    for what in told.blind:
        print(f"Not searched for, because it can't be read: {what}. With sudo it may be.")


def _place(out: Path | None, name: str) -> Path:
    path = (out or Path(name)).expanduser()
    return (path / name if path.is_dir() else path).absolute()
