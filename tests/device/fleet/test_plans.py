"""Waves, releases, what ssh says, and what is summed up: all that asks no device."""

from __future__ import annotations

import tarfile
from pathlib import Path

import pytest

from device.fleet.errors import (
    DeviceAway,
    DeviceError,
    HostChanged,
    HostUnknown,
    LoginRefused,
    NotReady,
    ReleaseUnfit,
    WavesWrong,
)
from device.fleet.health import DeviceHealth, health_of
from device.fleet.listed import FleetDevice
from device.fleet.pages import health_cells, names, rolled_out, summary
from device.fleet.release import release_of
from device.fleet.rollout import RolledOut
from device.fleet.ssh import last_words, not_reached
from device.fleet.updating import why
from device.fleet.waves import waves
from tests.fleet_desk import archive

DESK = FleetDevice("desk", "192.168.1.31", "admin", 2222)


@pytest.mark.parametrize(
    ("said", "count", "sizes"),
    [
        ("1,5,25%", 20, [1, 5, 5, 9]),
        ("1, 10%", 200, [1, 20, 179]),
        ("100%", 7, [7]),
        ("1%", 3, [1, 2]),
        ("5", 3, [3]),
        ("1,1,1", 2, [1, 1]),
        ("1,10%", 0, []),
    ],
)
def test_waves(said: str, count: int, sizes: list[int]) -> None:
    cut = waves(said, range(count))
    assert [len(each) for each in cut] == sizes
    assert [each for wave in cut for each in wave] == list(range(count)), "in order, each once"


@pytest.mark.parametrize("said", ["", "0", "1,,2", "101%", "-1", "some", "1;2", "5%%"])
def test_no_waves(said: str) -> None:
    with pytest.raises(WavesWrong, match=r"are no waves\. Write how many each has"):
        waves(said, range(3))


def test_a_release_is_an_archive_an_update_file_or_a_version(tmp_path: Path) -> None:
    assert release_of("0.2.0").parts == ()
    whole = release_of(str(archive(tmp_path / "equerry-0.2.0.tar.gz", "0.2.0")))
    assert whole.version == "0.2.0" and [each.path.name for each in whole.parts] == ["equerry-0.2.0.tar.gz"]
    (tmp_path / "equerry-0.2.0.tar.gz.sig").write_bytes(b"x" * 64)
    signed = release_of(str(tmp_path / "equerry-0.2.0.tar.gz")).parts
    assert [(each.path.suffix, each.bytes == 64, len(each.sha256)) for each in signed] == [
        (".sig", True, 64),
        (".gz", False, 64),
    ], "the signature is there before the archive is"
    manifest = tmp_path / "manifest.toml"
    manifest.write_text('version = "0.3.0"\nboard = "pi4"\n')
    with tarfile.open(tmp_path / "equerry-0.3.0-arm64.update", "w") as file:
        file.add(manifest, "manifest.toml")
    assert release_of(str(tmp_path / "equerry-0.3.0-arm64.update")).version == "0.3.0"


def test_a_bundle_is_one(tmp_path: Path) -> None:
    bundle = tmp_path / "bundle.toml"
    bundle.write_text('version = "0.2.0"\n')
    with tarfile.open(tmp_path / "bundle.tar", "w") as file:
        file.add(bundle, "equerry-0.2.0-aarch64/bundle.toml")
    assert release_of(str(tmp_path / "bundle.tar")).version == "0.2.0"


def test_what_is_no_release(tmp_path: Path) -> None:
    def unfit(said: Path | str) -> str:
        with pytest.raises(ReleaseUnfit) as raised:
            release_of(str(said))
        return str(raised.value)

    assert "neither a file nor a version" in unfit("equerry-0.2.0.tar.gz")
    assert "neither a file nor a version" in unfit(tmp_path)
    half = archive(tmp_path / "half.tar.gz", "0.2.0")
    half.write_bytes(half.read_bytes()[:60])
    assert "no whole archive" in unfit(half)
    assert "holds no release of Equerry" in unfit(archive(tmp_path / "other.tar.gz", "1.0", name="other"))
    assert "names no version" in unfit(archive(tmp_path / "odd.tar.gz", "$(reboot)"))
    assert "letters, digits" in unfit(archive(tmp_path / "a b;c.tar.gz", "0.2.0"))


@pytest.mark.parametrize(
    ("err", "kind", "words"),
    [
        ("Host key verification failed.\r\n", HostUnknown, r"fingerprint: ssh -p 2222 admin@192\.168\.1\.31"),
        ("@@@\nWARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!\nHost key verification failed.", HostChanged,
         r"ssh-keygen -R '\[192\.168\.1\.31\]:2222'"),
        ("admin@192.168.1.31: Permission denied (publickey).", LoginRefused, "does not let admin in"),
        ("ssh: connect to host 192.168.1.1 port 22: Connection refused", DeviceAway, r"refused \(port 22\)"),
        ("ssh: Could not resolve hostname desk: Name or service not known", DeviceAway, "Name or service not known"),
        ("", DeviceAway, "nothing"),
    ],
)  # fmt: skip
def test_what_ssh_says_in_our_words(err: str, kind: type[DeviceError], words: str) -> None:
    error = not_reached(DESK, err)
    assert type(error) is kind
    with pytest.raises(kind, match=words):
        raise error


def test_what_a_device_says_can_t_write_to_the_terminal() -> None:
    assert last_words("fine\n\x1b[31mred\x1b[0m \x1b]0;title\x07\n\n") == "red  ]0;title"
    told = {"ok": True, "version": "\x1b[2J1", "pid": 1, "running": 0, "queued": 0}
    assert health_of(told).version == " [2J1"


def test_what_failed_in_an_update_is_found_among_its_words() -> None:
    assert why(["Building", "install: no room", "What helps: make room", "update: it failed", "bye"]) == "it failed"
    assert why(["install: no room", "What helps: make room"]) == "no room What helps: make room"
    assert why(["one", "two"]) == "two" and why([]) == "nothing"


def test_health_in_a_row() -> None:
    well, look = DeviceHealth("running", "0.2.0"), DeviceHealth("running", "0.1.0", look={"temperature": "82 °C"})
    bad = DeviceHealth("running", "0.2.0", amiss={"microphone": "gone", "disk": "full", "supply": "weak"})
    assert health_cells("desk", well, None)[""] == "✓" and health_cells("desk", look, None)[""] == "!"
    assert health_cells("desk", bad, None)["amiss"] == "microphone: gone; disk: full; and 1 more"
    assert summary([well, well, look, bad, None]) == "3 of 5 are well. Versions: 3 × 0.2.0, 1 × 0.1.0."
    assert names([str(number) for number in range(200)]) == "0, 1, 2, 3, 4, 5 and 194 more"


def test_a_rollout_that_stopped_says_what_was_done_and_how_it_goes_on() -> None:
    result = RolledOut({"a": ""}, {"b": NotReady(why="deaf")}, ["c"], ["d", "e"])
    assert rolled_out(result, ["f"], "equerry fleet update 0.2.0") == [
        "Done: a.",
        "As it should be before: f.",
        "Not ready: b.",
        "Under way when this was stopped, and going on there: c.",
        "Nothing was done on d, e.",
        "Mend b (equerry fleet status b tells how it is). Then this goes on from there: equerry fleet update 0.2.0",
    ]
    assert rolled_out(RolledOut(), ["f", "g"], "") == ["As it should be before: f, g."]
