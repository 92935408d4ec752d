"""The server that phones reach: HTTP or HTTPS on one address, a bounded number of workers, none of which waits long."""

from __future__ import annotations

import logging
import socket
import ssl
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO, Any, ClassVar, cast
from urllib.parse import unquote
from wsgiref.simple_server import ServerHandler, WSGIRequestHandler, WSGIServer
from wsgiref.types import WSGIApplication, WSGIEnvironment

from device.caldav.errors import CaldavError

log = logging.getLogger(__name__)

_WORKERS = 8
_SILENT_S = 20.0
"""After so long without a byte a connection is closed."""
_LOOKS_S = 0.5


class CannotServe(CaldavError):
    """CalDAV is not served: {address} port {port} can't be opened ({reason}). Choose others in [caldav]."""

    code = "caldav.address"


class CertificateUnusable(CaldavError):
    """CalDAV is not served: the certificate {path} or its key can't be used ({reason}). Both must be PEM files that
    this user can read.
    """

    code = "caldav.certificate"


def tls_of(certificate: Path, key: Path) -> ssl.SSLContext:
    """What encrypts. Raises CertificateUnusable."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        context.load_cert_chain(certificate, key)
    except (OSError, ValueError) as error:  # ssl.SSLError is an OSError
        raise CertificateUnusable(path=certificate, reason=getattr(error, "strerror", None) or error) from error
    return context


class CaldavServer:
    """Serves an application on the thread `caldav` until it is stopped."""

    name = "caldav"

    def __init__(
        self, application: WSGIApplication, address: str, port: int, make_tls: Callable[[], ssl.SSLContext | None]
    ) -> None:
        """`make_tls`: called once it serves; None: it is not encrypted. Port 0: any that is free."""
        self._application = application
        self._address = address
        self._port = port
        self._make_tls = make_tls
        self._server: _Listening | None = None
        self._stopping = False

    def open(self) -> int:
        """Take the port; which it is. Raises CannotServe, CertificateUnusable."""
        tls = self._make_tls()
        family = socket.AF_INET6 if ":" in self._address else socket.AF_INET
        try:
            self._server = _Listening((self._address, self._port), family, tls)
        except OSError as error:
            reason = error.strerror or error
            raise CannotServe(address=self._address, port=self._port, reason=reason) from error
        self._server.set_app(self._application)
        return int(self._server.server_address[1])

    def run(self) -> None:
        """Until stopped. What keeps it from serving is told in the log, and the appliance does without."""
        try:
            port = self._server.server_address[1] if self._server else self.open()
        except CaldavError as error:
            log.error("%s", error)
            return
        assert self._server is not None
        log.info("CalDAV is served on %s port %s", self._address, port)
        with self._server as server:
            server.timeout = _LOOKS_S
            while not self._stopping:
                server.handle_request()

    def stop(self) -> None:
        """End soon, from any thread."""
        self._stopping = True


class _Listening(WSGIServer):
    """Each request on a worker; the handshake of TLS too, so that nobody else waits for it."""

    request_queue_size: ClassVar[int] = 64  # type: ignore[misc]

    def __init__(self, address: tuple[str, int], family: int, tls: ssl.SSLContext | None) -> None:
        self.address_family = family
        self._tls = tls
        self._workers = ThreadPoolExecutor(_WORKERS, thread_name_prefix="request")
        super().__init__(address, _Handler)

    def server_bind(self) -> None:
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = str(self.server_address[0]), int(self.server_address[1])
        self.setup_environ()

    def process_request(self, request: Any, client_address: Any) -> None:
        self._workers.submit(self._work, request, client_address)

    def _work(self, request: socket.socket, client_address: Any) -> None:
        request.settimeout(_SILENT_S)
        try:
            if self._tls is not None:
                request = self._tls.wrap_socket(request, server_side=True)
            self.finish_request(request, client_address)
        except OSError as error:  # a client that goes away, is silent, or speaks no TLS
            log.debug("A connection over CalDAV ended: %s", error)
        except Exception:
            log.exception("A request over CalDAV failed")
        finally:
            self.shutdown_request(request)

    def server_close(self) -> None:
        super().server_close()
        self._workers.shutdown(wait=False, cancel_futures=True)


class _Handler(WSGIRequestHandler):
    connection: socket.socket

    def get_environ(self) -> WSGIEnvironment:
        environ = super().get_environ()
        environ["PATH_INFO"] = unquote(self.path.split("?", 1)[0])  # as UTF-8, where PEP 3333 has Latin-1
        if isinstance(self.connection, ssl.SSLSocket):
            environ["HTTPS"] = "on"
        return environ

    def handle(self) -> None:
        self.raw_requestline = self.rfile.readline(65_537)
        if len(self.raw_requestline) > 65_536:
            self.requestline = self.request_version = self.command = ""
            self.send_error(414)
            return
        if self.parse_request():
            handler = _Answer(
                cast("IO[bytes]", self.rfile),
                cast("IO[bytes]", self.wfile),
                self.get_stderr(),
                self.get_environ(),
                multithread=True,
            )
            handler.request_handler = self  # type: ignore[attr-defined]
            handler.run(self.server.get_app())  # type: ignore[attr-defined]

    def address_string(self) -> str:
        return str(self.client_address[0])

    def log_message(self, format: str, *args: object) -> None:
        log.debug("CalDAV, %s: %s", self.client_address[0], format % args)


class _Answer(ServerHandler):
    os_environ: ClassVar[dict[str, str]] = {}  # type: ignore[misc]  # nobody is to see that of the process
    server_software = "Equerry"

    def log_exception(self, exc_info: Any) -> None:
        log.error("A request over CalDAV failed", exc_info=exc_info)
