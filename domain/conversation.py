"""The conversation: what a person did and what is known become what is to be done. Pure, for every messenger."""

from domain import absence, answering, joining, reviewing, settings, studying
from domain.effect import Effect, Enrol, Join, Say
from domain.event import Command, Event, Said, StepPress, meaning_of
from domain.facts import Facts, Shelf, Study, StudyState
from domain.message import Choice, Line, Notice, Param, notice
from domain.person import Person
from domain.studying import CONTINUE, MENU, NewKey

PROGRAMMES = Choice("menu.programmes", "/programmes")


def respond(facts: Facts, event: Event, new_key: NewKey) -> list[Effect]:
    """The effects of one thing that a person did. There is always something to say."""
    meaning = meaning_of(event)
    person = facts.person
    if person is None:
        return joining.respond(facts, meaning)
    if isinstance(meaning, Command):
        return _command(facts, person, meaning, new_key)
    if isinstance(meaning, StepPress):
        return answering.press(facts, meaning.choice, new_key)
    return _said(facts, meaning, new_key)


def enrolled(facts: Facts, programme_id: int, new_key: NewKey) -> list[Effect]:
    """What follows once the person is enrolled: the first lesson at once (or where they are, if they were already)."""
    study = next(study for study in facts.studies if study.programme_id == programme_id)
    return studying.go_on(facts, study, new_key)


def _command(facts: Facts, person: Person, command: Command, new_key: NewKey) -> list[Effect]:
    match command.name:
        case "start" if command.argument:
            return _another_code(facts, person, new_key)
        case "continue" | "start" | "yes" | "agree":
            return _go_on(facts, new_key)
        case "enrol":
            return _enrol(facts, command.argument, new_key)
        case "progress":
            return _progress(facts)
        case "programmes":
            return _programmes(facts)
    left = reviewing.word(facts, command.name, new_key) if command.name in reviewing.WAYS_OUT else None
    return _setting(facts, person, command) if left is None else left


def _setting(facts: Facts, person: Person, command: Command) -> list[Effect]:
    match command.name:
        case "settings":
            return settings.show(facts, person)
        case "language":
            return settings.set_language(command.argument)
        case "hour":
            return settings.set_hour(facts, person, command.argument)
        case "days":
            return settings.set_days(facts, person, command.argument)
        case "reviews":
            return settings.set_reviews(person, command.argument)
    return _rest(facts, person, command)


def _rest(facts: Facts, person: Person, command: Command) -> list[Effect]:
    match command.name:
        case "snooze":
            return absence.snooze(facts, person, command.argument)
        case "leave":
            return absence.leave(facts, person, command.argument)
        case "pause":
            return settings.pause(facts)
        case "resume":
            return settings.resume(facts, person)
    return _information(facts, person, command)


def _information(facts: Facts, person: Person, command: Command) -> list[Effect]:
    match command.name:
        case "menu":
            return [Say(notice("menu.head", *_menu(facts)))]
        case "help":
            return [Say(notice("help.text", *_menu(facts), contact=person.organisation.contact))]
        case "privacy":
            place = person.organisation
            return [Say(notice("help.privacy", MENU, organisation=place.name, contact=place.contact))]
    return [Say(notice("help.unknown_command", *_menu(facts)))]


def _said(facts: Facts, said: Said, new_key: NewKey) -> list[Effect]:
    answered = answering.said(facts, said.text, new_key)
    if answered is not None:
        return answered
    if facts.open and facts.open.question:
        return [Say(notice("help.choose_an_option", Choice("help.ask_again", "/continue"), MENU))]
    return [Say(notice("help.not_understood", CONTINUE, MENU, Choice("menu.help", "/help")))]


def _another_code(facts: Facts, person: Person, new_key: NewKey) -> list[Effect]:
    """A code shown by someone who has joined: their own opens its programme, another's is refused with the reason."""
    invitation = facts.shown
    if invitation and invitation.person.id != person.id:
        return [Say(notice("join.someone_else", CONTINUE, contact=person.organisation.contact))]
    if invitation and invitation.state == "open":
        return [Join(invitation.id, person.id), Enrol(invitation.programme)]
    if invitation and invitation.here:
        return [Say(notice("join.welcome_back")), *_go_on(facts, new_key)]
    return joining.shown_code(facts)


def _go_on(facts: Facts, new_key: NewKey) -> list[Effect]:
    if facts.open and facts.open.purpose == "review":
        return [Say(studying.asked_again(facts.open))]
    study = _current(facts)
    if study is None:
        return [Say(notice("study.nothing", PROGRAMMES, MENU))]
    return studying.go_on(facts, study, new_key)


def _current(facts: Facts) -> Study | None:
    """The study to go on with: in the middle of a lesson first, then one that waits, then one that rests."""
    order = {("active", True): 0, ("active", False): 1, ("paused", True): 2, ("paused", False): 3}
    going = [study for study in facts.studies if study.state != "finished"]
    return min(going, key=lambda study: order[study.state, study.card >= 0], default=None)


def _enrol(facts: Facts, slug: str, new_key: NewKey) -> list[Effect]:
    shelf = next((each for each in facts.shelf if each.programme.slug == slug), None)
    study = next((each for each in facts.studies if each.programme.slug == slug), None)
    if study and study.state != "finished":
        return studying.go_on(facts, study, new_key)
    if study or shelf is None:
        return _programmes(facts)
    return [Enrol(shelf.programme_id)]


def _progress(facts: Facts) -> list[Effect]:
    if not facts.studies:
        return [Say(notice("study.nothing", PROGRAMMES, MENU))]
    lines = [Line("progress.head"), *(_progress_line(facts, study) for study in facts.studies)]
    return [Say(Notice(tuple(lines), (_onward(facts), MENU)))]


def _menu(facts: Facts) -> tuple[Choice, ...]:
    """What there is to do; going on only where there is something to go on with."""
    names = ("progress", "programmes", "settings", "help")
    others = tuple(Choice(f"menu.{name}", f"/{name}") for name in names)
    return (CONTINUE, *others) if _current(facts) else others


def _onward(facts: Facts) -> Choice:
    """The way on from an overview."""
    study = _current(facts)
    if study is None:
        return PROGRAMMES
    return settings.RESUME if study.state == "paused" else CONTINUE


def _progress_line(facts: Facts, study: Study) -> Line:
    params: dict[str, Param] = {
        "title": study.programme.text(facts.language).title,
        "done": study.done,
        "lessons": len(study.programme.lessons),
        "right": study.right,
        "graded": study.graded,
    }
    return Line(f"progress.{study.state}", params)


def _programmes(facts: Facts) -> list[Effect]:
    if not facts.shelf:
        return [Say(notice("programmes.none", MENU))]
    mine = {study.programme_id: study.state for study in facts.studies}
    lines = [Line("programmes.head"), *(_programme_line(facts, each, mine) for each in facts.shelf)]
    choices = [
        Choice(each.programme.text(facts.language).title, f"/enrol {each.programme.slug}", literal=True)
        for each in facts.shelf
        if mine.get(each.programme_id) != "finished"
    ]
    return [Say(Notice(tuple(lines), (*choices, MENU)))]


def _programme_line(facts: Facts, shelf: Shelf, mine: dict[int, StudyState]) -> Line:
    text = shelf.programme.text(facts.language)
    params: dict[str, Param] = {
        "title": text.title,
        "description": text.description,
        "lessons": len(shelf.programme.lessons),
        "minutes": shelf.programme.minutes(facts.language),
    }
    return Line(f"programmes.{mine.get(shelf.programme_id, 'open')}", params)
