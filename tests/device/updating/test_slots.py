"""Updates of a device with two slots: on a disk in a file, with the firmware played and a real store.

However an update is broken, the slot from before boots again, and the store is as it was.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from device.updating import autoboot, trial
from device.updating.errors import (
    NoRest,
    NotAnUpdate,
    NoTrial,
    OtherBoard,
    PartDamaged,
    PartTooLarge,
    StoreUnreadableThen,
    UpdateError,
    WrongSignature,
)
from device.updating.health import judge, settle
from release.signing import make_keys, write_update
from services.store.sqlite.migrations import KNOWN
from tests.slot_device import DiskDevice, Hung, missing

pytestmark = pytest.mark.skipif(bool(missing()), reason=f"not here: {', '.join(missing())}")


@pytest.fixture
def device(tmp_path: Path) -> DiskDevice:
    made = DiskDevice(tmp_path)
    made.make("call the bank", "water the plants")
    assert (made.runs, made.version) == ("a", "0.1.0")
    return made


def is_as_before(device: DiskDevice) -> bool:
    """The old slot boots, also the next time, knows all its tasks, and no trial is left."""
    device.boot()
    return (
        (device.runs, device.version) == ("a", "0.1.0")
        and autoboot.standing(device.folder / "config") == "a"
        and {"call the bank", "water the plants"} <= device.titles
        and device.trial is None
    )


# --- a good one ---


def test_a_good_update_stands_and_says_so(device: DiskDevice) -> None:
    before = device.content("root-a"), device.content("boot-a")
    device.install(device.update())
    assert (device.content("root-a"), device.content("boot-a")) == before, "what runs is never written to"
    assert device.tryboot and autoboot.standing(device.folder / "config") == "a", "it is only tried"
    device.boot()
    assert (device.runs, device.version, device.trial) == ("b", "0.2.0", None)
    assert device.said == ["I was updated to Equerry 0.2.0, and all is well."]
    assert device.titles == {"call the bank", "water the plants"}
    device.boot()
    assert device.version == "0.2.0", "it stands"
    assert [path.name for path in device.store.parent.glob("*.before-update*")] == []


def test_updates_go_to_and_fro_between_the_slots(device: DiskDevice) -> None:
    for number, slot in ((2, "b"), (3, "a"), (4, "b")):
        device.install(device.update(f"0.{number}.0"))
        device.boot()
        assert (device.runs, device.version) == (slot, f"0.{number}.0")
    assert b"root=PARTLABEL=root-b" in device.content("boot-b")
    assert b"root=PARTLABEL=root-a" in device.content("boot-a")


def test_what_was_told_to_a_slot_that_did_not_do_is_kept(device: DiskDevice) -> None:
    device.install(device.update(does="takes a task, is deaf"))
    device.boot()
    assert is_as_before(device) and "told to the new one" in device.titles


# --- broken on purpose ---


@pytest.mark.parametrize(
    ("does", "why"),
    [
        ("never ready", "It was not ready within 0 s."),
        ("deaf", "It did not hear its test sound."),
        ("dies", "It did not keep running."),
        ("loses tasks", "It lost what was kept: 2 of task. The store is as it was before."),
        ("migrates and ends", "It was not ready within 0 s. The store is as it was before."),
    ],
)
def test_one_that_is_not_well_comes_back_and_says_why(device: DiskDevice, does: str, why: str) -> None:
    device.install(device.update(does=does))
    device.boot()
    assert device.said == [f"The update to Equerry 0.2.0 did not do, so I am 0.1.0 again. {why}"]
    assert (device.folder / "told").read_text().splitlines() == ["failed", "0.2.0", why]
    assert is_as_before(device)


def test_one_that_spoils_the_store_comes_back_with_the_store(device: DiskDevice) -> None:
    device.install(device.update(does="spoils the store"))
    device.boot()
    assert "It did not keep the store" in device.said[0] and "as it was before" in device.said[0]
    assert is_as_before(device)
    assert list(device.store.parent.glob("equerry.db.until-*")), "the spoilt one is kept for a look"


def test_one_whose_kernel_hangs_comes_back_by_the_plug(device: DiskDevice) -> None:
    device.install(device.update(kernel="hangs"))
    with pytest.raises(Hung):
        device.boot()
    assert is_as_before(device)
    assert "It did not start, or the power went." in device.said[0]


def test_one_that_is_cut_off_while_it_is_judged_comes_back(device: DiskDevice, monkeypatch: pytest.MonkeyPatch) -> None:
    device.install(device.update())
    with monkeypatch.context() as patched, pytest.raises(PowerCut):
        patched.setattr(device, "hears", cut)
        device.boot()
    assert is_as_before(device)
    assert "It started and hung, or the power went." in device.said[0]


def test_a_wrong_signature_is_refused_before_anything_is_written(device: DiskDevice, tmp_path: Path) -> None:
    before = device.content("root-b"), device.content("boot-b")
    make_keys(tmp_path / "somebody")
    forged = device.update(key=tmp_path / "somebody")
    with pytest.raises(WrongSignature, match="was not signed with the release's key"):
        device.install(forged)
    good = device.update()
    changed = bytearray(good.read_bytes())
    changed[changed.index(b"0.2.0")] = ord("9")
    good.write_bytes(changed)
    with pytest.raises(WrongSignature):
        device.install(good)
    assert (device.content("root-b"), device.content("boot-b")) == before
    assert not device.tryboot and is_as_before(device)
    device.install(forged, signed=False)
    assert device.tryboot, "root may say that it need not be signed"


@pytest.mark.parametrize("part", ["boot.img", "root.squashfs"])
def test_a_damaged_part_is_refused(device: DiskDevice, part: str) -> None:
    update = device.update()
    content = bytearray(update.read_bytes())
    at = content.index(part.encode() + b"\0" * 20) + 512 + 70_000
    content[at] ^= 0xFF
    update.write_bytes(content)
    with pytest.raises(PartDamaged, match=f"{part} of the update is not what was signed"):
        device.install(update)
    assert not device.tryboot and is_as_before(device)


@pytest.mark.parametrize("share", [0.0, 0.0002, 0.3, 0.9])
def test_an_update_that_ends_too_early_is_refused(device: DiskDevice, share: float) -> None:
    update = device.update()
    update.write_bytes(update.read_bytes()[: int(update.stat().st_size * share)])
    with pytest.raises(NotAnUpdate, match="Copy it here again"):
        device.install(update)
    assert not device.tryboot and is_as_before(device)


class PowerCut(BaseException):
    """Nothing of what was to come is done."""


def cut(*_: object, **__: object) -> Any:
    raise PowerCut


@contextmanager
def cut_at(step: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """The power goes at this step of what is written, synced or renamed. How many steps there were."""
    steps = [0]

    def counted(do: Callable[..., Any]) -> Callable[..., Any]:
        def step_or_cut(*given: Any, **named: Any) -> Any:
            steps[0] += 1
            if steps[0] == step:
                raise PowerCut
            return do(*given, **named)

        return step_or_cut

    with monkeypatch.context() as patched:
        for name in ("pwrite", "fsync", "replace", "unlink"):
            patched.setattr(os, name, counted(getattr(os, name)))
        yield steps


def test_the_power_cut_at_every_step_of_an_update(device: DiskDevice, monkeypatch: pytest.MonkeyPatch) -> None:
    update, step = device.update(), 0
    while True:
        step += 1
        try:
            with cut_at(step, monkeypatch) as steps:
                device.install(update)
            break
        except PowerCut:
            device.tryboot = False
        assert is_as_before(device), f"cut at step {step}"
    assert steps[0] >= 12
    device.boot()
    assert device.version == "0.2.0", "and the next one does"


def test_the_power_cut_at_every_step_of_the_trial(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stood, step = set(), 0
    while True:
        step += 1
        (tmp_path / f"{step}").mkdir()
        device = DiskDevice(tmp_path / f"{step}")
        device.make("call the bank")
        device.install(device.update())
        try:
            with cut_at(step, monkeypatch):
                device.boot()
            break
        except PowerCut:
            device.boot()
        assert device.titles == {"call the bank"} and device.trial is None, f"cut at step {step}"
        assert device.said, "told aloud, whichever it is"
        stood.add(device.version)
        device.boot()
        assert device.version in stood
    assert stood == {"0.1.0", "0.2.0"}


def test_the_process_killed_while_it_writes(device: DiskDevice) -> None:
    update = device.update()
    child = os.fork()
    if not child:
        real = os.pwrite

        def half(handle: int, data: memoryview, at: int) -> int:
            if at > 8 << 20:
                real(handle, data[: len(data) // 2], at)
                os.kill(os.getpid(), signal.SIGKILL)
            return real(handle, data, at)

        os.pwrite = half  # type: ignore[assignment]
        device.install(update)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL
    assert is_as_before(device)
    device.install(update)
    device.boot()
    assert device.version == "0.2.0"


# --- refused ---


def test_one_for_another_board_is_refused(device: DiskDevice) -> None:
    with pytest.raises(OtherBoard, match="is for amd64, and this device is arm64"):
        device.install(device.update(board="amd64"))


def test_one_that_could_not_read_the_store_is_refused(device: DiskDevice, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("release.signing.KNOWN", KNOWN - 1)
    with pytest.raises(StoreUnreadableThen, match=f"its layout is {KNOWN}, and that release knows up to {KNOWN - 1}"):
        device.install(device.update("0.0.9"))
    assert not device.tryboot and is_as_before(device)


def test_one_that_is_too_large_is_refused(device: DiskDevice) -> None:
    images = device.images("0.2.0")
    (images / "root.squashfs").write_bytes(b"\0" * (4 << 20) + b"more")
    write_update("0.2.0", "arm64", images, device.key, update := device.folder / "large.update", epoch=0)
    with pytest.raises(PartTooLarge, match="Flash the card anew"):
        device.install(update)
    assert is_as_before(device)


def test_a_boot_image_that_names_no_root_or_two_is_refused(device: DiskDevice) -> None:
    with pytest.raises(PartDamaged):
        device.install(device.update(cmdline="root=PARTLABEL=root-a"))
    assert is_as_before(device)


def test_nothing_is_broken_off(device: DiskDevice) -> None:
    device.busy = True
    with pytest.raises(NoRest, match="Nothing was changed"):
        device.install(device.update())
    assert not device.tryboot and is_as_before(device)


def test_a_slot_on_trial_takes_no_update(device: DiskDevice, monkeypatch: pytest.MonkeyPatch) -> None:
    device.install(device.update())
    with monkeypatch.context() as patched, pytest.raises(PowerCut):
        patched.setattr(device, "hears", cut)
        device.boot()
    assert device.runs == "b"
    with pytest.raises(NoTrial, match=r"0\.2\.0 is on trial itself"):
        device.install(device.update("0.3.0"))


def test_a_reboot_that_is_refused_leaves_the_appliance_running(
    device: DiskDevice, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*, trial: bool) -> None:
        raise OSError(1, "Operation inhibited")

    started = device.starts
    monkeypatch.setattr(device, "reboot", refused)
    with pytest.raises(UpdateError, match="Operation inhibited"):
        device.install(device.update())
    assert device.starts == started + 1 and device.trial is None and is_as_before(device)


def test_without_autoboot_the_slot_that_runs_is_written_there(device: DiskDevice) -> None:
    (device.folder / "config" / "autoboot.txt").write_text("[all]\n")
    settle(device.device, datetime.now(UTC))
    assert autoboot.standing(device.folder / "config") == "a"


def test_only_what_is_over_is_told(device: DiskDevice) -> None:
    """Where `settle` could not do its work, `judge` neither takes a slot for well nor forgets the trial."""
    for slot, stays in (("b", False), ("a", True)):
        trial.write(device.folder / "state", trial.Trial("b", "0.2.0", "0.1.0"))
        device.runs, device.does = slot, "deaf"  # type: ignore[assignment] # a or b
        assert judge(device.device, device, ready_s=0.0) is stays
        assert device.said == [] and device.trial is not None
