"""A web server of static files on 127.0.0.1, over TLS, that can misbehave in many ways."""

from __future__ import annotations

import hashlib
import ipaddress
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread


def certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1, signed by itself, and its key."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "mirror")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]),
            critical=False,
        )
        .sign(key, hashes.SHA256())
    )
    files = folder / "mirror.pem", folder / "mirror.key"
    files[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    files[1].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return files


@dataclass
class Mirror:
    """What a server does; a test changes it between requests."""

    files: dict[str, bytes] = field(default_factory=dict)
    folder: Path | None = None
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    callers: set[int] = field(default_factory=set)  # the ports that asked: one a connection
    etag: Callable[[bytes], str] = lambda data: (
        f'"{hashlib.md5(data, usedforsecurity=False).hexdigest()}"'
    )
    ranges: bool = True
    status: int = 0  # instead of an answer
    breaks_after: int | None = None  # bytes of a body, and then it hangs up
    drips: bool = False  # a byte now and then
    chunked: bool = False
    hangs_up: bool = False  # after each answer, without saying so
    one_each: bool = False  # says that it hangs up after each answer
    wrong_range: bool = False
    authority: Path = Path()
    url: str = ""
    stop: Event = field(default_factory=Event)

    def found(self, path: str) -> bytes | None:
        name = path.lstrip("/")
        if self.folder is not None and (self.folder / name).is_file():
            return (self.folder / name).read_bytes()
        return self.files.get(name)


def serve(folder: Path) -> tuple[Mirror, Callable[[], None]]:
    """Start a server; the second value ends it."""
    mirror = Mirror()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            mirror.asked.append((self.path, {k.lower(): v for k, v in self.headers.items()}))
            mirror.callers.add(self.client_address[1])
            data = mirror.found(self.path)
            status = mirror.status or (404 if data is None else 200)
            body = b"no such file" if data is None or mirror.status else data
            etag = mirror.etag(data) if data is not None else ""
            self.headers_to_send: dict[str, str] = {"ETag": etag} if etag else {}
            if status == 200 and etag and self.headers["If-None-Match"] == etag:
                status, body = 304, b""
            wanted = self.headers["Range"]
            if status == 200 and wanted and mirror.ranges:
                begin = int(wanted.removeprefix("bytes=").removesuffix("-"))
                if begin >= len(body):
                    status, body = 416, b""
                else:
                    shown = begin + 1 if mirror.wrong_range else begin
                    span = f"bytes {shown}-{len(body) - 1}/{len(body)}"
                    self.headers_to_send["Content-Range"] = span
                    status, body = 206, body[begin:]
            self._send(status, body)

        def _send(self, status: int, body: bytes) -> None:
            self.send_response(status)
            if status in (301, 302):
                self.send_header("Location", "/elsewhere")
            for name, value in self.headers_to_send.items():
                self.send_header(name, value)
            if mirror.one_each:
                self.send_header("Connection", "close")
            if mirror.chunked:
                self.send_header("Transfer-Encoding", "chunked")
                self.end_headers()
                self.wfile.write(b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body))
                return
            if status != 304:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if mirror.breaks_after is not None:
                self.wfile.write(body[: mirror.breaks_after])
                self.close_connection = True
                return
            if mirror.drips:
                for place in range(len(body)):
                    if mirror.stop.wait(0.02):
                        return
                    try:
                        self.wfile.write(body[place : place + 1])
                    except OSError:
                        return
                return
            self.wfile.write(body)
            self.close_connection = self.close_connection or mirror.hangs_up

        def log_message(self, *_: object) -> None:
            return

    public, secret = certificate(folder)
    served = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    served.load_cert_chain(public, secret)
    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    http.daemon_threads = True
    http.socket = served.wrap_socket(http.socket, server_side=True)
    mirror.authority = public
    mirror.url = f"https://127.0.0.1:{http.server_address[1]}"
    Thread(target=http.serve_forever, args=(0.02,), daemon=True).start()

    def end() -> None:
        mirror.stop.set()
        http.shutdown()
        http.server_close()

    return mirror, end
