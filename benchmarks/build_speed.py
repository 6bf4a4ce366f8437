"""`tachie build` on two workers against a single-process loop that does the same work with the same detector.

Both decode, find heads by animeface, crop and write PNGs of the same 80 illustrations. Prints seconds, the ratio, and
the peak memory of the whole process tree. Usage: python -m benchmarks.build_speed
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from benchmarks._shared import data, measured
from tachie.core.errors import Drop
from tachie.core.images import encode_png
from tachie.core.item import Item
from tachie.stages.crop import Crop
from tachie.stages.decode import Decode
from tachie.stages.faces import Faces

PICTURES = 80


def plain_loop(folder: Path, out: Path) -> int:
    """Do the work of a build in the plainest way; returns the number of faces."""
    decode, faces, crop = Decode(), Faces(), Crop()
    faces.prepare()
    out.mkdir()
    count = 0
    for path in sorted(folder.iterdir()):
        (item,) = decode(Item(source="folder", source_path=path.name, data=path.read_bytes()))
        try:
            found = list(faces(item))
        except Drop:
            continue
        for face in found:
            for cut in crop(face):
                (out / f"{path.stem}_{face.face_index}.png").write_bytes(encode_png(cut.pixels()))
                count += 1
    return count


def main() -> None:
    """Measure both, one after the other."""
    source = data("illustrations")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "pictures"
        folder.mkdir()
        for path in sorted(source.glob("*.jpg"))[:PICTURES]:
            (folder / path.name).symlink_to(path)
        start = time.perf_counter()
        count = plain_loop(folder, Path(name) / "plain")
        plain_s = time.perf_counter() - start
        words = ["build", str(folder), "--out", f"{name}/faces", "--workers", "2", "--near-duplicates", "-1"]
        build_s, peak_mb = measured(words)
    print(
        f"build with detection, {PICTURES} pictures, {count} faces: plain loop {plain_s:.1f} s, "
        f"tachie build {build_s:.1f} s, ratio {plain_s / build_s:.2f} (target 1.6), peak {peak_mb:.0f} MB (target 1200)"
    )


if __name__ == "__main__":
    main()
