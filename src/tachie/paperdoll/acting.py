"""How a character of the cast acts: moods, eyelids, mouths and turns of the head, put on her fixed design."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tachie.paperdoll.character import POSES, Character, Placement
from tachie.paperdoll.figure import Pose

MOUTHS = ("rest", "half", "open")  # the three drawings that limited animation talks with


@dataclass(frozen=True, slots=True)
class Mood:
    """What an expression changes: three mouths, brows (units), how far the lids hang, the eyes' height, blush.

    In a mood that is `closed` the eyes stay shut.
    """

    mouths: tuple[str, str, str]
    brow_slant: float = 0.0
    brow_lift: float = 0.0
    lid: float = 0.0
    eye: float = 1.0
    blush: bool = False
    closed: bool = False


MOODS = {
    "calm": Mood(("soft", "o", "ah")),
    "happy": Mood(("smile", "talk", "laugh"), brow_slant=-1.0, brow_lift=1.5),
    "joy": Mood(("cheer", "talk", "laugh"), brow_slant=-1.5, brow_lift=3.0, blush=True),
    "glee": Mood(("laugh", "cheer", "laugh"), brow_lift=3.0, blush=True, closed=True),
    "surprised": Mood(("gasp", "ah", "shout"), brow_lift=6.0, eye=1.07),
    "angry": Mood(("frown", "ah", "shout"), brow_slant=4.5, brow_lift=-2.0, lid=0.08),
    "sad": Mood(("wave", "o", "ah"), brow_slant=-4.5, brow_lift=1.0, lid=0.1),
    "shy": Mood(("small", "o", "talk"), brow_slant=-3.5, brow_lift=1.0, lid=0.04, blush=True),
    "sly": Mood(("smirk", "talk", "fang"), brow_slant=1.5, lid=0.12),
}


@dataclass(frozen=True, slots=True)
class Look:
    """One drawing of a character: mood, eyes (0 open .. 1 closed), which of the `MOUTHS`, and the head's pose.

    `tilt` is in degrees, `turn` and `nod` in head units, as in `Placement`; `gaze` as in `FaceDesign`.
    """

    mood: str = "calm"
    eyes: float = 0.0
    mouth: int = 0
    tilt: float = 0.0
    turn: float = 0.0
    nod: float = 0.0
    gaze: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Stand:
    """How the body is held while the head moves: a posture of `POSES`, turned (-1..1), the arms mirrored or not."""

    posture: str = "standing"
    turn: float = 0.0
    mirrored: bool = False


UPRIGHT = Stand()


def act(who: Character, look: Look, x: float, y: float, scale: float, stand: Stand = UPRIGHT) -> Character:
    """Return the character in that expression and posture, her head's middle at (x, y) px and `scale` px a unit."""
    mood = MOODS[look.mood]
    face = who.face
    face = replace(
        face,
        mouth=mood.mouths[look.mouth],
        brow_slant=face.brow_slant * 0.4 + mood.brow_slant,
        brow_lift=face.brow_lift * 0.5 + mood.brow_lift - 1.5 * look.eyes,
        lid=min(face.lid + mood.lid, 0.4),
        closed=1.0 if mood.closed else look.eyes,
        gaze=look.gaze,
        eye_height=face.eye_height * mood.eye,
        blush=face.blush or mood.blush,
    )
    arms, held, _ = POSES[stand.posture]
    pose = Pose(
        weight=-0.5 if stand.mirrored else 0.5,
        turn=stand.turn,
        stance="rest",
        arms=(arms[1], arms[0]) if stand.mirrored else arms,
        held=held,
    )
    place = Placement(x, y, scale, look.tilt, look.turn, look.nod)
    return replace(who, face=face, placement=place, posture=stand.posture, pose=pose)
