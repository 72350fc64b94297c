"""Receivers of webhooks are told what happened, signed, at least once, and never for ever."""

import asyncio
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from actions import edit_person, hooks
from console.outgoing import Outgoing
from console.reach import PORT
from domain.hook import TOPICS, Topic, secret_of
from domain.organisation import Scope
from storage import erasures, instance, own_data
from storage import hooks as store
from storage.activity import Happening
from storage.audit import AUDIT
from storage.database import Connection, Database
from storage.hooks import DELIVERY, HOOK, New
from storage.outbox import OUTBOX
from storage.people import PERSON, grant
from tests.console.town import Cast, Clock, Town, settle
from tests.fakes.receiver import Receiver, receiving
from tests.storage.samples import rows
from zinute import hooks as room
from zinute.hooks import Teller

KEY = b"k" * 32
HOME = "https://learn.example"


@dataclass
class House:
    """A store with a receiver that the library's administrator has set up."""

    database: Database
    cast: Cast
    receiver: Receiver
    clock: Clock
    teller: Teller
    boss: Scope
    hook: int = 0

    async def set_up(self, *topics: Topic, address: str = "", seed: str = "one") -> int:
        new = New(self.cast.library, address or self.receiver.url, topics or TOPICS)
        made = partial(hooks.make, new=new, seed=seed, by=self.boss, now=self.clock())
        found = await self.database.write(made)
        assert found
        self.receiver.secrets.append(secret_of(KEY, seed))
        return found

    async def happen(self, what: Happening = "programme_done", person: int = 0) -> None:
        """Something, and three minutes later."""
        who, version = person or self.cast.learner, self.cast.safe[1]
        more = {"version": version} if what != "joined" else {"channel": "web"}
        await self.database.write(lambda tx: Town(tx, self.clock()).note(who, what, **more))
        self.clock.move(minutes=3)

    async def tell(self) -> None:
        """Look, and tell each as often as something is due."""
        await room.look(self.teller)
        for hook in await self.database.read(partial(hooks.due, now=self.clock())):
            await room.tell(self.teller, hook)

    async def states(self) -> list[tuple[str, int, int]]:
        found = await rows(
            self.database, DELIVERY.c.id, DELIVERY.c.state, DELIVERY.c.tries, DELIVERY.c.status
        )
        return [tuple(each[1:]) for each in sorted(found)]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


@pytest.fixture
async def house(database: Database, receiver: Receiver) -> House:
    cast, clock = await database.write(settle), Clock()
    clock.at = datetime.now(UTC).replace(microsecond=0)  # receivers look at the time
    await database.write(lambda tx: grant(tx, cast.coordinator, cast.library, "administrator"))
    address = PERSON.update().where(PERSON.c.id == cast.coordinator).values(email="rasa@example.org")
    await database.write(lambda tx: tx.execute(address).rowcount)
    teller = Teller(database, Outgoing(private=True), KEY, HOME, mails=True, now=clock)
    boss = Scope(cast.coordinator, frozenset({cast.library}), frozenset({"manage", "see"}))
    return House(database, cast, receiver, clock, teller, boss)


async def test_what_happens_is_told_once_signed_and_without_names(house: House) -> None:
    hook = await house.set_up()
    for what in ("joined", "programme_done", "lesson_done", "certified"):
        await house.happen(what)
    await house.happen("programme_done", house.cast.elsewhere)
    for _ in range(2):
        await house.tell()
    learner, library, programme = house.cast.learner, house.cast.library, house.cast.safe[0]
    who = {"organisation": library, "person": learner}
    assert [(each["type"], each["data"]) for each in house.receiver.taken.values()] == [
        ("person.joined", who),
        ("programme.completed", who | {"programme": programme}),
        ("certificate.issued", who | {"programme": programme}),
    ]
    assert len(house.receiver.came) == 3
    assert "Ona" not in json.dumps(house.receiver.taken)
    assert {each["content-type"] for each in house.receiver.came} == {"application/json"}
    assert await house.states() == [("sent", 1, 204)] * 3
    shown = await house.database.read(partial(store.deliveries, hook=hook))
    assert [each.topic for each in shown] == ["certificate.issued", "programme.completed", "person.joined"]


async def test_whoever_is_said_to_leave_is_told(house: House) -> None:
    await house.set_up("person.left")
    cells, now = {"left_on": "2027-01-31", "email": "ona@example.org"}, house.clock()
    await house.database.write(lambda tx: edit_person.change(tx, None, house.cast.learner, cells, now=now))
    house.clock.move(minutes=3)
    await house.tell()
    [told] = house.receiver.taken.values()
    assert told["data"] == {
        "organisation": house.cast.library,
        "person": house.cast.learner,
        "left_on": "2027-01-31",
    }


async def test_only_what_was_asked_for_and_what_came_after_it_is_told(house: House) -> None:
    await house.happen("certified")
    await house.set_up("certificate.issued")
    for what in ("joined", "certified"):
        await house.happen(what)
    await house.tell()
    assert [each["type"] for each in house.receiver.taken.values()] == ["certificate.issued"]


