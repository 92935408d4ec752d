"""The bucket, against a real S3-compatible server, and the mirror that keeps it and the device alike."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto.server import ThreadedMotoServer

from services.files.base import Content, ContentDiffers, FileGone
from services.files.bucket import BucketRefused, BucketUnreachable
from services.files.local import LocalFiles
from services.files.mirror import Mirror
from services.files.s3 import S3Bucket

PART = 5 << 20
"""The least that S3 takes."""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    moto = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    moto.start()
    host, port = moto.get_host_and_port()
    yield f"http://{host}:{port}"
    moto.stop()


@pytest.fixture
def name(server: str, request: pytest.FixtureRequest) -> str:
    made = f"b{hashlib.sha256(request.node.name.encode()).hexdigest()[:20]}"
    admin(server).create_bucket(Bucket=made)
    return made


def admin(server: str) -> Any:
    return boto3.client(
        "s3", endpoint_url=server, region_name="us-east-1", aws_access_key_id="k", aws_secret_access_key="s"
    )


def bucket_at(server: str, name: str, **others: Any) -> S3Bucket:
    return S3Bucket(
        name, key_id="k", key="s", endpoint=server, prefix="equerry/files", part=PART, timeout=3.0, **others
    )


def made_files(folder: Path) -> LocalFiles:
    files = LocalFiles(folder / "inbox", folder / "files", reserve=0)
    files.open()
    return files


def path_of(files: LocalFiles, content: Content) -> Path:
    path = files.path(content.sha256)
    assert path is not None
    return path


@pytest.mark.parametrize("size", [0, 5, PART, PART + 1, 2 * PART + 12_345])
def test_content_goes_there_and_comes_back(server: str, name: str, tmp_path: Path, size: int) -> None:
    files, bucket = made_files(tmp_path), bucket_at(server, name)
    data = os.urandom(size)
    content = files.write(data, "a")
    bucket.put(path_of(files, content), content)
    assert bucket.present() == {content.sha256}
    assert b"".join(bucket.get(content.sha256)) == data


def test_an_interrupted_upload_goes_on_where_it_was(server: str, name: str, tmp_path: Path) -> None:
    files, bucket = made_files(tmp_path), bucket_at(server, name)
    content = files.write(os.urandom(3 * PART + 1), "a")
    sent: list[int] = []
    real = bucket._client.upload_part

    def counting(fail_at: int | None) -> Any:
        def upload_part(**call: Any) -> Any:
            if call["PartNumber"] == fail_at:
                raise ConnectionResetError("pulled out")
            sent.append(call["PartNumber"])
            return real(**call)

        return upload_part

    bucket._client.upload_part = counting(3)
    with pytest.raises(BucketUnreachable):
        bucket.put(path_of(files, content), content)
    assert bucket.present() == frozenset()
    bucket._client.upload_part = counting(None)
    bucket.put(path_of(files, content), content)
    assert sent == [1, 2, 3, 4]
    assert hashlib.sha256(b"".join(bucket.get(content.sha256))).hexdigest() == content.sha256
    assert not admin(server).list_multipart_uploads(Bucket=name).get("Uploads")


def test_a_part_that_was_damaged_on_the_way_is_sent_again(server: str, name: str, tmp_path: Path) -> None:
    files, bucket = made_files(tmp_path), bucket_at(server, name)
    content = files.write(os.urandom(2 * PART), "a")
    key = f"equerry/files/{content.sha256}"
    begun = admin(server).create_multipart_upload(Bucket=name, Key=key, ChecksumAlgorithm="SHA256")["UploadId"]
    admin(server).upload_part(Bucket=name, Key=key, UploadId=begun, PartNumber=1, Body=os.urandom(PART))
    bucket.put(path_of(files, content), content)
    assert hashlib.sha256(b"".join(bucket.get(content.sha256))).hexdigest() == content.sha256


def test_other_things_in_the_bucket_are_not_ours(server: str, name: str) -> None:
    admin(server).put_object(Bucket=name, Key="equerry/files/readme.txt", Body=b"x")
    admin(server).put_object(Bucket=name, Key="f" * 64, Body=b"x")
    assert bucket_at(server, name).present() == frozenset()


def test_what_can_go_wrong_has_a_name(server: str, name: str, tmp_path: Path) -> None:
    with pytest.raises(BucketRefused, match="no-such-bucket"):
        bucket_at(server, "no-such-bucket").present()
    with pytest.raises(BucketUnreachable):
        bucket_at("http://127.0.0.1:9", name).present()
    with pytest.raises(BucketRefused, match="nowhere at all"):
        bucket_at("nowhere at all", name)
    with pytest.raises(FileGone):
        list(bucket_at(server, name).get("0" * 64))
    with pytest.raises(FileGone):
        bucket_at(server, name).put(tmp_path / "nothing", Content("0" * 64, 1))


def used_of(*contents: Content) -> dict[str, Content]:
    return {content.sha256: content for content in contents}


def test_two_devices_have_the_same_files_in_the_end(server: str, name: str, tmp_path: Path) -> None:
    one, other = made_files(tmp_path / "one"), made_files(tmp_path / "other")
    a, b = one.write(b"brand guidelines", "a"), other.write(b"budget", "b")
    for files in (one, other, one):
        mirror = Mirror(bucket_at(server, name), files, lambda: used_of(a, b))
        assert mirror.go_on() is None
    assert (path_of(one, b).read_bytes(), path_of(other, a).read_bytes()) == (b"budget", b"brand guidelines")
    assert mirror.state.waiting == 0


def test_content_that_was_changed_there_is_not_taken(server: str, name: str, tmp_path: Path) -> None:
    files = made_files(tmp_path)
    content = Content(hashlib.sha256(b"honest").hexdigest(), 6)
    admin(server).put_object(Bucket=name, Key=f"equerry/files/{content.sha256}", Body=b"forged")
    mirror = Mirror(bucket_at(server, name), files, lambda: used_of(content))
    assert mirror.go_on() is None
    assert files.path(content.sha256) is None
    with pytest.raises(ContentDiffers):
        files.receive(iter([b"forged", b"x" * 1_000_000]), content)
    assert not [each for each in (tmp_path / "files").rglob("*") if each.is_file()]


def test_a_bucket_that_is_away_is_tried_again_ever_more_seldom(server: str, name: str, tmp_path: Path) -> None:
    files = made_files(tmp_path)
    content = files.write(b"waits", "a")
    bucket = bucket_at("http://127.0.0.1:9", name)
    mirror = Mirror(bucket, files, lambda: used_of(content), jitter=lambda: 1.0)
    assert [mirror.go_on() for _ in range(9)] == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert (mirror.state.waiting, "can't be reached" in mirror.state.error) == (1, True)
    mirror._bucket = bucket_at(server, name)
    assert mirror.go_on() is None
    assert (mirror.state.waiting, mirror.state.sent, mirror.state.error) == (0, 1, "")


def test_it_stops_between_two_files(server: str, name: str, tmp_path: Path) -> None:
    files = made_files(tmp_path)
    contents = [files.write(str(i).encode(), "a") for i in range(3)]
    stop = threading.Event()
    mirror = Mirror(bucket_at(server, name), files, lambda: used_of(*contents))
    stop.set()
    assert mirror.go_on(stop.is_set) is None
    assert bucket_at(server, name).present() == frozenset()
