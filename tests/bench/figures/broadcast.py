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

    A reply takes from its update's arrival at the webhook until it is settled.
    """
    recipients = LONG if stage.whole else SHORT
    sink = stage.sink()
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
    accepted, replies = sink.stats()["accepted"], ours.ask("replies")
    stage.details.update(sent=len(accepted), replies=len(replies), seconds=(accepted[-1] - began) / SECOND)
    return {
        "broadcast": {
            "over_the_limit": (accepted[-1] - began) / SECOND / (len(accepted) / RATE),
            "reply_p95_s": percentile(replies, 95),
            "reply_p99_s": percentile(replies, 99),
            "most_in_a_second": most_in_a_second(accepted),
        }
    }
