"""A real Mosquitto of its own on a free port of 127.0.0.1, certificates for it, and a second client.

    with Broker(tmp_path, users={"desk": "secret"}, acl="user desk\\ntopic readwrite equerry/#\\n") as broker:
        other = broker.client("other", username="desk", password="secret")
        other.subscribe("equerry/desk/#")
        ...
        message = other.wait_for("equerry/desk/state", lambda each: each.payload == b"idle")

The fixtures `broker` (anybody may, nothing is kept) and `brokers` (makes them with options) are in tests/conftest.py.
Needs the Debian package mosquitto.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.subscribeoptions import SubscribeOptions

from services.sync.base import MqttMessage
from services.sync.topics import fits

MOSQUITTO = shutil.which("mosquitto") or "/usr/sbin/mosquitto"
PATIENCE_S = 10.0
"""How long to wait for what must come; a deadline, not a pause."""

_KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")


class Certificates:
    """Whoever signs, and what is signed: files made with openssl, each on demand."""

    def __init__(self, folder: Path, name: str = "ca") -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self.ca = folder / f"{name}.crt"
        self._ca_key = folder / f"{name}.key"
        usage = ("-addext", "keyUsage=critical,keyCertSign,cRLSign")
        _openssl(
            "req",
            "-x509",
            *_KEY,
            "-days",
            "30",
            "-subj",
            f"/CN=Test {name}",
            *usage,
            "-keyout",
            self._ca_key,
            "-out",
            self.ca,
        )

    def signed(self, name: str, *, names: str = "DNS:localhost,IP:127.0.0.1", days: int = 30) -> tuple[Path, Path]:
        """Certificate and key for a server or a client; expired with `days` below 0. A client's user name is `name`."""
        certificate, key, request = (self._folder / f"{name}.{end}" for end in ("crt", "key", "csr"))
        extension = self._folder / f"{name}.ext"
        extension.write_text(f"subjectAltName={names}\n")
        _openssl("req", *_KEY, "-subj", f"/CN={name}", "-keyout", key, "-out", request)
        signer = ("-CA", self.ca, "-CAkey", self._ca_key, "-CAcreateserial")
        _openssl(
            "x509", "-req", "-in", request, *signer, "-days", str(days), "-extfile", extension, "-out", certificate
        )
        key.chmod(0o600)
        return certificate, key


def _openssl(*arguments: str | Path) -> None:
    subprocess.run(["openssl", *arguments], check=True, capture_output=True, timeout=30)


