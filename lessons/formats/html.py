"""HTML made into plain text: what is bold becomes ordinary, lists and lines stay, nothing is ever run or fetched."""

import re
from html import unescape
from typing import Final

from lessons.formats.bank import NotTaken

TAG: Final = re.compile(
    r"""<(?P<end>/?)(?P<name>[a-zA-Z][a-zA-Z0-9]{0,20})(?P<rest>(?:[^<>"']|"[^"<]{0,4000}"|'[^'<]{0,4000}')*+)>"""
)
_LOOKS: Final = re.compile(
    r"</?(?:p|br|b|i|u|em|strong|span|div|ul|ol|li|a|img|sub|sup|table|tr|td|th|h[1-6]|code|pre|audio|video|iframe|object|embed)(?=[\s/>])[^<>]*>|&#?\w+;",
    re.IGNORECASE,
)
_ADDRESS: Final = re.compile(r"""\bhref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_BLOCKS: Final = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "center",
        "dd",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "ul",
    ]
)
_MEDIA: Final = dict.fromkeys(["img", "svg", "canvas", "picture", "map"], "picture") | dict.fromkeys(
    ["audio", "video", "object", "embed", "iframe", "source", "applet"], "recording"
)
_UNSEEN: Final = frozenset({"script", "style", "head", "title", "template", "noscript"})
_SMALL: Final = {
    "sup": str.maketrans("0123456789+-=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ"),
    "sub": str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎"),
}
_DEEPEST: Final = 6  # lists in lists
_STORED: Final = "@@PLUGINFILE@@"


def looks_like_html(source: str) -> bool:
    """Whether a text that may be either has tags, or characters by their names."""
    return bool(_LOOKS.search(source))


def plain(source: str) -> str:
    """What a reader of the page would see. NotTaken when there is a picture or a recording in it."""
    page, at = _Page(), 0
    source = _uncommented(source)
    for tag in TAG.finditer(source):
        page.write(source[at : tag.start()])
        page.tag(tag["name"].lower(), tag["rest"], ends=bool(tag["end"]))
        at = tag.end()
    page.write(source[at:])
    return page.text()


def _uncommented(source: str) -> str:
    parts, at = list[str](), 0
    while (start := source.find("<!--", at)) >= 0 and (end := source.find("-->", start + 4)) >= 0:
        parts.append(source[at:start])
        at = end + 3
    return "".join([*parts, source[at:]])


class _Page:
    """Tags and texts one after another, made into lines."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._lists: list[int] = []  # the number of the next item; -1 in a list without numbers
        self._unseen = ""
        self._small = ""
        self._address = ""
        self._marked = False  # a list's mark stands last
        self._cells = 0  # in this row of a table
        self._kept = 0  # how deep in <pre>

    def write(self, source: str) -> None:
        if self._unseen or not source:
            return
        text = unescape(source)
        if not self._kept:
            text = re.sub(r"\s+", " ", text)
            text = text.lstrip() if self._parts and self._parts[-1][-1:].isspace() else text
        if self._small and text.strip():
            small = text.translate(_SMALL[self._small])
            text = small if not set(small) & set(text) else f"{'^' if self._small == 'sup' else ''}{text}"
        self._marked = self._marked and not text.strip()
        self._parts.append(text)

    def tag(self, name: str, rest: str, *, ends: bool) -> None:
        if self._unseen:
            self._unseen = "" if ends and name == self._unseen else self._unseen
        elif name in _UNSEEN:
            self._unseen = "" if ends else name
        elif name in _MEDIA:
            raise NotTaken(
                f"There is a {_MEDIA[name]} in it, and this is not taken: add the question by hand."
            )
        elif name in _SMALL:
            self._small = "" if ends else name
        elif name == "a":
            self._link(rest, ends=ends)
        else:
            self._break(name, ends=ends)

    def text(self) -> str:
        return "".join(self._parts)

    def _break(self, name: str, *, ends: bool) -> None:
        if name in ("ul", "ol"):
            self._list(name, ends=ends)
        elif name in _BLOCKS:
            self._kept = max(0, self._kept + (-1 if ends else 1)) if name == "pre" else self._kept
            if not self._lists:
                self._parts.append("\n\n")
            elif not ends and not self._marked:
                self._parts.append("\n")
        elif name == "br" or (name == "tr" and not ends):
            self._parts.append("\n")
            self._cells = 0
        elif name == "li" and not ends:
            self._item()
        elif name in ("td", "th") and not ends:
            self._parts.append(" | " if self._cells else "")
            self._cells += 1

    def _list(self, name: str, *, ends: bool) -> None:
        if not self._lists or (ends and len(self._lists) == 1):
            self._parts.append("\n\n")
        if ends and self._lists:
            self._lists.pop()
        elif not ends:
            self._lists.append(1 if name == "ol" else -1)

    def _item(self) -> None:
        depth, number = min(len(self._lists), _DEEPEST), self._lists[-1] if self._lists else -1
        self._parts.append("\n" + "  " * max(0, depth - 1) + ("• " if number < 0 else f"{number}. "))
        self._marked = True
        if number >= 0:
            self._lists[-1] += 1

    def _link(self, rest: str, *, ends: bool) -> None:
        found = _ADDRESS.search(rest)
        address = unescape(next((group for group in found.groups() if group), "") if found else "")
        if _STORED in address:
            raise NotTaken("There is a file in it, and files are not taken: add the question by hand.")
        if ends and self._address and self._address not in "".join(self._parts[-3:]):
            self._parts.append(f" ({self._address})")
        self._address = address if not ends and address.startswith(("https://", "http://")) else ""
