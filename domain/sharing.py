"""Programmes shared between organisations: whom they are for, what others may do, what changed since a copy."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Final, Literal, get_args

from domain.language import LANGUAGES, Language
from domain.programme import Card, Lesson, LessonText, Programme

Reach = Literal["draft", "own", "everybody"]
REACHES: Final[tuple[Reach, ...]] = get_args(Reach)
Kind = Literal["added", "removed", "changed"]


@dataclass(frozen=True, slots=True)
class Licence:
    """What others may do with a programme. `changes`: publish a changed copy; `alike`: only under the same licence."""

    name: str
    changes: bool = True
    alike: bool = False


RESERVED: Final = Licence("all rights reserved", changes=False)
LICENCES: Final = (
    Licence("CC BY 4.0"),
    Licence("CC BY-SA 4.0", alike=True),
    Licence("CC BY-NC-SA 4.0", alike=True),
    Licence("CC0 1.0"),
    Licence("EUPL-1.2", alike=True),
    RESERVED,
)
_KNOWN: Final = {each.name.casefold(): each for each in LICENCES} | {"cc0": LICENCES[3]}


@dataclass(frozen=True, slots=True)
class Basis:
    """What a programme is a copy of, as it was then: version `number`, made `by` somebody (in words)."""

    programme: Programme
    number: int
    by: str


@dataclass(frozen=True, slots=True)
class CardChange:
    """A card that differs, with its place from 0 before and after (None: it is not there)."""

    kind: Kind
    before: int | None
    after: int | None


@dataclass(frozen=True, slots=True)
class LessonChange:
    """A lesson that differs. `free`: the copy has it as it was, so that it may be taken over.

    `own` are the languages in which the copy alone has it, of a lesson that is removed: they would go with it.
    """

    slug: str
    kind: Kind
    before: Lesson | None
    after: Lesson | None
    free: bool
    own: tuple[Language, ...] = ()


def licence_of(words: str) -> Licence:
    """The licence that a programme's file names; what is not known, or not said, allows nothing."""
    return _KNOWN.get(" ".join(words.split()).casefold(), RESERVED)


def licences(basis: str | None) -> tuple[Licence, ...]:
    """Those that a programme may have, which is a copy of one under `basis` (None: it is no copy)."""
    first = licence_of(basis) if basis is not None else None
    return (first,) if first and first.alike else LICENCES


def may_write(owner: int | None, writes: Collection[int], places: Collection[int]) -> bool:
    """Whether somebody who writes there may change a programme of this owner, where these are all the places.

    What no organisation owns is the installation's, and belongs to all: it is changed by those who write at all places.
    """
    if owner is not None:
        return owner in writes
    return bool(writes) and set(places) <= set(writes)


def copied(programme: Programme, slug: str, owner: str) -> Programme:
    """The same as another's, under its licence."""
    return replace(programme, slug=slug, rules=replace(programme.rules, owner=owner))


def missing(programme: Programme) -> dict[Language, tuple[Lesson, ...]]:
    """The lessons that are to be translated into each language; nothing of languages that no lesson lacks."""
    lacking = {
        each: tuple(lesson for lesson in programme.lessons if not _has(lesson, each)) for each in LANGUAGES
    }
    return {language: lessons for language, lessons in lacking.items() if lessons}


def lesson_changes(
    before: Programme, after: Programme, ours: Programme, known: Sequence[Programme] = ()
) -> tuple[LessonChange, ...]:
    """What differs in an original since `before`, but for what is in the copy `ours` already.

    `known` are versions of the original in between: what the copy has from one of them was not changed in it. What the
    copy says in languages that the original has not is no change.
    """
    was, now, own = _by_slug(before), _by_slug(after), _by_slug(ours)
    past = [_by_slug(each) for each in (before, *known)]
    found = list[LessonChange]()
    for slug in sorted(was.keys() | now.keys()):
        old, new, mine = was.get(slug), now.get(slug), own.get(slug)
        if old == new or _alike(mine, new):
            continue
        kind: Kind = "added" if old is None else "removed" if new is None else "changed"
        free = any(_untouched(mine, each.get(slug), new) for each in past)
        alone = _own(mine, [each.get(slug) for each in past]) if new is None else ()
        found.append(LessonChange(slug, kind, old, new, free, alone))
    return tuple(found)


