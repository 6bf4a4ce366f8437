"""Streams of every kind give the frames that the rule names, in right colours."""

from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import pytest

from tachie.core.errors import Unreadable
from tachie.core.video import Reading, index, is_combed, luma, pick, rgb_of

from ..videos import chosen_by_the_rule, encode, moving


def psnr(one: np.ndarray, other: np.ndarray) -> float:
    error = float(((one.astype(float) - other.astype(float)) ** 2).mean())
    return 10 * np.log10(255**2 / max(error, 1e-9))


SHOTS = [*moving(1, 40), *moving(2, 40), *moving(3, 40)]


@pytest.mark.parametrize(
    ("name", "codec", "options"),
    [
        ("no_b.mp4", "libx264", {"bf": 0, "g": 60}),
        ("b.mp4", "libx264", {"bf": 3, "g": 60, "x264-params": "b-pyramid=none"}),
        ("pyramid.mkv", "libx264", {"bf": 5, "g": 60, "x264-params": "b-pyramid=normal:b-adapt=0"}),
        ("open_gop.mkv", "libx264", {"bf": 3, "g": 30, "x264-params": "open-gop=1:b-pyramid=normal"}),
        ("hevc.mkv", "libx265", {"x265-params": "bframes=4:b-pyramid=1:keyint=50:log-level=none"}),
        ("mpeg2.mpg", "mpeg2video", {"bf": 2, "g": 15}),
        ("mpeg4.avi", "mpeg4", {"bf": 2, "g": 30}),
        ("vp9.webm", "libvpx-vp9", {"g": 60, "deadline": "realtime", "cpu-used": 8}),
    ],
)
def test_each_kind_of_stream_gives_key_frames_and_a_p_frame_a_second(
    tmp_path: Path, name: str, codec: str, options: dict[str, object]
) -> None:
    path = encode(tmp_path / name, SHOTS, codec, **options)
    reading = Reading()
    found = [(p.type, p.number, p.pts_s) for p in pick(str(path), reading=reading)]
    assert found == chosen_by_the_rule(path)
    assert {kind for kind, _, _ in found} == {"k", "p"}
    assert reading.as_problem() is None
    keys = [(p.type, p.number, p.pts_s) for p in pick(str(path), p_frames=False)]
    assert keys == [f for f in found if f[0] == "k"]


def test_a_variable_frame_rate_is_taken_by_its_times(tmp_path: Path) -> None:
    steps = np.random.default_rng(0).choice([1, 1, 2, 5, 40], len(SHOTS))  # in 1/24 s; some frames last two seconds
    path = encode(tmp_path / "a.mkv", SHOTS, pts=np.cumsum(steps).tolist(), bf=2, g=50)
    found = [(p.type, p.number, p.pts_s) for p in pick(str(path))]
    assert found == chosen_by_the_rule(path)
    seconds = [number for kind, number, _ in found if kind == "p"]
    assert len(seconds) == len(set(seconds))
    assert max(np.diff([pts for _, _, pts in found])) > 1


@pytest.mark.parametrize("codec", ["libx264", "libx265"])
def test_ten_bits_become_eight(tmp_path: Path, codec: str) -> None:
    quiet = {"x265-params": "log-level=none:crf=4"} if codec == "libx265" else {"crf": 4}
    path = encode(tmp_path / "a.mkv", SHOTS[:30], codec, pixels="yuv420p10le", **quiet)
    first = next(pick(str(path)))
    rgb, combed = rgb_of(first)
    assert first.frame.format.name == "yuv420p10le"
    assert rgb.dtype == np.uint8
    assert not combed
    assert psnr(rgb, SHOTS[0]) > 28  # what halving the colour's resolution leaves
    assert luma(first.frame).shape == (90, 160)


