"""The conversation: what a person did and what is known become what is to be done. Pure, for every messenger."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from domain import (
    absence,
    admitting,
    announcing,
    answering,
    arriving,
    attending,
    browsing,
    calendar,
    checking_in,
    examined,
    examining,
    joining,
    leading_talk,
    lesson_list,
    messengers,
    moving_on,
    own_data,
    pausing,
    reading,
    recording_talk,
    renewing,
    reviewing,
    settings,
    studying,
)
from domain.assigned import due_line
from domain.at_announcement import Confirm, Vote
from domain.at_the_door import Alert
from domain.catalogue import not_listed
from domain.certifying import CERTIFICATES
from domain.effect import Effect, Enrol, Join, Say, Work, WorkHere
from domain.event import Command, Event, Said, StepPress, linked, meaning_of
from domain.facts import Facts, Study
from domain.introducing import barred
from domain.lesson_list import PROGRAMMES
from domain.message import Choice, Line, Notice, Param, notice
from domain.pacing import local
from domain.person import Person
from domain.sitting import running
from domain.studying import CONTINUE, MENU, NewKey

MOVE: Final = Choice("move.button", "/move")
ANYWHERE: Final = frozenset({"move", "mydata", "privacy", "help", "language", "works", "worksnot"})


def respond(facts: Facts, event: Event, new_key: NewKey) -> list[Effect]:
    """The effects of one thing that a person did. There is always something to say."""
    meaning = meaning_of(event)
    person = facts.person
    if person is None:
        return joining.respond(facts, meaning, new_key)
    if late := examining.out_of_time(facts, meaning):
        return late
    if refused := _elsewhere(facts, person, meaning):
        return refused
    if written := announcing.followed(facts, meaning):
        return written
    return [*announcing.ends(facts, meaning), *_meant(facts, person, meaning, new_key)]


def _meant(
    facts: Facts, person: Person, meaning: Command | StepPress | Said, new_key: NewKey
) -> list[Effect]:
    if isinstance(meaning, Command):
        return _command(facts, person, meaning, new_key)
    if isinstance(meaning, StepPress):
        return answering.press(facts, meaning.choice, new_key)
    return _said(facts, meaning, new_key)


def _elsewhere(facts: Facts, person: Person, meaning: Command | StepPress | Said) -> list[Effect]:
    """What is said where the organisation does not allow this messenger (any more): which it does, and the way there.

    What is the person's own goes on everywhere.
    """
    lines = messengers.refused(person.organisation, facts.channel)
    if not lines or (isinstance(meaning, Command) and meaning.name in ANYWHERE):
        return []
    return [Say(Notice(lines, (MOVE, own_data.OWN_DATA)))]


def enrolled(facts: Facts, programme_id: int, new_key: NewKey) -> list[Effect]:
    """What follows once the person is enrolled: the first lesson at once (or where they are, if they were already).

    In free order, what they can begin with.
    """
    study = next(study for study in facts.studies if study.programme_id == programme_id)
    return lesson_list.enter(facts, study, new_key)


def _command(facts: Facts, person: Person, command: Command, new_key: NewKey) -> list[Effect]:
    if command.name == "start" and command.argument:
        return _another_code(facts, person, command, new_key)
    left = reviewing.word(facts, command.name, new_key) if command.name in reviewing.WAYS_OUT else None
    if left is not None:
        return left
    do = COMMANDS.get(command.name) or PRESSES.get(command.name)
    if do is None:
        return [Say(notice("help.unknown_command", *_menu(facts)))]
    return do(Asked(facts, person, command.argument, new_key))


def _said(facts: Facts, said: Said, new_key: NewKey) -> list[Effect]:
    ways = (admitting.proved, answering.said)
    for way in ways if admitting.meant(facts, said.text) else ways[::-1]:
        followed = way(facts, said.text, new_key)
        if followed is not None:
            return followed
    if facts.asked and facts.awaited:
        return [Say(notice("help.choose_an_option", reading.ASK_AGAIN, MENU))]
    if late := examining.late_words(facts):
        return late
    return reading.said(facts, said.text)


def _another_code(facts: Facts, person: Person, command: Command, new_key: NewKey) -> list[Effect]:
    """A code shown by someone who has joined: their own opens its programme, another's is refused with the reason.

    The link of a programme shows what it is, with one tap to begin it; that of a lesson opens it. A coordinator's
    invitation enrols whatever the programme comes after: it is stronger than `Rules.after`.
    """
    invitation, slug = facts.shown, linked(command)
    if invitation is None and slug:
        return browsing.view(facts, person, slug)
    if invitation is None and (lesson := reading.linked(command.argument)):
        return [lesson]
    if invitation and invitation.person.id != person.id:
        refused = Say(notice("join.someone_else", CONTINUE, contact=person.organisation.contact))
        return [Alert(invitation.id), refused] if invitation.state == "used" else [refused]
    if limited := arriving.too_many(facts):
        return limited
    if invitation and invitation.state == "open" and invitation.programme is not None:
        return [Join(invitation.id, person.id), Enrol(invitation.programme)]
    if facts.door.link and facts.door.link.takes:
        said = notice("employment.agreed", CONTINUE, MENU)
        return [WorkHere(facts.door.link.house.id), Say(said)]
    mine = invitation and (invitation.here or invitation.state == "open")
    if mine or facts.door.link:
        return [Say(notice("join.welcome_back")), *_go_on(facts, new_key)]
    return joining.shown_code(facts, new_key)


def _go_on(facts: Facts, new_key: NewKey) -> list[Effect]:
    study = _current(facts)
    sits = study is not None and running(study.sittings) is not None
    if facts.open and facts.open.purpose == "review" and not sits:
        return [Say(studying.asked_again(facts.open))]
    if study is None:
        return [Say(notice("study.nothing", PROGRAMMES, MENU))]
    return studying.go_on(facts, study, new_key)


def _current(facts: Facts) -> Study | None:
    """The study to go on with: a running test, the middle of a lesson, one that waits, one that rests.

    Last one in which nothing can be done now: it waits for another attempt at its test.
    """
    order = {("active", True): 0, ("active", False): 1, ("paused", True): 2, ("paused", False): 3}

    def rank(study: Study) -> tuple[bool, bool, int]:
        waits = study.card < 0 and bool(barred(facts, study))
        return running(study.sittings) is None, waits, order[study.state, study.card >= 0]

    return min((study for study in facts.studies if study.state != "finished"), key=rank, default=None)


def _enrol(facts: Facts, person: Person, slug: str, new_key: NewKey) -> list[Effect]:
    """Begin a programme, unless others come before it; go on with one that was begun, whatever comes before it."""
    shelf = next((each for each in facts.shelf if each.programme.slug == slug), None)
    study = next((each for each in facts.studies if each.programme.slug == slug), None)
    if study and study.state != "finished":
        return lesson_list.enter(facts, study, new_key)
    if study or not slug:
        return browsing.show(facts, person)
    if shelf is None:
        return not_listed(person)
    return browsing.not_yet(facts, shelf) or [Enrol(shelf.programme_id)]


def _progress(facts: Facts, person: Person) -> list[Effect]:
    if not facts.studies:
        return [Say(notice("study.nothing", PROGRAMMES, MENU))]
    today = local(facts.now, person).date()
    lines = [Line("progress.head")]
    for study in facts.studies:
        lines.append(_progress_line(facts, study))
        if study.state != "finished":
            lines += due_line(facts.dues, study.programme_id, today)
    proved = any(study.programme.rules.valid_months is not None for study in facts.studies)
    on = next((found for study in facts.studies if (found := moving_on.offer(facts, study))), ())
    choices = (_onward(facts), lesson_list.LESSONS, *on, CERTIFICATES if proved else MENU)
    return [Say(Notice(tuple(lines), choices))]


def _menu(facts: Facts) -> tuple[Choice, ...]:
    """What there is to do; going on only where there is something to go on with."""
    names = ("progress", "programmes", "webinars", "certificates", "settings", "help")
    others = tuple(Choice(f"menu.{name}", f"/{name}") for name in names)
    if facts.announces:
        others = (announcing.BUTTON, *others)
    return (CONTINUE, *others) if _current(facts) else others


def _onward(facts: Facts) -> Choice:
    """The way on from an overview."""
    study = _current(facts)
    if study is None:
        return PROGRAMMES
    return pausing.RESUME if study.state == "paused" else CONTINUE


def _progress_line(facts: Facts, study: Study) -> Line:
    params: dict[str, Param] = {
        "title": study.programme.text(facts.language).title,
        "done": study.done,
        "lessons": len(study.programme.lessons),
        "right": study.right,
        "graded": study.graded,
    }
    if not study.graded:
        return Line(f"progress.{study.state}_unscored", params)
    return Line(f"progress.{study.state}", params)


@dataclass(frozen=True, slots=True)
class Asked:
    """A command of someone who has joined, with what it depends on."""

    facts: Facts
    person: Person
    argument: str
    new_key: NewKey


def _privacy(asked: Asked) -> list[Effect]:
    place = asked.person.organisation
    ways = (own_data.OWN_DATA, own_data.notice_page(asked.person), MENU)
    return [Say(notice("help.privacy", *ways, organisation=place.name, contact=place.contact))]


def _help(asked: Asked) -> list[Effect]:
    contact = asked.person.organisation.contact
    onward = (CONTINUE,) if _current(asked.facts) else ()
    if not asked.facts.announces:
        return [Say(notice("help.text", *onward, MENU, contact=contact))]
    lines = (Line("help.text", {"contact": contact}), Line("help.announce"))
    return [Say(Notice(lines, (*onward, MENU), reader="coordinator"))]


def _onwards(asked: Asked) -> list[Effect]:
    return _go_on(asked.facts, asked.new_key)


def _works(asked: Asked, *, works: bool) -> list[Effect]:
    """What follows an answer to whether they work at another organisation too."""
    number = asked.argument
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        return [Say(notice("help.unknown_command", *_menu(asked.facts)))]
    return [Work(int(number), works)]


def _confirmed(asked: Asked) -> list[Effect]:
    """What follows when they say that they have read an announcement."""
    number = asked.argument
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        return [Say(notice("help.unknown_command", *_menu(asked.facts)))]
    return [Confirm(int(number))]


def _voted(asked: Asked) -> list[Effect]:
    """What follows when they choose an answer to the question of an announcement."""
    numbers = asked.argument.split()
    if len(numbers) != 2 or not all(each.isascii() and each.isdigit() and len(each) < 10 for each in numbers):
        return [Say(notice("help.unknown_command", *_menu(asked.facts)))]
    announcement, choice = map(int, numbers)
    return [Vote(announcement, choice - 1)] if choice else [Say(notice("poll.not_asked", MENU))]


def _joined(asked: Asked) -> list[Effect]:
    return joining.answered(asked.person)


# What people write; /help names each of them.
COMMANDS: Final[Mapping[str, Callable[[Asked], list[Effect]]]] = {
    "continue": _onwards,
    "lessons": lambda asked: lesson_list.show(asked.facts, asked.argument, _current(asked.facts)),
    "find": lambda asked: reading.asked(asked.argument),
    "programmes": lambda asked: browsing.show(asked.facts, asked.person, asked.argument),
    "progress": lambda asked: _progress(asked.facts, asked.person),
    "certificates": lambda asked: renewing.show(asked.facts, asked.person),
    "settings": lambda asked: settings.show(asked.facts, asked.person, asked.argument),
    "language": lambda asked: settings.set_language(asked.person, asked.argument),
    "hour": lambda asked: settings.set_hour(asked.facts, asked.person, asked.argument),
    "days": lambda asked: settings.set_days(asked.facts, asked.person, asked.argument),
    "reviews": lambda asked: settings.set_reviews(asked.person, asked.argument),
    "snooze": lambda asked: absence.snooze(asked.facts, asked.person, asked.argument),
    "leave": lambda asked: absence.leave(asked.facts, asked.person, asked.argument),
    "pause": lambda asked: pausing.pause(asked.facts),
    "resume": lambda asked: pausing.resume(asked.facts, asked.person),
    "webinars": lambda asked: attending.show(asked.facts, asked.person, asked.argument),
    "leading": lambda asked: leading_talk.asked(asked.argument),
    "recordings": lambda asked: recording_talk.asked(asked.argument),
    "calendar": lambda asked: calendar.asked(asked.person, asked.argument, asked.new_key),
    "mydata": lambda asked: own_data.asked(asked.facts, asked.person, asked.argument),
    "menu": lambda asked: [Say(notice("menu.head", *_menu(asked.facts)))],
    "move": lambda asked: joining.moves(asked.facts, asked.person, asked.new_key),
    "help": _help,
    "privacy": _privacy,
}
# What links and buttons send, with what they are about; nobody has to know these words.
PRESSES: Final[Mapping[str, Callable[[Asked], list[Effect]]]] = {
    "start": _onwards,
    **dict.fromkeys(("yes", "no", "agree", "decline"), _joined),
    "enrol": lambda asked: _enrol(asked.facts, asked.person, asked.argument, asked.new_key),
    "lesson": lambda asked: lesson_list.tap(asked.facts, asked.argument, asked.new_key),
    "moveon": lambda asked: moving_on.move_on(asked.facts, asked.argument),
    "programme": lambda asked: browsing.view(asked.facts, asked.person, asked.argument),
    "renew": lambda asked: renewing.renew(asked.facts, asked.person, asked.argument, asked.new_key),
    "explain": lambda asked: examined.explain(asked.facts, asked.argument),
    "read": lambda asked: reading.opening(asked.argument),
    "more": lambda asked: reading.opening(asked.argument, more=True),
    "share": lambda asked: reading.sharing(asked.argument),
    "works": lambda asked: _works(asked, works=True),
    "worksnot": lambda asked: _works(asked, works=False),
    "confirm": _confirmed,
    "vote": _voted,
    "announce": lambda asked: announcing.asked(asked.facts, asked.person, asked.argument),
    "webinar": lambda asked: attending.view(asked.facts, asked.person, asked.argument),
    "register": lambda asked: attending.register(asked.facts, asked.person, asked.argument, asked.new_key),
    "cantcome": lambda asked: attending.cannot_come(asked.facts, asked.argument),
    "takeseat": lambda asked: attending.take(asked.facts, asked.argument),
    "question": lambda asked: attending.ask(asked.facts, asked.argument),
    "rate": lambda asked: attending.rate(asked.facts, asked.argument),
    "recording": lambda asked: recording_talk.one(asked.argument),
    "lead": lambda asked: leading_talk.accept(asked.argument),
    "notlead": lambda asked: leading_talk.decline(asked.argument),
    "here": lambda asked: checking_in.here(asked.facts, asked.argument, asked.new_key),
    "because": lambda asked: pausing.because(asked.facts, asked.argument),
}
