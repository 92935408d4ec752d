"""Commands of the system: bounded in time and in what they tell."""

from __future__ import annotations

from device.doctor.sources import run


def test_what_it_tells() -> None:
    told = run(["sh", "-c", "echo hello; echo oh >&2; exit 3"])
    assert (told.code, told.out, told.error, told.good) == (3, "hello\n", "oh\n", False)
    assert run(["cat"]).good  # there is no terminal to wait for
    assert run(["printf", "\\377x"]).out == "\ufffdx"


def test_one_that_is_not_there() -> None:
    assert run(["/nowhere/at/all"]).code is None


def test_one_that_hangs() -> None:
    told = run(["sleep", "60"], limit_s=0.2)
    assert told.code is None and "0.2 s" in told.error


def test_one_that_tells_without_end() -> None:
    told = run(["sh", "-c", "yes | head -c 30000000; echo end"], most=1000)
    assert told.good and len(told.out) == 1000 and told.out.endswith("y\nend\n")
