"""Proving: a code that comes by e-mail is typed before a test. It shows who reads a mailbox, not who holds a phone."""

from collections.abc import Callable
from datetime import timedelta
from typing import Final

from domain.effect import CountWrong, Effect, Say, SendCode
from domain.facts import Facts, Step, Study
from domain.mailbox import DIGITS, HOUR, LASTS, MOST, TRIES, Mailbox, Mailed, masked
from domain.message import Choice, Line, Moment, Notice, Param, Secret
from domain.pacing import local

ANEW: Final = "anew"
AGAIN: Final = timedelta(seconds=30)  # so soon nobody means to have two codes
_MINUTES: Final = LASTS // timedelta(minutes=1)
_MENU: Final = Choice("menu.menu", "/menu")


def send(facts: Facts, study: Study, step: Step, new_key: Callable[[], str], choice: str) -> list[Effect]:
    """What follows a tap that begins a test, or that asks for another code (ANEW): a code, or why there is none."""
    box = _box(facts)
    if not (box.address and box.key):
        why = "code.no_mail" if box.address else "code.no_address"
        return [Say(Notice((Line(why, {"contact": _contact(facts)}),), (_MENU,)))]
    last = waiting(facts, step)
    if last and (choice != ANEW or facts.now - last.sent_at < AGAIN):
        return [Say(prompt(facts, step))]
    if len(box.mailed) >= MOST:
        return [Say(_enough(facts, step, box.mailed[MOST - 1]))]
    new = Mailed(step.key, new_key(), facts.now)
    return [SendCode(new, box.address, _mail(facts, study, new)), Say(prompt(facts, step))]


def waiting(facts: Facts, step: Step) -> Mailed | None:
    """The code that can be typed at a step now."""
    last = facts.mailbox.newest if facts.mailbox else None
    return last if last and last.step == step.key and not last.spent(facts.now) else None


def prompt(facts: Facts, step: Step) -> Notice:
    """Where the code was sent, and what to do when it does not come."""
    sent: dict[str, Param] = {"address": masked(_box(facts).address), "digits": DIGITS, "minutes": _MINUTES}
    lines = Line("code.sent", {**sent}), Line("code.nothing_came", {"contact": _contact(facts)})
    return Notice(lines, (_anew(step), _MENU), step.key)


def refused(facts: Facts, step: Step, last: Mailed, typed: str) -> list[Effect]:
    """What follows when this was typed for a code; nothing when it is the code."""
    if last.over(facts.now):
        return [Say(_told(step, "code.expired"))]
    if last.wrong >= TRIES:
        return [Say(_told(step, "code.no_tries"))]
    if len(typed) != DIGITS:
        return [Say(Notice((Line("code.not_whole", {"digits": DIGITS}),), (_anew(step),), step.key))]
    if _box(facts).is_code(last, typed):
        return []
    left = TRIES - last.wrong - 1
    told = Notice((Line("code.wrong", {"left": left}),), (_anew(step),), step.key)
    return [CountWrong(last), Say(told if left else _told(step, "code.no_tries"))]


def _mail(facts: Facts, study: Study, new: Mailed) -> Notice:
    """The first line is the subject, which a locked phone shows: the code is not in it."""
    title = study.text(facts.language).title
    lines = (
        Line("code.mail_subject", {"title": title}),
        Line("code.mail_code", {"code": Secret(new.seed)}),
        Line("code.mail_use", {"minutes": _MINUTES, "contact": _contact(facts)}),
    )
    return Notice(lines)


def _enough(facts: Facts, step: Step, first: Mailed) -> Notice:
    assert facts.person is not None, "only someone who joined comes to a test"
    when = Moment(local(first.sent_at + HOUR, facts.person))
    told = Line("code.enough", {"when": when, "most": MOST, "contact": _contact(facts)})
    return Notice((told,), (_anew(step), _MENU), step.key)


def _told(step: Step, why: str) -> Notice:
    return Notice((Line(why),), (_anew(step), _MENU), step.key)


def _anew(step: Step) -> Choice:
    return Choice("code.anew", f"{step.key}:{ANEW}")


def _box(facts: Facts) -> Mailbox:
    assert facts.mailbox is not None, "it is known wherever somebody stands before a test"
    return facts.mailbox


def _contact(facts: Facts) -> str:
    assert facts.person is not None, "only someone who joined comes to a test"
    return facts.person.organisation.contact
