"""Plain characters made into Markdown that is read as these characters and nothing else."""

import re
from typing import Final

_SIGNS: Final = re.compile(
    r"""[\\`*\[\]]          # escapes, code, emphasis, links and boxes
    | <(?=[a-zA-Z/!?])      # an address
    | &(?=\#?\w+;)          # a character by its name
    | ~(?=~) | (?<=~)~      # struck out
    | \|(?=\|) | (?<=\|)\|  # hidden""",
    re.VERBOSE,
)
_UNDERSCORES: Final = re.compile("_+")
_BEGINS: Final = re.compile(
    r"""[>=]                        # a quote; a line of answers, or one that makes a heading of the one above
    | \#{1,6}(?=\s|$)               # a heading
    | [-+](?=\s|$)                  # a list
    | [-:|](?=[-:|\s]*$)            # a line across, a table
    | _(?=[_\s]*$)""",
    re.VERBOSE,
)
_NUMBERED: Final = re.compile(r"(\d{1,9})([.)])(?=\s|$)")
_SPACES: Final = re.compile("^ +")


def escaped(line: str) -> str:
    """One line that does not stand at the beginning of a block: an option, a heading, a cell."""
    line = _SIGNS.sub(r"\\\g<0>", line)
    return _UNDERSCORES.sub(lambda run: _kept(run, line), line)


def row(line: str) -> str:
    """One line that may begin a block."""
    spaces = _SPACES.match(line)
    begin = "&#32;" * len(spaces[0]) if spaces else ""
    rest = line.lstrip(" ")
    if _BEGINS.match(rest):
        return f"{begin}\\{rest[0]}{escaped(rest[1:])}"
    if numbered := _NUMBERED.match(rest):
        return f"{begin}{numbered[1]}\\{escaped(rest[numbered.end(1) :])}"
    return begin + escaped(rest)


def literal(plain: str) -> str:
    """Paragraphs and the lines in them, every one where it was."""
    paragraphs = (paragraph.split("\n") for paragraph in plain.split("\n\n"))
    return "\n\n".join("\\\n".join(row(line) for line in lines) for lines in paragraphs)


def _kept(run: re.Match[str], line: str) -> str:
    """Underscores between two letters or two spaces are no emphasis, and stay as they are."""
    before, after = line[: run.start()][-1:], line[run.end() :][:1]
    apart = (not before or before.isspace()) and (not after or after.isspace())
    return run[0] if apart or (before.isalnum() and after.isalnum()) else r"\_" * len(run[0])
