"""Programmes in folders, written in a few words, and what was read of them in a few more."""

from collections.abc import Callable
from pathlib import Path

from lessons.library import Library

Write = Callable[[str, str | bytes], Path]
TEXT = "x" * 600
QUESTION = "## Which? {#which}\n\n- [x] One\n  > Yes.\n- [ ] Two\n  > No.\n"


def description(title: str) -> str:
    return f"---\ntitle: {title}\n---\n\nAbout.\n"


def source(title: str, body: str = f"{TEXT}\n\n---\n\n{QUESTION}") -> str:
    return f"---\ntitle: {title}\nminutes: 2\n---\n\n{body}"  # the text in line 6, the question in line 10


def found(library: Library) -> list[tuple[str, int, str]]:
    assert [problem.message for problem in library.problems if not problem.message.endswith(".")] == []
    return [(problem.file, problem.line, problem.rule) for problem in library.problems]


def named(library: Library) -> list[tuple[str, list[str]]]:
    """Each draft's slug, and its lessons with their languages."""
    return [
        (
            draft.programme.slug,
            [
                f"{lesson.slug}:{','.join(text.language for text in lesson.texts)}"
                for lesson in draft.programme.lessons
            ],
        )
        for draft in library.drafts
    ]


def languages(write: Write, name: str, content: str) -> None:
    for language in ("lt", "pl", "nb", "en"):
        write(f"{name}.{language}.md", content)


def whole(write: Write, folder: str = "p") -> None:
    """A programme with nothing wrong: two lessons in four languages."""
    languages(write, f"{folder}/programme", description("P"))
    languages(write, f"{folder}/01-a", source("A"))
    languages(write, f"{folder}/02-b", source("B").replace("#which", "#what"))
