"""An enrolment is learned again from its beginning, in the newest version; what was done before stays kept."""

from datetime import datetime

from storage import activity, enrolments, lesson_time, programmes, steps, studies
from storage.database import Connection


def begin_again(tx: Connection, enrolment: int, programme: int, now: datetime) -> None:
    """It waits at its first lesson as if it were new."""
    study, version = enrolments.get(tx, enrolment), programmes.newest(tx)[programme]
    lesson_time.count_old(tx, enrolment, programmes.version(tx, study.version))
    studies.put_by(tx, enrolment, now)
    steps.leave(tx, enrolment, study.version, now)
    enrolments.begin_again(tx, enrolment, version, now)
    activity.note(tx, study.person, "renewed", now, version=version)
