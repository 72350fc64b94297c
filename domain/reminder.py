"""What a reminder says, in one of several wordings, and what is said when the reminders end."""

from typing import Final

from domain.absence import SNOOZE
from domain.language import Language
from domain.message import Choice, Line, Notice, notice
from domain.pausing import PAUSE, WHY
from domain.programme import Programme

WORDINGS: Final = (
    "reminder.waiting",
    "reminder.place",
    "reminder.minutes",
    "reminder.ready",
    "reminder.step",
    "reminder.between",
    "reminder.coffee",
)


def reminder(programme: Programme, lesson: int, language: Language, wording: int) -> Notice:
    """A lesson of the programme waits; go on, later, or pause."""
    key, onward = WORDINGS[wording], Choice("menu.continue", f"/enrol {programme.slug}")
    titles = _titles(programme, lesson, language)
    return notice(key, onward, SNOOZE, PAUSE, **titles)


def paused(programme: Programme, lesson: int, language: Language) -> Notice:
    """Nothing was done in spite of the reminders: the programme rests. One tap resumes it, another says why."""
    resume = Choice("menu.resume", f"/enrol {programme.slug}")
    rests = Line("reminder.paused", dict(_titles(programme, lesson, language)))
    return Notice((rests, Line("pause.why")), (resume, *WHY))


def _titles(programme: Programme, lesson: int, language: Language) -> dict[str, str]:
    return {
        "title": programme.text(language).title,
        "lesson": programme.lessons[lesson].text(language).title,
    }
