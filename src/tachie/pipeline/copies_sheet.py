"""The page that shows clusters of near-duplicates."""

from __future__ import annotations

import base64
import html
from pathlib import Path
from typing import TYPE_CHECKING

from tachie.core.errors import Unreadable
from tachie.core.files import write_atomically
from tachie.core.images import decode, encode_jpeg, fitted
from tachie.dataset.reader import Dataset
from tachie.dataset.writer import THUMBNAIL_PX

if TYPE_CHECKING:
    from tachie.pipeline.dedupe import Found

_MOST_IN_A_ROW = 24


def write_sheet(dataset: Dataset, found: Found, page: Path, most: int = 200) -> Path:
    """Write one HTML file that shows the clusters, a row each, the best copy first and framed; returns it."""
    shown = found.groups[:most]
    wanted = {row for group in shown for row in group}
    sizes = dataset.columns(["id", "width", "height", "source_path"]).to_pylist()
    pictures = {row: data for row, (_, data) in enumerate(dataset.images()) if row in wanted}
    kept = {row for group in shown for row in group if row not in found.gone}

    def figure(row: int) -> str:
        known = sizes[row]
        source = base64.b64encode(thumbnail(pictures[row]) or b"").decode()
        title = html.escape(f"{known['id'][:16]} {known['source_path']}", quote=True)
        stays = " class=stays" if row in kept else ""
        picture = f'<img src="data:image/jpeg;base64,{source}" alt="">'
        size = f"<figcaption>{known['width']} × {known['height']}</figcaption>"
        return f'<figure{stays} title="{title}">{picture}{size}</figure>'

    rows = "\n".join(f"<section>{''.join(map(figure, group[:_MOST_IN_A_ROW]))}</section>" for group in shown)
    count = sum(len(group) for group in found.groups)
    head = (
        f"{count:,} of {len(dataset):,} pictures in {len(found.groups):,} clusters, by {found.by}; "
        f"{len(found.gone):,} would go, those with a frame stay."
    )
    more = f"<p>The first {most} clusters are shown.</p>" if len(found.groups) > most else ""
    name = html.escape(dataset.path.name)
    write_atomically(page, _PAGE.format(name=name, head=head, more=more, rows=rows))
    return page


_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Copies in {name}</title>
<meta name="viewport" content="width=device-width"><style>
body {{ font: 15px/1.5 system-ui, sans-serif; margin: 2rem; color: #222; background: #fff }}
section {{ display: flex; flex-wrap: wrap; gap: 6px; padding: 8px 0; border-bottom: 1px solid #ddd }}
figure {{ margin: 0; text-align: center; border: 3px solid transparent; border-radius: 6px }}
figure.stays {{ border-color: #2a7f3f }}
img {{ height: 96px; display: block; border-radius: 3px }}
figcaption {{ font-size: 12px; color: #666 }}
@media (prefers-color-scheme: dark) {{ body {{ color: #ddd; background: #16181c }} section {{ border-color: #333 }} }}
</style><h1>Copies in {name}</h1><p>{head}</p>{more}
{rows}
</html>
"""


def thumbnail(data: bytes) -> bytes | None:
    """Return a small JPEG of a stored picture, None where it cannot be read."""
    try:
        return encode_jpeg(fitted(decode(data).rgb, THUMBNAIL_PX)[0])
    except Unreadable:
        return None
