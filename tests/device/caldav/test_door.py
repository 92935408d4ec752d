"""What passes the door, on a real socket with and without TLS, before an application that only tells what it got."""

from __future__ import annotations

import base64
import http.client
import shutil
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from device.caldav.accounts import Accounts
from device.caldav.certificate import own_certificate
from device.caldav.door import LARGEST_ENTRY, Door, Refusals
from device.caldav.errors import ChangedMeanwhile, status_of
from device.caldav.server import CaldavServer, CannotServe, CertificateUnusable, tls_of
from services.actions.policy.denied import Denied
from services.exchange.base import TooMuch
from services.store.base import DiskFull, DocumentInvalid, StoreReadOnly

SIGNED = {"Authorization": "Basic " + base64.b64encode(b"sarah:correct horse").decode()}


class Inner:
    """Tells who asked and what was sent; fails as it is told."""

    def __init__(self) -> None:
        self.refusals = Refusals()
        self.status = "200 OK"
        self.error: Exception | None = None

    def __call__(self, environ: dict[str, Any], start: Callable[..., object]) -> list[bytes]:
        self.refusals.error = self.error  # type: ignore[assignment]
        body = environ["wsgi.input"].read()
        start(self.status, [("Content-Type", "text/plain"), ("ETag", '"x"')])
        return [f"{environ.get('REMOTE_USER')} {environ['PATH_INFO']} {len(body)}".encode()]


@pytest.fixture
def inner() -> Inner:
    return Inner()


@contextmanager
def served(inner: Inner, accounts: Accounts, tls: ssl.SSLContext | None = None) -> Iterator[int]:
    accounts.add("sarah", "correct horse")
    door = Door(inner, accounts, inner.refusals, sleep=lambda _: None)
    server = CaldavServer(door, "127.0.0.1", 0, lambda: tls)
    port = server.open()
    thread = threading.Thread(target=server.run, name="caldav")
    thread.start()
    try:
        yield port
    finally:
        server.stop()
        thread.join()


def asked(
    port: int, method: str = "GET", path: str = "/", body: bytes = b"", headers: dict[str, str] | None = None
) -> tuple[int, dict[str, str], str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request(method, path, body, SIGNED if headers is None else headers)
    response = connection.getresponse()
    return response.status, dict(response.getheaders()), response.read().decode()


def test_who_signs_in_is_told_to_the_application(inner: Inner, accounts: Accounts) -> None:
    with served(inner, accounts) as port:
        assert asked(port, path="/s%C3%A4rah/", body=b"12")[2] == "sarah /särah/ 2"


@pytest.mark.parametrize(
    "header",
    [
        {},
        {"Authorization": "Basic "},
        {"Authorization": "Basic !!!"},
        {"Authorization": "Bearer abc"},
        {"Authorization": "Basic " + base64.b64encode(b"sarah").decode()},
        {"Authorization": "Basic " + base64.b64encode(b"sarah:wrong").decode()},
        {"Authorization": "Basic " + base64.b64encode(b"\xff:\xff").decode()},
        {"Authorization": "Basic " + "QQ" * 1000},
        {"Remote-User": "sarah", "X-Remote-User": "sarah"},
    ],
)
def test_nobody_else_gets_in(inner: Inner, accounts: Accounts, header: dict[str, str]) -> None:
    with served(inner, accounts) as port:
        status, headers, body = asked(port, headers=header)
    assert status == 401
    assert headers["WWW-Authenticate"].startswith("Basic realm=")
    assert "sarah" not in body


def test_wrong_passwords_wait_and_right_ones_do_not(inner: Inner, accounts: Accounts) -> None:
    accounts.add("sarah", "correct horse")
    waiting, go_on = threading.Semaphore(0), threading.Event()

    def sleep(_: float) -> None:
        waiting.release()
        go_on.wait(10)

    door = Door(inner, accounts, inner.refusals, sleep=sleep)
    statuses: list[str] = []

    def ask(password: str) -> None:
        told = base64.b64encode(f"sarah:{password}".encode()).decode()
        environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/", "HTTP_AUTHORIZATION": f"Basic {told}"}
        environ["wsgi.input"] = socket.socket().makefile("rb")  # type: ignore[assignment]
        door(environ, lambda status, _headers: statuses.append(status))  # type: ignore[arg-type,misc]

    guessing = [threading.Thread(target=ask, args=("wrong",), name=f"guess {number}") for number in range(4)]
    for each in guessing:
        each.start()
    for _ in guessing:
        assert waiting.acquire(timeout=10)
    ask("wrong again")
    ask("correct horse")
    assert statuses == ["429 Too Many Requests", "200 OK"]
    go_on.set()
    for each in guessing:
        each.join()
    assert statuses[2:] == ["401 Unauthorized"] * 4


def test_bodies_are_bounded(inner: Inner, accounts: Accounts) -> None:
    with served(inner, accounts) as port:
        status, _, body = asked(port, "PUT", body=b"x" * (8 << 20))
        assert (status, "256 KiB" in body) == (413, True)
        assert asked(port, "PUT", headers={**SIGNED, "Content-Length": "-1"})[0] == 411
        assert asked(port, "PUT", headers={**SIGNED, "Transfer-Encoding": "chunked"})[0] == 411
        assert asked(port, "PUT", body=b"x" * LARGEST_ENTRY)[0] == 200


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (Denied("policy.role", "Guests can't make tasks"), 403),
        (ChangedMeanwhile(name="x"), 412),
        (TooMuch(path="x", most="y"), 413),
        (DiskFull(path="x"), 507),
        (StoreReadOnly(path="x", reason="y"), 503),
        (DocumentInvalid(kind="task", reason="y"), 400),
    ],
)
def test_a_refusal_is_a_sentence(inner: Inner, accounts: Accounts, error: Any, status: int) -> None:
    inner.error, inner.status = error, "400 Bad Request"
    with served(inner, accounts) as port:
        found = asked(port, "PUT", body=b"x")
    assert (found[0], found[2].strip()) == (status, str(error))
    assert status_of(error) == status


