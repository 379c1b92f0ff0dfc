"""Kinds of processors that kernels are compiled for, so that another one of the kind can run them."""

from __future__ import annotations

import platform
from dataclasses import dataclass

import llvmlite.binding as llvm
from numba.core.codegen import get_host_cpu_features


@dataclass(frozen=True)
class Target:
    """A kind of processor.

    Attributes:
        name: as LLVM knows it.
        features: what code for it takes for granted or does without, as LLVM writes it: `"+avx2,-avx512f"`.
    """

    name: str
    features: str = ""

    @property
    def environment(self) -> dict[str, str]:
        """What makes Numba compile for it, in a process started with these variables."""
        return {"NUMBA_CPU_NAME": self.name, "NUMBA_CPU_FEATURES": self.features}

    def runs_here(self) -> bool:
        """Whether this processor runs its code."""
        here = llvm.get_host_cpu_features()
        return all(here.get(feature[1:]) for feature in self.features.split(",") if feature.startswith("+"))


def this_processor() -> Target:
    """What Numba compiles for if nothing else is asked for."""
    return Target(llvm.get_host_cpu_name(), get_host_cpu_features())


def portable_targets() -> tuple[Target, ...]:
    """The kinds of processors of this machine's architecture, the fastest first; the last runs on all of them.

    On x86-64 the first are those with AVX2, as nearly all since 2013 have it.
    """
    if platform.machine().lower() in ("x86_64", "amd64"):
        return Target("x86-64-v3", "+avx,+avx2,+bmi,+bmi2,+f16c,+fma,+lzcnt,+movbe,+xsave"), Target("x86-64")
    return (Target("generic"),)
