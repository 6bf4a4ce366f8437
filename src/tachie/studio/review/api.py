"""The routes of the review page. Faces are numbers; large answers are packed binary, little-endian."""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import numpy as np
from fastapi import APIRouter, FastAPI, HTTPException, Path, Query
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request

from tachie.core.errors import DiskFullError, TachieError, Unreadable
from tachie.core.images import decode, encode_jpeg, encode_png, fitted
from tachie.dataset.decisions import Action, Fields
from tachie.dataset.format import KEEP, LABEL_FRAME, REJECT, RESTORE, REVIEW_FRAME
from tachie.studio.review.session import Session
from tachie.studio.review.views import Asked, Order, View
from tachie.studio.server import page_app

MOST_THUMBS = 256
WHOLE_PX = 1_600
_FACE_PX = 512

LabelName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Word = Annotated[str, Field(min_length=1, max_length=80, pattern=r"^[^\x00-\x1f\x7f]+$")]
Tab = Annotated[str, Field(max_length=40, pattern=r"^[A-Za-z0-9-]*$")]
Number = Annotated[int, Field(ge=0, le=2**40)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Decide(_Body):
    """Set fields of faces; null takes a field back."""

    tab: Tab = ""
    faces: Annotated[list[Number], Field(min_length=1, max_length=200_000)]
    set: Annotated[dict[LabelName, Word | None], Field(min_length=1, max_length=20)]


class FromTab(_Body):
    """Which tab asks."""

    tab: Tab = ""


class Classes(_Body):
    """The classes of the keys 1 to 9, then 0."""

    classes: Annotated[list[Word], Field(max_length=10)]


class Apply(_Body):
    """Give all faces that a fit is sure of its answer, but those left out by hand."""

    tab: Tab = ""
    label: LabelName
    value: Word
    above: Annotated[float, Field(ge=0.5, le=1.0)]
    fit: Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]
    but: Annotated[list[Number], Field(max_length=100_000)] = []


router = APIRouter(prefix="/api/review")


def review_app(session: Session) -> FastAPI:
    """Return the app of the review page for an open session."""
    app = page_app("review")
    app.state.review = session
    app.include_router(router)

    @app.exception_handler(TachieError)
    def complain(request: Request, error: TachieError) -> JSONResponse:
        return JSONResponse({"detail": str(error)}, 507 if isinstance(error, DiskFullError) else 422)

    return app


def _of(request: Request) -> Session:
    session: Session = request.app.state.review
    return session


@router.get("/info")
def info(request: Request) -> dict[str, Any]:
    """What the dataset holds and can be grouped by."""
    return _of(request).info()


@router.get("/state")
def state(request: Request, since: Annotated[int, Query(ge=0, le=2**60)] = 0) -> dict[str, Any]:
    """What is decided, or what changed after action `since`: `rows` of [face, version, fields]."""
    return _of(request).state(since)


@router.get("/order", response_class=Response)
def order(
    request: Request,
    view: View = "all",
    label: Annotated[str, Query(pattern=r"^[a-z][a-z0-9_]{0,39}$")] = "review",
    value: Annotated[str, Query(max_length=80)] = "",
    face: Annotated[int, Query(ge=-1, le=2**40)] = -1,
    above: Annotated[float, Query(ge=0.5, le=1.0)] = 0.98,
    where: Annotated[str, Query(max_length=80)] = "",
    equals: Annotated[str, Query(max_length=200)] = "",
    undecided: bool = False,
    by: Annotated[str, Query(max_length=80)] = "",
    rising: bool = False,
) -> Response:
    """The faces of a view in order.

    Packed: u32 length of a JSON header, the header, padding to 4 bytes, u32 faces[count], then, where the header says
    so, f32 scores[count] and u32 codes[count] (what the head says), u32 clusters[count], and f32 numbers[count]
    (what the view "sorted" goes by).
    """
    session = _of(request)
    asked = Asked(view, label, value, face, above, where, equals, undecided, by, rising)
    found = session.views.order(asked)
    fit = session.learner.last(label)
    head: dict[str, Any] = {"count": len(found.faces), "lacking": session.learner.lacking(label)}
    if fit:
        head["learned"] = fit.summary(session.views.wanted(Asked(label=label, undecided=True)))
    return Response(_packed(found, head), media_type="application/octet-stream")


