"""Who is let in, and which settings say so."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from device.configuration.settings import WyomingSettings
from device.wyoming.access import Guests
from device.wyoming.announcement import label


@pytest.mark.parametrize(
    ("allow", "peer", "may"),
    [
        (["127.0.0.1"], "127.0.0.1", True),
        (["127.0.0.1"], "127.0.0.2", False),
        (["192.168.1.0/24"], "192.168.1.77", True),
        (["192.168.1.9/24"], "192.168.1.77", True),
        (["192.168.1.0/24"], "::ffff:192.168.1.77", True),
        (["192.168.1.0/24"], "192.168.2.1", False),
        (["fe80::/64"], "fe80::1%eth0", True),
        (["fe80::/64"], "192.168.1.1", False),
        ([], "127.0.0.1", False),
    ],
)
def test_the_list_says_who_may(allow: list[str], peer: str, may: bool) -> None:
    assert Guests(allow).admits(peer) is may


def test_each_who_may_not_is_news_once_and_only_so_many_are() -> None:
    guests = Guests([])
    assert guests.news("10.0.0.1") and not guests.news("10.0.0.1") and not guests.news("::ffff:10.0.0.1")
    assert sum(guests.news(f"10.1.{each // 250}.{each % 250}") for each in range(1000)) == 99


GOOD = {"enabled": True, "address": "192.168.1.20", "port": 10700, "allow": ["192.168.1.5"], "zeroconf": True}


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"address": "0.0.0.0"}, "means every network"),
        ({"address": "::"}, "means every network"),
        ({"address": "desk.local"}, "is not an address"),
        ({"allow": ["192.168.1.5", "anybody"]}, "has 'anybody', no address or network"),
        ({"port": 80}, "1024"),
    ],
)
def test_settings_that_would_open_it_to_all_are_refused(wrong: dict[str, object], words: str) -> None:
    WyomingSettings.model_validate(GOOD)
    with pytest.raises(ValidationError, match=words):
        WyomingSettings.model_validate({**GOOD, **wrong})


@pytest.mark.parametrize(
    ("name", "told"),
    [("desk", "desk"), ("The desk. Upstairs", "The desk Upstairs"), ("\0\ud800", "Equerry"), ("ü" * 40, "ü" * 31)],
)
def test_the_network_is_told_a_name_that_fits(name: str, told: str) -> None:
    assert label(name) == told
