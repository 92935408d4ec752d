"""The house is in order: the map is true, no room is crowded, a name means one thing."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections import Counter, defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TOPS = ("firmware", "services", "device")
MODULES = tuple(path for top in TOPS for path in sorted((ROOT / top).rglob("*.py")))
MOST = 16
"""Modules side by side in a folder."""
GENERATED = {"bin", "build", "dist", "lib", "local", "out", "target", "tmp", "var", "vendor"}
"""Names of folders that tools take for what other tools made."""


def test_the_map_is_what_the_folders_say() -> None:
    command = [sys.executable, "scripts/rooms", "--check"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_no_room_is_crowded() -> None:
    count = Counter(path.parent.relative_to(ROOT).as_posix() for path in MODULES if path.name != "__init__.py")
    assert {room: n for room, n in count.items() if n > MOST} == {}


def test_every_room_says_who_it_is_for() -> None:
    for init in (path for path in MODULES if path.name == "__init__.py"):
        assert ast.get_docstring(ast.parse(init.read_text(encoding="utf-8"))), f"{init.relative_to(ROOT)} says nothing"


def test_every_folder_of_modules_is_a_room() -> None:
    assert {path.parent for path in MODULES if not (path.parent / "__init__.py").exists()} == set()


def test_a_class_name_means_one_thing() -> None:
    places = defaultdict(list)
    for path in MODULES:
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                places[node.name].append(path.relative_to(ROOT).as_posix())
    assert {name: found for name, found in places.items() if len(found) > 1} == {}


def test_no_room_is_taken_for_what_tools_made() -> None:
    assert {path.parent.name for path in MODULES} & GENERATED == set()
