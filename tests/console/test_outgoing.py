"""A11: addresses that others gave lead nowhere inside, by whatever name, and hold nobody up."""

import asyncio
import socket
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

from console.outgoing import Answer, Names, Outgoing, Request
from console.reach import Forbidden, Unreachable, is_writable, may_open

OUTSIDE = (
    "93.184.215.14",
    "8.8.8.8",
    "2606:2800:21f:cb07:6820:80da:af6b:8b2c",
    "::ffff:8.8.8.8",
    "64:ff9b::808:808",
)
NETWORK = (
    "10.0.0.1",
    "172.16.5.4",
    "192.168.1.1",
    "127.0.0.1",
    "127.8.8.8",
    "::1",
    "fd12:3456::1",
    "::ffff:10.0.0.1",
)
NEVER = (
    "169.254.169.254",
    "::ffff:169.254.169.254",
    "64:ff9b::a9fe:a9fe",
    "fe80::1",
    "fe80::1%1",
    "fd00:ec2::254",
    "100.100.100.200",
    "224.0.0.1",
    "ff02::1",
    "0.0.0.0",
    "::",
    "::7f00:1",
    "2002:7f00:1::",
    "2002:a9fe:a9fe::1",
    "2001:0:7f00:1::",
    "fec0::1",
)


@pytest.mark.parametrize("place", OUTSIDE)
def test_what_is_outside_may_be_opened(place: str) -> None:
    assert (may_open(place, private=False), may_open(place, private=True)) == (True, True)


@pytest.mark.parametrize("place", NETWORK)
def test_what_is_inside_only_where_somebody_said_so(place: str) -> None:
    assert (may_open(place, private=False), may_open(place, private=True)) == (False, True)


@pytest.mark.parametrize("place", NEVER)
def test_what_clouds_tell_their_machines_never(place: str) -> None:
    assert (may_open(place, private=False), may_open(place, private=True)) == (False, False)


@pytest.mark.parametrize(
    "address",
    [
        "http://example.org/",
        "ftp://example.org/",
        "file:///etc/passwd",
        "gopher://example.org/",
        "https://me@example.org/",
        "https://me:pass@example.org/",
        "https://example.org#@127.0.0.1/",
        "https://exa mple.org/",
        "https://example.org/\r\nHost: inside",
        "https://example.org\\@127.0.0.1/",
        "https://ex\u0430mple.org/",
        "https://example.org:99999/",
        "https://example.org:port/",
        "https://[::1/",
        "https:///path",
        "//example.org",
        "example.org",
        "",
        "https://example.org/" + "a" * 2000,
    ],
)
async def test_what_can_be_read_in_two_ways_is_not_opened(address: str) -> None:
    assert not is_writable(address)
    with pytest.raises(Forbidden):
        await Outgoing().ask(Request(address), 1, 10)


@pytest.mark.parametrize(
    ("address", "public", "private"),
    [
        ("https://hooks.example/in", True, True),
        ("https://hooks.example:8443/in", True, True),
        ("https://9.9.9.9/", True, True),
        ("https://[2620:fe::fe]/", True, True),
        ("https://hooks.example:9000/in", False, True),
        ("http://127.0.0.1/", False, True),
        ("http://127.0.0.1:443/", False, True),
        ("https://10.0.0.7/", False, True),
        ("https://[::1]:8443/", False, True),
        ("https://[fd00::7]/", False, True),
        ("https://localhost/", False, True),
        ("https://hooks.localhost./", False, True),
        ("https://intranet/", False, True),
        ("https://mail.office.local/", False, True),
        ("https://127.1/", False, True),
        ("https://0x7f.1/", False, True),
        ("https://2130706433/", False, True),
        ("https://169.254.169.254/", False, False),
        ("https://224.0.0.1/", False, False),
    ],
)
def test_an_address_says_itself_where_it_leads(address: str, *, public: bool, private: bool) -> None:
    assert [Outgoing(private=inside).leads_out(address) for inside in (False, True)] == [public, private]


@pytest.mark.parametrize("port", [22, 25, 80, 6379, 8000])
async def test_other_doors_are_not_opened(port: int) -> None:
    with pytest.raises(Forbidden, match=rf"a port that is not opened \({port}\)"):
        await Outgoing().ask(Request(f"https://example.org:{port}/"), 1, 10)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "2130706433",
        "0x7f.1",
        "127.1",
        "localhost",
        "0",
        "169.254.169.254",
    ],
)
async def test_however_this_machine_is_written_it_is_not_opened(host: str) -> None:
    with pytest.raises(Unreachable, match=r"inside|reached"):
        await Outgoing().ask(Request(f"https://{host}/"), 2, 10)


def leads(*places: str) -> tuple[Names, list[int]]:
    """A name server whose answer is another one each time it is asked."""
    asked = list[int]()

    def look_up(host: str, port: int, **_more: object) -> list[tuple[object, ...]]:
        asked.append(port)
        place = places[min(len(asked), len(places)) - 1]
        return [(0, 0, 0, "", (each, port)) for each in place.split()]

    return look_up, asked


@pytest.mark.parametrize("places", ["10.0.0.1", "8.8.8.8 10.0.0.1", "::ffff:169.254.169.254"])
async def test_a_name_that_leads_inside_is_not_followed(places: str) -> None:
    with pytest.raises(Forbidden, match="inside"):
        await Outgoing(names=leads(places)[0]).ask(Request("https://rebind.example/"), 2, 10)


