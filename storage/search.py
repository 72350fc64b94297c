"""What lessons are found by: the cards of the newest versions, and an index over the stems of their words.

The index is the store's own: a table of FTS5 on SQLite, a `tsvector` under GIN on PostgreSQL. Neither splits or changes
a word: both are given stems, each behind its language, so that the words of one language are never those of another.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from sqlalchemy import Connection, Index, Table, TextClause, event, func, insert, select, text
from sqlmodel import Field, SQLModel

from domain.language import Language
from domain.searching import Entry, Word
from storage.codec import dump
from storage.table import agree, core

FORM: Final = 1  # of the stems: what was indexed in another one is indexed anew
MOST: Final = 60  # cards of a language that a look gives
WORDS: Final = "search_words"  # the index; SQLite keeps it in tables whose names begin so
_MOST_PLACE: Final = 16_383  # of a word in a tsvector


class SearchRow(SQLModel, table=True):
    """A card of a programme's newest version in one language. Its stems are in the index under the same id.

    `form` says how the stems were made.
    """

    __tablename__ = "search_card"
    __table_args__ = (
        Index("search_card_programme", "programme_id"),
        agree(
            "search_card_version", "programme_version", {"version_id": "id", "programme_id": "programme_id"}
        ),
    )
    id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    programme_id: int = Field(foreign_key="programme.id")
    version_id: int = Field(foreign_key="programme_version.id")
    lesson: int
    card: int
    language: str
    form: int


SEARCH = core(SearchRow)
_MAKE: Final = {
    "sqlite": (
        "CREATE VIRTUAL TABLE search_words USING fts5(title, words, tokenize = 'unicode61 remove_diacritics 0')",
    ),
    "postgresql": (
        "CREATE TABLE search_words (id INTEGER PRIMARY KEY REFERENCES search_card ON DELETE CASCADE, words TSVECTOR)",
        "CREATE INDEX search_words_words ON search_words USING gin (words)",
    ),
}


@event.listens_for(SEARCH, "after_create")
def _make(_table: Table, tx: Connection, **_how: object) -> None:
    """The index comes and goes with the cards (in tests; migrations have statements of their own)."""
    for statement in _MAKE[tx.dialect.name]:
        tx.exec_driver_sql(statement)


@event.listens_for(SEARCH, "before_drop")
def _unmake(_table: Table, tx: Connection, **_how: object) -> None:
    tx.exec_driver_sql("DROP TABLE search_words")


_ADD: Final = {
    "sqlite": text("INSERT INTO search_words (rowid, title, words) VALUES (:id, :title, :words)"),
    "postgresql": text(
        "INSERT INTO search_words (id, words) VALUES (:id, CAST(CAST(:words AS TEXT) AS TSVECTOR))"
    ),
}
_REMOVE: Final = {
    dialect: text(
        f"DELETE FROM search_words WHERE {name} IN (SELECT id FROM search_card WHERE programme_id = :programme)"  # noqa: S608
    )
    for dialect, name in (("sqlite", "rowid"), ("postgresql", "id"))
}
# A word in the title counts as much as four in the card.
_BEST: Final = {
    "sqlite": (
        "SELECT {tongue} AS tongue, rowid AS id, rank AS place FROM search_words "
        "WHERE search_words MATCH :wanted{tongue} AND rank MATCH 'bm25(4.0, 1.0)' {but} ORDER BY rank LIMIT :most"
    ),
    "postgresql": (
        "SELECT {tongue} AS tongue, id, -ts_rank('{{0.25, 0.25, 0.25, 1.0}}', words, wanted, 1) AS place "
        "FROM search_words, CAST(CAST(:wanted{tongue} AS TEXT) AS TSQUERY) AS wanted "
        "WHERE words @@ wanted {but} ORDER BY place, id LIMIT :most"
    ),
}
# Nothing of these programmes, where there are any.
_BUT: Final = {
    "sqlite": "AND rowid NOT IN (SELECT id FROM search_card WHERE programme_id IN "
    "(SELECT value FROM json_each(:but)))",
    "postgresql": "AND id NOT IN (SELECT id FROM search_card WHERE programme_id IN "
    "(SELECT CAST(value AS INTEGER) FROM json_array_elements_text(CAST(CAST(:but AS TEXT) AS JSON))))",
}
_ONE: Final = "SELECT * FROM ({best}) AS t{tongue}"
_FIND: Final = (
    "SELECT c.programme_id, c.version_id, c.lesson, c.card FROM ({best}) AS hit "
    "JOIN search_card c ON c.id = hit.id ORDER BY hit.tongue, hit.place, hit.id"
)


@cache
def _find(dialect: str, tongues: int, some: bool) -> TextClause:
    """The statement that looks in so many languages at once: each question to a server is a turn of waiting."""
    but = _BUT[dialect] if some else ""
    best = (_BEST[dialect].format(tongue=tongue, but=but) for tongue in range(tongues))
    each = (_ONE.format(best=one, tongue=tongue) for tongue, one in enumerate(best))
    return text(_FIND.format(best=" UNION ALL ".join(each)))


@dataclass(frozen=True, slots=True)
class Card:
    """A card that was found, and the programme and version that it is in."""

    programme: int
    version: int
    lesson: int
    card: int


def alone(tx: Connection) -> None:
    """Let nobody else write the index to the end of the transaction, once nobody does. (SQLite has one writer.)"""
    if tx.dialect.name == "postgresql":
        tx.exec_driver_sql("LOCK TABLE search_card IN SHARE ROW EXCLUSIVE MODE")


def indexed(tx: Connection) -> dict[int, int]:
    """The version by which each programme is found, by the programme's id."""
    rows = select(SEARCH.c.programme_id, SEARCH.c.version_id).where(SEARCH.c.form == FORM).distinct()
    return {row[0]: row[1] for row in tx.execute(rows)}


