"""Whom an announcement is for: a rule of all, some and not over what is known of people."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from typing import Final, Literal, NamedTuple, get_args

from domain.assigning import same
from domain.language import Language, language_of

Where = Literal["any", "first", "under_way", "paused", "finished"]
WHERES: Final[tuple[Where, ...]] = get_args(Where)
How = Literal["told", "arrived", "missed", "confirmed"]
HOWS: Final[tuple[How, ...]] = get_args(How)
Seat = Literal["registered", "waiting", "attended", "absent"]
SEATS: Final[tuple[Seat, ...]] = get_args(Seat)
DAYS: Final = (7, 30, 90)  # in which somebody did something, to choose from
ENDS: Final = (7, 30, 60, 90)  # in which a certificate ends, to choose from
MOST_LINES: Final = 20


@dataclass(frozen=True, slots=True)
class At:
    """They work at this place, or at one under it."""

    place: int
    form: Literal["at"] = "at"


@dataclass(frozen=True, slots=True)
class Works:
    """They work as this, however it is written."""

    job: str
    form: Literal["job"] = "job"


@dataclass(frozen=True, slots=True)
class Speaks:
    """Their language."""

    language: Language
    form: Literal["language"] = "language"


@dataclass(frozen=True, slots=True)
class Learns:
    """They learn a programme and are there in it: anywhere, in its first lesson, behind that, paused, or finished."""

    programme: int
    where: Where
    form: Literal["learns"] = "learns"


@dataclass(frozen=True, slots=True)
class Active:
    """They did something within so many days."""

    days: int
    form: Literal["active"] = "active"


@dataclass(frozen=True, slots=True)
class Told:
    """What became of an earlier announcement to them: it was for them, it arrived, it is over and cannot have arrived,
    they confirmed it."""

    announcement: int
    how: How
    form: Literal["told"] = "told"


@dataclass(frozen=True, slots=True)
class Tagged:
    """Their organisation has put this label on them, however it is written."""

    tag: str
    form: Literal["tag"] = "tag"


@dataclass(frozen=True, slots=True)
class Sits:
    """How they stand to a webinar: they have a seat, wait for one, were there, or had a seat and were not there."""

    webinar: int
    how: Seat
    form: Literal["webinar"] = "webinar"


@dataclass(frozen=True, slots=True)
class Ends:
    """A certificate of theirs that holds, and that no newer one follows, ends within so many days."""

    days: int
    form: Literal["ends"] = "ends"


@dataclass(frozen=True, slots=True)
class Away:
    """They are on leave today."""

    form: Literal["away"] = "away"


@dataclass(frozen=True, slots=True)
class ToldToday:
    """An announcement went to them today, or waits to."""

    form: Literal["today"] = "today"


@dataclass(frozen=True, slots=True)
class Leads:
    """They look after the place by a role there; as a whole rule wherever they are at home, and with `mails` by mail
    who is in no chat."""

    mails: bool = False
    form: Literal["leads"] = "leads"


@dataclass(frozen=True, slots=True)
class All:
    """Every one of these holds; of none: everybody."""

    rules: tuple["Rule", ...] = ()
    form: Literal["all"] = "all"


@dataclass(frozen=True, slots=True)
class Some:
    """At least one of these holds; of none: nobody."""

    rules: tuple["Rule", ...] = ()
    form: Literal["some"] = "some"


@dataclass(frozen=True, slots=True)
class Not:
    """It does not hold."""

    rule: "Rule"
    form: Literal["not"] = "not"


Leaf = At | Works | Tagged | Speaks | Learns | Active | Sits | Ends | Told | Away | ToldToday | Leads
Rule = Leaf | All | Some | Not
EVERYBODY: Final = All()


@dataclass(frozen=True, slots=True)
class Traits:
    """What rules ask of a person. `places`: where they work, and all above; `learns`: where they are in programmes;
    `told`: what became of announcements; `sits`: how they stand to webinars; `ends`: in how many days the newest
    certificate of each programme ends that still holds."""

    places: frozenset[int]
    job: str
    language: Language
    learns: Mapping[int, Where] = field(default_factory=dict)
    last_at: datetime | None = None
    told: Mapping[int, frozenset[How]] = field(default_factory=dict)
    away: bool = False
    told_today: bool = False
    tags: frozenset[str] = frozenset()
    sits: Mapping[int, frozenset[Seat]] = field(default_factory=dict)
    ends: frozenset[int] = frozenset()
    leads: bool = False


def meets(rule: Rule, traits: Traits, now: datetime) -> bool:
    """Whether the rule holds for somebody."""
    match rule:
        case All(rules):
            return all(meets(each, traits, now) for each in rules)
        case Some(rules):
            return any(meets(each, traits, now) for each in rules)
        case Not(inner):
            return not meets(inner, traits, now)
        case Active(days):
            return traits.last_at is not None and traits.last_at > now - timedelta(days=days)
        case Learns() | Told() | Sits() | Ends():
            return _did(rule, traits)
        case _:
            return _is(rule, traits)


def _did(rule: Learns | Told | Sits | Ends, traits: Traits) -> bool:
    match rule:
        case Learns(programme, where):
            return programme in traits.learns and where in ("any", traits.learns[programme])
        case Told(announcement, how):
            return how in traits.told.get(announcement, ())
        case Sits(webinar, how):
            return how in traits.sits.get(webinar, ())
        case _:
            return any(each <= rule.days for each in traits.ends)


def _is(rule: At | Works | Tagged | Speaks | Away | ToldToday | Leads, traits: Traits) -> bool:
    match rule:
        case Tagged(tag):
            return any(same(tag, each) for each in traits.tags)
        case At(place):
            return place in traits.places
        case Works(job):
            return same(job, traits.job)
        case Speaks(language):
            return language == traits.language
        case Away():
            return traits.away
        case Leads():
            return traits.leads
        case _:
            return traits.told_today


class Line(NamedTuple):
    """A line of the form: `anew` begins another group (OR), else it narrows the one before it (AND)."""

    leaf: Leaf
    negated: bool = False
    anew: bool = False


def ruled(lines: Iterable[Line], without: Sequence[Away | ToldToday] = ()) -> Rule:
    """The rule that a form says: groups of lines that all hold, of which one has to; and nobody of `without`."""
    groups = list[list[Rule]]()
    for line in lines:
        if line.anew or not groups:
            groups.append([])
        groups[-1].append(Not(line.leaf) if line.negated else line.leaf)
    some = (Some(tuple(All(tuple(each)) for each in groups)),) if groups else ()
    return All((*some, *(Not(each) for each in without)))


def lines_of(rule: Rule) -> tuple[list[Line], list[Away | ToldToday]]:
    """The form that says a rule of `ruled`; of others, what a form can say."""
    lines, without = list[Line](), list[Away | ToldToday]()
    if isinstance(rule, Leads):
        return [Line(rule, anew=True)], []
    for part in rule.rules if isinstance(rule, All) else ():
        if isinstance(part, Some):
            lines += [line for group in part.rules if isinstance(group, All) for line in _group(group)]
        elif isinstance(part, Not) and isinstance(part.rule, Away | ToldToday):
            without.append(part.rule)
    return lines, without


def _group(group: All) -> Iterable[Line]:
    for number, each in enumerate(group.rules):
        leaf = each.rule if isinstance(each, Not) else each
        if not isinstance(leaf, All | Some | Not):
            yield Line(leaf, isinstance(each, Not), number == 0)


def leaves(rule: Rule) -> list[Leaf]:
    """All that a rule asks."""
    match rule:
        case All(rules) | Some(rules):
            return [leaf for each in rules for leaf in leaves(each)]
        case Not(inner):
            return leaves(inner)
        case _:
            return [rule]


def word_of(leaf: Leaf) -> str:
    """What a form sends for it: what is asked, how, and of which."""
    if isinstance(leaf, Leads):
        return leaf.form
    said = [getattr(leaf, each.name) for each in fields(leaf) if each.name != "form"]
    return ":".join(map(str, (leaf.form, *reversed(said))))


def leaf_of(word: str) -> Leaf | None:
    """What a form means by it; None when it means nothing."""
    if word == Leads().form:
        return Leads()
    form, _, rest = word.partition(":")
    how, _, number = rest.rpartition(":")
    which = int(number) if number.isascii() and number.isdecimal() and len(number) < 10 else 0
    if form in ("job", "tag") and rest.strip():
        return Works(rest.strip()) if form == "job" else Tagged(rest.strip())
    if form == "language" and (language := language_of(rest)):
        return Speaks(language)
    return _numbered(form, how, which) if which else None


def _numbered(form: str, how: str, which: int) -> Leaf | None:
    if form == "learns":
        return next((Learns(which, each) for each in WHERES if each == how), None)
    if form == "told":
        return next((Told(which, each) for each in HOWS if each == how), None)
    if form == "webinar":
        return next((Sits(which, each) for each in SEATS if each == how), None)
    return None if how else _counted(form, which)


def _counted(form: str, which: int) -> Leaf | None:
    if form == "at":
        return At(which)
    if form == "active":
        return Active(which) if which in DAYS else None
    return Ends(which) if form == "ends" and which in ENDS else None
