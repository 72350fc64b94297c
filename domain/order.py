"""Which lesson comes next: the one place that knows in which order a programme is taken."""

from collections.abc import Collection

from domain.programme import Programme


def next_lesson(programme: Programme, done: Collection[int], after: int = -1) -> int | None:
    """The first lesson behind the one with this index that is not done; None when there is none left."""
    lessons = range(after + 1, len(programme.lessons))
    return next((lesson for lesson in lessons if lesson not in done), None)
