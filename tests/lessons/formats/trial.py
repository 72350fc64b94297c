"""What becomes of bytes that are read as a bank, and that all of it is in order: what was refused says why."""

from pathlib import Path

from domain.language import Language
from lessons.formats.bank import Unreadable
from lessons.formats.making import make
from lessons.parse import Origin, parse_lesson
from lessons.shelf import Shelf


def outcome(name: str, data: bytes, language: Language, *, again: bool = True) -> str:
    """What came of it: unreadable, refused (all of it), or taken. AssertionError when a sentence is not in order.

    `again`: the lessons, whose cards were read one by one when they were made, are read as a whole.
    """
    try:
        made = make(f"a.{name}", data, language=language, form=name)
    except Unreadable as reason:
        assert_sentence(str(reason))
        return "unreadable"
    for told in (*made.taken.refused, *made.taken.changed):
        assert_sentence(told.reason)
        assert told.line >= 1
    for file, text in made.texts.items() if again else ():
        if not file.startswith("programme") and "![" not in text:
            read = parse_lesson(
                text.encode(), Origin(file, file.split(".")[0], language), Shelf(Path("none"))
            )
            assert not [problem for problem in read.problems if problem.severity == "error"]
    return "taken" if made.taken.taken else "refused"


def assert_sentence(reason: str) -> None:
    assert reason.isprintable()
    assert reason[-1] in ".:"
    assert len(reason) < 400
