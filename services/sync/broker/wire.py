"""The way to a broker: TCP, or TLS over it; made on a thread of its own, so that no name server and no slow handshake
holds anybody up.
"""

from __future__ import annotations

import os
import socket
import ssl
import stat
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from services.sync.base import BrokerUnreachable, BrokerUntrusted, SyncError

_AT_ONCE = 65_536
"""Bytes taken from the network in one go: what bounds the work, and the memory, of one turn under a flood."""

_UNTRUSTED = {
    9: "its certificate is not valid yet; is our clock right?",
    10: "its certificate has expired",
    18: "nobody we know has signed its certificate",
    19: "nobody we know has signed its certificate",
    20: "nobody we know has signed its certificate",
    23: "its certificate was revoked",
    62: "its certificate is for another name",
    64: "its certificate is for another address",
}
"""OpenSSL's X509_V_ERR_* (openssl/x509_vfy.h)."""


@dataclass(frozen=True, slots=True)
class Tls:
    """Whom to trust, and how to show who we are."""

    ca: Path | None = None
    """Certificates of whoever may sign the broker's; None: those the system trusts."""
    certificate: Path | None = None
    key: Path | None = None
    """Without a password; not readable by everybody. None: in the file of the certificate."""


class Wire:
    """A connection as paho wants a socket. What came is read ahead, `fill` by `fill`; paho takes it from here byte by
    byte.
    """

    def __init__(self, sock: socket.socket) -> None:
        sock.setblocking(False)
        self._sock = sock
        self._came = b""
        self._taken = 0
        self._over = False
        self.error: OSError | None = None
        """Why it broke, where it did."""

    def fill(self) -> None:
        """Take what the network has, up to 64 KiB, if what was taken before is used up. Waits for nothing."""
        if not self.unread and self.error is None:
            try:
                self._came, self._taken = self._sock.recv(_AT_ONCE), 0
                self._over = not self._came
            except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
                pass
            except OSError as error:
                self.error = error

    @property
    def unread(self) -> bool:
        """Whether paho has something to take: bytes, the end, or an error."""
        return self._taken < len(self._came) or self._over or self.error is not None

    @property
    def hidden(self) -> bool:
        """Whether bytes wait where the selector can't see them: here, or decrypted within TLS."""
        return self.unread or (isinstance(self._sock, ssl.SSLSocket) and self._sock.pending() > 0)

    def recv(self, size: int) -> bytes:
        """Some of what `fill` has taken; b"" at the end. Raises BlockingIOError for none, OSError as the network
        did.
        """
        piece = self._came[self._taken : self._taken + size]
        if piece:
            self._taken += len(piece)
            return piece
        if self.error is not None:
            raise self.error
        if self._over:
            return b""
        raise BlockingIOError

    def send(self, data: bytes | bytearray) -> int:
        """How many bytes went. Raises BlockingIOError for none. That the connection broke is told by `recv` alone,
        after what the broker still had to say.
        """
        try:
            return self._sock.send(data)
        except OSError as error:
            raise BlockingIOError from error

    def close(self) -> None:
        """At once."""
        self._sock.close()

    def fileno(self) -> int:
        """For a selector."""
        return self._sock.fileno()

    def setblocking(self, flag: bool) -> None:
        """paho says it again: it never blocks."""
        assert not flag


class ConnectAttempt:
    """One try to reach a broker, on a thread of its own that ends with it."""

    def __init__(self, host: str, port: int, tls: Tls | None, timeout_s: float, done: Callable[[], None]) -> None:
        """`done` is called on that thread once there is a result. `timeout_s` bounds each step but that of asking for
        the address.
        """
        self._lock = threading.Lock()
        self._given_up = False
        self.result: Wire | BaseException | None = None
        """A wire, the SyncError why there is none, or what should not have happened. None: not yet."""
        threading.Thread(
            target=self._run, args=(host, port, tls, timeout_s, done), name="mqtt-dial", daemon=True
        ).start()

    def give_up(self) -> None:
        """Nobody wants the result any more."""
        with self._lock:
            self._given_up = True
            if isinstance(self.result, Wire):
                self.result.close()

    def _run(self, host: str, port: int, tls: Tls | None, timeout_s: float, done: Callable[[], None]) -> None:
        try:
            result: Wire | BaseException = reach(host, port, tls, timeout_s)
        except BaseException as error:  # noqa: BLE001 -- raised again on the thread that asked
            result = error
        with self._lock:
            self.result = result
            if self._given_up and isinstance(result, Wire):
                result.close()
        done()


