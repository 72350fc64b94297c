"""A text of a lesson on a page: escaped, with its entities as elements."""

from markupsafe import Markup

from domain.hypertext import hypertext
from domain.text import Text


def prose(text: Text) -> Markup:
    """The text as HTML; what is shown on a tap only is left out. (Its lines are kept by the style sheet.)"""
    return Markup(hypertext(text))  # noqa: S704 (every character of it was escaped)


def clean(text: str) -> str:
    """The text as every store keeps it: no NUL, and a question mark for each half of a character (no UTF-8)."""
    return text.replace("\0", "").encode(errors="replace").decode()


def same_name(typed: str, name: str) -> bool:
    """Whether somebody typed this name, whatever the case and the spaces."""
    first, second = (" ".join(each.split()).casefold() for each in (typed, name))
    return first == second
