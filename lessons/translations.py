"""What the lessons of a programme must agree on: the same questions in every language, each name once."""

from collections.abc import Iterable
from dataclasses import replace
from itertools import zip_longest

from domain.language import LANGUAGES, OWN_NAMES, Language
from domain.problem import Problem
from domain.programme import FALLBACK, Shape
from lessons.described import described
from lessons.exam import difference as exam_difference
from lessons.parse import Parsed
from lessons.rules import Findings, shown


def refuse_same_ids(files: list[Parsed]) -> list[Parsed]:
    """A programme's files; one with a question's name of an earlier lesson gets an error and no text."""
    owners: dict[str, str] = {}
    result = []
    for file in sorted(files, key=lambda file: file.origin.slug):
        found = Findings(file.origin.file)
        for line, card in zip(file.lines, file.text.cards if file.text else (), strict=False):
            name = card.question.id if card.question else ""
            if name and owners.setdefault(name, file.origin.slug) != file.origin.slug:
                found.add(
                    line,
                    "same-id",
                    f"The lesson {owners[name]} uses {{#{name}}} already, so change this name.",
                )
        result.append(_with(file, found))
    return result


def refuse_lost(files: list[Parsed]) -> list[Parsed]:
    """A programme's files; one that names a lesson which is not there gets an error and no text."""
    return [_with(file, _lost(file, {each.origin.slug for each in files})) for file in files]


def _lost(file: Parsed, slugs: set[str]) -> Findings:
    found = Findings(file.origin.file)
    for line, card in zip(file.lines, file.text.cards if file.text else (), strict=False):
        about = card.question.about if card.question else ""
        if about and about not in slugs - {file.origin.slug}:
            message = (
                f"There is no other lesson {shown(about)} here, so write the name of one behind lesson=."
            )
            found.add(line, "test", message)
    return found


def refuse_different(files: list[Parsed]) -> list[Parsed]:
    """A lesson's files; one without the questions of the first language gets an error and no text."""
    good = {file.origin.language: file for file in files if file.text}
    first = next((good[language] for language in FALLBACK if language in good), None)
    if not first:
        return files
    return [_compared(file, first) for file in files]


def missing(have: Iterable[Language], file: str, what: str) -> tuple[Problem, ...]:
    """Advice to add the languages that a lesson or a programme does not have, in one line."""
    has = set(have)
    names = [OWN_NAMES[language] for language in LANGUAGES if language not in has]
    found = Findings(file)
    if names:
        found.add(1, "missing-translation", f"Translate the {what} into {', '.join(names)}.")
    return tuple(found.problems)


def _compared(file: Parsed, first: Parsed) -> Parsed:
    if not file.text or not first.text or file.text.shape == first.text.shape:
        return file
    found = Findings(file.origin.file)
    source = first.origin.file.rsplit("/", maxsplit=1)[-1]
    number, message = _difference(file.text.shape, first.text.shape, source)
    line = 1 if number is None else file.lines[min(number, len(file.lines) - 1)]
    found.add(line, "translation-differs", message)
    return _with(file, found)


def _difference(shape: Shape, first: Shape, source: str) -> tuple[int | None, str]:
    """Number (from 0; None: the head) of the first card that differs, and what to make of it."""
    for number, (here, there) in enumerate(zip_longest(shape.cards, first.cards)):
        if here and there and here == replace(there, shuffled=here.shuffled) != there:
            change = "Write .fixed behind" if here.shuffled else "Remove .fixed from behind"
            return number, f"{change} the name of the question of card {number + 1}, as in {source}."
        if here != there:
            wanted = f"it is {described(there, len(first.cards))}" if there else "there is no card"
            return number, f"Make card {number + 1} as in {source}, where {wanted}."
    if shape.draw == first.draw:
        return None, exam_difference(shape.exam, first.exam, source)
    wanted = f'Write "draw: {first.draw}" into' if first.draw else "Remove draw from"
    return None, f"{wanted} the head, as in {source}."


def _with(file: Parsed, found: Findings) -> Parsed:
    if not found.problems:
        return file
    return replace(file, text=None, problems=file.problems + tuple(found.problems))
