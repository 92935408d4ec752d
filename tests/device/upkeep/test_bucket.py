"""The bucket's thread, on a real store and a real S3-compatible server."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import boto3
import pytest
from moto.server import ThreadedMotoServer

from device.upkeep.bucket import Mirroring, contents
from services.files.base import Content
from services.files.local import LocalFiles
from services.files.mirror import Mirror
from services.files.s3 import S3Bucket
from services.store.base import SharedFile, Version
from services.store.store import Store

NOW = datetime(2026, 11, 21, tzinfo=UTC)


@pytest.fixture
def server() -> Iterator[str]:
    moto = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    moto.start()
    host, port = moto.get_host_and_port()
    yield f"http://{host}:{port}"
    moto.stop()


class Telling(S3Bucket):
    """Tells of each content that has arrived there."""

    def __init__(self, endpoint: str) -> None:
        super().__init__("equerry-test", key_id="k", key="s", endpoint=endpoint)
        self.arrived: queue.Queue[str] = queue.Queue()

    def put(self, path: Path, content: Content) -> None:
        super().put(path, content)
        self.arrived.put(content.sha256)


def share(store: Store, files: LocalFiles, data: bytes) -> str:
    content = files.write(data, "a")
    version = Version(sha256=content.sha256, bytes=content.bytes, at=NOW)
    with store.transaction("share") as tx:
        tx.add(SharedFile(name="a.txt", versions=(version,)))
    return content.sha256


def test_what_is_kept_goes_there_before_and_after_the_start(server: str, tmp_path: Path) -> None:
    boto3.client(
        "s3", endpoint_url=server, region_name="us-east-1", aws_access_key_id="k", aws_secret_access_key="s"
    ).create_bucket(Bucket="equerry-test")
    bucket = Telling(server)
    files = LocalFiles(tmp_path / "inbox", tmp_path / "files", reserve=0)
    files.open()
    with Store(tmp_path / "s.db") as store:

        def used() -> Mapping[str, Content]:
            return contents(store)

        early = share(store, files, b"before")
        mirroring = Mirroring(Mirror(bucket, files, used), store)
        thread = threading.Thread(target=mirroring.run)
        thread.start()
        try:
            assert bucket.arrived.get(timeout=20) == early
            late = share(store, files, b"after")
            assert bucket.arrived.get(timeout=20) == late
        finally:
            mirroring.stop()
            thread.join(timeout=20)
        assert not thread.is_alive()
        assert bucket.present() == {early, late}
