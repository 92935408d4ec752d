"""Packages that bring actions: the one in docs/extending.md, word for word, and broken ones."""

from __future__ import annotations

import json
import logging
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Sequence
from importlib.metadata import EntryPoint
from pathlib import Path
from types import SimpleNamespace

import pytest

from device.commands.families import added
from services.actions.call import Call, Done
from services.actions.registry import ACTIONS
from services.store.kinds import GROUP
from services.understanding import vocabulary
from services.understanding.vocabulary import VOCABULARY, action

MOST_FILES = 6
"""That a new family may touch."""
ROOT = Path(__file__).parents[3]
_BLOCK = re.compile(r"^```\w+ (\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(heading: str) -> list[tuple[str, str]]:
    """The files of a section of the page: name, and text or what changes in it."""
    page = (ROOT / "docs" / "extending.md").read_text(encoding="utf-8")
    (section,) = [each for each in re.split(r"^## ", page, flags=re.MULTILINE) if each.startswith(heading)]
    return _BLOCK.findall(section)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of installed packages, with that of the page in it."""
    folder = tmp_path_factory.mktemp("site")
    files = dict(blocks("As a package"))
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


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the repository with the family that the page walks through."""
    copy = tmp_path_factory.mktemp("tree")
    for folder in ("firmware", "services", "device", "config"):
        shutil.copytree(ROOT / folder, copy / folder, ignore=shutil.ignore_patterns("__pycache__"))
    walk = blocks("Into the repository")
    assert len({name for name, _ in walk}) <= MOST_FILES
    for name, text in walk:
        path = copy / name
        if not path.exists():
            path.write_text(text, encoding="utf-8")
            continue
        lines = text.splitlines(keepends=True)
        old = "".join(line[1:] for line in lines if not line.startswith("+"))
        new = "".join(line[1:] for line in lines if not line.startswith("-"))
        before = path.read_text(encoding="utf-8")
        assert before.count(old) == 1, f"{name} has not these lines:\n{old}"
        path.write_text(before.replace(old, new), encoding="utf-8")
    return copy


def environment(home: Path, *paths: Path) -> dict[str, str]:
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(map(str, paths)),
        "HOME": str(home),
        "XDG_DATA_HOME": str(home / "data"),
        "XDG_CONFIG_HOME": str(home / "config"),
        "EQUERRY_LANGUAGE_MODEL__ENABLED": "false",
    }