def free_port() -> int:
    """One that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Broker:
    """One Mosquitto. Starts with `start` or `with`; keeps its port, and with `persistence` what it has, over `kill` and
    `restart`.
    """

    host = "127.0.0.1"

    def __init__(
        self,
        folder: Path,
        *,
        users: Mapping[str, str] | None = None,
        acl: str = "",
        tls: tuple[Path, Path] | None = None,
        ca: Path | None = None,
        require_certificate: bool = False,
        persistence: bool = False,
        message_size_limit: int = 0,
        max_packet_size: int = 0,
        max_queued: int = 0,
        more: str = "",
        whole: str = "",
    ) -> None:
        """`users`: names and passwords; None: anybody may. `tls`: the broker's certificate and key. `ca`: who signs the
        clients'. `more`: further lines of mosquitto.conf. `whole`: all of it instead of the other options, but for
        `users`; {port}, {folder} and
        {passwords} are filled in."""
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self._clients: list[Client] = []
        self.configuration = folder / "mosquitto.conf"
        common = ["log_type all", "log_dest stderr", "connection_messages true"]
        if os.geteuid() == 0:
            common.append("user root")  # otherwise it becomes `mosquitto`, which can't read our files
        if whole:
            text = whole.format(port=f"{self.port} {self.host}", folder=folder, passwords=self._passwords(users or {}))
            self.configuration.write_text("\n".join([text, *common, ""]), encoding="utf-8")
            return
        lines = [f"listener {self.port} {self.host}", *common]
        if users is None:
            lines.append("allow_anonymous true")
        else:
            lines += ["allow_anonymous false", f"password_file {self._passwords(users)}"]
        if acl:
            path = folder / "acl"
            path.write_text(acl, encoding="utf-8")
            path.chmod(0o600)
            lines.append(f"acl_file {path}")
        if tls:
            lines += [f"certfile {tls[0]}", f"keyfile {tls[1]}"]
        if ca:
            lines.append(f"cafile {ca}")
        if require_certificate:
            lines.append("require_certificate true")
        if persistence:
            lines += [
                "persistence true",
                f"persistence_location {folder}/",
                "autosave_interval 1",
                "autosave_on_changes true",
            ]
        if message_size_limit:
            lines.append(f"message_size_limit {message_size_limit}")
        if max_packet_size:
            lines.append(f"max_packet_size {max_packet_size}")
        if max_queued:
            lines.append(f"max_queued_messages {max_queued}")
        self.configuration.write_text("\n".join([*lines, more, ""]), encoding="utf-8")

    def _passwords(self, users: Mapping[str, str]) -> Path:
        path = self.folder / "passwords"
        path.touch(mode=0o600)
        for name, password in users.items():
            subprocess.run(
                ["mosquitto_passwd", "-b", path, name, password], check=True, capture_output=True, timeout=30
            )
        return path

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def pid(self) -> int:
        """Of the process that runs."""
        assert self._process is not None
        return self._process.pid

    @property
    def log(self) -> str:
        """All it has said."""
        path = self.folder / "mosquitto.log"
        return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""

    def start(self) -> None:
        """Until it takes connections."""
        with (self.folder / "mosquitto.log").open("ab") as log:
            self._process = subprocess.Popen(
                [MOSQUITTO, "-c", self.configuration], stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        end = time.monotonic() + PATIENCE_S
        while True:
            try:
                socket.create_connection((self.host, self.port), timeout=1).close()
                return
            except OSError:
                assert self._process.poll() is None, f"mosquitto ended:\n{self.log}"
                assert time.monotonic() < end, f"mosquitto does not answer:\n{self.log}"
                time.sleep(0.01)

    def stop(self) -> None:
        """Politely: it tells its clients, and saves."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """At once, as a power failure does."""
        self._end(signal.SIGKILL)

    def restart(self) -> None:
        """Killed and started again; what it had not saved is gone."""
        self.kill()
        self.start()

    def save(self) -> None:
        """Have it write down what it keeps, so that `kill` does not lose it. Only with `persistence`."""
        path = self.folder / "mosquitto.db"
        before = path.stat().st_mtime_ns if path.exists() else 0
        os.kill(self.pid, signal.SIGUSR1)
        end = time.monotonic() + PATIENCE_S
        while not path.exists() or path.stat().st_mtime_ns == before:
            assert time.monotonic() < end, "mosquitto has not saved"
            time.sleep(0.01)

    def pause(self) -> None:
        """Connections stay, and nobody answers."""
        os.kill(self.pid, signal.SIGSTOP)

    def resume(self) -> None:
        """After `pause`."""
        os.kill(self.pid, signal.SIGCONT)

    def client(self, name: str, **options: Any) -> Client:
        """A second client, connected; closed with the broker. Options as of `Client`."""
        client = Client(self.host, self.port, name, **options)
        self._clients.append(client)
        return client

    def close(self) -> None:
        """The clients, then the broker."""
        for client in self._clients:
            client.close()
        self._clients.clear()
        self.kill()

    def _end(self, how: signal.Signals) -> None:
        if self._process is None:
            return
        self._process.send_signal(how)
        self._process.send_signal(signal.SIGCONT)  # one that is paused would not end by SIGTERM
        self._process.wait(PATIENCE_S)
        self._process = None


class Refused(Exception):
    """The broker did not take the client or its subscription."""


class Client:
    """A plain client with a thread of its own. What came stays in `heard`; `wait_for` takes from it in order."""

    def __init__(
        self,
        host: str,
        port: int,
        name: str,
        *,
        username: str | None = None,
        password: str | None = None,
        version: Literal["5", "3.1.1"] = "5",
        ca: Path | None = None,
        certificate: tuple[Path, Path] | None = None,
        will: MqttMessage | None = None,
        wait: bool = True,
    ) -> None:
        """Raises Refused where the broker does, OSError where there is none."""
        self.heard: list[MqttMessage] = []
        """All that has come."""
        self._waiting: list[MqttMessage] = []
        self._news = threading.Condition()
        self._connected: bool | None = None
        self._granted: dict[int, bool] = {}
        self._filters: list[tuple[str, int]] = []
        self._acknowledged: set[int] = set()
        clean = None if version == "5" else True
        protocol = paho.MQTTv5 if version == "5" else paho.MQTTv311
        self._paho = paho.Client(CallbackAPIVersion.VERSION2, client_id=name, protocol=protocol, clean_session=clean)
        self._paho.on_connect = self._on_connect
        self._paho.on_message = self._on_message
        self._paho.on_subscribe = self._on_subscribe
        self._paho.on_publish = self._on_publish
        if username is not None:
            self._paho.username_pw_set(username, password)
        if ca is not None:
            self._paho.tls_set(str(ca), *(map(str, certificate) if certificate else ()))
        if will is not None:
            self._paho.will_set(will.topic, will.payload, will.qos, will.retain)
        self._paho.reconnect_delay_set(1, 1)
        self._paho.connect(host, port, keepalive=60)
        self._paho.loop_start()
        if wait:
            self._until(lambda: self._connected is not None, "the broker answers")
            if not self._connected:
                self.close()
                raise Refused(name)

    def subscribe(self, *filters: str, qos: int = 1) -> None:
        """Until the broker says yes; raises Refused where it says no."""
        self._filters += [(each, qos) for each in filters]
        token = self._ask(self._filters[-len(filters) :])
        assert token is not None, "no connection"
        self._until(lambda: token in self._granted, "the broker grants the subscription")
        if not self._granted[token]:
            raise Refused(filters)

    def publish(
        self,
        topic: str,
        payload: bytes | str = b"",
        *,
        qos: int = 0,
        retain: bool = False,
        response_topic: str = "",
        correlation: bytes = b"",
        expires_s: int | None = None,
        wait: bool = True,
    ) -> None:
        """With QoS 1, and unless told otherwise, until the broker has it."""
        properties = None
        if not self._old:
            properties = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]
            if response_topic:
                properties.ResponseTopic = response_topic
            if correlation:
                properties.CorrelationData = correlation
            if expires_s is not None:
                properties.MessageExpiryInterval = expires_s
        info = self._paho.publish(topic, payload, qos, retain, properties)
        if qos and wait:
            self._until(lambda: info.mid in self._acknowledged, "the broker acknowledges")

    def wait_for(
        self, pattern: str, wanted: Callable[[MqttMessage], bool] = lambda _: True, within: float = PATIENCE_S
    ) -> MqttMessage:
        """The first message not yet waited for that fits, now or until `within` seconds from now; AssertionError where
        none comes.
        """
        end = time.monotonic() + within
        with self._news:
            while True:
                for each in self._waiting:
                    if fits(pattern, each.topic) and wanted(each):
                        self._waiting.remove(each)
                        return each
                left = end - time.monotonic()
                assert left > 0 and self._news.wait(left), (
                    f"nothing fits {pattern}; heard {[each.topic for each in self.heard[-20:]]}"
                )

    def all(self, pattern: str) -> Sequence[MqttMessage]:
        """All that has come so far and fits."""
        with self._news:
            return [each for each in self.heard if fits(pattern, each.topic)]

    def round_trip(self, topic: str = "test/round-trip") -> None:
        """Until what was published before, by this client or acknowledged to another, has come to this one."""
        token = os.urandom(8)
        self.subscribe(topic)
        self.publish(topic, token, qos=1)
        self.wait_for(topic, lambda each: each.payload == token)

    def forget(self) -> None:
        """What has come so far is not waited for any more."""
        with self._news:
            self._waiting.clear()
            self.heard.clear()

    def vanish(self) -> None:
        """Without a word, so that the broker tells the last will."""
        sock: Any = self._paho.socket()
        if sock is not None:
            sock.shutdown(socket.SHUT_RDWR)
        self._paho.loop_stop()

    def close(self) -> None:
        """Politely."""
        self._paho.disconnect()
        self._paho.loop_stop()

    def _ask(self, filters: Sequence[tuple[str, int]]) -> int | None:
        wanted = [(name, qos if self._old else SubscribeOptions(qos=qos)) for name, qos in filters]
        return self._paho.subscribe(wanted)[1]  # type: ignore[arg-type]  # one kind or the other

    @property
    def _old(self) -> bool:
        return self._paho.protocol != paho.MQTTv5

    def _until(self, holds: Callable[[], bool], what: str) -> None:
        with self._news:
            assert self._news.wait_for(holds, PATIENCE_S), f"waited in vain until {what}"

    def _on_connect(self, _client: Any, _data: Any, _flags: Any, reason: Any, _properties: Any) -> None:
        with self._news:
            self._connected = not reason.is_failure
            self._news.notify_all()
        if self._filters and self._connected:
            self._ask(self._filters)  # it was away, and the broker may have forgotten

    def _on_message(self, _client: Any, _data: Any, message: paho.MQTTMessage) -> None:
        properties = message.properties
        arrived = MqttMessage(
            message.topic,
            bytes(message.payload),
            1 if message.qos else 0,
            bool(message.retain),
            getattr(properties, "MessageExpiryInterval", None),
            getattr(properties, "ResponseTopic", ""),
            getattr(properties, "CorrelationData", b""),
        )
        with self._news:
            self.heard.append(arrived)
            self._waiting.append(arrived)
            self._news.notify_all()

    def _on_subscribe(self, _client: Any, _data: Any, token: int, reasons: Any, _properties: Any) -> None:
        with self._news:
            self._granted[token] = not any(each.is_failure for each in reasons)
            self._news.notify_all()

    def _on_publish(self, _client: Any, _data: Any, token: int, _reason: Any, _properties: Any) -> None:
        with self._news:
            self._acknowledged.add(token)
            self._news.notify_all()
