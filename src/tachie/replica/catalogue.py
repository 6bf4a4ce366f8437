"""An invented catalogue of games, the same for the same seed, that the replicas of ErogameScape and Getchu share."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from random import Random
from typing import Literal

from tachie.core.attributes import COLOR_ATTRIBUTES, HAIR_STYLES
from tachie.paperdoll import Paperdoll, draw_paperdoll
from tachie.paperdoll.choice import choose_attributes

Layout = Literal["new", "old", "json-ld"]
SEEDS_A_CATALOGUE = 1_000_000  # dolls of different catalogues never meet
FIRST_DAY = date(2012, 11, 22)  # the classic query begins with 2013
_ADULT_SEEDS = 500_000

_SURNAMES = (
    ("鳴瀬", "なるせ"), ("髙橋", "たかはし"), ("水無月", "みなづき"), ("神﨑", "かんざき"), ("篠宮", "しのみや"),
    ("桜庭", "さくらば"), ("星野", "ほしの"), ("一ノ瀬", "いちのせ"), ("天海", "あまみ"), ("白鷺", "しらさぎ"),
    ("結城", "ゆうき"), ("藤堂", "とうどう"), ("御影", "みかげ"), ("雨宮", "あまみや"), ("緋山", "ひやま"),
    ("朝比奈", "あさひな"),
)  # fmt: skip
_GIVEN = (
    ("しろは", "しろは"), ("彩香", "あやか"), ("千夏", "ちなつ"), ("詩織", "しおり"), ("ルナ", "るな"),
    ("真白", "ましろ"), ("琴葉", "ことは"), ("ひなた", "ひなた"), ("玲", "れい"), ("小春", "こはる"),
    ("エマ", "えま"), ("澪", "みお"), ("楓", "かえで"), ("美月", "みつき"), ("つばさ", "つばさ"), ("灯", "あかり"),
    ("紗夜", "さよ"), ("りんか", "りんか"), ("栞", "しおり"), ("ノエル", "のえる"), ("花音", "かのん"),
    ("いろは", "いろは"), ("雪乃", "ゆきの"), ("千早", "ちはや"), ("リゼ", "りぜ"), ("梓", "あずさ"), ("雫", "しずく"),
    ("莉子", "りこ"), ("アリス", "ありす"), ("結衣", "ゆい"), ("凛", "りん"), ("伊織", "いおり"),
)  # fmt: skip
_VOICES = ("青葉りんか", "桃井はるか", "風見そら", "北村ゆず", "小倉あずき", "水橋みかん", "沢城もも", "遠野さくら")
_ARTISTS = ("七海すず", "カンザキヒロ子", "深水みなと", "和泉つばめ", "狗神きらり", "東雲あおい")
_BRANDS = ("しろいはこ", "Paperworks", "ソラとうみ", "月虹ソフト", "Atelier 立ち絵", "HOSHIZORA")
_GENRES = ("恋愛アドベンチャー", "学園ファンタジーADV", "ビジュアルノベル", "ミステリーアドベンチャー", "RPG")
_FRONT = ("夏空", "星降る", "硝子の", "放課後", "月夜の", "桜色", "雨音の", "空色", "真冬の", "水平線の")
_BACK = ("ポケット", "カフェテラス", "アルバム", "図書室", "シンフォニー", "パレット", "ステーション", "スケッチ")
_EDITIONS = ("", "", " 初回限定版", " Ⅱ", " ～再会～", " 完全版 Vol.①")
_LIKES = (
    "星を見ること",
    "古い地図",
    "甘い卵焼き",
    "雨の日の散歩",
    "図書室の窓ぎわの席",
    "天体望遠鏡",
    "手紙を書くこと",
)
_PLACES = ("海辺の町", "坂の上の喫茶店", "港の見える時計店", "山あいの駅", "路面電車の終点")
_TALKS = (
    "{place}で暮らす。{like}が好きで、話しはじめると止まらない。",
    "いつも静かだが、{like}のことになると目の色が変わる。{place}の生まれ。",
    "{place}の手伝いをしている。特技は{like}…のはず♥",
)


@dataclass(frozen=True, slots=True)
class Figure:
    """A character as the catalogue knows her, and the seed of the doll that shows her."""

    name: str
    reading: str
    voice: str
    profile: str
    doll_seed: int
    second_seed: int | None = None  # of her second standing picture (`charab`)

    def doll(self, *, second: bool = False) -> Paperdoll:
        """Draw her; the second picture keeps hair and eyes and changes everything else."""
        if not second or self.second_seed is None:
            return draw_paperdoll(self.doll_seed)
        return draw_paperdoll(self.second_seed, self._kept())

    def attributes(self, *, second: bool = False) -> dict[str, str]:
        """Return what is true of a picture, without drawing it."""
        if not second or self.second_seed is None:
            return choose_attributes(self.doll_seed, {})
        return choose_attributes(self.second_seed, self._kept())

    def _kept(self) -> dict[str, str]:
        first = choose_attributes(self.doll_seed, {})
        return {name: first[name] for name in (*COLOR_ATTRIBUTES, *HAIR_STYLES)}


@dataclass(frozen=True, slots=True)
class CatalogueGame:
    """One game. `id` is ErogameScape's, `getchu_id` the shop's (None: not sold there); `gone` answers 404 there."""

    id: int
    getchu_id: int | None
    name: str
    brand: int
    sold_on: date | None
    adult: bool
    genre: str
    artist: str
    layout: Layout
    gone: bool
    figures: tuple[Figure, ...]

    @property
    def brand_name(self) -> str:
        """The brand's name."""
        return _BRANDS[self.brand]

    @property
    def rights(self) -> str:
        """The line in which its page claims the pictures: as a page does it, and true."""
        return f"©{self.brand_name}（tachieが描いた絵、CC0）"

    @property
    def reachable(self) -> bool:
        """Whether the shop shows it to somebody who has not stated their age."""
        return self.getchu_id is not None and not self.gone and not self.adult

    def pictures(self) -> Iterator[tuple[str, Figure, bool]]:
        """Yield file name, figure and whether it is her second picture, of each standing picture."""
        for n, figure in enumerate(self.figures, 1):
            yield f"c{self.getchu_id}chara{n}.jpg", figure, False
            if figure.second_seed is not None:
                yield f"c{self.getchu_id}charab{n}.jpg", figure, True


