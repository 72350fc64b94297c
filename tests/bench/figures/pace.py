"""Pace: the share of the set 30 messages a second that is reached, and the most in any second, across a kill -9."""

from collections.abc import Sequence
from time import monotonic_ns, sleep

from tests.bench.stage import Stage, telegram
from tests.bench.wanted import Value

RATE, SECOND = 30, 1_000_000_000
SHORT, LONG = 20, 60  # seconds, of which a half before the kill


def measure(stage: Stage) -> dict[str, Value]:
    """By the accept times of the fake server; a process counts as up from its first accepted send on."""
    sink = stage.sink()
    half = (LONG if stage.whole else SHORT) / 2
    settings = stage.sqlite() | telegram(sink.url)
    first = stage.contender("our_delivery", int(RATE * half * 3), settings=settings)
    first.ready()
    sleep(half)
    killed = monotonic_ns()
    first.kill()
    second = stage.contender("our_delivery", 0, settings=settings)
    second.ready()
    sleep(half)
    ended, accepted = monotonic_ns(), sink.stats()["accepted"]
    lives = [
        [each for each in accepted if each <= killed],
        [each for each in accepted if killed < each <= ended],
    ]
    assert all(lives), "nothing was sent"
    up = sum((end - life[0]) / SECOND for life, end in zip(lives, (killed, ended), strict=True))
    stage.details.update(up_s=up, sent=[len(life) for life in lives])
    return {
        "paced": sum(map(len, lives)) / (RATE * up),
        "paced_most_in_a_second": most_in_a_second(accepted),
    }


def most_in_a_second(times: Sequence[int]) -> int:
    """The most of these moments (ns) that lie within any one second."""
    most = start = 0
    for end, at in enumerate(times):
        while at - times[start] >= SECOND:
            start += 1
        most = max(most, end - start + 1)
    return most
