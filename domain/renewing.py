"""Someone's certificates, and how one is renewed: its programme is learned again, in its newest version."""

from datetime import date
from typing import Final

from domain.catalogue import not_listed
from domain.certificate import announced
from domain.certifying import line_of, opened
from domain.effect import Effect, Renew, Say
from domain.facts import Facts, Held, Study
from domain.message import Choice, Line, Notice
from domain.pacing import local
from domain.person import Person
from domain.studying import MENU, NewKey, go_on

MOST: Final = 20  # certificates in one message


def show(facts: Facts, person: Person) -> list[Effect]:
    """The newest certificates, what each is worth today, and what can be renewed."""
    today = local(facts.now, person).date()
    held = [each.certificate for each in facts.certificates[:MOST]]
    head = Line("certificate.head" if held else "certificate.none")
    again = choices(facts, person)
    lines = [
        head,
        *(line_of(each, today) for each in held),
        *([Line("certificate.can_renew")] if again else ()),
    ]
    return [Say(Notice(tuple(lines), (*map(opened, held), *again, MENU)))]


def choices(facts: Facts, person: Person) -> list[Choice]:
    """A button for each programme that may be begun again, with its title."""
    today = local(facts.now, person).date()
    return [_again(facts, study) for study in facts.studies if renewable(facts, study, today)]


def renew(facts: Facts, person: Person, slug: str, new_key: NewKey) -> list[Effect]:
    """Begin a programme again whose certificate ends soon or gave none; where it is under way, go on."""
    study = next((each for each in facts.studies if each.programme.slug == slug), None)
    if study and study.state != "finished":
        return go_on(facts, study, new_key)
    if study and renewable(facts, study, local(facts.now, person).date()):
        return [Renew(study.enrolment, study.programme_id)]
    return not_listed(person) if study and not _listed(facts, study) else show(facts, person)


def renewable(facts: Facts, study: Study, on: date) -> bool:
    """Whether a finished study may be begun again: it gave no certificate, or one that is over or ends soon.

    What is not, or no longer, for the people of the organisation begins for nobody, nor again.
    """
    if study.state != "finished" or study.programme.rules.valid_months is None or not _listed(facts, study):
        return False
    newest = _newest(facts, study)
    if newest is None or newest.certificate.state(on) != "valid":
        return True
    ends = newest.certificate.expires_on
    return ends is not None and announced(ends, on) is not None


def _listed(facts: Facts, study: Study) -> bool:
    return any(each.programme_id == study.programme_id for each in facts.shelf)


def _newest(facts: Facts, study: Study) -> Held | None:
    return next((each for each in facts.certificates if each.enrolment == study.enrolment), None)


def _again(facts: Facts, study: Study) -> Choice:
    programme = study.programme
    return Choice(programme.text(facts.language).title, f"/renew {programme.slug}", literal=True)