@pytest.mark.parametrize("status", [500, 404, 302, 429])
async def test_one_that_does_not_take_it_is_asked_again_later_and_later(house: House, status: int) -> None:
    await house.set_up()
    house.receiver.status = status
    await house.happen()
    for tries, pause in ((1, 5), (2, 300), (3, 1800)):
        await house.tell()
        assert await house.states() == [("waiting", tries, status)]
        house.clock.move(seconds=pause - 1)
        await house.tell()
        assert len(house.receiver.came) == tries
        house.clock.move(seconds=1)
    house.receiver.status = 200
    await house.tell()
    assert await house.states() == [("sent", 4, 200)]
    assert len({each["webhook-id"] for each in house.receiver.came}) == 1
    assert len({each["webhook-timestamp"] for each in house.receiver.came}) == 4


async def test_after_three_days_it_is_switched_off_and_told(house: House) -> None:
    hook = await house.set_up()
    house.receiver.status = 500
    for _ in range(3):
        await house.happen()
    began = house.clock()
    for _ in range(40):
        await house.tell()
        if not (await rows(house.database, HOOK.c.is_on))[0][0]:
            break
        house.clock.move(hours=3)
    assert timedelta(days=3) <= house.clock() - began <= timedelta(days=4)
    assert len(house.receiver.came) == 10
    [told] = await rows(house.database, OUTBOX.c.body, where=OUTBOX.c.key.like("hook:%"))
    assert house.receiver.url in told[0]
    deeds = await rows(house.database, AUDIT.c.what, AUDIT.c.person_id)
    assert [tuple(each) for each in deeds] == [("hook.made", house.cast.coordinator), ("hook.off", None)]
    await house.tell()
    assert len(house.receiver.came) == 10
    house.receiver.status = 200
    assert await house.database.write(
        partial(hooks.switch, hook=hook, on=True, by=house.boss, now=house.clock())
    )
    house.clock.move(days=1)
    await house.tell()
    assert len(house.receiver.taken) == 3


async def test_what_happened_while_it_was_off_is_not_told(house: House) -> None:
    hook = await house.set_up()

    async def switch(*, on: bool) -> None:
        assert await house.database.write(
            partial(hooks.switch, hook=hook, on=on, by=house.boss, now=house.clock())
        )

    await switch(on=False)
    await house.happen("joined")
    await house.tell()
    house.clock.move(minutes=5)
    await switch(on=True)
    await house.happen("certified")
    await house.tell()
    assert [each["type"] for each in house.receiver.taken.values()] == ["certificate.issued"]


async def test_one_that_wants_nothing_more_is_switched_off_at_once(house: House) -> None:
    await house.set_up()
    house.receiver.status = 410
    await house.happen()
    await house.tell()
    assert [tuple(each) for each in await rows(house.database, HOOK.c.is_on)] == [(False,)]


@pytest.mark.parametrize(("meanwhile", "told"), [("off", 1), ("gone", 0)])
async def test_one_that_gives_up_while_somebody_switches_it_off_is_told_all_the_same(
    house: House, meanwhile: str, told: int
) -> None:
    """Whoever set it up learns why; of one that was removed there is nothing to learn."""
    hook = await house.set_up()
    await house.happen()
    await room.look(house.teller)
    now, by = house.clock(), house.boss
    claimed = await house.database.write(partial(store.claim, hook=hook, now=now))
    assert claimed
    if meanwhile == "off":
        await house.database.write(partial(hooks.switch, hook=hook, on=False, by=by, now=now))
    else:
        await house.database.write(partial(hooks.remove, hook=hook, by=by, now=now))
    to, what = claimed
    gone = hooks.Tried(410, "410")
    settle_it = partial(hooks.settle, told=what, hook=to, tried=gone, now=now, mails=True)
    assert not await house.database.write(settle_it)
    assert len(await rows(house.database, OUTBOX.c.id, where=OUTBOX.c.key.like("hook:%"))) == told
    ends = await rows(house.database, AUDIT.c.what, where=AUDIT.c.what == "hook.off")
    assert len(ends) == told


async def test_what_it_never_takes_holds_nothing_else_up(house: House) -> None:
    await house.set_up()
    house.receiver.statuses = {"person.joined": 400}
    await house.happen("joined")
    await house.happen("certified")
    for _ in range(60):
        await house.tell()
        house.clock.move(hours=2)
        await house.happen("certified")
    assert (await house.states())[:2] == [("failed", 10, 400), ("sent", 1, 204)]
    assert [tuple(each) for each in await rows(house.database, HOOK.c.is_on)] == [(True,)]
    assert len(house.receiver.taken) == 60


