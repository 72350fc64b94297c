"""Lessons changed one by one: a published text written as its source, and sources read back into their programme."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from domain.language import LANGUAGES, Language
from domain.problem import Problem
from domain.programme import DESCRIPTION, Lesson, LessonText, Programme, ProgrammeText
from domain.text import units
from lessons import write
from lessons.beside import Beside, Digests, KnownPictures
from lessons.parse import Origin, Parsed, parse_lesson, parse_programme
from lessons.rules import Findings
from lessons.rules_head import MOST_AUDIENCE
from lessons.shelf import Drawn
from lessons.source import MOST_BYTES
from lessons.translations import refuse_different, refuse_same_ids

Key = tuple[str, Language]  # a lesson's slug, and one of its languages
NOTHING = Beside()


@dataclass(frozen=True, slots=True)
class Edited:
    """A programme with new texts in it, and everything that is wrong with them.

    `sets` are the pictures that were drawn together for it, by the digests of their parts.
    """

    programme: Programme
    problems: tuple[Problem, ...]
    sets: Mapping[Digests, Drawn]

    @property
    def good(self) -> bool:
        """It can be published."""
        return all(problem.severity != "error" for problem in self.problems)


def text_of(programme: Programme, key: Key) -> LessonText | None:
    """The published text, if the lesson is in this language."""
    return next((text for slug, text in _texts(programme) if (slug, text.language) == key), None)


def written(programme: Programme, key: Key, beside: Beside = NOTHING) -> str | None:
    """The source of a published text; of a lesson that is not in this language, its source in the first one it has.

    None: it holds what cannot be written as a source, so that it can only be changed in its file. KeyError: there is no
    such lesson.
    """
    lesson = {each.slug: each for each in programme.lessons}[key[0]]
    text = lesson.text(key[1])
    source = write.lesson(text)
    parsed = parse_lesson(
        source.encode(), _origin((key[0], text.language)), KnownPictures(programme, text, beside)
    )
    return source if parsed.text == text else None


def read(programme: Programme, key: Key, source: str, beside: Beside = NOTHING) -> Parsed:
    """What a source says that is to stand in the programme; never raises, whatever it is."""
    data, found = source.encode(errors="replace"), Findings(_origin(key).file)
    if len(data) > MOST_BYTES:
        most = MOST_BYTES // 1024
        found.add(1, "file-size", f"The text is larger than {most} KB, so divide it into lessons.")
        return Parsed(_origin(key), None, (), tuple(found.problems))
    return parse_lesson(data, _origin(key), KnownPictures(programme, text_of(programme, key), beside))


def described(language: Language, title: str, text: str, audience: str) -> ProgrammeText | None:
    """Title and description of a programme and for whom it is, as somebody typed them; None where a file could not say
    them: there is none, or it is too long."""
    source = write.description(" ".join(title.split()), text.replace("\r\n", "\n").strip())
    told = parse_programme(source.encode(), _origin((DESCRIPTION, language))).text
    meant = " ".join(audience.split())
    return replace(told, audience=meant) if told and units(meant) <= MOST_AUDIENCE else None


def edited(programme: Programme, sources: Mapping[Key, str], beside: Beside = NOTHING) -> Edited:
    """The programme with these sources in it, as far as they can be read, and whether all languages still agree.

    Sources of lessons that the programme does not have are left out.
    """
    sets = dict[Digests, Drawn]()

    def draw(digests: Digests) -> Drawn:
        sets[digests] = beside.draw(digests)
        return sets[digests]

    slugs = {lesson.slug for lesson in programme.lessons}
    files = {(slug, text.language): _unchanged(slug, text) for slug, text in _texts(programme)}
    for key, source in sources.items():
        if key[0] in slugs:
            files[key] = read(programme, key, source, replace(beside, draw=draw))
    changed = tuple(_with(lesson, files) for lesson in programme.lessons)
    problems = [problem for each in _compared(list(files.values())) for problem in each.problems]
    return Edited(replace(programme, lessons=changed), tuple(problems), sets)


def seen(edited: Edited, slugs: Collection[str]) -> tuple[Problem, ...]:
    """The problems of these lessons."""
    return tuple(each for each in edited.problems if each.file.partition(".")[0] in slugs)


def _compared(files: list[Parsed]) -> list[Parsed]:
    """The files with what is wrong with them together."""
    by_lesson: dict[str, list[Parsed]] = {}
    for file in refuse_same_ids(files):
        by_lesson.setdefault(file.origin.slug, []).append(file)
    return [file for group in by_lesson.values() for file in refuse_different(group)]


def _with(lesson: Lesson, files: Mapping[Key, Parsed]) -> Lesson:
    earlier = {text.language: text for text in lesson.texts}
    told = [(files.get((lesson.slug, each)), earlier.get(each)) for each in LANGUAGES]
    texts = [(file.text if file else None) or before for file, before in told]
    return replace(lesson, texts=tuple(text for text in texts if text))


def _unchanged(slug: str, text: LessonText) -> Parsed:
    return Parsed(_origin((slug, text.language)), text, (1,) * len(text.cards), ())


def _texts(programme: Programme) -> Iterable[tuple[str, LessonText]]:
    return ((lesson.slug, text) for lesson in programme.lessons for text in lesson.texts)


def _origin(key: Key) -> Origin:
    return Origin(f"{key[0]}.{key[1]}.md", *key)
