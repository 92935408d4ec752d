"""The architectures that releases are made for, and how to compile for each on any machine."""

from __future__ import annotations

from dataclasses import dataclass

from release.lock import GLIBC


@dataclass(frozen=True, slots=True)
class Target:
    """An architecture."""

    architecture: str
    """As `uname -m` and wheels have it."""
    debian: str
    """As Debian has it."""
    engine: tuple[str, ...]
    """CMake's options for llama.cpp."""
    flags: str = ""
    """The compiler's."""

    @property
    def triplet(self) -> str:
        return f"{self.architecture}-linux-gnu"

    @property
    def compiler(self) -> str:
        """Debian's prefix of gcc, g++ and strip."""
        return f"{self.triplet}-"

    @property
    def platform(self) -> str:
        """Of wheels that are compiled on Debian 12."""
        return f"manylinux_2_{GLIBC}_{self.architecture}"


TARGETS = {
    each.architecture: each
    for each in (
        Target("aarch64", "arm64", ("-DGGML_CPU_ARM_ARCH=armv8-a",), "-mtune=cortex-a72"),
        Target(
            "x86_64", "amd64", tuple(f"-DGGML_{each}=ON" for each in ("SSE42", "AVX", "AVX2", "BMI2", "FMA", "F16C"))
        ),
    )
}
