"""docs/threads.md names every thread that the code starts, as the code names it, and none besides."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CODE = tuple(path for folder in ("device", "services", "firmware") for path in sorted((ROOT / folder).rglob("*.py")))
PAGE = (ROOT / "docs" / "threads.md").read_text()

BORN_OTHERWISE = {"main", "PortAudio's", "gpiozero's"}
"""Of the process, and of libraries."""
IN_WORDS = {"check.code": "a check's code", "f'{words[0]} told'": "a program's name, told"}
"""Names made as the program runs → how the page calls them."""


def called(name: ast.expr, beside: set[str]) -> set[str]:
    """The names that an expression stands for, any number as #."""
    words = ast.unparse(name)
    match name:
        case ast.Constant(value=str(text)):
            return {text}
        case ast.Attribute(attr="name"):
            return beside
        case ast.JoinedStr() if words not in IN_WORDS:
            return {"".join(part.value if isinstance(part, ast.Constant) else "#" for part in name.values)}
    return {IN_WORDS[words]}


def keyword(call: ast.Call, name: str) -> ast.expr | None:
    return next((each.value for each in call.keywords if each.arg == name), None)


def started(tree: ast.Module, beside: set[str]) -> Iterator[set[str]]:
    """The names of the threads that a module starts; raises where one has no name."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(attr="Thread") | ast.Name(id="Thread")):
                name = keyword(node, "name")
                assert name is not None, f"a thread without a name in line {node.lineno}"
                yield called(name, beside)
            case ast.Call(func=ast.Name(id="ThreadPoolExecutor") | ast.Attribute(attr="ThreadPoolExecutor")):
                prefix = keyword(node, "thread_name_prefix")
                assert prefix is not None or keyword(node, "initializer"), (
                    f"workers without a name in line {node.lineno}"
                )
                yield {f"{name}_#" for name in called(prefix, beside)} if prefix else set()
            case ast.Assign(
                targets=[ast.Attribute(value=ast.Call(func=ast.Attribute(attr="current_thread")), attr="name")]
            ):
                yield called(node.value, beside)


def run_beside(tree: ast.Module) -> Iterator[str]:
    """The names of classes that are run on a thread of their own."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.ClassDef):
            continue
        methods = {each.name for each in node.body if isinstance(each, ast.FunctionDef)}
        if {"run", "stop"} <= methods or "Rows" in map(ast.unparse, node.bases):
            for each in node.body:
                match each:
                    case ast.Assign(targets=[ast.Name(id="name")], value=ast.Constant(value=str(name))):
                        yield name


def listed() -> list[str]:
    """The first column of both tables; of a row of numbered ones the first, its number as #."""
    rows = [line.split("|")[1].strip() for line in PAGE.splitlines() if line.startswith("| ")]
    return [re.sub(r"(?<=[-_])\d+.*", "#", row) for row in rows if row != "thread"]


def test_the_page_has_the_threads_of_the_code() -> None:
    trees = [ast.parse(path.read_text()) for path in CODE]
    beside = {name for tree in trees for name in run_beside(tree)}
    names = {name for tree in trees for found in started(tree, beside) for name in found}
    assert {"listen", "speak", "mqtt", "control", "act-#", "decode_#"} <= names, "they are found"
    assert set(listed()) == names | BORN_OTHERWISE
    assert len(listed()) == len(set(listed()))


def test_a_thread_without_a_name_is_noticed() -> None:
    with pytest.raises(AssertionError, match="line 1"):
        list(started(ast.parse("Thread(target=print)"), set()))
