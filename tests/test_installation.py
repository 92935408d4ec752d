"""The units, held against the code and the installer; the installer's own words."""

from __future__ import annotations

import re
import shutil
import subprocess
import tomllib
from collections import defaultdict
from pathlib import Path

import pytest

from device.configuration import secrets
from device.configuration.load import load
from device.process import bounds
from device.process.systemd import AGAIN

ROOT = Path(__file__).resolve().parents[1]
UNITS = sorted(path for path in (ROOT / "systemd").iterdir() if path.suffix in (".service", ".timer", ".path"))
OPT = "/opt/equerry/current/"


def unit(name: str) -> dict[str, dict[str, list[str]]]:
    """Sections, keys, the values of each in order (systemd.syntax(7), without continued lines, which we do not use)."""
    sections: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    section = ""
    for line in (ROOT / "systemd" / name).read_text().splitlines():
        if match := re.fullmatch(r"\[(\w+)\]", line):
            section = match[1]
        elif line and not line.startswith("#"):
            key, equals, value = line.partition("=")
            assert equals and section, line
            sections[section][key].append(value)
    return sections


def environment(service: dict[str, list[str]]) -> dict[str, str]:
    return dict(each.split("=", 1) for each in service["Environment"])


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd here")
def test_systemd_knows_every_key(tmp_path: Path) -> None:
    for path in UNITS:
        # The programs are not where the units look for them, here.
        (tmp_path / path.name).write_text(
            re.sub(r"^ExecStart=\S+", "ExecStart=/bin/true", path.read_text(), flags=re.MULTILINE)
        )
    told = subprocess.run(
        [
            "systemd-analyze",
            "verify",
            "--man=no",
            "--recursive-errors=no",
            *(str(tmp_path / path.name) for path in UNITS),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    ours = [line for line in told.stderr.splitlines() if str(tmp_path) in line]
    assert not ours, ours


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd here")
@pytest.mark.parametrize("name", ["equerry.service", "equerry-backup.service"])
def test_exposure(name: str) -> None:
    """As it is with a broker; without one it is less."""
    told = subprocess.run(
        ["systemd-analyze", "security", "--offline=yes", "--threshold=20", "--no-pager", str(ROOT / "systemd" / name)],
        capture_output=True,
        text=True,
        check=False,
    )
    if "offline" in told.stderr:
        pytest.skip("this systemd-analyze judges only what runs")
    assert told.returncode == 0, told.stdout[-300:] + told.stderr


def test_what_the_units_call_is_there() -> None:
    for path in UNITS:
        for command in unit(path.name)["Service"]["ExecStart"]:
            program = command.split()[0]
            assert program.startswith(OPT)
            inside = program.removeprefix(OPT)
            assert inside == ".venv/bin/equerry" or (ROOT / inside).stat().st_mode & 0o111


def test_the_environment_of_the_units_is_settings() -> None:
    for path in UNITS:
        named = {
            key: value for key, value in environment(unit(path.name)["Service"]).items() if key.startswith("EQUERRY_")
        }
        settings = load(named)
        if named:
            assert str(settings.paths.data) == "/var/lib/equerry"
            assert str(settings.paths.models) == "/opt/equerry/models"


def test_what_is_written_lies_in_what_the_unit_may_write() -> None:
    service = unit("equerry.service")["Service"]
    settings = load(environment(service))
    assert service["StateDirectory"] == ["equerry"] and service["ProtectSystem"] == ["strict"]
    assert all(
        path.is_relative_to("/var/lib/equerry")
        for path in (settings.paths.data, settings.files.inbox, settings.backup.folder)
    )


def test_it_is_started_again() -> None:
    service = unit("equerry.service")
    assert AGAIN not in (0,) and service["Service"]["Restart"] == ["on-failure"]
    assert "SuccessExitStatus" not in service["Service"] and "RestartPreventExitStatus" not in service["Service"]
    assert int(service["Unit"]["StartLimitBurst"][0]) >= 5


def test_the_watchdog_waits_longer_than_a_microphone_may_be_silent() -> None:
    service = unit("equerry.service")["Service"]
    assert float(service["WatchdogSec"][0]) == bounds.WATCHDOG_S
    assert service["Type"] == ["notify"]


def test_secrets_are_handed_over_as_they_are_looked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    name, _, folder = unit("equerry.service")["Service"]["LoadCredential"][0].partition(":")
    assert Path(folder) == secrets.FOLDERS[0]
    assert f"d {folder} 0700 root root" in (ROOT / "systemd" / "tmpfiles.conf").read_text()
    monkeypatch.setattr(secrets, "FOLDERS", (tmp_path / "none",))
    for each in ("mqtt-password", "mqtt-username", "mqtt-tokens", "bucket-key-id", "bucket-key"):
        (tmp_path / f"{name}_{each}").write_text(f"{each}!\n")
        assert secrets.secret(each, {"CREDENTIALS_DIRECTORY": str(tmp_path)}).get_secret_value() == f"{each}!"


def test_every_unit_is_installed_and_taken_away() -> None:
    told = dry("")
    gone = dry("--uninstall")
    for path in UNITS:
        assert f"/etc/systemd/system/{path.name}" in told
        assert f"/etc/systemd/system/{path.name}" in gone


def test_a_rehearsed_installation_tells_its_steps_in_order() -> None:
    told = dry("--upgrade")
    steps = [
        "systemd-sysusers",
        "/scripts/setup",
        "equerry ask",
        "mv -T",
        "scripts/bounds",
        "daemon-reload",
        "enable",
        "systemctl start equerry.service",
    ]
    places = [told.index(step) for step in steps]
    assert places == sorted(places), told


def test_uninstalling_keeps_the_data_unless_told() -> None:
    assert "rm -rf /etc/equerry" not in dry("--uninstall")
    assert "rm -rf /etc/equerry /var/lib/equerry" in dry("--uninstall", "--data")


@pytest.mark.parametrize("arguments", [["--data"], ["--purge"]])
def test_wrong_options(arguments: list[str]) -> None:
    done = subprocess.run([ROOT / "scripts" / "install", *arguments], capture_output=True, text=True, check=False)
    assert done.returncode in (1, 2) and done.stderr.startswith("install: ") and not done.stdout


def test_help() -> None:
    for script in ("install", "update"):
        done = subprocess.run([ROOT / "scripts" / script, "--help"], capture_output=True, text=True, check=True)
        assert f"scripts/{script}" in done.stdout


def test_the_update_says_what_is_no_release(tmp_path: Path) -> None:
    for source in (tmp_path / "nothing", tmp_path):
        done = subprocess.run([ROOT / "scripts" / "update", source], capture_output=True, text=True, check=False)
        assert done.returncode == 1 and "What helps" in done.stderr


def shelf_of(tmp_path: Path, holds: str, mode: int) -> Path:
    """An installed appliance of version 0.9.0, as far as scripts/update looks at one, and a folder with an archive of a
    release, whose installer only notes that it was called.
    """
    here, release, shelf = (tmp_path / each for each in ("current", "release", "shelf"))
    for folder in (here / "scripts", here / ".venv" / "bin", release / "scripts", shelf):
        folder.mkdir(parents=True)
    shutil.copy(ROOT / "scripts" / "update", here / "scripts")
    (here / "pyproject.toml").write_text('version = "0.9.0"\n')
    python, install = here / ".venv" / "bin" / "python", release / "scripts" / "install"
    python.write_text("#!/bin/sh\necho '/mnt/equerry-{version}.tar.gz'\n")
    (release / "pyproject.toml").write_text(f'version = "{holds}"\n')
    install.write_text(
        "#!/bin/sh\ntouch /run/equerry-update/there\necho 'install: it does not do' >&2\nexit ${FAILS:-0}\n"
    )
    for each in (python, install):
        each.chmod(0o755)
    archive = shelf / "equerry-0.9.9.tar.gz"
    subprocess.run(["tar", "-czf", archive, "-C", tmp_path, "release"], check=True)
    archive.chmod(mode)
    return shelf


def wanted(tmp_path: Path, version: str, *, holds: str = "0.9.9", mode: int = 0o644) -> tuple[list[str], bool]:
    """The state that `scripts/update --wanted` leaves, and whether something was installed: with folders of its own in
    the places of the system's.
    """
    shelf = shelf_of(tmp_path, holds, mode)
    wish, state = tmp_path / "lib" / "equerry" / "update" / "wanted", tmp_path / "run" / "equerry-update" / "state"
    for each in (wish, state):
        each.parent.mkdir(parents=True)
    wish.write_text(f"{version}\n")
    over = {tmp_path / "lib": "/var/lib", tmp_path / "run": "/run", shelf: "/mnt"}
    mounts = " && ".join(f"mount --bind {here} {there}" for here, there in over.items())
    command = f"{mounts} && {tmp_path}/current/scripts/update --wanted"
    done = subprocess.run(["unshare", "--mount", "sh", "-c", command], capture_output=True, check=False)
    told = state.read_text().splitlines()
    assert not wish.exists(), "once is enough"
    assert (told[0] == "done") == (done.returncode == 0)
    return told, (state.parent / "there").exists()


def may_mount() -> bool:
    bind = ["unshare", "--mount", "mount", "--bind", "/mnt", "/mnt"]
    return bool(shutil.which("unshare")) and subprocess.run(bind, capture_output=True, check=False).returncode == 0


@pytest.mark.skipif(not may_mount(), reason="no mounts of one's own here")
def test_what_is_wanted_is_installed_and_what_becomes_of_it_is_written_down(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert wanted(tmp_path / "good", "0.9.9") == (["done", "0.9.9", ""], True)
    refused = {
        "older": ({"version": "0.8.0"}, "0.8.0 is not newer than 0.9.0, which is installed"),
        "missing": ({"version": "0.9.10"}, "there is no archive of 0.9.10 where [update] archive says"),
        "foreign": ({"version": "0.9.9", "mode": 0o664}, "others than root can write /mnt/equerry-0.9.9.tar.gz"),
        "another": ({"version": "0.9.9", "holds": "0.9.8"}, "the archive of 0.9.9 holds 0.9.8"),
        "hostile": ({"version": "../../etc/shadow;id"}, "....etcshadowid is not newer than 0.9.0, which is installed"),
    }
    for name, (wish, words) in refused.items():
        told, there = wanted(tmp_path / name, **wish)  # type: ignore[arg-type]
        assert told[0] == "failed" and told[2] == words and not there, name
    monkeypatch.setenv("FAILS", "1")
    assert wanted(tmp_path / "bad", "0.9.9") == (["failed", "0.9.9", "it does not do"], True)


def test_the_owners_first_settings_are_settings(tmp_path: Path) -> None:
    """What stands there behind # is right, too."""
    text = (ROOT / "config" / "owner.toml").read_text()
    assert tomllib.loads(text) == {}
    shown = re.sub(r"^# (?=[\[a-z_]+(\]| = ))", "", text, flags=re.MULTILINE)
    assert set(tomllib.loads(shown)) == {"device", "button", "mqtt"}
    path = tmp_path / "equerry.toml"
    path.write_text(shown)
    assert load({"EQUERRY_CONFIG": str(path)}).button.pin == 17


def dry(*arguments: str) -> str:
    words = [each for each in arguments if each]
    return subprocess.run(
        [ROOT / "scripts" / "install", *words, "--dry-run"], capture_output=True, text=True, check=True
    ).stdout
