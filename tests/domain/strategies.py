"""What may be: texts, contents, messengers, programmes, people, and all that can be known of them."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Literal

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from domain.choosing import pieces
from domain.days_off import read
from domain.facts import Facts, Held, Invitation, Shelf, Step, Study, StudyState
from domain.fitting import MOST_OPTIONS, MOST_PICTURES, Capabilities
from domain.language import LANGUAGES, Language
from domain.message import Button, Content
from domain.organisation import Organisation
from domain.path import following
from domain.person import Person
from domain.programme import Order, Picture, Programme, Rules
from domain.question import Question
from domain.text import Entity, EntityKind, Text, units
from tests.domain.make import LIBRARY, certificate, invitation, programme

# A busy machine is no fault of a rule.
calm = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

KINDS: tuple[EntityKind, ...] = ("bold", "italic", "strike", "code", "quote", "link", "hidden")
PLACES = (  # zone and country; the clocks change by an hour, by half an hour, at midnight, or not at all
    ("Europe/Vilnius", "LT"),
    ("Europe/Warsaw", "PL"),
    ("Europe/Oslo", "NO"),
    ("Atlantic/Azores", "LT"),
    ("America/Sao_Paulo", "PL"),
    ("America/Santiago", "NO"),
    ("America/St_Johns", "PL"),
    ("Australia/Lord_Howe", "NO"),
    ("Africa/Cairo", "LT"),
    ("Asia/Beirut", "PL"),
    ("Pacific/Chatham", "LT"),
    ("Pacific/Kiritimati", "NO"),
    ("UTC", "PL"),
)
words = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.sampled_from(
    ["😀", "žąsis", "👩‍🏫 a"]
)
languages = st.sampled_from(LANGUAGES)
hours = st.times(max_value=time(23, 59)).map(lambda hour: hour.replace(second=0, microsecond=0))
days = st.frozensets(st.integers(1, 7), min_size=1)
moments = st.datetimes(datetime(2021, 1, 1), datetime(2030, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 (made aware)


@st.composite
def texts(draw: st.DrawFn) -> Text:
    """A text with entities over stretches of whole characters."""
    plain = draw(words)
    entities = []
    for _ in range(draw(st.integers(0, 3)) if plain else 0):
        start = draw(st.integers(0, len(plain) - 1))
        end = draw(st.integers(start + 1, len(plain)))
        kind = draw(st.sampled_from(KINDS))
        url = "https://a.example" if kind == "link" else ""
        entities.append(Entity(kind, units(plain[:start]), units(plain[start:end]), url))
    return Text(plain, tuple(sorted(entities, key=lambda entity: entity.offset)))


capabilities = st.builds(
    Capabilities,
    buttons=st.booleans(),
    label=st.integers(1, 40),
    pictures=st.booleans(),
    hidden=st.booleans(),
    many=st.booleans(),
    edits=st.booleans(),
    idempotent=st.booleans(),
)
pictures = st.builds(Picture, st.just("ab" * 32), st.just("desk.png"), words, st.just(8), st.just(6))


@st.composite
def contents(draw: st.DrawFn) -> Content:
    """A content as it is rendered: a question's options carry its key, several to choose come with a submit.

    Plain buttons may open an address.
    """
    labels = draw(st.lists(words.filter(str.strip), max_size=MOST_OPTIONS))
    picks: tuple[Literal["none", "one", "many"], ...] = ("none", "one", "many")
    pick = draw(st.sampled_from(picks if labels else picks[:1]))
    opens = st.booleans() if pick == "none" else st.just(False)
    buttons = tuple(
        Button(label, "", f"https://learn.example/{index}")
        if draw(opens)
        else Button(label, f"{'k' * 22}:{index}")
        for index, label in enumerate(labels)
    )
    many = pick == "many"
    pictured = pick != "none" and len(labels) <= MOST_PICTURES and draw(st.booleans())
    again = pick == "one" and not pictured and draw(st.booleans())
    more = (Button("Pradėti iš naujo", f"{'k' * 22}:again"),) if again else ()
    return Content(
        text=draw(texts()),
        picture=draw(pictures if pictured else st.none() | pictures),
        buttons=buttons,
        pick=pick,
        selected=tuple(sorted(draw(st.sets(st.integers(0, len(labels) - 1))))) if many else (),
        submit=Button("Atsakyti", f"{'k' * 22}:ok") if many else None,
        more=more,
        hint=draw(words),
        pictured=pictured,
    )


# A lesson that is a test: texts only in front, and questions that have right answers.
tests = st.from_regex(r"!(1:)?t?[smrcgnw]{2,3}", fullmatch=True)


@st.composite
def lesson_kinds(draw: st.DrawFn) -> str:
    """Cards of any kind as `make.lesson` reads them; some lead to others, and some questions are perhaps drawn."""
    if draw(st.integers(0, 4)) == 0:
        return draw(tests)
    kinds = draw(st.text("tsmorcgnwf", min_size=1, max_size=4))
    targets = [
        draw(st.sampled_from(["", "", *map(str, range(at, len(kinds) + 1))]))
        for at in range(1, len(kinds) + 1)
    ]
    questions = sum(kind != "t" for kind in kinds)
    drawn = f"{draw(st.integers(1, questions - 1))}:" if questions > 1 and draw(st.booleans()) else ""
    return drawn + "".join(kind + target for kind, target in zip(kinds, targets, strict=True))


lessons = st.lists(lesson_kinds(), min_size=1, max_size=3)
orders: st.SearchStrategy[Order] = st.sampled_from(("fixed", "free"))


@st.composite
def programmes(draw: st.DrawFn, slug: str = "safe") -> Programme:
    """A programme of one to three lessons with one to four cards of any kind, in one or two languages."""
    spoken: list[Language] = draw(st.lists(languages, min_size=1, max_size=2, unique=True))
    months, skip = draw(st.sampled_from([None, 0, 1, 12])), draw(st.sampled_from([0, 0, 1, 2]))
    order = draw(orders)
    rules = Rules(order, passing=draw(st.integers(0, 100)), valid_months=months, skip=skip)
    return programme(*draw(lessons), slug=slug, languages=spoken, shuffled=draw(st.booleans()), rules=rules)


@st.composite
def certificates(draw: st.DrawFn, studies: tuple[Study, ...], near: datetime) -> tuple[Held, ...]:
    """Certificates that these studies may have given."""
    held = list[Held]()
    for number in range(draw(st.integers(0, 3)) if studies else 0):
        issued = near.date() - timedelta(days=draw(st.integers(0, 500)))
        paper = certificate(
            number=f"2026-{number:06d}",
            issued_on=issued,
            expires_on=draw(st.none() | st.just(issued + timedelta(days=365))),
            revoked_on=draw(st.none() | st.just(issued)),
        )
        held.append(Held(draw(st.sampled_from(studies)).enrolment, paper))
    return tuple(held)


DAYS_OFF = ((), read(["06-24", "12-20..01-06"]), read(["2026-06-10..2026-08-31", "2027-02-08..2027-02-12"]))


@st.composite
def organisations(draw: st.DrawFn) -> Organisation:
    """An organisation anywhere."""
    zone, country = draw(st.sampled_from(PLACES))
    place = Organisation(1, "Gluosnių biblioteka", country, zone, draw(languages), LIBRARY.contact)
    if draw(st.booleans()):
        return place
    opens, closes = sorted((draw(hours), draw(hours.filter(lambda hour: hour > time(0)))))
    return replace(
        place,
        opens=min(opens, time(22)),
        closes=max(closes, time(23)),
        cap=draw(st.integers(1, 10)),
        days_off=draw(st.sampled_from(DAYS_OFF)),
    )


people = st.builds(
    Person, st.just(7), organisations(), st.just("Jonas Kazlauskas"), languages, hour=hours, days=days
)


@st.composite
def absent(draw: st.DrawFn, near: datetime, who: Person) -> Person:
    """The person, perhaps on leave about this moment, perhaps snoozing."""
    if draw(st.booleans()):
        first = near.date() + timedelta(days=draw(st.integers(-9, 4)))
        last = first + timedelta(days=draw(st.integers(0, 30)))
        who = replace(who, leave_from=first, leave_until=last)
    if draw(st.booleans()):
        who = replace(who, snoozed_until=near + timedelta(minutes=draw(st.integers(-600, 10_000))))
    return who


@st.composite
def studies(draw: st.DrawFn, enrolment: int, taught: Programme, now: datetime) -> Study:
    """An enrolment somewhere in a programme: its lesson waits, it is in the middle, or all is done."""
    states: tuple[StudyState, ...] = ("active", "paused", "finished")
    state = draw(st.sampled_from(states))
    lesson = len(taught.lessons) - 1 if state == "finished" else draw(st.integers(0, len(taught.lessons) - 1))
    cards = shown_cards(taught, lesson, enrolment)
    card = cards[-1] if state == "finished" else draw(st.sampled_from([-1, *cards]))
    due = now + timedelta(hours=draw(st.integers(-3, 99))) if state == "active" and card < 0 else None
    pace = draw(st.none() | st.integers(1, 5))
    place = enrolment, enrolment + 4, enrolment + 10, taught, state, lesson, card, due
    return Study(*place, done=lesson, pace=pace)


def shown_cards(taught: Programme, lesson: int, enrolment: int) -> list[int]:
    """Cards that this learner may stand at."""
    text, cards = taught.lessons[lesson].texts[0], [-1]
    while cards[-1] < len(text.cards):
        cards.append(following(text, cards[-1], (), enrolment))
    return cards[1:-1]


@st.composite
def steps(draw: st.DrawFn, study: Study) -> Step | None:
    """The step that waits at the study's card: the card, or the way on from its answer."""
    if study.card < 0 or study.state == "finished":
        return None
    text, key = study.programme.lessons[study.lesson].texts[0], f"key-{study.enrolment}"
    at = Step(key, study.enrolment, study.lesson, study.card, question=False)
    asks = text.cards[study.card].question
    if asks is None:
        return at
    answer = draw(chosen(asks, whole=True))
    if following(text, study.card, answer, study.enrolment) < len(text.cards) and draw(st.booleans()):
        return replace(at, selected=answer)
    return replace(at, question=True, selected=draw(chosen(asks, whole=False)))


