"""Words that would run a script where a page took them for markup: families of shapes, each with what it runs.

Whatever runs calls `xss()`, which the tests bind. The shapes are in payloads.txt.
"""

import re
from collections.abc import Iterator
from functools import cache
from itertools import product
from pathlib import Path
from typing import Final
from urllib.parse import quote

RUN: Final = "xss()"
IMG: Final = f"<img src=x onerror={RUN}>"
SVG: Final = f"<svg onload={RUN}>"
SCRIPT: Final = f"<script>{RUN}</script>"
# Elements and an event of theirs that comes by itself.
BY_THEMSELVES: Final = """
img src=x: error, image src=x: error, input type=image src=x: error, svg: load, video src=x: error, audio src=x:
error, video><source: error, object data=x: error, iframe: load, iframe src=x: load, embed src=x: load, style:
load, body: load, link rel=stylesheet href=x: load, body: pageshow, body: hashchange, details open: toggle, input
autofocus: focus, select autofocus: focus, textarea autofocus: focus, button autofocus: focus, a href tabindex=1
autofocus: focus, marquee: start, svg><animate attributeName=x dur=1s: begin, svg><set attributeName=x: begin,
audio src=x: loadstart, p style='animation:spin 1s': animationstart, p style='transition:all 1s': transitionend,
dialog open: beforetoggle, math><mtext><img src=x: error
"""
BY_PEOPLE: Final = (
    "click",
    "mouseover",
    "pointerenter",
    "wheel",
    "copy",
    "keydown",
    "contextmenu",
    "touchstart",
)
SWALLOWING: Final = ("<plaintext", "<!--<", "<!doctype", "<style", "<xmp", "<title", "<!--x", "<frameset")


@cache
def payloads() -> tuple[str, ...]:
    """All of them, each once."""
    return tuple(dict.fromkeys(_made()))


def parts(count: int) -> list[tuple[str, ...]]:
    """The same in so many parts of each family's; what would swallow the rest comes last."""
    every = payloads()
    return [tuple(sorted(every[part::count], key=_swallows)) for part in range(count)]


def _made() -> Iterator[str]:
    for place, event in re.findall(r"([^,:\n][^,]*): (\w+)", " ".join(BY_THEMSELVES.split())):
        yield f"<{place.strip()} on{event}={RUN}>"
    yield from (f"<b on{event}={RUN}>{event}</b>" for event in BY_PEOPLE)
    shapes = _shapes()
    yield from (f"{end}{inside}" for end, inside in product(shapes["breaks"], (IMG, SVG, SCRIPT)))
    for family in (
        "attributes",
        "addresses",
        "templates",
        "scripts",
        "spelt",
        "turning",
        "clobbers",
        "styles",
    ):
        yield from (_filled(shape) for shape in shapes[family])
    for number, way in enumerate(shapes["ways"]):
        yield from (way.replace("{}", _filled(where)) for where in shapes["addresses"][number % 3 :: 6])
    yield from (name.replace("{}", IMG) for name in shapes["files"])
    yield from _written_otherwise()


def _shapes() -> dict[str, list[str]]:
    """Each family's, by its name."""
    found, shapes = dict[str, list[str]](), list[str]()
    for line in Path(__file__).with_suffix(".txt").read_text(encoding="utf-8").splitlines()[1:]:
        if name := re.fullmatch(r"\[([a-z]+)]", line):
            shapes = found.setdefault(name[1], [])
        else:
            shapes.append(re.sub(r"\\(?:u(\w{4})|x(\w{2})|(t)|\\)", _unescaped, line))
    return found


def _unescaped(escape: re.Match[str]) -> str:
    code = escape[1] or escape[2]
    return chr(int(code, 16)) if code else "\t" if escape[3] else "\\"


def _filled(shape: str) -> str:
    return shape.replace("{img}", IMG).replace("{}", RUN)


def _written_otherwise() -> Iterator[str]:
    """Escaped already: what is read once too often comes alive."""
    for inside in (IMG, SCRIPT):
        named = inside.replace("<", "&lt;").replace(">", "&gt;")
        numbered = "".join(f"&#{ord(each)};" for each in inside)
        yield from (named, named.replace("&", "&amp;"), numbered, numbered.replace(";", ""))
        yield from ("".join(f"&#x{ord(each):x};" for each in inside), quote(inside), quote(quote(inside)))
        yield "".join(f"\\x{ord(each):02x}" for each in inside)
        yield "".join(f"\\u{ord(each):04x}" for each in inside)


def _swallows(payload: str) -> bool:
    """Whether markup after it would be taken for words."""
    return any(each in payload for each in SWALLOWING)
