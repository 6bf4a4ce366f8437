"""What an exported generator is on disk: said once, for the exporter that writes it and `draw`, which reads it.

mapping.onnx      z [B, z_dim], c [B, c_dim], truncation [B] -> w [B, w_dim], all float32
synthesis.onnx    w [B, w_dim] -> rgb [B, 3, R, R] float32 in [-1, 1]
card.md           what people should know of it, where somebody wrote it down
generator.json    format, sizes, labels, label rows with counts, what it was trained on, sha256 of both files
"""

from __future__ import annotations

FORMAT, FORMAT_VERSION = "tachie-generator", 1
GENERATOR_NAME, MAPPING_NAME, SYNTHESIS_NAME = "generator.json", "mapping.onnx", "synthesis.onnx"
CARD_NAME = "card.md"
