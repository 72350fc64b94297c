"""Reading without learning: what was found, a card that is only read, and a lesson that is passed on."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from domain.effect import Effect, Find, Read, Say, Share
from domain.facts import Facts
from domain.language import Language
from domain.message import Choice, Excerpt, Line, Notice, Place, notice
from domain.programme import Card, LessonText, Programme
from domain.question import Question
from domain.searching import MOST_QUERY, Word
from domain.studying import CONTINUE, MENU
from domain.text import Text, join

PROGRAMMES, HELP = Choice("menu.programmes", "/programmes"), Choice("menu.help", "/help")
ASK_AGAIN: Final = Choice("help.ask_again", "/continue")
EXCERPT: Final = 160  # characters of a result
BEFORE: Final = 40  # of them before the word that was found
LARGEST: Final = 2**31 - 1  # of an id
SHARED: Final = "read-"  # begins what a shared lesson's link says in place of an invitation's code


@dataclass(frozen=True, slots=True)
class Hit:
    """A card that was found. `words` are what was looked for, in the reader's language."""

    version: int
    programme: Programme
    lesson: int
    card: int
    words: tuple[Word, ...] = ()


def asked(words: str) -> list[Effect]:
    """What follows `/find`: a look, or the question what for."""
    return [Find(words)] if words else [Say(notice("find.ask", PROGRAMMES, MENU))]


def said(facts: Facts, words: str) -> list[Effect]:
    """What follows words that answer nothing: a look, when they can be what somebody looks for."""
    names = len(words) <= MOST_QUERY and any(len(each) > 2 and each.isalpha() for each in _parts(words))
    return [Find(words, said=True)] if names else _not_understood(facts)


def found(facts: Facts, find: Find, hits: Sequence[Hit]) -> list[Effect]:
    """The results, the best first, or what to do when there are none."""
    if hits:
        lines = [
            Line("find.found", {"words": _short(find.words)}),
            *(_result(hit, facts.language) for hit in hits),
        ]
        choices = [Choice(_title(hit, facts.language), command(hit), literal=True) for hit in hits]
        back = ASK_AGAIN if facts.asked else MENU
        return [Say(Notice(tuple(lines), (*choices, back)))]
    if find.said:
        return _not_understood(facts)
    assert facts.person is not None, "only someone who joined looks for something"
    contact = facts.person.organisation.contact
    return [Say(notice("find.nothing", PROGRAMMES, MENU, words=_short(find.words), contact=contact))]


def _not_understood(facts: Facts) -> list[Effect]:
    if facts.asked:  # perhaps they meant to answer a question that is out of sight
        return [Say(notice("help.question_waits", ASK_AGAIN, MENU))]
    return [Say(notice("help.not_understood", CONTINUE, MENU, HELP))]


def command(hit: Hit) -> str:
    """What a button sends that opens the card."""
    return f"/read {hit.version} {hit.lesson} {hit.card}"


def opening(argument: str, *, more: bool = False) -> list[Effect]:
    """What follows a press on a result or a neighbouring card, or on "more" below a card."""
    numbers = _numbers(argument.split(), 3)
    if numbers is None:
        return gone()
    version, lesson, card = numbers
    return [Read(version, lesson, card, more)]


def gone() -> list[Effect]:
    """There is no such card to be read."""
    return [Say(notice("find.gone", PROGRAMMES, MENU))]


def code(version: int, lesson: int) -> str:
    """What the link to a lesson says in place of an invitation's code."""
    return f"{SHARED}{version}-{lesson}"


def linked(shown: str) -> Read | None:
    """The lesson that a code names; None when it is an invitation's."""
    numbers = _numbers(shown.removeprefix(SHARED).split("-"), 2) if shown.startswith(SHARED) else None
    return Read(numbers[0], numbers[1], 0) if numbers else None


def shown(facts: Facts, hit: Hit) -> list[Effect]:
    """The card, and where most go from it. Nothing is recorded, and the learner stays where they are."""
    more = Choice("menu.more", f"/more {hit.version} {hit.lesson} {hit.card}")
    choices = (*_turned(hit, "find.next", 1), *_onward(facts, hit), more)
    return [Say(Excerpt(hit.version, hit.lesson, hit.card, choices))]


def more(facts: Facts, hit: Hit, others: Iterable[Hit]) -> list[Effect]:
    """Where else one can go from a card that is read: back, to a colleague, and to lessons about the same."""
    related = [Choice(_title(each, facts.language), command(each), literal=True) for each in others]
    lines = [Line("find.heading", {"title": _title(hit, facts.language)})]
    lines += [Line("find.related")] if related else []
    share = Choice("find.share", f"/share {hit.version} {hit.lesson}")
    return [Say(Notice(tuple(lines), (*_turned(hit, "find.previous", -1), share, *related, MENU)))]


def sharing(argument: str) -> list[Effect]:
    """What follows a press on "share"."""
    numbers = _numbers(argument.split(), 2)
    return [Share(*numbers)] if numbers else gone()


