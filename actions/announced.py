"""An announcement as the chat shows it."""

from dataclasses import replace
from datetime import datetime

from actions import compose
from actions.compose import Reach
from domain.announcing import DONE, Made
from domain.language import LANGUAGES
from domain.organisation import Scope
from domain.pacing import local
from domain.person import Person
from storage import announcement_figures, organisations, people
from storage.announcements import BEFORE, Announced
from storage.database import Connection


def made(tx: Connection, scope: Scope, which: int, reader: Person, now: datetime) -> Made:
    """It as it stands for this reader; raises NotFound."""
    found = compose.one(tx, scope, which)
    if found.begun_at is None and found.state not in BEFORE:
        return written(tx, found, reader)
    if found.begun_at is not None:
        counted = announcement_figures.figures(tx, scope, [which])[which]
        over = found.state == "sending" and not counted.waits
        figures = tuple(counted.counts.items())
        said = replace(written(tx, found, reader), figures=figures, confirmed=counted.confirmed)
        return replace(said, state=DONE) if over else said
    composed = compose.composed_of(found)
    reached = compose.reach(tx, composed, now)
    faults = compose.faults(tx, scope, composed, reached) if found.state == "draft" else ()
    wrong = tuple((each.what, each.language) for each in faults)
    alone = compose.needs_second(tx, composed.place, reached.many)
    return replace(reaching(written(tx, found, reader), reached), faults=wrong, alone=alone)


def written(tx: Connection, found: Announced, reader: Person) -> Made:
    """What it says, and where."""
    house = found.organisation or 0
    return Made(
        found.id,
        house,
        organisations.names(tx)[house][0],
        people.name(tx, found.by) if found.by else "",
        found.state,
        tuple((each, found.texts[each]) for each in LANGUAGES if found.texts.get(each)),
        "\n".join(each.url for each in found.enclosed.links),
        seen=compose.mark(found),
        mine=found.by == reader.id,
        at=local(found.send_at, reader) if found.send_at else None,
        confirms=found.confirms,
    )


def reaching(said: Made, reached: Reach) -> Made:
    """The same with how many it reaches now."""
    spoken = (*(each for each, _ in reached.languages), *(each.language for each in reached.groups))
    languages = tuple(dict.fromkeys(spoken))
    titles = tuple(each.title for each in reached.groups)
    told = replace(said, people=len(reached.people), unreachable=reached.unreachable)
    return replace(told, languages=languages, groups=titles)
