"""What becomes of a lesson's source: what is wrong with it, what messengers show of it, what it changes."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from actions.author import Desk
from console.desks import sources
from console.differences import Row, differences
from console.previews import Message, Previews
from domain.language import Language
from domain.problem import Problem
from domain.programme import Programme
from lessons import editing
from lessons.beside import Beside
from lessons.editing import Key


@dataclass(frozen=True, slots=True)
class Column:
    """A lesson in one messenger and language; without messages, its text cannot be read."""

    messenger: str
    language: Language
    messages: Sequence[Message]


@dataclass(frozen=True, slots=True)
class Sight:
    """What becomes of a source: what is wrong, what messengers show, what it changes (None: too much to compare).

    `sets` are pictures that were drawn together and are not kept yet, by their digests: the digests of their parts.
    """

    problems: Sequence[Problem]
    elsewhere: Sequence[Problem]
    columns: Sequence[Column]
    rows: Sequence[Row] | None
    sets: Mapping[str, Sequence[str]]


def sight(
    previews: Previews | None,
    desk: Desk,
    beside: Beside,
    key: Key,
    source: str,
    *,
    shown: Collection[Language],
    crossed: bool = False,
) -> Sight:
    """What the source is to become, with previews in the languages `shown`.

    `crossed`: compare it with the draft that stands there.
    """
    texts = sources(desk) | {key: source}
    made = editing.edited(desk.programme, texts, beside)
    told = editing.seen(made, {key[0]})
    name, draft = f"{key[0]}.{key[1]}.md", desk.drafts.get(key)
    before = draft.source if crossed and draft else _published(desk, key, beside)
    return Sight(
        [each for each in told if each.file == name],
        [each for each in told if each.file != name and each.severity == "error"],
        _columns(previews, desk, beside, key[0], {each: texts.get((key[0], each)) for each in shown}),
        differences(before, source),
        {drawn.picture.digest: parts for parts, drawn in made.sets.items()},
    )


def _published(desk: Desk, key: Key, beside: Beside) -> str:
    there = editing.text_of(desk.programme, key)
    return editing.written(desk.programme, key, beside) or "" if there else ""


def _columns(
    previews: Previews | None, desk: Desk, beside: Beside, slug: str, texts: Mapping[Language, str | None]
) -> list[Column]:
    """A lesson in these languages in every messenger; where a source is given, it is read."""
    if previews is None:
        return []
    number = next(at for at, lesson in enumerate(desk.programme.lessons) if lesson.slug == slug)
    columns = []
    for language, source in texts.items():
        alone = _alone(desk.programme, number, (slug, language), source, beside=beside)
        for messenger in previews.messengers:
            told = list(previews.show(alone, number, language, messenger)) if alone else []
            columns.append(Column(messenger, language, told))
    return columns


def _alone(
    programme: Programme, number: int, key: Key, source: str | None, *, beside: Beside
) -> Programme | None:
    """The programme with this text as the only one of its lesson; None when it cannot be read, or is not there."""
    parsed = editing.read(programme, key, source, beside).text if source is not None else None
    text = parsed if source is not None else editing.text_of(programme, key)
    if text is None:
        return None
    lessons = list(programme.lessons)
    lessons[number] = replace(lessons[number], texts=(text,))
    return replace(programme, lessons=tuple(lessons))
