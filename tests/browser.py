"""A headless Chromium that opens pages and takes pictures of them, by the DevTools protocol.

    with Browser(tmp_path) as browser:
        browser.open("http://127.0.0.1:8123/", until="document.title == 'Overview'")
        browser.picture(Path("page.png"))

Needs the Debian package chromium. Source of the protocol: chromedevtools.github.io/devtools-protocol, 1.3.
"""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.error import URLError
from urllib.request import urlopen

from websockets.sync.client import ClientConnection, connect

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome") or ""
WHY = "no Chromium is installed: sudo apt-get install chromium"
PATIENCE_S = 40.0
_OPTIONS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--hide-scrollbars",
    "--lang=en",
    "--remote-debugging-port=0",
)


class Browser:
    """One page of one browser."""

    def __init__(self, folder: Path, *, size: tuple[int, int] = (1280, 860), scale: float = 1.0) -> None:
        """`folder` for its profile; `size` of the page, CSS pixels, each of them `scale` pixels of a picture."""
        self._folder, self._size, self._scale = folder, size, scale
        self._calls = 0

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [CHROMIUM, *_OPTIONS, f"--user-data-dir={self._folder}", "about:blank"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._wire = self._page()
        self.resize(*self._size)
        self.tell("Page.enable")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._wire.close()
        self._process.terminate()
        self._process.wait(20)

    def resize(self, width: int, height: int) -> None:
        """The page, CSS pixels."""
        how = {"width": width, "height": height, "deviceScaleFactor": self._scale, "mobile": False}
        self.tell("Emulation.setDeviceMetricsOverride", **how)

    def open(self, url: str, *, until: str = "document.readyState == 'complete'") -> None:
        """Load a page, until an expression of JavaScript is true there."""
        self.tell("Page.navigate", url=url)
        self.wait(until)

    def wait(self, until: str) -> None:
        """Until an expression is true."""
        end = time.monotonic() + PATIENCE_S
        while not self.value(f"!!({until})"):
            assert time.monotonic() < end, f"{until} is not so: {self.value('document.body.innerText')!r}"
            time.sleep(0.2)

    def value(self, expression: str) -> Any:
        """Of an expression; None where it can't be told, as while a page loads."""
        told = self.tell("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        return told["result"].get("value")

    def picture(self, path: Path) -> None:
        """What is seen now, as PNG."""
        path.write_bytes(base64.b64decode(self.tell("Page.captureScreenshot", format="png")["data"]))

    def tell(self, method: str, **parameters: Any) -> dict[str, Any]:
        """One call of the protocol; its result."""
        self._calls += 1
        self._wire.send(json.dumps({"id": self._calls, "method": method, "params": parameters}))
        while True:
            told = json.loads(self._wire.recv(timeout=PATIENCE_S))
            if told.get("id") == self._calls:
                assert "error" not in told, told
                result: dict[str, Any] = told["result"]
                return result

    def _page(self) -> ClientConnection:
        end = time.monotonic() + PATIENCE_S
        while True:
            try:
                port = (self._folder / "DevToolsActivePort").read_text().split()[0]
                with urlopen(f"http://127.0.0.1:{port}/json", timeout=5) as told:
                    page = next(each for each in json.load(told) if each["type"] == "page")
                return connect(page["webSocketDebuggerUrl"], max_size=None, proxy=None, open_timeout=10)
            except (OSError, URLError, StopIteration, IndexError):
                assert self._process.poll() is None and time.monotonic() < end, "Chromium does not start"
                time.sleep(0.1)
