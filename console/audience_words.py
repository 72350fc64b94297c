"""What an announcement's audience can be narrowed to, in the reader's language: in the form, and in a sentence."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

from console.auth import Reader
from console.site import Site, language_name
from console.sorting import sort_key
from domain.audience import (
    DAYS,
    ENDS,
    HOWS,
    SEATS,
    WHERES,
    Active,
    At,
    Away,
    Ends,
    Leads,
    Leaf,
    Learns,
    Line,
    Rule,
    Sits,
    Speaks,
    Tagged,
    Told,
    ToldToday,
    Works,
    lines_of,
    word_of,
)
from domain.language import DEFAULT, LANGUAGES, Language
from domain.programme import Programme
from domain.roster_cells import parted
from domain.tree import Place, in_order
from domain.webinar import Webinar
from storage import aiming, announcements, programmes, sharing, webinars
from storage.announcements import Announced
from storage.database import Connection

EARLIER: Final = 20  # announcements to choose from
MOST_HELD: Final = 200  # webinars to choose from, the last ones
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
    webinars: Mapping[int, Webinar]

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
            case Active(days) | Ends(days):
                return self.site.say(self.language, f"audience.{leaf.form}", n=days)
            case Tagged(tag):
                return self._say("tag", tag=tag)
            case Sits(webinar, how):
                return self._say(f"webinar.{how}", title=self._webinar(webinar))
            case _:
                return self._told(leaf)

    def _webinar(self, webinar: int) -> str:
        found = self.webinars.get(webinar)
        if found is None:
            return "–"
        day = found.starts_at.astimezone(ZoneInfo(found.zone)).date().isoformat()
        return f"{found.text(self.language).title}, {day}"

    def _told(self, leaf: Told | Away | ToldToday | Leads) -> str:
        if not isinstance(leaf, Told):
            return self._say(leaf.form)
        found = self.told.get(leaf.announcement)
        return self._say(f"told.{leaf.how}", words=first_words(found.texts, self.language) if found else "–")

    def line(self, line: Line) -> str:
        """A line of the form, as what is asked or is not to be."""
        said = self.leaf(line.leaf)
        return self._say("not", what=said) if line.negated else said

    def join(self, *, anew: bool) -> str:
        """What stands before a further line."""
        return self.site.say(self.language, "composing.or" if anew else "composing.and")

    def without(self, leaf: Leaf) -> str:
        """Who is left out, in a few words."""
        return self.site.say(self.language, "announcement.without", what=self.leaf(leaf))

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


def sentence(words: AudienceWords, rule: Rule) -> str:
    """Whom a rule means, to stand behind the name of its place; "" where that is everybody there."""
    lines, without = lines_of(rule)
    said = list[str]()
    for number, line in enumerate(lines):
        joined = ": " if number == 0 else f" {words.join(anew=line.anew)} "
        said.append(joined + words.line(line))
    return "".join((*said, *("; " + words.without(each) for each in without)))


def words_for(tx: Connection, site: Site, reader: Reader, tree: Mapping[int, Place]) -> AudienceWords:
    """What can say everything that the reader's rules ask."""
    mine, scope = reader.scope.organisations, reader.scope
    taught = {each: programmes.version(tx, version) for each, version in sharing.known(tx, scope).items()}
    told = {each.id: each for each in announcements.of_scope(tx, scope) if each.begun_at}
    held = {each.id: each for each in webinars.newest(tx, scope, MOST_HELD)}
    return AudienceWords(
        site, reader.language, {each: tree[each].name for each in mine if each in tree}, taught, told, held
    )


def choices(
    tx: Connection, site: Site, reader: Reader, tree: Mapping[int, Place], chosen: Iterable[Leaf]
) -> Choices:
    """What there is to choose, in groups; what is `chosen` already is there too."""
    words, language = words_for(tx, site, reader, tree), reader.language
    jobs = _spelled(reversed(aiming.words_at(tx, words.places, "job")))
    tags = _spelled(tag for each in aiming.words_at(tx, words.places, "tags") for tag in parted(each))
    titled = sorted(
        words.programmes, key=lambda each: sort_key(language, words.programmes[each].text(language).title)
    )
    groups: dict[str, list[Leaf]] = {
        "place": [At(each.id) for each in in_order(tree.values()) if each.id in words.places],
        "role": [Leads()],
        "job": [Works(job) for job in sorted(jobs, key=lambda each: sort_key(language, each))[:MOST_JOBS]],
        "tag": [Tagged(tag) for tag in sorted(tags, key=lambda each: sort_key(language, each))[:MOST_JOBS]],
        "language": [Speaks(each) for each in LANGUAGES],
        "activity": [Active(each) for each in DAYS],
        "learns": [Learns(each, where) for each in titled for where in WHERES],
        "webinar": [Sits(each, how) for each in list(words.webinars)[:EARLIER] for how in SEATS],
        "ends": [Ends(each) for each in ENDS],
        "told": [Told(each, how) for each in list(words.told)[:EARLIER] for how in HOWS],
    }
    offered = {leaf for those in groups.values() for leaf in those}
    groups["chosen"] = [each for each in chosen if each not in offered]
    return [
        (site.say(language, f"audience.group.{name}"), [(word_of(each), words.leaf(each)) for each in those])
        for name, those in groups.items()
        if those
    ]


def _spelled(words: Iterable[str]) -> list[str]:
    """Each word once, however often and in whichever letters it is written."""
    return list({" ".join(each.casefold().split()): each for each in words}.values())
