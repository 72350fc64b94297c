"""What is wrong with an announcement, where it needs no people to be seen."""

import pytest

from actions.compose import Composed, is_link, length
from domain.audience import EVERYBODY
from domain.fitting import MOST_TEXT
from domain.language import Language

GOOD = (
    "https://example.org",
    "http://example.org/a?b=c#d",
    "https://example.org:8443/ą",
    "https://žodis.lt/",
    "https://sub.example.org/%20",
)
BAD = (
    "",
    "example.org",
    "//example.org",
    "javascript:alert(1)",
    "data:text/html,x.y",
    "ftp://example.org",
    "mailto:a@b.example",
    "https://",
    "https://example",
    "https://.org",
    "https://a..org",
    "https://me@example.org/",
    "https://example.org/a b",
    "https://example.org/\u202ea",
    "https://[::1",
    "https://example.org/\n",
)


@pytest.mark.parametrize("written", GOOD)
def test_an_address_of_a_page_is_one(written: str) -> None:
    assert is_link(written)


@pytest.mark.parametrize("written", BAD)
def test_what_is_no_address_of_a_page_is_none(written: str) -> None:
    assert not is_link(written)


@pytest.mark.parametrize(
    ("words", "link", "units"),
    [("", "https://a.example", 0), ("Labas", "", 5), ("Labas", "https://a.example", 24), ("😀", "", 2)],
)
def test_it_is_as_long_as_messengers_count_with_its_link(words: str, link: str, units: int) -> None:
    language: Language = "lt"
    composed = Composed(1, {language: words}, link, confirms=False, rule=EVERYBODY)
    assert length(composed, language) == units
    assert units < MOST_TEXT
