"""`amana vc-api`: a VC-API server on this machine, for the public test suites and nothing else.

It signs with a did:key that it makes at its start and forgets at its end. It takes no key file and
no register, so nothing that it signs can be mistaken for an organisation's word; and it listens on
this machine only, since whoever can reach it can have anything signed.
"""

from __future__ import annotations

import argparse
import os
import ssl
import tempfile
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Final

from amana.cli import Answer
from amana.errors import InputError
from amana.reasons import Reason
from amana.strict_json import JsonObject
from trust_registry._serving import LOOPBACK, base_url, listen, serve

__all__ = ["add_commands", "describe", "make_certificate"]

_LIFE: Final = timedelta(days=2)  # of the certificate: nobody is to keep it


def add_commands(role: argparse.ArgumentParser) -> None:
    """`amana vc-api` is one command of its own."""
    role.add_argument(
        "--port", type=_port, required=True, metavar="N", help="0 takes any that is free"
    )
    role.add_argument("--tls", action="store_true", help="HTTPS, by a certificate made at start")
    role.add_argument(
        "--host", choices=LOOPBACK, default="localhost", help="this machine, by one of its names"
    )
    role.add_argument("--json", action="store_true", help="say that it ended as a JSON object")
    role.set_defaults(run=_run)


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) > 65535:
        raise argparse.ArgumentTypeError("a port is a number from 0 to 65535")
    return int(text)


def _run(options: argparse.Namespace) -> Answer:
    try:
        from apps._vc_http import application
        from apps._vc_service import Service
    except ModuleNotFoundError as error:
        raise InputError(Reason.MISSING_LIBRARY, f"the server needs {error.name}") from None
    with ExitStack() as opened:
        sockets = listen(options.host, options.port, opened)
        base = base_url(options.host, sockets, tls=options.tls)
        service = Service(base=base, randomness=os.urandom, clock=lambda: datetime.now(UTC))
        about = describe(base, service.did, service.method)
        context = _context if options.tls else None
        serve(application(service, about), sockets, about, context=context)
    return Answer(data={"ended": True}, text="ended")


def describe(base: str, did: str, method: str) -> JsonObject:
    """What a driver has to know: who signs, and where each thing is."""
    from apps._vc_service import ISSUING

    return {
        "url": base,
        "did": did,
        "verificationMethod": method,
        "issuer": f"{base}/credentials/issue",
        "issuers": {name: f"{base}/{name}/credentials/issue" for name in ISSUING},
        "verifier": f"{base}/credentials/verify",
        "presentationVerifier": f"{base}/presentations/verify",
        "status": f"{base}/credentials/status",
        "statusLists": f"{base}/status/1",
        "notice": "for test suites only: never show it anybody's data",
    }


def _context() -> ssl.SSLContext:
    """TLS by a key that stands in a private file for the moment in which ssl reads it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    handle, name = tempfile.mkstemp(prefix="amana-vc-api-")  # 0600
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(make_certificate(now=datetime.now(UTC)))
        context.load_cert_chain(name)
    finally:
        Path(name).unlink()
    return context


def make_certificate(*, now: datetime) -> bytes:
    """A new key and a certificate that it signs itself, as PEM: for this machine's own names."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    names = [
        x509.DNSName(text) if text == "localhost" else x509.IPAddress(ip_address(text))
        for text in LOOPBACK
    ]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + _LIFE)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return secret + certificate.public_bytes(serialization.Encoding.PEM)
