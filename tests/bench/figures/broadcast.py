"""Broadcast: an announcement at the product's own limit while learners go on answering, five a second."""

from time import monotonic_ns, sleep

from tests.bench.figures.pace import RATE, SECOND, most_in_a_second
from tests.bench.message import message
from tests.bench.rounds import percentile
from tests.bench.stage import Stage, file_of, telegram, webhook
from tests.bench.wanted import Value

SHORT, LONG = 1_500, 10_000  # recipients
ANSWERS = 5  # a second
LOOK = 0.5


def measure(stage: Stage) -> dict[str, Value]:
    """The time from the announcement to the last send over that which the limit needs for all that was sent.

    The messenger refuses what comes too fast, and one of 2,000 messages for nothing, and wants a rest of a second then
    (tests/fakes/strict.py). The limit's own time has no rests in it: all of them count against us, and so does the
    refused message that is sent again. `details` tells the ratio with `rests_apart`. A reply takes from its update's
    arrival at the webhook until it is settled.
    """
    recipients = LONG if stage.whole else SHORT
    sink = stage.sink("--strict")
    settings = stage.sqlite() | telegram(sink.url) | webhook()
    ours = stage.contender("our_answers", recipients, "and sends", settings=settings)
    load, port = stage.load(message(stage)), ours.ask("port")
    count = ANSWERS * recipients // (RATE - ANSWERS)
    began = monotonic_ns()
    ours.ask("announce", recipients=recipients)
    load.begin("stream", port=port, file=file_of(settings), first=0, count=count, rate=ANSWERS)
    while ours.ask("open"):
        sleep(LOOK)
    load.end()
    stats, replies = sink.stats(), ours.ask("replies")
    accepted, strict = stats["accepted"], stats["strict"]
    seconds, limit = (accepted[-1] - began) / SECOND, len(accepted) / RATE
    stage.details.update(strict, sent=len(accepted), replies=len(replies), seconds=seconds, limit_s=limit)
    stage.details["rests_apart"] = (seconds - strict["rest"]) / limit
    return {
        "broadcast": {
            "over_the_limit": seconds / limit,
            "reply_p95_s": percentile(replies, 95),
            "reply_p99_s": percentile(replies, 99),
            "most_in_a_second": most_in_a_second(accepted),
            "early": strict["early"],
            "share_429": strict["refused"] / strict["tried"],
        }
    }