@dataclass(frozen=True)
class Catalogue:
    """Games until exactly `pictures` standing pictures are shown to anybody; more are behind the age gate."""

    pictures: int = 60
    seed: int = 0
    first_day: date = FIRST_DAY

    @cached_property
    def games(self) -> tuple[CatalogueGame, ...]:
        """All games, by id."""
        rng = Random(f"catalogue {self.seed}")
        games: list[CatalogueGame] = []
        shown = hidden = born = 0
        while shown < self.pictures:
            game = self._game(rng, len(games), (shown, hidden, born))
            born += len(game.figures)
            count = sum(1 for _ in game.pictures()) if game.getchu_id else 0
            shown, hidden = shown + count * game.reachable, hidden + count * (not game.reachable)
            games.append(game)
        return tuple(games)

    @cached_property
    def by_getchu_id(self) -> dict[int, CatalogueGame]:
        """Games by the shop's id."""
        return {game.getchu_id: game for game in self.games if game.getchu_id is not None}

    @property
    def brands(self) -> tuple[str, ...]:
        """Names of brands; a brand's key is its place, from 1."""
        return _BRANDS

    def truth(self) -> Iterator[tuple[str, dict[str, str]]]:
        """Yield file name and true attributes of every standing picture that anybody is shown."""
        for game in self.games:
            if game.reachable:
                for file, figure, second in game.pictures():
                    yield file, figure.attributes(second=second)

    def _game(self, rng: Random, index: int, before: tuple[int, int, int]) -> CatalogueGame:
        """Return game number `index`; pictures shown and hidden, and figures born, are those of the games before."""
        shown, hidden, born = before
        # Every kind of game comes early, so that small catalogues hold them all.
        adult, gone, unsold, unknown_day = index % 6 == 1, index % 13 == 2, index % 11 == 9, index % 17 == 6
        layout: Layout = "old" if index % 7 == 3 else "json-ld" if index % 9 == 5 else "new"
        name = rng.choice(_FRONT) + rng.choice(_BACK) + rng.choice(_EDITIONS)
        day = self.first_day + timedelta(days=29 * index % 3500)
        artist = rng.choice(_ARTISTS)
        hide = adult or gone or unsold
        first = self.seed * SEEDS_A_CATALOGUE + (_ADULT_SEEDS + hidden if hide else shown)
        room = 6 if hide else min(6, self.pictures - shown)
        return CatalogueGame(
            id=101 + 3 * index,
            getchu_id=None if unsold else 700_000 + 17 * index,
            name=name,
            brand=rng.randrange(len(_BRANDS)),
            sold_on=None if unknown_day else day,
            adult=adult,
            genre=rng.choice(_GENRES),
            artist=artist,
            layout=layout,
            gone=gone,
            figures=tuple(_figures(rng, first, born, min(room, rng.randint(3, 5)), room)),
        )


def _figures(rng: Random, seed: int, born: int, count: int, room: int) -> Iterator[Figure]:
    """Yield `count` figures with at most `room` pictures among them; the dolls' seeds count up from `seed`.

    The first 512 figures of a catalogue have names of their own: 197 steps through all pairs and repeats none.
    """
    for i in range(count):
        pair = 197 * (born + i) % (len(_SURNAMES) * len(_GIVEN))
        surname, given = _SURNAMES[pair % len(_SURNAMES)], _GIVEN[pair // len(_SURNAMES)]
        again = rng.random() < 0.2 and room - (count - i) > 0
        talk = rng.choice(_TALKS).format(place=rng.choice(_PLACES), like=rng.choice(_LIKES))
        yield Figure(
            name=f"{surname[0]} {given[0]}",
            reading=f"{surname[1]} {given[1]}",
            voice=rng.choice(_VOICES),
            profile=talk,
            doll_seed=seed,
            second_seed=seed + 1 if again else None,
        )
        seed, room = seed + 1 + again, room - 1 - again
