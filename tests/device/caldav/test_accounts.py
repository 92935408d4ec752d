"""Accounts: passwords are kept as hashes, in a file that is nobody else's."""

from __future__ import annotations

import stat

import pytest
from typer.testing import CliRunner

from device.caldav.accounts import AccountRefused, Accounts
from device.cli import program
from device.configuration.secrets import SecretOpen


def test_an_account_has_one_password_until_it_is_removed(accounts: Accounts) -> None:
    path = accounts.add("sarah", "correct horse")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert "correct horse" not in path.read_text()
    for _ in range(2):  # the second time from memory
        assert accounts.verified("sarah", "correct horse")
    assert not accounts.verified("sarah", "wrong horse")
    assert not accounts.verified("nobody", "correct horse")
    accounts.add("sarah", "battery staple")
    assert not accounts.verified("sarah", "correct horse")
    assert accounts.verified("sarah", "battery staple")
    accounts.remove("sarah")
    assert not accounts.verified("sarah", "battery staple")
    assert accounts.names() == []


def test_two_with_one_password_have_different_hashes(accounts: Accounts) -> None:
    accounts.add("a", "correct horse")
    path = accounts.add("b", "correct horse")
    hashes = {line.partition(":")[2] for line in path.read_text().splitlines() if not line.startswith("#")}
    assert len(hashes) == 2


@pytest.mark.parametrize("name", ["", "Sarah", "a/b", "a:b", "..", "x" * 33, "söre"])
def test_names_that_could_be_something_else_are_refused(accounts: Accounts, name: str) -> None:
    with pytest.raises(AccountRefused):
        accounts.add(name, "correct horse")


def test_what_is_no_hash_lets_nobody_in(accounts: Accounts) -> None:
    path = accounts.add("sarah", "correct horse")
    path.write_text("sarah:\nben:scrypt$x\n:y\ntom\nben2:-\n")
    for name in ("sarah", "ben", "", "tom", "ben2"):
        assert not accounts.verified(name, "")
        assert not accounts.verified(name, "-")


def test_a_file_that_others_may_read_is_refused(accounts: Accounts) -> None:
    accounts.add("sarah", "correct horse").chmod(0o644)
    with pytest.raises(SecretOpen):
        accounts.verified("sarah", "correct horse")


def test_the_commands(accounts: Accounts) -> None:
    app = program(["caldav", "status"])
    ran = CliRunner().invoke(app, ["caldav", "account", "add", "sarah"], input="correct horse\n")
    assert ran.exit_code == 0, ran.output
    assert accounts.verified("sarah", "correct horse")
    assert CliRunner().invoke(app, ["caldav", "account", "list"]).output.startswith("sarah\n")
    short = CliRunner().invoke(app, ["caldav", "account", "add", "ben"], input="short\n")
    assert isinstance(short.exception, AccountRefused)
    assert CliRunner().invoke(app, ["caldav", "account", "remove", "sarah"]).exit_code == 0
    assert accounts.names() == []
