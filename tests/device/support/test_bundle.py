"""equerry support on a store, settings, units and a log that are full of canaries: none of them is in the bundle."""

from __future__ import annotations

import base64
import errno
import json
import os
import sqlite3
import tarfile
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from typer.testing import CliRunner

from device.cli import app
from device.doctor.base import Finding, Ran
from device.support import bundle
from device.support.bundle import BundleFull, BundleThere, BundleUnwritable, gathered, manifest, write
from device.support.known import known
from device.support.net import Net
from device.support.pieces import pieces
from device.voiceprints.book import VoiceprintBook
from device.wiring.doctor import build_sources
from services.insight.base import KIND
from services.store.documents import Customer, Message, Note, Person, Task, TodoList
from services.store.store import Store
from services.understanding.sentences.lessons import Lesson, line_of
from tests.doubles.voiceprints import person

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)

PASSWORD = "c4n4ry-pa55/w+rd"
TOKEN = "c4n4rytoken9f3b1e84a77"
BUCKET_KEY = "wJalrXUtnFEMIc4n4ryKEY"
KEY_LINE = "c4n4ryMIGHAgEAMBMGByqGSM49AgEG"
CANARIES = (
    *(
        PASSWORD,
        TOKEN,
        BUCKET_KEY,
        KEY_LINE,
        "c4n4ryUser",
        "canaryhost.example.net",
        "Kanarienvogel",
        "misplacedCanary",
        "dropinCanary",
    ),
    "Rotkehlchen",
    *(
        "Quetzal",
        "Xylophone",
        "Wolpertinger",
        "Nachtigall",
        "Marabu",
        "Zaunkönig",
        "Pirol",
        "Ibis",
        "Kakapo",
        "Kolibri",
        "Reiher",
        "Falke",
        "Goldammer",
        "Neuntöter",
    ),
    *("5557341", "555 73 41", "198.51.100.23", "b8:27:eb:aa:bb:cc", "canary@birds.example", "MUSIC123SERIAL", "Dodo"),
)


def in_base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


LOG = f"""2026-11-23 09:00:00,123 MainThread INFO ready
2026-11-23 09:00:01,123 act-0 INFO turn 7: task.create done (template, 0.97)
2026-11-23 09:00:02,123 act-0 ERROR Not begun: feed the Wolpertinger at dawn. The store is full.
2026-11-23 09:00:03,123 mqtt WARNING login c4n4ryUser {PASSWORD} at canaryhost.example.net (198.51.100.23)
2026-11-23 09:00:04,123 mqtt WARNING {quote(PASSWORD, safe="")} {in_base64(f"desk:{PASSWORD}")} {json.dumps("Zaunkönig")}
2026-11-23 09:00:05,123 act-1 INFO call +49 30 555 73 41 of Quetzal, canary@birds.example, {in_base64("buy seeds for the Nachtigall")}
2026-11-23 09:00:06,123 act-1 INFO he said "Ibis" and 'Kakapo' and token={TOKEN}
Traceback (most recent call last):
  File "/opt/equerry/current/device/turn/reactor.py", line 12, in run
KeyError: 'Marabu'
2026-11-23 09:00:07,123 listen INFO deleted: bring the Pirol its breakfast, undone
2026-11-23 09:00:08,123 listen WARNING Goldammer and Neuntöter can't be told apart
"""
DMESG = """[    1.0] usb 1-1: Product: USB PnP Sound Device
[    1.1] usb 1-1: SerialNumber: MUSIC123SERIAL
[    1.2] smsc95xx usb: MAC b8:27:eb:aa:bb:cc
[    1.3] hwmon hwmon1: Undervoltage detected!
[    1.4] somebody said Dodo
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Settings, secrets and a store full of canaries."""
    data, secrets = tmp_path / "data", tmp_path / "secrets"
    secrets.mkdir(mode=0o700)
    data.mkdir()
    for name, text in (
        ("mqtt-password", PASSWORD),
        ("mqtt-tokens", f"# who\nphone: {TOKEN}\n"),
        ("bucket-key", BUCKET_KEY),
        ("desk.key", f"-----BEGIN PRIVATE KEY-----\n{KEY_LINE}\n-----END PRIVATE KEY-----\n"),
    ):
        (secrets / name).write_text(text)
        (secrets / name).chmod(0o600)
    (tmp_path / "equerry.toml").write_text(
        '# the old one was "Kanarienvogel"\n[device]\nname = "Kolibri desk"\n[mqtt]\nhost = "canaryhost.example.net"\n'
        'username = "c4n4ryUser"\n'
        f'password = "misplacedCanary"\nkey = "{secrets}/desk.key"\n[wake]\nthreshold = 0.6\n'
    )
    for name in [name for name in os.environ if name.startswith("EQUERRY_") and name != "EQUERRY_PATHS__MODELS"]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("EQUERRY_CONFIG", str(tmp_path / "equerry.toml"))
    monkeypatch.setenv("EQUERRY_PATHS__DATA", str(data))
    monkeypatch.setenv("EQUERRY_FILES__INBOX", str(tmp_path / "Falke"))
    monkeypatch.setattr("device.wiring.doctor.FOLDERS", (secrets,))
    VoiceprintBook(data / "voiceprints.json").add(person("Goldammer"))
    (tmp_path / "roles.toml").write_text('[voices]\n"Neuntöter" = "guest"\n')
    monkeypatch.setenv("EQUERRY_ROLES", str(tmp_path / "roles.toml"))
    (data / "taught.jsonl").write_text(line_of(Lesson("feed my Rotkehlchen", ())) + "\n")
    with Store(data / "equerry.db") as store:
        with store.transaction(client="console", label="add", now=NOW) as work:
            work.add(Task(title="Feed the Wolpertinger at dawn", tags=("Reiher",)))
            work.add(Person(name="Anna Quetzal", phone="+49 30 555 73 41", email="canary@birds.example"))
            work.add(Customer(name="Zaunkönig"))
            work.add(Note(content="the Xylophone is in the cellar behind the third door"))
            work.add(Message(content="Marabu"))
            gone = work.add(TodoList(name="bring the Pirol its breakfast"))
        with store.transaction(client="console", label="delete", now=NOW) as work:
            work.remove(gone)
        store.journal.add(
            KIND,
            {
                "client": "mqtt:Dodo",
                "result": "done",
                "source": "template",
                "text": "buy seeds for the Nachtigall",
                "understood": 0.9,
            }
            | {
                "actions": ["task.create", "Dodo.ate"],
                "stages": {"command": 0.1, "Dodo": 3},
                "total": 0.5,
                "quality": {"snr_db": 21.0, "note": "Dodo"},
            },
            at=NOW - timedelta(hours=1),
        )
    return tmp_path


