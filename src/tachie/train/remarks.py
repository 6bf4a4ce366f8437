"""What people should know of a set of faces before they wait hours for what it gives."""

from __future__ import annotations

import numpy as np

from tachie.core.conditions import Number
from tachie.train.data import FaceSet

FEW_OF_A_VALUE = 16  # pictures of one value of a label
FEW_PICTURES = 1_000
_KNOWN_PART = 0.9
_NAMED = 20  # pictures that cannot be read


def remarks(faces: FaceSet) -> list[str]:
    """Return one line for each thing worth knowing; none where all is well."""
    lines = []
    if faces.unreadable:
        lines.append(f"{len(faces.unreadable)} inputs could not be read and were left out")
        lines += [f"left out {line}" for line in faces.unreadable[:_NAMED]]
    if faces.enlarged:
        lines.append(
            f"{faces.enlarged:,} of {len(faces):,} pictures are smaller than {faces.resolution} px and were enlarged: "
            "drawings will be as soft as they are; a smaller --resolution or 'tachie upscale' mends it"
        )
    partly, few = [], []
    for group, column in zip(faces.schema.groups, faces.codes.T, strict=True):
        known = column[column >= 0]
        if len(known) < _KNOWN_PART * len(faces):
            partly.append(f"{group.name} ({len(known) / len(faces):.0%})")
        if not isinstance(group, Number):
            counts = np.bincount(known, minlength=group.size).tolist()
            few += [(n, f"{group.name} {group.value(i)} ({n})") for i, n in enumerate(counts) if n < FEW_OF_A_VALUE]
    if partly:
        lines.append(f"known for a part of the pictures, the others train as unknown: {_first(partly)}")
    if few:
        rarest = [text for _, text in sorted(few)]
        lines.append(
            f"too few pictures to learn them: {_first(rarest)}; --setting balance=0.5 shows rare values oftener"
        )
    if len(faces) < FEW_PICTURES:
        lines.append(
            f"{len(faces):,} pictures are few: watch the drawings for copies of them; "
            "--setting augment=adaptive holds the learning by heart back"
        )
    return lines


def _first(texts: list[str], most: int = 6) -> str:
    return ", ".join(texts[:most]) + (f" and {len(texts) - most} more" if len(texts) > most else "")
