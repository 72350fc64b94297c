"""A text as HTML: every character is escaped, and nothing but known elements is made."""

import re
from html import unescape

from hypothesis import given
from hypothesis import strategies as st

from domain.hypertext import hypertext
from domain.text import Entity, Text, join, marked


def test_entities_are_elements() -> None:
    text = join(
        marked("a<b", "bold"),
        marked("š 🎓", "italic"),
        Text("x", (Entity("link", 0, 1, "https://a.lt/?a=1&b"),)),
    )
    link = '<a href="https://a.lt/?a=1&amp;b" rel="nofollow noopener">x</a>'
    assert hypertext(text) == f"<strong>a&lt;b</strong>\n\n<em>š 🎓</em>\n\n{link}"


def test_one_in_another_is_closed_before_it() -> None:
    text = Text("abcd", (Entity("bold", 0, 3), Entity("italic", 1, 1)))
    assert hypertext(text) == "<strong>a</strong><strong><em>b</em></strong><strong>c</strong>d"


def test_what_is_hidden_is_left_out() -> None:
    text = Text("abcd", (Entity("hidden", 1, 2), Entity("bold", 2, 1)))
    assert hypertext(text) == "a…d"


def test_an_odd_address_leads_nowhere() -> None:
    assert hypertext(Text("a", (Entity("link", 0, 1, "javascript:alert(1)"),))) == "a"


@given(st.text(max_size=40))
def test_text_is_never_markup(plain: str) -> None:
    plain = plain.encode("utf-8", "replace").decode()
    shown = hypertext(Text(plain))
    assert re.search("[<>\"']", shown) is None
    assert unescape(shown) == plain
