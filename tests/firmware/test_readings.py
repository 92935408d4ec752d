"""Readings from /proc and /sys, as the kernel writes them, and where it writes none."""

from __future__ import annotations

from pathlib import Path

import pytest

from firmware.readings import Power, Readings


@pytest.fixture
def root(tmp_path: Path) -> Path:
    written = {
        "proc/meminfo": "MemTotal:        3884348 kB\nMemFree:          100000 kB\nMemAvailable:    2500000 kB\n",
        "proc/uptime": "93784.41 361000.12\n",
        "proc/loadavg": "2.00 1.50 1.00 2/345 6789\n",
        "sys/class/thermal/thermal_zone0/temp": "48312\n",
        "sys/class/thermal/thermal_zone1/temp": "51540\n",
        "sys/class/power_supply/BAT0/capacity": "87\n",
        "proc/device-tree/model": "Raspberry Pi 5 Model B Rev 1.0\0",
        "proc/device-tree/serial-number": "10000000abcdef01\0",
    }
    for name, text in written.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def test_what_the_kernel_tells(root: Path) -> None:
    readings = Readings(root)
    assert readings.temperature() == pytest.approx(51.54)
    assert readings.memory() == (2_500_000 * 1024, 3_884_348 * 1024)
    assert readings.uptime() == pytest.approx(93_784.41)
    assert 0 < (readings.load() or 0) <= 2.0
    assert readings.battery() == 87
    assert (readings.model(), readings.serial()) == ("Raspberry Pi 5 Model B Rev 1.0", "10000000abcdef01")


def test_a_machine_without_sensors(tmp_path: Path) -> None:
    readings = Readings(tmp_path)
    assert (readings.model(), readings.serial()) == ("", "")
    assert [readings.temperature(), readings.memory(), readings.uptime(), readings.load(), readings.battery()] == [
        None
    ] * 5


def test_a_sensor_that_answers_nonsense(root: Path) -> None:
    (root / "sys/class/thermal/thermal_zone1/temp").write_text("\n")
    (root / "proc/meminfo").write_text("MemTotal: lots\n")
    readings = Readings(root)
    assert readings.temperature() == pytest.approx(48.312)
    assert readings.memory() is None


def test_the_disk_of_a_folder_that_is_yet_to_be_made(tmp_path: Path) -> None:
    free, total = Readings().disk(tmp_path / "not" / "there") or (0, 0)
    assert 0 < free <= total


def test_the_address_is_one_or_none() -> None:
    address = Readings().address()
    assert address is None or address.count(".") == 3


@pytest.mark.parametrize(
    ("bits", "told"),
    [
        ("0\n", Power(False, False, False, False)),
        ("50005\n", Power(True, True, True, True)),
        ("50000\n", Power(False, False, True, True)),
        ("80008\n", Power(False, True, False, True)),
        ("1\n", Power(True, False, False, False)),
    ],
)
def test_what_the_firmware_of_a_raspberry_pi_tells(tmp_path: Path, bits: str, told: Power) -> None:
    path = tmp_path / "sys/devices/platform/soc/soc:firmware/get_throttled"
    path.parent.mkdir(parents=True)
    path.write_text(bits)
    assert Readings(tmp_path).power() == told


def test_a_raspberry_pi_5_has_it_elsewhere(tmp_path: Path) -> None:
    path = tmp_path / "sys/devices/platform/soc@107c000000/soc@107c000000:firmware/get_throttled"
    path.parent.mkdir(parents=True)
    path.write_text("10001\n")
    assert Readings(tmp_path).power() == Power(True, False, True, False)


def test_a_kernel_with_a_voltage_sensor_alone(tmp_path: Path) -> None:
    for number, name in enumerate(("cpu_thermal", "rpi_volt")):
        sensor = tmp_path / f"sys/class/hwmon/hwmon{number}"
        sensor.mkdir(parents=True)
        (sensor / "name").write_text(f"{name}\n")
        (sensor / "in0_lcrit_alarm").write_text("1\n" if name == "rpi_volt" else "0\n")
    assert Readings(tmp_path).power() == Power(True)


def test_what_is_no_raspberry_pi_tells_nothing_of_its_power(tmp_path: Path) -> None:
    assert Readings(tmp_path).power() is None
    path = tmp_path / "sys/devices/platform/soc/soc:firmware/get_throttled"
    path.parent.mkdir(parents=True)
    path.write_text("what?\n")
    assert Readings(tmp_path).power() is None


def test_what_this_process_holds(root: Path) -> None:
    assert (Readings().process_memory() or 0) > 1 << 20
    assert Readings(root).process_memory() is None
    (root / "proc/self").mkdir()
    (root / "proc/self/status").write_text("Name:\tpython\nVmRSS:\t  182340 kB\n")
    assert Readings(root).process_memory() == 182_340 * 1024
