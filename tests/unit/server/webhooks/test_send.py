"""Sending to receivers that behave, and to those that do not."""

from __future__ import annotations

import asyncio
import hmac
import ipaddress
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from yardarm.server.guard import Unsafe
from yardarm.server.webhooks.send import MAX_ANSWER, Outcome, Sender, signature

pytestmark = pytest.mark.anyio
HERE = (ipaddress.ip_network("127.0.0.0/8"),)

Answer = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@asynccontextmanager
async def receiver(answer: Answer, tls: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await answer(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=tls)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


def saying(text: bytes, heard: list[bytes] | None = None) -> Answer:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        body = await reader.readexactly(length)
        if heard is not None:
            heard.append(head + body)
        writer.write(text)
        await writer.drain()

    return answer


async def post(port: int, **given: object) -> Outcome:
    sender = Sender(HERE, **given)  # type: ignore[arg-type]
    return await sender.post(f"http://127.0.0.1:{port}/hook?a=b", {"Yardarm-Delivery": "d"}, b"{}")


async def test_what_is_sent() -> None:
    heard: list[bytes] = []
    async with receiver(saying(b"HTTP/1.1 204 No Content\r\n\r\n", heard)) as port:
        outcome = await post(port)
    assert outcome == Outcome(204)
    assert outcome.delivered
    head, _, body = heard[0].partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    assert lines[0] == "POST /hook?a=b HTTP/1.1"
    assert f"Host: 127.0.0.1:{port}" in lines
    assert "Content-Type: application/json" in lines
    assert "Yardarm-Delivery: d" in lines
    assert body == b"{}"


def test_the_signature_covers_time_and_body() -> None:
    made = signature("secret", 1_700_000_000, b'{"a":1}')
    mac = hmac.new(b"secret", b'1700000000.{"a":1}', "sha256").hexdigest()
    assert made == f"t=1700000000,v1={mac}"


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", Outcome(200)),
        (b"HTTP/1.0 201\r\n\r\n", Outcome(201)),
        (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 202 Accepted\r\n\r\n", Outcome(202)),
        (b"HTTP/1.1 500 Oh no\r\n\r\n", Outcome(500)),
        (
            b"HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/\r\n\r\n",
            Outcome(302, "redirects are not followed"),
        ),
        (b"", Outcome(None, "it hung up")),
        (b"SSH-2.0-OpenSSH_9.9\r\n", Outcome(None, "it does not speak HTTP/1.1")),
        (b"\0" * 100, Outcome(None, "it does not speak HTTP/1.1")),
        (b"HTTP/1.1 100 Continue\r\n\r\n" * 5000, Outcome(None, "its answer has no end")),
    ],
)
async def test_answers(said: bytes, outcome: Outcome) -> None:
    async with receiver(saying(said)) as port:
        assert await post(port) == outcome


async def test_an_endless_answer_is_read_no_further_than_needed() -> None:
    sent = 0

    async def flood(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            writer.write(b"x" * 65536)
            sent += 65536
            await writer.drain()

    async with receiver(flood) as port:
        assert (await post(port)).delivered
    assert sent < 64 * 1024 * 1024


async def test_an_endless_head_is_given_up() -> None:
    async def flood(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n")
        while True:
            writer.write(b"a: " + b"x" * 1000 + b"\r\n")
            await writer.drain()

    async def one_line(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            writer.write(b"x" * 10_000)
            await writer.drain()

    async with receiver(flood) as port:
        assert await post(port) == Outcome(200)  # its status is all that is asked of it
    async with receiver(one_line) as port:
        assert (await post(port)).status is None
    assert MAX_ANSWER == 65536


async def test_who_hangs_is_left_after_the_time_there_is() -> None:
    gone = asyncio.Event()

    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            writer.write(b"HTTP/1.1 200 OK\r\n")
            while True:  # a byte now and then keeps time-outs of single reads from firing
                writer.write(b"a")
                await writer.drain()
                await asyncio.sleep(0.01)
        finally:
            gone.set()

    async with receiver(drip) as port:
        found = await post(port, timeout_seconds=0.3)
        assert found == Outcome(None, "no answer within 0.3 s")
        await asyncio.wait_for(gone.wait(), 10)


async def test_a_resolver_that_hangs_is_part_of_the_time() -> None:
    async def hang(host: str, port: int) -> Sequence[str]:
        await asyncio.Event().wait()
        return []

    sender = Sender(resolver=hang, timeout_seconds=0.2)
    outcome = await sender.post("https://hooks.example.com/", {}, b"{}")
    assert outcome == Outcome(None, "no answer within 0.2 s")


async def test_nobody_there() -> None:
    server = await asyncio.start_server(lambda r, w: None, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()
    assert "it cannot be reached" in (await post(port)).error


async def test_inside_is_not_reached_by_a_name_either() -> None:
    reached: list[bytes] = []

    async def inside(host: str, port: int) -> Sequence[str]:
        return ["127.0.0.1"]

    async with receiver(saying(b"HTTP/1.1 200 OK\r\n\r\n", reached)) as port:
        outcome = await Sender(resolver=inside).post(f"https://x.example:{port}/", {}, b"{}")
        assert outcome.status is None
        assert "is not on the public internet" in outcome.error
        with pytest.raises(Unsafe):
            await Sender(resolver=inside).check(f"https://x.example:{port}/")
    assert reached == []


async def test_a_name_that_does_not_resolve_may_be_set_already() -> None:
    async def unknown(host: str, port: int) -> Sequence[str]:
        raise OSError("no such host")

    await Sender(resolver=unknown).check("https://soon.example.com/")
    for url in ("http://soon.example.com/", "https://soon.example.com:9000/"):
        await Sender(HERE, unknown).check(url)
        with pytest.raises(Unsafe):
            await Sender(resolver=unknown).check(url)
    outcome = await Sender(resolver=unknown).post("https://soon.example.com/", {}, b"{}")
    assert outcome == Outcome(None, "it cannot be reached: no such host")


# --- TLS --------------------------------------------------------------------------------------


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate for `hooks.example.com`, and its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name, now = x509.Name([]), datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("hooks.example.com")]), True)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / "both.pem"
    path.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return path


async def test_the_name_is_what_the_certificate_must_be_for(certificate: Path) -> None:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate)
    heard: list[bytes] = []

    async def pinned(host: str, port: int) -> Sequence[str]:
        return ["127.0.0.1"]

    def trusting() -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(certificate))

    sender = Sender(HERE, pinned, tls=trusting)
    async with receiver(saying(b"HTTP/1.1 200 OK\r\n\r\n", heard), tls) as port:
        good = await sender.post(f"https://hooks.example.com:{port}/", {}, b"{}")
        other = await sender.post(f"https://other.example.com:{port}/", {}, b"{}")
        untrusted = await Sender(HERE, pinned).post(f"https://hooks.example.com:{port}/", {}, b"{}")
    assert good == Outcome(200)
    assert b"Host: hooks.example.com" in heard[0]
    for outcome in (other, untrusted):
        assert outcome.status is None
        assert outcome.error.startswith("its certificate is not trusted")
    assert len(heard) == 1
