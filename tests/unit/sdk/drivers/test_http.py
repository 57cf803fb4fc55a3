"""TLS and proxies, with real ones."""

import base64
import datetime
import ipaddress
import select
import socket
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from tests.native_server import KEY, NativeServer, flag, hurried, until

USER = {"key": "u1"}


@dataclass(frozen=True)
class Authority:
    """Makes certificates that clients with its `file` trust."""

    folder: Path
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )

    @property
    def file(self) -> Path:
        path = self.folder / "ca.pem"
        name = _name("test authority")
        made = _certificate(name, name, self.key, self.key, authority=True)
        path.write_bytes(made.public_bytes(serialization.Encoding.PEM))
        return path

    def context(self, *, host: str = "127.0.0.1", days: int = 1) -> ssl.SSLContext:
        own = ec.generate_private_key(ec.SECP256R1())
        made = _certificate(_name(host), _name("test authority"), own, self.key, host, days)
        path = self.folder / "server.pem"
        path.write_bytes(
            own.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
            + made.public_bytes(serialization.Encoding.PEM)
        )  # fmt: skip
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        return context


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _certificate(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey,
    signer: ec.EllipticCurvePrivateKey, host: str = "", days: int = 1, *, authority: bool = False,
) -> x509.Certificate:  # fmt: skip
    now = datetime.datetime.now(datetime.UTC)
    builder = (
        x509.CertificateBuilder().subject_name(subject).issuer_name(issuer)
        .public_key(key.public_key()).serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=10))
        .not_valid_after(now + datetime.timedelta(days=days))
        .add_extension(x509.BasicConstraints(authority, None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False
        )
        .add_extension(
            x509.KeyUsage(
                digital_signature=True, key_cert_sign=authority, crl_sign=authority,
                content_commitment=False, key_encipherment=False, data_encipherment=False,
                key_agreement=False, encipher_only=False, decipher_only=False,
            ),
            critical=True,
        )
    )  # fmt: skip
    if host:
        try:
            entry: x509.GeneralName = x509.IPAddress(ipaddress.ip_address(host))
        except ValueError:
            entry = x509.DNSName(host)
        builder = builder.add_extension(x509.SubjectAlternativeName([entry]), critical=False)
    return builder.sign(signer, hashes.SHA256())


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


def test_a_server_with_tls_is_followed(authority: Authority) -> None:
    with (
        NativeServer({"a": flag()}, context=authority.context()) as server,
        hurried(server.url, ca_file=authority.file) as client,
    ):
        assert client.wait_ready(5)
        until(lambda: client.status.connection == "streaming")
        server.publish({"a": flag(False)})
        until(lambda: not client.boolean("a", USER))
        until(lambda: server.counted())


@pytest.mark.parametrize(
    ("made", "why"),
    [({"host": "example.com"}, "IP address mismatch"), ({"days": -1}, "expired"), ({}, "self-sig")],
)
def test_a_certificate_that_cannot_be_trusted_is_not(
    authority: Authority, made: dict[str, int], why: str, caplog: pytest.LogCaptureFixture
) -> None:
    context = authority.context(**made)  # type: ignore[arg-type]
    options = {} if why == "self-sig" else {"ca_file": authority.file}
    with (
        NativeServer({"a": flag()}, context=context) as server,
        hurried(server.url, **options) as client,
    ):
        error = until(lambda: client.status.error)
        assert "CERTIFICATE_VERIFY_FAILED" in error
        assert why in error or why == "self-sig"
        assert client.boolean("a", USER) is False
        assert server.requests == []


def test_a_server_that_stalls_in_the_handshake_is_given_up(authority: Authority) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        url = f"https://127.0.0.1:{listening.getsockname()[1]}"
        with hurried(url, ca_file=authority.file, timeout_seconds=0.2) as client:
            assert "timed out" in until(lambda: client.status.error)


