"""What a reminder says, in one of several wordings, and what is said when the reminders end."""

from typing import Final

from domain.absence import SNOOZE
from domain.language import Language
from domain.message import Choice, Notice, notice
from domain.programme import Programme
from domain.settings import PAUSE

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
    """Nothing was done in spite of the reminders: the programme rests, and one tap resumes it where it stopped."""
    resume = Choice("menu.resume", f"/enrol {programme.slug}")
    return notice("reminder.paused", resume, **_titles(programme, lesson, language))


def _titles(programme: Programme, lesson: int, language: Language) -> dict[str, str]:
    return {
        "title": programme.text(language).title,
        "lesson": programme.lessons[lesson].text(language).title,
    }
