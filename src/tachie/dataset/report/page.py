"""The report's page: what is said, in which order, beside which chart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

from tachie.core.markup import Child, Html, data_uri, document, element, figure, joined, section
from tachie.dataset.report.charts import (
    bar,
    bars,
    hue_chart,
    hue_difference,
    percent,
    resolution_chart,
    shown,
    swatch,
)
from tachie.dataset.report.gather import LISTED, Gathered, Label, Left

_REASONS = {
    "no_face": "no face was found",
    "no_box": "no figure was found",
    "too_small": "smaller than the recipe allows",
    "other_rating": "another rating than asked for",
    "rating_unknown": "a rating that nobody stated",
    "full_body": "the whole figure is shown",
    "half_body": "the figure is cut below the waist",
    "bust": "little more than the head is shown",
    "no_head": "no head was found to measure the figure by",
    "busy_background": "the ground is not of one colour",
    "chibi": "two or three heads high",
    "several": "more than one character",
    "no_front_head": "seen from behind or in profile",
    "leaning": "the figure lies beside its head",
    "greyscale": "grey, sepia or another single tone",
    "text_heavy": "writing takes much room",
    "cut_off": "the picture's edge cuts the head",
    "blurred": "even the sharpest edges are soft",
    "exact_duplicate": "the same picture a second time",
    "near_duplicate": "nearly the same as another picture",
    "not_a_picture": "the file is no picture",
    "truncated": "the file ends too early",
    "undecodable": "the file is damaged",
}
_DOUBT = ", too often wrongly to train on"
_FRAMES = {"k": "key frames", "p": "P-frames", "still": "stills"}


def page(found: Gathered) -> Html:
    """Return the whole page as one HTML file that requests nothing."""
    info = found.info
    name = Path(info["path"]).resolve().name
    style = files("tachie.dataset.report").joinpath("style.css").read_text("utf-8")
    sections = (_header(name, found), _left_out(found), _sizes(info), *_labels(found), _hues(found), _origin(found))
    return document(f"{name}: a report", style, *sections, _footer(found))


def _header(name: str, found: Gathered) -> Html:
    info = found.info
    size = info["resolution_px"]
    left = sum(item.count for item in found.left)
    figures = [
        (f"{info['rows']:,}", "pictures kept"),
        (f"{info['pictures']:,}", "looked at"),
        (f"{left:,}", "left out"),
        (f"{size['median']:.0f} px" if size["median"] else "–", "median size"),
        (_bytes(info["bytes"]), "on disk"),
    ]
    return element(
        "header",
        element("p", "A dataset of drawn pictures, in figures", class_="kicker"),
        element("h1", element("bdi", shown(name) if "_" not in name else name)),
        element("p", _lead(found), class_="lead"),
        element("dl", [element("div", element("dt", word), element("dd", n)) for n, word in figures], class_="figures"),
        _sheet(found),
    )


def _lead(found: Gathered) -> str:
    info = found.info
    if not info["rows"]:
        return f"Nothing was kept of {info['pictures']:,} pictures; the reasons are below."
    size = info["resolution_px"]
    sides = (
        f"all {size['least']} px on the shorter side"
        if size["least"] == size["most"]
        else f"from {size['least']} to {size['most']} px on the shorter side"
    )
    one = info["rows"] == 1
    said = [f"{info['rows']:,} picture{'' if one else 's'} from {info['pictures']:,} looked at, {sides}."]
    if found.labels:
        names = " and ".join(shown(label.name) for label in found.labels[:2])
        more = len(info["labels"]) - len(found.labels[:2])
        said.append(f"Labelled by {names}" + (f" and {more} more." if more else "."))
    elif not info["labels"]:
        said.append("No labels yet.")
    frames = info["frames"]
    if frames:
        said.append(f"{percent(frames.get('k', 0), sum(frames.values()))} are key frames of video.")
    unknown = info["rights"].get("unknown", 0)
    if unknown:
        of = "For none of them" if unknown == info["rows"] else f"For {info['rows'] - unknown:,} of them alone"
        said.append(f"{of} did the source state any rights.")
    return " ".join(said)


def _sheet(found: Gathered) -> Html | None:
    if not found.sheet:
        return None
    note = "Every picture of the set." if len(found.sheet) == found.info["rows"] else "Chosen by chance."
    return element("figure", _thumbs(found.sheet, "sheet", "image/webp"), element("figcaption", note))


def _thumbs(pictures: Sequence[bytes], class_: str, media_type: str) -> Html:
    images = [element("img", src=data_uri(p, media_type), alt="", loading="lazy") for p in pictures]
    return element("div", images, class_=class_)


def _left_out(found: Gathered) -> Html:
    total = sum(item.count for item in found.left)
    if not total:
        return section("Left out", element("p", "Nothing was left out: every picture that was looked at is here."))
    worst = max(found.left, key=lambda item: item.count)
    share = "" if worst.count == total else f"{percent(worst.count, total)} of them "
    said = (
        f"{total:,} {'was' if total == 1 else 'were'} left out, {share}because {_because(worst.reason)}. "
        "Each one is kept in drops.parquet with its reason."
    )
    most = worst.count
    rows = [element("li", _left_row(item, most, total)) for item in found.left]
    return section("Left out", element("p", said), element("ul", rows, class_="rows"))


def _because(reason: str) -> str:
    return {
        "no_face": "no face was found",
        "exact_duplicate": "the same picture was there twice",
        "near_duplicate": "they nearly equal another picture",
        "too_small": "they are smaller than the recipe allows",
    }.get(reason, f"of “{shown(reason)}”")


def _left_row(item: Left, most: int, total: int) -> Html:
    explained = _REASONS.get(item.reason)
    name = element(
        "span",
        element("bdi", shown(item.reason)),
        element("small", explained or f"in {shown(item.stage)}"),
        class_="name",
    )
    count = element("span", f"{item.count:,} ", element("small", percent(item.count, total)), class_="count")
    strip = _thumbs(item.thumbnails, "strip whole", "image/jpeg") if item.thumbnails else None
    return joined(name, element("span", bar(item.count, most), count, class_="measure"), strip)


def _sizes(info: dict[str, Any]) -> Html | None:
    size = info["resolution_px"]
    if size["median"] is None:
        return None
    below = sum(n for px, n in size["bins"].items() if int(px) <= 32)
    said = f"Half of the pictures are larger than {size['median']:.0f} px on their shorter side."
    if size["least"] == size["most"]:
        said = f"All pictures are {size['least']} px on their shorter side."
    elif below:
        said += f" {percent(below, info['rows'])} are under 45 px: too few pixels for most networks."
    chart = resolution_chart(size["bins"], size["median"])
    note = (
        "Pictures by the shorter side in pixels, on a logarithmic axis. Bins end at 2 to the power of i + ½, so that "
        "each holds what would be resized to one power of two."
    )
    return section("How large they are", element("p", said), figure(chart, note))


def _labels(found: Gathered) -> list[Html]:
    sections = [_label(found, label) for label in found.labels]
    if found.flags:
        whole = max(known for _, _, known in found.flags)
        rows = []
        for name, yes, known in sorted(found.flags, key=lambda flag: -flag[1] / max(1, flag[2])):
            rows.append(
                element(
                    "li",
                    element("span", element("bdi", shown(name)), _guess(found.info, name), class_="name"),
                    bar(yes, known),
                    element("span", percent(yes, known), element("small", f" of {known:,}"), class_="count"),
                )
            )
        said = f"{len(found.flags)} labels say yes or no, for up to {whole:,} pictures. The bar is the share of yes."
        sections.append(section("Yes or no", element("p", said), element("ul", rows, class_="bars")))
    pictured = {label.name for label in found.labels} | {name for name, _, _ in found.flags}
    rest = {name: label for name, label in found.info["labels"].items() if name not in pictured}
    if rest:
        rows = [
            element(
                "li",
                element("b", element("bdi", shown(name))),
                f": {len(label['values']):,} value{'s' * (len(label['values']) != 1)}, ",
                f"known for {label['known']:,}",
                _guess(found.info, name),
            )
            for name, label in list(rest.items())[:LISTED]
        ]
        sections.append(section("Other labels", element("ul", rows, class_="plain")))
    return sections


def _guess(info: dict[str, Any], name: str) -> Html | None:
    """Return a mark where a label rests on a tagger that is too often wrong about it."""
    by = info["labels"].get(name, {}).get("by", {})
    return (
        element("small", "mostly guessed")
        if max(by, key=lambda speaker: by[speaker], default="").endswith("not trusted")
        else None
    )


def _label(found: Gathered, label: Label) -> Html:
    counts = {value.name: value.count for value in label.values}
    most = max(counts.values())
    largest = max(counts, key=lambda name: counts[name])
    least = min(counts, key=lambda name: counts[name])
    title = shown(label.name).capitalize()
    said: list[Child] = [f"Known for {label.known:,} pictures ({percent(label.known, found.info['rows'])}). "]
    by = found.info["labels"].get(label.name, {}).get("by", {})
    tagged = sum(n for speaker, n in by.items() if speaker.startswith("tagger"))
    if tagged:
        whose = "all" if tagged == label.known else f"{tagged:,} of them"
        said.append(f"A tagger says {whose}{_DOUBT if _guess(found.info, label.name) else ''}. ")
    if len(counts) > 1:
        said += [
            "Most frequent is ",
            element("bdi", shown(largest)),
            f" with {counts[largest]:,}, rarest{' of those shown' if label.others else ''} ",
            element("bdi", shown(least)),
            f" with {counts[least]:,}: {counts[largest] / counts[least]:,.1f} to one.",
        ]
    rows = []
    for value in label.values:
        name = element("span", element("span", swatch(value.name), element("bdi", shown(value.name))), class_="name")
        count = element(
            "span", f"{value.count:,} ", element("small", percent(value.count, label.known)), class_="count"
        )
        measure = element("span", bar(value.count, most, value.by_subset, found.subsets), count, class_="measure")
        rows.append(element("li", name, measure, _thumbs(value.samples, "strip", "image/webp")))
    parts: list[Child] = [element("p", said)]
    if found.subset and any(len(v.by_subset) > 1 for v in label.values):
        keys = [
            element("span", element("i", class_=f"key p{i}"), element("bdi", shown(name)))
            for i, name in enumerate(found.subsets)
        ]
        parts.append(element("p", f"By {shown(found.subset)}: ", keys, class_="legend"))
    parts.append(element("ul", rows, class_="rows"))
    if label.others:
        plural = "s" * (label.others != 1)
        parts.append(
            element("p", f"{label.others:,} more value{plural} with {label.others_count:,} pictures.", class_="note")
        )
    return section(title, *parts)


def _hues(found: Gathered) -> Html | None:
    if found.hue is None:
        return None
    grey = f" {found.colourless:,} without any colour are left out of it." if found.colourless else ""
    note = (
        f"Mean of {found.hue_pictures:,} pictures, 32 bins of 11.25°. A pixel counts by its chroma, so that lines and "
        f"paper, which have no hue, do not.{grey}"
    )
    warm = float(found.hue[[31, 0, 1, 2, 3, 4]].sum())
    parts: list[Child] = [
        element(
            "p", f"{percent(warm, 1)} of the colour lies between 349° and 56°: skin, and whatever is warm beside it."
        ),
        figure(hue_chart(found.hue), note),
    ]
    for label in found.labels:
        told = [(value, value.hue) for value in label.values if value.hue is not None]
        if len(told) < 2:
            continue
        most = max(float(np.abs(hue - found.hue).max()) for _, hue in told)
        small = [
            element(
                "div",
                element(
                    "h4", swatch(value.name), element("bdi", shown(value.name)), element("small", f" {value.count:,}")
                ),
                hue_difference(hue, found.hue, most),
            )
            for value, hue in told
        ]
        note = (
            f"Each value's mean histogram less the mean of all; up is more, down is less. Full height is "
            f"{100 * most:.1f} percentage points in every panel."
        )
        parts.append(element("h3", f"What sets each {shown(label.name)} apart"))
        parts.append(figure(element("div", small, class_="panels"), note))
    return section("Colour", *parts)


def _origin(found: Gathered) -> Html:
    info = found.info
    rows = info["rows"]
    parts: list[Child] = []
    if found.episodes or info["frames"]:
        parts += _frames(found)
    for heading, key in (("Sources", "sources"), ("Ratings", "ratings"), ("Rights", "rights")):
        counts = dict(Counter(info[key]).most_common(LISTED))
        if not counts or (key == "ratings" and set(counts) == {"unknown"}):
            continue
        parts.append(element("h3", heading))
        if key == "rights":
            said = "The pictures belong to their makers. Unknown means that nothing was stated: do not redistribute."
            parts.append(element("p", said))
        parts.append(bars(counts, rows, rows))
        if len(info[key]) > LISTED:
            parts.append(element("p", f"And {len(info[key]) - LISTED:,} more.", class_="note"))
    if read := info["sidecars"]["read"]:
        parts += [element("h3", "Files beside them that spoke"), bars(read, info["pictures"], info["pictures"])]
        if faults := info["sidecars"]["faults"]:
            said = ", ".join(f"{shown(reason)} {count:,}" for reason, count in faults.items())
            note = f"With faults: {said}. Each is named in drops.parquet; no picture was lost by them."
            parts.append(element("p", note, class_="note"))
    return section("Where they come from", *parts)


def _frames(found: Gathered) -> list[Child]:
    frames = found.info["frames"]
    total = sum(frames.values())
    types = [
        name for name in ("k", "p", "still") if any(c.get(name) for c in found.episodes.values()) or frames.get(name)
    ]
    keys = [element("span", element("i", class_=f"key p{i}"), _FRAMES[name]) for i, name in enumerate(types)]
    said = ", ".join(
        f"{frames[name]:,} {_FRAMES[name]} ({percent(frames[name], total)})" for name in types if name in frames
    )
    parts: list[Child] = [element("h3", "Frames and episodes")]
    if said:
        parts.append(element("p", f"{said}."))
    parts.append(element("p", keys, class_="legend"))
    episodes = list(found.episodes.items())
    most = max((sum(c.values()) for _, c in episodes), default=total)
    rows = [
        element(
            "li",
            element("span", element("bdi", shown(name)), class_="name"),
            bar(sum(counted.values()), most, counted, types),
            element("span", f"{sum(counted.values()):,}", class_="count"),
        )
        for name, counted in (episodes[:LISTED] or [("all", Counter(frames))])
    ]
    parts.append(element("ul", rows, class_="bars"))
    if len(episodes) > LISTED:
        parts.append(element("p", f"And {len(episodes) - LISTED:,} more episodes.", class_="note"))
    return parts


def _footer(found: Gathered) -> Html:
    info = found.info
    inputs = ", ".join(info["inputs"][:12]) + (
        f" and {len(info['inputs']) - 12} more" if len(info["inputs"]) > 12 else ""
    )
    broken = f" {found.unreadable:,} stored pictures could not be read." if found.unreadable else ""
    return element(
        "footer",
        element(
            "p",
            "Made by tachie ",
            info["program_version"],
            " from ",
            element("bdi", inputs),
            f". Pictures are chosen by seed {found.seed}, never by hand.{broken}",
        ),
    )


def _bytes(count: int) -> str:
    size = float(count)
    for unit in ("B", "kB", "MB"):
        if size < 1000:
            return f"{size:.0f} {unit}" if size >= 10 or unit == "B" else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:.1f} GB"
