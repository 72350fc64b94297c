"""Who gives what to those who work at several organisations, seen anew whenever something reaches them or ceases."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence

from domain.assigning import Terms
from domain.employment import MAIN, Givers, Work, gave
from storage import assignments, given, invitations, reached
from storage.database import Connection
from storage.given import Pair
from storage.reached import COUNTED, Candidate

Has = Callable[[Terms, Candidate], Sequence[Work]]  # by which employments of somebody's it is for them


def weigh(tx: Connection, people: Mapping[int, Candidate], programmes: Collection[int], has: Has) -> None:
    """See anew who gives these people these programmes: by what reaches them, and by invitations.

    What was begun stays with those who gave it. Of who works at one organisation nothing is kept.
    """
    before = {pair: who for pair, who in given.of(tx, people).items() if pair[1] in programmes}
    several = {who for who, each in people.items() if any(work.employment for work in each.works)}
    several |= {who for who, _ in before}
    if not several:
        return
    now = _now(tx, {who: people[who] for who in several}, has)
    begun, nobody = given.begun(tx, several), Givers()
    after = {
        pair: gave(before.get(pair, nobody), now.get(pair, ()), begun=pair in begun)
        for pair in now.keys() | before.keys()
        if pair[1] in programmes
    }
    given.keep(tx, {pair: who for pair, who in after.items() if who != before.get(pair, MAIN)})


def _now(tx: Connection, people: Mapping[int, Candidate], has: Has) -> dict[Pair, set[int | None]]:
    """By which employments each programme is given them now."""
    found = defaultdict[Pair, set[int | None]](set)
    for pair in invitations.to_begin(tx, people):
        found[pair].add(None)
    states = reached.known(tx, people)
    assigned = assignments.get(tx, {number for number, _ in states})
    for (number, who), state in states.items():
        if state in COUNTED:
            terms = assigned[number].terms
            found[who, terms.programme] |= {each.employment for each in has(terms, people[who])}
    return found
