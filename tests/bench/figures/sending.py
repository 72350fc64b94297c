"""Sending: the whole delivery of lesson cards against bare aiohttp and against python-telegram-bot, 50 in flight."""

from tests.bench.message import message
from tests.bench.rounds import in_short, interleaved, per_second, ratio
from tests.bench.stage import Stage, telegram
from tests.bench.wanted import Value

COUNT, COUNT_PTB = 4_000, 400


def measure(stage: Stage) -> dict[str, Value]:
    """Messages a second, all with the body that we were seen to post; ours from the first claim to the last settled."""
    sink, body = stage.sink(), message(stage)
    ours = stage.contender("our_sends", COUNT, settings=stage.sqlite() | telegram(sink.url, rate=0))
    bare = stage.contender("aiohttp_sends", sink.url, body)
    ptb = stage.contender("ptb_sends", sink.url, body)
    laps = interleaved(
        stage.rounds,
        {
            "aiohttp": lambda _: bare.ask("send", count=COUNT),
            "ours": lambda _: ours.ask("send", count=COUNT),
            "ptb": lambda _: ptb.ask("send", count=COUNT_PTB),
        },
    )
    stage.details.update(in_short(laps))
    return {
        "send_vs_aiohttp": ratio(laps["ours"], laps["aiohttp"], per_second),
        "send_vs_ptb": ratio(laps["ours"], laps["ptb"], per_second),
    }
