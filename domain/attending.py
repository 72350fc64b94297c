"""Webinars in the chat: the list, one of them, registering and what comes of it, and what is said before and after."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, Literal

from domain import checking_in
from domain.at_webinar import AskTrainer, GiveUpSeat, Rate, Register, TakeSeat
from domain.effect import Effect, Say
from domain.facts import Facts
from domain.message import Choice, Line, Moment, Notice, Param, Place, Secret, notice
from domain.pacing import local
from domain.person import Person
from domain.seating import ACTIVE
from domain.studying import MENU, NewKey
from domain.webinar import NOW, Shown, Webinar, calendar_page, join_page

LIST: Final = Choice("webinars.button", "/webinars")
MINE: Final = Choice("webinars.mine_button", "/webinars mine")
A_PAGE: Final = 8
LONGEST: Final = 500  # characters of a question to the trainer
MOST_ASKED: Final = 5  # questions of one person before one webinar
RATINGS: Final = (1, 2, 3, 4, 5)
ABOUT: Final = ("webinars", "webinar", "register", "cantcome", "takeseat", "question", "rate", "here")

# What came of wanting a seat, or of giving one up.
Became = Literal[
    "seated",
    "waiting",
    "asked",
    "already",
    "left",
    "not_there",
    "lapsed",
    "early",
    "closed",
    "over",
    "cancelled",
    "none",
]


def show(facts: Facts, person: Person, argument: str = "") -> list[Effect]:
    """Those that one can register for, as pages of short lines; or "mine"."""
    if argument == "mine":
        mine = [each for each in facts.webinars if each.mine in ACTIVE and each.webinar.ends_at > facts.now]
        if not mine:
            return [Say(notice("webinars.mine_none", LIST, MENU))]
        return [Say(_list(mine[:A_PAGE], person, Line("webinars.mine"), (LIST, MENU)))]
    ahead = [each for each in facts.webinars if each.webinar.takes(facts.now) not in ("over", "cancelled")]
    if not ahead:
        return [Say(notice("webinars.none", MINE, MENU))]
    last = (len(ahead) + A_PAGE - 1) // A_PAGE
    page = int(argument) if argument.isascii() and argument.isdecimal() and len(argument) < 4 else 1
    page = min(max(page, 1), last)
    here = ahead[(page - 1) * A_PAGE : page * A_PAGE]
    onward = (Choice("programmes.next", f"/webinars {page + 1}"),) if page < last else ()
    return [Say(_list(here, person, Line("webinars.head"), (*onward, MINE, MENU)))]


def _list(shown: Sequence[Shown], person: Person, head: Line, ways: tuple[Choice, ...]) -> Notice:
    lines = tuple(Line(f"webinars.{_mark(each)}_line", said_of(each.webinar, person)) for each in shown)
    choices = tuple(
        Choice(each.webinar.text(person.language).title, f"/webinar {each.webinar.id}", literal=True)
        for each in shown
    )
    return Notice((head, *lines), (*choices, *ways))


def _mark(shown: Shown) -> str:
    if shown.webinar.state == "cancelled":
        return "cancelled"
    return shown.mine if shown.mine in ACTIVE else "open"


def view(facts: Facts, person: Person, argument: str) -> list[Effect]:
    """Everything about one webinar, and what one can do."""
    shown = _named(facts, argument)
    if shown is None:
        return [Say(notice("webinar.none", LIST, MENU))]
    lines = (*about(shown.webinar, person), *_people(shown), _stands(shown, person, facts.now))
    return [Say(Notice(lines, (*_ways(shown, facts.now), LIST)))]


def about(webinar: Webinar, person: Person) -> tuple[Line, ...]:
    """What it is called, what about, when, and where."""
    words = webinar.text(person.language)
    lines = [Line("webinar.title", {"title": words.title})]
    if words.about:
        lines.append(Line("webinar.about", {"about": words.about}))
    lines.append(Line("webinar.when", said_of(webinar, person)))
    return (*lines, *_where(webinar), *_terms(webinar))


def _terms(webinar: Webinar) -> tuple[Line, ...]:
    """What it costs, and as how many hours it counts, where these are said."""
    lines = list[Line]()
    if webinar.cost is not None:
        whole, part = divmod(webinar.cost, 100)
        price: dict[str, Param] = {"whole": whole, "part": f"{part:02}", "currency": webinar.currency}
        lines.append(Line("webinar.cost" if webinar.cost else "webinar.free_of_charge", price))
    if webinar.study_minutes is not None:
        hours, minutes = divmod(webinar.study_minutes, 60)
        lines.append(Line("webinar.hours", {"hours": hours, "minutes": minutes}))
    return tuple(lines)


def _where(webinar: Webinar) -> tuple[Line, ...]:
    place = (Line("webinar.where", {"place": webinar.venue}),) if webinar.venue else ()
    return (*place, Line("webinar.online")) if webinar.link else place


def _people(shown: Shown) -> tuple[Line, ...]:
    return (Line("webinar.trainer", {"name": shown.trainer}),) if shown.trainer else ()


def _stands(shown: Shown, person: Person, now: datetime) -> Line:
    """How the person stands, or whether they could register."""
    takes, webinar = shown.webinar.takes(now), shown.webinar
    if takes in ("over", "cancelled"):
        return Line("webinar.over" if takes == "over" else "webinar.called_off")
    if shown.mine == "seated":
        return Line("webinar.you_seated")
    if shown.mine == "offered" and shown.offer_until:
        return Line("webinar.you_offered", {"until": Moment(local(shown.offer_until, person))})
    if shown.mine == "asked":
        return Line("webinar.you_asked")
    if shown.mine == "waiting":
        return Line("webinar.you_waiting", {"place": shown.place, "waiting": shown.waiting})
    if takes == "early" and webinar.opens_at:
        return Line("webinar.early", {"opens": Moment(local(webinar.opens_at, person))})
    if takes == "closed":
        return Line("webinar.closed")
    return (
        Line("webinar.free", {"free": shown.free})
        if shown.free
        else Line("webinar.full", {"waiting": shown.waiting})
    )


def _ways(shown: Shown, now: datetime) -> tuple[Choice, ...]:
    takes, which = shown.webinar.takes(now), shown.webinar.id
    ask = Choice("webinar.ask" if shown.webinar.trainer else "webinar.ask_organiser", f"/question {which}")
    leave = Choice("webinar.cant_come", f"/cantcome {which}")
    if takes == "cancelled":
        return ()
    if takes == "over":
        on = now < shown.webinar.ends_at
        ways = _join(shown) if on else _ratings(shown.webinar)
        return (*checking_in.button(shown, now), *ways) if shown.mine == "seated" else ()
    match shown.mine:
        case "seated":
            return (*_join(shown), _calendar(shown.seed), ask, leave)
        case "offered":
            return (Choice("webinar.take", f"/takeseat {which}"), leave)
        case "waiting" | "asked":
            return (ask, Choice("webinar.stop_waiting", f"/cantcome {which}"))
    if takes != "open":
        return ()
    open_ = shown.free or shown.webinar.approves
    return (Choice("webinar.register" if open_ else "webinar.wait", f"/register {which}"), ask)


def _join(shown: Shown) -> tuple[Choice, ...]:
    return (_to_join(shown.seed),) if shown.webinar.link else ()


def _to_join(seed: str) -> Choice:
    return Choice("webinar.join", "", url=join_page(seed), secret=Secret(seed, "link"))


def _calendar(seed: str) -> Choice:
    return Choice("webinar.calendar", "", url=calendar_page(seed), secret=Secret(seed, "link"))


def _ratings(webinar: Webinar) -> tuple[Choice, ...]:
    return tuple(Choice(str(each), f"/rate {webinar.id} {each}", literal=True) for each in RATINGS)


def register(facts: Facts, person: Person, argument: str, new_key: NewKey) -> list[Effect]:
    """A seat, or a place on the waiting list; who is registered for something else at that time is asked first."""
    number, _, sure = argument.partition(" ")
    shown = _named(facts, number)
    if shown is None:
        return [Say(notice("webinar.none", LIST, MENU))]
    clash = next((each for each in facts.webinars if _clashes(each, shown)), None)
    if clash and sure != "anyway" and shown.mine not in ACTIVE:
        other = {f"other_{name}": value for name, value in said_of(clash.webinar, person).items()}
        line = Line("webinar.clash", {**said_of(shown.webinar, person), **other})
        anyway = Choice("webinar.anyway", f"/register {shown.webinar.id} anyway")
        return [Say(Notice((line,), (anyway, LIST)))]
    return [Register(shown.webinar.id, new_key())]


def _clashes(each: Shown, shown: Shown) -> bool:
    other = each.webinar
    stands = each.mine in ACTIVE and other.state == "open"
    return other.id != shown.webinar.id and stands and other.overlaps(shown.webinar)


def became(result: Became, shown: Shown, person: Person, now: datetime) -> Notice:
    """What is said about what came of registering, or of saying that one cannot come."""
    stands = _stands(shown, person, now)
    head = Line("webinar.title", {"title": shown.webinar.text(person.language).title})
    when = Line("webinar.when", said_of(shown.webinar, person))
    if result == "seated":
        kept = (Line("registered.seated"), head, when, *_where(shown.webinar))
        return Notice(kept, (*_ways(shown, now), LIST))
    if result in ("waiting", "asked"):
        return Notice((Line(f"registered.{result}"), head, when, stands), (*_ways(shown, now), LIST))
    if result in ("already", "early", "closed", "over", "cancelled"):
        return Notice((head, stands), (*_ways(shown, now), LIST))
    again = (Line("seat.again"),) if result == "lapsed" and shown.webinar.takes(now) == "open" else ()
    return Notice((Line(f"registered.{result}"), head, *again), (LIST, MENU))


def none() -> Notice:
    """There is no such webinar for them."""
    return notice("webinar.none", LIST, MENU)


def cannot_come(facts: Facts, argument: str) -> list[Effect]:
    """The seat goes to whoever waits."""
    shown = _named(facts, argument)
    return [GiveUpSeat(shown.webinar.id)] if shown else [Say(none())]


def take(facts: Facts, argument: str) -> list[Effect]:
    """The seat that is held."""
    shown = _named(facts, argument)
    return [TakeSeat(shown.webinar.id)] if shown else [Say(none())]


def ask(facts: Facts, argument: str) -> list[Effect]:
    """What the trainer is asked beforehand: it stands behind the number; how, if there are no words."""
    number, _, written = argument.partition(" ")
    shown = _named(facts, number)
    words = " ".join(written.split())
    if shown is None:
        return [Say(none())]
    back = Choice("webinar.back", f"/webinar {shown.webinar.id}")
    if shown.webinar.takes(facts.now) in ("over", "cancelled"):
        return [Say(notice("question.late", back, MENU))]
    if not words or len(words) > LONGEST:
        how = "question.how" if shown.webinar.trainer else "question.how_organiser"
        told = how if not words else "question.long"
        return [Say(notice(told, back, number=shown.webinar.id, most=LONGEST))]
    return [AskTrainer(shown.webinar.id, words)]


def asked(webinar: Webinar, *, kept: bool) -> Notice:
    """Whether the question was kept, and who sees it: where there is no trainer, the organiser."""
    back = Choice("webinar.back", f"/webinar {webinar.id}")
    if not kept:
        return notice("question.many", back, MENU, most=MOST_ASKED)
    return notice("question.kept" if webinar.trainer else "question.kept_organiser", back, MENU)


def rate(facts: Facts, argument: str) -> list[Effect]:
    """A word on it once it is over, by whoever had a seat."""
    number, _, written = argument.partition(" ")
    shown = _named(facts, number)
    rating = next((each for each in RATINGS if str(each) == written), None)
    if shown is None or rating is None or shown.mine != "seated" or facts.now < shown.webinar.ends_at:
        return [Say(none())]
    return [Rate(shown.webinar.id, rating), Say(notice("rate.thanks", LIST, MENU))]


def offer(webinar: Webinar, person: Person, until: datetime | None, *, approved: bool = False) -> Notice:
    """A seat is free for somebody who waited, or was `approved` of: it is theirs, or held `until` then."""
    said: dict[str, Param] = said_of(webinar, person)
    leave = Choice("webinar.cant_come", f"/cantcome {webinar.id}")
    if until is None:
        line = "approved.seated" if approved else "seat.yours"
        return notice(line, Choice("webinar.back", f"/webinar {webinar.id}"), leave, **said)
    said["until"] = Moment(local(until, person))
    return notice("seat.offered", Choice("webinar.take", f"/takeseat {webinar.id}"), leave, **said)


def approved(webinar: Webinar, person: Person, place: int) -> Notice:
    """Their registration was approved of, and they wait for a seat."""
    leave = Choice("webinar.stop_waiting", f"/cantcome {webinar.id}")
    said = {**said_of(webinar, person), "place": place}
    return notice("approved.waiting", Choice("webinar.back", f"/webinar {webinar.id}"), leave, **said)


def refused(webinar: Webinar, person: Person) -> Notice:
    """It was not."""
    contact = person.organisation.contact
    return notice("approved.not", LIST, MENU, contact=contact, **said_of(webinar, person))


def lapsed(webinar: Webinar, person: Person, now: datetime) -> Notice:
    """Nobody took the seat that was held."""
    again = (Line("seat.again"),) if webinar.takes(now) == "open" else ()
    lines = (Line("seat.lapsed", said_of(webinar, person)), *again)
    return Notice(lines, (Choice("webinar.back", f"/webinar {webinar.id}"),))


def reminder(webinar: Webinar, person: Person, rung: int, seed: str) -> Notice:
    """It comes; the last time with the person's own way in."""
    leave = Choice("webinar.cant_come", f"/cantcome {webinar.id}")
    if rung < NOW:
        lines = (Line("webinar.reminder", said_of(webinar, person)), *_where(webinar))
        return Notice(lines, (Choice("webinar.back", f"/webinar {webinar.id}"), leave))
    lines = (Line("webinar.starting", said_of(webinar, person)),)
    if webinar.venue:
        lines = (*lines, Line("webinar.where", {"place": webinar.venue}))
    if not webinar.link:
        return Notice(lines, (leave,))
    own = Place(join_page(seed), Secret(seed, "link"))
    contact = person.organisation.contact
    return Notice((*lines, Line("webinar.link", {"link": own, "contact": contact})), (_to_join(seed), leave))


