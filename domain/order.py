"""Which lesson comes next: the one place that knows in which order a programme is taken."""

from collections.abc import Collection

from domain.programme import Programme


def left(programme: Programme, done: Collection[int]) -> tuple[int, ...]:
    """The lessons that may be begun now: in fixed order the first that is not done, in free order all of these.

    In free order tests come last: once everything that they may ask about is done.
    """
    waiting = tuple(lesson for lesson in range(len(programme.lessons)) if lesson not in done)
    if programme.rules.order == "fixed":
        return waiting[:1]
    return tuple(lesson for lesson in waiting if programme.lessons[lesson].texts[0].exam is None) or waiting


def next_lesson(programme: Programme, done: Collection[int], after: int = -1) -> int | None:
    """The lesson that comes by itself once the one with this index is over; None when there is none left.

    In fixed order it is the first behind that one that is not done; in free order the first of all.
    """
    if programme.rules.order == "free":
        return next(iter(left(programme, {*done, after})), None)
    lessons = range(after + 1, len(programme.lessons))
    return next((lesson for lesson in lessons if lesson not in done), None)


def others(programme: Programme, done: Collection[int], lesson: int) -> tuple[int, ...]:
    """What the learner may choose in place of the lesson that comes by itself."""
    return tuple(each for each in left(programme, done) if each != lesson)
