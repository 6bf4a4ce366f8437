"""A cast as files: a picture of all, model sheets, and drawings in other styles with labels."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Sequence
from pathlib import Path

from tachie.core.files import safe_name, write_atomically
from tachie.core.images import encode_png
from tachie.paperdoll.cast import Member, find_member, from_seed, make_cast
from tachie.paperdoll.drawings import draw_drawing
from tachie.paperdoll.sheets import cast_sheet, model_sheet
from tachie.sources.paperdoll import RIGHTS


def write_cast(path: Path, members: Sequence[Member]) -> None:
    """Write a PNG with the whole cast side by side."""
    write_atomically(path, encode_png(cast_sheet(members)))


def write_sheet(out: Path, who: str) -> Path:
    """Write the model sheet of a member of the default cast, or of a seed, to OUT/sheet-NAME.png; return its path."""
    member = from_seed(int(who)) if who.isascii() and who.isdigit() else find_member(make_cast(), who)
    path = out / f"sheet-{safe_name(member.name.lower())}.png"
    write_atomically(path, encode_png(model_sheet(member)))
    return path


def write_drawings(
    out: Path, members: Sequence[Member], seeds: range, progress: Callable[[int], None] = lambda done: None
) -> None:
    """Write drawing-SEED.png and .json for each seed, and a labels.csv of all that lie there; those there stay.

    The JSON holds the character's name as a label, the hand, the head's box in px, tags, rating and rights.
    """
    for done, seed in enumerate(seeds):
        progress(done)
        path = out / f"drawing-{seed:06d}.png"
        if path.exists() and path.with_suffix(".json").exists():
            continue
        drawing = draw_drawing(members, seed)
        truth = {
            "labels": {"character": drawing.name, "hand": drawing.hand},
            "tags": list(drawing.tags),
            "head_xyxy": list(drawing.head_xyxy),
            "seed": seed,
            "rating": "g",
            "rights": RIGHTS,
        }
        write_atomically(path.with_suffix(".json"), json.dumps(truth) + "\n")
        write_atomically(path, encode_png(drawing.rgb))
    table = io.StringIO()
    rows = csv.writer(table, lineterminator="\n")
    rows.writerow(["file", "character", "hand"])
    for path in sorted(out.glob("drawing-*.json")):
        labels = json.loads(path.read_text("utf-8"))["labels"]
        rows.writerow([path.with_suffix(".png").name, labels["character"], labels["hand"]])
    write_atomically(out / "labels.csv", table.getvalue())
    progress(len(seeds))