def shared(facts: Facts, programme: Programme, lesson: int, *, within: int | None = None) -> list[Effect]:
    """The link for a colleague: to the lesson's page; `within` a version that has none, to the messengers."""
    of = programme.lessons[lesson]
    page = f"/lesson/{programme.slug}/{of.slug}" if within is None else f"/join/{code(within, lesson)}"
    link = Place(page)
    return [Say(notice("find.link", MENU, title=of.text(facts.language).title, link=link))]


def kept() -> list[Effect]:
    """The lesson is not passed on: nobody new may read it."""
    return [Say(notice("find.kept", PROGRAMMES, MENU))]


def can_be_read(programme: Programme, lesson: int, card: int) -> bool:
    """Whether there is such a card, and it is not part of a test."""
    if not 0 <= lesson < len(programme.lessons):
        return False
    text = programme.lessons[lesson].texts[0]
    return text.exam is None and 0 <= card < len(text.cards)


def labels(question: Question) -> tuple[tuple[str, ...], ...]:
    """What can be chosen, in an order that tells nothing of what is right; in matching left sides, then right ones."""
    options = tuple(option.text.plain for option in question.options)
    if question.kind in ("order", "match") or question.shuffled:
        options = _sorted(options)
    groups = (options, _sorted(place.plain for place in question.places))
    return tuple(group for group in groups if group)


def plain(card: Card) -> str:
    """What everybody may read of a card in one line; neither what is hidden nor what could be chosen.

    An option that stands alone would read as advice, and may be the wrong one.
    """
    parts = [_open(card.text)]
    if card.question:
        parts.append(_open(card.question.prompt))
    return " ".join(" ".join(parts).split()) or (card.picture.alt if card.picture else "")


def beginning(text: LessonText) -> str:
    """What a lesson is about, in its own first words."""
    return _cut(" ".join(plain(replace(card, question=None)) for card in text.cards[:1]), 0)


def text_of(card: Card) -> Text:
    """A card to be read: its text, the question, and what could be chosen."""
    if card.question is None:
        return card.text
    groups = (Text("\n".join(f"• {label}" for label in group)) for group in labels(card.question))
    return join(card.text, card.question.prompt, *groups)


def excerpt(text: str, words: Iterable[Word], language: Language) -> str:
    """About EXCERPT characters around the first word that was looked for, or the beginning when there is none."""
    place, wanted = 0, tuple(words)
    at = 0
    for written in text.split(" "):
        if any(word.fits(part, language) for part in _parts(written) for word in wanted):
            place = at
            break
        at += len(written) + 1
    return _cut(text, place)


def _parts(written: str) -> list[str]:
    return "".join(each if each.isalnum() else " " for each in written).split()


def _cut(text: str, place: int) -> str:
    first = 0 if place <= BEFORE else text.rfind(" ", 0, place - BEFORE) + 1
    if len(text) - first <= EXCERPT:
        kept, rest = text[first:], ""
    else:
        kept, rest = text[first : first + EXCERPT].rpartition(" ")[0] or text[first : first + EXCERPT], "…"
    return f"{'…' if first else ''}{kept}{rest}"


def _open(text: Text) -> str:
    """Without what is shown on a tap only."""
    units, parts, at = text.plain.encode("utf-16-le", "surrogatepass"), list[bytes](), 0
    for entity in text.entities:
        if entity.kind == "hidden":
            parts.append(units[at : 2 * entity.offset])
            at = max(at, 2 * (entity.offset + entity.length))
    return b"".join((*parts, units[at:])).decode("utf-16-le", "surrogatepass")


def _sorted(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(names, key=lambda name: (name.casefold(), name)))


def _short(words: str) -> str:
    return _cut(" ".join(words.split()), 0)


def _title(hit: Hit, language: Language) -> str:
    return hit.programme.lessons[hit.lesson].text(language).title


def _result(hit: Hit, language: Language) -> Line:
    text = hit.programme.lessons[hit.lesson].text(language)
    around = excerpt(plain(text.cards[hit.card]), hit.words, text.language)
    programme = hit.programme.text(language).title
    return Line("find.result", {"title": text.title, "programme": programme, "excerpt": around})


def _turned(hit: Hit, label: str, by: int) -> tuple[Choice, ...]:
    """The button to the card so many further on; none where there is no card."""
    there = replace(hit, card=hit.card + by)
    cards = len(hit.programme.lessons[hit.lesson].texts[0].cards)
    return (Choice(label, command(there)),) if 0 <= there.card < cards else ()


def _onward(facts: Facts, hit: Hit) -> tuple[Choice, ...]:
    """To learn it: to begin the programme or to go on with it; nothing once it is finished."""
    slug = hit.programme.slug
    study = next((study for study in facts.studies if study.programme.slug == slug), None)
    if study and study.state == "finished":
        return ()
    return (Choice("menu.continue" if study else "find.start", f"/enrol {slug}"),)


def _numbers(words: Sequence[str], count: int) -> list[int] | None:
    numbers = [int(word) for word in words if word.isascii() and word.isdecimal() and len(word) < 11]
    return numbers if len(numbers) == len(words) == count and max(numbers) <= LARGEST else None
