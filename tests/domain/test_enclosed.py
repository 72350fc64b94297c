"""What goes along with an announcement: how long it is, and what is not said."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.enclosed import GAP, NOTE, NOTHING, Enclosed, File, Link, Poll, length, missing, said_in
from domain.programme import Picture

DESK = Picture("a" * 64, "desk.png", "", 8, 6)


@pytest.mark.parametrize(
    ("words", "links", "units"),
    [
        ("", (Link("https://a.example"),), 0),
        ("Labas", (), 5),
        ("Labas", (Link("https://a.example"),), 24),
        ("Labas", (Link("https://a.example", {"lt": "Atverti"}), Link("https://b.example")), 24),
        ("😀", (), 2),
    ],
)
def test_it_is_as_long_as_messengers_count_with_what_is_written_out(
    words: str, links: tuple[Link, ...], units: int
) -> None:
    """A link with a label is a button, and counts nothing."""
    assert length(words, Enclosed(links=links), "lt") == units


def test_what_is_said_in_no_language_of_the_reader_is_said_in_another() -> None:
    assert said_in({"lt": "a", "en": "b"}, "en") == "b"
    assert said_in({"lt": "a", "en": "b"}, "pl") == "a"
    assert said_in({"lt": "", "en": "b"}, "pl") == "b"
    assert said_in({}, "pl") == ""


def test_a_picture_is_described_in_the_readers_language() -> None:
    assert NOTHING.shown("lt") is None
    shown = Enclosed(DESK, {"lt": "Stalas", "nb": "Et bord"}).shown("nb")
    assert shown == replace(DESK, alt="Et bord")


def test_what_readers_miss_is_said_in_their_languages() -> None:
    assert missing(NOTHING, ["lt"]) == []
    labelled = Link("https://a.example", {"lt": "Atverti"})
    whole = Enclosed(DESK, {"lt": "Stalas"}, File("b" * 64, "a.pdf", 1), (labelled,))
    assert missing(whole, ["lt"]) == []
    assert missing(whole, ["nb", "lt"]) == [("alt", "nb"), ("label", "nb")]
    assert missing(Enclosed(links=(Link("example"), Link(""))), ["lt"]) == []


POLL = Poll({"lt": "Kada?"}, ({"lt": "Ryte"}, {"lt": "Vakare"}), days=3)


def test_a_question_counts_with_its_answers_and_lasts_its_days() -> None:
    assert length("a", Enclosed(poll=POLL), "lt") == 1 + NOTE + 2 * GAP + 5 + (4 + 4) + (6 + 4)
    assert POLL.lasts == timedelta(days=3)


@pytest.mark.parametrize(
    ("poll", "said"),
    [
        (POLL, []),
        (replace(POLL, answers=POLL.answers[:1]), [("answers", None)]),
        (replace(POLL, answers=POLL.answers * 4), [("answers", None)]),
        (replace(POLL, question={}), [("question", "lt")]),
        (replace(POLL, answers=(*POLL.answers, {"en": "No"})), [("question", "lt")]),
    ],
)
def test_a_question_is_whole_in_each_language(poll: Poll, said: list[tuple[str, str | None]]) -> None:
    assert missing(Enclosed(poll=poll), ["lt"]) == said


def test_the_bytes_are_known_by_their_digests() -> None:
    file = File("b" * 64, "a.pdf", 1)
    assert NOTHING.digests == ()
    assert Enclosed(DESK, {}, file).digests == ("a" * 64, "b" * 64)
    assert file.path == f"/file/{'b' * 64}/a.pdf"
