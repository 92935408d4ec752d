"""CalDAV as the settings say."""

from __future__ import annotations

import importlib.util
import logging
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from device.configuration import roles
from device.configuration.load import load
from device.configuration.settings import CaldavSettings, Settings
from device.wiring.background import build_caldav, caldav_tls
from services.actions.policy.policy import Policy
from services.store.store import Store


def settings(**caldav: Any) -> Settings:
    shipped = load(environ={})
    return shipped.model_copy(update={"caldav": shipped.caldav.model_copy(update=caldav)})


def policy() -> tuple[Policy, Callable[[], datetime]]:
    return Policy(roles.load({})[0]), lambda: datetime.now(UTC)


def test_it_is_off_as_shipped(tmp_path: Path) -> None:
    with Store(tmp_path / "equerry.db") as store:
        assert build_caldav(settings(), store, *policy()) is None


def test_without_radicale_the_log_tells_what_to_install(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with Store(tmp_path / "equerry.db") as store, caplog.at_level(logging.ERROR):
        built = build_caldav(settings(enabled=True), store, *policy())
    if importlib.util.find_spec("radicale"):
        assert built is not None
        assert built.name == "caldav"
    else:
        assert built is None
        assert "Install Radicale" in caplog.text


@pytest.mark.parametrize(("address", "encrypted"), [("127.0.0.1", False), ("::1", False), ("localhost", False)])
def test_only_this_machine_is_served_without_a_certificate(address: str, encrypted: bool, tmp_path: Path) -> None:
    assert (caldav_tls(settings(address=address).caldav, tmp_path) is not None) == encrypted


def test_a_certificate_needs_its_key() -> None:
    told = {"enabled": True, "address": "0.0.0.0", "port": 5232}
    with pytest.raises(ValueError, match="set both"):
        CaldavSettings(**told, certificate="a.pem", key="")
    with pytest.raises(ValueError, match="set both"):
        CaldavSettings(**told, certificate="", key="a.pem")
    assert CaldavSettings(**told, certificate="a.pem", key="b.pem").key == "b.pem"
