"""A certificate as a document: made when it is sent, journaled and judged as any other message is."""

import hashlib
from datetime import date, timedelta
from typing import Any

import pytest

from bot.channel import AccountRefused, Ambiguous, Limited, Refused, SendError, Unreachable
from bot.channels.telegram import Telegram
from bot.post import StorePost
from certificates.pdf import pdf
from domain.certificate import Certificate
from domain.message import Button, Content, Issued, Paper
from domain.text import Text
from storage import certificates, enrolments
from storage.certificates import CERTIFICATE, Round
from storage.database import Connection
from storage.outbox import OUTBOX
from tests.bot.channels.telegram.conftest import NOW
from tests.bot.messenger import Desk
from tests.certificates.samples import ADDRESS, LITHUANIAN, TEXTS
from tests.fakes.owner import BotApi
from tests.fakes.person import Person
from tests.storage.samples import rows, settle_down

FILE = Paper(LITHUANIAN.code, "certificate-2026-000123.pdf")
SENT = Content(Text("Jūsų pažymėjimas: https://learn.example/certificate/x"), paper=FILE)


def made(certificate: Certificate) -> bytes:
    return pdf(certificate, address=ADDRESS, texts=TEXTS)


def broken(certificate: Certificate) -> bytes:
    raise ValueError(certificate.number)


@pytest.fixture
async def anna(bot_api: BotApi) -> Person:
    """Somebody who has started the bot."""
    person = await bot_api.person()
    await person.says("/start")
    return person


@pytest.fixture
async def post(post: StorePost, request: pytest.FixtureRequest) -> StorePost:
    """The house's side, where there is one certificate and (unless the test says otherwise) who makes its file."""

    def keep(tx: Connection) -> None:
        town = settle_down(tx)
        enrolment = enrolments.enrol(
            tx, person=town.ana, programme=town.programme, version=town.version, at=NOW
        )
        assert enrolment is not None
        certificates.add(tx, LITHUANIAN, Round(enrolment, NOW, town.ana, town.here, town.version), None)

    await post.database.write(keep)
    return StorePost(post.database, post.texts, post.now, getattr(request, "param", made))


async def test_it_arrives_as_a_file_with_its_name_and_the_address_of_its_page(
    telegram: Telegram, anna: Person
) -> None:
    content = Content(SENT.text, paper=FILE, buttons=(Button("Meniu", "/menu"),))
    sent = await telegram.send(str(anna.id), content, key="k")
    seen = await anna.waits_for("Jūsų pažymėjimas")
    assert (str(seen.id), seen.file, seen.labels) == (sent, FILE.name, ["Meniu"])
    assert seen.text == SENT.text.plain
    assert seen.digest == hashlib.sha256(made(LITHUANIAN)).hexdigest()


async def test_what_was_taken_back_or_is_not_there_is_not_sent(
    telegram: Telegram, anna: Person, post: StorePost
) -> None:
    gone = Content(Text("?"), paper=Paper("n" * 22, FILE.name))
    with pytest.raises(Refused):
        await telegram.send(str(anna.id), gone, key="k")
    revoked = CERTIFICATE.update().values(revoked_on=date(2026, 11, 23))
    await post.database.write(lambda tx: tx.execute(revoked))
    with pytest.raises(Refused):
        await telegram.send(str(anna.id), SENT, key="k")
    assert [seen for seen in await anna.chat() if not seen.mine] == []


@pytest.mark.parametrize("post", [broken, None], indirect=True)
async def test_a_file_that_cannot_be_made_is_not_tried_again(telegram: Telegram, anna: Person) -> None:
    with pytest.raises(Refused):
        await telegram.send(str(anna.id), SENT, key="k")


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"status": 429, "retry_after": 3}, Limited),
        ({"status": 403, "description": "Forbidden: bot was blocked by the user"}, Unreachable),
        ({"status": 401}, AccountRefused),
        ({"status": 400}, Refused),
        ({"then": "close", "accept": True}, Ambiguous),
    ],
)
async def test_what_fails_is_named_for_what_it_is(
    bot_api: BotApi, telegram: Telegram, anna: Person, fault: dict[str, Any], error: type[SendError]
) -> None:
    await bot_api.fails("sendDocument", **fault)
    with pytest.raises(SendError) as caught:
        await telegram.send(str(anna.id), SENT, key="k")
    assert type(caught.value) is error


async def test_it_is_journaled_and_sent_once_more_when_nobody_knows(
    bot_api: BotApi, telegram: Telegram, anna: Person, post: StorePost
) -> None:
    """As any other reply; the outbox keeps which certificate it is, and not its file."""
    desk = Desk(post.database, telegram)
    issued = Issued(LITHUANIAN.code, LITHUANIAN.number, LITHUANIAN.programme)
    await bot_api.fails("sendDocument", then="close", accept=True)
    await desk.write("paper", str(anna.id), issued)
    attempts = list[int]()
    for _ in range(4):
        desk.ticks += 2  # in the first second nothing is sent
        attempts += await desk.rounds(1, timedelta(minutes=1))
    assert attempts == [0, 1, 1, 0]
    assert await desk.journal() == [(1, "ambiguous"), (2, "sent")]
    assert await desk.states() == {"paper": "sent"}
    files = [seen.file for seen in await anna.chat() if not seen.mine]
    assert files == [FILE.name, FILE.name]
    [(_, body)] = await rows(post.database, OUTBOX.c.id, OUTBOX.c.body)
    assert len(body) < 200
