"""The card's first boots in the virtual Pi: nobody touches it, and it ends ready, as its owner wrote it on the card.

    python -m tests.pi.first_boot CARD.img FOLDER

CARD.img is what `scripts/image --raw` wrote; FOLDER is where its copy, grown to 8 GiB, and the console's text are left.
The kernel is Debian's of the card, the firmware is played (firmware.py), QEMU's sound card hears silence. Ends with 1
where something is not as it should be.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from tests.device.card.test_wishes import IMAGER
from tests.pi.firmware import boot_files, put, read
from tests.pi.inside import with_agent
from tests.pi.machine import Board, Disk, Machine, MachineError

GIB = 2**30
HELLO_S = 600.0
READY_S = 2_400.0
"""Until the appliance is ready: whatever loads models takes thirty times as long in the emulator."""
CONSOLE = "console=ttyAMA0 systemd.show_status=yes"
"""What systemd says is read there, too."""
SLOW = """\
mkdir -p /run/systemd/system/equerry.service.d
printf '[Service]\\nTimeoutStartSec=40min\\nWatchdogSec=20min\\n' > /run/systemd/system/equerry.service.d/slow.conf
systemctl daemon-reload
"""
"""The unit's limits are those of a real Pi."""
ASKED_S = 900.0
"""For a command of the appliance, which loads its own libraries each time."""
SOUND = ("-audiodev", "none,id=silence", "-device", "ich9-intel-hda", "-device", "hda-duplex,audiodev=silence")
CHECKS = {
    "host name": 'test "$(cat /proc/sys/kernel/hostname)" = desk',
    "user": "id -nG anna | grep -w sudo | grep -wq equerry",
    "password": "grep -q '^anna:[$]5[$]abcdefgh' /etc/shadow",
    "key": "grep -q AAAAC3NzaC1lZDI1NTE5 /etc/ssh/keys/anna",
    "SSH": "systemctl is-active ssh && test -s /etc/ssh/ssh_host_ed25519_key",
    "Wi-Fi": "grep -q psk=0123456789 /etc/wpa_supplicant/wpa_supplicant-wlan0.conf",
    "time zone": "readlink /etc/localtime | grep -q Europe/London",
    "secrets are off the card": "! ls /boot/config | grep custom.toml",
    "no problems": "! test -e /boot/config/equerry-problems.txt",
    "data reaches to the end": 'test "$(df --output=size -B1M /data | tail -n 1)" -gt 3000',
    "the root is not written": "! touch /usr/written && grep -q 'squashfs ro' /proc/mounts",
    "an identity of its own": "grep -qE '^[0-9a-f]{32}$' /etc/machine-id",
    "no unit failed": 'systemctl --failed --no-legend; test -z "$(systemctl --failed --no-legend)"',
}


class Card:
    """A card in the virtual Pi."""

    def __init__(self, image: Path, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.disk = folder, folder / "card.img"
        subprocess.run(["cp", "--sparse=always", image, self.disk], check=True)
        with self.disk.open("r+b") as file:
            file.truncate(8 * GIB)
        self.machine = Machine(Board(self.disk, "", ()), folder / "machine")

    def write(self, name: str, text: str) -> None:
        """Onto the first partition, as its owner does."""
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        put(self.disk, 1, path, name)

    def on(self) -> None:
        """Power on, until somebody within answers."""
        files = boot_files(self.disk, self.folder)
        initrd = with_agent(files.initrd, self.folder / "initrd-with-agent")
        disks = (Disk(self.disk, "card"),)
        self.machine.board = Board(
            files.kernel, f"{files.cmdline} {CONSOLE}", disks, initrd, memory_mib=2048, extra=SOUND
        )
        self.machine.start()
        self.machine.wait_ready(HELLO_S)
        self.machine.run(SLOW)

    def ready(self) -> None:
        """Until the appliance is."""
        self.machine.until("systemctl is-active equerry.service", READY_S)

    def off(self) -> None:
        """As a press of the power button does."""
        self.machine.begin("sleep 1; systemctl poweroff")
        if (how := self.machine.wait_end(300)) != "off":
            raise MachineError(f"it did not switch itself off: {how}")


class Progress:
    """What is so and what is not, told as it comes, with seconds since the last power on."""

    def __init__(self) -> None:
        self.wrong = 0
        self.began = time.monotonic()

    def tell(self, words: str, fine: bool = True) -> None:
        self.wrong += not fine
        print(f"{time.monotonic() - self.began:6.0f} s  {'' if fine else 'NOT SO: '}{words}", flush=True)

    def check(self, machine: Machine, name: str, command: str) -> None:
        ran = machine.run(command, ASKED_S)
        self.tell(name if ran.status == 0 else f"{name}: {ran.out.strip()[-300:]}", ran.status == 0)

    def power_on(self, card: Card, words: str) -> None:
        self.began = time.monotonic()
        card.on()
        self.tell(f"{words}: it answers")


def first_boots(card: Card) -> int:
    """All of it; the exit status."""
    told = Progress()
    card.write("custom.toml", IMAGER)
    told.power_on(card, "first boot")
    card.ready()
    told.tell("ready, without a hand")
    for name, command in CHECKS.items():
        told.check(card.machine, name, command)
    told.check(card.machine, "a task is kept", "equerry ask create a task to call the bank")
    identity = card.machine.run("cat /etc/machine-id").out
    card.off()
    told.tell("off")

    card.write("equerry.toml", '[card.wlan]\nssid = "Home"\npassword = "short"\n')
    told.power_on(card, "second boot, with a file that is wrong")
    card.ready()
    told.tell("ready all the same")
    told.check(card.machine, "the task is there", "equerry ask what are my tasks | grep -i bank")
    told.tell("the same device", card.machine.run("cat /etc/machine-id").out == identity)
    said = (
        "journalctl -u equerry-card-problems --no-pager -o cat; systemctl show -p Result --value equerry-card-problems"
    )
    told.tell(f"said aloud: {card.machine.run(said).out.strip()[-200:]}")
    card.machine.cut()
    problem = read(card.disk, 1, "equerry-problems.txt").decode()
    told.tell(problem.strip(), problem.startswith("equerry.toml: card.wlan.password has 8 to 63"))

    told.power_on(card, "third boot, after its power was cut")
    told.check(card.machine, "the file systems are whole", "grep -q ' /data ext4 rw' /proc/mounts")
    card.machine.cut()
    return bool(told.wrong)


def main(arguments: list[str]) -> int:
    """0: all is as it should be."""
    if len(arguments) != 2:
        print(__doc__)
        return 2
    card = Card(Path(arguments[0]), Path(arguments[1]))
    try:
        return first_boots(card)
    except MachineError as error:
        print(error)
        return 1
    finally:
        card.machine.cut()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
