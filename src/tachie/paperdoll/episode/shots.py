"""What a shot is: a plate, a camera, actors with their beats. Everything at a frame follows from its number alone.

Lengths are in stage units (1280 by 720, x right, y down), times in frames, as 24 a second.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import pi, sin

from tachie.paperdoll.acting import MOODS, UPRIGHT, Look, Stand

FPS = 24
STAGE_WIDE, STAGE_HIGH = 1280, 720
Tint = tuple[float, float, float]
DAYLIGHT: Tint = (1.0, 1.0, 1.0)

_BREATH = 72  # frames a breath
_BREATH_STEP = 6  # a breath is drawn on sixes, a talking mouth on threes, a blink and a turn on twos
_BLINK = (0.5, 0.5, 1.0, 1.0, 1.0, 0.5, 0.5)
_TURN = (1 / 3, 1 / 3, 0.75, 0.75)  # how far a turn of the head is, frame by frame
_HOP = (0.0, -14.0, -22.0, -24.0, -22.0, -14.0, 0.0, 5.0, 5.0, 2.0, 2.0)
_ENTER = (1.0, 1.0, 0.5, 0.5, 0.22, 0.22, 0.08, 0.08, 0.02, 0.02)


@dataclass(frozen=True, slots=True)
class View:
    """Where the camera looks: its middle's distance from the stage's middle, and how much larger things are."""

    x: float = 0.0
    y: float = 0.0
    zoom: float = 1.0


@dataclass(frozen=True, slots=True)
class Camera:
    """A move from one view to another over the whole shot; `smooth` begins and ends slowly. `shake` in units."""

    start: View = View()
    end: View = View()
    smooth: bool = True
    shake: float = 0.0

    def at(self, frame: int, frames: int) -> View:
        """Return the view at a frame of a shot of `frames`."""
        t = frame / max(frames - 1, 1)
        t = t * t * (3 - 2 * t) if self.smooth else t
        a, b = self.start, self.end
        left = self.shake * max(0.0, 1 - frame / 14)
        jolt = left * (1, -1, 0.6, -0.6)[frame // 2 % 4]
        return View(a.x + (b.x - a.x) * t, a.y + (b.y - a.y) * t + jolt, a.zoom + (b.zoom - a.zoom) * t)


@dataclass(frozen=True, slots=True)
class Beat:
    """From a frame on: a mood and where the head turns to."""

    at: int
    mood: str
    tilt: float = 0.0
    turn: float = 0.0
    nod: float = 0.0
    gaze: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Sign:
    """A comic sign by the head ("drop", "anger", "spark", "heart", "note", "bang"), from a frame on."""

    kind: str
    at: int
    side: int


@dataclass(frozen=True, slots=True)
class Actor:
    """A character in a shot: face's middle at (x, y), `size` units a head unit, and what she does when."""

    name: str
    outfit: int
    x: float
    y: float
    size: float
    beats: tuple[Beat, ...]
    framing: str = "upper"
    talks: tuple[tuple[int, int], ...] = ()
    mouths: str = "120210"
    blinks: tuple[int, ...] = ()
    hops: tuple[int, ...] = ()
    stride: float = 0.0
    enter: tuple[float, float] = (0.0, 0.0)
    signs: tuple[Sign, ...] = ()
    breath: int = 0
    stand: Stand = UPRIGHT
    small: bool = False  # drawn as a chibi

    def talking(self, frame: int) -> bool:
        """Return whether she speaks at a frame."""
        return any(first <= frame < end for first, end in self.talks)

    def look(self, frame: int) -> Look:
        """Return her drawing at a frame."""
        number = max((i for i, beat in enumerate(self.beats) if beat.at <= frame), default=0)
        beat, before = self.beats[number], self.beats[max(number - 1, 0)]
        since = frame - beat.at
        share = _TURN[since] if number and since < len(_TURN) else 1.0
        still = (before.tilt, before.turn, before.nod) == (beat.tilt, beat.turn, beat.nod)
        tilt, turn, nod = (
            round(a + (b - a) * (1.0 if still else share), 2)
            for a, b in ((before.tilt, beat.tilt), (before.turn, beat.turn), (before.nod, beat.nod))
        )
        eyes = next((_BLINK[frame - b] for b in self.blinks if 0 <= frame - b < len(_BLINK)), 0.0)
        if number and not still and since < len(_TURN):
            eyes = 1.0  # a turning head blinks: it hides the jump between drawings
        if MOODS[beat.mood].closed:
            eyes = 1.0
        mouth = int(self.mouths[frame // 3 % len(self.mouths)]) if self.talking(frame) else 0
        return Look(beat.mood, eyes, mouth, tilt, turn, nod, beat.gaze)

    def shift(self, frame: int) -> tuple[float, float, float]:
        """Return how far she is moved (x, y) and stretched upwards at a frame."""
        dx, dy = self.enter
        left = _ENTER[frame] if frame < len(_ENTER) else 0.0
        hop = next((_HOP[frame - h] for h in self.hops if 0 <= frame - h < len(_HOP)), 0.0) * self.size
        step = -abs(sin(pi * (frame // 2 * 2 + self.breath) / 14)) * self.stride
        breath = 0.0045 * sin(2 * pi * ((frame + self.breath) // _BREATH_STEP * _BREATH_STEP) / _BREATH)
        return dx * left, dy * left + hop + step, 1 + breath


@dataclass(frozen=True, slots=True)
class Overlay:
    """Words over the picture ("logo", "title", "credits"), from a frame on, fading in; `roll` units travelled."""

    kind: str
    words: tuple[str, ...] = ()
    number: int = 0
    x: float = 0.0
    at: int = 0
    fade: int = 12
    roll: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Shot:
    """One uncut stretch of film."""

    kind: str
    plate: str
    frames: int
    actors: tuple[Actor, ...] = ()
    camera: Camera = Camera()
    depth: float = 0.55
    before: float | None = None  # how far the things before the actors are lifted; None: there are none
    blur: float = 0.0
    light: tuple[Tint, Tint] = (DAYLIGHT, DAYLIGHT)  # on the plate, on the actors
    overlay: Overlay | None = None
    fade_in: int = 0
    fade_out: int = 0
    fade_to: int = 0  # 0 black, 255 white
    ground: tuple[View, View] = (View(), View())  # what of the plate lies behind the stage, at begin and end
    flicker: str = ""  # a second plate that takes turns with the first, on threes


@dataclass(frozen=True, slots=True)
class Clip:
    """`frames` frames of a shot from `first` on, as a part of the episode shows them."""

    part: str
    shot: Shot
    first: int
    frames: int
    from_episode: int = 0  # in a preview: the episode the clip is taken from, and its first frame there
    from_frame: int = 0


@dataclass(frozen=True, slots=True)
class Episode:
    """A whole episode as a list of clips."""

    number: int
    title: str
    seed: int
    clips: tuple[Clip, ...]

    @property
    def frames(self) -> int:
        """Return how many frames it has."""
        return sum(clip.frames for clip in self.clips)
