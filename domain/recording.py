"""Recordings of sessions: who may see one, its chapters, and how one is found by words."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from domain.language import Language
from domain.seating import Standing
from domain.webinar import SeenBy, Webinar

LONGEST_TITLE: Final = 120
MOST_CHAPTERS: Final = 60
_CHAPTER: Final = re.compile(r"(?:(\d{1,2}):)?(\d{1,2}):(\d{2})\s+(\S.*)")
Fault = Literal["link", "chapters", "early"]


@dataclass(frozen=True, slots=True)
class Chapter:
    """Where something begins, in seconds, and what it is called."""

    at: int
    titles: Mapping[Language, str]

    def title(self, language: Language) -> str:
        """In this language, else in another."""
        return self.titles.get(language) or next(iter(self.titles.values()))

    @property
    def clock(self) -> str:
        """As players write it: `4:05`, `1:02:03`."""
        minutes, seconds = divmod(self.at, 60)
        hours, minutes = divmod(minutes, 60)
        return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


@dataclass(frozen=True, slots=True)
class Recording:
    """Where a session can be seen again."""

    webinar: Webinar
    link: str
    chapters: Sequence[Chapter] = field(default=())

    def found_by(self, words: str) -> bool:
        """Whether each of these words stands in what it is called, is about, or has in it, in any language."""
        said = [text for each in self.webinar.texts.values() for text in (each.title, each.about)]
        said += [title for each in self.chapters for title in each.titles.values()]
        there = "\n".join(said).casefold()
        return all(word in there for word in words.casefold().split())


def may_see(seen_by: SeenBy, standing: Standing | None, *, attended: bool, is_for: bool) -> bool:
    """Whether somebody may see it: who was there, who had a seat, or everybody whom the session was for."""
    if is_for and seen_by == "everybody":
        return True
    return attended or (seen_by != "attended" and standing == "seated")


def chapters(written: Mapping[Language, str]) -> Sequence[Chapter] | None:
    """What is written, one a line (`4:05 Title`) in each language; None: not all can be read, or are too many."""
    found = dict[int, dict[Language, str]]()
    for language, text in written.items():
        for line in filter(None, (each.strip() for each in text.splitlines())):
            match = _CHAPTER.fullmatch(line)
            if match is None or int(match[3]) > 59 or len(match[4]) > LONGEST_TITLE:
                return None
            at = (int(match[1] or 0) * 60 + int(match[2])) * 60 + int(match[3])
            found.setdefault(at, {})[language] = match[4]
    if len(found) > MOST_CHAPTERS:
        return None
    return [Chapter(at, titles) for at, titles in sorted(found.items())]


def written(those: Iterable[Chapter], language: Language) -> str:
    """The other way, in one language."""
    return "\n".join(f"{each.clock} {each.titles[language]}" for each in those if language in each.titles)
