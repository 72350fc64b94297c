"""A planted tree for the tests of rights: in each organisation the same things, and a word that others never see."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from hashlib import sha256
from typing import Final

from sqlalchemy import select

from actions import edit_person, launch, templates
from actions.assign import assign
from actions.certify import issue
from actions.compose import Composed, save
from actions.join_link import renew
from actions.launch import Planned
from domain.api_token import SCOPES
from domain.assigning import Terms
from domain.audience import Line, Works, ruled
from domain.audit import Deed
from domain.campaigning import TEXTS, USUAL, Text
from domain.enclosed import Enclosed, Link, Poll
from domain.group import Bound
from domain.hook import TOPICS
from domain.language import Language
from domain.meeting_report import Entry
from domain.organisation import Scope
from domain.programme import Picture, Programme, Rules
from domain.rights import ROLES, Grant, Role
from domain.roster import Row, Said, Sheet
from domain.topic import Due, Rhythm, Topic
from domain.tree import Level, Own
from domain.webinar import Webinar, Words
from storage import (
    addresses,
    announcements,
    api_tokens,
    audit,
    certificates,
    corrections,
    doorsteps,
    employments,
    given,
    groups,
    hooks,
    imports,
    media,
    organisations,
    outbox,
    people,
    presence,
    programmes,
    registrations,
    roles,
    segments,
    sharing,
    topics,
    webinars,
)
from storage.api_tokens import New
from storage.corrections import Asked
from storage.database import Connection
from storage.outbox import To
from tests.console.papers import code_of
from tests.console.post import NOW, REMINDER
from tests.console.town import MONDAY, Town, programme
from tests.storage import open_answers

# Where it stands in the tree: "unit" is part of "own", "beside" is in the same sector, "other" in another one.
TREE: Final[tuple[tuple[str, Level, str], ...]] = (
    ("land", "country", ""),
    ("sector", "sector", "land"),
    ("own", "organisation", "sector"),
    ("unit", "unit", "own"),
    ("beside", "organisation", "sector"),
    ("elsewhere", "sector", "land"),
    ("other", "organisation", "elsewhere"),
)
PLACES: Final = ("own", "unit", "beside", "other")
UNDER: Final[Mapping[str, frozenset[str]]] = {
    "land": frozenset(name for name, _, _ in TREE),
    "sector": frozenset({"sector", "own", "unit", "beside"}),
    "own": frozenset({"own", "unit"}),
    "other": frozenset({"other"}),
}
OWN: Final = Own(country="LT", contact="Rūta")


@dataclass(frozen=True)
class Planted:
    """`organisations`, `ids` of things and `actors` by their names; all learn this `version` of `taught`, and
    `versions` are of their own programmes."""

    organisations: Mapping[str, int]
    ids: Mapping[tuple[str, str], int]
    actors: Mapping[tuple[str, str], int]
    taught: int
    version: int
    versions: Mapping[str, int]


def secret(place: str) -> str:
    """A word that stands in everything of this organisation."""
    return f"Slapta{place}"


def plant(tx: Connection) -> Planted:
    """The tree, what is in it, and somebody with every role at several places of it."""
    places, town = dict[str, int](), Town(tx, MONDAY)
    for name, level, above in TREE:
        over, own = (places[above] if above else None), OWN if not above else Own()
        places[name] = organisations.add_place(tx, f"{name} {secret(name)}", own, level, over)
    taught, asked = town.publish(_certified()), town.publish(open_answers.PROGRAMME)
    ids = dict[tuple[str, str], int]()
    for name in PLACES:
        for thing, number in _things(town, places[name], name, taught, asked).items():
            ids[thing, name] = number
    actors: dict[tuple[str, str], int] = {
        (role, at): _actor(town, role, at, places) for role in ROLES for at in UNDER if at != "land"
    }
    actors["none", "own"] = town.person(places["own"], "Nobody special")
    mixed = _actor(town, "auditor", "unit", places)
    people.grant(tx, mixed, places["other"], "coordinator")
    actors["mixed", "unit"] = mixed
    ids["person", "both"] = _both(town, places, ids)
    newest = programmes.newest(tx)
    versions = {name: newest[ids["programme", name]] for name in PLACES}
    return Planted(places, ids, actors, *taught, versions)


def _both(town: Town, places: Mapping[str, int], ids: Mapping[tuple[str, str], int]) -> int:
    """Somebody of "own" who works at "other" too: each gave them its own programme and calls their work by its word."""
    tx = town.tx
    person = town.person(places["own"], "Both Places", language="en")
    edit_person.change(tx, None, person, {"job": f"job {secret('own')}"}, now=MONDAY)
    town.join(person)
    words = {"job": f"job {secret('other')}", "number": secret("other")}
    work = employments.add(tx, person, places["other"], words, MONDAY, agreed=True)
    given.keep(tx, {(person, ids["programme", "other"]): frozenset({work})})
    corrections.ask(tx, person, Asked("job", f"better {secret('other')}", work, MONDAY))
    for name in ("own", "other"):
        taught = ids["programme", name]
        town.answer(town.enrol(person, (taught, programmes.newest(tx)[taught])), 0, 1, correct=True)
    return person


def _actor(town: Town, role: Role, at: str, places: Mapping[str, int]) -> int:
    person = town.person(places[at], f"Actor {role} {at}", language="en")
    people.grant(town.tx, person, places[at], role)
    return person


def _certified() -> Programme:
    taught = programme()
    return Programme(taught.slug, taught.texts, taught.lessons, Rules(valid_months=12))


def _things(
    town: Town, organisation: int, name: str, taught: tuple[int, int], asked: tuple[int, int]
) -> dict[str, int]:
    """Somebody who learns, with a thing of each kind, a roster that waits, and a row of the audit log."""
    tx, word = town.tx, secret(name)
    person = town.person(organisation, f"Ona {word}")
    edit_person.change(tx, None, person, {"job": f"job {word}"}, now=MONDAY)
    town.join(person)
    enrolment = town.enrol(person, taught)
    town.answer(enrolment, 0, 1, correct=True)
    issue(tx, enrolment, code=code_of(name), now=MONDAY)
    certificate = certificates.by_code(tx, code_of(name))
    place = addresses.find_or_add(tx, "telegram", f"chat-{person}", None, MONDAY)
    new = outbox.New(
        To(place.id, "telegram", person, organisation), REMINDER, f"reminder:{name}", "reminder", NOW
    )
    message = outbox.add(tx, new, MONDAY)
    trainer = town.person(organisation, f"Trainer {word}")  # whom only those may touch who give the role
    people.grant(tx, trainer, organisation, "trainer")
    audit.note(tx, Deed("role.given", organisation, trainer, after={"role": "trainer"}), trainer, MONDAY)
    said = Said(f"Nauja {word}", f"nauja.{name}@example.org")
    waiting, file = Sheet((), (Row(2, said),)), f"{word}.csv"
    brought = imports.add(
        tx, by=person, organisation=organisation, file=file, read_as="", sheet=waiting, at=MONDAY
    )
    corrections.ask(tx, person, Asked("name", f"Ona Tikroji {word}", None, MONDAY))
    wish = corrections.wanted(tx, Scope(person, frozenset({organisation})))[-1]
    assert certificate is not None
    assert message is not None
    return {
        "organisation": organisation,
        "person": person,
        "answer": open_answers.write(tx, person, asked, f"words {word}", MONDAY),
        "message": message,
        "certificate": certificate.id,
        "grant": trainer,
        "correction": wish.id,
        **_joining(tx, organisation, person, word),
        "assignment": assign(
            tx, Terms(taught[0], organisation, MONDAY.date(), why=f"why {word}"), by=person, now=MONDAY
        ),
        "import": brought,
        "token": api_tokens.add(tx, token_of(organisation, word), f"token {word}", person, MONDAY),
        "webhook": hooks.add(
            tx, hooks.New(organisation, f"https://{word}.example/", TOPICS), word, person, MONDAY
        ),
        "programme": _own(town, organisation, name),
        **_announced(tx, organisation, person, word),
        "webinar": _webinar(tx, organisation, person, word),
    }


def _announced(tx: Connection, organisation: int, person: int, word: str) -> dict[str, int]:
    """An announcement that is being written, one that went, a template, a rule that is kept, and a campaign."""
    draft = _draft(tx, organisation, person, word)
    campaign = _campaign(tx, organisation, person, word)
    scope = Scope(person, frozenset({organisation}), frozenset({"see", "act"}))
    templates.keep(tx, scope, draft, MONDAY, key=f"template {draft}")
    template = announcements.by_key(tx, f"template {draft}").id
    told = _told(tx, scope, organisation, word)
    mine = {"announcement": draft, "told": told, "template": template, "campaign": campaign}
    mine |= {"group": _group(tx, organisation, person, word)}
    return {**mine, "segment": _segment(tx, organisation, word)}


def _campaign(tx: Connection, organisation: int, person: int, word: str) -> int:
    """One that is being prepared for the organisation."""
    scope = Scope(person, frozenset({organisation}), frozenset({"see", "act"}))
    said: dict[Text, dict[Language, str]] = {each: {"lt": f"{each} {word}"} for each in TEXTS}
    return launch.save(
        tx, scope, Planned(organisation, frozenset({organisation}), None, "hand", said, USUAL), MONDAY
    )


def _draft(tx: Connection, organisation: int, person: int, word: str) -> int:
    """An announcement that is being written, for who works as something there."""
    scope = Scope(person, frozenset({organisation}), frozenset({"see", "act"}))
    rule = ruled([Line(Works(f"job {word}"))])
    link = Link(f"https://{word}.example/", {"lt": f"link {word}", "en": f"link {word}"})
    question: dict[Language, str] = {"lt": f"question {word}", "en": f"question {word}"}
    poll = Poll(question, tuple({"lt": f"{each} {word}", "en": f"{each} {word}"} for each in ("yes", "no")))
    drawn = f"picture {word}".encode()
    picture = Picture(sha256(drawn).hexdigest(), "desk.png", "", 8, 6)
    media.keep(tx, picture.digest, drawn)
    alts: dict[Language, str] = {"lt": f"alt {word}", "en": f"alt {word}"}
    enclosed = Enclosed(picture, alts, links=(link,), poll=poll)
    texts: dict[Language, str] = {"lt": f"draft {word}", "en": f"draft {word}"}
    said = Composed(organisation, texts, confirms=True, rule=rule, enclosed=enclosed)
    return save(tx, scope, said, MONDAY, key=f"draft {word}")


def _told(tx: Connection, scope: Scope, organisation: int, word: str) -> int:
    """An announcement that went, of which the words can be corrected."""
    texts: dict[Language, str] = {"lt": f"told {word}", "en": f"told {word}"}
    said = Composed(organisation, texts, confirms=True, rule=ruled([Line(Works(f"job {word}"))]))
    told = save(tx, scope, said, MONDAY, key=f"told {word}")
    assert announcements.turn(tx, told, "draft", "sending", begun_at=MONDAY)
    return told


def _segment(tx: Connection, organisation: int, word: str) -> int:
    """A rule that is kept, of who works as something there."""
    segments.put(tx, organisation, f"group {word}", ruled([Line(Works(f"job {word}"))]))
    here = (segments.SEGMENT.c.organisation_id == organisation, segments.SEGMENT.c.name == f"group {word}")
    return int(tx.execute(select(segments.SEGMENT.c.id).where(*here)).scalar_one())


def _own(town: Town, organisation: int, name: str) -> int:
    """A programme of the organisation's own, which only its people may see; every title says whose it is."""
    slug, word = f"own-{name}", secret(name)
    content = programme(slug)
    texts = tuple(replace(each, title=f"{each.title} {word}") for each in content.texts)
    number, _ = town.publish(replace(content, texts=texts, rules=Rules(owner=word, licence="CC BY 4.0")))
    sharing.put(town.tx, number, owner=organisation, reach="own")
    return number


