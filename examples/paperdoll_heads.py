"""A sheet of drawn heads, eight a row: how `docs/paperdolls-heads.png` is made.

Usage: python examples/paperdoll_heads.py COUNT FIRST_SEED OUT.png [NAME=VALUE ...]      for example: 56 6000 heads.png
"""

import sys

from PIL import Image

from tachie.paperdoll import draw_paperdoll

SIDE_PX, COLUMNS = 150, 8

count, first, out = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
fixed = dict(word.split("=", 1) for word in sys.argv[4:])
sheet = Image.new("RGB", (SIDE_PX * COLUMNS, SIDE_PX * -(-count // COLUMNS)), "white")
for k in range(count):
    doll = draw_paperdoll(first + k, fixed)
    x0, y0, x1, y1 = doll.head_xyxy
    # Rendered so large that the square around the head, a third wider than it, is twice a cell of the sheet.
    side = 1.3 * max(x1 - x0, y1 - y0)
    width_px = round(doll.width_px * 2 * SIDE_PX / side)
    scale = width_px / doll.width_px
    left, top = (scale * ((x0 + x1) / 2 - side / 2), scale * ((y0 + y1) / 2 - side / 2))
    picture = Image.fromarray(doll.rgb(width_px))
    whole = Image.new("RGB", (2 * SIDE_PX, 2 * SIDE_PX), picture.getpixel((0, 0)))
    whole.paste(picture, (-round(left), -round(top)))
    sheet.paste(
        whole.resize((SIDE_PX, SIDE_PX), Image.Resampling.LANCZOS), (k % COLUMNS * SIDE_PX, k // COLUMNS * SIDE_PX)
    )
sheet.quantize(256, kmeans=1).save(out, optimize=True)
print(f"{count} heads in {out}")
