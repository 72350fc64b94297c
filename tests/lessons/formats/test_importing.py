"""A file of questions in, a whole programme out, or nothing at all."""

from collections.abc import Callable
from pathlib import Path

import pytest

from lessons.check import check
from lessons.formats.bank import Unreadable
from lessons.formats.folder import write_folder
from lessons.formats.importing import take
from lessons.formats.making import Taken
from lessons.library import read_library
from tests.lessons.formats.samples import AIKEN, SAMPLES

Bring = Callable[..., Taken]
COUNTS = {
    "gift": {
        "single": 2,
        "multiple": 1,
        "truefalse": 1,
        "order": 1,
        "match": 1,
        "number": 2,
        "short": 1,
        "open": 1,
        "description": 1,
    },
    "xml": {
        "single": 3,
        "multiple": 2,
        "truefalse": 1,
        "order": 1,
        "match": 4,
        "number": 3,
        "short": 4,
        "open": 2,
        "description": 1,
    },
    "aiken": {"single": 2},
    "csv": {
        "single": 1,
        "multiple": 1,
        "truefalse": 1,
        "opinion": 1,
        "order": 1,
        "match": 1,
        "number": 1,
        "short": 1,
        "open": 1,
        "description": 1,
    },
}


@pytest.mark.parametrize("name", COUNTS)
def test_a_bank_becomes_a_programme_without_errors(tmp_path: Path, bring: Bring, name: str) -> None:
    taken = bring(f"bank.{name}", SAMPLES[name])
    assert dict(taken.kinds) == COUNTS[name]
    assert taken.taken == sum(COUNTS[name].values())
    report = check(tmp_path / "bank")
    assert (report.errors, report.programmes, report.lessons) == (0, 1, taken.lessons)
    assert [each.name for each in tmp_path.iterdir()] == ["bank"]


def test_what_the_folder_holds(tmp_path: Path, bring: Bring) -> None:
    bring("fire-safety_2.txt", AIKEN)
    files = {each.name: each.read_text(encoding="utf-8") for each in (tmp_path / "bank").iterdir()}
    assert files == {
        "programme.lt.md": '---\ntitle: "fire safety 2"\n---\n\n'
        "Perkelta iš kitos programos: fire-safety_2.txt.\n",
        "01-fire-safety-2.lt.md": '---\ntitle: "fire safety 2"\nminutes: 1\n---\n\n'
        "## What is the right answer? {#what-is-the-right-answer}\n\n"
        "- [ ] Is it this one?\n- [x] Maybe this one?\n\n---\n\n"
        "## Which program has most formats of questions? {#which-program-has-most-formats-of-questi}\n\n"
        "- [x] Moodle\n- [ ] Another\n- [ ] A third\n",
    }


def lessons(folder: Path) -> list[tuple[str, str, list[str]]]:
    """Each lesson's slug, its title and the names of its questions."""
    (draft,) = read_library(folder).drafts
    texts = [(lesson.slug, lesson.text("lt")) for lesson in draft.programme.lessons]
    return [(slug, text.title, [asked.id for asked in text.questions]) for slug, text in texts]


def test_questions_are_grouped_by_category_ten_to_a_lesson(tmp_path: Path, bring: Bring) -> None:
    blocks = [
        *(
            f"$CATEGORY: $course$/top/{'Water' if number % 2 else 'Fire // smoke'}\n\n::Q::a{number}?{{}}"
            for number in range(23)
        ),
        "$CATEGORY: $course$/top",
        "Why?{}",
    ]
    bring("a.gift", "\n\n".join(blocks))
    assert [(slug, title, len(names)) for slug, title, names in lessons(tmp_path / "bank")] == [
        ("01-fire-smoke-1", "Fire / smoke 1", 10),
        ("02-fire-smoke-2", "Fire / smoke 2", 2),
        ("03-water-1", "Water 1", 10),
        ("04-water-2", "Water 2", 1),
        ("05-a", "a", 1),
    ]
    names = [name for _, _, names in lessons(tmp_path / "bank") for name in names]
    assert names[:3] == ["q", "q-3", "q-5"]
    assert len(set(names)) == 24


def test_names_are_the_banks_or_made_of_the_words(tmp_path: Path, bring: Bring) -> None:
    bring(
        "a.gift",
        "::who-1::Who?{}\n\n::Kas ką?::What?{}\n\nIt is so.{T}\n\n::end-of-lesson::End?{}\n\n::知::知?{}",
    )
    (lesson,) = lessons(tmp_path / "bank")
    assert lesson[2] == ["who-1", "kas-ka", "it-is-so", "end-of-lesson-2", "lesson"]


