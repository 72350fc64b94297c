"""Markdown to text with entities; positions are UTF-16 units."""

import pytest

from domain.text import Entity, Text
from lessons.markup import compile_text, trimmed
from lessons.rules import Findings

E = Entity
TEXTS = {
    "plain": ("One\ntwo", Text("One two")),
    "hard break": ("One  \ntwo\\\nthree", Text("One\ntwo\nthree")),
    "paragraphs": ("One\n\n\ntwo", Text("One\n\ntwo")),
    "bold": ("a **b** c", Text("a b c", (E("bold", 2, 1),))),
    "italic": ("a *b* _c_", Text("a b c", (E("italic", 2, 1), E("italic", 4, 1)))),
    "strike": ("~~a~~ b", Text("a b", (E("strike", 0, 1),))),
    "nested": ("**a *b* c**", Text("a b c", (E("bold", 0, 5), E("italic", 2, 1)))),
    "the same twice": ("**a __b__ c**", Text("a b c", (E("bold", 0, 5),))),
    "code": ("a `b *c*`", Text("a b *c*", (E("code", 2, 5),))),
    "after emoji": ("😀 **👩‍🚒** `x`", Text("😀 👩‍🚒 x", (E("bold", 3, 5), E("code", 9, 1)))),
    "in emoji": ("||😀😀|| **a**", Text("😀😀 a", (E("hidden", 0, 4), E("bold", 5, 1)))),
    "block of code": ("```py\na = 1\n\nb\n```", Text("a = 1\n\nb", (E("code", 0, 8),))),
    "empty code": ("```\n```", Text()),
    "indented code": ("    a\n    b", Text("a\nb", (E("code", 0, 3),))),
    "quote": ("> a\n>\n> **b**", Text("a\n\nb", (E("quote", 0, 4), E("bold", 3, 1)))),
    "quote in a quote": ("> a\n> > b", Text("a\n\nb", (E("quote", 0, 4),))),
    "link": ("[a](https://a.example/ą?b=1)", Text("a", (E("link", 0, 1, "https://a.example/%C4%85?b=1"),))),
    "link in bold": (
        "**[a](http://a.example)**",
        Text("a", (E("bold", 0, 1), E("link", 0, 1, "http://a.example"))),
    ),
    "autolink": ("<https://a.example>", Text("https://a.example", (E("link", 0, 17, "https://a.example"),))),
    "mail": ("<a@b.example>", Text("a@b.example", (E("link", 0, 11, "mailto:a@b.example"),))),
    "bare address": ("https://a.example", Text("https://a.example")),
    "hidden": ("a ||b **c**|| d", Text("a b c d", (E("hidden", 2, 3), E("bold", 4, 1)))),
    "hidden twice": ("||a|| b ||c||", Text("a b c", (E("hidden", 0, 1), E("hidden", 4, 1)))),
    "hidden nothing": ("a |||| b", Text("a  b")),
    "bars": (r"a \|\| b \||", Text("a || b ||")),
    "list": ("- a\n- **b**\n\n- c", Text("• a\n• b\n• c", (E("bold", 6, 1),))),
    "numbers": ("3. a\n4. b", Text("3. a\n4. b")),
    "nested list": ("- a\n  1. b\n     - c\n- d", Text("• a\n  1. b\n    • c\n• d")),
    "paragraphs in a list": ("- a\n\n  b\n- c", Text("• a\nb\n• c")),
    "an empty item": ("- a\n-\n- c", Text("• a\n• c")),
    "heading": ("# A **b** *c*\n\nd", Text("A b c\n\nd", (E("bold", 0, 5), E("italic", 4, 1)))),
    "underlined heading": ("A\n===\n\nb", Text("A\n\nb", (E("bold", 0, 1),))),
    "html": ("<b>a</b> <!-- c -->", Text("<b>a</b> <!-- c -->")),
    "html block": ("<script>\nalert(1)\n</script>", Text("<script> alert(1) </script>")),
    "character references": ("&lt;b&gt; &amp; &#0; &#xD800;", Text("<b> & \ufffd \ufffd")),
    "escapes": (r"\*a\* \_b\_ \# 1\. c", Text("*a* _b_ # 1\\. c".replace("\\", ""))),
    "signs of other dialects": ("__a__b * c _d [e] {f} ~g~", Text("__a__b * c _d [e] {f} ~g~")),
    "space around": ("&nbsp;**a**&nbsp;", Text("a", (E("bold", 0, 1),))),
    "space in code": ("a ` `", Text("a")),
    "nothing": ("", Text()),
}


@pytest.mark.parametrize(("source", "expected"), TEXTS.values(), ids=TEXTS.keys())
def test_texts(source: str, expected: Text) -> None:
    found = Findings("a.md")
    assert compile_text(source, 1, found) == expected
    assert found.problems == []


def test_entities_are_cut_to_what_is_left() -> None:
    text = Text("  😀a \n", (E("bold", 0, 2), E("italic", 1, 4), E("code", 4, 3)))
    assert trimmed(text) == Text("😀a", (E("italic", 0, 3), E("code", 2, 1)))
