"""The events file for TensorBoard."""

from __future__ import annotations

import struct

from tachie.train.events import FOLDER, Events, crc32c, event, record
from tachie.train.loop import train


def test_the_checksum_is_the_standards():
    assert crc32c(b"123456789") == 0xE3069283  # RFC 3720, and zlib-like checks everywhere


def test_a_record_is_as_tensorflows_own_writer_makes_it():
    # b"abc" as tf.io.TFRecordWriter frames it: length, its masked checksum, data, their masked checksum.
    framed = record(b"abc")
    assert framed[:8] == struct.pack("<Q", 3)
    assert framed[12:15] == b"abc"
    assert len(framed) == 19


def test_an_event_has_time_and_step_in_the_fields_of_event_proto():
    assert event(1.0, 300, b"") == b"\x09" + struct.pack("<d", 1.0) + b"\x10\xac\x02"


def test_a_run_leaves_its_figures_and_grids_for_tensorboard(faces, tiny, tmp_path):
    train(faces, tiny(tick_s=1e-9), tmp_path / "run")
    train(faces, tiny(kimg=0.032), tmp_path / "run", resume=True)
    written = sorted((tmp_path / "run" / FOLDER).glob("events.out.tfevents.*"))
    assert len(written) == 2, "each resumption writes its own"
    data = written[0].read_bytes()
    at, records = 0, []
    while at < len(data):
        (length,) = struct.unpack("<Q", data[at : at + 8])
        records.append(data[at + 12 : at + 12 + length])
        assert record(records[-1]) == data[at : at + 16 + length]
        at += 16 + length
    assert b"brain.Event:2" in records[0]
    assert sum(b"loss_d" in r for r in records) == 6
    assert any(b"\x89PNG" in r for r in records)


def test_figures_that_are_not_known_are_left_out(tmp_path):
    Events(tmp_path, 0).add(5, {"distance": None, "loss_g": 0.5})
    (file,) = (tmp_path / FOLDER).iterdir()
    assert b"loss_g" in file.read_bytes()
    assert b"distance" not in file.read_bytes()