def ran(words: Sequence[str]) -> Ran:
    if words[0] == "journalctl":
        return Ran(0, LOG)
    if words[0] == "dmesg":
        return Ran(0, DMESG)
    if words[0] == "systemctl":
        return Ran(0, "ActiveState=active\nNRestarts=2\nEnvironment=EQUERRY_X=dropinCanary\n")
    return Ran(None)


def made(home: Path, findings: Sequence[Finding] = ()) -> dict[str, str]:
    """Name → text of each file in the bundle, in which everything went well."""
    units = home / "root/etc/systemd/system"
    (units / "equerry.service.d").mkdir(parents=True, exist_ok=True)
    (units / "equerry.service").write_text(
        (Path(__file__).resolve().parents[3] / "systemd/equerry.service").read_text()
    )
    (units / "equerry.service.d/own.conf").write_text(
        "# dropinCanary\n[Service]\nEnvironment=EQUERRY_X=dropinCanary\nMemoryMax=2G\n"
    )
    real = build_sources(os.environ)
    sources = type(real)(**{**vars(real), "run": ran, "now": lambda: NOW, "root": home / "root"})
    told = known(sources)
    net = Net(told.secrets, told.texts, told.names)
    put = gathered(pieces(sources, findings, words_known=told.store), net)
    out = home / "bundle.tar.gz"
    out.unlink(missing_ok=True)
    write(out, put, manifest(put, NOW, told.blind), NOW)
    assert out.stat().st_mode & 0o777 == 0o600
    assert not [each.failed for each in put if each.failed]
    with tarfile.open(out) as tar:
        return {
            each.name.removeprefix("equerry-support/"): tar.extractfile(each).read().decode()
            for each in tar.getmembers()
        }  # type: ignore[union-attr]


def test_no_canary_gets_out(home: Path) -> None:
    finding = Finding("settings.files", "settings", "fail", "x = 'Kanarienvogel'", "mend it", private=True)
    other = Finding(
        "broker.connection", "connection", "fail", "The broker canaryhost.example.net refuses c4n4ryUser", ""
    )
    files = made(home, (finding, other))
    for name, text in files.items():
        for canary in CANARIES:
            assert canary.casefold() not in text.casefold(), f"{canary} is in {name}:\n{text}"
            assert quote(canary, safe="") not in text
            assert base64.b64encode(canary.encode()).decode().rstrip("=")[:-1] not in text