def _packed(found: Order, head: dict[str, Any]) -> bytes:
    arrays = [found.faces.astype("<u4")]
    head["classes"] = list(found.classes)
    head["scored"], head["clustered"] = found.scores is not None, found.clusters is not None
    head["numbered"] = found.numbers is not None
    if found.scores is not None and found.codes is not None:
        arrays += [found.scores.astype("<f4"), found.codes.astype("<u4")]
    if found.clusters is not None:
        arrays.append(found.clusters.astype("<u4"))
    if found.numbers is not None:
        arrays.append(found.numbers.astype("<f4"))
    return _with_header(head, b"".join(a.tobytes() for a in arrays))


def _with_header(head: Mapping[str, Any], body: bytes) -> bytes:
    text = json.dumps(head).encode()
    text += b" " * (-len(text) % 4)
    return struct.pack("<I", len(text)) + text + body


@router.get("/labels", response_class=Response)
def labels(request: Request, name: Annotated[str, Query(pattern=r"^[a-z][a-z0-9_]{0,39}$")]) -> Response:
    """What the dataset says of a label: a JSON header with its `values`, then i16 codes[rows], -1 where unknown."""
    values, codes = _of(request).views.stated(name)
    return Response(
        _with_header({"values": values}, codes.astype("<i2").tobytes()), media_type="application/octet-stream"
    )


@router.get("/thumbs", response_class=Response)
def thumbs(
    request: Request, faces: Annotated[str, Query(pattern=r"^\d{1,9}(,\d{1,9})*$", max_length=4_000)]
) -> Response:
    """Thumbnails of up to 256 faces: u32 count, u32 length of each, then their bytes (any of PNG, JPEG, WebP, GIF)."""
    session = _of(request)
    numbers = [int(n) for n in faces.split(",")]
    if len(numbers) > MOST_THUMBS:
        raise HTTPException(422, f"at most {MOST_THUMBS} faces at once")
    _check(session, numbers)
    found = session.thumbs.of(numbers)
    body = np.array([len(found), *map(len, found)], "<u4").tobytes() + b"".join(found)
    return Response(body, media_type="application/octet-stream")


FaceNumber = Annotated[int, Path(ge=0, le=2**40)]


@router.get("/face/{face}")
def face(request: Request, face: FaceNumber) -> JSONResponse:
    """What the dataset knows of a face, and what each head that was fitted says of it."""
    session = _of(request)
    _check(session, [face])
    known = session.faces.known(face)
    return JSONResponse({k: _plain(v) for k, v in known.items()})


def _plain(value: Any) -> Any:
    if isinstance(value, float):
        return value if np.isfinite(value) else None
    if isinstance(value, list):
        return [_plain(v) for v in value]
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items()}
    return value


@router.get("/picture/{face}", response_class=Response)
def picture(request: Request, face: FaceNumber) -> Response:
    """The stored picture of a row (or a drop's thumbnail) as PNG, at most 512 px; plain grey where it is broken."""
    session = _of(request)
    _check(session, [face])
    try:
        rgb = decode(session.faces.picture(face)).rgb
    except Unreadable:
        rgb = np.full((8, 8, 3), 160, np.uint8)
    return Response(encode_png(fitted(rgb, _FACE_PX)[0]), media_type="image/png")


@router.get("/whole/{face}", response_class=Response)
def whole(request: Request, face: FaceNumber) -> Response:
    """The picture that a row was cut from, as JPEG of at most 1,600 px; X-Scale says how much smaller it is.

    404 where the original is gone or has changed: nothing but this row's own original is ever sent.
    """
    session = _of(request)
    _check(session, [face])
    known = session.faces.known(face)
    # A drop keeps no hash of its original, so nothing could prove which picture it is.
    item = session.originals.picture(known["source_path"], known["parent_id"]) if face < session.faces.rows else None
    if item is None:
        raise HTTPException(404, "the whole picture is not there any more, or has changed")
    rgb, factor = fitted(item.pixels(), WHOLE_PX)
    headers = {"X-Scale": f"{factor:.6f}"}
    return Response(encode_jpeg(rgb, 88), media_type="image/jpeg", headers=headers)


