"""A folder with roles of its own, for tests of who may do what; by the templates alone."""

from __future__ import annotations

from pathlib import Path


def environ_with_roles(folder: Path, roles: str) -> dict[str, str]:
    """The environment that has the settings found there; `roles` is what stands in roles.toml."""
    (folder / "equerry.toml").write_text("[language_model]\nenabled = false\n", encoding="utf-8")
    (folder / "roles.toml").write_text(roles, encoding="utf-8")
    return {
        "EQUERRY_CONFIG": str(folder / "equerry.toml"),
        "EQUERRY_PATHS__DATA": str(folder / "data"),
        "EQUERRY_ROLES": str(folder / "roles.toml"),
    }