def test_after_a_put_the_entry_is_fetched_anew(inner: Inner, accounts: Accounts) -> None:
    inner.status = "201 Created"
    with served(inner, accounts) as port:
        assert "ETag" not in asked(port, "PUT", body=b"x")[1]
        assert "ETag" in asked(port)[1]


@pytest.mark.skipif(shutil.which("openssl") is None, reason="needs the program openssl")
def test_its_own_certificate_is_made_once_and_is_nobody_elses(inner: Inner, accounts: Accounts, tmp_path: Path) -> None:
    certificate, key = own_certificate(tmp_path, "desk.example.org")
    assert key.stat().st_mode & 0o077 == 0
    before = certificate.read_bytes()
    assert own_certificate(tmp_path, "desk.example.org") == (certificate, key)
    assert certificate.read_bytes() == before
    with served(inner, accounts, tls_of(certificate, key)) as port:
        trusting = ssl.create_default_context(cafile=str(certificate))
        connection = http.client.HTTPSConnection("localhost", port, timeout=10, context=trusting)
        connection.request("GET", "/", headers=SIGNED)
        assert connection.getresponse().status == 200
        with socket.create_connection(("127.0.0.1", port), timeout=10) as plain:
            plain.sendall(b"GET / HTTP/1.1\r\n\r\n")
            with suppress(ConnectionResetError):
                assert b"HTTP" not in plain.recv(100)
        assert_still_there(port, trusting)
    certificate.write_text("no certificate")
    with pytest.raises(CertificateUnusable):
        tls_of(certificate, key)
    assert own_certificate(tmp_path, "desk.example.org") == (certificate, key)
    tls_of(certificate, key)


def assert_still_there(port: int, trusting: ssl.SSLContext) -> None:
    connection = http.client.HTTPSConnection("localhost", port, timeout=10, context=trusting)
    connection.request("GET", "/", headers=SIGNED)
    assert connection.getresponse().status == 200


def test_a_port_that_is_taken_is_told(inner: Inner, accounts: Accounts) -> None:
    with served(inner, accounts) as port, pytest.raises(CannotServe, match="can't be opened"):
        CaldavServer(inner, "127.0.0.1", port, lambda: None).open()


def test_what_is_no_http_ends_alone(inner: Inner, accounts: Accounts) -> None:
    with served(inner, accounts) as port:
        for sent in (b"\x00\x01\r\n\r\n", b"GET " + b"x" * 70_000 + b"\r\n\r\n", b""):
            with socket.create_connection(("127.0.0.1", port), timeout=10) as there:
                there.sendall(sent)
        assert asked(port)[0] == 200
