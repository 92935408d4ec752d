"""A store, settings and a site of the release before go on working (tests/upgrade/README.md)."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from device.configuration.load import load as load_settings
from device.configuration.roles import load as load_roles
from services.store.base import Person, Task
from services.store.store import Store
from services.sync.base import MqttMessage
from services.sync.payload import written
from services.sync.topics import Topics
from tests.simulated_broker import START, SimulatedBroker, SimulatedDevice

ROOT = Path(__file__).resolve().parents[1]
RELEASES = sorted(path for path in (ROOT / "tests" / "upgrade").iterdir() if path.is_dir())
TOPICS = Topics("desk")


@pytest.fixture(params=RELEASES, ids=lambda path: path.name)
def before(request: pytest.FixtureRequest) -> Path:
    """The folder of a release."""
    return request.param


@pytest.fixture
def data(before: Path, tmp_path: Path) -> Path:
    """A data folder with that release's store."""
    (tmp_path / "equerry.db").write_bytes(gzip.decompress((before / "equerry.db.gz").read_bytes()))
    return tmp_path


@pytest.fixture
def store(data: Path) -> Iterator[Store]:
    with Store(data / "equerry.db") as opened:
        yield opened


def retained(before: Path) -> dict[str, str]:
    """Payloads by topic."""
    rows = map(json.loads, (before / "retained.jsonl").read_text(encoding="utf-8").splitlines())
    return {row["topic"]: row["payload"] for row in rows}


def test_there_is_a_release_before() -> None:
    assert RELEASES


def test_every_document_is_as_it_was_to_the_byte(before: Path, store: Store) -> None:
    told = retained(before)
    keys = [(topic.kind, topic.id) for topic in map(TOPICS.named, told) if topic]
    assert len(keys) == len(told) > 20
    found = {TOPICS.document(*key): written(replica).decode() for key in keys if (replica := store.replica(*key))}
    assert found == told


def test_what_was_kept_is_found_and_undone_and_goes_on(store: Store) -> None:
    assert "the campaign launch" in {hit.title for hit in store.search("campaign")}
    assert {person.name for person in store.find(Person)} == {"Sarah Chen", "Mike Jones"}
    with store.transaction("after the upgrade") as tx:
        tx.add(Task(title="Look at the new release"))
    assert "Look at the new release" in {hit.title for hit in store.search("release")}
    with store.transaction("undo") as tx:
        assert tx.undo_last(others=True).label == "after the upgrade"
        assert "milk" in tx.undo_last(others=True).label, "the last command of the release before"


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("what are my tasks", "Three tasks: the campaign launch"),
        ("what's on the shopping list", "eggs"),
        ("what is Henderson's balance", "400 dollars"),
        ("good morning", "the campaign launch"),
    ],
)
def test_commands_go_on_with_what_was_kept(data: Path, before: Path, said: str, answer: str) -> None:
    environ = os.environ | {
        "EQUERRY_CONFIG": str(before / "equerry.toml"),
        "EQUERRY_ROLES": str(before / "roles.toml"),
        "EQUERRY_PATHS__DATA": str(data),
        "EQUERRY_LANGUAGE_MODEL__ENABLED": "false",
    }
    command = [sys.executable, "-m", "device", "ask", said]
    done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert answer in done.stdout


def test_a_site_of_before_is_joined(before: Path, tmp_path: Path) -> None:
    broker = SimulatedBroker()
    told = retained(before)
    for topic, payload in told.items():
        broker.take(None, MqttMessage(topic, payload.encode(), 1, retain=True))
    kinds = {topic.kind for topic in map(TOPICS.named, told) if topic}
    desk = SimulatedDevice("desk", broker, tmp_path / "desk.db", kinds=kinds)
    broker.seconds = timedelta(days=1) / timedelta(seconds=1)  # later than all that was stamped there
    assert desk.now > START
    desk.connect()
    broker.settle(desk)
    assert {topic: message.payload.decode() for topic, message in broker.retained.items()} == told
    keys = [(topic.kind, topic.id) for topic in map(TOPICS.named, told) if topic]
    assert all(desk.store.replica(*key) for key in keys)
    desk.close()


def test_settings_and_roles_of_before_hold(before: Path) -> None:
    environ = {"EQUERRY_CONFIG": str(before / "equerry.toml"), "EQUERRY_ROLES": str(before / "roles.toml")}
    assert load_settings(environ)
    roles, _ = load_roles(environ)
    assert {"owner", "guest"} <= set(roles.roles)
