"""Keep what somebody answers to the question of an announcement, and what of all that may be shown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from domain.disclosure import FEWEST, cells
from domain.enclosed import said_in
from domain.message import Moment, Notice, notice
from domain.pacing import local
from domain.person import Person
from domain.studying import MENU
from storage import announcements, votes
from storage.announcements import Announced
from storage.database import Connection


@dataclass(frozen=True, slots=True)
class Results:
    """How many chose each answer; None: too few to be shown. `whole` are all who answered (None: under FEWEST).

    `named`: who chose what, of a question that is asked by name.
    """

    counts: Sequence[int | None]
    whole: int | None
    named: Mapping[int, int] = field(default_factory=dict)

    @property
    def mark(self) -> str:
        """A word that is another one when what is shown is."""
        return ".".join(map(str, (*self.counts, self.whole)))


def vote(tx: Connection, person: Person, announcement: int, choice: int, now: datetime) -> Notice:
    """What is said to somebody who chose this answer; to what they are not asked, nothing is kept."""
    if not votes.is_asked(tx, announcement, person.id):
        return notice("poll.not_asked", MENU)
    asked = announcements.get(tx, announcement)
    poll, until = asked.enclosed.poll, ends(asked)
    if poll is None or until is None or not choice < len(poll.answers):
        return notice("poll.not_asked", MENU)
    if now >= until:
        return notice("poll.over")
    votes.vote(tx, announcement, person.id, choice, now)
    chosen = said_in(poll.answers[choice], person.language)
    return notice("poll.kept", answer=chosen, until=Moment(local(until, person)))


def ends(announced: Announced) -> datetime | None:
    """When the answers to its question are final; None while it is not asked, or where there is none."""
    poll = announced.enclosed.poll
    return announced.begun_at + poll.lasts if poll and announced.begun_at else None


def results(tx: Connection, announced: Announced) -> Results | None:
    """What may be shown of the answers: of an anonymous question nothing that tells whose one is. None where nobody is
    asked."""
    poll = announced.enclosed.poll
    if poll is None or announced.begun_at is None:
        return None
    counts = votes.counts(tx, announced.id, len(poll.answers))
    if poll.named:
        return Results(counts, sum(counts), votes.by_person(tx, announced.id))
    whole = sum(counts)
    if whole < FEWEST:
        return Results([None] * len(counts), None)
    return Results(cells(counts), whole)
