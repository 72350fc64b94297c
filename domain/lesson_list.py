"""The lessons of a programme: which are done, where the learner is, and one tap to those that may be begun."""

from collections.abc import Collection
from typing import Final, Literal

from domain import moving_on
from domain.effect import CloseStep, Effect, Move, Read, Say, Wait
from domain.facts import Facts, Study
from domain.introducing import barred, offered
from domain.message import Choice, Line, Moment, Notice, Param, notice
from domain.order import left
from domain.pacing import local, next_lesson_at
from domain.picking import A_PAGE, untouched, way, ways
from domain.sitting import running
from domain.studying import CONTINUE, MENU, NewKey, begin_lesson, go_on, pause_over

LESSONS: Final = Choice("menu.lessons", "/lessons")
PROGRAMMES: Final = Choice("menu.programmes", "/programmes")
LessonState = Literal["done", "here", "next", "open", "later"]
TAPPED: Final = ("done", "here", "next", "open")  # what is not reached yet has no button


def show(facts: Facts, argument: str, current: Study | None) -> list[Effect]:
    """The list of a programme ("PROGRAMME-ID PAGE"); without a word of one the learner goes on with, and their page."""
    numbers = _numbers(argument)
    asked = next((each for each in facts.studies if each.programme_id in numbers[:1]), None)
    study = asked or current or next(iter(facts.studies), None)
    if study is None:
        return [Say(notice("study.nothing", PROGRAMMES, MENU))]
    return _page(facts, study, numbers[1] if len(numbers) > 1 else 1 + study.lesson // A_PAGE)


def enter(facts: Facts, study: Study, new_key: NewKey) -> list[Effect]:
    """The way into a programme: where the learner is; in free order, while no lesson is begun, what can be chosen."""
    rules, free = study.programme.rules, left(study.programme, study.lessons_done)
    if rules.order == "fixed" or study.state == "finished" or study.card >= 0:
        return go_on(facts, study, new_key)
    lesson = study.lesson if study.lesson in free else free[0]
    moved: list[Effect] = [] if lesson == study.lesson else [Move(study.enrolment, lesson, -1)]
    if offered(study) or len(free) == 1:
        return [*moved, *go_on(facts, study.waiting(lesson), new_key)]
    return [*pause_over(study), *moved, *_choose(facts, study.waiting(lesson), free)]


def tap(facts: Facts, argument: str, new_key: NewKey) -> list[Effect]:
    """What follows a press on a lesson ("ENROLMENT INDEX"): it begins, goes on, is read again, or why it does not."""
    enrolment, lesson = (*_numbers(argument), -1, -1)[:2]
    study = next((each for each in facts.studies if each.enrolment == enrolment), None)
    if study is None or not 0 <= lesson < len(study.programme.lessons):
        return [Say(notice("lessons.gone", LESSONS, MENU))]
    if _state(study, lesson) == "done":
        return [Read(study.version, lesson, 0)]
    if running(study.sittings):
        return [Say(notice("lessons.test_runs", CONTINUE, MENU))]
    if lesson == study.lesson:
        return go_on(facts, study, new_key)
    return _begin(facts, study, lesson, new_key)


def _begin(facts: Facts, study: Study, lesson: int, new_key: NewKey) -> list[Effect]:
    """Another lesson than the one where the learner is; they leave only what they have not answered anything in."""
    if lesson not in left(study.programme, study.lessons_done):
        title = study.text(facts.language, lesson).title
        return [Say(notice("lessons.not_yet", CONTINUE, LESSONS, MENU, title=title))]
    step = facts.open_in(study, "test") or facts.open_in(study)
    if not untouched(study, step):
        return [Say(notice("lessons.finish_first", CONTINUE, MENU, title=study.text(facts.language).title))]
    closed: list[Effect] = [CloseStep(step.key)] if step else []
    chosen = study.waiting(lesson)
    begun = barred(facts, chosen) or begin_lesson(facts, chosen, new_key, "learner")
    return [*pause_over(study), *closed, *begun]


def _choose(facts: Facts, study: Study, lessons: Collection[int]) -> list[Effect]:
    assert facts.person is not None, "only someone who joined has a study"
    due = study.due_at or next_lesson_at(facts.now, facts.person, pace=study.pace)
    params: dict[str, Param] = {
        "title": study.programme.text(facts.language).title,
        "following": study.text(facts.language).title,
        "when": Moment(local(due, facts.person)),
    }
    choices = (*ways(study, facts.language, tuple(lessons)), MENU)
    return [Wait(study.enrolment, due), Say(notice("lessons.choose", *choices, **params))]


def _page(facts: Facts, study: Study, page: int) -> list[Effect]:
    programme, total = study.programme, len(study.programme.lessons)
    page = min(max(page, 1), (total + A_PAGE - 1) // A_PAGE)
    shown = range((page - 1) * A_PAGE, min(page * A_PAGE, total))
    head: dict[str, Param] = {
        "title": programme.text(facts.language).title,
        "done": sum(_state(study, lesson) == "done" for lesson in range(total)),
        "lessons": total,
    }
    lines = (Line("lessons.head", head), *(_line(facts, study, lesson) for lesson in shown))
    taps = (way(study, facts.language, lesson) for lesson in shown if _tapped(study, lesson))
    choices = (
        *taps,
        *_turning(study, page, total),
        *moving_on.offer(facts, study),
        PROGRAMMES if _elsewhere(facts, study) else MENU,
    )
    return [Say(Notice(lines, choices))]


def _line(facts: Facts, study: Study, lesson: int) -> Line:
    title = study.text(facts.language, lesson).title
    return Line(f"lessons.{_state(study, lesson)}", {"number": lesson + 1, "title": title})


def _tapped(study: Study, lesson: int) -> bool:
    """Whether a tap on it does something; a test that is done is not read again."""
    state = _state(study, lesson)
    return state in TAPPED and (state != "done" or study.programme.lessons[lesson].texts[0].exam is None)


def _state(study: Study, lesson: int) -> LessonState:
    if study.state == "finished" or lesson in study.lessons_done:
        return "done"
    if lesson == study.lesson:
        return "here" if study.card >= 0 else "next"
    return "open" if lesson in left(study.programme, study.lessons_done) else "later"


def _turning(study: Study, page: int, total: int) -> list[Choice]:
    here = f"/lessons {study.programme_id}"
    choices = [Choice("lessons.more", f"{here} {page + 1}")] if page * A_PAGE < total else []
    return [*choices, Choice("lessons.back", f"{here} {page - 1}")] if page > 1 else choices


def _elsewhere(facts: Facts, study: Study) -> bool:
    """Whether the learner has begun other programmes too; each leads to its own list."""
    return any(each.state != "finished" and each is not study for each in facts.studies)


def _numbers(argument: str) -> list[int]:
    words = argument.split()
    good = all(word.isascii() and word.isdecimal() and len(word) < 10 for word in words)
    return [int(word) for word in words] if good else []