@asynccontextmanager
async def serving(
    answer: bytes, tls: ssl.SSLContext | None = None, wait: float = 0
) -> AsyncIterator[tuple[int, list[bytes]]]:
    """A server that says this, letter by letter if it is to wait; its port, and what it heard."""
    heard = list[bytes]()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.readuntil(b"\r\n\r\n"))
        try:
            for start in range(0, len(answer), 1 if wait else len(answer)):
                writer.write(answer[start : start + (1 if wait else len(answer))])
                await writer.drain()
                await asyncio.sleep(wait)
        except OSError:
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0, ssl=tls)
    try:
        yield server.sockets[0].getsockname()[1], heard
    finally:
        server.close()


HELLO = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (HELLO, Answer(200, b"hello")),
        (b"HTTP/1.1 204 No Content\r\n\r\nmore", Answer(204, b"")),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nHTTP/1.1 500 No\r\n\r\n", Answer(200, b"")),
        (b"HTTP/1.0 200 OK\r\n\r\n" + b"a" * 5000, Answer(200, b"a" * 100)),
        (b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1/\r\nContent-Length: 0\r\n\r\n", Answer(302, b"")),
    ],
)
async def test_an_answer_is_read_as_far_as_it_is_wanted(answer: bytes, expected: Answer) -> None:
    async with serving(answer) as (port, heard):
        asked = Request(f"http://127.0.0.1:{port}/a?b=c", {"X-One": "1"}, b"{}")
        assert await Outgoing(private=True).ask(asked, 5, 100) == expected
    assert heard == [
        b"POST /a?b=c HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUser-Agent: Zinute\r\nConnection: close\r\n"
        b"Content-Length: 2\r\nX-One: 1\r\n\r\n" % port
    ]


UPGRADE = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\nmore"


@pytest.mark.parametrize(
    "answer", [b"", b"SSH-2.0-x\r\n", b"HTTP/1.1 100 Continue\r\n\r\n", b"X: y\r\n" * 50_000, UPGRADE]
)
async def test_what_is_no_answer_is_none(answer: bytes) -> None:
    async with serving(answer) as (port, _):
        with pytest.raises(Unreachable, match="cannot be reached"):
            await Outgoing(private=True).ask(Request(f"http://127.0.0.1:{port}/"), 5, 100)


async def test_headers_without_end_are_not_read() -> None:
    async with serving(b"HTTP/1.1 200 OK\r\n" + b"X: yyyyyyyy\r\n" * 200_000) as (port, _):
        with pytest.raises(Unreachable, match="cannot be reached"):
            await Outgoing(private=True).ask(Request(f"http://127.0.0.1:{port}/"), 5, 100)


async def test_one_that_drips_is_given_up_in_time() -> None:
    async with serving(HELLO, wait=0.1) as (port, _):
        before = asyncio.get_running_loop().time()
        with pytest.raises(Unreachable, match="too long"):
            await Outgoing(private=True).ask(Request(f"http://127.0.0.1:{port}/"), 0.3, 100)
        assert asyncio.get_running_loop().time() - before < 2


async def test_an_address_that_was_named_may_be_inside_and_what_it_names_may_not() -> None:
    async with serving(HELLO) as (port, _):
        near = f"http://127.0.0.1:{port}"
        assert await Outgoing().ask(Request(f"{near}/x"), 5, 5, near) == Answer(200, b"hello")
        with pytest.raises(Forbidden):
            await Outgoing().ask(Request(f"{near}/x"), 5, 5, "https://issuer.example")


def certificate(folder: Path, name: str) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """What a server of this name has, and what a client believes."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = made.public_bytes(serialization.Encoding.PEM)
    kind = serialization.PrivateFormat.PKCS8
    secret = key.private_bytes(serialization.Encoding.PEM, kind, serialization.NoEncryption())
    (folder / "both.pem").write_bytes(pem + secret)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(folder / "both.pem")
    return server, ssl.create_default_context(cadata=pem.decode())


@pytest.mark.parametrize(("name", "right"), [("hooks.example", True), ("other.example", False)])
async def test_the_certificate_has_to_be_that_of_the_name(tmp_path: Path, name: str, *, right: bool) -> None:
    """And a name is looked up once: a second answer, that leads elsewhere, is never heard (DNS rebinding)."""
    server, client = certificate(tmp_path, "hooks.example")
    look_up, asked = leads("127.0.0.1", "10.0.0.1")
    async with serving(HELLO, server) as (port, _):
        asking = Outgoing(private=True, tls=client, names=look_up).ask(
            Request(f"https://{name}:{port}/"), 5, 5
        )
        if right:
            assert await asking == Answer(200, b"hello")
        else:
            with pytest.raises(Unreachable, match="SSLCertVerificationError"):
                await asking
    assert len(asked) == 1


@pytest.mark.parametrize("host", ["a..b", ".x", "a" * 64 + ".example"])
async def test_a_name_that_cannot_be_one_is_told(host: str) -> None:
    with pytest.raises(Unreachable):
        await Outgoing().ask(Request(f"https://{host}/"), 5, 10)


async def test_a_name_that_there_is_not_is_told() -> None:
    def nobody(*_given: object, **_more: object) -> list[tuple[object, ...]]:
        raise socket.gaierror(-2, "unknown")

    with pytest.raises(Unreachable, match="gaierror"):
        await Outgoing(names=nobody).ask(Request("https://nobody.example/"), 2, 10)
