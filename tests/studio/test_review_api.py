"""The review's routes: what the page asks is answered, what nobody should ask is refused."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from PIL import Image
from schemathesis.checks import not_a_server_error
from starlette.testclient import TestClient
from tests.conftest import blobs, untagged
from tests.studio.conftest import HOME

from tachie.dataset.decisions import Decisions
from tachie.dataset.reader import Dataset
from tachie.dataset.writer import write_labels
from tachie.pipeline import Build, build
from tachie.studio.guard import TOKEN_HEADER
from tachie.studio.review.api import review_app
from tachie.studio.review.session import Session

Truth = Callable[[int], str]


def order(client: TestClient, **asked: Any) -> tuple[dict[str, Any], np.ndarray, bytes]:
    answer = client.get("/api/review/order", params=asked)
    assert answer.status_code == 200, answer.text
    (length,) = struct.unpack_from("<I", answer.content)
    head = json.loads(answer.content[4 : 4 + length])
    body = answer.content[4 + length :]
    return head, np.frombuffer(body, "<u4", head["count"]), body


def decide(client: TestClient, faces: list[int], **fields: str | None) -> dict[str, Any]:
    answer = client.post("/api/review/decide", json={"tab": "t", "faces": faces, "set": fields})
    assert answer.status_code == 200, answer.text
    said: dict[str, Any] = answer.json()
    return said


def test_a_decision_is_kept_shown_to_other_tabs_and_taken_back(client: TestClient, reviewed: Path) -> None:
    before = client.get("/api/review/state").json()["seq"]
    said = decide(client, [3, 5], review="reject", reason="cut_off")
    assert said["rows"] == [
        [3, 1, {"review": "reject", "reason": "cut_off"}],
        [5, 1, {"review": "reject", "reason": "cut_off"}],
    ]
    assert {row[0] for row in client.get("/api/review/state", params={"since": before}).json()["rows"]} == {3, 5}
    assert client.get("/api/review/state", params={"since": 1}).json()["rows"] == []
    assert len(Decisions.open(reviewed).rows) == 2
    undone = client.post("/api/review/undo", json={"tab": "t"}).json()
    assert undone["rows"] == [[3, 2, {}], [5, 2, {}]]
    redone = client.post("/api/review/redo", json={"tab": "t"}).json()
    assert redone["rows"][0] == [3, 3, {"review": "reject", "reason": "cut_off"}]
    assert client.post("/api/review/redo", json={"tab": "t"}).json()["count"] == 0


def test_two_tabs_do_not_overwrite_each_other(client: TestClient) -> None:
    client.post("/api/review/decide", json={"tab": "a", "faces": [1, 2], "set": {"review": "keep"}})
    client.post("/api/review/decide", json={"tab": "b", "faces": [2], "set": {"class": "Chino"}})
    client.post("/api/review/decide", json={"tab": "b", "faces": [1], "set": {"review": "reject"}})
    rows = {row[0]: row[2] for row in client.get("/api/review/state").json()["rows"]}
    assert rows == {1: {"review": "reject"}, 2: {"review": "keep", "class": "Chino"}}
    client.post("/api/review/undo", json={"tab": "a"})
    rows = {row[0]: row[2] for row in client.get("/api/review/state").json()["rows"]}
    assert rows == {1: {"review": "reject"}, 2: {"class": "Chino"}}, "b's later word on 1 stands"


def test_what_another_process_decides_is_seen(client: TestClient, session: Session, reviewed: Path) -> None:
    Decisions.open(reviewed).record([([session.faces.ids[7]], {"review": "keep"})])
    assert client.get("/api/review/state").json()["rows"] == [[7, 1, {"review": "keep"}]]


def test_it_learns_and_applies_with_a_preview_and_one_undo(client: TestClient, truth: Truth, session: Session) -> None:
    head, faces, _ = order(client, view="doubt", undecided=True)
    assert head["count"] == 60
    assert "12 more" in head["lacking"]
    for face in sorted(faces.tolist())[:30]:  # some of both kinds, some of both left
        decide(client, [face], review=truth(face))
    head, faces, body = order(client, view="doubt", undecided=True)
    assert head["count"] == 30
    assert head["learned"]["examples"] == 30
    assert head["learned"]["accuracy"] > 0.9
    scores = np.frombuffer(body, "<f4", head["count"], 4 * head["count"])
    assert (np.diff(scores) >= -1e-6).all(), "the most doubtful come first"
    head, chosen, _ = order(client, view="above", label="review", value="reject", above=0.6, undecided=True)
    assert {truth(face) for face in chosen.tolist()} == {"reject"}
    body = {"tab": "t", "label": "review", "value": "reject", "above": 0.6, "fit": head["learned"]["fit"]}
    left_out = chosen.tolist()[0]
    done = client.post("/api/review/apply", json=body | {"but": [left_out]}).json()
    assert {row[0] for row in done["rows"]} == set(chosen.tolist()) - {left_out}
    assert "head learned from 30" in done["why"]
    again = client.get("/api/review/learned").json()
    assert again["examples"] == 30, "what a head decided teaches it nothing"
    assert client.post("/api/review/undo", json={"tab": "t"}).json()["count"] == len(chosen) - 1
    decide(client, [left_out], review="reject")
    client.get("/api/review/learned")
    assert client.post("/api/review/apply", json=body).status_code == 409, "more was learned since the preview"


def test_every_view_gives_faces_once_and_only_those_asked_for(client: TestClient) -> None:
    decide(client, [0, 1, 2], review="keep")
    decide(client, [4], review="reject", reason="blurred")
    assert order(client)[1].tolist() == list(range(60))
    assert 4 not in order(client, undecided=True, label="hair_color")[1]
    assert sorted(order(client, view="similar", face=9)[1].tolist()) == list(range(60))
    assert order(client, view="similar", face=9)[1][0] == 9
    assert order(client, where="decided:review", equals="keep")[1].tolist() == [0, 1, 2]
    assert order(client, where="decided:reason", equals="blurred")[1].tolist() == [4]
    assert order(client, where="label:hair_color", equals="blue")[0]["count"] == 2
    assert order(client, where="source", equals="folder")[0]["count"] == 60
    assert order(client, where="nonsense", equals="x")[0]["count"] == 0
    assert order(client, view="drops")[1].tolist() == [60]
    assert order(client, view="drops", equals="decode nothing_such")[0]["count"] == 0


def test_near_copies_come_in_clusters_with_the_best_first(tmp_path: Path) -> None:

    from tachie.core.images import encode_jpeg, encode_png, resized
    from tachie.studio.review.views import Asked

    (tmp_path / "p").mkdir()
    large = blobs(1, 160, 160)
    (tmp_path / "p/a.jpg").write_bytes(encode_jpeg(resized(large, 80, 80), 70))
    (tmp_path / "p/b.png").write_bytes(encode_png(large))
    (tmp_path / "p/c.png").write_bytes(encode_png(blobs(2)))
    build(Build([str(tmp_path / "p")], tmp_path / "d", untagged("faces-as-they-are"), workers=0))
    session = Session.open(tmp_path / "d", [], background=False)
    found = session.views.order(Asked("copies"))
    assert found.faces.tolist() == [1, 0]
    assert found.clusters is not None
    assert found.clusters.tolist() == [0, 0]


def test_thumbnails_come_packed_before_and_after_their_file_is_made(client: TestClient, reviewed: Path) -> None:
    def get(client: TestClient) -> list[bytes]:
        data = client.get("/api/review/thumbs", params={"faces": "0,59,60,3"}).content
        count, *sizes = np.frombuffer(data, "<u4", 5).tolist()
        assert count == 4
        ends = np.cumsum([20, *sizes])
        assert ends[-1] == len(data)
        return [data[a:b] for a, b in pairwise(ends)]

    made = get(client)
    fresh = Session.open(reviewed, [], background=False)
    assert fresh.thumbs.of([0, 59, 60, 3]) == made
    assert Image.open(BytesIO(made[0])).size == (64, 64)
    assert made[2] == b"", "what could not be read has no thumbnail"


def test_the_whole_picture_is_shown_only_if_it_is_that_row_s_own(client: TestClient, reviewed: Path) -> None:
    answer = client.get("/api/review/whole/0")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "image/jpeg"
    pictures = reviewed.parent / "pictures"
    (pictures / "000.png").write_bytes((pictures / "001.png").read_bytes())
    assert client.get("/api/review/whole/0").status_code == 404, "another picture under the same name"
    (pictures / "002.png").unlink()
    assert client.get("/api/review/whole/2").status_code == 404
    assert client.get("/api/review/whole/60").status_code == 404, "a drop proves nothing"


def test_classes_are_kept(client: TestClient, reviewed: Path) -> None:
    client.post("/api/review/classes", json={"classes": ["Chino", "Cocoa", "other"]})
    assert Session.open(reviewed, [], background=False).classes == ["Chino", "Cocoa", "other"]
    assert client.post("/api/review/classes", json={"classes": ["x"] * 11}).status_code == 422


@pytest.mark.parametrize(
    "body",
    [
        {"faces": [60], "set": {"review": "keep"}},
        {"faces": [60], "set": {"class": "x"}},
        {"faces": [0], "set": {"review": "restore"}},
        {"faces": [0, 60], "set": {"review": "restore"}},
        {"faces": [0], "set": {"review": "maybe"}},
        {"faces": [0], "set": {"id": "x"}},
        {"faces": [0], "set": {"why": "x"}},
        {"faces": [0], "set": {"../x": "x"}},
        {"faces": [0], "set": {"class": "a\nb"}},
        {"faces": [0], "set": {"class": ""}},
        {"faces": [0], "set": {"class": "x" * 81}},
        {"faces": [], "set": {"class": "x"}},
        {"faces": [0], "set": {}},
        {"faces": [-1], "set": {"class": "x"}},
        {"faces": [0], "set": {"class": "x"}, "more": 1},
        {"faces": [0], "set": {"class": "x"}, "tab": "<b>"},
    ],
)
def test_what_can_be_no_decision_is_refused(client: TestClient, session: Session, body: dict[str, Any]) -> None:
    assert client.post("/api/review/decide", json=body).status_code == 422
    assert session.decisions.seq == 0


def test_faces_that_do_not_exist_are_refused(client: TestClient) -> None:
    assert client.post("/api/review/decide", json={"faces": [61], "set": {"class": "x"}}).status_code == 404
    for path in ("face/61", "picture/61", "whole/61"):
        assert client.get(f"/api/review/{path}").status_code == 404
    assert client.get("/api/review/thumbs", params={"faces": "61"}).status_code == 404
    assert client.get("/api/review/thumbs", params={"faces": ",".join(["1"] * 257)}).status_code == 422
    assert client.get("/api/review/picture/..%2f..%2ftachie.json").status_code in (404, 422)


def test_writing_needs_the_token(app: FastAPI) -> None:
    stranger = TestClient(app, base_url=HOME)
    for path in ("decide", "undo", "redo", "classes", "apply"):
        assert stranger.post(f"/api/review/{path}", json={}).status_code == 403


def test_an_empty_dataset_can_be_opened(tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    build(Build([str(tmp_path / "none")], tmp_path / "d", untagged("faces-as-they-are"), workers=0))
    assert len(Dataset.open(tmp_path / "d")) == 0
    session = Session.open(tmp_path / "d", [], background=False)
    session.thumbs.make()
    session.learner.prepare()
    client = TestClient(review_app(session), base_url=HOME)
    for view in ("all", "doubt", "sure", "above", "similar", "copies", "drops"):
        assert order(client, view=view)[0]["count"] == 0


def test_nothing_that_can_be_asked_for_breaks_the_api(app: FastAPI) -> None:
    schema = schemathesis.openapi.from_asgi("/openapi.json", app, headers={"Host": "127.0.0.1"})
    headers = {"Host": "127.0.0.1", TOKEN_HEADER: app.state.token}

    @given(case=schema.as_strategy())
    @settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    def ask(case: schemathesis.Case) -> None:
        case.call_and_validate(headers=headers, checks=[not_a_server_error])

    ask()


def test_faces_are_sorted_by_a_label_of_numbers_and_those_without_one_are_left_out(reviewed: Path) -> None:
    ids = Dataset.open(reviewed).columns(["id"]).column("id").to_pylist()
    scores = {row_id: {"outlier": f"{(7 * i) % 60 / 2:.1f}", "word": "x"} for i, row_id in enumerate(ids) if i != 11}
    write_labels(reviewed, "outlier", scores, "learned autoencoder-32", ids)
    session = Session.open(reviewed, [], background=False)
    app = review_app(session)
    client = TestClient(app, base_url=HOME, headers={TOKEN_HEADER: app.state.token})
    assert "label:outlier" in client.get("/api/review/info").json()["sortable"]
    assert "label:word" not in client.get("/api/review/info").json()["sortable"]
    head, faces, body = order(client, view="sorted", by="label:outlier")
    assert (head["numbered"], head["count"]) == (True, 59)
    numbers = np.frombuffer(body, "<f4", head["count"], 4 * head["count"])
    assert [(7 * i) % 60 / 2 for i in faces.tolist()] == numbers.tolist()
    assert (np.diff(numbers) <= 0).all()
    assert 11 not in faces
    assert order(client, view="sorted", by="label:outlier", rising=True)[1].tolist()[0] == faces[-1]
    decide(client, [int(faces[0])], review="reject")
    assert order(client, view="sorted", by="label:outlier", undecided=True)[1].tolist() == faces[1:].tolist()
    assert order(client, view="sorted", by="label:shoe")[0]["count"] == 0
    session.close()
