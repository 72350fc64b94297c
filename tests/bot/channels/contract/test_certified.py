"""Who has earned a certificate gets it in every messenger: as a file, or as an address that leads to one."""

from dataclasses import replace

import pytest

from domain.certificate import Certificate
from domain.programme import Rules
from storage import programmes
from storage.certificates import CERTIFICATE
from tests.bot.channels.contract.house import House
from tests.bot.channels.contract.invited import invite_to, join, say
from tests.bot.channels.contract.messengers import answered
from tests.bot.channels.contract.running import Opening
from tests.bot.channels.contract.visitor import reads
from tests.domain.make import programme
from tests.storage.samples import MONDAY, rows

pytestmark = answered
TAUGHT = replace(programme("t", slug="short"), rules=Rules(valid_months=12))
PUBLIC = "https://learn.example"


def paper(certificate: Certificate) -> bytes:
    """A file that is no PDF: what is in it is tried elsewhere."""
    return f"certificate {certificate.number}".encode()


@pytest.mark.parametrize("address", [PUBLIC, ""])
async def test_a_certificate_is_sent_or_led_to(house: House, opening: Opening, address: str) -> None:
    house = House(house.database, address=address, paper=paper)
    await house.database.write(lambda tx: programmes.publish(tx, TAUGHT, MONDAY))
    await house.database.write(lambda tx: invite_to(tx, "short"))
    async with opening(house) as messenger, house.works(messenger.channel):
        visitor = await messenger.visitor()
        await join(visitor)
        await visitor.presses(say("study.finish"))
        told = {"title": "short lt", "number": "2026-000001"}
        seen, can = await reads(visitor, say("certificate.file", **told)), messenger.channel.capabilities
    [(code,)] = await rows(house.database, CERTIFICATE.c.code)
    page = f"{address}/certificate/{code}"
    assert seen.mentions(say("certificate.page", link=page)) == bool(address)
    assert (seen.file == "certificate-2026-000001.pdf") == can.files
    fetch = say("certificate.fetch")
    if can.files:
        assert seen.opens == ()
    elif can.buttons:
        assert seen.opens == ((fetch, f"{page}.pdf"),)
    else:
        assert seen.mentions(f"{fetch}: {page}.pdf") == bool(address)


@pytest.mark.parametrize("address", [PUBLIC, ""])
async def test_a_lesson_is_shared_by_an_address_that_others_reach(
    house: House, opening: Opening, address: str
) -> None:
    """Without one it is said that there is none: nobody is sent to this machine."""
    house = House(house.database, address=address)
    version = await house.database.write(lambda tx: programmes.publish(tx, TAUGHT, MONDAY))
    await house.database.write(lambda tx: invite_to(tx, "short"))
    async with opening(house) as messenger, house.works(messenger.channel):
        visitor = await messenger.visitor()
        await join(visitor)
        await visitor.says(f"/share {version} 0")
        link = say("find.link", title="01 lt", link=f"{PUBLIC}/lesson/short/01")
        await reads(visitor, link if address else say("find.no_address"))
