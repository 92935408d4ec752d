"""A second place for the content of files: an S3-compatible bucket. Its values, errors and Protocol.

A bucket is a copy, never the only one: files are kept on this device first, and without a bucket nothing is missing.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from services.files.base import Content, FileError


class BucketError(FileError):
    """The bucket can't be used."""

    code = "bucket"


class BucketUnreachable(BucketError):
    """The bucket {bucket} can't be reached ({reason}). Files wait on this device, and go there later."""

    code = "bucket.unreachable"


class BucketRefused(BucketError):
    """The bucket {bucket} refuses us ({reason}). Look at bucket.name, bucket.endpoint and the secrets bucket-key-id and
    bucket-key.
    """

    code = "bucket.refused"


class Bucket(Protocol):
    """Content by its SHA-256. Used by one thread."""

    def present(self) -> frozenset[str]:
        """SHA-256 of all content that is there whole. Raises BucketUnreachable, BucketRefused."""

    def put(self, path: Path, content: Content) -> None:
        """Bring content there; on return the bucket has checked that it is what was meant. One that was interrupted
        goes on where it was.

        Raises BucketUnreachable, BucketRefused; FileGone where the path can't be read any more.
        """

    def get(self, sha256: str) -> Iterator[bytes]:
        """Content in pieces; whoever keeps it checks it. Raises BucketUnreachable, BucketRefused, FileGone."""
