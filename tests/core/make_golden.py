"""Write noise_golden.json: numbers that every implementation of the noise, here and in a browser, must give."""

import json
from pathlib import Path

from tachie.core.noise import gaussians, uniforms, words

SEEDS = [(0, 0), (1, 0), (1, 1), (4_294_967_296, 7), (2**64 - 1, 2**32 - 1)]


def golden() -> list[dict[str, object]]:
    """Return the vectors; floats are written with all their digits."""
    return [
        {
            "seed": str(seed),  # a string, since JavaScript's numbers end at 2^53
            "stream": stream,
            "words": [f"{w:08x}" for w in words(seed, stream, 9)],
            "uniforms": uniforms(seed, stream, 5).tolist(),
            "gaussians": [float(g) for g in gaussians(seed, stream, 7)],
        }
        for seed, stream in SEEDS
    ]


if __name__ == "__main__":
    Path(__file__).with_name("noise_golden.json").write_text(json.dumps(golden(), indent=1) + "\n", "utf-8")
