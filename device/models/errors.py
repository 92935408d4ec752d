"""What can go wrong with models.

ModelError
├── ManifestBroken        config/models.toml is not what it should be
├── ModelUnknown          no such id
├── ModelMissing          known, not installed
│   └── ModelsMissing     several at once
├── ModelCorrupt          installed, not as it should be
├── DiskTooFull           no room for it
├── ModelsUnwritable      the folder of models can't be written
└── DownloadFailed        no source gave it
    ├── ContentWrong      what arrived is not what was asked for
    └── DifferenceBroken  a difference in Equerry's own files can't be put onto another model
"""

from __future__ import annotations

from firmware.errors import ExpectedError


class ModelError(ExpectedError):
    """Something is wrong with a model."""

    code = "model"


class ManifestBroken(ModelError):
    """The list of models {path} can't be used: {problems}."""

    code = "model.manifest"


class ModelUnknown(ModelError):
    """There is no model {model}{guess}. All of them: equerry models list"""

    code = "model.unknown"


class ModelMissing(ModelError):
    """The model {model} is not installed. Run: equerry models pull {model}"""

    code = "model.missing"


class ModelsMissing(ModelMissing):
    """The models {models} are not installed. Run: equerry models pull {model}"""


class ModelCorrupt(ModelError):
    """The model {model} in {path} is damaged: {reason}. Run: equerry models pull {model}"""

    code = "model.corrupt"


class DiskTooFull(ModelError):
    """Not enough room in {path}: {needed} MB are needed, {free} MB are free. Make room, then run: equerry models
    pull
    """

    code = "model.disk_full"


class ModelsUnwritable(ModelError):
    """Models can't be written to {path}: {reason}. Make it writable, or name another folder with --home or
    EQUERRY_PATHS__MODELS.
    """

    code = "model.unwritable"


class DownloadFailed(ModelError):
    """{source} could not be downloaded: {reason}. What has arrived is kept; when the network is back, run the command
    again.
    """

    code = "model.download"


class ContentWrong(DownloadFailed):
    """{source} is not what was asked for: {reason}. It was thrown away; run the command again, and tell us when that
    does not help.
    """

    code = "model.content"


class DifferenceBroken(DownloadFailed):
    """{model} could not be made: the difference {path} {reason}. Bring Equerry's own files back (scripts/update, or git
    checkout), then run: equerry models pull {model}
    """

    code = "model.difference"
