"""What docstrings, comments and pages name is there: files, modules, classes. Every docstring says something of what
stands before it.
"""

from __future__ import annotations

import ast
import builtins
import io
import re
import tokenize
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CODE = tuple(sorted(path for folder in ("device", "services", "firmware") for path in (ROOT / folder).rglob("*.py")))
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))

FILE = re.compile(r"(?<![\w./<>{}*-])(?:[\w-]+/)*[\w-]+\.(?:py|md)\b(?!\.\w)")
OURS = re.compile(
    r"(?<![\w./<>{}*-])(?:device|services|firmware|training|benchmarks|tests|scripts|docs|config|systemd)/(?:[\w.-]+/)*[\w-]+\.[a-z]+\b"
)
MODULE = re.compile(r"(?<![\w./-])(?:device|services|firmware|training)(?:\.\w+)+\b(?!/)")
RAISED = re.compile(r"\bRaises ([A-Z]\w+(?:(?:, | or | and |, or )[A-Z]\w+)*)(?!…)\b")
BRANCH = re.compile(r"[├└]── ([A-Z]\w+)")

FOREIGN = {"grammars/README.md": "of llama.cpp"}


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def docstrings(path: Path) -> Iterator[str]:
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            yield node.value.value


@cache
def prose(path: Path) -> str:
    """The docstrings and comments of a module."""
    tokens = tokenize.generate_tokens(io.StringIO(path.read_text()).readline)
    comments = (token.string for token in tokens if token.type == tokenize.COMMENT)
    return "\n".join((*docstrings(path), *comments))


def is_file(name: str, path: Path) -> bool:
    """As it would be called from the root, or from the folder of the module or one around it."""
    return name in FOREIGN or any((folder / name).exists() for folder in path.parents if folder.is_relative_to(ROOT))


def is_module(name: str) -> bool:
    """A module, a folder, or something in a module."""
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        place = ROOT.joinpath(*parts[:length])
        file = next((each for each in (place.with_suffix(".py"), place / "__init__.py") if each.exists()), None)
        if file is not None:
            return length == len(parts) or re.search(rf"\b{parts[length]}\b", file.read_text()) is not None
    return False


MADE = re.compile(r"^```\w+ (\S+)$", re.MULTILINE)
"""Files that a page has its reader write."""


def mentioned_classes(said: str) -> set[str]:
    """Those that are raised, and those in a tree of errors."""
    raised = {name for names in RAISED.findall(said) for name in re.split(r", or | or | and |, ", names)}
    return raised | set(BRANCH.findall(said))


@cache
def names_of_classes() -> frozenset[str]:
    """Of classes defined or used anywhere."""
    nodes = [node for path in CODE for node in ast.walk(parsed(path))]
    defined = {node.name for node in nodes if isinstance(node, ast.ClassDef)}
    imported = {
        alias.asname or alias.name for node in nodes if isinstance(node, ast.ImportFrom) for alias in node.names
    }
    reached = {node.attr for node in nodes if isinstance(node, ast.Attribute)}
    return frozenset(defined | imported | reached | set(dir(builtins)))


def test_files_that_a_module_mentions_are_there() -> None:
    assert [(path, name) for path in CODE for name in FILE.findall(prose(path)) if not is_file(name, path)] == []


def test_modules_and_classes_that_a_module_mentions_are_there() -> None:
    assert [(path, name) for path in CODE for name in MODULE.findall(prose(path)) if not is_module(name)] == []
    assert [(path, *missing) for path in CODE if (missing := mentioned_classes(prose(path)) - names_of_classes())] == []


def test_our_files_that_a_page_mentions_are_there() -> None:
    texts = {page: page.read_text() for page in PAGES}
    made = {name for text in texts.values() for name in MADE.findall(text)}
    missing = [
        (page, name) for page, text in texts.items() for name in OURS.findall(text) if not (ROOT / name).exists()
    ]
    assert [(page, name) for page, name in missing if name not in made] == []


def test_every_docstring_is_of_something() -> None:
    assert [(path, text) for path in CODE for text in orphans(parsed(path))] == []


def orphans(tree: ast.Module) -> Iterator[str]:
    """Strings that stand behind nothing that is given a name, and at the head of nothing."""
    for parent in ast.walk(tree):
        body = getattr(parent, "body", None)
        for at, node in enumerate(body if isinstance(body, list) else []):
            if not (
                isinstance(node, ast.Expr)
                and isinstance(node.value, ast.Constant)
                and isinstance(node.value.value, str)
            ):
                continue
            before = body[at - 1] if at else parent
            heads = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef) if not at else ()
            if not isinstance(before, (*heads, ast.Assign, ast.AnnAssign, ast.AugAssign)):
                yield node.value.value


def test_all_of_these_are_found_where_they_are() -> None:
    """The checks themselves: what was amiss once, and what is all right."""
    said = "See device/nowhere.py, errors.py and docs/nowhere.md. Raises NoSuchThing or OSError. Raises ValueError."
    here = ROOT / "device" / "errors.py"
    lacking = [name for name in FILE.findall(said) if not is_file(name, here)]
    assert lacking == ["device/nowhere.py", "docs/nowhere.md"]
    assert mentioned_classes(said) == {"NoSuchThing", "OSError", "ValueError"}
    assert mentioned_classes(said) - names_of_classes() == {"NoSuchThing"}
    assert not is_module("services.store.nowhere") and not is_module("firmware.errors.NoSuchError")
    assert is_module("firmware.errors.BodyError") and is_module("services.store")
    assert OURS.findall("`tests/nowhere.py` and equerry_plants/sentences/en/plants.yaml") == ["tests/nowhere.py"]
    assert list(orphans(ast.parse('one = 1\n"""Of one."""\n"""Of nothing."""'))) == ["Of nothing."]
