"""The leak report's page: the verdict, the nearest pairs as pictures, how near the nearest are, and what straddles."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import suppress
from importlib.resources import files
from typing import Any

import numpy as np

from tachie.core.errors import Unreadable
from tachie.core.images import decode, encode_webp, fitted
from tachie.core.markup import Child, Html, data_uri, document, element, escaped, figure, joined, section
from tachie.dataset.reader import Dataset
from tachie.dataset.report.charts import bar, percent, shown
from tachie.dataset.split import ADDITIONAL, JUDGED, TRAIN, VALUES
from tachie.pipeline.leaks.measure import ATTACHED, HASH_BITS, PAIRS, Across, Leaks, Pair
from tachie.pipeline.likeness import BITS, NEIGHBOURS, NOMINATED
from tachie.vision.alike import SAME_DRAWING

_PX = 128
_BINS = 36
_TELLING = ("character", "class")


def page(leaks: Leaks) -> Html:
    """Return the whole page as one HTML file that requests nothing."""
    style = files("tachie.pipeline.leaks").joinpath("style.css").read_text("utf-8")
    name = leaks.dataset.path.resolve().name
    return document(
        f"{name}: what leaks across the split",
        style,
        _header(name, leaks),
        _pairs(leaks),
        _nearness(leaks),
        _hashes(leaks),
        _keys(leaks),
        _classes(leaks),
        _footer(leaks),
    )


def _header(name: str, leaks: Leaks) -> Html:
    counts = Counter(leaks.values)
    figures = [(f"{counts[TRAIN]:,}", "trained on")]
    for across in leaks.parts:
        figures.append((f"{across.rows:,}", across.part))
        figures.append((_share(across), f"of {across.part} copied"))
    figures.append((_share(leaks.by_chance), "by a random split"))
    if counts[ADDITIONAL]:
        figures.append((f"{counts[ADDITIONAL]:,}", "in neither"))
    return element(
        "header",
        element("p", "What leaks across a split", class_="kicker"),
        element("h1", element("bdi", name if "_" in name else shown(name))),
        element("p", _verdict(leaks), class_="lead"),
        element("dl", [element("div", element("dt", word), element("dd", n)) for n, word in figures], class_="figures"),
    )


def _verdict(leaks: Leaks) -> str:
    said = []
    for across in leaks.parts:
        of = f"the {across.rows:,} of the test set" if across.part == ATTACHED else f"{across.rows:,} for {across.part}"
        if across.copied:
            said.append(f"Of {of}, {across.copied:,} ({_share(across)}) show what is trained on.")
        else:
            said.append(f"Of {of}, none shows what is trained on.")
    said.append(f"Dealt out by chance it would be {_share(leaks.by_chance)}.")
    crossing = [key for key in leaks.keys if key.across]
    if leaks.keys and not crossing:
        said.append("No group lies on both sides.")
    elif crossing:
        told = ", ".join(f"{key.across:,} by {shown(key.key)}" for key in crossing)
        said.append(f"Groups on both sides: {told}.")
    return " ".join(said)


def _share(across: Across) -> str:
    return percent(across.copied, across.rows)


def _pairs(leaks: Leaks) -> Html:
    chosen: list[Pair] = []
    trained: set[int] = set()
    ranked = sorted((p for a in leaks.parts for p in a.pairs), key=lambda p: (not p.copy, -p.fit, p.bits, -p.cosine))
    for pair in ranked:  # each training picture once: an opening would fill the page
        if pair.trained not in trained and len(chosen) < PAIRS:
            trained.add(pair.trained)
            chosen.append(pair)
    ours = {p.trained for p in chosen} | {p.judged for p in chosen if p.part != ATTACHED}
    here = _Shown.of(leaks.dataset, ours)
    there = _Shown.of(leaks.others, {p.judged for p in chosen if p.part == ATTACHED}) if leaks.others else here
    copies = sum(pair.copy for pair in ranked)
    said = (
        f"Left what is judged, right what is trained on. From a fit of {SAME_DRAWING} (one laid over the other, as "
        f"correlation) or {BITS} bits of the hash downwards it counts as a copy."
    )
    if not copies:
        said += " None does here: these are the nearest there are."
    tiles = [_tile(pair, there if pair.part == ATTACHED else here, here) for pair in chosen]
    more = f"{copies:,} copies in all; the {len(chosen)} that fit best are shown." if copies > len(chosen) else None
    note = element("p", more, class_="note") if more else None
    return section("The nearest pairs", element("p", said), element("div", tiles, class_="pairs"), note)


class _Shown:
    """Thumbnails of some rows, and what a caption says of them."""

    def __init__(self, pictures: Mapping[int, bytes], rows: list[dict[str, Any]], labels: Mapping[str, str]) -> None:
        self.pictures, self.rows, self.labels = pictures, rows, labels

    @classmethod
    def of(cls, dataset: Dataset, wanted: Iterable[int]) -> _Shown:
        rows = dataset.columns(["id", "source_path", "episode", "frame"]).to_pylist()
        pictures = {}
        for row, data in dataset.images_of(set(wanted)):
            with suppress(Unreadable):
                pictures[row] = encode_webp(fitted(decode(data).rgb, _PX)[0])
        labels = dataset.labels()
        return cls(pictures, rows, next((labels[name] for name in _TELLING if name in labels), {}))

    def picture(self, row: int) -> Html:
        data = self.pictures.get(row)
        title = f"{self.rows[row]['id'][:16]} {self.rows[row]['source_path']}"
        return element("img", src=data_uri(data, "image/webp") if data else "data:,", alt="", title=title)

    def name(self, row: int) -> str:
        known = self.rows[row]
        frame = known["frame"]
        where = known["source_path"]
        if frame and known["episode"]:
            where = f"{known['episode']} {frame['pts_s'] // 60:.0f}:{frame['pts_s'] % 60:04.1f}"
        who = self.labels.get(known["id"])
        return f"{who}, {where}" if who else str(where)


def _tile(pair: Pair, judged: _Shown, trained: _Shown) -> Html:
    fit = element("b", f"fit {pair.fit:.2f}", class_=None if pair.copy else "apart")
    caption = joined(fit, f" · {pair.bits} bits · cosine {pair.cosine:.2f}", element("br"))
    names = element(
        "small", element("bdi", judged.name(pair.judged)), " / ", element("bdi", trained.name(pair.trained))
    )
    two = element("div", judged.picture(pair.judged), trained.picture(pair.trained), class_="two")
    return element("figure", two, element("figcaption", caption, names), class_="pair")


def _nearness(leaks: Leaks) -> Html:
    judged = np.concatenate([across.cosines for across in leaks.within or leaks.parts])
    chance = leaks.by_chance.cosines
    low = float(min(np.quantile(judged, 0.01), np.quantile(chance, 0.01)))
    edges = np.linspace(low, 1, _BINS + 1)
    here, there = (np.histogram(c.clip(low, 1), edges)[0] / max(1, len(c)) for c in (judged, chance))
    note = joined(
        "How like each judged picture is to the nearest that is trained on (cosine of features of colour and edges). ",
        element("i", class_="key p0"),
        "this split ",
        element("i", class_="line"),
        f"dealt out by chance. From {NOMINATED} on the pixels are asked.",
    )
    told = f"Median {np.median(judged):.3f}, by chance {np.median(chance):.3f}: "
    gap = float(np.median(chance) - np.median(judged))
    told += (
        "what is judged is as like the training part as it would be by chance."
        if gap < 0.005
        else "what is judged is less like the training part than it would be by chance."
    )
    chart = _histogram(here, there, edges)
    return section("How near the nearest are", element("p", told), figure(chart, note))


def _histogram(here: np.ndarray[Any, Any], there: np.ndarray[Any, Any], edges: np.ndarray[Any, Any]) -> Html:
    """Return columns of one distribution with the outline of another over them; across in percent, down in px."""
    height, axis = 210, 22
    low, most = height - axis, float(max(here.max(), there.max())) or 1.0
    wide = 100 / _BINS
    tall = [(low - 8) * v / most for v in here.tolist()]
    marks = [
        element("rect", x=f"{k * wide:.3f}%", width=f"{wide - 0.2:.3f}%", y=low - t, height=t, class_="here")
        for k, t in enumerate(tall)
    ]
    level = [low - (low - 8) * v / most for v in there.tolist()]
    for k, y in enumerate(level):
        x0, x1 = f"{k * wide:.3f}%", f"{(k + 1) * wide:.3f}%"
        marks.append(element("line", x1=x0, x2=x1, y1=y, y2=y, class_="chance"))
        if k:
            marks.append(element("line", x1=x0, x2=x0, y1=level[k - 1], y2=y, class_="chance"))
    marks.append(element("line", x1="0%", x2="100%", y1=low, y2=low, class_="axis"))
    for k in range(0, _BINS + 1, 6):
        anchor = "start" if k == 0 else "end" if k == _BINS else "middle"
        at = f"{k * wide:.3f}%"
        marks.append(element("text", f"{edges[k]:.2f}", x=at, y=height - 4, text_anchor=anchor, class_="tick"))
    label = escaped("Cosine of each judged picture to its nearest in training, this split and a random one")
    return Html(f'<svg width="100%" height="{height}" role="img" aria-label="{label}">{joined(marks)}</svg>')


def _hashes(leaks: Leaks) -> Html:
    columns: list[Across] = [*leaks.parts, leaks.by_chance]
    head = element("tr", element("th", "Bits apart, of 64"), [element("th", across.part) for across in columns])
    rows = [
        element(
            "tr",
            element("td", "equal" if most == 0 else f"at most {most}"),
            [
                element("td", percent(a.hash_rows[most], a.rows), element("small", _pair_count(a, most)))
                for a in columns
            ],
        )
        for most in HASH_BITS
    ]
    said = (
        "The share of judged pictures whose perceptual hash is so near one that is trained on, and how many such pairs "
        "there are. Up to 4 bits are what encoding and scaling change; at 8 some unlike pictures come along."
    )
    return section("By hash", element("p", said), element("div", element("table", head, rows), class_="scroll"))


def _pair_count(across: Across, most: int) -> str:
    count = across.hash_pairs[most]
    return f"{count:,} pair{'s' * (count != 1)}"


def _keys(leaks: Leaks) -> Html | None:
    if not leaks.keys:
        said = "The dataset does not say what its pictures have in common: no episode, post, game, artist or picture."
        return section("What belongs together", element("p", said)) if leaks.within else None
    judged = sum(across.rows for across in leaks.within)
    words = ("", "groups", "on both sides", "judged pictures in those", "on both sides, by chance")
    rows = [
        element(
            "tr",
            element("td", element("bdi", shown(key.key)), element("small", key.what)),
            element("td", f"{key.groups:,}"),
            element("td", f"{key.across:,}"),
            element("td", f"{key.judged:,}", element("small", percent(key.judged, judged)) if key.judged else None),
            element("td", f"{key.by_chance:,}"),
        )
        for key in leaks.keys
    ]
    said = (
        "Groups of two or more pictures, and how many of them have some that are judged and some that are trained on."
    )
    table = element("table", element("tr", [element("th", word) for word in words]), rows)
    return section("What belongs together", element("p", said), element("div", table, class_="scroll"))


def _classes(leaks: Leaks) -> Html | None:
    labels = leaks.dataset.labels()
    stated = leaks.about.get("label")
    name = stated if stated in labels else next((n for n in _TELLING if n in labels), None)
    if name is None:
        return None
    ids = leaks.dataset.columns(["id"]).column("id").to_pylist()
    table: dict[str, Counter[str]] = {}
    for row_id, value in zip(ids, leaks.values, strict=True):
        if row_id in labels[name]:
            table.setdefault(labels[name][row_id], Counter())[value] += 1
    largest = sorted(table.items(), key=lambda item: -item[1].total())[:40]
    if len(largest) < 2:
        return None
    used = [value for value in VALUES if any(counted[value] for _, counted in largest)]
    keys = [element("span", element("i", class_=f"key p{i}"), value) for i, value in enumerate(VALUES) if value in used]
    most = largest[0][1].total()
    rows = []
    for value, counted in largest:
        judged = sum(counted[part] for part in JUDGED)
        of = counted[TRAIN] + judged
        rows.append(
            element(
                "li",
                element("span", element("bdi", shown(value)), class_="name"),
                bar(counted.total(), most, counted, VALUES),
                element(
                    "span", f"{counted.total():,}", element("small", f" {percent(judged, of)} judged"), class_="count"
                ),
            )
        )
    absent = [value for value, counted in table.items() if not any(counted[p] for p in JUDGED) and counted[TRAIN]]
    said: Child = None
    if absent and leaks.within:
        said = element("p", f"Trained on but not judged: {', '.join(shown(v) for v in sorted(absent)[:12])}.")
    title = f"Classes: {shown(name)}"
    return section(title, said, element("p", keys, class_="legend"), element("ul", rows, class_="bars"))


def _footer(leaks: Leaks) -> Html:
    about = leaks.about
    made = ""
    if about.get("random"):
        made = "The split is random, row by row. "
    elif about.get("keys"):
        made = f"The split keeps together: {', '.join(about['keys'])}. "
    said = (
        f"{made}Features are 718 numbers of colour and edges; the nearest {NEIGHBOURS} of each judged picture are "
        "looked at. The random split deals out the same rows, by seed 0."
    )
    return element("footer", element("p", said))
