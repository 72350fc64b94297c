"""HTML made into plain text."""

import time

import pytest

from lessons.formats.bank import NotTaken
from lessons.formats.html import looks_like_html
from lessons.formats.texts import MOST_MARKDOWN, MOST_SOURCE, Markup, line_of, text_of

PAGES = {
    "paragraphs": ("<p>One</p>\n<p>two<br/>lines</p>", "One\n\ntwo\nlines"),
    "characters": ("a&nbsp;&lt;b&gt; &amp;amp; &#269; &euro;", "a <b> &amp; č €"),
    "marks": ("<b>bold</b>, <em>em</em><span style='x'>!</span>", "bold, em!"),
    "lists": (
        "<ul><li>a</li><li><p>b</p><ol><li>c</li><li>d</li></ol></li></ul>x",
        "• a\n• b\n  1. c\n  2. d\n\nx",
    ),
    "an item alone": ("<li>a", "• a"),
    "small": ("x<sup>2</sup>, H<sub>2</sub>O, 5<sup>th</sup>, a<sub>max</sub>", "x², H₂O, 5^th, amax"),
    "a table": ("<table><tr><th>a</th><td>b</td></tr><tr><td>c</td></tr></table>", "a | b\nc"),
    "a link": ("<a href='https://a.example/?b=1&amp;c'>here</a>", "here (https://a.example/?b=1&c)"),
    "a link that says itself": ('<a href="https://a.example">https://a.example</a>', "https://a.example"),
    "a link that runs": ("<a href='javascript:alert(1)'>here</a>", "here"),
    "unseen": ("a<script>if (1 < 2) alert('<p>')</script><style>p {}</style><!-- <p> -->b", "ab"),
    "not closed": ("a<!-- b <p>c", "a<!-- b\n\nc"),
    "no tags": ("1 < 2 > 0 <3 <", "1 < 2 > 0 <3 <"),
    "an attribute with a sign": ('<p title="a > b">c</p>', "c"),
    "spaces": ("  a \n\t b  ", "a b"),
    "preformatted": ("<pre>a\n b</pre>", "a\nb"),
    "capitals": ("A<BR>B", "A\nB"),
}


@pytest.mark.parametrize(("page", "plain"), PAGES.values(), ids=PAGES)
def test_a_page(page: str, plain: str) -> None:
    assert text_of(page, "html").plain == plain


@pytest.mark.parametrize(
    "page", ["<img src='a'>", "<VIDEO>", "<svg><p>", "<iframe>", "<a href='@@PLUGINFILE@@/a'>b</a>"]
)
def test_a_picture_or_a_file_is_refused(page: str) -> None:
    with pytest.raises(NotTaken):
        text_of(page, "html")


@pytest.mark.parametrize(
    ("source", "html"),
    [("<p>a", True), ("a &amp; b", True), ("a < b", False), ("<b@c.d>", False), ("R&D;", True)],
)
def test_what_looks_like_html(source: str, html: bool) -> None:
    assert looks_like_html(source) == html


def test_one_line() -> None:
    assert line_of("<p>a</p><p>b<br>c</p>", "html").plain == "a b c"
    assert line_of("a\n*b*", "markdown").plain == "a b"


HOSTILE = [
    "<",
    "<a ",
    '<a "',
    "<!--",
    "<a '",
    "&",
    "<p>",
    "<ul><li>",
    "<a href=",
    "<pre>",
    "<sup>2",
    "<script>",
    "\n",
    "||",
    "[",
]

MOST: dict[Markup, int] = {
    "html": MOST_SOURCE,
    "moodle": MOST_SOURCE,
    "plain": MOST_SOURCE,
    "markdown": MOST_MARKDOWN,
}


@pytest.mark.parametrize("piece", HOSTILE)
def test_a_hostile_page_takes_no_time(piece: str) -> None:
    begin = time.process_time()
    for markup, most in MOST.items():
        text_of((piece * most)[:most], markup)
    assert time.process_time() - begin < 2
