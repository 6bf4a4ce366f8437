from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tachie.core.files import printable, replacing, safe_name, write_atomically


def test_a_failed_write_leaves_the_old_file_and_no_temporary_one(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    write_atomically(path, "old")
    with pytest.raises(ZeroDivisionError), replacing(path) as file:
        file.write(b"half" * (1 // 0))
    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["a.txt"]


@given(st.text(max_size=300))
def test_any_text_becomes_a_name_that_windows_accepts(text: str) -> None:
    name = safe_name(text)
    assert name
    assert not set(name) & set('<>:"/\\|?*\x00\n\x7f')
    assert not name.endswith((" ", "."))
    assert name.split(".")[0].lower() not in ("con", "nul", "aux", "prn", "com1", "lpt9")


def test_names_that_are_not_utf8_can_be_printed() -> None:
    assert printable("a\udcff\udc80.png") == "a\\xff\\x80.png"
    assert printable("花.png") == "花.png"