def card_changes(before: LessonText | None, after: LessonText | None) -> tuple[CardChange, ...]:
    """The cards that differ between two texts of a lesson; questions are known by their names."""
    old, new = (each.cards if each else () for each in (before, after))
    names = [[_name(card) for card in each] for each in (old, new)]
    matched = SequenceMatcher(None, names[0], names[1], autojunk=False)
    found = list[CardChange]()
    for what, first, last, begin, end in matched.get_opcodes():
        if what == "equal":
            pairs = zip(range(first, last), range(begin, end), strict=True)
            found += [CardChange("changed", *pair) for pair in pairs if old[pair[0]] != new[pair[1]]]
        else:
            found += _replaced(range(first, last), range(begin, end))
    return tuple(found)


def taken(ours: Programme, theirs: Programme, slug: str) -> tuple[Programme, tuple[LessonText, ...]]:
    """The copy with a lesson as the original has it (or without it, as that), and translations that no longer fit.

    What the copy says in further languages stays as long as it has the questions that the original has now.
    """
    mine, new = _by_slug(ours).get(slug), _by_slug(theirs).get(slug)
    others = tuple(each for each in ours.lessons if each.slug != slug)
    if new is None:
        return replace(ours, lessons=others), ()
    own = [each for each in mine.texts if not _has(new, each.language)] if mine else []
    fitting = [each for each in own if each.shape == new.texts[0].shape]
    texts = sorted((*new.texts, *fitting), key=lambda each: LANGUAGES.index(each.language))
    lessons = sorted((*others, replace(new, texts=tuple(texts))), key=lambda each: each.slug)
    return replace(ours, lessons=tuple(lessons)), tuple(each for each in own if each not in fitting)


def _replaced(old: Sequence[int], new: Sequence[int]) -> Iterator[CardChange]:
    """Cards in the place of others, one by one, and those of which there are more."""
    both = min(len(old), len(new))
    yield from (CardChange("changed", *pair) for pair in zip(old, new, strict=False))
    yield from (CardChange("removed", each, None) for each in old[both:])
    yield from (CardChange("added", None, each) for each in new[both:])


def _name(card: Card) -> object:
    return card.question.id if card.question and card.question.id else card


def _alike(mine: Lesson | None, theirs: Lesson | None) -> bool:
    """Whether a lesson says the same in every language that theirs has."""
    if mine is None or theirs is None:
        return mine is theirs
    spoken = {each.language for each in theirs.texts}
    return _texts(each for each in mine.texts if each.language in spoken) == _texts(theirs.texts)


def _untouched(mine: Lesson | None, before: Lesson | None, after: Lesson | None) -> bool:
    """Whether the copy has it as it was `before`, and no translation of its own that what comes `after` has, too."""
    if mine is None or before is None or after is None:
        return _alike(mine, before)
    spoken = {each.language for each in before.texts}
    new = {each.language for each in after.texts} - spoken
    return _alike(mine, before) and not any(each.language in new for each in mine.texts)


def _own(mine: Lesson | None, past: Iterable[Lesson | None]) -> tuple[Language, ...]:
    """The languages of what no version of the original has said."""
    said = [text for lesson in past if lesson for text in lesson.texts]
    return tuple(each.language for each in mine.texts if each not in said) if mine else ()


def _texts(texts: Iterable[LessonText]) -> dict[Language, LessonText]:
    return {each.language: each for each in texts}


def _has(lesson: Lesson, language: Language) -> bool:
    return any(each.language == language for each in lesson.texts)


def _by_slug(programme: Programme) -> Mapping[str, Lesson]:
    return {each.slug: each for each in programme.lessons}
