"""`picture.txt` and `picture.caption`, as kohya's trainers and most others read them: tags, or a sentence.

Tags are separated by commas or lines where there are any, else by blanks. A sentence is kept whole, as the label
`caption`: its words are no tags, and "a girl beside a blonde" says nothing certain of anybody's hair.
"""

from __future__ import annotations

import re

from tachie.core.attributes import attribute_of_tag
from tachie.sources.sidecars._said import Said, tags_of, text

TITLE = "captions"
LONGEST_CAPTION = 5_000
_BETWEEN = re.compile(r"[,，、\n]")
_NETWORK = re.compile(r"<(?:lora|lyco|hypernet)[^<>]{0,200}>")
_WEIGHTED = re.compile(r"\(+([^()]+?)(?::[\d.]+)?\)+")
# Words that sentences are made of, and tags hardly.
_SMALL = frozenset(
    (
        "a", "an", "the", "is", "are", "was", "has", "have", "with", "and", "of", "in", "on", "at", "to", "from", "by",
        "her", "his", "their", "its", "she", "he", "it", "they", "who", "that", "this", "there", "wearing",
    )
)  # fmt: skip
_SMALL_SHARE = 0.34  # "a girl with blonde hair, smiling, in a park" has .44, "hand on own hip, holding a sword" .29
_LONG_PARTS = 4.0  # words between commas: tags have one to three


def read_caption(content: str) -> Said:
    """Return the tags of a caption file, or its sentence as the label `caption`."""
    content = _NETWORK.sub("", content)
    if is_sentence(content):
        said = text(content, LONGEST_CAPTION)
        return Said(dialect=TITLE, labels={"caption": said} if said else {})
    parts = [p for p in _BETWEEN.split(content) if p.strip()]
    if len(parts) == 1 and ("_" in content or attribute_of_tag(parts[0]) is None):  # "blonde hair" is one tag
        parts = parts[0].split()
    return Said(dialect=TITLE, tags=tags_of([_unweighted(part.strip()) for part in parts]))


def is_sentence(content: str) -> bool:
    """Return whether a caption is prose rather than a list of tags."""
    words, parts = content.lower().split(), [p for p in _BETWEEN.split(content) if p.strip()]
    if "。" in content:
        return True
    if len(words) < 4:
        return False
    small = sum(word.strip(".,") in _SMALL for word in words) / len(words)
    if len(parts) == 1:
        return "_" not in content and small > 0
    each = len(words) / len(parts)
    if "_" in content and each < 2 * _LONG_PARTS and small < _SMALL_SHARE:
        return False
    return each > _LONG_PARTS or (each >= 2.5 and (small >= _SMALL_SHARE or content.rstrip().endswith(".")))


def _unweighted(part: str) -> str:
    """Return a tag without the weight and the escapes of prompts: (smile:1.2) and joker \\(dc\\)."""
    found = _WEIGHTED.fullmatch(part)
    return (found[1] if found else part).replace("\\(", "(").replace("\\)", ")")