def run(home: Path, paths: Sequence[Path], *words: str) -> str:
    done = subprocess.run(
        [sys.executable, *words],
        env=environment(home, *paths),
        cwd=home,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout + done.stderr


def equerry(site: Path, home: Path, *words: str) -> str:
    return run(home, (ROOT, site), "-m", "device", *words)


ONE_BY_ONE = """
import json, sys
from device.cli import main
for words in json.loads(sys.argv[1]):
    sys.argv = ["equerry", *words]
    try:
        main()
    except SystemExit:
        pass
    print("---", flush=True)
"""


def several(home: Path, paths: Sequence[Path], *commands: Sequence[str]) -> list[str]:
    """What each of these commands says, one after the other in one process: most of a command is its start."""
    return run(home, paths, "-c", ONE_BY_ONE, json.dumps(commands)).split("---\n")[: len(commands)]


def test_the_package_of_the_page_waters_a_plant(site: Path, tmp_path: Path) -> None:
    watered, said, both, undone = several(
        tmp_path,
        (ROOT, site),
        ("ask", "I watered the ficus"),
        ("ask", "When did I last water the ficus?"),
        ("ask", "Add milk to the shopping list and I watered the palm"),
        ("ask", "undo"),
    )
    assert watered == "Noted: ficus watered.\n"
    assert re.fullmatch(r"Ficus was watered (today|yesterday) at .+\.\n", said)
    assert both.endswith("Noted: palm watered.\n")
    assert undone == "Undone: added to shopping: milk; palm watered.\n"


def test_documents_of_a_package_go_where_ours_go(site: Path, tmp_path: Path) -> None:
    _, found, known, *_ = several(
        tmp_path,
        (ROOT, site),
        ("ask", "I watered the ficus"),
        ("search", "ficus", "--kind", "plant", "--jsonl"),
        ("ask", "When was the fikus watered"),
        ("export", "all.json", "--format", "json"),
        ("export", "all.md", "--format", "markdown"),
    )
    assert found.startswith('{"kind": "plant"')
    assert known.startswith("Ficus was watered"), "its name is found as ours are, also misspelt"
    (plant,) = json.loads((tmp_path / "all.json").read_text())["documents"]["plant"]
    assert plant["name"] == "ficus"
    assert "## Plants" in (tmp_path / "all.md").read_text()
    (tmp_path / "other").mkdir()
    taken, told = several(
        tmp_path / "other", (ROOT, site), ("import", "../all.json"), ("ask", "When was the ficus watered")
    )
    assert taken.startswith("added: 1 plant\n")
    assert told.startswith("Ficus was watered")


def test_documents_whose_package_is_gone_are_not_dropped_without_a_word(site: Path, tmp_path: Path) -> None:
    equerry(site, tmp_path, "ask", "I watered the ficus")
    told = run(tmp_path, (ROOT,), "-m", "device", "export", "all.json", "--format", "json")
    assert "Left out: every plant." in told
    assert equerry(site, tmp_path, "ask", "undo") == "Undone: ficus watered.\n"


SYNCHRONISED = """
from pathlib import Path
from {module} import {kind}
from tests.simulated_broker import SimulatedBroker, SimulatedDevice
broker = SimulatedBroker()
desk, hall = [SimulatedDevice(name, broker, Path(name + ".db"), kinds=("{name}",)) for name in ("desk", "hall")]
for each in (desk, hall):
    each.connect()
desk.do(lambda tx: tx.add({made}))
broker.settle()
print([each.called for each in hall.store.find({kind})])
"""


def test_documents_of_a_package_are_kept_in_step(site: Path, tmp_path: Path) -> None:
    made = 'Plant(name="ficus", watered="2026-11-23T09:00:00+00:00")'
    code = SYNCHRONISED.format(module="equerry_plants", kind="Plant", name="plant", made=made)
    assert run(tmp_path, (ROOT, site), "-c", code) == "['ficus']\n"


def test_the_family_of_the_page_is_in_everything(tree: Path, tmp_path: Path) -> None:
    made, also, told, found, asked, *_ = several(
        tmp_path,
        (tree,),
        ("ask", "I spent 12 euros on lunch"),
        ("ask", "I paid 3 euros for the bus ticket and I spent 2 euros on gum"),
        ("ask", "What did I spend today?"),
        ("search", "lunch", "--jsonl"),
        ("ask", "find anything about lunch"),
        ("export", "all.json", "--format", "json"),
        ("export", "all.md", "--format", "markdown"),
        ("export", "sheets", "--format", "csv"),
    )
    assert (made, also.count("Noted")) == ("Noted: 12 euros on lunch.\n", 2)
    assert told.startswith("You spent 12 euros on lunch, 3 euros on bus ticket and")
    assert '"kind": "expense"' in found
    assert asked == "One expense about lunch: lunch.\n"
    assert '"minor": 1200' in (tmp_path / "all.json").read_text()
    assert "## Expenses" in (tmp_path / "all.md").read_text()
    assert "lunch" in (tmp_path / "sheets" / "expense.csv").read_text()
    (tmp_path / "other").mkdir()
    taken, told, deleting, undone = several(
        tmp_path / "other",
        (tree,),
        ("import", "../all.json"),
        ("ask", "what did I spend on lunch"),
        ("ask", "delete the lunch expense"),
        ("ask", "undo"),
    )
    assert taken.startswith("added: 3 expenses\n")
    assert (told, deleting) == ("You spent 12 euros on lunch.\n", "Delete 12 euros on lunch?\n")
    assert undone.startswith("Undone: imported all.json")


def test_the_family_of_the_page_is_kept_in_step(tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tests").mkdir()
    shutil.copy(ROOT / "tests" / "simulated_broker.py", tmp_path / "tests")
    made = 'Expense(title="lunch", minor=1200, currency="EUR")'
    code = SYNCHRONISED.format(module="services.store.base", kind="Expense", name="expense", made=made)
    assert run(tmp_path, (tree, tmp_path), "-c", code) == "['lunch']\n"
    monkeypatch.setenv("EQUERRY_SYNC__KINDS", '["task", "expense"]')
    shared = "from device.configuration.load import load; print(load().sync.kinds)"
    assert run(tmp_path, (tree,), "-c", shared) == "['task', 'expense']\n"


WITHOUT = [
    ("services/store/documents/__init__.py", r"^.*Expense.*\n", "cannot import name 'Expense'"),
    ("services/understanding/vocabulary.py", r'^    action\("expense\.query".*\n', "expense.query is in one of"),
    ("services/actions/registry.py", r"^.*\*\*expenses.*\n", "expense.create is in one of"),
    (
        "services/store/documents/expenses.py",
        r"^        plural=.*\n",
        "required keyword-only argument: 'plural'",
    ),
    ("services/store/documents/expenses.py", r"searched=\(\)", "it has no field shop"),
    ("services/understanding/vocabulary.py", r'makes="expense"', "names a kind expanse, which there is not"),
]
INSTEAD = {r"searched=\(\)": 'searched=("shop",)', r'makes="expense"': 'makes="expanse"'}


@pytest.mark.parametrize(("name", "what", "reason"), WITHOUT, ids=[reason for *_, reason in WITHOUT])
def test_what_is_missing_in_a_file_of_the_walk_is_said(
    tree: Path, tmp_path: Path, name: str, what: str, reason: str
) -> None:
    shutil.copytree(tree, tmp_path / "tree", ignore=shutil.ignore_patterns("__pycache__", "config"))
    path = tmp_path / "tree" / name
    before = path.read_text(encoding="utf-8")
    path.write_text(re.sub(what, INSTEAD.get(what, ""), before, flags=re.MULTILINE), encoding="utf-8")
    assert reason in run(tmp_path, (tmp_path / "tree",), "-c", "import services.actions.registry")


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
    ({"VOCABULARY": (action("xyzzy.start", "name*>plough"),)}, "xyzzy.start names a kind plough, which there is not"),
    (
        {
            "VOCABULARY": (action("xyzzy.start"), action("xyzzy.stop")),
            "ACTIONS": {"xyzzy.start": done, "xyzzy.stop": done},
        },
        "nothing that is said means xyzzy.stop",
    ),
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
