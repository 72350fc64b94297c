"""Text as HTML: the characters stay what they are, the tags are ours alone; and differences line by line."""

import time
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.differences import MOST_LINES, Row, differences
from console.marking import marked_up
from domain.text import Entity, Text

REVEAL = "REVEAL"
OURS = {"strong", "em", "s", "code", "blockquote", "a", "span", "details", "summary"}
PIECES = ["<b>", "</strong>", "&amp;", "&", '"', "'", "<script>alert(1)</script>", "😀", "ž", "a", " ", "\n", "--",
          "-->", "javascript:", "</details>", "]]>", "<!--", "\u2028"]  # fmt: skip
PLAIN = st.lists(st.sampled_from(PIECES) | st.text(max_size=2), max_size=12).map("".join)
URLS = st.sampled_from(
    [
        "https://a.example/?a=1&b='\"><i>",
        "http://b.example",
        "javascript:alert(1)",
        "data:text/html,x",
        "",
        " https://c.example",
    ]
)
KINDS = st.sampled_from(["bold", "italic", "strike", "code", "quote", "link", "hidden"])
ENTITIES = st.lists(st.builds(Entity, KINDS, st.integers(-2, 40), st.integers(-2, 40), URLS), max_size=6)


class Reader(HTMLParser):
    """Takes HTML apart; the summaries are not text of the author."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.attributes: list[tuple[str, str, str | None]] = []
        self.plain, self.crossed, self.odd = "", False, list[str]()
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open.append(tag)
        self.attributes += [(tag, name, value) for name, value in attrs]
        if tag not in OURS:
            self.odd.append(tag)

    def handle_endtag(self, tag: str) -> None:
        self.crossed |= not self.open or self.open.pop() != tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] == "summary":
            assert data == REVEAL
        else:
            self.plain += data

    def handle_comment(self, data: str) -> None:
        self.odd.append(data)

    def handle_decl(self, decl: str) -> None:
        self.odd.append(decl)

    def handle_pi(self, data: str) -> None:
        self.odd.append(data)


@given(PLAIN, ENTITIES)
def test_nothing_that_an_author_wrote_becomes_markup(plain: str, entities: list[Entity]) -> None:
    read = Reader("".join(marked_up(Text(plain, tuple(entities)), REVEAL)))
    assert (read.plain, read.odd, read.crossed, read.open) == (plain, [], False, [])
    for tag, name, value in read.attributes:
        assert (tag, name in ("href", "rel")) == ("a", True)
        assert name == "rel" or (value or "").startswith(("https://", "http://"))


@pytest.mark.parametrize(
    ("text", "html"),
    [
        (Text("a<b", (Entity("bold", 1, 2),)), "a<strong>&lt;b</strong>"),
        (Text("😀ab", (Entity("italic", 2, 1),)), "😀<em>a</em>b"),
        (Text("ab", (Entity("bold", 0, 2), Entity("code", 1, 1))), "<strong>a<code>b</code></strong>"),
        (Text("a", (Entity("hidden", 0, 1),)), "<details><summary>REVEAL</summary>a</details>"),
        (Text("a", (Entity("link", 0, 1, "https://a.example/?b&c"),)),
         '<a href="https://a.example/?b&amp;c" rel="noopener noreferrer">a</a>'),
        (Text("abc", (Entity("bold", 0, 2), Entity("italic", 1, 2))),
         "<strong>a<em>b</em></strong><em>c</em>"),
    ],
)  # fmt: skip
def test_entities_are_tags(text: Text, html: str) -> None:
    assert marked_up(text, REVEAL) == html


def test_many_entities_are_marked_soon() -> None:
    text = Text("a" * 4_000, tuple(Entity("bold", each, 1) for each in range(4_000)))
    begin = time.process_time()
    marked_up(text, REVEAL)
    assert time.process_time() - begin < 0.5


def test_differences_have_three_lines_around_them() -> None:
    old = [str(number) for number in range(30)]
    new = [*old[:5], "five", *old[6:20], *old[21:]]
    rows = differences("\n".join(old), "\n".join(new))
    assert rows is not None
    assert rows[:5] == (
        Row("same", "2"), Row("same", "3"), Row("same", "4"), Row("gone", "5"), Row("added", "five"),
    )  # fmt: skip
    assert [(row.text, row.jump) for row in rows if row.jump] == [("17", True)]
    assert [row.text for row in rows if row.kind == "gone"] == ["5", "20"]


def test_the_same_text_has_none_and_a_very_long_one_is_not_compared() -> None:
    assert differences("a\nb", "a\nb") == ()
    assert differences("", "\n" * MOST_LINES) is None


def test_lines_that_look_like_a_head_are_lines() -> None:
    assert differences("-- a", "++ b") == (Row("gone", "-- a"), Row("added", "++ b"))


def test_two_hostile_texts_are_compared_soon() -> None:
    one = "\n".join(str(number % 97) for number in range(MOST_LINES))
    other = "\n".join(str(number % 89) for number in range(MOST_LINES))
    begin = time.process_time()
    assert differences(one, other) is not None
    assert time.process_time() - begin < 2
