"""Pictures and commands that many tests use; everything is made here, nothing is fetched."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

# Before torch is read, and for commands that tests start: nets this small gain nothing from threads, and two that spin
# on a busy machine are slower by far than one.
os.environ["OMP_NUM_THREADS"] = "1"

import numpy as np
import pytest

from tachie.core.images import decode, encode_png, resized
from tachie.core.recipe import Recipe
from tachie.pipeline.presets import Choices, Preset, chosen_recipe

SHARED = Path(__file__).resolve().parent.parent.parent / "shared"


def blobs(seed: int, width: int = 64, height: int = 64) -> np.ndarray:
    """Return a smooth random picture, so that no two seeds are near-duplicates."""
    rng = np.random.default_rng(seed)
    return resized(rng.integers(0, 256, (6, 6, 3), dtype=np.uint8), width, height)


def known_face(px: int = 200) -> np.ndarray:
    """Return the known face on a plain ground, which animeface finds."""
    face = decode(files("tachie.vision").joinpath("known_face.png").read_bytes()).rgb
    return resized(face, px, round(px * face.shape[0] / face.shape[1]))


def scene(seed: int, faces: int = 1) -> np.ndarray:
    """Return a picture of 480 px height with so many known faces side by side on a smooth ground."""
    rgb = resized(blobs(seed), 300 * faces, 480) // 4 + 180
    face = known_face()
    for i in range(faces):
        y, x = 60 + seed % 50, 300 * i + 40
        rgb[y : y + face.shape[0], x : x + face.shape[1]] = face
    return rgb


def pytest_make_parametrize_id(val: object) -> str | None:
    """Name bytes by their length: what they hold is no name, and workers that disagree on a name collect nothing."""
    return f"{len(val)}_bytes" if isinstance(val, bytes) else None


def untagged(name: Preset) -> Recipe:
    """Return a built-in recipe without its tagger: where a test counts labels, or there are no faces."""
    return chosen_recipe(Choices(name, tagger="none"))


@pytest.fixture
def write_pictures(tmp_path: Path) -> Callable[..., Path]:
    """Write `count` different small PNGs into a folder and return it."""

    def write(count: int, name: str = "pictures", px: int = 64) -> Path:
        folder = tmp_path / name
        folder.mkdir(parents=True, exist_ok=True)
        for i in range(count):
            (folder / f"{i:05d}.png").write_bytes(encode_png(blobs(i, px, px)))
        return folder

    return write


def tachie(
    *words: object, cwd: Path | None = None, env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run the command line in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "tachie", *map(str, words)],
        cwd=cwd,
        env={**os.environ, **(env or {})},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real pictures beside the project; tests that need it are skipped where it is absent."""
    if not (SHARED / "data").is_dir():
        pytest.skip("the real pictures of ../shared/data are not here")
    return SHARED / "data"
