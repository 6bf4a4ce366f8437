"""The examples run as their first lines say."""

import subprocess
import sys
from pathlib import Path

from tachie.core.images import decode

from .conftest import tachie

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"


def test_average_face_writes_one_picture_for_each_value(tmp_path: Path) -> None:
    words = ["build", "paperdoll:6", "--full-body", "--near-duplicates", "-1", "--out", tmp_path / "dolls"]
    assert tachie(*words).returncode == 0
    example = [sys.executable, EXAMPLES / "average_face.py", tmp_path / "dolls", "long_hair", tmp_path / "out.png"]
    done = subprocess.run(example, capture_output=True, text=True, check=True)
    values = done.stdout.strip().split(", ")
    assert decode((tmp_path / "out.png").read_bytes()).rgb.shape == (96, 100 * len(values) - 4, 3)
