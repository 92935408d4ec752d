"""The card's disk: the same bytes from the same content, and what was put into it can be read off it."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
from pathlib import Path

import pytest

from release import disk
from release.errors import ReleaseFailed
from release.image import NEEDED, Wanted, epoch, image, parts_of
from release.initrd import CARD, lines_of, with_needs
from release.root_tree import forget_wheels

EPOCH = 1_790_000_000
needs = pytest.mark.skipif(
    not all(map(shutil.which, ("mkfs.vfat", "mcopy", "sfdisk", "mke2fs", "mksquashfs"))),
    reason="apt-get install dosfstools mtools fdisk e2fsprogs squashfs-tools",
)


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def read(image: Path, start: int, name: str) -> str:
    command = ["mtype", "-i", f"{image}@@{start}", f"::{name}"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


@needs
def test_file_systems_are_the_same_bytes_each_time(tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    tree.mkdir()
    made = []
    for each in ("first", "second"):
        for name in ("b.txt", "a.txt") if each == "first" else ("a.txt", "b.txt"):
            (tree / name).write_text("words", encoding="utf-8")
        disk.fat(tmp_path / "fat", "config", tree, EPOCH)
        disk.ext4(tmp_path / "ext4", EPOCH)
        disk.squashfs(tmp_path / "squashfs", tree, EPOCH)
        made.append([digest(tmp_path / name) for name in ("fat", "ext4", "squashfs")])
        shutil.rmtree(tree)
        tree.mkdir()
    assert made[0] == made[1]


@needs
def test_the_disk_holds_its_parts_and_takes_no_room_for_what_is_empty(tmp_path: Path) -> None:
    disk.fat(tmp_path / "config.img", "config", CARD / "config", EPOCH)
    disk.fat(tmp_path / "boot.img", "boot-a", CARD / "boot", EPOCH)
    card = tmp_path / "card.img"
    disk.disk(card, {"config": tmp_path / "config.img", "boot-a": tmp_path / "boot.img"})
    told = subprocess.run(["sfdisk", "--json", card], capture_output=True, check=True).stdout
    found = json.loads(told)["partitiontable"]["partitions"]
    assert [each["name"] for each in found] == ["config", "boot-a", "boot-b", "root-a", "root-b", "data"]
    assert [each["size"] * 512 // disk.MIB for each in found] == [each.mib for each in disk.PARTITIONS]
    starts = [each["start"] * 512 for each in found]
    assert "boot_partition=2" in read(card, starts[0], "autoboot.txt")
    assert read(card, starts[1], "cmdline.txt").count("root=PARTLABEL=root-a") == 1
    assert card.stat().st_blocks * 512 < 20 * disk.MIB


def test_a_boot_partition_names_its_slot_once() -> None:
    """An update for the other slot is the same file with these bytes replaced (device/updating)."""
    said = b"".join(path.read_bytes() for path in sorted((CARD / "boot").iterdir()))
    assert said.count(b"root-a") == 1
    assert b"root-b" not in said
    assert b"root-" not in b"".join(path.read_bytes() for path in (CARD / "root").rglob("*") if path.is_file())


def test_modules_come_with_what_they_need() -> None:
    dependencies = "kernel/a/virtio_blk.ko: kernel/b/virtio.ko kernel/b/ring.ko\nkernel/b/virtio.ko: kernel/b/ring.ko\n"
    dependencies += "kernel/b/ring.ko:\nkernel/c/crc32c-generic.ko:\n"
    assert with_needs(["virtio_blk", "crc32c_generic", "built_in"], dependencies) == [
        "kernel/a/virtio_blk.ko", "kernel/b/ring.ko", "kernel/b/virtio.ko", "kernel/c/crc32c-generic.ko"
    ]  # fmt: skip


def test_lists_have_no_comments_left() -> None:
    assert [line for name in ("modules", "packages", "left-out") for line in lines_of(CARD / name) if "#" in line] == []


def test_the_parts_of_an_update_lie_beside_the_image() -> None:
    assert parts_of(Path("/x/equerry-0.1.0-arm64.img.xz")) == Path("/x/equerry-0.1.0-arm64.parts")


@pytest.mark.skipif(not all(map(shutil.which, NEEDED)), reason="docs/install.md tells what an image is made with")
def test_a_bundle_that_is_none_is_refused_in_a_sentence(tmp_path: Path) -> None:
    other = tmp_path / "other.tar"
    (tmp_path / "folder").mkdir()
    subprocess.run(["tar", "-cf", other, "-C", tmp_path, "folder"], check=True)
    with pytest.raises(ReleaseFailed, match="is no bundle of Equerry; make it: scripts/bundle --arch aarch64"):
        image(Wanted(other, tmp_path / "card.img", None, packed=False), told=lambda _: None)


def test_the_time_of_an_image_is_that_of_the_commit() -> None:
    assert epoch() > 1_700_000_000


def test_when_a_wheel_was_written_is_not_on_the_card(tmp_path: Path) -> None:
    package = tmp_path / "click-8.5.1.dist-info"
    package.mkdir()
    (package / "uv_cache.json").write_text('{"timestamp": {"nanos_since_epoch": 810336207}}', encoding="utf-8")
    (package / "RECORD").write_text(
        "click/core.py,sha256=a,9\nclick-8.5.1.dist-info/uv_cache.json,sha256=b,126\nclick-8.5.1.dist-info/RECORD,,\n",
        encoding="utf-8",
    )
    forget_wheels(tmp_path)
    assert not (package / "uv_cache.json").exists()
    assert (package / "RECORD").read_text(
        encoding="utf-8"
    ) == "click/core.py,sha256=a,9\nclick-8.5.1.dist-info/RECORD,,\n"
