"""A sheet of faces with what the tagger says of them: how `docs/tagging.webp` is made.

Usage: python examples/tag_sheet.py COUNT OUT.png PATH... [--faces-as-they-are]      for example: 24 tags.png pictures/
"""

import sys
from itertools import islice
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from tachie.core.images import decode, resized
from tachie.core.tagged import Tagged
from tachie.vision.faces import detector
from tachie.vision.tagger import tagger

FACE_PX, TEXT_PX, COLUMNS, LINES = 150, 12, 8, 4
INK, FAINT = (25, 28, 40), (120, 124, 140)

words = [word for word in sys.argv[1:] if word != "--faces-as-they-are"]
count, out, places = int(words[0]), words[1], words[2:]
by = tagger("tachie")
find = None if "--faces-as-they-are" in sys.argv else detector("heads")
doubted = {label.name for label in by.labels if not label.trusted}
font = ImageFont.load_default(TEXT_PX)


def faces():
    """Yield what the tagger sees of each head in the pictures, the surest head first."""
    for path in sorted(file for place in places for file in Path(place).rglob("*.*")):
        rgb = decode(path.read_bytes()).rgb
        yield from [rgb] if find is None else [by.crop(rgb, head.head_xyxy) for head in find(rgb)]


def lines(said: Tagged) -> list[tuple[str, tuple[int, int, int]]]:
    """Return what is said in a few words: colours with their probabilities, then what is there; doubts are faint."""
    known = said.known()
    shown = []
    for name, short in (("hair_color", "hair"), ("eye_color", "eyes")):
        value, p = known.get(name, ("?", 0.0))
        text = f"{value} {short} {p:.2f}" if name in known else f"{short} ?"
        shown.append((text, FAINT if name in doubted or name not in known else INK))
    there = [name for name, (value, _) in known.items() if value == "yes"]
    for ink, some in ((INK, [n for n in there if n not in doubted]), (FAINT, [n for n in there if n in doubted])):
        if some:
            shown.append((", ".join(some[:2]).replace("_", " "), ink))
    return shown


seen = list(islice(faces(), count))
found = list(zip(seen, by(seen), strict=True))
height = FACE_PX + LINES * (TEXT_PX + 3) + 8
sheet = Image.new("RGB", (COLUMNS * (FACE_PX + 8), 4 + -(-len(found) // COLUMNS) * height), "white")
draw = ImageDraw.Draw(sheet)
for k, (rgb, said) in enumerate(found):
    x, y = k % COLUMNS * (FACE_PX + 8) + 4, 4 + k // COLUMNS * height
    sheet.paste(Image.fromarray(resized(rgb, FACE_PX, FACE_PX)), (x, y))
    for i, (text, ink) in enumerate(lines(said)):
        draw.text((x, y + FACE_PX + 3 + i * (TEXT_PX + 3)), text, ink, font)
sheet.save(out)
print(f"{len(found)} faces in {out}")
