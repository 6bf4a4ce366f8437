"""A sheet of standing pictures, eight a row: how `docs/paperdolls-sheet.png` and `docs/paperdolls-chibi.png` are made.

Usage: python examples/paperdoll_sheet.py COUNT FIRST_SEED OUT.png [NAME=VALUE ...]      for example: 24 0 dolls.png
"""

import sys

from PIL import Image

from tachie.paperdoll import draw_paperdoll

WIDTH_PX, COLUMNS = 165, 8

count, first, out = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
fixed = dict(word.split("=", 1) for word in sys.argv[4:])
height_px = WIDTH_PX * 4 // 3
sheet = Image.new("RGB", (WIDTH_PX * COLUMNS, height_px * -(-count // COLUMNS)), "white")
for k in range(count):
    picture = Image.fromarray(draw_paperdoll(first + k, fixed).rgb(2 * WIDTH_PX))
    small = picture.resize((WIDTH_PX, height_px), Image.Resampling.LANCZOS)
    sheet.paste(small, (k % COLUMNS * WIDTH_PX, k // COLUMNS * height_px))
sheet.quantize(256, kmeans=1).save(out, optimize=True)
print(f"{count} pictures in {out}")
