"""From what is asked for to what is written and run, as values; nothing is touched here.

Paths are those of Debian 12 with systemd-networkd, wpa_supplicant and OpenSSH, as `scripts/image` puts them together.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from device.card.wishes import SshTable, UserTable, Wishes, WlanTable

GROUPS = "sudo,equerry,audio,adm,systemd-journal"
"""Of whoever may log in."""


@dataclass(frozen=True, slots=True)
class FileStep:
    """A file that says `text`; None: that is not there."""

    path: str
    """From the root on, without the slash."""
    text: str | None = field(repr=False)
    mode: int = 0o644


@dataclass(frozen=True, slots=True)
class ProgramStep:
    """A program to run."""

    command: Sequence[str]
    told: str = field(default="", repr=False)
    """Through its standard input."""
    fine: Sequence[int] = (0,)
    """Exit statuses that are no failure."""


Step = FileStep | ProgramStep


def plan(wishes: Wishes) -> Iterator[Step]:
    """What is to be done, in order."""
    if host := wishes.system.hostname:
        yield FileStep("etc/hostname", f"{host}\n")
        yield FileStep("etc/hosts", f"127.0.0.1 localhost\n::1 localhost\n127.0.1.1 {host}\n")
        yield ProgramStep(("hostname", host))
    if wishes.user:
        yield from _user(wishes.user)
        yield from _ssh(wishes.ssh, wishes.user.name)
    if wishes.wlan:
        yield FileStep("etc/wpa_supplicant/wpa_supplicant-wlan0.conf", wpa(wishes.wlan), 0o600)
    if zone := wishes.locale.timezone:
        yield ProgramStep(("ln", "-sfn", f"/usr/share/zoneinfo/{zone}", "/etc/localtime"))
        yield FileStep("etc/timezone", f"{zone}\n")
        yield FileStep("etc/equerry/equerry.d/card.toml", f'[device]\ntime_zone = "{zone}"\n')
    if wishes.settings:
        yield FileStep("etc/equerry/equerry.toml", wishes.settings)
    for name, value in wishes.secrets.items():
        yield FileStep(f"etc/equerry/secrets/{name}", f"{value}\n", 0o600)


def _user(user: UserTable) -> Iterator[Step]:
    yield ProgramStep(
        ("useradd", "--create-home", "--shell", "/bin/bash", user.name), fine=(0, 9)
    )  # 9: is there already
    yield ProgramStep(("usermod", "--append", "--groups", GROUPS, user.name))
    if user.password:
        yield ProgramStep(
            ("chpasswd", *(["--encrypted"] if user.hashed else [])), told=f"{user.name}:{user.password}\n"
        )
    # Whoever has no password can't be asked for it by sudo.
    free = None if user.password else f"{user.name} ALL=(ALL:ALL) NOPASSWD: ALL\n"
    yield FileStep("etc/sudoers.d/50-card", free, 0o440)


def _ssh(ssh: SshTable, name: str) -> Iterator[Step]:
    """The server starts where 50-card.conf is (ssh.service.d/card.conf of the image)."""
    passwords = "yes" if ssh.password_authentication else "no"
    server = f"PasswordAuthentication {passwords}\nAuthorizedKeysFile .ssh/authorized_keys /etc/ssh/keys/%u\n"
    yield FileStep("etc/ssh/sshd_config.d/50-card.conf", server if ssh.wanted else None)
    if ssh.authorized_keys:
        yield FileStep(f"etc/ssh/keys/{name}", "".join(f"{key}\n" for key in ssh.authorized_keys))


def wpa(wlan: WlanTable) -> str:
    """The settings of wpa_supplicant (wpa_supplicant.conf(5)). A name in hexadecimal digits needs no quoting."""
    if wlan.password is None:
        lock = "key_mgmt=NONE"
    else:
        lock = f"psk={wlan.password}" if wlan.hashed else f'psk="{wlan.password}"'
    network = [f"ssid={wlan.ssid.encode().hex()}", *(["scan_ssid=1"] if wlan.hidden else []), lock]
    return "\n".join(
        [
            "ctrl_interface=DIR=/run/wpa_supplicant GROUP=netdev",
            *([f"country={wlan.country}"] if wlan.country else []),
            "network={",
            *(f"\t{line}" for line in network),
            "}\n",
        ]
    )
