"""Text with entities: offsets stay on their characters, whatever stands before them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.text import Entity, Text, join, marked, shortened, units
from tests.domain.strategies import texts


def covered(text: Text) -> list[tuple[str, str, str]]:
    """Each entity with the characters under it, cut as a messenger cuts them."""
    raw = text.plain.encode("utf-16-le", "surrogatepass")
    return [
        (
            entity.kind,
            entity.url,
            raw[entity.offset * 2 : (entity.offset + entity.length) * 2].decode("utf-16-le", "surrogatepass"),
        )
        for entity in text.entities
    ]


@pytest.mark.parametrize(
    ("plain", "length"),
    [("", 0), ("abc", 3), ("žąsis", 5), ("😀", 2), ("a😀b", 4), ("👩‍🏫", 5), ("e\u0301", 2), ("\ud83d", 1)],
)
def test_length_is_counted_in_utf_16_units(plain: str, length: int) -> None:
    assert units(plain) == length
    assert Text(plain).units == length


@given(st.text())
def test_length_is_that_of_the_encoded_text(plain: str) -> None:
    assert units(plain) == len(plain.encode("utf-16-le")) // 2


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (marked("", "bold"), Text()),
        (marked("labas", "bold"), Text("labas", (Entity("bold", 0, 5),))),
        (marked("😀!", "hidden"), Text("😀!", (Entity("hidden", 0, 3),))),
    ],
)
def test_marked_covers_the_whole_text(text: Text, expected: Text) -> None:
    assert text == expected


@pytest.mark.parametrize(
    ("parts", "separator", "expected"),
    [
        ((), "\n\n", Text()),
        ((Text(), Text()), "\n\n", Text()),
        ((Text("a"), Text(), Text("b")), "\n\n", Text("a\n\nb")),
        ((Text(), marked("b", "bold")), "\n\n", marked("b", "bold")),
        ((Text("😀"), marked("b", "bold")), "\n", Text("😀\nb", (Entity("bold", 3, 1),))),
        ((marked("a", "code"), marked("b", "bold")), "😀", Text("a😀b", (Entity("code", 0, 1), Entity("bold", 3, 1)))),
        (
            (Text("x"), Text("go", (Entity("link", 0, 2, "https://a.example"),))),
            "\n\n",
            Text("x\n\ngo", (Entity("link", 3, 2, "https://a.example"),)),
        ),
    ],
)  # fmt: skip
def test_join_moves_entities_along(parts: tuple[Text, ...], separator: str, expected: Text) -> None:
    assert join(*parts, separator=separator) == expected


@given(st.lists(texts(), max_size=5), st.sampled_from(["\n\n", "\n", "", "😀", " – "]))
def test_entities_stay_on_their_characters(parts: list[Text], separator: str) -> None:
    joined = join(*parts, separator=separator)
    assert joined.plain == separator.join(part.plain for part in parts if part.plain)
    assert covered(joined) == [each for part in parts for each in covered(part)]


@given(texts())
def test_a_text_is_true_when_there_is_something_to_read(text: Text) -> None:
    assert bool(text) == (text.plain != "")
    assert join(text) == (text or Text())


@pytest.mark.parametrize(
    ("plain", "shown"),
    [
        ("", ""),
        ("a  b\nc", "a b c"),
        ("x" * 10, "x" * 10),
        ("x" * 11, "x" * 9 + "…"),
        ("aaaa bbb cccc", "aaaa bbb…"),
    ],
)
def test_a_long_text_is_shortened_to_a_line(plain: str, shown: str) -> None:
    assert shortened(plain, 10) == shown
