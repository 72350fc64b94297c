"""Find cards in the lessons: keep the index up to the newest versions, and look up what a reply depends on."""

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from types import MappingProxyType
from typing import Final

from actions import my_data
from domain import reading
from domain.effect import Effect, Find, Read, Share, ShowOwnData
from domain.facts import Facts
from domain.language import Language
from domain.programme import FALLBACK, Programme
from domain.reading import Hit
from domain.searching import Word, entries, forget, telling, told, words_of
from storage import programmes, search, sharing
from storage.database import Connection
from storage.wall import beyond

MOST: Final = 5  # results
RELATED: Final = 3
_NONE: Final[Mapping[int, Programme]] = MappingProxyType({})


def index(tx: Connection, known: Mapping[int, Programme] = _NONE) -> None:
    """Let every programme be found by its newest version; what is so already is left as it is.

    `known` are versions that need not be read from the store.
    """
    with beyond(tx, "index"):
        if not _missing(tx):
            return
        search.alone(tx)
        for programme, version in _missing(tx).items():
            content = known.get(version) or programmes.version(tx, version)
            search.replace(tx, programme, version, entries(content))
    forget()


def find(
    tx: Connection, words: str, language: Language, place: int | None = None, *, strict: bool = False
) -> list[Hit]:
    """The best card of each lesson that has all the words; of those that have any when none has all (not if `strict`).

    The reader's language comes first, then the others. With a `place`, only what its people may learn.
    """
    but = sharing.unlisted(tx, place) if place is not None else frozenset[int]()
    hits = _find(tx, words, language, but, every=True)
    return hits if hits or strict else _find(tx, words, language, but, every=False)


def open_lesson(tx: Connection, programme: str, lesson: str) -> Hit | None:
    """The first card of the lesson by its programme's name and its own; None when there is none that all may read."""
    owner = programmes.by_slug(tx, programme)
    version = sharing.offered(tx).get(owner) if owner else None
    taught = programmes.version(tx, version) if version else None
    slugs = [each.slug for each in taught.lessons] if taught else []
    if version is None or taught is None or lesson not in slugs:
        return None
    place = slugs.index(lesson)
    return Hit(version, taught, place, 0) if reading.can_be_read(taught, place, 0) else None


def looked_up(tx: Connection, facts: Facts, effects: Iterable[Effect]) -> Iterator[Effect]:
    """The effects, with what follows from looking in place of those that look."""
    for effect in effects:
        match effect:
            case Find(words, said):
                hits = find(tx, words, facts.language, _place(facts), strict=said)
                yield from reading.found(facts, effect, hits)
            case Read():
                yield from _read(tx, facts, effect)
            case ShowOwnData():
                yield from my_data.shown(tx, facts)
            case Share(version, lesson):
                yield from _share(tx, facts, version, lesson)
            case _:
                yield effect


def _read(tx: Connection, facts: Facts, read: Read) -> list[Effect]:
    programme = _readable(tx, facts, read.version)
    if programme is None or not reading.can_be_read(programme, read.lesson, read.card):
        return reading.gone()
    hit = Hit(read.version, programme, read.lesson, read.card)
    if not read.more:
        return reading.shown(facts, hit)
    return reading.more(facts, hit, related(tx, hit, facts.language, _place(facts)))


def _share(tx: Connection, facts: Facts, version: int, lesson: int) -> list[Effect]:
    """The lesson's page where everybody may read it, the way into the chat where only colleagues may."""
    programme = _readable(tx, facts, version)
    if programme is None or not reading.can_be_read(programme, lesson, 0):
        return reading.gone()
    if open_lesson(tx, programme.slug, programme.lessons[lesson].slug):
        return reading.shared(facts, programme, lesson)
    if sharing.may_read(tx, version, _place(facts)):
        return reading.shared(facts, programme, lesson, within=version)
    return reading.kept()


def _place(facts: Facts) -> int | None:
    return facts.person.organisation.id if facts.person else None


def _readable(tx: Connection, facts: Facts, version: int) -> Programme | None:
    """The programme of a version that somebody names, if they may read it: also what they have begun."""
    programme = programmes.find(tx, version)
    begun = {each.programme.slug for each in facts.studies}
    if programme is None or programme.slug in begun or sharing.may_read(tx, version, _place(facts)):
        return programme
    return None


def related(tx: Connection, hit: Hit, language: Language, place: int | None = None) -> list[Hit]:
    """Other lessons that say most about what this one is about; with a `place`, only what its people may learn."""
    lesson = hit.programme.lessons[hit.lesson]
    text = lesson.text(language)
    about = telling(text.title, (told(card) for card in text.cards), text.language)
    but = sharing.unlisted(tx, place) if place is not None else frozenset[int]()
    found = search.find(tx, {text.language: about}, but, every=False)
    own = programmes.by_slug(tx, hit.programme.slug), hit.lesson
    others = [each for each in _lessons(found) if (each.programme, each.lesson) != own]
    return [_hit(tx, each) for each in others[:RELATED]]


def _missing(tx: Connection) -> dict[int, int]:
    """The newest version of each programme that is found by none, or by another."""
    there = search.indexed(tx)
    newest = programmes.newest(tx)
    return {programme: version for programme, version in newest.items() if there.get(programme) != version}


def _find(tx: Connection, query: str, language: Language, but: AbstractSet[int], *, every: bool) -> list[Hit]:
    wanted, others = words_of(query, language), [other for other in FALLBACK if other != language]
    found = list[search.Card]()
    for tongues in ([language], others):
        if wanted and len(found) < MOST:
            asked = {each: words_of(query, each) for each in tongues}
            found = _lessons([*found, *search.find(tx, asked, but, every=every)])
    return [_hit(tx, card, wanted) for card in found[:MOST]]


def _hit(tx: Connection, card: search.Card, wanted: tuple[Word, ...] = ()) -> Hit:
    return Hit(card.version, programmes.version(tx, card.version), card.lesson, card.card, wanted)


def _lessons(cards: Iterable[search.Card]) -> list[search.Card]:
    """The first card of each lesson."""
    first = dict[tuple[int, int], search.Card]()
    for card in cards:
        first.setdefault((card.programme, card.lesson), card)
    return list(first.values())
