"""Mail over TLS, at once and after STARTTLS: only to a server that proves its name."""

import datetime
import ssl
from collections.abc import Callable
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from bot.channel import NotConnected
from domain.message import Content
from domain.text import Text

ANA, HELLO = "ana@sav.example", Content(Text("Labas"))


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate for 127.0.0.1 that it signed itself, with its key."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.datetime.now(datetime.UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.example")])
    here = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(here, critical=False)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path / "mail.pem"
    form = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    private = key.private_bytes(serialization.Encoding.PEM, *form)
    file.write_bytes(made.public_bytes(serialization.Encoding.PEM) + private)
    return file


@pytest.fixture
def tls(certificate: Path) -> ssl.SSLContext:
    """What the server proves its name with."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    return context


@pytest.mark.parametrize("scheme", ["smtps", "starttls"])
async def test_mail_goes_encrypted(
    opened: Callable[..., Any],
    tls: ssl.SSLContext,
    certificate: Path,
    monkeypatch: pytest.MonkeyPatch,
    scheme: str,
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    url = f"{scheme}://ana:secret@127.0.0.1:{{}}"
    async with opened(url, tls=tls, starttls=scheme == "starttls", login=("ana", "secret")) as (
        channel,
        server,
    ):
        await channel.open()
        await channel.send(ANA, HELLO, key="k")
        assert (len(server.of(ANA)), server.logged_in, server.encrypted[-1]) == (1, ["ana"], True)


@pytest.mark.parametrize("scheme", ["smtps", "starttls"])
async def test_a_server_that_cannot_prove_its_name_is_told_nothing(
    opened: Callable[..., Any], tls: ssl.SSLContext, scheme: str
) -> None:
    url = f"{scheme}://ana:secret@127.0.0.1:{{}}"
    async with opened(url, tls=tls, starttls=scheme == "starttls", login=("ana", "secret")) as (
        channel,
        server,
    ):
        with pytest.raises(NotConnected):
            await channel.send(ANA, HELLO, key="k")
        assert (server.taken, server.logged_in) == ([], [])