def reach(host: str, port: int, tls: Tls | None, timeout_s: float) -> Wire:
    """Raises BrokerUnreachable, BrokerUntrusted."""
    context = _context(tls, host) if tls else None
    sock = _tcp(host, port, timeout_s)
    if context is None:
        return Wire(sock)
    try:
        return Wire(context.wrap_socket(sock, server_hostname=host))
    except OSError as error:
        sock.close()
        raise _handshake_failed(error, host, timeout_s) from error


def alert(error: OSError | None) -> str:
    """What the broker has against our certificate; empty for any other error. With TLS 1.3 it says so only after the
    handshake.
    """
    reason = error.reason if isinstance(error, ssl.SSLError) else None
    return reason.partition("ALERT_")[2].lower().replace("_", " ") if reason and "ALERT_" in reason else ""


def _tcp(host: str, port: int, timeout_s: float) -> socket.socket:
    try:
        sock = socket.create_connection((host, port), timeout_s)
    except (socket.gaierror, UnicodeError) as error:
        away = isinstance(error, socket.gaierror) and error.errno == socket.EAI_AGAIN
        raise BrokerUnreachable(
            host=host, reason="names can't be looked up now" if away else "nobody knows the name"
        ) from error
    except TimeoutError as error:
        raise BrokerUnreachable(host=host, reason=f"no answer within {timeout_s:g} s") from error
    except ConnectionRefusedError as error:
        raise BrokerUnreachable(host=host, reason=f"nobody listens on port {port}") from error
    except OSError as error:
        raise BrokerUnreachable(host=host, reason=_words(error)) from error
    sock.setsockopt(
        socket.IPPROTO_TCP, socket.TCP_NODELAY, 1
    )  # a claim must not wait for the acknowledgement of what went before
    return sock


def _handshake_failed(error: OSError, host: str, timeout_s: float) -> SyncError:
    if isinstance(error, ssl.SSLCertVerificationError):
        return BrokerUntrusted(host=host, reason=_UNTRUSTED.get(error.verify_code, error.verify_message))
    if words := alert(error):
        return BrokerUntrusted(host=host, reason=f"it says of us: {words}")
    if isinstance(error, TimeoutError):
        return BrokerUnreachable(host=host, reason=f"no TLS handshake within {timeout_s:g} s")
    return BrokerUnreachable(host=host, reason="it does not speak TLS on this port")


def _context(tls: Tls, host: str) -> ssl.SSLContext:
    """Made anew for each try, so that a renewed certificate counts. Not ssl.create_default_context, which since Python
    3.13 refuses certificates of many a home-made authority (VERIFY_X509_STRICT).
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    what = "ca"
    try:
        if tls.ca:
            _readable(tls.ca)
            context.load_verify_locations(tls.ca)
        else:
            context.load_default_certs()
        if tls.certificate:
            what = "certificate"
            _readable(tls.certificate)
            what = "key"
            _readable(tls.key or tls.certificate, private=True)
            context.load_cert_chain(tls.certificate, tls.key, password="")  # with None it would ask on the terminal
    except OSError as error:
        raise BrokerUntrusted(host=host, reason=f"the file {what}: {_words(error)}") from error
    return context


def _readable(path: Path, *, private: bool = False) -> None:
    with path.open("rb") as file:
        if private and os.fstat(file.fileno()).st_mode & stat.S_IROTH:
            raise PermissionError(0, "everybody can read it")


def _words(error: OSError) -> str:
    if isinstance(error, ssl.SSLError):
        return (error.reason or "not understood").lower().replace("_", " ")
    return (error.strerror or type(error).__name__).lower()
