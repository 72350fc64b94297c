"""What becomes of a lesson's source: what is wrong with it, what messengers show of it, what it changes."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from actions.author import Desk
from console.desks import sources
from console.differences import Row, differences
from console.previews import Message, Previews
from domain.language import Language
from domain.problem import Problem
from domain.programme import Picture, Programme
from lessons import editing
from lessons.editing import Key


@dataclass(frozen=True, slots=True)
class Column:
    """A lesson in one messenger and language; without messages, its text cannot be read."""

    messenger: str
    language: Language
    messages: Sequence[Message]


@dataclass(frozen=True, slots=True)
class Sight:
    """What becomes of a source: what is wrong, what messengers show, what it changes (None: too much to compare)."""

    problems: Sequence[Problem]
    elsewhere: Sequence[Problem]
    columns: Sequence[Column]
    rows: Sequence[Row] | None


def sight(
    previews: Previews | None,
    desk: Desk,
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
    told = editing.seen(editing.edited(desk.programme, texts, desk.pictures), {key[0]})
    name, draft = f"{key[0]}.{key[1]}.md", desk.drafts.get(key)
    before = draft.source if crossed and draft else _published(desk, key)
    return Sight(
        [each for each in told if each.file == name],
        [each for each in told if each.file != name and each.severity == "error"],
        _columns(previews, desk, key[0], {each: texts.get((key[0], each)) for each in shown}),
        differences(before, source),
    )


def _published(desk: Desk, key: Key) -> str:
    there = editing.text_of(desk.programme, key)
    return editing.written(desk.programme, key, desk.pictures) or "" if there else ""


def _columns(
    previews: Previews | None, desk: Desk, slug: str, texts: Mapping[Language, str | None]
) -> list[Column]:
    """A lesson in these languages in every messenger; where a source is given, it is read."""
    if previews is None:
        return []
    number = next(at for at, lesson in enumerate(desk.programme.lessons) if lesson.slug == slug)
    columns = []
    for language, source in texts.items():
        alone = _alone(desk.programme, number, (slug, language), source, beside=desk.pictures)
        for messenger in previews.messengers:
            told = list(previews.show(alone, number, language, messenger)) if alone else []
            columns.append(Column(messenger, language, told))
    return columns


def _alone(
    programme: Programme, number: int, key: Key, source: str | None, *, beside: Sequence[Picture]
) -> Programme | None:
    """The programme with this text as the only one of its lesson; None when it cannot be read, or is not there."""
    parsed = editing.read(programme, key, source, beside).text if source is not None else None
    text = parsed if source is not None else editing.text_of(programme, key)
    if text is None:
        return None
    lessons = list(programme.lessons)
    lessons[number] = replace(lessons[number], texts=(text,))
    return replace(programme, lessons=tuple(lessons))
