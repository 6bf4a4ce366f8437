"""The report says what is there, whatever it is called, and requests nothing."""

import json
import re
from collections import Counter
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import cv2
import numpy as np
import pytest
from click.testing import CliRunner

from tachie.core.images import encode_png
from tachie.core.markup import element, joined
from tachie.dataset.hue import HUE_BINS, hue_histogram
from tachie.dataset.reader import Dataset
from tachie.dataset.report import write_report
from tachie.dataset.report.gather import SAMPLES, gather, natural
from tachie.dataset.report.page import page
from tachie.dataset.writer import write_labels
from tachie.pipeline import Build, build

from ..conftest import blobs, untagged

KNOWN_TAGS = (
    "html head meta title style body main header section footer p h1 h2 h3 h4 dl div dt dd figure figcaption img ul li "
    "span small b bdi i svg rect line text"
)
HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</style><link rel=stylesheet href=//evil.example/x.css>",
    "'); background:url(//evil.example)",
    "\u202egnp.exe\u0000\u0007",
    "&lt;not an entity&gt;",
    "長い髪" * 200,
    " ",
]


class Seen(HTMLParser):
    """Collects the tags, attributes and text of a page as a browser would read them."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.text += data + "\n"


def read(file: Path) -> Seen:
    seen = Seen()
    seen.feed(file.read_text("utf-8"))
    return seen


def assert_requests_nothing(file: Path) -> Seen:
    seen = read(file)
    assert seen.tags <= set(KNOWN_TAGS.split())
    for name, value in seen.attributes:
        assert name != "href"
        assert not name.startswith("on")
        if name == "src":
            assert value.startswith("data:image/")
        if name == "style":
            assert re.fullmatch(r"(background:#[0-9a-f]{6}|width:[\d.]+%|flex:\d+)", value)
    css = file.read_text("utf-8").split("<style>")[1].split("</style>")[0]
    assert "url(" not in css
    assert "@import" not in css
    return seen


@pytest.fixture
def faces(tmp_path: Path) -> Dataset:
    folder = tmp_path / "in" / "2005"
    folder.mkdir(parents=True)
    for i in range(24):
        (folder / f"{i:02d}.png").write_bytes(encode_png(blobs(i, 64 + 16 * (i % 3), 64 + 16 * (i % 3))))
    (folder / "copy.png").write_bytes((folder / "00.png").read_bytes())
    (folder / "broken.png").write_bytes(b"no picture")
    return build(Build([str(tmp_path / "in")], tmp_path / "faces", untagged("faces-as-they-are"), workers=0)).dataset


def test_the_report_holds_counts_drops_sizes_labels_and_pictures(faces: Dataset, tmp_path: Path) -> None:
    ids = faces.columns(["id"]).column("id").to_pylist()
    hair = {
        i: {"hair_color": "pink" if k < 20 else "blue", "smile": "yes" if k % 2 else "no"} for k, i in enumerate(ids)
    }
    write_labels(faces.path, "tagger", hair, "tagger", ids)
    seen = assert_requests_nothing(write_report(faces, tmp_path / "report.html"))
    for said in (
        "24 pictures from 26 looked at",
        "exact duplicate",
        "not a picture",
        "Hair color",
        "What sets each hair color apart",
        "Yes or no",
        "smile",
        "median 80 px",
        "Where they come from",
        "Unknown means that nothing was stated",
    ):
        assert said in seen.text, said
    found = gather(faces)
    pink, blue = found.labels[0].values
    assert (pink.name, pink.count, len(pink.samples)) == ("pink", 20, SAMPLES)
    assert (blue.name, blue.count, len(blue.samples)) == ("blue", 4, 4)
    assert found.flags == [("smile", 12, 24)]
    assert {(left.reason, left.count, len(left.thumbnails)) for left in found.left} == {
        ("exact_duplicate", 1, 1),
        ("not_a_picture", 1, 0),
    }


def test_hues_of_the_classes_average_to_the_mean(faces: Dataset) -> None:
    ids = faces.columns(["id"]).column("id").to_pylist()
    write_labels(faces.path, "tagger", {i: {"class": str(k % 2)} for k, i in enumerate(ids)}, "tagger", ids)
    found = gather(faces)
    zero, one = found.labels[0].values
    assert found.hue is not None
    assert zero.hue is not None
    assert one.hue is not None
    assert np.allclose((zero.hue + one.hue) / 2, found.hue)
    assert found.hue.sum() == pytest.approx(1)


def test_hostile_names_stay_text(faces: Dataset, tmp_path: Path) -> None:
    ids = faces.columns(["id"]).column("id").to_pylist()
    values = {i: {HOSTILE[k % len(HOSTILE)]: HOSTILE[k % 7] for k in range(j, j + 8)} for j, i in enumerate(ids)}
    write_labels(faces.path, "site", values, "site", ids)
    seen = assert_requests_nothing(write_report(faces, tmp_path / "report.html"))
    assert "<script>alert(1)</script>" in seen.text
    assert "&lt;not an entity&gt;" in seen.text
    assert not set(seen.text) & {"\x00", "\x07", "\u202e"}
    assert max(map(len, seen.text.splitlines())) < 4000


def test_hostile_folders_episodes_and_rights_stay_text(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    for i, hostile in enumerate(HOSTILE):
        (folder / f"{i}.png").write_bytes(encode_png(blobs(i)))
        sidecar = {"rights": hostile, "episode": hostile, "labels": {"character": hostile, hostile: "x"}}
        (folder / f"{i}.json").write_text(json.dumps(sidecar))
    out = tmp_path / "<img src=x onerror=alert(1)>"
    dataset = build(Build([str(folder)], out, untagged("faces-as-they-are"), workers=0)).dataset
    seen = assert_requests_nothing(write_report(dataset, tmp_path / "report.html"))
    assert "<img src=x onerror=alert(1)>" in seen.text


def test_one_picture_without_labels_has_a_report(write_pictures: Callable[..., Path], tmp_path: Path) -> None:
    folder = write_pictures(1)
    dataset = build(Build([str(folder)], tmp_path / "one", untagged("faces-as-they-are"), workers=0)).dataset
    seen = assert_requests_nothing(write_report(dataset, tmp_path / "report.html"))
    assert "1 picture from 1 looked at, all 64 px" in seen.text
    assert "No labels yet." in seen.text
    assert "Nothing was left out" in seen.text


def test_a_dataset_of_which_nothing_was_kept_has_a_report(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.png").write_bytes(encode_png(np.full((64, 64, 3), 128, np.uint8)))
    dataset = build(Build([str(folder)], tmp_path / "none", untagged("faces"), workers=0)).dataset
    seen = assert_requests_nothing(write_report(dataset, tmp_path / "report.html"))
    assert "Nothing was kept of 1 pictures" in seen.text
    assert "no face" in seen.text


def test_a_grey_picture_has_no_hue_and_is_counted(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    grey = cv2.cvtColor(cv2.cvtColor(blobs(1), cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)
    (folder / "a.png").write_bytes(encode_png(grey.astype(np.uint8)))
    dataset = build(Build([str(folder)], tmp_path / "grey", untagged("faces-as-they-are"), workers=0)).dataset
    assert gather(dataset).colourless == 1
    assert "Colour" not in read(write_report(dataset, tmp_path / "report.html")).text.split("\n")


def test_the_seed_chooses_the_pictures(faces: Dataset, tmp_path: Path) -> None:
    a, b, c = (write_report(faces, tmp_path / f"{i}.html", seed).read_bytes() for i, seed in enumerate((1, 1, 2)))
    assert a == b
    assert a != c


def test_frames_are_counted_by_type_and_episode(faces: Dataset, tmp_path: Path) -> None:
    info = gather(faces)
    info.info["frames"] = {"k": 1, "p": 3}
    info.episodes = {"01": Counter(k=1, p=2), "02": Counter(p=1)}
    (tmp_path / "report.html").write_text(page(info), "utf-8")
    assert "1 key frames (25 %), 3 P-frames (75 %)" in assert_requests_nothing(tmp_path / "report.html").text


def test_the_command_writes_the_report(faces: Dataset, tmp_path: Path) -> None:
    from tachie.cli import cli

    file = tmp_path / "sub" / "report.html"
    result = CliRunner().invoke(cli, ["info", str(faces.path), "--html", str(file), "--json"])
    assert result.exit_code == 0, result.output
    assert json.loads(result.output) == {"report": str(file)}
    assert file.is_file()


@pytest.mark.parametrize(("rgb", "where"), [((255, 0, 0), 0), ((0, 255, 0), 10), ((0, 0, 255), 21), ((255, 255, 0), 5)])
def test_a_plain_colour_falls_into_the_bin_of_its_hue(rgb: tuple[int, int, int], where: int) -> None:
    shares = hue_histogram(np.full((40, 30, 3), rgb, np.uint8))
    assert shares is not None
    assert shares.shape == (HUE_BINS,)
    assert shares[where] == 1


def test_white_paper_does_not_count_as_red() -> None:
    picture = np.full((64, 64, 3), 255, np.uint8)
    picture[:8] = (0, 0, 255)
    shares = hue_histogram(picture)
    assert shares is not None
    assert shares[21] == 1
    assert hue_histogram(np.full((8, 8, 3), 90, np.uint8)) is None


def test_text_is_escaped_unless_it_is_html() -> None:
    inner = element("b", "<")
    assert element("p", inner, ["&", None], title='"') == '<p title="&quot;"><b>&lt;</b>&amp;</p>'
    assert joined("a", [inner]) == "a<b>&lt;</b>"


def test_numbers_are_sorted_as_numbers_and_names_by_count() -> None:
    assert natural({"10": 1, "9": 5, "2.5": 2, "-1": 1}) == ["-1", "2.5", "9", "10"]
    assert natural({"a": 1, "b": 5, "--10": 2, "": 3}) == ["b", "", "--10", "a"]
