"""An S3-compatible bucket (services.files.bucket.Bucket): Amazon's, MinIO, Garage, Ceph, a storage box.

Objects are named by the SHA-256 of their content, so what is there already is never sent again. Large ones go in parts,
each with its own SHA-256 that the bucket checks; the parts that arrived before an interruption are found there and not
sent again (https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html).
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from services.files.base import Content, FileGone
from services.files.bucket import BucketRefused, BucketUnreachable

PART = 8 << 20
"""Bytes of a part; S3 takes 5 MiB to 5 GiB, and 10,000 parts at most."""
_MOST_PARTS = 10_000
_CHUNK = 1 << 20
_HASH = re.compile(r"[0-9a-f]{64}")
_MISSING = frozenset(("NoSuchKey", "404", "NotFound"))
_LATER = frozenset(
    ("SlowDown", "InternalError", "ServiceUnavailable", "RequestTimeout", "RequestTimeTooSkewed", "OperationAborted")
)
"""Errors that pass by themselves, a clock that is not set yet among them."""


class S3Bucket:
    """`endpoint`: its URL, empty for Amazon's own; `prefix`: a folder within the bucket; `part`: bytes sent at a time.

    Raises BucketRefused where the endpoint is no address.
    """

    def __init__(
        self,
        bucket: str,
        *,
        key_id: str,
        key: str,
        endpoint: str = "",
        region: str = "",
        prefix: str = "",
        part: int = PART,
        timeout: float = 20.0,
    ) -> None:
        self._bucket = bucket
        self._prefix = f"{prefix.strip('/')}/" if prefix.strip("/") else ""
        self._part = part
        try:
            self._client: Any = boto3.client(
                "s3",
                endpoint_url=endpoint or None,
                region_name=region or "us-east-1",
                aws_access_key_id=key_id,
                aws_secret_access_key=key,
                # Buckets on one's own machines seldom have a name of their own in the DNS, and not all know the newer
                # checksums.
                config=Config(
                    connect_timeout=timeout,
                    read_timeout=timeout,
                    retries={"max_attempts": 2, "mode": "standard"},
                    s3={"addressing_style": "path" if endpoint else "auto"},
                    request_checksum_calculation="when_required",
                    response_checksum_validation="when_required",
                ),
            )
        except (BotoCoreError, ValueError) as error:
            raise BucketRefused(bucket=bucket, reason=error) from error

    def present(self) -> frozenset[str]:
        with self._named_errors():
            pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=self._prefix)
            names = [item["Key"].removeprefix(self._prefix) for page in pages for item in page.get("Contents", ())]
        return frozenset(name for name in names if _HASH.fullmatch(name))

    def put(self, path: Path, content: Content) -> None:
        try:
            file = path.open("rb")
        except OSError as error:
            raise FileGone(name=content.sha256[:12]) from error
        with file, self._named_errors():
            if content.bytes <= self._part:
                self._put_whole(file, content)
            else:
                self._put_parts(file, content)
            there = self._client.head_object(Bucket=self._bucket, Key=self._key(content.sha256))["ContentLength"]
        if there != content.bytes:  # a server that knows no checksums may still lose the end
            raise BucketUnreachable(bucket=self._bucket, reason=f"it kept {there} of {content.bytes} bytes")

    def get(self, sha256: str) -> Iterator[bytes]:
        with self._named_errors(sha256):
            body = self._client.get_object(Bucket=self._bucket, Key=self._key(sha256))["Body"]
            with closing(body):
                yield from body.iter_chunks(_CHUNK)

    def _key(self, sha256: str) -> str:
        return f"{self._prefix}{sha256}"

    def _put_whole(self, file: BinaryIO, content: Content) -> None:
        self._client.put_object(
            Bucket=self._bucket,
            Key=self._key(content.sha256),
            Body=file.read(),
            ChecksumSHA256=_base64(bytes.fromhex(content.sha256)),
        )

    def _put_parts(self, file: BinaryIO, content: Content) -> None:
        target = {"Bucket": self._bucket, "Key": self._key(content.sha256)}
        upload = (
            self._begun(content.sha256)
            or self._client.create_multipart_upload(**target, ChecksumAlgorithm="SHA256")["UploadId"]
        )
        arrived = self._arrived(target, upload)
        size = _part_size(content.bytes, self._part)
        done = []
        for number, data in enumerate(iter(partial(file.read, size), b""), start=1):
            checksum = _base64(hashlib.sha256(data).digest())
            there = arrived.get(number)
            if there is None or not _is(there, data, checksum):
                there = self._client.upload_part(
                    **target, UploadId=upload, PartNumber=number, Body=data, ChecksumSHA256=checksum
                )
            done.append({"PartNumber": number, "ETag": there["ETag"], "ChecksumSHA256": checksum})
        self._client.complete_multipart_upload(**target, UploadId=upload, MultipartUpload={"Parts": done})

    def _begun(self, sha256: str) -> str | None:
        """The upload of this content that was interrupted, if there is one."""
        pages = self._client.get_paginator("list_multipart_uploads").paginate(
            Bucket=self._bucket, Prefix=self._key(sha256)
        )
        begun = [upload for page in pages for upload in page.get("Uploads", ()) if upload["Key"] == self._key(sha256)]
        return max(begun, key=lambda upload: upload["Initiated"])["UploadId"] if begun else None

    def _arrived(self, target: Mapping[str, str], upload: str) -> dict[int, Mapping[str, Any]]:
        pages = self._client.get_paginator("list_parts").paginate(**target, UploadId=upload)
        return {part["PartNumber"]: part for page in pages for part in page.get("Parts", ())}

    @contextmanager
    def _named_errors(self, sha256: str = "") -> Iterator[None]:
        try:
            yield
        except ClientError as error:
            told = error.response.get("Error", {})
            code = str(told.get("Code", ""))
            if sha256 and code in _MISSING:
                raise FileGone(name=sha256[:12]) from error
            refused = BucketUnreachable if code in _LATER or code.startswith("5") else BucketRefused
            raise refused(bucket=self._bucket, reason=told.get("Message") or code) from error
        except (BotoCoreError, OSError) as error:
            raise BucketUnreachable(bucket=self._bucket, reason=str(error).partition("\n")[0][:200]) from error


def _is(part: Mapping[str, Any], data: bytes, checksum: str) -> bool:
    """Whether a part that arrived is this one. Some servers tell no checksum of a part, only its MD5 as the ETag."""
    if told := part.get("ChecksumSHA256"):
        return bool(told == checksum)
    return bool(part["ETag"].strip('"') == hashlib.md5(data, usedforsecurity=False).hexdigest())


def _part_size(total: int, part: int) -> int:
    """Larger than asked for where there would be too many. The same for the same content, or nothing could go on."""
    while total > part * _MOST_PARTS:
        part *= 2
    return part


def _base64(digest: bytes) -> str:
    return base64.b64encode(digest).decode("ascii")