@router.get("/learned")
def learned(
    request: Request, label: Annotated[str, Query(pattern=r"^[a-z][a-z0-9_]{0,39}$")] = "review"
) -> dict[str, Any]:
    """What is learned of a label now, fitted anew if needed; `lacking` says what is missing."""
    session = _of(request)
    fit = session.learner.fit(label)
    free = session.views.wanted(Asked(label=label, undecided=True))
    return {"lacking": session.learner.lacking(label), **(fit.summary(free) if fit else {})}


@router.post("/decide")
def decide(request: Request, body: Decide) -> dict[str, Any]:
    """Decide on faces: answered once it is on the disk."""
    session = _of(request)
    _check(session, body.faces)
    _check_fields(session, body.faces, body.set)
    ids = session.faces.ids
    rows = list(dict.fromkeys(ids[n] for n in body.faces))
    return _done(session, session.decisions.record([(rows, dict(body.set))], tab=body.tab))


@router.post("/apply")
def apply(request: Request, body: Apply) -> dict[str, Any]:
    """Give every undecided face above a probability the head's answer, as one action that can be undone.

    409 where the head was fitted anew since the preview: then there is another one to look at.
    """
    session = _of(request)
    fit = session.learner.last(body.label)
    if fit is None or fit.name != body.fit or body.value not in fit.head.classes:
        raise HTTPException(409, "more was learned since this was shown; look at it again")
    asked = Asked("above", body.label, body.value, above=body.above, undecided=True)
    left_out = set(body.but)
    faces = [int(n) for n in session.views.order(asked).faces if int(n) not in left_out]
    latest = session.learner.last(body.label)
    if latest is None or latest.name != body.fit:
        raise HTTPException(409, "more was learned since this was shown; look at it again")
    if not faces:
        return {"seq": session.decisions.seq, "rows": [], "count": 0}
    ids = session.faces.ids
    fields: Fields = {body.label: body.value}
    why = f"above {body.above:g} by a head learned from {fit.examples} decisions"
    return _done(session, session.decisions.record([([ids[n] for n in faces], fields)], why, body.tab))


@router.post("/undo")
def undo(request: Request, body: FromTab) -> dict[str, Any]:
    """Take back this tab's last action, or the last of all where it has none."""
    session = _of(request)
    return _done(session, session.decisions.undo(body.tab))


@router.post("/redo")
def redo(request: Request, body: FromTab) -> dict[str, Any]:
    """Do again what this tab took back last."""
    session = _of(request)
    return _done(session, session.decisions.redo(body.tab))


@router.post("/classes")
def classes(request: Request, body: Classes) -> dict[str, Any]:
    """Name the classes that the number keys stand for."""
    session = _of(request)
    session.set_classes(list(dict.fromkeys(body.classes)))
    return {"classes": session.classes}


def _done(session: Session, action: Action | None) -> dict[str, Any]:
    if action is None:
        return {"seq": session.decisions.seq, "rows": [], "count": 0}
    rows = [session.said(row_id, session.decisions.rows.get(row_id)) for row_id in action.ids()]
    said = [row for row in rows if row]
    return {"seq": session.decisions.seq, "rows": said, "count": len(said), "why": action.why}


def _check(session: Session, numbers: Sequence[int]) -> None:
    if max(numbers) >= len(session.faces):
        raise HTTPException(404, f"there are {len(session.faces)} faces")


def _check_fields(session: Session, numbers: Sequence[int], fields: Mapping[str, str | None]) -> None:
    """Refuse what no decision can be: unknown words for `review`, and names that the label file needs itself."""
    reserved = (set(LABEL_FRAME) | set(REVIEW_FRAME)) - {"review", "reason"}
    if reserved & fields.keys():
        raise HTTPException(422, f"no label can be called {min(reserved & fields.keys())}")
    drops = [n >= session.faces.rows for n in numbers]
    if any(drops):
        if not all(drops) or fields.keys() != {"review"} or fields["review"] not in (RESTORE, None):
            raise HTTPException(422, f"what was left out can only be brought back: review={RESTORE}, or null")
    elif fields.get("review") not in (KEEP, REJECT, None):
        raise HTTPException(422, f"review is {KEEP}, {REJECT} or null")
