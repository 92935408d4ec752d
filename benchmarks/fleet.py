"""How long `equerry fleet` takes with many devices: python benchmarks/fleet.py [ssh|mqtt] [--devices 200]

ssh: a real sshd on loopback, behind which each device has a home of its own; each command is `equerry fleet` as a
process, with all its `ssh`. What answers on a device is a shell script in the place of `equerry`, told from files that
the real one wrote: 200 real ones at once would measure this machine. `--take-s`: how long the script needs for an
answer, as a Raspberry Pi needs to load Python. An update takes it five times that.

mqtt: a real Mosquitto with what that many devices have told it.

Both sides are on this machine. Needs the Debian packages openssh-server and mosquitto.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT)]

from tests.broker import Broker  # noqa: E402
from tests.fleet_desk import FleetDesk, archive  # noqa: E402

FAR = """case "$1 ${{2:-}}" in
    "status --json") sleep {take_s}; sed "s/VERSION/$(cat version)/" ../../status.json ;;
    "config show") sleep {take_s}; if [ -f applied ]; then cat ../../set.jsonl; else cat ../../shown.jsonl; fi ;;
    "config apply") cat > applied; sleep {take_s} ;;
    "update "*) sleep {update_s}; echo 0.2.0 > "$HOME/version" ;;
esac
"""
COMMON = "[wake]\nthreshold = 0.6\n"
STATUS = {
    "ok": True, "version": "VERSION", "pid": 7, "state": "running", "running": 0, "queued": 0,
    "appliance": {"phase": "idle", "turn": 3, "muted": False, "switched_off": False, "button_stuck": False,
                  "ringing": None, "microphone_fault": None, "level_dbfs": -52.0},
    "machine": {"temperature_celsius": 51.5, "disk_free_bytes": 20 << 30, "disk_total_bytes": 32 << 30},
}  # fmt: skip


def measured(what: str, desk: FleetDesk, *words: str, **environ: str) -> None:
    """Wall time, processor time with all its ssh, memory of the largest process; raises where it ended with another
    status than 0.
    """
    began = time.monotonic()
    process = desk.begin(*words, **environ)
    assert process.stdout and process.stderr
    process.stdout.read()
    err = process.stderr.read()  # a few thousand bytes: no pipe is full meanwhile
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{what}: ended with {process.returncode}\n{err}")
    wall, processor = time.monotonic() - began, usage.ru_utime + usage.ru_stime
    print(f"| {what} | {wall:.1f} s | {processor:.1f} s | {usage.ru_maxrss / 1024:.0f} MB |", flush=True)


def ssh(options: argparse.Namespace) -> None:
    """Many devices behind one sshd."""
    names = [f"d{number}" for number in range(options.devices)]
    with tempfile.TemporaryDirectory() as name, FleetDesk(Path(name), names) as desk:
        folder = Path(name)
        (folder / "status.json").write_text(json.dumps(STATUS))
        for file, settings in (("shown.jsonl", ""), ("set.jsonl", COMMON)):
            (folder / "own.toml").write_text(settings)
            words = [sys.executable, "-m", "device", "config", "show", "--jsonl"]
            environ = {**os.environ, "EQUERRY_CONFIG": str(folder / "own.toml"), "PYTHONPATH": str(ROOT)}
            (folder / file).write_text(
                subprocess.run(words, env=environ, stdout=subprocess.PIPE, text=True, check=True).stdout
            )
        for home in desk.homes.values():
            home.equerry(FAR.format(take_s=options.take_s, update_s=options.take_s * 5))
        common = folder / "common.toml"
        common.write_text(COMMON)
        release = str(archive(folder / "equerry-0.2.0.tar.gz", "0.2.0"))
        listed = desk.file.read_text()
        for at_once in options.at_once:
            desk.file.write_text(f"at_once = {at_once}\n{listed}")
            measured(f"`status` of {options.devices}, {at_once} at once", desk, "status")
        measured(
            f"`apply` on all that differ, 1,5,25 %, {at_once} at once", desk, "apply", str(common), "--waves", "1,5,25%"
        )
        measured("`diff`, all alike", desk, "diff", str(common))
        measured(f"`update` of all, 1,5,25 %, {at_once} at once", desk, "update", release, "--waves", "1,5,25%")
        measured("`update` again: nothing to do", desk, "update", release)


def mqtt(options: argparse.Namespace) -> None:
    """What as many have told a broker."""
    with tempfile.TemporaryDirectory() as name, Broker(Path(name) / "broker") as broker:
        client = broker.client("devices")
        for number in range(options.devices):
            about = {"version": "0.2.0", "site": "home", "name": f"d{number}"}
            told = {"about": about, "state": STATUS["appliance"], "health": STATUS["machine"]}
            for what, payload in told.items():
                client.publish(f"equerry/d{number}/{what}", json.dumps(payload).encode(), qos=1, retain=True)
            client.publish(f"equerry/d{number}/availability", b"online", qos=1, retain=True)
        desk = FleetDesk(Path(name) / "desk", ["d0"])
        where = {
            "EQUERRY_MQTT__HOST": broker.host,
            "EQUERRY_MQTT__PORT": str(broker.port),
            "EQUERRY_DEVICE__NAME": "admin",
        }
        measured(f"`status --mqtt` of {options.devices}", desk, "status", "--mqtt", **where)


def main(words: Sequence[str] | None = None) -> None:
    """Print a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("way", nargs="?", choices=("ssh", "mqtt"), help="both, where none is named")
    parser.add_argument("--devices", type=int, default=200)
    parser.add_argument("--at-once", type=int, nargs="+", default=[16, 64])
    parser.add_argument("--take-s", type=float, default=2.0)
    options = parser.parse_args(words)
    if not shutil.which("ssh"):
        raise SystemExit("There is no ssh here: apt-get install openssh-client openssh-server")
    print("| | wall | processor | memory |\n|---|---|---|---|")
    for way in (ssh, mqtt):
        if options.way in (None, way.__name__):
            way(options)


if __name__ == "__main__":
    main()
