"""A real `equerry run`, and what a machine does to it: broken files at start, no file handles, a socket left over, a
flood in the log.
"""

from __future__ import annotations

import os
import re
import resource
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from device.control.client import NAME, NoAnswer, NotRunning, Starting, request

pytestmark = pytest.mark.engine


class Box:
    """Without a microphone, started as systemd does: somebody waits until it is ready, and nobody looks on."""

    def __init__(self, folder: Path, models: Path) -> None:
        self.folder, self.own, self.data = folder, folder / "etc" / "own.toml", folder / "data"
        self.own.parent.mkdir()
        self.log = folder / "log"
        environment = {name: value for name, value in os.environ.items() if not name.startswith("EQUERRY_")}
        environment |= {
            "EQUERRY_CONFIG": str(self.own),
            "EQUERRY_PATHS__DATA": str(self.data),
            "EQUERRY_PATHS__MODELS": str(models),
        }
        self.environment = environment | {"EQUERRY_LANGUAGE_MODEL__ENABLED": "false", "EQUERRY_FINALS__THREADS": "1"}

    @contextmanager
    def on(self, settings: str = "", before: str = "") -> Iterator[subprocess.Popen[bytes]]:
        """Until it is ready, and for what is done with it then. `before`: Python that runs in its process first."""
        self.own.write_text(settings, encoding="utf-8")
        code = (
            f"{before}\nimport sys; sys.argv = ['equerry', 'run', '--live']\nfrom device.__main__ import main\nmain()"
        )
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd, self.log.open("wb") as log:
            address = self.folder / "notify"
            address.unlink(missing_ok=True)
            systemd.bind(str(address))
            systemd.settimeout(60)
            environment = self.environment | {"NOTIFY_SOCKET": str(address)}
            process = subprocess.Popen(
                [sys.executable, "-c", code], env=environment, stdout=log, stderr=subprocess.STDOUT
            )
            try:
                while b"READY=1" not in systemd.recv(4096):
                    pass
                self.until(self.status)
                yield process
            finally:
                process.kill()
                process.wait(20)

    def status(self) -> dict[str, object]:
        try:
            return dict(request(self.data, {"request": "status"}, patience=20))
        except (NotRunning, Starting):
            return {}

    def ask(self, text: str) -> dict[str, object]:
        return dict(request(self.data, {"request": "command", "text": text}, patience=60))

    def until(self, done: Callable[[], object]) -> None:
        until = time.monotonic() + 60
        while not done():
            assert time.monotonic() < until, self.log.read_text()
            time.sleep(0.05)

    def logged(self, pattern: str) -> bool:
        return re.search(pattern, self.log.read_text()) is not None


@pytest.fixture
def box(tmp_path: Path, model_folder: Callable[[str], Path]) -> Box:
    return Box(tmp_path, model_folder("openwakeword").parent)


def test_half_written_settings_at_start_and_a_socket_left_over(box: Box) -> None:
    with box.on("[device]\nname = 'study'\n") as process:
        box.until((box.data / "in-force" / "settings.json").exists)
        process.send_signal(signal.SIGKILL)
        process.wait(20)
    assert (box.data / NAME).exists(), "nobody has taken the socket away"
    with box.on("[device]\nname = 'stu"):
        assert box.logged("I go on with those I had before")
        box.until(lambda: dict(box.status()["settings"])["settings_refused"])  # type: ignore[call-overload]
        assert box.ask("add milk to the shopping list")["ok"]
        assert "study" in (box.data / "in-force" / "settings.json").read_text()
        box.own.write_text("[device]\nname = 'study'\n")
        box.until(lambda: not dict(box.status()["settings"])["settings_refused"])  # type: ignore[call-overload]


def test_no_file_handles_left(box: Box) -> None:
    """Something has leaked them, and that is a bug: it goes on, or ends and is started again, which frees them. Nothing
    is lost.
    """
    with box.on() as process:
        assert box.ask("add milk to the shopping list")["ok"]
        held = len(list(Path(f"/proc/{process.pid}/fd").iterdir()))
        before = resource.prlimit(process.pid, resource.RLIMIT_NOFILE)
        resource.prlimit(process.pid, resource.RLIMIT_NOFILE, (held, before[1]))
        with suppress(NotRunning, NoAnswer):
            box.ask("add bread to the shopping list")
        with suppress(ProcessLookupError):
            resource.prlimit(process.pid, resource.RLIMIT_NOFILE, before)
        with suppress(NotRunning, NoAnswer):
            box.ask("what time is it")
        assert process.poll() != 0, "an end in order, which nobody asked for"
    with box.on():
        assert "milk" in str(box.ask("what's on the shopping list")["reply"])


FLOOD = """
import logging, threading, time
def flood():
    log, due = logging.getLogger("driver"), time.monotonic()
    while True:
        for _ in range(100):
            log.warning("ALSA underrun occurred")
        due += 0.01
        time.sleep(max(0.0, due - time.monotonic()))
threading.Thread(target=flood, daemon=True).start()
"""


def test_ten_thousand_lines_a_second(box: Box) -> None:
    with box.on(before=FLOOD):
        written = box.log.stat().st_size
        replies: list[dict[str, object]] = []
        threads = [
            threading.Thread(target=lambda: replies.append(box.ask("add milk to the shopping list"))) for _ in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert [reply["ok"] for reply in replies] == [True] * 4
        assert box.log.stat().st_size - written < 20_000, "what repeats is left out"
        assert box.logged("ALSA underrun occurred .more like it are left out for 10 s")