class Proxy:
    """An HTTP proxy: CONNECT tunnels, and requests with an absolute target."""

    def __init__(self, refuse: bytes = b"") -> None:
        self.refuse = refuse
        self.heads: list[bytes] = []
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self._sockets: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> "Proxy":
        return self

    def __exit__(self, *_: object) -> None:
        for sock in (self._listening, *self._sockets):
            sock.close()

    def _accept(self) -> None:
        while True:
            try:
                sock, _ = self._listening.accept()
            except OSError:
                return
            self._sockets.append(sock)
            threading.Thread(target=self._serve, args=(sock,), daemon=True).start()

    def _serve(self, sock: socket.socket) -> None:
        head = b""
        while b"\r\n\r\n" not in head:
            data = sock.recv(4096)
            if not data:
                return
            head += data
        self.heads.append(head)
        if self.refuse:
            sock.sendall(self.refuse)
            sock.close()
            return
        method, target, _ = head.split(b"\r\n")[0].split(b" ")
        tunnel = method == b"CONNECT"
        place = target if tunnel else target.split(b"/")[2]
        host, _, port = place.decode().rpartition(":")
        with socket.create_connection((host, int(port))) as server, sock:
            if tunnel:
                sock.sendall(b"HTTP/1.1 200 Connection established\r\nVia: test\r\n\r\n")
            else:
                server.sendall(head.replace(b"http://" + place, b"", 1))
            self._sockets.append(server)
            _relay(sock, server)


def _relay(one: socket.socket, two: socket.socket) -> None:
    try:
        while True:
            for ready in select.select([one, two], [], [])[0]:
                data = ready.recv(65_536)
                if not data:
                    return
                (two if ready is one else one).sendall(data)
    except (OSError, ValueError):
        return


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    with Proxy() as proxy:
        yield proxy


def test_a_proxy_for_http(proxy: Proxy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", f"http://me:secret@127.0.0.1:{proxy.port}")
    with NativeServer({"a": flag()}) as server, hurried(server.url) as client:
        until(lambda: client.status.connection == "streaming")
        assert client.boolean("a", USER) is True
        until(lambda: server.counted())
    word = base64.b64encode(b"me:secret")
    for head in proxy.heads:
        assert head.split(b" ")[1].startswith(server.url.encode())
        assert b"Proxy-Authorization: Basic " + word in head


def test_a_proxy_for_https(
    proxy: Proxy, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("https_proxy", f"http://me:secret@127.0.0.1:{proxy.port}")
    context = authority.context()
    with (
        NativeServer({"a": flag()}, context=context) as server,
        hurried(server.url, ca_file=authority.file) as client,
    ):
        until(lambda: client.status.connection == "streaming")
        server.publish({"a": flag(False)})
        until(lambda: not client.boolean("a", USER))
    for head in proxy.heads:
        assert head.startswith(f"CONNECT 127.0.0.1:{server.port} HTTP/1.1\r\n".encode())
        assert b"Proxy-Authorization: Basic " in head
        assert KEY.encode() not in head, "the proxy is not shown the key"


def test_hosts_that_need_no_proxy(proxy: Proxy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{proxy.port}")
    monkeypatch.setenv("NO_PROXY", "localhost,127.0.0.0/8")
    with NativeServer({"a": flag()}) as server, hurried(server.url) as client:
        assert client.wait_ready(5)
    assert proxy.heads == []


def test_a_proxy_that_refuses_is_named(
    authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Proxy(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n") as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.port}")
        with hurried("https://127.0.0.1:9", ca_file=authority.file) as client:
            error = until(lambda: client.status.error)
            assert "the proxy refuses a tunnel: HTTP/1.1 407" in error


@pytest.mark.parametrize("answer", [b"nonsense\r\n\r\n", b"HTTP/1.1 200", b"x" * 100_000])
def test_a_proxy_that_talks_nonsense_is_given_up(
    authority: Authority, monkeypatch: pytest.MonkeyPatch, answer: bytes
) -> None:
    with Proxy(answer) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.port}")
        with hurried("https://127.0.0.1:9", ca_file=authority.file) as client:
            assert "the proxy" in until(lambda: client.status.error)


def test_a_proxy_we_cannot_use_is_told_and_harms_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", "socks5://127.0.0.1:1080")
    with hurried("http://127.0.0.1:9") as client:
        assert "only HTTP proxies" in until(lambda: client.status.error)
        assert client.boolean("a", USER, True) is True
