"""Too many commands: noted once a minute for each client."""

from __future__ import annotations

import logging
from datetime import UTC, datetime

import pytest

from device.jobs.job import TooMany
from device.jobs.rates import Floods

NOW = datetime(2026, 12, 2, 10, tzinfo=UTC)


def test_each_client_is_noted_once_a_minute(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    noted: list[tuple[str, str]] = []
    moment = [0.0]
    floods = Floods(lambda client, _, code: noted.append((client, code)), now=lambda: NOW, clock=lambda: moment[0])
    for number in range(1000):
        floods(f"mqtt:loud#{number}", "", TooMany(when="in 1 s"))
    floods("mqtt:other", "", TooMany(when="in 1 s"))
    assert noted == [("mqtt:loud", "jobs.too_many"), ("mqtt:other", "jobs.too_many")] and len(caplog.records) == 2
    moment[0] = 60.0
    floods("mqtt:loud", "", TooMany(when="in 1 s"))
    assert len(noted) == 3 and "and 999 more than told" in caplog.messages[-1]


def test_as_many_as_there_may_be_cost_no_memory() -> None:
    noted: list[str] = []
    floods = Floods(lambda client, _now, _code: noted.append(client), now=lambda: NOW, clock=lambda: 0.0)
    for number in range(5000):
        floods(f"mqtt:{number}", "", TooMany(when="in 1 s"))
    floods("mqtt:4999", "", TooMany(when="in 1 s"))
    assert len(noted) == 5000
    floods("mqtt:0", "", TooMany(when="in 1 s"))
    assert len(noted) == 5001
