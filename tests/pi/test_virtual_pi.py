"""What the virtual Pi is made of, where no emulator is needed: its room, its fingers and eyes, its kernel and tree."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tarfile
import threading
import time
import wave
from collections import Counter
from pathlib import Path

import pytest

from release.errors import ReleaseFailed
from tests.pi import kernel, pins
from tests.pi.device import BLUE, BUTTON, GREEN, RED, SWITCH, checkout
from tests.pi.machine import PROGRAM
from tests.pi.room import SAMPLES, frames_of
from tests.pi.tree import tree

ROOT = Path(__file__).resolve().parents[2]


def test_the_room_cuts_a_recording_into_frames_and_fills_the_last_one(tmp_path: Path) -> None:
    path = tmp_path / "say.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 16_000, 0, "NONE", ""))
        file.writeframes(b"\1\2" * (SAMPLES + 3))
    first, last = frames_of(path)
    assert first == b"\1\2" * SAMPLES
    assert last == b"\1\2" * 3 + bytes(2 * (SAMPLES - 3))


@pytest.fixture
def lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Folders as gpio-sim makes them."""
    for number in (RED, GREEN, BLUE, BUTTON, SWITCH):
        (tmp_path / f"pins/gpiochip0/sim_gpio{number}").mkdir(parents=True)
        (tmp_path / f"pins/gpiochip0/sim_gpio{number}/value").write_text("0\n")
    monkeypatch.setattr(pins, "SYS", tmp_path)
    return tmp_path / "pins/gpiochip0"


def test_a_finger_pulls_a_line_to_ground_and_lets_go(lines: Path) -> None:
    pins.main(["pull", str(SWITCH), "down"])
    assert (lines / f"sim_gpio{SWITCH}/pull").read_text() == "pull-down"
    pins.main(["hold", str(BUTTON), "0.01"])
    assert (lines / f"sim_gpio{BUTTON}/pull").read_text() == "pull-up"


def test_the_eyes_count_changes_of_each_line(lines: Path) -> None:
    value = lines / f"sim_gpio{RED}/value"

    def light_up() -> None:
        time.sleep(0.1)
        with value.open("r+") as file:
            file.write("1\n")

    finger = threading.Thread(target=light_up)
    finger.start()
    seen = pins.watch(0.5, [str(RED), str(BLUE)])
    finger.join()
    assert seen[str(RED)]["changes"] == 1
    assert 0 < seen[str(RED)]["high"] < 1
    assert seen[str(BLUE)] == {"changes": 0, "high": 0}


def test_a_kernel_without_pins_is_told_in_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pins, "SYS", tmp_path)
    with pytest.raises(SystemExit, match="there is no line 17"):
        pins.pull("17", "up")


def test_the_kernel_is_asked_for_each_option_once() -> None:
    options = Counter(
        line.split("=")[0] for line in kernel.CONFIGURATION.read_text("utf-8").splitlines() if "=" in line
    )
    assert [name for name, times in options.items() if times > 1] == []


def test_where_no_kernel_can_be_made_it_says_what_helps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernel, "SOURCE", tmp_path / "none.tar.xz")
    with pytest.raises(ReleaseFailed, match="apt-get install linux-source"):
        kernel.kernel(tmp_path, told=print)


@pytest.mark.skipif(not (shutil.which(PROGRAM) and shutil.which("dtc")), reason="there is no QEMU or dtc here")
def test_its_tree_is_that_of_a_pi_4_with_54_lines(tmp_path: Path) -> None:
    made = tree(tmp_path / "pi.dtb", cpus=2, memory_mib=2048)
    read = subprocess.run(
        ["dtc", "-q", "-I", "dtb", "-O", "dts", made], capture_output=True, text=True, check=True
    ).stdout
    assert "Raspberry Pi 4" in read
    assert "linux,revision = <0xc03112>" in read
    assert "ngpios = <0x36>" in read


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="this is no checkout")
def test_the_checkout_goes_along_without_what_is_kept_aside(tmp_path: Path) -> None:
    with tarfile.open(checkout(tmp_path / "checkout.tar")) as packed:
        names = packed.getnames()
    assert {"scripts/install", "tests/pi/committing.py", "tests/services/store/test_power_cuts.py"} <= set(names)
    assert [name for name in names if "/kept/" in name] == []


def test_the_script_tells_what_it_takes() -> None:
    command = [sys.executable, "scripts/test-pi", "--help"]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert "--cuts" in told
    assert "--smoke" in told
