"""Moving on to a newer version of a programme that is not finished: on request, and never during a test."""

from domain.effect import Effect, MoveOn, Say, SetState, Wait
from domain.facts import Facts, Shelf, Study
from domain.message import Choice, Moment, Param, notice
from domain.order import left
from domain.pacing import local, next_lesson_at
from domain.picking import untouched
from domain.programme import Programme
from domain.sitting import ENTRY, running
from domain.studying import CONTINUE, MENU


def newer(facts: Facts, study: Study) -> Shelf | None:
    """The newer version that an unfinished study may move on to; one that would leave nothing to do is none.

    Whoever has sat for a test of a lesson finishes the version begun: attempts are counted in it.
    """
    if study.state == "finished" or _sat(study):
        return None
    found = next((each for each in facts.shelf if each.programme_id == study.programme_id), None)
    if found is None or found.version <= study.version:
        return None
    return found if left(found.programme, _done(study, found.programme)) else None


def offer(facts: Facts, study: Study) -> tuple[Choice, ...]:
    """The button that moves on, where there is something to move on to."""
    found = newer(facts, study)
    if found is None:
        return ()
    return (Choice("versions.move_on", f"/moveon {study.enrolment} {found.version}"),)


def move_on(facts: Facts, argument: str) -> list[Effect]:
    """What follows a press on the offer ("ENROLMENT VERSION"); a second one finds that it is done.

    Who pressed for a version that is not the newest any more is told that there is a newer one, and moves to that.
    """
    enrolment, _, version = argument.partition(" ")
    study = next((each for each in facts.studies if enrolment == str(each.enrolment)), None)
    if study is None:
        return [Say(notice("versions.none", CONTINUE, MENU))]
    if running(study.sittings):
        return [Say(notice("lessons.test_runs", CONTINUE, MENU))]
    found = newer(facts, study)
    if found is None:
        return [Say(notice("versions.tested" if _sat(study) else "versions.none", CONTINUE, MENU))]
    if not untouched(study, facts.open_in(study, "test") or facts.open_in(study)):
        return [Say(notice("lessons.finish_first", CONTINUE, MENU, title=study.text(facts.language).title))]
    places = remapped(study, found.programme)
    lesson = left(found.programme, _done(study, found.programme))[0]
    moved = MoveOn(study.enrolment, study.version, found.version, places, lesson)
    told = _then(facts, study, found.programme, lesson)
    return (
        [moved, *told] if version == str(found.version) else [moved, Say(notice("versions.newer_yet")), *told]
    )


def remapped(study: Study, new: Programme) -> tuple[tuple[int, int], ...]:
    """Where each lesson that is done stands in another version, by its slug; those that are gone are left out."""
    there = {lesson.slug: place for place, lesson in enumerate(new.lessons)}
    slugs = ((place, study.programme.lessons[place].slug) for place in sorted(study.lessons_done))
    return tuple((place, there[slug]) for place, slug in slugs if slug in there)


def _sat(study: Study) -> bool:
    return any(each.lesson != ENTRY for each in study.sittings) or running(study.sittings) is not None


def _done(study: Study, new: Programme) -> set[int]:
    return {place for _, place in remapped(study, new)}


def _then(facts: Facts, study: Study, new: Programme, lesson: int) -> list[Effect]:
    """The lesson that waits is said; who rests goes on resting."""
    assert facts.person is not None, "only someone who joined has a study"
    due = next_lesson_at(facts.now, facts.person, pace=study.pace)
    params: dict[str, Param] = {
        "title": new.text(facts.language).title,
        "following": new.lessons[lesson].text(facts.language).title,
    }
    if study.state == "paused":
        told = notice("versions.moved_paused", Choice("menu.resume", "/resume"), MENU, **params)
        return [SetState(study.enrolment, "paused"), Say(told)]
    params["when"] = Moment(local(due, facts.person))
    told = notice("versions.moved", Choice("study.now", "/continue"), MENU, **params)
    return [Wait(study.enrolment, due), Say(told)]
