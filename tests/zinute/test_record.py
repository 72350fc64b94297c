"""The record of processing in the documentation is the one that the registry gives."""

from pathlib import Path

from zinute.record import lines

DOCUMENT = Path(__file__).parents[2] / "docs" / "privacy.md"


def test_the_documentation_has_the_record_as_it_is_printed() -> None:
    _, _, rest = DOCUMENT.read_text(encoding="utf-8").partition("<!-- record -->\n")
    assert rest.partition("<!-- end -->")[0].strip() == "\n".join(lines()).strip()
