"""What is an address that an announcement can have."""

import pytest

from actions.compose import is_link

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
    "https://example.org:99999/",
    "https://example.org:x/",
    "https://example.org/\n",
)


@pytest.mark.parametrize("written", GOOD)
def test_an_address_of_a_page_is_one(written: str) -> None:
    assert is_link(written)


@pytest.mark.parametrize("written", BAD)
def test_what_is_no_address_of_a_page_is_none(written: str) -> None:
    assert not is_link(written)
