"""Episodes of a drawn television show: planned from a seed, filmed frame by frame, with their truth."""

from __future__ import annotations

from tachie.paperdoll.episode.frames import Film, Head
from tachie.paperdoll.episode.script import LEAST_S, MOST_S, plan_episode
from tachie.paperdoll.episode.shots import FPS, Clip, Episode, Shot
from tachie.paperdoll.episode.truth import FORMAT, TruthOf, heads_at

__all__ = [
    "FORMAT",
    "FPS",
    "LEAST_S",
    "MOST_S",
    "Clip",
    "Episode",
    "Film",
    "Head",
    "Shot",
    "TruthOf",
    "heads_at",
    "plan_episode",
]
