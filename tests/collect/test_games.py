"""Lists of games: what ErogameScape gives and Getchu is asked for."""

from pathlib import Path

import pytest

from tachie.collect.games import Game, read_games, write_games
from tachie.core.errors import InputError

GAMES = [
    Game(1, '髙い "空", の①', "ソフト", "2013-04-26", True, 700000),
    Game(2, "18禁", None, None, False, 700017),
    Game(3, "売られない", None, "2014-01-01", None, None),
]


def test_games_are_read_as_they_were_written(tmp_path: Path) -> None:
    for path in write_games(GAMES, tmp_path):
        assert read_games(path) == GAMES
    assert sorted(p.name for p in tmp_path.iterdir()) == ["games.csv", "games.jsonl"]


def test_a_list_made_by_hand_needs_one_column(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text("links\nwww.getchu.com/soft.phtml?id=989183\nhttps://www.getchu.com/item/12/?gc=gc\nnothing\n")
    assert [g.getchu_id for g in read_games(path)] == [989183, 12]
    path.write_text("comike,gamename\n5,a\n,b\n")
    assert [(g.getchu_id, g.name) for g in read_games(path)] == [(5, "a")]


@pytest.mark.parametrize("content", [b"name\nx\n", b"\xff\xfe\x00", b'"never closed\n1'])
def test_another_file_is_refused_in_words(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "games.csv"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"games\.csv"):
        read_games(path)
    with pytest.raises(InputError, match="none"):
        read_games(tmp_path / "none.csv")
