"""The fields of a question in Moodle XML: texts in their markup, and answers with what they are worth."""

from typing import Final

from domain.text import Text
from lessons.formats.answers import Answer, worth_of
from lessons.formats.bank import NotTaken
from lessons.formats.moodle_xml.tree import Node
from lessons.formats.texts import Markup, line_of, short, text_of

_MARKUPS: Final[dict[str, Markup]] = {
    "html": "html",
    "moodle_auto_format": "moodle",
    "plain_text": "plain",
    "markdown": "markdown",
}
_FALSE: Final = frozenset({"0", "false"})


def markup_of(node: Node, within: Markup = "html") -> Markup:
    """The markup of a field, which is that of the question unless it names its own."""
    return _MARKUPS.get(node.attributes.get("format", ""), within)


def within(node: Node) -> Markup:
    """The markup of a question."""
    return markup_of(node.first("questiontext"))


def text(node: Node, markup: Markup = "html") -> Text:
    """What a field says."""
    return text_of(source(node), markup_of(node, markup))


def line(node: Node, markup: Markup = "html") -> Text:
    """What a field says, on one line."""
    return line_of(source(node), markup_of(node, markup))


def source(node: Node) -> str:
    """What stands in a field. NotTaken when a file lies in it: that of the question's text was taken out before."""
    if stored := next(node.all("file"), None):
        name = short(stored.attributes.get("name", "")) or "without a name"
        raise NotTaken(
            f"There is a file ({name}) in its answers or comments, and only the picture of its text is taken: "
            "add the question by hand."
        )
    return node.inner("text")


def answers(node: Node, *, written: bool = False) -> list[Answer]:
    """The answers; `written`: they are what people write, which has no markup."""
    markup = within(node)
    return [
        Answer(
            line_of(each.inner("text") or each.text.strip(), "plain") if written else line(each, markup),
            worth_of(each.attributes.get("fraction", "")),
            text(each.first("feedback"), markup),
        )
        for each in node.all("answer")
    ]


def is_set(node: Node, name: str) -> bool:
    """Whether a setting is not switched off."""
    return node.inner(name).lower() not in _FALSE
