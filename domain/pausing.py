"""Pause and resume: all programmes at once, and one tap to say why."""

from typing import Final, get_args

from domain import absence
from domain.effect import Effect, Note, PauseReason, Say, SetState, Wait
from domain.facts import Facts
from domain.message import Choice, Line, Notice, notice
from domain.pacing import next_lesson_at
from domain.person import Person
from domain.studying import CONTINUE, MENU

PAUSE, RESUME = Choice("menu.pause", "/pause"), Choice("menu.resume", "/resume")
REASONS: Final[tuple[PauseReason, ...]] = get_args(PauseReason)
WHY: Final = tuple(Choice(f"pause.because.{reason}", f"/because {reason}") for reason in REASONS)


def pause(facts: Facts) -> list[Effect]:
    """Nothing comes by itself until the learner resumes; who wants to says why."""
    going = [study for study in facts.studies if study.state == "active"]
    if not going and any(study.state == "paused" for study in facts.studies):
        return [Say(notice("pause.already", RESUME, MENU))]
    if not going:
        return [Say(notice("pause.nothing", MENU))]
    paused: list[Effect] = []
    for study in going:
        paused += [SetState(study.enrolment, "paused"), Wait(study.enrolment, None)]
    asked = Notice((Line("pause.paused"), Line("pause.why")), (RESUME, *WHY))
    return [*paused, Note("paused", {}), Say(asked)]


def because(facts: Facts, written: str) -> list[Effect]:
    """Why there is a pause, in the learner's own tap; nothing changes but that it is known."""
    reason = next((each for each in REASONS if each == written.strip()), None)
    if not any(study.state == "paused" for study in facts.studies):
        return [Say(notice("pause.not_paused", CONTINUE, MENU))]
    if reason is None:
        return [Say(notice("pause.why", RESUME, *WHY))]
    further = (absence.LEAVE,) if reason == "away" else ()
    return [Note("pause_reason", {"value": reason}), Say(notice("pause.thanks", RESUME, *further, MENU))]


def resume(facts: Facts, person: Person) -> list[Effect]:
    """Go on with everything that was paused: what was missed comes lesson by lesson, from where the learner stood."""
    resting = [study for study in facts.studies if study.state == "paused"]
    if not resting:
        return [Say(notice("pause.not_paused", CONTINUE, MENU))]
    resumed: list[Effect] = [SetState(study.enrolment, "active") for study in resting]
    resumed += [
        Wait(study.enrolment, next_lesson_at(facts.now, person, today=True, pace=study.pace))
        for study in resting
        if study.card < 0
    ]
    return [*resumed, Note("resumed", {}), Say(notice("pause.resumed", CONTINUE, MENU))]
