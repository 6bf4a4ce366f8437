"""Captions of booru words: labels and tags of a face, most telling first, separated by ", ".

Trainers shuffle what stands between commas, so no word has one of its own. Where a label and a board's tag speak of one
attribute, the label decides: a tag that it contradicts is left out, one that says the same in finer words is kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tachie.core.attributes import ATTRIBUTES, YES, attribute_of_tag
from tachie.export._request import CaptionStyle

_WORDS = {
    "hair_color": "{} hair",
    "eye_color": "{} eyes",
    "twin_tail": "twintails",
    "ribbon": "hair ribbon",
    "skin:tan": "tan",
    "skin:dark": "dark skin",
    "skin:fair": "",  # nobody tags it
}
# Of the file and its posting, not of the picture.
_NOT_SEEN = {
    "absurdres", "highres", "lowres", "commentary", "english_commentary", "translated", "duplicate", "md5_mismatch",
    "resolution_mismatch", "revision", "source_larger", "third-party_edit", "scan", "jpeg_artifacts", "tagme",
}  # fmt: skip
_NOT_SEEN_ENDS = ("_request", "_commentary", "_id", "_mismatch", "_sample", "_available")
_FACE_TAG = 3  # letters: ^_^ and ;_; keep their underscores


def caption(tags: Iterable[str], labels: Mapping[str, str], style: CaptionStyle) -> str:
    """Return the caption of one picture, perhaps empty."""
    words = [*fixed_words(style), *caption_words(tags, labels, style)]
    return ", ".join(dict.fromkeys(words))


def fixed_words(style: CaptionStyle) -> list[str]:
    """Return the words that begin every caption and that trainers are told to keep in place."""
    return [word for word in (_plain(style.trigger, style), _plain(style.class_word, style)) if word]


def caption_words(tags: Iterable[str], labels: Mapping[str, str], style: CaptionStyle) -> list[str]:
    """Return the words of one picture: character, attributes, then its other tags."""
    finer: dict[str, list[str]] = {}
    others = []
    for tag in tags if style.from_tags else ():
        key = "_".join(tag.lower().split())
        if key in _NOT_SEEN or key.endswith(_NOT_SEEN_ENDS):
            continue
        said = attribute_of_tag(tag)
        if said is None:
            others.append(tag)
        elif labels.get(said[0], said[1]) == said[1]:
            finer.setdefault(said[0], []).append(tag)
    words = [labels["character"]] if labels.get("character") else []
    for name in ATTRIBUTES:
        words += finer.get(name) or [_attribute(name, labels.get(name))]
    words += others
    return [plain for plain in dict.fromkeys(_plain(word, style) for word in words) if plain]


def _attribute(name: str, value: str | None) -> str:
    if value is None or value == "no":
        return ""
    pattern = _WORDS.get(f"{name}:{value}", _WORDS.get(name))
    if pattern is not None:
        return pattern.format(value)
    return name if value == YES else ""


def _plain(word: str, style: CaptionStyle) -> str:
    """Return a word without commas and line breaks, with spaces or underscores between its parts."""
    parts = word.replace(",", " ").split()
    if style.underscores:
        return "_".join(parts)
    text = " ".join(parts)
    return text if len(text) <= _FACE_TAG else " ".join(text.replace("_", " ").split())
