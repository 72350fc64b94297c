"""The catalogue: which programmes suit a person, what they wait for, and which of them were asked for."""

from collections.abc import Iterable
from typing import Final

from domain.effect import Effect, Say
from domain.facts import Facts, Shelf
from domain.grading import plain, without_marks
from domain.language import LANGUAGES, Language
from domain.message import Choice, notice
from domain.person import Person
from domain.programme import Programme, Rules
from domain.studying import MENU

LIST: Final = Choice("programmes.all", "/programmes")
# Sectors that pages can name in the reader's language; any other word is shown as its author wrote it.
SECTORS: Final = (
    *("archives", "care", "culture centres", "health", "kindergartens"),
    *("libraries", "municipalities", "museums", "performing arts", "schools"),
)


def suits(rules: Rules, *, job: str, sector: str) -> int:
    """How well a programme suits a job and a sector: 2 both, 1 either, 0 neither, whatever their case."""
    return (_same(job) in rules.jobs) + (_same(sector) in rules.sectors)


def missing(facts: Facts, programme: Programme) -> list[Shelf]:
    """The programmes that the person has to finish before this one, and can. Who renews a certificate has finished."""
    certified = {each.enrolment for each in facts.certificates}
    done = {
        study.programme.slug
        for study in facts.studies
        if study.state == "finished" or study.enrolment in certified
    }
    shelf = {each.programme.slug: each for each in facts.shelf}
    return [shelf[slug] for slug in programme.rules.after if slug in shelf and slug not in done]


def not_listed(person: Person) -> list[Effect]:
    """What is said in place of a programme that is not, or no longer, for the people of their organisation."""
    return [Say(notice("programmes.not_listed", LIST, MENU, contact=person.organisation.contact))]


def spoken(programme: Programme) -> tuple[Language, ...]:
    """The languages in which a programme is described."""
    has = {text.language for text in programme.texts}
    return tuple(language for language in LANGUAGES if language in has)


def matches(programme: Programme, words: str) -> bool:
    """Whether all of these words stand in what is said about a programme, in any language and with any marks."""
    said = [text for each in programme.texts for text in (each.title, each.description, each.audience)]
    said += [text.title for lesson in programme.lessons for text in lesson.texts]
    hay = _bare(" ".join([*said, programme.rules.owner, *programme.rules.jobs]))
    return all(word in hay for word in _bare(words).split())


def sectors(programmes: Iterable[Programme]) -> list[str]:
    """The sectors that these programmes are meant for, each once, in the order of their letters."""
    return sorted({sector for programme in programmes for sector in programme.rules.sectors})


def _same(word: str) -> str:
    """A job or a sector as programmes list it."""
    return " ".join(word.casefold().split())


def _bare(text: str) -> str:
    return without_marks(plain(text))
