"""How fast messages were sent, by the messenger's own clock."""

from tests.faults.evidence import Copy


def most_in_a_second(copies: tuple[Copy, ...]) -> int:
    """The most messages that were accepted in any second."""
    times = sorted(copy.at for copy in copies)
    first = most = 0
    for number, at in enumerate(times):
        while at - times[first] >= 1.0:
            first += 1
        most = max(most, number - first + 1)
    return most
