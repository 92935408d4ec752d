"""equerry caldav: accounts for phones and calendars."""

from __future__ import annotations

import getpass
import sys
from typing import Annotated

import typer

app = typer.Typer(
    help="Accounts with which phones and calendars reach tasks, lists and meetings (docs/caldav.md).",
    no_args_is_help=True,
)
account = typer.Typer(help="Add, list and remove accounts.", no_args_is_help=True)
app.add_typer(account, name="account")

Name = Annotated[str, typer.Argument(metavar="NAME", help="Of the account: small letters and digits, e.g. sarah.")]
_LATER = (
    "An appliance that systemd runs reads accounts when it starts: sudo systemctl restart equerry",
    "What it may do is said in roles.toml, where it is the client",
)


@account.command()
def add(name: Name) -> None:
    """Make an account, or give one another password. It is asked for twice; from a pipe the first line is read."""
    from device.caldav.accounts import Accounts

    path = Accounts().add(name, _password())
    print(f"The account {name} is kept in {path}.")
    print(f'{_LATER[1]} "caldav:{name}". {_LATER[0]}', file=sys.stderr)


@account.command("list")
def list_() -> None:
    """Print the names of the accounts."""
    from device.caldav.accounts import Accounts

    names = Accounts().names()
    for name in names:
        print(name)
    if not names:
        print("There are no accounts yet: equerry caldav account add NAME", file=sys.stderr)


@account.command()
def remove(name: Name) -> None:
    """Take an account away."""
    from device.caldav.accounts import Accounts

    path = Accounts().remove(name)
    print(f"The account {name} was taken out of {path}.")
    print(_LATER[0], file=sys.stderr)


def _password() -> str:
    """Raises AccountRefused where it was not typed twice alike."""
    from device.caldav.accounts import AccountRefused

    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    password = getpass.getpass("Password: ")
    if password != getpass.getpass("Once more: "):
        raise AccountRefused(reason="The two are not the same. Nothing was changed.")
    return password
