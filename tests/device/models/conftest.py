"""A real web server that can misbehave, a package index on it, and models made for the occasion."""

from __future__ import annotations

import base64
import hashlib
import io
import threading
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from device.models.manifest import Manifest


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def zipped(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def is_page(path: str) -> bool:
    """Whether only pip asks for it."""
    return path.startswith("/simple") or path.endswith(".metadata")


@dataclass
class WebServer:
    """Serves `files` by path. How it misbehaves is set by the other fields."""

    files: dict[str, bytes] = field(default_factory=dict)
    ranges: bool = True
    """Whether it knows Range."""
    cuts: list[int] = field(default_factory=list)
    """After how many bytes the next answers break off."""
    statuses: list[int] = field(default_factory=list)
    """What the next requests are answered with, instead of content."""
    password: str | None = None
    """`user:password` that every request must bring."""
    stop_at: int | None = None
    """Every answer stops after so many bytes until `go_on` is set."""
    hangs: bool = False
    """No answer begins until `go_on` is set."""
    trickles: float = 0.0
    """Seconds between two kilobytes, where there are any."""
    go_on: threading.Event = field(default_factory=threading.Event)
    asked: list[tuple[str, str | None]] = field(default_factory=list)
    """Path and Range of each request."""
    url: str = ""

    def add_wheel(self, pin: str, files: dict[str, bytes]) -> bytes:
        """Put a package on the index of this server."""
        name, version = pin.split("==")
        package = name.replace("-", "_")
        info = f"{package}-{version}.dist-info"
        metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n".encode()
        wheel = zipped(
            {
                f"{package}/__init__.py": b"raise SystemExit('never imported')",
                **files,
                f"{info}/METADATA": metadata,
                f"{info}/WHEEL": b"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
                f"{info}/RECORD": b"",
            }
        )
        file = f"{package}-{version}-py3-none-any.whl"
        self.files[f"/files/{file}"] = wheel
        # As the real index does (PEP 658), so that pip need not fetch the wheel to know what it is.
        self.files[f"/files/{file}.metadata"] = metadata
        link = (
            f'<a href="/files/{file}#sha256={sha256(wheel)}" data-core-metadata="sha256={sha256(metadata)}">{file}</a>'
        )
        page = f"<!DOCTYPE html><html><body>{link}</body></html>"
        self.files[f"/simple/{name}/"] = page.encode()
        return wheel

    def add_archive(self, path: str, content: bytes | dict[str, bytes]) -> str:
        """Serve a zip archive (or what pretends to be one); its source in a list of models."""
        archive = zipped(content) if isinstance(content, dict) else content
        self.files[path] = archive
        return f'archive = "{self.url}{path}", bytes = {len(archive)}, sha256 = "{sha256(archive)}", folder = "model-1"'

    def downloads(self) -> list[tuple[str, str | None]]:
        """Requests for content, without pip's for its pages."""
        return [(path, span) for path, span in self.asked if not is_page(path)]


@pytest.fixture
def server() -> Iterator[WebServer]:
    web = WebServer()

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            pass

        def do_GET(self) -> None:
            span = self.headers.get("Range")
            web.asked.append((self.path, span))
            if web.hangs:
                web.go_on.wait(60)
            if (
                web.password
                and self.headers.get("Authorization") != "Basic " + base64.b64encode(web.password.encode()).decode()
            ):
                self.send_response(401)
                self.send_header("WWW-Authenticate", 'Basic realm="models"')
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            if web.statuses and not is_page(self.path):
                self.send_error(web.statuses.pop(0))
                return
            content = web.files.get(self.path)
            if content is None:
                self.send_error(404)
                return
            self._send(content, span)

        def _send(self, content: bytes, span: str | None) -> None:
            start = int(span.removeprefix("bytes=").rstrip("-")) if span and web.ranges else 0
            if start and start >= len(content):
                self.send_error(416)
                return
            self.send_response(206 if start else 200)
            if start:
                self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
            self.send_header("Content-Length", str(len(content) - start))
            self.send_header(
                "Content-Type", "text/html" if self.path.startswith("/simple") else "application/octet-stream"
            )
            self.end_headers()
            rest = content[start:]
            if web.stop_at is not None and not is_page(self.path):
                self.wfile.write(rest[: web.stop_at])
                self.wfile.flush()
                web.go_on.wait(60)
                rest = rest[web.stop_at :]
            if web.cuts and not is_page(self.path):
                rest = rest[: web.cuts.pop(0)]
                self.close_connection = True
            while web.trickles and rest and not web.go_on.wait(web.trickles):
                self.wfile.write(rest[:1000])
                rest = rest[1000:]
            self.wfile.write(rest)

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: Any) -> None:
            """A client that was killed is no news."""

    listener = Quiet(("127.0.0.1", 0), Handler)
    web.url = f"http://127.0.0.1:{listener.server_port}"
    thread = threading.Thread(target=listener.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield web
    finally:
        web.go_on.set()
        listener.shutdown()
        thread.join()
        listener.server_close()


@pytest.fixture
def index(server: WebServer, monkeypatch: pytest.MonkeyPatch) -> WebServer:
    """The server as the package index that pip is set to; nothing else is asked."""
    for name in ("PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS", "PIP_NO_INDEX"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_NO_CACHE_DIR", "1")
    monkeypatch.setenv("PIP_INDEX_URL", f"{server.url}/simple")
    return server


def model_toml(identity: str, files: dict[str, bytes], *sources: str, **more: str) -> str:
    """One [[model]] of a list; sources are the bodies of inline tables."""
    table = ", ".join(
        f'{{ path = "{path}", bytes = {len(content)}, sha256 = "{sha256(content)}" }}'
        for path, content in files.items()
    )
    lines = [f'id = "{identity}"', 'kind = "voice"', 'title = "A voice"', 'language = "en"', 'licence = "CC0-1.0"']
    lines += [f"files = [{table}]", f"sources = [{', '.join('{ ' + source + ' }' for source in sources)}]"]
    lines += [f"{key} = {value}" for key, value in more.items()]
    return "\n".join(["[[model]]", *lines, ""])


@pytest.fixture
def listed(tmp_path: Path) -> Callable[[str], Manifest]:
    """A list of models from TOML text; it lies in models.toml of tmp_path."""

    def load(text: str) -> Manifest:
        path = tmp_path / "models.toml"
        path.write_text(text)
        return Manifest.load(path)

    return load


@pytest.fixture
def toml() -> Callable[..., str]:
    return model_toml
