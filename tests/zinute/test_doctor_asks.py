"""What the doctor learns from others: messengers that refuse us or are away, clocks apart, certificates that end."""

import asyncio
import ipaddress
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.fakes.mail import mail_server
from tests.fakes.owner import BotApi
from zinute.doctor_asks import certificate, messenger
from zinute.finding import Finding

NOW = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)


async def found(name: str, now: datetime) -> list[Finding]:
    return [each async for each in messenger(name, now, network=True)]


def given(monkeypatch: pytest.MonkeyPatch, settings: dict[str, str]) -> None:
    for name, value in settings.items():
        monkeypatch.setenv(name, value)


async def test_telegram_is_asked_and_a_revoked_token_is_named(
    bot_api: BotApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    given(monkeypatch, bot_api.environment())
    assert [each.well for each in await found("telegram", datetime.now(UTC))] == [True]
    await bot_api.revoke()
    [refused] = await found("telegram", datetime.now(UTC))
    assert (refused.well, "refuses the bot's token" in refused.says, bool(refused.mend)) == (
        False,
        True,
        True,
    )
    assert bot_api.token not in refused.says


@pytest.mark.parametrize("apart", [timedelta(hours=2), -timedelta(hours=2)])
async def test_a_clock_that_is_not_telegrams_is_named(
    bot_api: BotApi, monkeypatch: pytest.MonkeyPatch, apart: timedelta
) -> None:
    given(monkeypatch, bot_api.environment())
    names = [(each.name, each.well) for each in await found("telegram", datetime.now(UTC) + apart)]
    assert names == [("telegram", True), ("clock", False)]


async def test_a_telegram_that_is_away_is_named(bot_api: BotApi, monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch, bot_api.environment() | {"ZINUTE_TELEGRAM_API": "http://127.0.0.1:1"})
    [away] = await found("telegram", NOW)
    assert (away.well, "no connection to 127.0.0.1:1" in away.says) == (False, True)


async def test_the_mail_server_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    async with mail_server() as server:
        address = f"smtp://127.0.0.1:{server.port}"
        given(monkeypatch, {"ZINUTE_SMTP_URL": address, "ZINUTE_MAIL_FROM": "a@zinute.example"})
        assert [each.well for each in await found("email", NOW)] == [True]
        server.away = "421 closed today"
        [away] = await found("email", NOW)
    assert (away.well, "ZINUTE_SMTP_URL" in away.says, bool(away.mend)) == (False, True, True)


@asynccontextmanager
async def shown(folder: Path, days: int) -> AsyncIterator[tuple[str, ssl.SSLContext]]:
    """An https address with a certificate that holds so many days from now on, and who trusts it."""
    key, name = (
        ec.generate_private_key(ec.SECP256R1()),
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "z")]),
    )
    here, today = x509.IPAddress(ipaddress.ip_address("127.0.0.1")), datetime.now(UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    made = made.not_valid_before(today - timedelta(days=90)).not_valid_after(
        today + timedelta(days=days, hours=1)
    )
    made = made.add_extension(x509.SubjectAlternativeName([here]), critical=False)
    made = made.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    pem = made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    plain = serialization.NoEncryption()
    file = folder / "shown.pem"
    file.write_bytes(
        pem + key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    )
    server_side = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server_side.load_cert_chain(file)
    server = await asyncio.start_server(lambda _, way: way.close(), "127.0.0.1", 0, ssl=server_side)
    async with server:
        port = server.sockets[0].getsockname()[1]
        yield f"https://127.0.0.1:{port}", ssl.create_default_context(cadata=pem.decode())


@pytest.mark.parametrize(("days", "well", "says"), [(60, True, "for 60 days"), (5, False, "for 5 days")])
async def test_a_certificate_that_ends_soon_is_named(
    tmp_path: Path, days: int, well: bool, says: str
) -> None:
    async with shown(tmp_path, days) as (address, trusted):
        seen = await certificate(address, datetime.now(UTC), trusted)
    assert (seen.well, says in seen.says, bool(seen.mend)) == (well, True, not well)


async def test_a_certificate_that_is_over_or_nobodys_is_named(tmp_path: Path) -> None:
    async with shown(tmp_path, -1) as (address, trusted):
        over = await certificate(address, datetime.now(UTC), trusted)
        strange = await certificate(address, datetime.now(UTC), ssl.create_default_context())
    assert [(each.well, "not accepted" in each.says) for each in (over, strange)] == [(False, True)] * 2


async def test_an_address_that_nobody_answers_at_is_not_called_wrong() -> None:
    seen = await certificate("https://127.0.0.1:1", NOW, ssl.create_default_context())
    assert (seen.well, "cannot be looked at from here" in seen.says) == (True, True)
