"""`equerry models`: list, pull, verify, path."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from device.cli import completion

if TYPE_CHECKING:
    from device.models.manifest import Model

app = typer.Typer(help="The models: which there are, which are here, and how to get them.", no_args_is_help=True)

Home = Annotated[
    Path | None, typer.Option("--home", help="Folder of the models; else the setting paths.models.", show_default=False)
]
Ids = Annotated[
    list[str] | None,
    typer.Argument(
        help="Ids as `equerry models list` shows them.", show_default=False, autocompletion=completion.models
    ),
]

HEADINGS: tuple[str, ...] = ("id", "for", "language", "state", "MB", "licence", "what")


@app.command("list")
def list_models(home: Home = None) -> None:
    """Show every model we know of: whether it is here, its size and its licence."""
    from device.models.manifest import shipped

    folder = _home(home)
    rows = [HEADINGS, *(_row(model, folder) for model in shipped().model)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS) - 1)]
    for row in rows:
        cells = [
            cell.rjust(width) if place == 4 else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=False))
        ]
        print("  ".join((*cells, row[-1])))
    print(f"* belongs to the default set; + is pulled with it where its site answers. Folder: {folder}")


@app.command()
def pull(
    ids: Ids = None,
    everything: Annotated[bool, typer.Option("--all", help="Every model of the list.")] = False,
    shelf: Annotated[
        Path | None,
        typer.Option("--from", help="Folder of models that are copied rather than fetched.", show_default=False),
    ] = None,
    home: Home = None,
) -> None:
    """Fetch models that are missing or damaged; without ids, the default set, and the extras whose site answers within
    ten seconds. An interrupted pull goes on where it stopped. With --from, what lies there needs no network.
    """
    from device.models.fetch import pull as pull_models
    from device.models.manifest import shipped
    from device.models.progress import for_stdout

    known = shipped()
    wanted = tuple(model.id for model in known.model) if everything else tuple(ids or known.defaults)
    extras = () if ids else tuple(each for each in known.extras if shelf is None or (shelf / each).is_dir())
    for folder in pull_models(wanted, _home(home), extras=extras, shelf=shelf, watcher=for_stdout()):
        print(f"{folder.name}: ready in {folder}")


@app.command()
def verify(ids: Ids = None, home: Home = None) -> None:
    """Read every byte of the installed models and of the default set; exit status 1 when one is missing or damaged."""
    from device.models.errors import ModelCorrupt, ModelMissing
    from device.models.installed import state_of
    from device.models.installed import verify as verify_model
    from device.models.manifest import shipped

    folder = _home(home)
    known = shipped()
    wanted = ids or [model.id for model in known.model if model.default or state_of(model.id, folder) != "missing"]
    failed = False
    for model in wanted:
        try:
            verify_model(model, folder)
            print(f"{model}: good")
        except (ModelMissing, ModelCorrupt) as error:
            failed = True
            print(f"equerry: {error}", file=sys.stderr)
    if failed:
        raise typer.Exit(1)


@app.command()
def path(
    model: Annotated[str, typer.Argument(metavar="ID", autocompletion=completion.models)], home: Home = None
) -> None:
    """Print the folder of an installed model."""
    from device.models.installed import installed

    print(installed(model, _home(home)))


def _home(given: Path | None) -> Path:
    if given:
        return given.expanduser()
    from device.configuration.load import load

    return load().paths.models


def _row(model: Model, home: Path) -> tuple[str, ...]:
    from device.models.installed import state_of
    from device.models.progress import MEGABYTE

    mark = " *" if model.default else " +" if model.extra else ""
    size = f"{model.bytes / MEGABYTE:3.0f}"
    return (model.id + mark, model.kind, model.language, state_of(model.id, home), size, model.licence, model.title)
