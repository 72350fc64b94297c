"""What the outages are judged by: whatever was said is known, also what was on its way when the saying ended."""

import asyncio

from tests.fakes.owner import BotApi
from tests.outages.serving import crowd


async def test_what_was_being_said_when_the_greeting_ends_is_known(bot_api: BotApi) -> None:
    people = await crowd(bot_api, 2)
    async with people.greeting(60.0):
        await asyncio.sleep(0)  # the first hello is on its way
    pending = {update["update_id"] for update in (await bot_api.account())["pending"]}
    assert (people.hellos, len(pending)) == (1, 2)
    assert set(people.numbers) == pending
