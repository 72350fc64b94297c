"""One more attempt at a test for somebody who has none left, or who does not have to wait."""

from datetime import datetime

from domain.pacing import next_lesson_at
from domain.sitting import last
from storage import activity, enrolments, people, sittings
from storage.database import Connection


def grant_attempt(tx: Connection, enrolment: int, lesson: int, now: datetime) -> bool:
    """The last attempt at this test does not count any more, and the test comes at the learner's next hour.

    False, and nothing is done, where there is none that failed.
    """
    who = enrolments.get(tx, enrolment).person
    people.lock(tx, who)
    sitting = last(sittings.of_person(tx, who).get(enrolment, ()), lesson)
    if sitting is None or sitting.passed is not False or sitting.excused:
        return False
    sittings.excuse(tx, sitting)
    study = enrolments.get(tx, enrolment)
    if (study.state, study.lesson, study.card) == ("active", lesson, -1):
        enrolments.wait(tx, enrolment, next_lesson_at(now, people.get(tx, who)))
    activity.note(tx, who, "test_granted", now, version=study.version, lesson=lesson)
    return True
