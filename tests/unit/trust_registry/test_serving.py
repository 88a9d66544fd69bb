"""Sockets to serve on: this machine's two families, and ports that somebody else has."""

from __future__ import annotations

import socket
from contextlib import ExitStack

import pytest

from amana.errors import InputError
from amana.reasons import Reason
from trust_registry import _serving


def test_a_machine_without_ipv6(monkeypatch: pytest.MonkeyPatch) -> None:
    bound = _serving._bound

    def only_ipv4(address: str, port: int) -> socket.socket:
        if ":" in address:
            raise OSError("no such family")
        return bound(address, port)

    monkeypatch.setattr(_serving, "_bound", only_ipv4)
    with ExitStack() as opened:
        assert len(_serving.listen("localhost", 0, opened)) == 1
    with ExitStack() as opened, pytest.raises(InputError) as error:
        _serving.listen("::1", 0, opened)
    assert error.value.reason is Reason.PORT_UNUSABLE


def test_a_port_that_is_taken_in_one_family_only() -> None:
    with socket.socket(socket.AF_INET6) as other:
        other.bind(("::1", 0))
        other.listen()
        with ExitStack() as opened:
            assert len(_serving.listen("localhost", other.getsockname()[1], opened)) == 1


@pytest.mark.parametrize(
    ("host", "tls", "begins"),
    [
        ("127.0.0.1", False, "http://127.0.0.1:"),
        ("::1", True, "https://[::1]:"),
        ("localhost", True, "https://localhost:"),
    ],
)
def test_the_url_is_by_the_name_that_was_asked_for(host: str, tls: bool, begins: str) -> None:
    with ExitStack() as opened:
        sockets = _serving.listen(host, 0, opened)
        port = sockets[0].getsockname()[1]
        sockets[0].listen()
        assert _serving.base_url(host, sockets, tls=tls) == f"{begins}{port}"
        with pytest.raises(InputError) as error:
            _serving.listen(host, port, opened)
    assert error.value.reason is Reason.PORT_UNUSABLE
