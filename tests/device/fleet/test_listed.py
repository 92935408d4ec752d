"""The fleet file: what it may say, and each mistake told with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from device.cli import completion
from device.fleet.errors import FleetBroken, FleetMissing, NamesUnknown
from device.fleet.listed import Fleet, FleetDevice, read_fleet

WHOLE = """
user = "admin"
ssh_config = "ways"
secrets = ["mqtt-password"]
at_once = 4

[devices.desk]
host = "192.168.1.31"
groups = ["office", "first"]

[devices.hall]
port = 2222
user = "root"

[devices.attic]
sudo = false
groups = ["office"]
"""


def read(tmp_path: Path, text: str) -> Fleet:
    path = tmp_path / "fleet.toml"
    path.write_text(text)
    return read_fleet(path)


def problems(tmp_path: Path, text: str) -> list[str]:
    with pytest.raises(FleetBroken) as raised:
        read(tmp_path, text)
    return [line.strip().replace(f"{tmp_path}/", "") for line in str(raised.value).splitlines()[1:]]


def test_all_it_may_say(tmp_path: Path) -> None:
    fleet = read(tmp_path, WHOLE)
    assert fleet == Fleet(
        (
            FleetDevice("desk", "192.168.1.31", "admin", groups=("office", "first")),
            FleetDevice("hall", "hall", "root", 2222),
            FleetDevice("attic", "attic", "admin", sudo=False, groups=("office",)),
        ),
        tmp_path / "ways",
        ("mqtt-password",),
        4,
    )


def test_devices_and_groups_are_chosen_each_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    fleet = read(tmp_path, WHOLE)
    assert [each.name for each in fleet.chosen(["attic", "first", "office"])] == ["desk", "attic"]
    assert len(fleet.chosen([])) == 3
    with pytest.raises(NamesUnknown, match=r"called atic; did you mean attic\?.* The fleet has attic, desk, first"):
        fleet.chosen(["desk", "atic"])


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[devices.desk]\n[devices.desk]\n", "fleet.toml:2: a second device is called desk; give it another name"),
        ("", "fleet.toml:1: it names no device; one is two lines: [devices.desk] and host = \"192.168.1.31\""),
        ("[devices.desk]\nhost = \n", "fleet.toml:2: not valid TOML: invalid value (at line 2, column 8)"),
        ("[devices.desk]\nhots = 'a'\n", "fleet.toml:2: hots means nothing here; did you mean host?"),
        ("[devices.desk]\nhost = '-oX=ls'\n", "fleet.toml:2: host = '-oX=ls': it may be a name or an address"),
        ("[devices.desk]\nport = true\n", "fleet.toml:2: port = True: it may be a whole number, 1 to 65535"),
        ("user = 'a b'\n[devices.desk]\n", "fleet.toml:1: user = 'a b': it may be a name such as admin"),
        ("[devices.desk]\ngroups = ['hall']\n[devices.hall]\n", "fleet.toml:1: hall is a group here and a device, too"),
        ("[devices.desk]\ngroups = 'hall'\n", 'fleet.toml:2: groups = \'hall\': it may be a list of names: ["office"]'),
        ("[devices.'a/b']\n", "fleet.toml:1: 'a/b' is no name of a device: letters, digits, . _ and - only"),
        ("[devices]\ndesk = 'a'\n", "fleet.toml:2: devices.desk is no section; write [devices.desk], its keys below"),
        (
            "[devices.a]\nhost = 'x'\n[devices.b]\nhost = 'x'\n",
            "fleet.toml:3: b and a are one device: both are reached at x",
        ),
    ],
)  # fmt: skip
def test_each_mistake_is_told_with_its_line(tmp_path: Path, text: str, told: str) -> None:
    assert problems(tmp_path, text) == [told]


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    assert len(problems(tmp_path, "at_once = 0\n[devices.a]\nport = 70000\n[devices.b]\nsudo = 'no'\n")) == 3


def test_a_file_that_is_half_written_or_no_text(tmp_path: Path) -> None:
    assert problems(tmp_path, WHOLE[: WHOLE.index("31")])[0].startswith("fleet.toml:8: not valid TOML: ")
    path = tmp_path / "fleet.toml"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(FleetBroken, match="no text in UTF-8"):
        read_fleet(path)


def test_without_a_file(tmp_path: Path) -> None:
    with pytest.raises(FleetMissing, match=r"There is no fleet file .*none\.toml\. Write one"):
        read_fleet(tmp_path / "none.toml")
    with pytest.raises(FleetBroken, match="can't be read: Is a directory"):
        read_fleet(tmp_path)


def test_tab_offers_devices_and_groups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    assert completion.fleet("") == []
    (tmp_path / ".config" / "equerry").mkdir(parents=True)
    (tmp_path / ".config" / "equerry" / "fleet.toml").write_text(WHOLE)
    assert completion.fleet("") == ["desk", "hall", "attic", "first", "office"] and completion.fleet("o") == ["office"]