def afterwards(webinar: Webinar, person: Person, *, came: bool) -> Notice:
    """A word to somebody who was there, or who had a seat and was not."""
    said = said_of(webinar, person)
    return (
        notice("webinar.thanks", *_ratings(webinar), **said)
        if came
        else notice("webinar.missed", LIST, **said)
    )


def news(webinar: Webinar, person: Person, seed: str, *, seated: bool) -> Notice:
    """It is another time or elsewhere, or not at all; who has got a seat meanwhile may learn of it here."""
    calendar = _calendar(seed)
    if webinar.state == "cancelled":
        return notice("webinar.is_cancelled", calendar, LIST, **said_of(webinar, person))
    mine = (Line("webinar.you_seated"),) if seated else ()
    lines = (Line("webinar.news"), *about(webinar, person), *mine)
    leave = Choice("webinar.cant_come", f"/cantcome {webinar.id}")
    return Notice(lines, (calendar, Choice("webinar.back", f"/webinar {webinar.id}"), leave))


def said_of(webinar: Webinar, person: Person) -> dict[str, Param]:
    """Its title, and when it is where the person is."""
    when = Moment(local(webinar.starts_at, person))
    return {"title": webinar.text(person.language).title, "when": when, "minutes": webinar.minutes}


def _named(facts: Facts, argument: str) -> Shown | None:
    number = argument.strip()
    if not (number.isascii() and number.isdecimal() and len(number) < 10):
        return None
    return next((each for each in facts.webinars if each.webinar.id == int(number)), None)
