"""Short texts to choose from: options, lines to put in order, the two sides of a table."""

from markdown_it.token import Token

from domain.text import Text
from lessons.blocks import spans
from lessons.inline import flat, written
from lessons.markup import trimmed
from lessons.rules import Findings
from lessons.visible import visible


def label(source: str | list[Token], line: int, rule: str, found: Findings) -> Text:
    """What a button can say, on one line: neither picture nor link nor hidden text (else `rule` goes to `found`)."""
    tokens = spans(source) if isinstance(source, str) else source
    if any(token.type == "image" for token in tokens):
        found.add(
            line,
            rule,
            "Write this in words, because only a whole option of - [ ] can be a picture.",
        )
        return Text()
    text = trimmed(flat(written(tokens, line, found)))
    if not visible(text.plain):
        found.add(line, rule, "Write a text here, because there is nothing to be seen.")
    if any(entity.kind in ("hidden", "link") for entity in text.entities):
        found.add(line, rule, "Write this without a link or ||, because a button cannot show them.")
    return text