def _joining(tx: Connection, organisation: int, person: int, word: str) -> dict[str, int]:
    """A link, somebody who came by it and asks to be let in, and an address that became the person's."""
    assert renew(tx, Scope(person, frozenset({organisation})), organisation, MONDAY, lambda: word)
    asks = addresses.find_or_add(tx, "web", f"asks-{word}", "lt", MONDAY).id
    bound = addresses.find_or_add(tx, "telegram", f"bound-{word}", None, MONDAY).id
    _come(tx, organisation, person, asks, bound)
    return {"request": asks, "binding": bound}


def _come(tx: Connection, organisation: int, person: int, asks: int, bound: int) -> None:
    doorsteps.knock(tx, asks, organisation, None, MONDAY)
    here = doorsteps.DOORSTEP.update().where(doorsteps.DOORSTEP.c.address_id == asks)
    tx.execute(here.values(proved=True, email=f"asks-{asks}@asks.example"))
    doorsteps.ask(tx, asks, people.get(tx, person).name, MONDAY)
    addresses.bind(tx, bound, person, MONDAY)


def _group(tx: Connection, organisation: int, person: int, word: str) -> int:
    """A group that is told such things, and asked one each week."""
    chat = addresses.find_or_add(tx, "telegram", f"-{organisation}", "lt", MONDAY).id
    groups.ask(tx, organisation=organisation, language="lt", code_hash=word, by=person, at=MONDAY)
    asked = groups.by_code(tx, word, MONDAY - timedelta(minutes=1))
    assert asked is not None
    groups.bind(tx, asked.id, chat, Bound("", f"group {word}", "group"), MONDAY)
    asks = Rhythm(1, MONDAY.time()), Due(MONDAY.date(), MONDAY)
    topics.put(tx, (asked.id, organisation), (1,), *asks, by=person, at=MONDAY)
    set_ = topics.of_group(tx, asked.id)
    assert set_ is not None
    question = Topic(1, 1, 0, 0, "asked")
    topics.add(tx, set_.id, MONDAY.date(), question, at=MONDAY, answer_at=None)
    return asked.id


