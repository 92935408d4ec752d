"""equerry search: what the store holds about some words."""

from __future__ import annotations

import sys
from datetime import tzinfo
from typing import TYPE_CHECKING, Annotated

import typer

from device.cli import completion

if TYPE_CHECKING:
    from device.configuration.settings import Settings
    from services.store.base import Hit


def search(
    words: Annotated[
        list[str],
        typer.Argument(metavar="WORDS…", help="What to look for; beginnings of words and misspelt ones will do."),
    ],
    kind: Annotated[
        list[str] | None,
        typer.Option("--kind", help="Only this kind, e.g. note; may be given again.", autocompletion=completion.kinds),
    ] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=1000, help="At most so many, the best ones.")] = 10,
    jsonl: Annotated[bool, typer.Option("--jsonl", help="A JSON line each.")] = False,
) -> None:
    """Search titles, names, notes, messages, transcripts and files, also while the appliance runs; exit status 1 where
    nothing is found.
    """
    from device.cli.lines import fail, print_json, shown
    from device.configuration.load import load
    from device.wiring.basis import zone_of
    from services.store.search.index import searchable

    if unknown := [each for each in kind or () if each not in searchable()]:
        fail(f"there is no kind {unknown[0]!r}. Kinds: {', '.join(searchable())}")
    settings = load()
    zone = zone_of(settings)
    hits = _found(settings, " ".join(words), kind or [], limit)
    for hit in hits:
        if jsonl:
            fields = {"kind": hit.kind, "id": hit.id, "title": hit.title, "snippet": hit.snippet, "where": hit.where}
            print_json({**fields, "at": hit.at.astimezone(zone).isoformat(), "score": hit.score})
        else:
            print(shown(_row(hit, zone, max(len(each.kind) for each in hits))))
    if not hits:
        print("equerry: nothing found", file=sys.stderr)
        raise typer.Exit(1)


def _found(settings: Settings, text: str, kinds: list[str], limit: int) -> list[Hit]:
    from device.wiring.basis import open_store
    from services.store.search.search import Search
    from services.store.sqlite.read_only import look_for

    path = settings.paths.store
    look_for(path)
    # Without a log nobody has the store open; then none is begun either, which the appliance could perhaps not open
    # afterwards.
    reader = Search(path, still=not path.with_name(f"{path.name}-wal").exists())
    try:
        if reader.is_there:
            return reader.find(text, kinds=kinds, limit=limit)
    finally:
        reader.close()
    with open_store(settings) as store:  # which an older Equerry wrote: opening it makes the index
        return store.search(text, kinds=kinds, limit=limit)


def _row(hit: Hit, zone: tzinfo, width: int) -> str:
    text = f"{hit.title}: {hit.snippet}" if hit.title and hit.snippet else hit.title or hit.snippet
    where = f"  ({hit.where})" if hit.where else ""
    return f"{hit.kind:<{width}}  {hit.at.astimezone(zone):%Y-%m-%d %H:%M}  {text}{where}"
