"""Recordings: chapters as they are written, who may see one, and how one is found."""

import pytest

from domain.at_webinar import ShowRecording, ShowRecordings
from domain.recording import MOST_CHAPTERS, Chapter, Recording, chapters, may_see, written
from domain.recording_talk import A_PAGE, archive, asked, none, one, show
from domain.seating import Standing
from domain.webinar import SeenBy
from tests.domain.make import person
from tests.domain.test_webinar import SAMPLE

LT = "0:00 Įvadas\n\n1:02:03 Klausimai"
EN = "0:00  Beginning\n59:59 End"


def test_chapters_of_two_languages_meet_at_their_times() -> None:
    found = chapters({"lt": LT, "en": EN})
    assert found == [
        Chapter(0, {"lt": "Įvadas", "en": "Beginning"}),
        Chapter(3_599, {"en": "End"}),
        Chapter(3_723, {"lt": "Klausimai"}),
    ]
    assert [each.clock for each in found] == ["0:00", "59:59", "1:02:03"]
    assert [each.title("pl") for each in found] == ["Įvadas", "End", "Klausimai"]
    assert (written(found, "lt"), written(found, "en")) == (LT.replace("\n\n", "\n"), EN.replace("  ", " "))


@pytest.mark.parametrize(
    "line", ["Įvadas", "1 Įvadas", "0:60 Įvadas", "0:00", "-1:00 a", "0:00 " + "a" * 121, "1:2:3:4 a"]
)
def test_a_line_that_is_no_chapter_is_said_to_be_none(line: str) -> None:
    assert chapters({"lt": line}) is None


def test_there_are_not_too_many() -> None:
    many = [f"{each}:00 a" for each in range(MOST_CHAPTERS + 1)]
    assert chapters({"lt": "\n".join(many)}) is None
    assert len(chapters({"lt": "\n".join(many[1:])}) or []) == MOST_CHAPTERS


@pytest.mark.parametrize(
    ("seen_by", "standing", "attended", "is_for", "may"),
    [
        ("attended", "seated", True, True, True),
        ("attended", "seated", False, True, False),
        ("registered", "seated", False, False, True),
        ("registered", "waiting", False, True, False),
        ("registered", None, True, False, True),
        ("everybody", None, False, True, True),
        ("everybody", "seated", False, False, True),
        ("everybody", "gone", False, False, False),
    ],
)
def test_who_may_see_it(
    seen_by: SeenBy, standing: Standing | None, *, attended: bool, is_for: bool, may: bool
) -> None:
    assert may_see(seen_by, standing, attended=attended, is_for=is_for) is may


@pytest.mark.parametrize(
    ("words", "found"),
    [("", True), ("PAVADINIMAS klausim", True), ("klausim nėra", False), ("virusai", False)],
)
def test_all_words_have_to_stand_there(words: str, *, found: bool) -> None:
    recording = Recording(SAMPLE, "https://rec.example/", chapters({"lt": LT}) or [])
    assert recording.found_by(words) is found


def test_words_and_numbers() -> None:
    assert asked("  du   žodžiai ") == [ShowRecordings(0, "du žodžiai")]
    assert [one(each) for each in ("7", "seven")] == [[ShowRecording(7)], [ShowRecording(0)]]


def test_the_archive_shows_a_page_and_how_to_find_more() -> None:
    found = Recording(SAMPLE, "https://rec.example/")
    assert [each.text for each in archive([], person(), "").lines] == ["recordings.none"]
    assert [each.text for each in archive([], person(), "virusai").lines] == ["recordings.not_found"]
    some, many = archive([found], person(), ""), archive([found] * (A_PAGE + 1), person(), "")
    assert [each.text for each in some.lines] == ["recordings.head", "recordings.line", "recordings.search"]
    assert [each.data for each in some.choices] == ["/recording 1", "/menu"]
    assert [each.text for each in many.lines][-2:] == ["recordings.line", "recordings.more"]
    assert len(many.choices) == A_PAGE + 1


def test_one_is_shown_with_its_chapters() -> None:
    found = Recording(SAMPLE, "https://rec.example/", chapters({"lt": LT}) or [])
    said = show(found, person())
    assert [each.text for each in said.lines] == ["recording.of", "recording.chapter", "recording.chapter"]
    assert said.lines[0].params["link"] == "https://rec.example/"
    assert said.lines[1].params == {"at": "0:00", "title": "Įvadas"}
    assert show(found, person(), new=True).lines[0].text == "recording.new"
    assert [each.text for each in none().lines] == ["recordings.none"]