def test_what_helps_is_there(home: Path) -> None:
    files = made(home, (Finding("power.supply", "supply", "fail", "too little, now", "Use the board's own"),))
    assert json.loads(files["doctor.json"])["findings"][0]["words"] == "too little, now"
    assert json.loads(files["settings.json"])["in_force"]["wake.threshold"]["value"] == 0.6
    assert json.loads(files["settings.json"])["in_force"]["mqtt.host"]["value"] == "‹set›"
    assert [each["what"] for each in json.loads(files["settings.json"])["problems"]] == ["unknown"]
    assert json.loads(files["store.json"])["documents"]["task"] == 1
    turn = json.loads(files["turns.jsonl"])
    assert (
        turn["actions"] == ["task.create", "other"]
        and turn["stages"] == {"command": 0.1}
        and turn["quality"] == {"snr_db": 21.0}
    )
    assert "turn 7: task.create done (template, 0.97)" in files["journal.txt"]
    assert 'File "/opt/equerry/current/device/turn/reactor.py", line 12, in run' in files["journal.txt"]
    assert "Undervoltage detected!" in files["kernel.txt"] and "somebody said" not in files["kernel.txt"]
    assert (
        "WatchdogSec=20" in files["units.txt"]
        and "MemoryMax=2G" in files["units.txt"]
        and "Environment=‹left out›" in files["units.txt"]
    )
    assert json.loads(files["unit.json"])["equerry.service"]["NRestarts"] == "2"
    assert all(f"\n{name}  (" in files["MANIFEST.txt"] for name in files if name != "MANIFEST.txt")
    assert "× secret" in files["MANIFEST.txt"] and "× words" in files["MANIFEST.txt"]


def test_a_broken_store(home: Path) -> None:
    (home / "data/equerry.db").write_bytes(b"SQLite format 3\0" + os.urandom(5000))
    for left in (home / "data").glob("equerry.db-*"):
        left.unlink()
    sources = build_sources(os.environ)
    told = known(sources)
    assert not told.store and told.blind == ["what people said and wrote: the store can't be read"]
    sources = type(sources)(**{**vars(sources), "run": ran, "now": lambda: NOW})
    put = gathered(pieces(sources, (), words_known=told.store), Net(told.secrets, told.texts, told.names))
    texts = {each.piece.name: each.data.decode() for each in put}
    assert json.loads(texts["store.json"])["readable"] is False
    assert "could not be gathered (StoreDamaged)" in texts["turns.jsonl"]
    assert "Wolpertinger" not in texts["journal.txt"] and "Nachtigall" not in texts["journal.txt"]
    assert "MainThread INFO ready" in texts["journal.txt"] and "KeyError: ‹words›" in texts["journal.txt"]
    assert "the store can't be read" in manifest(put, NOW, told.blind)


def test_settings_that_are_no_toml(home: Path) -> None:
    (home / "equerry.toml").write_text(f'[mqtt\npassword = "{PASSWORD}"\nnote = "Kanarienvogel"\n')
    files = made(home)
    assert json.loads(files["settings.json"])["files"][0]["toml"] is False
    assert not [canary for canary in (PASSWORD, "Kanarienvogel") for text in files.values() if canary in text]


def test_the_command(home: Path) -> None:
    out = home / "out.tar.gz"
    told = CliRunner().invoke(app, ["support", "--out", str(out)])
    assert told.exit_code == 0, told.output
    assert str(out) in told.stdout.splitlines()[0] and "nothing is sent" in told.stdout
    with tarfile.open(out) as tar:
        assert tar.getnames()[0] == "equerry-support/MANIFEST.txt"
    again = CliRunner().invoke(app, ["support", "--out", str(out)])
    assert isinstance(again.exception, BundleThere)
    folder = CliRunner().invoke(app, ["support", "--out", str(home)])
    assert folder.exit_code == 0 and list(home.glob("equerry-support-*.tar.gz"))


def test_a_place_that_takes_nothing(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BundleUnwritable, match="No such file"):
        write(home / "nowhere" / "x.tar.gz", [], "", NOW)
    with pytest.raises(BundleUnwritable):
        write(Path("/proc/x.tar.gz"), [], "", NOW)
    with pytest.raises(BundleUnwritable, match="Not a directory"):
        write(home / "equerry.toml" / "x.tar.gz", [], "", NOW)

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(bundle.os, "fsync", full)
    with pytest.raises(BundleFull):
        write(home / "x.tar.gz", [], "", NOW)
    assert not list(home.glob("*x.tar.gz*"))


def test_the_store_is_left_alone(home: Path) -> None:
    before = {path.name: path.stat().st_mtime_ns for path in (home / "data").iterdir()}
    made(home)
    assert {path.name: path.stat().st_mtime_ns for path in (home / "data").iterdir()} == before
    assert sqlite3.connect(home / "data/equerry.db").execute("PRAGMA integrity_check").fetchone() == ("ok",)
