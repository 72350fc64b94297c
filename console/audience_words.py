"""What an announcement's audience can be narrowed to, in the reader's language: in the form, and in a sentence."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from console.auth import Reader
from console.site import Site, language_name
from console.sorting import sort_key
from domain.audience import (
    DAYS,
    HOWS,
    WHERES,
    Active,
    At,
    Away,
    Leaf,
    Learns,
    Line,
    Speaks,
    Told,
    ToldToday,
    Works,
    word_of,
)
from domain.language import DEFAULT, LANGUAGES, Language
from domain.programme import Programme
from domain.tree import Place, in_order
from storage import aiming, announcements, programmes, sharing
from storage.announcements import Announced
from storage.database import Connection

EARLIER: Final = 20  # announcements to choose from
MOST_JOBS: Final = 200
FIRST_WORDS: Final = 60  # characters

Choices = Sequence[tuple[str, Sequence[tuple[str, str]]]]


@dataclass(frozen=True, slots=True)
class AudienceWords:
    """Says what a rule asks, in a language."""

    site: Site
    language: Language
    places: Mapping[int, str]
    programmes: Mapping[int, Programme]
    told: Mapping[int, Announced]

    def leaf(self, leaf: Leaf) -> str:
        """One thing that is asked, in a few words."""
        match leaf:
            case At(place):
                return self._say("at", place=self.places.get(place, "–"))
            case Works(job):
                return self._say("job", job=job)
            case Speaks(language):
                return self._say("language", language=language_name(self.language, language))
            case Learns(programme, where):
                found = self.programmes.get(programme)
                title = found.text(self.language).title if found else "–"
                return self._say(f"learns.{where}", title=title)
            case Active(days):
                return self.site.say(self.language, "audience.active", n=days)
            case _:
                return self._told(leaf)

    def _told(self, leaf: Told | Away | ToldToday) -> str:
        if not isinstance(leaf, Told):
            return self._say(leaf.form)
        found = self.told.get(leaf.announcement)
        return self._say(f"told.{leaf.how}", words=first_words(found.texts, self.language) if found else "–")

    def line(self, line: Line) -> str:
        """A line of the form, as what is asked or is not to be."""
        said = self.leaf(line.leaf)
        return self._say("not", what=said) if line.negated else said

    def _say(self, key: str, **params: str) -> str:
        return self.site.say(self.language, f"audience.{key}", **params)


def first_words(texts: Mapping[Language, str], language: Language) -> str:
    """By which an announcement is known again."""
    words = texts.get(language) or texts.get(DEFAULT) or next((each for each in texts.values() if each), "")
    words = " ".join(words.split())
    return (
        words
        if len(words) <= FIRST_WORDS
        else (words[:FIRST_WORDS].rpartition(" ")[0] or words[:FIRST_WORDS]) + "…"
    )


def words_for(tx: Connection, site: Site, reader: Reader, tree: Mapping[int, Place]) -> AudienceWords:
    """What can say everything that the reader's rules ask."""
    mine, scope = reader.scope.organisations, reader.scope
    taught = {each: programmes.version(tx, version) for each, version in sharing.known(tx, scope).items()}
    told = {each.id: each for each in announcements.of_scope(tx, scope) if each.begun_at}
    return AudienceWords(
        site, reader.language, {each: tree[each].name for each in mine if each in tree}, taught, told
    )


def choices(
    tx: Connection, site: Site, reader: Reader, tree: Mapping[int, Place], chosen: Iterable[Leaf]
) -> Choices:
    """What there is to choose, in groups; what is `chosen` already is there too."""
    words, language = words_for(tx, site, reader, tree), reader.language
    jobs = {" ".join(each.casefold().split()): each for each in reversed(aiming.jobs_at(tx, words.places))}
    titled = sorted(
        words.programmes, key=lambda each: sort_key(language, words.programmes[each].text(language).title)
    )
    groups: dict[str, list[Leaf]] = {
        "place": [At(each.id) for each in in_order(tree.values()) if each.id in words.places],
        "job": [
            Works(job) for job in sorted(jobs.values(), key=lambda each: sort_key(language, each))[:MOST_JOBS]
        ],
        "language": [Speaks(each) for each in LANGUAGES],
        "activity": [Active(each) for each in DAYS],
        "learns": [Learns(each, where) for each in titled for where in WHERES],
        "told": [Told(each, how) for each in list(words.told)[:EARLIER] for how in HOWS],
    }
    offered = {leaf for those in groups.values() for leaf in those}
    groups["chosen"] = [each for each in chosen if each not in offered]
    return [
        (site.say(language, f"audience.group.{name}"), [(word_of(each), words.leaf(each)) for each in those])
        for name, those in groups.items()
        if those
    ]
