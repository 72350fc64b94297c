"""P9: the service was down when things were due; what is still of use comes, the rest is expired and says so."""

from typing import Final

from tests.faults.evidence import Intended
from tests.faults.play import Outcome, Play, playing
from tests.faults.pulse import most_in_a_second
from tests.faults.town import Size, Town, bring_due

SIZE: Final = Size(learners=6, quiet=6, crowd=20)
RATE: Final = 20
DOWN: Final = {"5 minutes": 300.0, "3 hours": 3 * 3600.0, "3 days": 3 * 86_400.0}
# What becomes of each after so long: `domain.delivery.POLICIES` has the windows, and the ladder its own.
ANNOUNCED: Final = {"5 minutes": "sent", "3 hours": "sent", "3 days": "expired"}
REMINDED: Final = {"5 minutes": 1, "3 hours": 1, "3 days": 0}


async def late_round(town: Town, down: str) -> Outcome:
    """So long nobody was there."""
    ago = -DOWN[down]
    async with playing(town, down) as play:
        await bring_due(
            play.store,
            {town.enrolments[chat]: ago for chat in town.learners},
            {town.enrolments[chat]: ago for chat in town.quiet},
        )
        await play.tell("News")
        await play.tell("Must be read", mandatory=True)
        await _long_ago(play, DOWN[down])
        await play.served({"ZINUTE_TELEGRAM_RATE": str(RATE)})
        lessons = frozenset((town.enrolments[chat], 0) for chat in town.learners)
        reminded = frozenset(town.quiet) if REMINDED[down] else frozenset[int]()
        verdict = await play.judged((), Intended(reminded, lessons=lessons), late_allowed=True)
        await _look(play, down)
    if verdict.duplicates or verdict.ambiguous:
        play.problems.append(f"{verdict.duplicates} doubled and {verdict.ambiguous} in doubt")
    return play.outcome(f"late {down}", verdict)


async def _long_ago(play: Play, seconds: float) -> None:
    """What waits has waited so long already."""
    shift = {
        "sqlite": f"strftime('%Y-%m-%d %H:%M:%f000', {{0}}, '-{seconds:.0f} seconds')",
        "postgres": f"{{0}} - interval '{seconds:.0f} seconds'",
    }[play.town.kind]
    names = ("due_at", "not_after", "created_at")
    changes = ", ".join(f"{name} = {shift.format(name)}" for name in names)
    await play.store.execute(f"UPDATE outbox SET {changes} WHERE id > {play.since.outbox}")


async def _look(play: Play, down: str) -> None:
    """Compare the end of everything with what it should be."""
    rows = await play.store.rows(
        f"SELECT kind, state, count(*) AS there FROM outbox WHERE id > {play.since.outbox} GROUP BY kind, state"
    )
    found = {(row["kind"], row["state"]): row["there"] for row in rows}
    town = play.town
    wanted = {
        ("announcement", ANNOUNCED[down]): len(town.crowd),
        ("mandatory", "sent"): len(town.crowd),
        ("lesson", "sent"): len(town.learners),
    }
    if REMINDED[down]:
        wanted["reminder", "sent"] = len(town.quiet)
    if found != wanted:
        play.problems.append(f"after {down} there is {found}, and not {wanted}")
    fastest = most_in_a_second(town.messenger.ledger.copies(play.since.ledger))
    if fastest > RATE:
        play.problems.append(f"{fastest} messages were sent in one second, and {RATE} may be")
