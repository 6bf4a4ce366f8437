"""Whole jobs; `TASKS` are the ones that `tachie train --task NAME` knows beside training a generator."""

from __future__ import annotations

from types import MappingProxyType

# Name -> module, which has run(asked: TaskRequest) -> dict (tasks/request.py); imported when it is asked for.
TASKS: MappingProxyType[str, str] = MappingProxyType(
    {
        "autoencode": "tachie.tasks.autoencode",
        "classify": "tachie.tasks.classify",
        "conditioning": "tachie.tasks.conditioning",
    }
)