@st.composite
def chosen(draw: st.DrawFn, asks: Question, *, whole: bool) -> tuple[int, ...]:
    """What may be chosen of a question: an answer, or so much as waits for the rest of it."""
    count = len(pieces(asks))
    indexes = st.integers(0, max(0, count - 1))
    match asks.kind:
        case "multiple":
            return tuple(sorted(draw(st.sets(indexes, min_size=int(whole)))))
        case "order":
            order = draw(st.permutations(range(count)))
            return tuple(order if whole else order[: draw(st.integers(0, count - 2))])
        case "match":
            rows = len(asks.targets)
            size = rows if whole else draw(st.integers(0, rows - 1))
            once = count == rows
            return tuple(draw(st.lists(indexes, min_size=size, max_size=size, unique=once)))
        case "single" | "opinion":
            return (draw(indexes),) if whole else ()
    return ()


@st.composite
def invitations(draw: st.DrawFn, who: Person) -> Invitation:
    """An invitation in any state, for this person or another."""
    state = draw(st.sampled_from(["open", "used", "expired"]))
    here = state == "used" and draw(st.booleans())
    return invitation(
        person=draw(st.sampled_from([who, Person(8, LIBRARY, "Ona", "pl")])), state=state, here=here
    )


@st.composite
def knowledge(draw: st.DrawFn) -> Facts:
    """All that can be known when somebody does something; nothing contradicts anything."""
    now, language = draw(moments), draw(languages)
    who = draw(absent(now, draw(people)))
    shown = draw(st.none() | invitations(who))
    if draw(st.integers(0, 3)) == 0:
        pending = draw(st.none() | invitations(who))
        return Facts(now, language, None, pending, pending is not None and draw(st.booleans()), shown)
    first, second = draw(programmes()), draw(programmes("gdpr"))
    taken = [draw(studies(number, taught, now)) for number, taught in enumerate((first, second), 1)]
    mine = tuple(taken[: draw(st.integers(0, 2))])
    waiting = draw(st.permutations([step for study in mine if (step := draw(steps(study)))]))
    pressed = draw(st.sampled_from([None, *waiting]))
    closed = Step("old", 1, 0, 0, question=draw(st.booleans()), closed=True)
    old = draw(st.booleans()) and bool(mine)
    return Facts(
        now,
        who.language,
        who,
        shown=shown,
        studies=mine,
        shelf=draw(st.sampled_from([(), (Shelf(5, 11, first), Shelf(6, 12, second))])),
        open=waiting[0] if waiting else None,
        pressed=closed if old else pressed,
        waiting=tuple(waiting[1:]),
        certificates=draw(certificates(mine, now)),
        awaited=draw(st.booleans()),
    )
