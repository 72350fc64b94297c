"""One message and one death after another just when its bytes have left: it comes twice at most, and then rests."""

from typing import Final

from tests.faults.play import Outcome, playing
from tests.faults.points import dies
from tests.faults.town import Town

DEATHS: Final = 2
POINT: Final = {"ZINUTE_CRASHPOINT": "bytes-sent"}


async def thrice_round(town: Town, seed: int) -> Outcome:
    """A reply, twice in doubt, and then an announcement, once in doubt."""
    async with playing(town, str(seed)) as play:
        await town.messenger.says(town.crowd[0], "/menu")
        for _ in range(DEATHS):
            await dies(play, await play.serve(POINT), "bytes-sent")
        await play.tell("Once")
        await dies(play, await play.serve(POINT), "bytes-sent")
        await play.served()
        verdict = await play.judged()
        rows = await play.store.rows(
            f"SELECT state, attempts FROM outbox WHERE kind = 'reply' AND id > {play.since.outbox}"
        )
    if rows != [{"state": "unknown", "attempts": DEATHS}]:
        play.problems.append(f"the reply is {rows} after {DEATHS} deaths")
    return play.outcome("thrice", verdict)
