"""The classifier's page: one file that requests nothing; what it gets wrong is shown, not only counted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tachie.core.images import encode_webp, resized
from tachie.core.markup import Child, Html, data_uri, document, element, figure, section
from tachie.dataset.report.charts import shown, swatch
from tachie.tasks.classify.charts import confusion_table, curves, percents, reliability, share_scale
from tachie.tasks.classify.data import TEST, TRAIN, VALIDATION, Faces
from tachie.tasks.classify.judge import probabilities

_PAIRS, _OF_A, _OF_B = 8, 5, 3
_SURELY_WRONG = 27
_SHOWN_PX = 96


class _Answered:
    """One set of faces with what was said of them."""

    def __init__(self, faces: Faces, logits: NDArray[Any], temperature: float) -> None:
        self.faces = faces
        said = probabilities(logits, temperature)
        self.said, self.sure = said.argmax(1), said.max(1)

    def rows(self, is_: int, taken_for: int, most: int) -> NDArray[np.int64]:
        """Return faces of a class that were taken for a class, the surest first."""
        found = np.flatnonzero((self.faces.codes == is_) & (self.said == taken_for))
        return found[np.argsort(-self.sure[found], kind="stable")][:most]

    def surely_wrong(self, most: int) -> NDArray[np.int64]:
        """Return faces that were taken for another class, the surest first."""
        wrong = np.flatnonzero(self.faces.codes != self.said)
        return wrong[np.argsort(-self.sure[wrong], kind="stable")][:most]

    def picture(self, row: int, title: str) -> Html:
        """Return a face as an element."""
        rgb = self.faces.pictures[row]
        if len(rgb) > _SHOWN_PX:
            rgb = resized(rgb, _SHOWN_PX, _SHOWN_PX)
        uri = data_uri(encode_webp(np.ascontiguousarray(rgb), 82), "image/webp")
        return element("img", src=uri, alt=title, title=title, loading="lazy")


def page(report: Mapping[str, Any], every: Mapping[str, Faces], logits: Mapping[str, NDArray[Any]]) -> Html:
    """Return the whole page of a report, the sets of faces that it is about, and the logits of each."""
    style = files("tachie.tasks.classify").joinpath("style.css").read_text("utf-8")
    name, label = report["dataset"]["name"], shown(report["label"])
    judged = [part for part in report["sets"] if part != TRAIN]
    answered = {part: _Answered(every[part], logits[part], report["temperature"]) for part in judged}
    main = main_set(judged)
    return document(
        f"{label} of {name}, by {report['model']}",
        style,
        _header(report, main),
        _sets(report),
        *(_matrix(report, part, len(judged) > 1) for part in reversed(judged)),
        _classes(report, main),
        _confused(report, main, answered[main]),
        _sureness(report, judged),
        _surely_wrong(report, main, answered[main]),
        _training(report),
        _footer(report),
    )


def main_set(judged: Sequence[str]) -> str:
    """Return the set whose figures come first, the most independent: another dataset, the test set, or validation."""
    others = [part for part in judged if part not in (TEST, VALIDATION)]
    return others[0] if others else TEST if TEST in judged else VALIDATION


def _said(part: str) -> str:
    """Return a set as it is spoken of."""
    return f"the {part} set, which it was not trained on" if part in (TEST, VALIDATION) else _name(part)


def _name(part: str) -> str:
    return part.removeprefix("against ")


def _header(report: Mapping[str, Any], main: str) -> Html:
    found = report["sets"][main]
    right, common = found["accuracy"], found["most_common"]
    figures = [
        (f"{100 * right['value']:.1f} %", f"right on {_name(main)}"),
        (f"{100 * found['balanced_accuracy']:.1f} %", "mean recall of the classes"),
        (f"{100 * found['ece']:.1f} %", "calibration error"),
        (f"{len(report['classes'])}", "classes"),
        (f"{report['parameters']:,}", "parameters"),
    ]
    lead = (
        f"{report['model']} tells {shown(report['label'])} apart: right on {100 * right['value']:.1f} % "
        f"({100 * right['low']:.1f} to {100 * right['high']:.1f}) of {found['n']:,} faces of {_said(main)}. "
        f"Always saying “{shown(common['class'])}” would be right on {100 * common['share']:.1f} %."
    )
    return element(
        "header",
        element("p", "A classifier, judged", class_="kicker"),
        element("h1", element("bdi", f"{shown(report['label'])} of {report['dataset']['name']}")),
        element("p", lead, class_="lead"),
        element("dl", [element("div", element("dt", word), element("dd", n)) for n, word in figures], class_="figures"),
    )


def _sets(report: Mapping[str, Any]) -> Html:
    rows = [element("li", *(element("span", w) for w in ("", "", "right", "mean recall", "faces")), class_="head")]
    explained = {
        TRAIN: "what it was trained on, up to 1,000 of them: how much it knows by heart",
        VALIDATION: "kept aside; chose the weights and fitted the temperature",
        TEST: "kept aside; looked at once, at the end",
    }
    for name, found in report["sets"].items():
        told = explained.get(name, "all labelled faces of another dataset")
        rows.append(
            element(
                "li",
                element("span", element("b", _name(name)), element("small", told), class_="name"),
                share_scale(found["accuracy"], mark=found["most_common"]["share"]),
                percents(found["accuracy"]),
                element("span", f"{100 * found['balanced_accuracy']:.1f} %", class_="count"),
                element("span", f"{found['n']:,}", class_="count"),
            )
        )
    notes = element("ul", [element("li", n) for n in report["notes"]], class_="notes") if report["notes"] else None
    said = "Bands are intervals at 95 %. The upright line is what always saying the most common class would reach."
    return section("Right and wrong", element("p", said), element("ul", rows, class_="parts"), notes)


def _matrix(report: Mapping[str, Any], part: str, named: bool) -> Html:
    found = report["sets"][part]
    note = (
        f"{found['n']:,} faces of {_name(part)}. A row is what faces are, a column what they were taken for; the "
        "stronger the colour, the larger the share of the row."
    )
    title = f"Who is taken for whom: {_name(part)}" if named else "Who is taken for whom"
    return section(title, figure(confusion_table(found["confusion"], report["classes"]), note))


def _classes(report: Mapping[str, Any], main: str) -> Html:
    rows = [element("li", *(element("span", w) for w in ("", "precision", "", "recall", "", "faces")), class_="head")]
    for name, found in report["sets"][main]["classes"].items():
        rows.append(
            element(
                "li",
                element("span", swatch(name), element("bdi", shown(name)), class_="name"),
                share_scale(found["precision"]),
                percents(found["precision"]),
                share_scale(found["recall"]),
                percents(found["recall"]),
                element("span", f"{found['n']:,}", class_="count"),
            )
        )
    said = (
        f"Precision: of the faces of {_name(main)} that were taken for a class, the share that is of it. Recall: of "
        "the faces of a class, the share that was found."
    )
    return section("Class by class", element("p", said), element("ul", rows, class_="classes"))


def _confused(report: Mapping[str, Any], main: str, answered: _Answered) -> Html | None:
    code = {name: k for k, name in enumerate(report["classes"])}
    rows: list[Child] = []
    for pair in report["sets"][main]["confused"][:_PAIRS]:
        a, b = code[pair["is"]], code[pair["taken_for"]]
        wrong = [answered.picture(i, f"{answered.sure[i]:.0%} sure") for i in answered.rows(a, b, _OF_A)]
        right = [
            answered.picture(i, f"{pair['taken_for']}, {answered.sure[i]:.0%} sure") for i in answered.rows(b, b, _OF_B)
        ]
        rows.append(
            element(
                "li",
                element(
                    "p",
                    _named(pair["is"]),
                    " taken for ",
                    _named(pair["taken_for"]),
                    element("small", f" {pair['n']:,} faces, {100 * pair['share']:.0f} % of the class"),
                ),
                element("div", wrong, class_="faces"),
                element("div", right, class_="faces like"),
            )
        )
    if not rows:
        return None
    said = (
        "The mistakes that are made most. Left, faces that were taken for another class, the surest first; right, "
        "behind the line, faces of that class that were known well. The faces are pictures of the dataset: mind their "
        "rights before you pass this page on."
    )
    return section("Most often confused", element("p", said), element("ul", rows, class_="mixed"))


def _named(value: str) -> Html:
    """Return a class with its colour, which stay on one line."""
    return element("b", swatch(value), element("bdi", shown(value)), class_="named")


def _sureness(report: Mapping[str, Any], judged: Sequence[str]) -> Html:
    plots = [
        figure(
            reliability(found["bins"]),
            f"{_name(name)}: {found['n']:,} faces; calibration error {100 * found['ece']:.1f} %, before the "
            f"temperature {100 * found['ece_before']:.1f} %.",
        )
        for name, found in report["sets"].items()
        if name in judged
    ]
    said = (
        "Of the answers that it is 80 % sure of, 80 % should be right. Across: how sure it is; upwards: the share that "
        "is right; a dot is as large as there are faces. Below the line it is too sure. Logits are divided by a "
        f"temperature of {report['temperature']:.2f}, fitted on validation."
    )
    return section("As sure as it is right?", element("p", said), element("div", plots, class_="plots"))


def _surely_wrong(report: Mapping[str, Any], main: str, answered: _Answered) -> Html | None:
    names = report["classes"]
    found = answered.surely_wrong(_SURELY_WRONG)
    if not len(found):
        return None
    cells = [
        element(
            "figure",
            answered.picture(i, f"{answered.sure[i]:.0%} sure"),
            element(
                "figcaption",
                element("s", element("bdi", shown(names[answered.faces.codes[i]]))),
                " ",
                element("b", element("bdi", shown(names[answered.said[i]]))),
            ),
        )
        for i in found.tolist()
    ]
    said = (
        f"The faces of {_name(main)} about which it was surest and disagreed with the label, which is struck out. "
        "Where the label is what is wrong, tachie review mends it."
    )
    return section("Surely wrong, or wrongly labelled", element("p", said), element("div", cells, class_="sure"))


def _training(report: Mapping[str, Any]) -> Html:
    training = report["training"]
    rows = training["curve"]
    losses = {"loss": ("loss on training batches", "p1"), "validation_loss": ("loss on validation, in nats", "p2")}
    plots = [
        element("figure", curves(rows, losses, percent=False)),
        element("figure", curves(rows, {"validation_accuracy": ("right on validation", "p0")}, percent=True)),
    ]
    told = (
        f"{training['epochs']:g} epochs of {report['dataset']['trained_on']:,} faces at {report['side_px']} px in "
        f"{training['seconds'] / 60:.1f} minutes; kept are the weights after epoch {training['best_epoch']:g}, the "
        "best on validation. The loss on training batches is that of changed faces, smoothed labels and class weights."
    )
    return section("Training", element("p", told), element("div", plots, class_="plots"))


def _footer(report: Mapping[str, Any]) -> Html:
    changed = ", ".join(f"{name} {value}" for name, value in report["settings"].items())
    said = (
        f"Made by tachie {report['program_version']}: {report['model']}, seed {report['seed']}; {changed}. What is "
        "judged is classifier.onnx, as tachie classify runs it. All figures: report.json beside this page."
    )
    return element("footer", element("p", said))