def _webinar(tx: Connection, organisation: int, person: int, word: str) -> int:
    """One that the person waits for, and asks something about."""
    starts, zone = MONDAY + timedelta(days=14), "Europe/Vilnius"
    texts: dict[Language, Words] = {"lt": Words(f"webinar {word}", f"about {word}")}
    more = {"venue": f"venue {word}", "link": f"https://{word}.example/"}
    new = webinars.add(tx, Webinar(0, organisation, texts, starts, 60, zone, 1, **more), MONDAY)  # type: ignore[arg-type]
    comes = {"webinar": new, "person": person, "pool": None, "arrival": webinars.arrive(tx, new)}
    registrations.put(tx, **comes, state="seated", seed=f"seed-{word}", due=None, now=MONDAY)  # type: ignore[arg-type]
    registrations.ask(tx, new, person, f"asked {word}", MONDAY)
    row = Entry(2, f"joined {word}", f"joined-{word}@joined.example", f"key {word}", starts, None, 60)
    brought = presence.Brought(f"report {word}.csv", f"digest-{word}", "utf-8", zone, [row])
    report = presence.add(tx, new, brought, {2: (person, "person")}, person, MONDAY)
    assert report == new, "tests/console/webinar_needs.py asks for it by this number"
    presence.take(tx, report)
    return new


def token_of(organisation: int, word: str) -> New:
    """A token of the API that may do everything."""
    return New(organisation, f"for {word}", SCOPES, MONDAY + timedelta(days=30))


def restore(tx: Connection, planted: Planted) -> None:
    """What can be done once only can be done again."""
    tx.execute(api_tokens.API_TOKEN.update().values(revoked_at=None))
    for name in PLACES:
        person, house = planted.ids["person", name], planted.organisations[name]
        roles.give(tx, Grant(planted.ids["grant", name], "trainer", house))
        _come(tx, house, person, planted.ids["request", name], planted.ids["binding", name])
        kept = segments.SEGMENT.update().where(segments.SEGMENT.c.id == _segment(tx, house, secret(name)))
        tx.execute(kept.values(id=planted.ids["segment", name]))
