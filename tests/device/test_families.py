"""Packages that bring actions: the one in docs/extending.md, word for word, and broken ones."""

from __future__ import annotations

import logging
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import EntryPoint
from pathlib import Path
from types import SimpleNamespace

import pytest

from device.commands.families import GROUP, added
from services.actions.call import Call, Done
from services.actions.registry import ACTIONS
from services.understanding import vocabulary
from services.understanding.vocabulary import VOCABULARY, action

ROOT = Path(__file__).parents[2]
_BLOCK = re.compile(r"^```\w+ (\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of installed packages, with that of the page in it."""
    folder = tmp_path_factory.mktemp("site")
    files = dict(_BLOCK.findall((ROOT / "docs" / "extending.md").read_text(encoding="utf-8")))
    assert len(files) == 3
    project = tomllib.loads(files["pyproject.toml"])["project"]
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    told = folder / f"{project['name'].replace('-', '_')}-{project['version']}.dist-info"
    told.mkdir()
    (told / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n")
    points = "\n".join(f"{name} = {value}" for name, value in project["entry-points"][GROUP].items())
    (told / "entry_points.txt").write_text(f"[{GROUP}]\n{points}\n")
    return folder


def equerry(site: Path, home: Path, *words: str) -> str:
    environment = {
        **os.environ,
        "PYTHONPATH": f"{ROOT}{os.pathsep}{site}",
        "HOME": str(home),
        "XDG_DATA_HOME": str(home / "data"),
        "XDG_CONFIG_HOME": str(home / "config"),
        "EQUERRY_LANGUAGE_MODEL__ENABLED": "false",
    }
    done = subprocess.run(
        [sys.executable, "-m", "device", *words], env=environment, cwd=home, capture_output=True, text=True, check=False
    )
    return done.stdout + done.stderr


def test_the_package_of_the_page_waters_a_plant(site: Path, tmp_path: Path) -> None:
    assert equerry(site, tmp_path, "ask", "I watered the ficus") == "Noted: ficus watered.\n"
    said = equerry(site, tmp_path, "ask", "When did I last water the ficus?")
    assert re.fullmatch(r"Ficus was watered (today|yesterday) at .+\.\n", said)
    assert equerry(site, tmp_path, "ask", "Add milk to the shopping list and I watered the palm").endswith(
        "Noted: palm watered.\n"
    )
    assert equerry(site, tmp_path, "ask", "undo") == "Undone: added to shopping: milk; palm watered.\n"


def point(name: str, module: object) -> EntryPoint:
    """An entry point that loads this object."""

    class Ready(EntryPoint):
        def load(self) -> object:
            if isinstance(module, Exception):
                raise module
            return module

    return Ready(name, f"package_{name}", GROUP)


def done(_: Call) -> Done:
    return Done("Done")


def package(tmp_path: Path, *names: str, yaml: str = "", **more: object) -> SimpleNamespace:
    (tmp_path / "en").mkdir(exist_ok=True)
    sentences = yaml or "".join(
        f'  {name}:\n    data:\n      - sentences: ["xyzzy {name.replace(".", " ")}"]\n' for name in names
    )
    (tmp_path / "en" / "some.yaml").write_text(f"language: en\nintents:\n{sentences}")
    rows = tuple(action(name, "name*") for name in names)
    return SimpleNamespace(**{"VOCABULARY": rows, "ACTIONS": dict.fromkeys(names, done), "SENTENCES": tmp_path, **more})


@pytest.fixture(autouse=True)
def _vocabulary_as_before() -> Iterator[None]:
    table = vocabulary._TABLE
    before = dict(table)
    yield
    table.clear()
    table.update(before)


def test_families_are_added_to_ours(tmp_path: Path) -> None:
    good = package(tmp_path, "xyzzy.start", "xyzzy.query", PREPARATIONS={"xyzzy.start": done})
    families = added([point("good", good)])
    assert families.actions == {**ACTIONS, "xyzzy.start": done, "xyzzy.query": done}
    assert set(families.preparations) >= {"xyzzy.start", "file.share"}
    assert families.sentences == (tmp_path,)
    assert VOCABULARY["xyzzy.start"].family == "xyzzy"


BROKEN: list[tuple[dict[str, object], str]] = [
    ({"VOCABULARY": ()}, "its VOCABULARY is empty"),
    (
        {"VOCABULARY": (action("xyzzy.start"), action("xyzzy.stop"))},
        "xyzzy.stop is in one of VOCABULARY and ACTIONS only",
    ),
    ({"ACTIONS": {}}, "xyzzy.start is in one of VOCABULARY and ACTIONS only"),
    ({"VOCABULARY": (action("task.start"),), "ACTIONS": {"task.start": done}}, "there is a family task already"),
    ({"VOCABULARY": (action("Xyzzy"),)}, "Xyzzy is no family.verb in small letters"),
    ({"PREPARATIONS": {"xyzzy.stop": done}}, "xyzzy.stop is prepared, but is no action of it"),
    ({"SENTENCES": Path("/nowhere")}, "there is no sentence file for any language in /nowhere"),
    ({"yaml": '  xyzzy.start:\n    data:\n      - sentences: ["xyzzy (a|b"]\n'}, "some.yaml is broken at line 5"),
    ({"yaml": '  xyzzy.end:\n    data:\n      - sentences: ["xyzzy"]\n'}, "there is no action xyzzy.end"),
    ({"VOCABULARY": 7}, "'int' object is not iterable"),
]


@pytest.mark.parametrize(("more", "reason"), BROKEN, ids=[reason for _, reason in BROKEN])
def test_a_broken_family_is_named_and_left_out(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, more: dict[str, object], reason: str
) -> None:
    before = dict(VOCABULARY)
    with caplog.at_level(logging.ERROR):
        families = added([point("bad", package(tmp_path, "xyzzy.start", **more))])  # type: ignore[arg-type]
    assert families.actions == ACTIONS and families.sentences == ()
    assert dict(VOCABULARY) == before
    (line,) = [record.getMessage() for record in caplog.records]
    assert line.startswith("The actions bad of the package package_bad are left out: ") and reason in line


def test_what_cannot_be_loaded_is_no_hindrance_to_the_others(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    points = [
        point("a", ModuleNotFoundError("No module named 'plough'")),
        point("b", SimpleNamespace()),
        point("c", package(tmp_path, "xyzzy.start")),
        point("d", package(tmp_path, "xyzzy.start")),
    ]
    families = added(points)
    assert "xyzzy.start" in families.actions
    told = [record.getMessage().partition("left out: ")[2] for record in caplog.records]
    assert told == [
        "No module named 'plough'",
        "'types.SimpleNamespace' object has no attribute 'VOCABULARY'",
        "there is a family xyzzy already",
    ]
