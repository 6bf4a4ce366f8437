"""Remakes golden.json, the sha256 of a few dolls' SVG: run it when the drawing was meant to change."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from tachie.paperdoll import draw_paperdoll

SEEDS = (0, 5, 42, 1008, 2**63 + 5)

if __name__ == "__main__":
    golden = {str(seed): hashlib.sha256(draw_paperdoll(seed).svg.encode()).hexdigest() for seed in SEEDS}
    (Path(__file__).parent / "golden.json").write_text(json.dumps(golden, indent=2) + "\n")
