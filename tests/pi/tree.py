"""The device tree of the virtual Pi: QEMU's board, called a Raspberry Pi 4, with the 54 lines of its pins simulated."""

from __future__ import annotations

from pathlib import Path

from release.errors import run
from tests.pi.machine import PROGRAM

PI = """
/ {
    model = "Raspberry Pi 4 Model B Rev 1.2 (virtual)";
    system { linux,revision = <0xc03112>; };
    pins {
        compatible = "gpio-simulator";
        lines: bank { gpio-controller; #gpio-cells = <2>; ngpios = <54>; gpio-sim,label = "pinctrl-bcm2711"; };
    };
    spi {
        compatible = "spi-gpio";
        mosi-gpios = <&lines 10 0>;
        sck-gpios = <&lines 11 0>;
        cs-gpios = <&lines 8 1>;
        num-chipselects = <1>;
        #address-cells = <1>;
        #size-cells = <0>;
        strip@0 { compatible = "rohm,dh2228fv"; reg = <0>; spi-max-frequency = <8000000>; };
    };
};
"""
"""By the revision gpiozero knows which pins there are. The SPI of the header is put on its pins bit by bit; what hangs
on it is called what spidev takes (drivers/spi/spidev.c).
"""


def tree(out: Path, *, cpus: int, memory_mib: int) -> Path:
    """Write it (dtb). Raises ReleaseFailed where QEMU or dtc (Debian's device-tree-compiler) is not here."""
    plain, source = out.with_suffix(".qemu.dtb"), out.with_suffix(".dts")
    size = ["-smp", str(cpus), "-m", str(memory_mib)]
    run([PROGRAM, "-M", f"virt,dumpdtb={plain}", "-cpu", "cortex-a72", "-nodefaults", *size, "-display", "none"])
    board = run(["dtc", "-q", "-I", "dtb", "-O", "dts", plain])
    source.write_text(board + PI, encoding="utf-8")
    run(["dtc", "-q", "-I", "dts", "-O", "dtb", "-o", out, source])
    return out
