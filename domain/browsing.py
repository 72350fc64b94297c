"""The catalogue in the chat: programmes as short lines in pages, and everything about one."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Final

from domain import renewing
from domain.catalogue import LIST, missing, not_listed, spoken, suits
from domain.effect import Effect, Say
from domain.facts import Facts, Shelf, Study
from domain.language import OWN_NAMES, Language
from domain.message import Choice, Line, Notice, Param, notice
from domain.pacing import local
from domain.person import Person
from domain.programme import Programme
from domain.sharing import RESERVED, Basis
from domain.studying import MENU
from domain.text import units

A_PAGE: Final = 8
WEB: Final = Choice("programmes.web", "", url="/catalogue")
_MOST_LESSONS: Final = 1_500  # UTF-16 units of their titles: a message has 4,096 in Telegram


def show(facts: Facts, person: Person, argument: str = "") -> list[Effect]:
    """The programmes, as pages of short lines, each with a tap to all about it; the argument is the page."""
    if not facts.shelf:
        return [Say(notice("programmes.none", MENU))]
    ordered = _ordered(facts, person)
    last = (len(ordered) + A_PAGE - 1) // A_PAGE
    page = int(argument) if argument.isascii() and argument.isdecimal() and len(argument) < 4 else 1
    return _page(facts, person, ordered, min(max(page, 1), last))


def view(facts: Facts, person: Person, slug: str) -> list[Effect]:
    """Everything about one programme, with one tap to begin it; the list when none is named."""
    found = next((each for each in facts.shelf if each.programme.slug == slug), None)
    if found is None:
        return not_listed(person) if slug else show(facts, person)
    before = missing(facts, found.programme)
    lines = _about(facts, found)
    if before:
        lines.append(Line("programmes.before", {"titles": _listed(facts, before)}))
    return [Say(Notice(tuple(lines), (*_ways(facts, person, found), LIST)))]


def not_yet(facts: Facts, found: Shelf) -> list[Effect]:
    """What is said in place of beginning a programme that comes after others, with the way to each of these.

    Nothing when none of them is missing.
    """
    before = missing(facts, found.programme)
    if not before:
        return []
    title = found.programme.text(facts.language).title
    ways = (_view(facts, each) for each in before)
    return [Say(notice("programmes.not_yet", *ways, LIST, MENU, title=title, titles=_listed(facts, before)))]


def _page(facts: Facts, person: Person, ordered: Sequence[Shelf], page: int) -> list[Effect]:
    first, last = (page - 1) * A_PAGE, min(page * A_PAGE, len(ordered))
    here = ordered[first:last]
    head = Line("programmes.page", {"first": first + 1, "last": last, "total": len(ordered)})
    if len(here) == len(ordered):
        head = Line("programmes.head")
    lines = (head, *_grouped(facts, person, here))
    choices = [_view(facts, each) for each in here]
    if last < len(ordered):
        choices.append(Choice("programmes.next", f"/programmes {page + 1}"))
    if page > 1:
        choices.append(Choice("programmes.previous", f"/programmes {page - 1}"))
    return [Say(Notice(lines, (*choices, WEB, MENU)))]


def _ordered(facts: Facts, person: Person) -> list[Shelf]:
    """What suits the person best first, what they have finished last, else as they are on the shelf."""
    return sorted(facts.shelf, key=lambda each: (_state(facts, each) == "finished", -_suits(each, person)))


def _grouped(facts: Facts, person: Person, shelf: Sequence[Shelf]) -> list[Line]:
    """A line for each programme, below a word on why those that suit the person come first."""

    def recommended(each: Shelf) -> bool:
        return _suits(each, person) > 0 and _state(facts, each) != "finished"

    lines = list[Line]()
    some = any(map(recommended, facts.shelf))
    for suited, group in groupby(shelf, key=recommended):
        if some:
            lines.append(Line("programmes.for_you" if suited else "programmes.others"))
        lines += [_short(facts, each) for each in group]
    return lines


def _suits(each: Shelf, person: Person) -> int:
    return suits(each.programme.rules, job=person.job, sector=person.organisation.sector)


def _study(facts: Facts, shelf: Shelf) -> Study | None:
    return next((each for each in facts.studies if each.programme_id == shelf.programme_id), None)


def _state(facts: Facts, shelf: Shelf) -> str:
    """What the person does with a programme: "open" (nothing), or the state of their study."""
    study = _study(facts, shelf)
    return study.state if study else "open"


def _long(facts: Facts, shelf: Shelf) -> Line:
    text = shelf.programme.text(facts.language)
    params: dict[str, Param] = {
        "title": text.title,
        "description": text.description,
        "lessons": len(shelf.programme.lessons),
        "minutes": shelf.programme.minutes(facts.language),
    }
    return Line(f"programmes.{_state(facts, shelf)}", params)


def _short(facts: Facts, shelf: Shelf) -> Line:
    """Its title, its minutes, where the person is in it; and its languages where theirs is none of them."""
    text, languages, study = (
        shelf.programme.text(facts.language),
        spoken(shelf.programme),
        _study(facts, shelf),
    )
    params: dict[str, Param] = {
        "title": text.title,
        "minutes": shelf.programme.minutes(facts.language),
        "details": "" if facts.language in languages else f" · {_named(languages)}",
    }
    if study:
        params |= {"done": study.done, "lessons": len(study.programme.lessons)}
    return Line(f"programmes.{_state(facts, shelf)}_short", params)


def _about(facts: Facts, shelf: Shelf) -> list[Line]:
    """What is said about a programme: only what there is to say."""
    programme, rules = shelf.programme, shelf.programme.rules
    audience = programme.text(facts.language).audience
    lines = [_long(facts, shelf), Line("programmes.lessons", {"titles": _titles(facts, programme)})]
    if audience:
        lines.append(Line("programmes.audience", {"audience": audience}))
    if rules.valid_months is not None:
        lines.append(_certificate(rules.valid_months))
    lines.append(Line("programmes.languages", {"languages": _named(spoken(programme))}))
    if rules.owner:
        lines.append(Line("programmes.owner", {"owner": rules.owner}))
    if rules.licence:
        lines.append(_licence(rules.licence))
    return [*lines, *(_based(facts, each) for each in shelf.bases)]


def _licence(words: str) -> Line:
    if words == RESERVED.name:
        return Line("programmes.reserved")
    return Line("programmes.licence", {"licence": words})


def _based(facts: Facts, basis: Basis) -> Line:
    """What it is a copy of, as its licence asks to be said."""
    params: dict[str, Param] = {
        "title": basis.programme.text(facts.language).title,
        "by": basis.by,
        "version": basis.number,
        "licence": basis.programme.rules.licence,
    }
    return Line("programmes.based", params)


def _certificate(months: int) -> Line:
    return (
        Line("programmes.certificate", {"months": months}) if months else Line("programmes.certificate_ever")
    )


def _titles(facts: Facts, programme: Programme) -> str:
    """The lessons' titles by number, as many as one message has room for."""
    lines, room = list[str](), _MOST_LESSONS
    for number, lesson in enumerate(programme.lessons, 1):
        line = f"{number}. {lesson.text(facts.language).title}"
        room -= units(line) + 1
        if room < 0:
            return "\n".join([*lines, "…"])
        lines.append(line)
    return "\n".join(lines)


def _ways(facts: Facts, person: Person, found: Shelf) -> list[Choice]:
    """The ways into a programme, or to those that come before it."""
    study, slug = _study(facts, found), found.programme.slug
    if study is None:
        before = [_view(facts, each) for each in missing(facts, found.programme)]
        return before or [Choice("programmes.begin", f"/enrol {slug}")]
    lessons = Choice("menu.lessons", f"/lessons {study.programme_id}")
    if study.state != "finished":
        return [Choice("programmes.go_on", f"/enrol {slug}"), lessons]
    again = renewing.renewable(facts, study, local(facts.now, person).date())
    return [Choice("certificate.again", f"/renew {slug}"), lessons] if again else [lessons]


def _view(facts: Facts, each: Shelf) -> Choice:
    title = each.programme.text(facts.language).title
    return Choice(title, f"/programme {each.programme.slug}", literal=True)


def _listed(facts: Facts, shelf: Iterable[Shelf]) -> str:
    return ", ".join(each.programme.text(facts.language).title for each in shelf)


def _named(languages: Iterable[Language]) -> str:
    return ", ".join(OWN_NAMES[each] for each in languages)