def replace(tx: Connection, programme: int, version: int, entries: Iterable[Entry]) -> None:
    """Let the programme be found by these cards of this version, and by no earlier one."""
    dialect = tx.dialect.name
    tx.execute(_REMOVE[dialect], {"programme": programme})
    tx.execute(SEARCH.delete().where(SEARCH.c.programme_id == programme))
    first = tx.execute(select(func.coalesce(func.max(SEARCH.c.id), 0))).scalar_one() + 1
    numbered = list(enumerate(entries, first))
    if not numbered:
        return
    own = {"programme_id": programme, "version_id": version, "form": FORM}
    places = ({"lesson": each.lesson, "card": each.card, "language": each.language} for _, each in numbered)
    rows = [{"id": id_, **place, **own} for (id_, _), place in zip(numbered, places, strict=True)]
    tx.execute(insert(SEARCH), rows)
    tx.execute(_ADD[dialect], [{"id": id_, **_words(dialect, each)} for id_, each in numbered])


def find(
    tx: Connection, asked: Mapping[Language, Sequence[Word]], but: Collection[int] = (), *, every: bool
) -> list[Card]:
    """Cards that have every word (or any) as it is in their language, at most MOST of each language.

    Cards of the programmes `but` are left out.

    Those of the first language come first, in each the best first.
    """
    write = _fts5 if tx.dialect.name == "sqlite" else _tsquery
    wanted = [write(language, words, every=every) for language, words in asked.items() if words]
    if not wanted:
        return []
    given = {f"wanted{tongue}": each for tongue, each in enumerate(wanted)}
    more = {"but": dump(sorted(but))} if but else {}
    found = tx.execute(_find(tx.dialect.name, len(wanted), bool(but)), {**given, **more, "most": MOST})
    return [Card(*row) for row in found]


def _words(dialect: str, entry: Entry) -> dict[str, str]:
    title, words = ([entry.language + stem for stem in stems] for stems in (entry.title, entry.stems))
    if dialect == "sqlite":
        return {"title": " ".join(title), "words": " ".join(words)}
    return {"words": _tsvector(title, words)}


def _tsvector(title: Sequence[str], words: Sequence[str]) -> str:
    """Stems with their places, those of the title with weight A (PostgreSQL, "tsvector")."""
    places = defaultdict[str, list[str]](list)
    for place, stem in enumerate((*title, *words), 1):
        weight = "A" if place <= len(title) else ""
        places[stem].append(f"{min(place, _MOST_PLACE)}{weight}")
    return " ".join(f"'{stem}':{','.join(each)}" for stem, each in places.items())


def _fts5(language: Language, words: Sequence[Word], *, every: bool) -> str:
    """A query in which every stem is a string of its own (SQLite, "FTS5 Strings"): letters and digits alone."""
    each = (
        [f'"{language}{stem}"' for stem in word.stems]
        + ([f'"{language}{word.begins}"*'] if word.begins else [])
        for word in words
    )
    return (" AND " if every else " OR ").join(f"({' OR '.join(any_)})" for any_ in each)


def _tsquery(language: Language, words: Sequence[Word], *, every: bool) -> str:
    """The same for PostgreSQL."""
    each = (
        [f"'{language}{stem}'" for stem in word.stems]
        + ([f"'{language}{word.begins}':*"] if word.begins else [])
        for word in words
    )
    return (" & " if every else " | ").join(f"({' | '.join(any_)})" for any_ in each)
