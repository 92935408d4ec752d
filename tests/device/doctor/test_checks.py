"""Each check on trees of a Raspberry Pi 3, 4 and 5, and on what goes wrong."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import socket
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from device import __version__
from device.control.client import NoAnswer
from device.doctor.base import Ran, Verdict
from device.doctor.checks import (
    CHECKS,
    broker,
    calls,
    clock,
    disk,
    hat,
    home,
    loop,
    machine,
    models,
    power,
    satellites,
    sound,
    store,
    unit,
)
from device.doctor.checks import settings as settings_checks
from device.doctor.examination import examine
from device.doctor.page import AREAS
from device.doctor.sources import Host, Sources
from device.models.manifest import shipped
from device.records.wake_sounds import keep_sound
from device.voiceprints.book import ENCODER, VoiceprintBook
from firmware.base import MicrophoneMissing
from firmware.frame import RATE, Frame
from services.home.base import HomeAway
from services.home.status import HomeStatus
from services.store.backups.folder import BackupFolder
from services.store.documents import Task
from services.store.store import Store
from services.sync.base import BrokerRefused, Connected, Disconnected
from tests import pi_trees
from tests.doubles.voiceprints import person
from tests.pi_trees import NOW, planted, sources_of


@pytest.fixture
def pi3(tmp_path: Path) -> Sources:
    return sources_of(planted(tmp_path, "pi3"))


@pytest.fixture
def pi4(tmp_path: Path) -> Sources:
    return sources_of(planted(tmp_path, "pi4"))


@pytest.fixture
def pi5(tmp_path: Path) -> Sources:
    return sources_of(planted(tmp_path, "pi5"))


@pytest.fixture
def pc(tmp_path: Path) -> Sources:
    return sources_of(planted(tmp_path, "pc"), host=Host("x86_64", "6.1.0", 64, (3, 13, 0)))


def states(sources: Sources) -> dict[str, str]:
    """Of everything that reads files alone."""
    wanted = ("machine", "power", "disk", "clock", "hat")
    return {each.code: each.state for each in examine([check for check in CHECKS if check.area in wanted], sources)}


def test_a_pi_3_that_suffers(pi3: Sources) -> None:
    told = states(pi3)
    assert told["machine.board"] == told["machine.memory"] == told["machine.governor"] == "warn"
    assert told["power.temperature"] == told["power.supply"] == "fail"
    assert told["power.throttling"] == "warn"
    assert told["disk.wear"] == "unknown"
    assert told["clock.time"] == "unknown"
    wear = disk.wear(pi3)
    assert "an SD card does not tell" in wear.words and "a day are written" in wear.words
    held = sound.holders(pi3)
    assert held.state == "warn" and "arecord (process 4711) has the microphone of card1" in held.words


def test_a_pi_4_as_it_should_be(pi4: Sources) -> None:
    (pi4.root / "data").mkdir()
    for node in (pi4.root / "dev").glob("*"):
        node.chmod(0o777)
    berlin = sources_of(pi4.root, environ={"EQUERRY_DEVICE__TIME_ZONE": "Europe/Berlin"}, run=lambda words: Ran(0))
    told = states(berlin)
    assert told.pop("machine.running") == "unknown" and told.pop("hat.used") == "skip", "it is not asked"
    assert set(told.values()) == {"ok"}, told
    assert "up to 50 % of its life" in disk.wear(pi4).words
    assert hat.known(pi4).facts["found"] == "respeaker-2-mic"


def test_a_pi_5_that_was_slowed_down(pi5: Sources) -> None:
    told = states(pi5)
    assert told["power.supply"] == "ok" and told["power.throttling"] == "warn" and told["disk.wear"] == "skip"
    assert hat.eeprom(pi5).words == "IQaudIO Limited, IQaudIO Pi-Codec+"
    assert clock.time_of_day(replace(pi5, keeper=pi_trees.Keeper(pi5.root, False))).state == "ok"  # it has a battery


def test_a_pc_is_no_fault(pc: Sources) -> None:
    told = states(pc)
    assert "fail" not in told.values()
    assert told["hat.eeprom"] == told["power.supply"] == told["power.throttling"] == told["disk.wear"] == "skip"
    assert told["machine.board"] == told["machine.kernel"] == "ok"


def test_a_32_bit_system_on_a_64_bit_kernel(pi4: Sources) -> None:
    assert machine.kernel(replace(pi4, host=Host("aarch64", "6.6", 32, (3, 11, 2)))).state == "fail"
    assert machine.kernel(replace(pi4, host=Host("armv7l", "6.6", 32, (3, 11, 2)))).state == "fail"
    assert machine.program(replace(pi4, host=Host("aarch64", "6.6", 64, (3, 9, 2)))).state == "fail"
    assert machine.program(replace(pi4, status=lambda: {"version": "0.0.9", "pid": 1})).state == "warn"
    assert machine.program(replace(pi4, status=lambda: {"version": __version__, "pid": 1})).state == "ok"


@pytest.mark.parametrize(
    ("text", "state"), [("ID=ubuntu\nVERSION_ID=24.04", "warn"), ("ID=debian\nVERSION_ID=11", "warn"), ("", "unknown")]
)
def test_other_systems(tmp_path: Path, text: str, state: str) -> None:
    assert machine.system(sources_of(planted(tmp_path, "pi4", {"etc/os-release": text}))).state == state


def test_vcgencmd_where_the_kernel_tells_nothing(tmp_path: Path) -> None:
    root = planted(tmp_path, "pi4")
    (root / "sys/devices/platform/soc/soc:firmware/get_throttled").unlink()
    assert power.supply(sources_of(root)).state == "unknown"
    told = sources_of(root, run=lambda words: Ran(0, "throttled=0x50000\n") if words[0] == "vcgencmd" else Ran(None))
    assert power.supply(told).words == "enough now, but it was too little since the start"
    nonsense = sources_of(root, run=lambda words: Ran(0, "VCHI initialization failed\n"))
    assert power.supply(nonsense).state == "unknown"


@pytest.mark.parametrize(
    ("life", "reserve", "state"),
    [
        ("0x01 0x01", "0x01", "ok"),
        ("0x08 0x01", "0x01", "warn"),
        ("0x0b 0x01", "0x01", "fail"),
        ("0x01 0x02", "0x02", "warn"),
        ("0x01 0x02", "0x03", "fail"),
        ("0x00 0x00", "0x00", "unknown"),
        ("nonsense", "", "unknown"),
    ],
)
def test_wear_of_an_emmc(tmp_path: Path, life: str, reserve: str, state: str) -> None:
    card = "sys/block/mmcblk0/device/"
    root = planted(tmp_path, "pi4", {f"{card}life_time": life, f"{card}pre_eol_info": reserve})
    assert disk.wear(sources_of(root)).state == state


def test_a_card_that_is_written_to_death(tmp_path: Path) -> None:
    root = planted(tmp_path, "pi3", {"sys/block/mmcblk0/stat": "1 2 3 4 5 6 90000000 8 9 10 11"})
    assert disk.wear(sources_of(root)).state == "warn"


def test_disks(pi4: Sources) -> None:
    assert disk.room(replace(pi4, statvfs=pi_trees.disk(0.001))).state == "fail"
    assert disk.room(replace(pi4, statvfs=pi_trees.disk(0.05))).state == "warn"
    assert (
        disk.room(replace(pi4, statvfs=pi_trees.disk(0.05, total=1 << 40))).state == "ok"
    )  # 50 GB are enough, whatever the share
    assert disk.inodes(replace(pi4, statvfs=pi_trees.disk(files=0.01))).state == "fail"
    assert disk.writable(replace(pi4, statvfs=pi_trees.disk(flag=os.ST_RDONLY))).state == "fail"
    assert disk.writable(pi4).state == "warn"  # the folder is not there


@pytest.mark.parametrize(
    ("year", "synchronised", "state"),
    [(2026, True, "ok"), (2026, None, "unknown"), (2026, False, "warn"), (1970, False, "fail")],
)
def test_clocks(tmp_path: Path, year: int, synchronised: bool | None, state: str) -> None:
    root = planted(tmp_path, "pi3")
    assert (
        clock.time_of_day(sources_of(root, synchronised=synchronised, now=lambda: NOW.replace(year=year))).state
        == state
    )


def test_time_zones(tmp_path: Path) -> None:
    root = planted(tmp_path, "pi3")
    assert clock.zone(sources_of(root)).state == "warn"
    assert clock.zone(sources_of(root, environ={"EQUERRY_DEVICE__TIME_ZONE": "Europe/Berlin"})).words == "Europe/Berlin"
    (root / "etc/localtime").symlink_to("/usr/share/zoneinfo/Etc/UTC")
    assert clock.zone(sources_of(root)).state == "warn"


def test_nodes_and_rights(tmp_path: Path) -> None:
    root = planted(tmp_path, "pi4")
    for node in (root / "dev").rglob("*"):
        node.chmod(0o755 if node.is_dir() else 0o660)
    lights = sources_of(root)
    closed = hat.lights_bus(lights)
    assert (
        closed.state == "fail"
        and "equerry may not use /dev/spidev0.0" in closed.words
        and "usermod -aG spi equerry" in closed.remedy
    )
    assert sound.rights(lights).state == "fail"
    for node in (root / "dev").rglob("*"):
        node.chmod(0o755 if node.is_dir() else 0o666)
    assert hat.lights_bus(lights).state == hat.pins(lights).state == sound.rights(lights).state == "ok"
    (root / "dev/spidev0.0").unlink()
    assert hat.lights_bus(lights).words == "SPI is not switched on"
    assert hat.lights_bus(sources_of(root, environ={"EQUERRY_LIGHTS__KIND": "none"})).state == "skip"


def test_the_wrong_board(tmp_path: Path) -> None:
    root = planted(tmp_path, "pi4")
    assert hat.known(sources_of(root, environ={"EQUERRY_BOARD__NAME": "respeaker-4-mic"})).state == "warn"
    assert (
        hat.known(sources_of(root, environ={"EQUERRY_BOARD__NAME": "adafruit-voice-bonnet"})).state == "ok"
    )  # it looks the same
    [finding] = examine(
        [each for each in CHECKS if each.code == "hat.board"],
        sources_of(root, environ={"EQUERRY_BOARD__NAME": "nonsense"}),
    )
    assert (
        finding.state == "fail"
        and "no board called nonsense" in finding.words
        and finding.facts == {"reason": "board.unknown"}
    )


def test_what_the_appliance_goes_on_without(pi4: Sources) -> None:
    assert hat.used(pi4).state == "skip", "it does not run"
    assert hat.used(replace(pi4, status=running())).state == "ok"
    told = {**(running()() or {}), "lacking": {"lights": "SPI is not switched on"}}
    verdict = hat.used(replace(pi4, status=lambda: told))
    assert (verdict.state, verdict.words, verdict.facts) == (
        "fail",
        "no lights: SPI is not switched on",
        {"lacking": ["lights"]},
    )


@pytest.mark.parametrize(
    ("environ", "twice"),
    [
        ({"BUTTON__PIN": "17", "LIGHTS__KIND": "led", "LIGHTS__PINS": "[17]"}, [17]),
        ({"LIGHTS__KIND": "rgb", "LIGHTS__PINS": "[22,22,24]"}, [22]),
        ({"BUTTON__MUTE_PIN": "5", "BOARD__NAME": "respeaker-4-mic"}, [5]),
        ({"BUTTON__PIN": "17", "BOARD__NAME": "bare"}, None),  # one button
        ({"BUTTON__PIN": "22", "BOARD__NAME": "bare", "LIGHTS__KIND": "none"}, None),  # its lights are not used
    ],
)
def test_two_on_one_pin(tmp_path: Path, environ: dict[str, str], twice: list[int] | None) -> None:
    told = hat.pins(
        sources_of(planted(tmp_path, "pi4"), environ={f"EQUERRY_{name}": value for name, value in environ.items()})
    )
    assert told.facts.get("twice") == twice and (told.state == "fail" and "wanted twice" in told.words) == bool(twice)


# ── Sound ─────────────────────────────────────────────────────────────────────


def noise(level: float, seconds: float = 2.0) -> np.ndarray:
    return np.rint(np.random.default_rng(5).standard_normal(round(RATE * seconds)) * level).astype(np.int16)


@pytest.mark.parametrize(
    ("samples", "state", "words"),
    [
        (noise(60), "ok", "dBFS"),
        (np.zeros(RATE, np.int16), "fail", "one constant value"),
        (np.full(RATE, 77, np.int16), "fail", "one constant value"),
        (np.zeros(0, np.int16), "fail", "one constant value"),
        (noise(2), "warn", "hardly anything"),
        (noise(2000), "warn", "the room is loud"),
        (np.clip(noise(20_000).astype(np.int32) * 2, -32768, 32767).astype(np.int16), "warn", "clipped"),
        ((noise(60).astype(np.int32) + 3000).astype(np.int16), "warn", "beside zero"),
    ],
)
def test_levels(samples: np.ndarray, state: str, words: str) -> None:
    told = sound.judged(samples)
    assert told.state == state and words in told.words


@pytest.mark.parametrize(("delay", "gain", "hiss"), [(0, 1.0, 0), (1600, 0.1, 100), (20_000, -0.02, 60)])
def test_a_chirp_is_found(delay: int, gain: float, hiss: float) -> None:
    sent = loop.chirp()
    heard = noise(hiss, 3.0).astype(np.float64)
    heard[delay : delay + sent.size] += gain * sent
    told = loop.find(np.clip(heard, -32768, 32767).astype(np.int16), sent)
    assert told.found and told.latency_s == pytest.approx(delay / RATE, abs=0.002)
    assert told.gain_db == pytest.approx(20 * np.log10(abs(gain)), abs=1.0)


@pytest.mark.parametrize(
    "heard",
    [noise(500, 3.0), np.zeros(RATE * 3, np.int16), np.zeros(5, np.int16), (noise(100, 3.0) + 5000).astype(np.int16)],
)
def test_no_chirp_is_found_where_there_is_none(heard: np.ndarray) -> None:
    assert not loop.find(heard, loop.chirp()).found


class Given:
    """A microphone that gives samples, and then hiss."""

    name, overruns = "USB PnP Sound Device", 0

    def __init__(self, samples: np.ndarray) -> None:
        self._samples = samples
        self._at = 0
        self.closed = False

    def open(self) -> None:
        self.closed = False

    def read(self) -> Frame:
        self._at += 1
        return Frame(np.resize(self._samples, 1280 * (self._at + 1))[-1280:].copy(), self._at)

    def close(self) -> None:
        self.closed = True


def test_the_microphone(pi4: Sources) -> None:
    given = Given(noise(60))
    told = sound.microphone(replace(pi4, microphone=lambda: given))
    assert told.state == "ok" and "USB PnP" in told.words and given.closed
    assert sound.level(replace(pi4, microphone=lambda: given)).state == "ok"
    other = sources_of(
        pi4.root, environ={"EQUERRY_MICROPHONE__NAME": "ReSpeaker"}, microphone=lambda: given, names=lambda _: ["Jabra"]
    )
    assert sound.microphone(other).state == "warn" and "Jabra" in sound.microphone(other).remedy


def test_no_microphone_and_what_hangs_on_it(pi4: Sources) -> None:
    class Missing(Given):
        def open(self) -> None:
            raise MicrophoneMissing(names="(none found)")

    found = {
        each.code: each
        for each in examine(
            sound.CHECKS, replace(pi4, run=lambda _: Ran(0), microphone=lambda: Missing(noise(1)), loud=True)
        )
    }
    assert found["sound.microphone"].state == "fail" and "Plug one in" in found["sound.microphone"].remedy
    assert found["sound.level"].words == found["sound.loop"].words == "not looked at: see microphone"
    assert found["sound.speaker"].state == "fail"


INPUTS, OUTPUTS = ["USB PnP: Audio", "Line in"], ["Loudspeaker", "Headset"]


def of_calls(pi: Sources, *, right_channel: bool | None = None, **wanted: str) -> dict[str, Verdict]:
    """What the doctor finds of [calls] with these settings."""
    environ = {f"EQUERRY_CALLS__{key.upper()}": value for key, value in wanted.items()}
    environ |= {"EQUERRY_MICROPHONE__NAME": "USB PnP", "EQUERRY_SPEAKER__NAME": "Loudspeaker"}
    sources = sources_of(
        pi.root,
        environ=environ,
        names=lambda direction: INPUTS if direction == "input" else OUTPUTS,
        right_channel=lambda: right_channel,
    )
    return {check.code.partition(".")[2]: check.examine(sources) for check in calls.CHECKS}


def test_the_devices_of_calls_are_found(pi4: Sources) -> None:
    told = of_calls(pi4, line="line", ear="left of Loudspeaker", line_speaker="headset")
    assert {each.state for each in told.values()} == {"ok"}
    assert [each.words for each in told.values()] == ["Line in", "the left side of Loudspeaker", "Headset"]


def test_a_device_of_calls_that_is_not_there_is_told_with_those_that_are(pi4: Sources) -> None:
    told = of_calls(pi4, line="Modem", ear="Earphone", line_speaker="Handset")
    assert {each.state for each in told.values()} == {"warn"}
    assert told["line"].words == "The device Modem, on which I would hear the other side, is not there"
    assert told["line"].remedy.startswith("Plug it in") and "Line in" in told["line"].remedy
    assert "Headset" in told["ear"].remedy and "line_speaker of [calls]" in told["line_speaker"].remedy


def test_the_wrong_device_for_a_call_is_told(pi4: Sources) -> None:
    told = of_calls(pi4, line="USB", ear="Loudspeaker")
    assert told["line"].facts == {"reason": "call.line_microphone"}
    assert told["ear"].facts == {"reason": "call.ear_loudspeaker"}


@pytest.mark.parametrize(("there", "state"), [(True, "ok"), (False, "warn"), (None, "unknown")])
def test_the_right_channel_of_the_microphone(pi4: Sources, there: bool | None, state: str) -> None:
    assert of_calls(pi4, line="right channel", right_channel=there)["line"].state == state


def test_calls_that_nobody_follows_are_left_out(pi4: Sources) -> None:
    assert [each.state for each in of_calls(pi4).values()] == ["skip"] * 3
    told = of_calls(pi4, line="table", announce="false")
    assert [each.state for each in told.values()] == ["ok", "skip", "skip"]


def running(**appliance: Any) -> Any:
    told = {"phase": "idle", "muted": False, "microphone_fault": None, "level_dbfs": -52.0, **appliance}
    return lambda: {"version": __version__, "pid": 77, "appliance": told}


def test_the_appliance_is_asked_for_what_it_holds(pi4: Sources) -> None:
    busy = replace(pi4, status=running(), loud=True)
    assert sound.microphone(busy).words == "the appliance has it, and hears"
    assert sound.level(busy).words == "-52 dBFS, as the appliance hears it now"
    assert sound.loop(busy).state == "skip"
    assert sound.microphone(replace(pi4, status=running(microphone_fault="gone"))).state == "fail"
    assert sound.microphone(replace(pi4, status=running(muted=True))).state == "ok"
    assert sound.level(replace(pi4, status=running(level_dbfs=None))).state == "skip"


def test_an_appliance_that_does_not_answer(pi4: Sources) -> None:
    asked = []

    def status() -> None:
        asked.append(1)
        raise NoAnswer

    found = {each.code: each for each in examine(CHECKS[:7], replace(pi4, status=status))}
    assert found["machine.running"].state == "fail" and found["machine.running"].facts == {
        "reason": "control.no_answer"
    }
    assert found["machine.board"].state == "ok" and len(asked) == 1


# ── Settings, models, store, broker, service ──────────────────────────────────


def test_settings(tmp_path: Path) -> None:
    root = planted(tmp_path, "pi4")
    assert settings_checks.files(sources_of(root)).state == "ok"
    told = settings_checks.files(sources_of(root, environ={"EQUERRY_WAKE__THRESHOLD": "7"}))
    assert told.state == "fail" and told.private and told.facts == {"problems": 1}
    refused = sources_of(
        root, status=lambda: {"settings": {"settings_refused": ["x"], "roles_refused": [], "waiting": []}}
    )
    assert settings_checks.in_force(refused).state == "fail"
    waiting = sources_of(
        root, status=lambda: {"settings": {"settings_refused": [], "roles_refused": [], "waiting": ["mqtt"]}}
    )
    assert settings_checks.in_force(waiting).state == "warn"


def test_secrets_that_others_may_read(tmp_path: Path) -> None:
    root = planted(tmp_path, "pi4", {"etc/equerry/secrets/mqtt-password": "x"})
    path = root / "etc/equerry/secrets/mqtt-password"
    path.chmod(0o640)
    told = settings_checks.secrets(sources_of(root))
    assert told.state == "fail" and told.remedy == f"chmod 600 {path}"
    path.chmod(0o600)
    assert settings_checks.secrets(sources_of(root)).words == "1 file, each for its owner alone"


def test_the_engine_of_the_language_model(tmp_path: Path) -> None:
    assert models.engine(sources_of(tmp_path, environment=tmp_path)).state == "fail"
    with (tmp_path / "engine.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        (tmp_path / "engine.log").write_text("DEBUG [41/82] g++\n")
        told = models.engine(sources_of(tmp_path, environment=tmp_path))
        assert told.state == "warn" and "50% done" in told.words
    assert models.engine(sources_of(tmp_path)).state == "ok"


def test_models(tmp_path: Path) -> None:
    told = models.present(sources_of(planted(tmp_path, "pi4")))
    assert (
        told.state == "fail"
        and "equerry-ears" in told.words
        and told.remedy.startswith("equerry models pull openwakeword")
    )
    assert models.whole(sources_of(tmp_path)).state == "skip"
    assert models.usable(sources_of(tmp_path, unusable=lambda: ["wake.words: gone"])).state == "fail"


def test_voiceprints(tmp_path: Path) -> None:
    models_here = {"EQUERRY_PATHS__MODELS": str(tmp_path / "models")}
    here = sources_of(planted(tmp_path, "pi4"), environ=models_here)
    assert store.voiceprints(here).state == "skip"
    book = VoiceprintBook(here.settings.paths.data / "voiceprints.json")
    book.add(person("Anna"))
    unknown_voice = tmp_path / "roles.toml"
    unknown_voice.write_text('unknown_voice = "guest"\n')
    strict = sources_of(tmp_path, environ={**models_here, "EQUERRY_ROLES": str(unknown_voice)})
    assert store.voiceprints(here).remedy == f"equerry models pull {ENCODER}"
    assert "guest" not in store.voiceprints(here).words
    assert "Whoever speaks is a guest until then" in store.voiceprints(strict).words
    (file,) = shipped().find(ENCODER).files
    (here.settings.paths.models / ENCODER).mkdir(parents=True)
    with (here.settings.paths.models / ENCODER / file.path).open("wb") as whole:
        whole.truncate(file.bytes)
    assert (store.voiceprints(here).state, store.voiceprints(here).words) == ("ok", "of one person")
    alone = sources_of(tmp_path, environ={**models_here, "EQUERRY_WAKE__ONLY_KNOWN_VOICES": "true"})
    assert store.voiceprints(alone).words == "of one person; nobody else's voice wakes it"
    unknown_voice.write_text('[voices]\nanna = "owner"\nAna = "guest"\n')
    misspelt = store.voiceprints(strict)
    assert (misspelt.state, "a role for Ana, and nobody" in misspelt.words) == ("warn", True)
    unknown_voice.write_text('unknown_voice = "guest"\n')
    book.path.chmod(0o644)
    assert store.voiceprints(here).remedy == f"chmod 600 {book.path}"
    book.path.write_text("{")
    assert store.voiceprints(here).state == "fail"
    assert store.voiceprints(here).facts == {"reason": "voiceprints.damaged"}
    assert "Whoever speaks is a guest until then" in store.voiceprints(strict).words
    book.path.unlink()
    book.add(replace(person("Anna"), encoder="another"))
    assert "1 of 1 were enrolled with another model" in store.voiceprints(here).words


def test_sound_of_wakes_is_told_where_it_is_kept_or_still_lies_there(tmp_path: Path) -> None:
    here = sources_of(planted(tmp_path, "pi4"))
    assert store.wake_sounds(here).state == "skip"
    wanted = sources_of(tmp_path, environ={"EQUERRY_WAKE__KEEP_SOUND": "true"})
    folder = here.settings.paths.data / "wake" / "sounds"
    keep_sound(folder, "alexa", 1e9, np.zeros(160, np.int16))
    assert (store.wake_sounds(wanted).state, store.wake_sounds(wanted).facts) == ("ok", {"count": 1})
    assert "1 of at most 50" in store.wake_sounds(wanted).words
    assert (store.wake_sounds(here).state, store.wake_sounds(here).remedy) == (
        "warn",
        f"Delete that folder: rm -r {folder}",
    )


def test_the_store(tmp_path: Path) -> None:
    root = planted(tmp_path, "pi4")
    (root / "data").mkdir()
    here = sources_of(root)
    assert store.whole(here).state == store.backups(here).state == "skip"
    with Store(root / "data/equerry.db") as opened, opened.transaction(label="x", now=NOW) as work:
        work.add(Task(title="Water the plants"))
    assert store.whole(here).facts["documents"] == 1
    assert store.whole(replace(here, thorough=True)).state == "ok"
    assert store.backups(here).state == "warn"
    BackupFolder(here.settings.backup.folder).make(root / "data/equerry.db", NOW - timedelta(days=3))
    assert store.backups(here).state == "ok"  # nothing changed since
    with Store(root / "data/equerry.db") as opened, opened.transaction(label="y", now=NOW) as work:
        work.add(Task(title="Water them again"))
    assert store.backups(here).state == "warn"
    assert store.second(here).state == "warn"
    assert store.second(sources_of(root, environ={"EQUERRY_BACKUP__SECOND": str(root / "stick")})).state == "fail"
    damaged = root / "data/equerry.db"
    damaged.write_bytes(damaged.read_bytes()[:5000])
    told = store.whole(here)
    assert told.state == "fail" and told.facts["reason"].startswith("store.")


def test_satellites(tmp_path: Path) -> None:
    root = planted(tmp_path, "pi4")
    assert satellites.reached(sources_of(root)).state == "skip"
    with socket.create_server(("127.0.0.1", 0)) as there, socket.create_server(("127.0.0.1", 0)) as gone:
        ports = [each.getsockname()[1] for each in (there, gone)]
        gone.close()
        at = [f"kitchen at 127.0.0.1:{ports[0]}", f"attic at 127.0.0.1:{ports[1]}"]
        one, both = (sources_of(root, environ={"EQUERRY_SATELLITES__AT": json.dumps(each)}) for each in (at[:1], at))
        assert satellites.reached(one).words == "1 there"
        assert satellites.reached(both).words == "not there: attic"
    told = {"kitchen": {"connected": True, "since": "2026-11-25T10:00:00+00:00"}}
    assert satellites.reached(replace(one, status=lambda: {"satellites": told})).state == "ok"
    told["kitchen"] = {"connected": False, "since": "2026-11-25T10:00:00+00:00"}
    assert satellites.reached(replace(one, status=lambda: {"satellites": told})).facts == {"reason": "satellite.away"}
    assert satellites.reached(replace(one, status=lambda: {})).state == "warn"


def test_home_assistant(tmp_path: Path) -> None:
    root = planted(tmp_path, "pi4")
    assert home.connection(sources_of(root)).state == home.encryption(sources_of(root)).state == "skip"
    wanted = sources_of(root, environ={"EQUERRY_HOME_ASSISTANT__URL": "http://house.local:8123"})
    there = HomeStatus(True, 1.0, "2025.4.4", entities=12)
    assert home.connection(replace(wanted, house=lambda: there)).words == "takes us, 2025.4.4, 12 things"
    assert home.connection(replace(wanted, house=lambda: replace(there, entities=0))).state == "warn"

    def refused() -> HomeStatus:
        raise HomeAway(who="Home Assistant")

    told = home.connection(replace(wanted, house=refused))
    assert told.state == "fail" and told.facts == {"reason": "home.away"}
    away = {**asdict(HomeStatus(False, None, "", "gone", "home.away")), "since": "2026-11-25T10:00:00+00:00"}
    assert home.connection(replace(wanted, status=lambda: {"home_assistant": away})).facts == {"reason": "home.away"}
    assert home.connection(replace(wanted, status=lambda: {})).state == "warn"
    assert home.encryption(wanted).state == "warn"
    safe = sources_of(root, environ={"EQUERRY_HOME_ASSISTANT__URL": "https://house.local"})
    assert home.encryption(safe).state == "ok"


class Link:
    """A broker that says one thing."""

    def __init__(self, *said: Any) -> None:
        self._said = said
        self.closed = False

    def turn(self, timeout: float) -> Sequence[Any]:
        return self._said

    def close(self) -> None:
        self.closed = True


def test_the_broker(tmp_path: Path) -> None:
    root = planted(tmp_path, "pi4")
    assert broker.connection(sources_of(root)).state == broker.encryption(sources_of(root)).state == "skip"
    wanted = sources_of(root, environ={"EQUERRY_MQTT__HOST": "broker.local"})
    link = Link(Connected(False, "5"))
    assert broker.connection(replace(wanted, link=lambda: link)).state == "ok" and link.closed
    refused = Link(Disconnected(BrokerRefused(host="broker.local", reason="bad user name or password")))
    told = broker.connection(replace(wanted, link=lambda: refused))
    assert told.state == "fail" and told.facts == {"reason": "broker.refused"} and "bad user name" in told.words
    away = {"connected": False, "since": "2026", "version": "", "reason": "gone", "code": "broker.lost"}
    assert broker.connection(replace(wanted, status=lambda: {"broker": away})).facts == {"reason": "broker.lost"}
    assert broker.encryption(wanted).state == "warn"
    assert broker.encryption(sources_of(root, environ={"EQUERRY_MQTT__HOST": "localhost"})).state == "ok"


def systemd(**told: str) -> Any:
    shown = {
        "LoadState": "loaded",
        "ActiveState": "active",
        "SubState": "running",
        "UnitFileState": "enabled",
        "NRestarts": "0",
    }
    shown |= {"WatchdogUSec": "20s", "Result": "success", "NeedDaemonReload": "no", **told}

    def run(words: Sequence[str]) -> Ran:
        if words[:2] == ["systemctl", "show"]:
            return Ran(0, "".join(f"{name}={value}\n" for name, value in shown.items() if name.isalpha()))
        if words[0] == "systemd-analyze":
            return Ran(0, f"…\n→ Overall exposure level for equerry.service: {told.get('exposure_', '1.3')} OK\n")
        return Ran(0, told.get("log_", "2026-11-23 09:00:00,123 MainThread INFO ready\n"))

    return run


@pytest.mark.parametrize(
    ("check", "told", "state"),
    [
        (unit.active, {}, "ok"),
        (unit.active, {"ActiveState": "failed"}, "fail"),
        (unit.active, {"ActiveState": "inactive"}, "warn"),
        (unit.active, {"LoadState": "not-found"}, "skip"),
        (unit.at_boot, {}, "ok"),
        (unit.at_boot, {"UnitFileState": "disabled"}, "warn"),
        (unit.at_boot, {"NeedDaemonReload": "yes"}, "warn"),
        (unit.restarts, {}, "ok"),
        (unit.restarts, {"NRestarts": "7"}, "warn"),
        (unit.restarts, {"WatchdogUSec": "0"}, "warn"),
        (unit.hardening, {}, "ok"),
        (unit.hardening, {"exposure_": "6.1"}, "fail"),
        (unit.hardening, {"exposure_": "?"}, "unknown"),
        (unit.log, {}, "ok"),
        (unit.log, {"log_": "2026-11-23 09:00:00,123 Thread-1 (run) ERROR x\n"}, "warn"),
        (unit.log, {"log_": "Traceback (most recent call last):\n"}, "fail"),
    ],
)
def test_the_service(pi4: Sources, check: Any, told: dict[str, str], state: str) -> None:
    verdict: Verdict = check(replace(pi4, run=systemd(**told)))
    assert verdict.state == state, verdict


def test_no_systemd(pi4: Sources) -> None:
    assert {each.state for each in examine(unit.CHECKS, pi4)} == {"skip"}


# ── All of them ───────────────────────────────────────────────────────────────


def test_every_check_is_listed_as_it_should_be() -> None:
    codes = [check.code for check in CHECKS]
    assert len(set(codes)) == len(codes)
    for check in CHECKS:
        assert check.area in AREAS and check.about.endswith(".") and len(check.about) > 30, check.code
        assert not check.after or codes.index(check.after) < codes.index(check.code)
        assert check.remedy or check.code == "hat.eeprom", check.code


def test_files_of_nonsense_break_no_check(tmp_path: Path) -> None:
    """Whatever the kernel, a card or a driver may say."""
    root = planted(tmp_path, "pi4")
    for path in [each for each in root.rglob("*") if each.is_file()]:
        path.write_bytes(b"\xff\0 nonsense = 0x 99999999999999999999 : [ \n" * 3)
    (root / "equerry.toml").write_text("")
    found = list(
        examine(
            [check for check in CHECKS if check.area not in ("sound", "broker", "home")],
            sources_of(root, run=lambda words: Ran(0, "=\n\0x=y\n")),
        )
    )
    assert not [each for each in found if each.facts.get("reason") in ("broken", "slow")]


def test_no_right_is_told_and_breaks_nothing(pi4: Sources) -> None:
    def closed(_: Path) -> os.statvfs_result:
        raise PermissionError(errno.EACCES, "Permission denied", "/data")

    found = {each.code: each for each in examine(disk.CHECKS, replace(pi4, statvfs=closed))}
    assert (
        found["disk.room"].state == "unknown"
        and "sudo" in found["disk.room"].remedy
        and found["disk.room"].facts == {"reason": "not_permitted"}
    )