async def test_a_slow_one_holds_nobody_else_up(house: House) -> None:
    with receiving() as slow:
        slow.open.clear()
        await house.set_up(address=slow.url, seed="slow")
        await house.set_up()
        await house.happen()
        await room.look(house.teller)
        due = await house.database.read(partial(hooks.due, now=house.clock()))
        assert len(due) == 2
        telling = [asyncio.create_task(room.tell(house.teller, hook)) for hook in due]
        await asyncio.wait(telling, return_when=asyncio.FIRST_COMPLETED)
        assert (len(house.receiver.taken), len(slow.came)) == (1, 0)
        for task in telling:
            task.cancel()
        await asyncio.gather(*telling, return_exceptions=True)


async def test_who_dies_between_telling_and_keeping_it_tells_again_under_the_same_id(house: House) -> None:
    hook = await house.set_up()
    await house.happen()
    await room.look(house.teller)
    claimed = await house.database.write(partial(store.claim, hook=hook, now=house.clock()))
    assert claimed
    await room._try(house.teller, *claimed)  # and nobody is left to say so
    assert await house.database.write(partial(store.claim, hook=hook, now=house.clock())) is None
    house.clock.move(seconds=61)
    await house.tell()
    assert (len(house.receiver.came), len(house.receiver.taken)) == (2, 1)
    assert await house.states() == [("sent", 1, 204)]


async def test_a_new_secret_and_the_old_one_both_sign_for_a_day(house: House) -> None:
    hook = await house.set_up()
    old, new = secret_of(KEY, "one"), secret_of(KEY, "two")
    await house.database.write(partial(hooks.turn, hook=hook, seed="two", by=house.boss, now=house.clock()))
    for secret in (old, new):
        house.receiver.secrets = [secret]
        await house.happen()
        await house.tell()
    assert len(house.receiver.taken) == 2
    assert [len(each["webhook-signature"].split()) for each in house.receiver.came] == [2, 2]
    await house.database.write(
        lambda tx: tx.execute(HOOK.update().values(old_until=house.clock() - timedelta(seconds=1))).rowcount
    )
    await house.happen()
    await house.tell()
    assert len(house.receiver.came[-1]["webhook-signature"].split()) == 1
    assert len(house.receiver.taken) == 3


async def test_a_test_goes_at_once_and_what_was_told_can_be_told_again(house: House) -> None:
    hook = await house.set_up()
    assert await house.database.write(
        partial(hooks.test, hook=hook, key="k", by=house.boss, now=house.clock())
    )
    await house.tell()
    assert [each["type"] for each in house.receiver.taken.values()] == ["webhook.test"]
    [delivery] = await house.database.read(partial(store.deliveries, hook=hook))
    again = partial(hooks.again, hook=hook, by=house.boss, now=house.clock())
    assert not await house.database.write(partial(again, delivery=delivery.id + 1))
    assert await house.database.write(partial(again, delivery=delivery.id))
    await house.tell()
    assert [each["webhook-id"] for each in house.receiver.came] == ["test-k"] * 2


async def test_nothing_is_told_of_whoever_is_erased_nor_by_a_restored_store(house: House) -> None:
    await house.set_up()
    await house.happen()
    await room.look(house.teller)

    def hold(tx: Connection, at: datetime | None) -> None:
        instance.begin(tx, "one") if at else None
        instance.hold(tx, at)

    await house.database.write(partial(hold, at=house.clock()))
    await house.tell()
    await house.database.write(partial(hold, at=None))
    await house.database.write(lambda tx: erasures.ask(tx, house.cast.learner, house.clock()))
    await house.database.write(partial(own_data.erase, person=house.cast.learner, now=house.clock()))
    await house.tell()
    assert (house.receiver.came, await house.states()) == ([], [])


async def test_one_inside_is_not_asked_unless_that_was_said(house: House) -> None:
    await house.set_up()
    await house.happen()
    house.teller = replace(house.teller, outgoing=Outgoing())
    await house.tell()
    [[why]] = await rows(house.database, DELIVERY.c.why)
    assert (why.startswith(PORT), house.receiver.came) == (True, [])


async def test_what_was_told_is_forgotten_after_a_month(house: House) -> None:
    await house.set_up()
    await house.happen()
    await house.tell()
    forget = partial(store.forget, now=house.clock() + timedelta(days=31))
    assert (await house.database.write(forget), await house.states()) == (1, [])


async def test_ten_are_enough_and_elsewhere_there_is_none(house: House) -> None:
    for _ in range(10):
        await house.set_up()
    more = New(house.cast.library, house.receiver.url, TOPICS)
    by, now = house.boss, house.clock()
    make = partial(hooks.make, seed="s", by=by, now=now)
    assert await house.database.write(partial(make, new=more)) is None
    assert (
        await house.database.write(partial(make, new=replace(more, organisation=house.cast.museum))) is None
    )
    nobody = replace(by, organisations=frozenset({house.cast.museum}))
    for deed in (
        partial(hooks.test, key="k"),
        partial(hooks.turn, seed="s"),
        partial(hooks.switch, on=False),
        hooks.remove,
        partial(hooks.again, delivery=1),
    ):
        assert not await house.database.write(partial(deed, hook=1, by=nobody, now=now))