def test_many_long_cards_are_divided(tmp_path: Path, bring: Bring) -> None:
    bring("a.gift", "\n\n".join(f"{'ž&lt;*' * 700}{number}" for number in range(35)))
    (draft,) = read_library(tmp_path / "bank").drafts
    cards = [len(lesson.text("lt").cards) for lesson in draft.programme.lessons]
    assert sum(cards) == 35
    assert max(cards) <= 30
    assert max(each.stat().st_size for each in (tmp_path / "bank").iterdir()) <= 256 * 1024


LIMITS = {
    "thirteen options": (f"Who?{{={'~'.join('abcdefghijklm')}}}", "13 options"),
    "one option": ("[html]Who?{=a ~}", "1 options"),
    "the same option": ("Who?{=a ~b ~b}", "twice"),
    "a long option": (f"Who?{{={'a' * 301} ~b}}", "301 characters"),
    "no text": ("Who?{=a ~#b}", "no text"),
    "nine pairs": (f"Who?{{{' '.join(f'={each}->{each}' for each in range(9))}}}", "9 rows"),
    "a long text": ("a" * 3_901, "3,901 characters"),
    "a long explanation": (f"Who?{{=a#{'x' * 1_001} ~b}}", "1,001 characters"),
    "many words": (f"Who?{{{' '.join(f'=a{each}' for each in range(21))}}}", "at most 20"),
    "nothing to see": ("Who?{=\u200b ~b}", "no text"),
}


@pytest.mark.parametrize(("source", "part"), LIMITS.values(), ids=LIMITS)
def test_the_limits_of_a_lesson_hold(bring: Bring, source: str, part: str) -> None:
    taken = bring("a.gift", f"Why?{{}}\n\n{source}")
    (told,) = taken.refused
    assert (told.line, taken.taken) == (3, 1)
    assert part in told.reason


def test_an_answer_in_words_that_is_a_number_is_one(tmp_path: Path, bring: Bring) -> None:
    assert dict(bring("a.gift", "Which year?{=1990 =1991}").kinds) == {"short": 1}
    assert "= 1990 | 1991" in (tmp_path / "bank" / "01-a.lt.md").read_text(encoding="utf-8")


def test_where_nothing_is_taken_nothing_is_written(tmp_path: Path, bring: Bring) -> None:
    taken = bring("a.gift", "Who?{~a}\n\nWhat?{")
    assert (taken.taken, taken.lessons, len(taken.refused)) == (0, 0, 2)
    assert not (tmp_path / "bank").exists()


def test_an_empty_folder_is_filled(tmp_path: Path, bring: Bring) -> None:
    (tmp_path / "bank").mkdir()
    assert bring("a.gift", "Why?{}").taken == 1


def test_a_folder_that_is_not_empty_is_left_alone(tmp_path: Path, bring: Bring) -> None:
    (tmp_path / "bank").mkdir()
    (tmp_path / "bank" / "mine.md").write_text("mine", encoding="utf-8")
    with pytest.raises(
        Unreadable, match=r"^The folder .*bank is not empty: name one that is not there yet\.$"
    ):
        bring("a.gift", "Why?{}")
    assert [each.name for each in (tmp_path / "bank").iterdir()] == ["mine.md"]


def test_what_would_not_be_a_programme_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(
        Unreadable, match=r"^The lessons would have 2 errors, so nothing was written; the first: 01\.lt\.md"
    ):
        write_folder({"programme.lt.md": "?", "01.lt.md": "?"}, tmp_path / "bank")
    assert list(tmp_path.iterdir()) == []


PLACES = {
    "My Bank": r"^Call the folder my-bank instead of My Bank: names have only a-z, 0-9 and -\.$",
    "file": r"^.*file is not a folder: name one that is not there yet\.$",
    "no/where": r"^There is no folder .*no: make it first\.$",
    "link": r"^.*link is not a folder: name one that is not there yet\.$",
}


@pytest.mark.parametrize(("place", "reason"), PLACES.items(), ids=list(PLACES))
def test_a_place_that_cannot_be(tmp_path: Path, place: str, reason: str) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    (tmp_path / "link").symlink_to(tmp_path)
    bank = tmp_path / "a.gift"
    bank.write_text("Why?{}", encoding="utf-8")
    with pytest.raises(Unreadable, match=reason):
        take(bank, tmp_path / place, language="lt")
