"""Whether the language model's engine is compiled: the states of an environment, the waiting, the script."""

from __future__ import annotations

import fcntl
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from device.models.engine import LOCK, LOG, Compilation, compilation, then, waited_for

ROOT = Path(__file__).resolve().parents[3]


@contextmanager
def at_work(environment: Path) -> Iterator[None]:
    """As scripts/engine holds it."""
    with (environment / LOCK).open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def installed(environment: Path) -> None:
    package = environment / "lib" / "python3.12" / "site-packages" / "llama_cpp"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()


def test_its_states(tmp_path: Path) -> None:
    assert compilation(tmp_path) == Compilation("missing")
    with at_work(tmp_path):
        assert compilation(tmp_path) == Compilation("compiling")
        (tmp_path / LOG).write_text(
            "DEBUG uv 0.13\nDEBUG [1/80] g++ -o x\nDEBUG [20/80] g++ -o y/[3/4].o\nDEBUG warning\n"
        )
        assert compilation(tmp_path) == Compilation("compiling", 0.25)
        installed(tmp_path)
        assert compilation(tmp_path).state == "compiling"  # being unpacked
    assert compilation(tmp_path) == Compilation("there")


def test_what_was_broken_off_has_failed(tmp_path: Path) -> None:
    (tmp_path / LOG).write_text("DEBUG [3/80] g++\nKilled\n")
    with at_work(tmp_path):
        pass
    assert compilation(tmp_path).state == "failed"


@pytest.mark.parametrize(
    ("now", "words"),
    [
        (Compilation("there"), "compiled"),
        (Compilation("compiling", 0.431), "being compiled, 43% done; until then nine of ten sentences are understood"),
        (Compilation("missing"), "not compiled: nine of ten sentences are understood without"),
        (Compilation("failed"), "its compilation failed: nine of ten sentences are understood without"),
    ],
)
def test_words(now: Compilation, words: str) -> None:
    assert now.words == words


def looks(*states: Compilation) -> tuple[Callable[[], Compilation], list[float]]:
    left, slept = list(states), list[float]()
    return lambda: left[min(len(slept), len(left) - 1)], slept


def test_waiting_tells_each_change_once() -> None:
    told: list[str] = []
    half = Compilation("compiling", 0.5)
    look, slept = looks(Compilation("compiling"), half, half, Compilation("there"))
    waited_for(told.append, look=look, sleep=slept.append)
    assert len(slept) == 3 and told == [Compilation("compiling").words, half.words]


def test_what_will_not_come_is_not_waited_for() -> None:
    told: list[str] = []
    look, slept = looks(Compilation("failed"))
    waited_for(told.append, look=look, sleep=slept.append)
    assert not slept and told == [Compilation("failed").words]


def test_it_is_used_once_it_is_there_however_it_came_about() -> None:
    used: list[int] = []
    look, slept = looks(Compilation("missing"), Compilation("failed"), Compilation("compiling"), Compilation("there"))
    then(lambda: used.append(len(slept)), look=look, sleep=slept.append)
    assert used == [3]


def checkout(folder: Path, setup: str) -> Path:
    """The script, with another setup beside it."""
    (folder / "scripts").mkdir()
    (folder / "device" / "models").mkdir(parents=True)
    shutil.copy(ROOT / "scripts" / "engine", folder / "scripts")
    shutil.copy(ROOT / "device" / "models" / "engine.py", folder / "device" / "models")
    (folder / "scripts" / "setup").write_text(f"#!/bin/sh\n{setup}\n")
    (folder / "scripts" / "setup").chmod(0o755)
    subprocess.run(["python3", "-m", "venv", "--without-pip", folder / ".venv"], check=True)
    return folder / "scripts" / "engine"


def run(script: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([script, *words], capture_output=True, text=True, check=False, timeout=60)


THERE = ".venv/lib/python3.12/site-packages/llama_cpp"
MAKES = f"mkdir -p {THERE} && touch {THERE}/__init__.py"


def test_the_script_compiles_once_and_keeps_what_was_said(tmp_path: Path) -> None:
    script = checkout(
        tmp_path, f'[ "$1" = --engine ] && echo "[2/4] at priority $(nice)" && echo once >> done && {MAKES}'
    )
    assert run(script).returncode == 0 and run(script).returncode == 0 and run(script, "--beside").returncode == 0
    assert (tmp_path / "done").read_text() == "once\n"
    assert (tmp_path / ".venv" / LOG).read_text() == "[2/4] at priority 19\n"
    assert compilation(tmp_path / ".venv").state == "there"


def test_the_script_says_why_it_failed(tmp_path: Path) -> None:
    script = checkout(tmp_path, "echo 'g++: out of memory'; exit 1")
    done = run(script)
    assert done.returncode == 1 and "out of memory" in done.stderr and "What helps" in done.stderr
    assert compilation(tmp_path / ".venv").state == "failed"


def test_beside_goes_on_alone_and_is_seen_at_work(tmp_path: Path) -> None:
    script = checkout(tmp_path, f"[ -e {THERE} ] || read -r go < pipe; {MAKES}")
    subprocess.run(["mkfifo", tmp_path / "pipe"], check=True)
    assert run(script, "--beside").returncode == 0
    (tmp_path / "pipe").write_text("go\n")  # opens only when it is read: it is at work
    run(script)  # waits for it
    assert compilation(tmp_path / ".venv").state == "there"


def test_the_script_refuses_what_it_does_not_know(tmp_path: Path) -> None:
    script = checkout(tmp_path, "exit 1")
    assert run(script, "--fast").returncode == 2 and run(script, "--help").returncode == 0
