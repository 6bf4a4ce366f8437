"""What a tagger says of a face, in the form that travels with an item and is kept in a dataset."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tachie.core.attributes import UNKNOWN


@dataclass(frozen=True, slots=True)
class TaggedLabel:
    """A label that a tagger may give.

    `precision` is what was measured on real faces, None where nobody has; a label that is not `trusted` is kept, but
    nothing is trained on it unless somebody asks for it by name.
    """

    name: str
    trusted: bool = True
    precision: float | None = None


@dataclass(frozen=True, slots=True)
class Tagged:
    """What was said of one face.

    `probabilities` is label -> value -> 0..1; `labels` is label -> the value that is taken for true, or "unknown";
    `tags` are words of the tagger's own, where it keeps them.
    """

    probabilities: Mapping[str, Mapping[str, float]]
    labels: Mapping[str, str]
    tags: Sequence[str] = field(default=())

    def known(self) -> dict[str, tuple[str, float]]:
        """Return label -> (value, probability) of what is not unknown."""
        return {
            name: (value, self.probabilities[name][value]) for name, value in self.labels.items() if value != UNKNOWN
        }
