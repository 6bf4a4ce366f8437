from hypothesis import given
from hypothesis import strategies as st

from tachie.core.boxes import Box, BoxMap, area, clipped, intersection, iou, square_px, without_overlaps

coordinates = st.floats(-500, 1500, allow_nan=False)
sizes = st.integers(1, 1000)


@st.composite
def boxes(draw: st.DrawFn) -> Box:
    x0, y0 = draw(coordinates), draw(coordinates)
    return x0, y0, x0 + draw(st.floats(0.5, 800)), y0 + draw(st.floats(0.5, 800))


@given(boxes(), boxes())
def test_overlap_is_symmetric_and_between_zero_and_one(a: Box, b: Box) -> None:
    assert iou(a, b) == iou(b, a)
    assert 0 <= iou(a, b) <= 1 + 1e-9
    assert area(intersection(a, b)) <= min(area(a), area(b)) + 1e-6


@given(boxes())
def test_a_box_overlaps_itself_wholly(a: Box) -> None:
    assert abs(iou(a, a) - 1) < 1e-9


@given(boxes(), sizes, sizes)
def test_a_clipped_box_lies_in_the_picture(a: Box, width: int, height: int) -> None:
    x0, y0, x1, y1 = clipped(a, width, height)
    assert 0 <= x0 <= x1 <= width
    assert 0 <= y0 <= y1 <= height


@given(boxes(), st.floats(0.5, 4), sizes, sizes)
def test_a_crop_is_square_in_whole_pixels_inside_the_picture(a: Box, scale: float, width: int, height: int) -> None:
    x0, y0, x1, y1 = square_px(a, scale, width, height)
    assert x1 - x0 == y1 - y0 >= 1
    assert 0 <= x0 < x1 <= width
    assert 0 <= y0 < y1 <= height


@given(st.integers(300, 400), st.integers(300, 400), st.integers(20, 60), st.floats(0.5, 4))
def test_a_crop_away_from_the_border_is_centred_and_scaled(x: int, y: int, side: int, scale: float) -> None:
    x0, y0, x1, y1 = square_px((x, y, x + side, y + side), scale, 1000, 1000)
    assert abs((x0 + x1) / 2 - (x + side / 2)) <= 0.5
    assert abs((y0 + y1) / 2 - (y + side / 2)) <= 0.5
    assert abs((x1 - x0) - side * scale) <= 0.5


@given(boxes())
def test_the_identity_map_changes_nothing(a: Box) -> None:
    mapped = BoxMap(0, 0, 1, 1)(a)
    assert all(abs(p - q) < 1e-6 for p, q in zip(mapped, a, strict=True))


def test_a_map_shifts_by_parts_of_the_box_and_scales_about_the_new_centre() -> None:
    assert BoxMap(0.5, -0.5, 2, 1)((0, 0, 10, 20)) == (0, -10, 20, 10)


@given(st.lists(st.tuples(boxes(), st.floats(0, 1)), max_size=12))
def test_suppression_keeps_the_best_and_leaves_no_overlap(found: list[tuple[Box, float]]) -> None:
    all_boxes, scores = [b for b, _ in found], [s for _, s in found]
    kept = without_overlaps(all_boxes, scores, 0.5)
    assert all(iou(all_boxes[i], all_boxes[j]) <= 0.5 for i in kept for j in kept if i != j)
    if found:
        assert scores[kept[0]] == max(scores)
    for i in set(range(len(found))) - set(kept):
        assert any(iou(all_boxes[i], all_boxes[k]) > 0.5 and scores[k] >= scores[i] for k in kept)
