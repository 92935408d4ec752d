"""What the files on the card ask for: Imager's custom.toml and our equerry.toml, and each way to write them wrong."""

from __future__ import annotations

import pytest

from device.card.errors import CardWrong
from device.card.wishes import of_imager, of_ours

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl anna@desk"
PSK = "0123456789abcdef" * 4
IMAGER = f"""\
# Raspberry Pi OS custom.toml
config_version = 1

[system]
hostname = "desk"

[user]
name = "anna"
password = "$5$abcdefgh$0123456789abcdefghij"
password_encrypted = true

[ssh]
enabled = true
password_authentication = false
authorized_keys = [ "{KEY}" ]

[wlan]
ssid = "Home"
password = "{PSK}"
password_encrypted = true
hidden = false
country = "GB"

[locale]
keymap = "gb"
timezone = "Europe/London"
"""


def test_imagers_file_as_it_writes_it() -> None:
    wishes = of_imager(IMAGER)
    assert wishes.system.hostname == "desk"
    assert wishes.user is not None
    assert (wishes.user.name, wishes.user.hashed) == ("anna", True)
    assert (wishes.ssh.wanted, wishes.ssh.password_authentication, wishes.ssh.authorized_keys) == (True, False, [KEY])
    assert wishes.wlan is not None
    assert (wishes.wlan.ssid, wishes.wlan.hashed, wishes.wlan.country) == ("Home", True, "GB")
    assert wishes.locale.timezone == "Europe/London"
    assert wishes.settings == ""


def test_what_imager_left_empty_is_not_asked_for() -> None:
    wishes = of_imager(
        '[system]\nhostname = ""\n[locale]\ntimezone = ""\n[wlan]\nssid = "Open"\npassword = ""\ncountry = ""'
    )
    assert (wishes.system.hostname, wishes.locale.timezone, wishes.user) == (None, None, None)
    assert wishes.wlan is not None
    assert (wishes.wlan.password, wishes.wlan.country) == (None, None)


def test_ours_is_settings_with_the_card_between_them() -> None:
    text = (
        '# The kitchen\'s\r\n[device]\r\nname = "kitchen"  # not the hall\'s\r\n[card.wlan]\r\nssid = "Café"\r\n'
        'password = "with [brackets]"\r\n[card.secrets]\r\nmqtt-password = "p"\r\n[mqtt]\r\nhost = "broker"\r\n'
    )
    wishes = of_ours(text)
    assert (
        wishes.settings == '# The kitchen\'s\n[device]\nname = "kitchen"  # not the hall\'s\n[mqtt]\nhost = "broker"\n'
    )
    assert wishes.wlan is not None
    assert (wishes.wlan.ssid, wishes.wlan.password) == ("Café", "with [brackets]")
    assert wishes.secrets == {"mqtt-password": "p"}


def test_ours_without_settings_leaves_those_there_are() -> None:
    assert of_ours('# only the network\n[card.wlan]\nssid = "Home"\npassword = "12345678"\n').settings == ""


def test_no_secret_is_shown() -> None:
    shown = repr(of_ours(f'[card.wlan]\nssid = "a"\npassword = "12345678"\n[card.secrets]\nx = "{PSK}"'))
    assert "12345678" not in shown
    assert PSK not in shown


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('[card.wlan]\nssid = "a"\npassword = "short"', "card.wlan.password has 8 to 63 letters, digits and signs"),
        ('[card.wlan]\nssid = "a"\npassword = "x"\npassword_encrypted = true', "card.wlan.password is no key of 64"),
        ('[card.wlan]\nssid = "a"\npasword = "x"', "card.wlan.pasword is unknown; there are ssid, password,"),
        ('[card.wlan]\npassword = "12345678"', "card.wlan.ssid is missing"),
        ('[card.wlan]\nssid = "' + "ü" * 17 + '"', "card.wlan.ssid is no name of a wireless network"),
        ('[card.wlan]\nssid = "a"\ncountry = "Germany"', "card.wlan.country is no country; two capital letters"),
        ("[card.user]\nname = 1", "card.user.name is no text; texts stand in quotes"),
        ('[card.user]\nname = "Anna B"', "card.user.name is no user name: small letters"),
        ('[card.user]\nname = "root"', "card.user.name root is a user of the system; take another name"),
        ('[card.user]\nname = "a"\npassword = "x"\npassword_encrypted = true', "card.user.password is no hash"),
        ('[card.user]\nname = "a"\npassword = "x\\ny"', "card.user.password is empty or has control characters"),
        ("[card.ssh]\nenabled = true", "card.ssh lets nobody in; add the table user with a name"),
        ('[card.ssh]\nenabled = "yes"', "card.ssh.enabled is neither true nor false"),
        ('[card.ssh]\nauthorized_keys = ["AAAA"]', "card.ssh.authorized_keys.0 is no public SSH key"),
        ('[card.system]\nhostname = "my desk"', "card.system.hostname is no host name"),
        (
            '[card.locale]\ntimezone = "Berlin"',
            "card.locale.timezone is no time zone; they are called like Europe/Berlin",
        ),
        ('[card.secrets]\n"../x" = "b"', "card.secrets.../x is no name of a secret"),
        ("[card.wifi]", "card.wifi is unknown; there are system, user, ssh, wlan, locale, secrets"),
        ("[card]\nwlan = 3", "card.wlan is no table"),
        ('card.wlan.ssid = "a"', "card is no table; write [card.wlan], [card.user] and so on, each on a line"),
        ("card = 1", "card is no table"),
        ('[device]\nname = """\n[card.x]\n"""', "it can't be read"),
        ("[card.wlan\n", "it can't be read"),
    ],
)
def test_what_is_wrong_with_ours_is_told_in_a_sentence(text: str, problem: str) -> None:
    with pytest.raises(CardWrong) as told:
        of_ours(text)
    assert str(told.value).startswith(f"equerry.toml: {problem}")
    assert "\n" not in str(told.value)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("config_version = 2", "config_version is not 1"),
        ('[device]\nname = "x"', "device is unknown; there are system, user, ssh, wlan, locale"),
        ('[secrets]\nx = "y"', "secrets is unknown; write it into equerry.toml"),
        ('[user]\npassword = "x"', "user.name is missing"),
        ("wlan = 3", "wlan is no table; a table begins with its name in brackets"),
        ("x =", "it can't be read"),
    ],
)
def test_what_is_wrong_with_imagers_is_told_in_a_sentence(text: str, problem: str) -> None:
    with pytest.raises(CardWrong) as told:
        of_imager(text)
    assert str(told.value).startswith(f"custom.toml: {problem}")