def drawn(rgb: np.ndarray) -> np.ndarray:
    """Return the picture in few flat greys with edges between, as cels have them."""
    return np.repeat(rgb[:, :, :1] // 64 * 64 + 32, 3, axis=2)


def woven(top: np.ndarray, bottom: np.ndarray) -> np.ndarray:
    both = top.copy()
    both[1::2] = bottom[1::2]
    return both


def test_combed_frames_are_deinterlaced_and_come_closer_to_the_truth(tmp_path: Path) -> None:
    film = [drawn(p) for p in moving(5, 60, 320, 192, step=6)]
    fields = [woven(film[i], film[i + 1]) for i in range(0, 60, 2)]
    path = encode(tmp_path / "a.mkv", fields, crf=6, flags="+ildct+ilme", **{"x264-params": "interlaced=1:bframes=0"})
    first = next(pick(str(path)))
    assert first.frame.interlaced_frame
    rgb, combed = rgb_of(first)
    assert combed
    either = max(psnr(rgb, film[0]), psnr(rgb, film[1]))  # each field is a moment of its own
    assert either > psnr(fields[0], film[0]) + 6
    doubled = cv2.resize(fields[0][::2], (320, 192))
    assert either > psnr(doubled, film[0])


def test_films_that_are_only_flagged_as_interlaced_stay_as_they_are(tmp_path: Path) -> None:
    still = [cv2.resize(p, (320, 192)) for p in moving(6, 30)]
    path = encode(tmp_path / "a.mkv", still, crf=6, flags="+ildct+ilme", **{"x264-params": "interlaced=1"})
    first = next(pick(str(path)))
    assert first.frame.interlaced_frame
    rgb, combed = rgb_of(first)
    assert not combed
    assert psnr(rgb, still[0]) > 32


def test_combing_is_told_from_stripes_and_noise() -> None:
    rng = np.random.default_rng(0)
    film = [cv2.cvtColor(p, cv2.COLOR_RGB2GRAY) for p in moving(7, 12, 320, 192, step=4)]
    assert not is_combed(film[0])
    assert not is_combed(np.clip(film[0] + rng.normal(0, 3, film[0].shape), 0, 255).astype(np.uint8))
    lines = film[0].copy()
    lines[::8] = 20  # thin lines as ink draws them
    assert not is_combed(lines)
    assert is_combed(woven(film[0], film[11]))


def test_pixels_that_are_not_square_are_made_so(tmp_path: Path) -> None:
    path = encode(tmp_path / "a.mkv", SHOTS[:5], shape=Fraction(4, 3))
    assert rgb_of(next(pick(str(path))))[0].shape == (90, 213, 3)


@pytest.mark.parametrize(("lines", "matrix"), [(480, "601"), (720, "709")])
def test_untagged_colours_are_taken_by_the_number_of_lines(tmp_path: Path, lines: int, matrix: str) -> None:
    import av

    planes = np.full((lines * 3 // 2, 160), 128, np.uint8)
    planes[:lines], planes[lines : lines * 5 // 4], planes[lines * 5 // 4 :] = 110, 90, 200  # y, u, v
    frame = av.VideoFrame.from_ndarray(planes, format="yuv420p")
    encode_frame(tmp_path / "a.mkv", frame, lines)
    y, u, v = (110 - 16) / 219, (90 - 128) / 224, (200 - 128) / 224
    kr, kb = (0.299, 0.114) if matrix == "601" else (0.2126, 0.0722)
    red, blue = y + 2 * (1 - kr) * v, y + 2 * (1 - kb) * u
    green = (y - kr * red - kb * blue) / (1 - kr - kb)
    found = rgb_of(next(pick(str(tmp_path / "a.mkv"))))[0][lines // 2, 80]
    assert np.abs(found - 255 * np.array([red, green, blue])).max() < 3


def encode_frame(path: Path, frame: object, lines: int) -> None:
    import av

    with av.open(str(path), "w") as container:
        stream = container.add_stream("ffv1", rate=24)
        stream.width, stream.height, stream.pix_fmt = 160, lines, "yuv420p"
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


@pytest.mark.parametrize("ending", ["mkv", "avi", "ts"])
def test_of_a_broken_tail_what_could_be_read_is_kept(tmp_path: Path, ending: str) -> None:
    codec = "mpeg4" if ending == "avi" else "libx264"
    whole = encode(tmp_path / f"whole.{ending}", SHOTS * 3, codec, bf=2, g=24)
    everything = list(pick(str(whole)))
    cut = tmp_path / f"cut.{ending}"
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size * 6 // 10])
    reading = Reading()
    kept = [(p.type, p.number, p.pts_s) for p in pick(str(cut), reading=reading)]
    assert 0.4 * len(everything) < len(kept) < len(everything)
    assert kept == [(p.type, p.number, p.pts_s) for p in everything][: len(kept)]
    if ending != "ts":  # a transport stream has no length to be held to
        problem = index(str(cut), "").problem
        assert problem is not None
        assert "cut" in problem or "damaged" in problem


def test_damage_in_the_middle_costs_the_damaged_pictures_alone(tmp_path: Path) -> None:
    path = encode(tmp_path / "a.ts", SHOTS * 3, "mpeg2video", bf=0, g=12)
    whole = [(p.type, p.pts_s) for p in pick(str(path))]
    data = bytearray(path.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 20_000] = np.random.default_rng(0).integers(0, 256, 20_000, np.uint8).tobytes()
    path.write_bytes(data)
    reading = Reading()
    kept = [(p.type, p.pts_s) for p in pick(str(path), reading=reading)]
    assert len(kept) > 0.6 * len(whole)
    assert kept[-1] == whole[-1]


def test_what_is_no_video_is_unreadable(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(b"no video" * 1000)
    with pytest.raises(Unreadable) as caught:
        index(str(path), "")
    assert caught.value.reason == "broken_video"
    reading = Reading()
    assert list(pick(str(path), reading=reading)) == []
    assert reading.as_problem()
