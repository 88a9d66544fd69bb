"""The registry from a web server: what is asked, what is told, and what is no answer."""

from __future__ import annotations

import hashlib
import socket
import ssl
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from amana.errors import AmanaError, InputError, RegistryError
from amana.limits import Limits
from amana.reasons import Reason
from tests.mirror_lab import Mirror, serve
from trust_registry import _https, incoming, mirror
from trust_registry.mirror import HttpSource, Known, download, keep_known, read_known

STAMP = "metadata/timestamp.json"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mirror]:
    made, end = serve(tmp_path_factory.mktemp("mirror"))
    yield made
    end()


@pytest.fixture
def server(running: Mirror) -> Mirror:
    """As it begins: what one test changed does not matter to the next."""
    kept = {"authority": running.authority, "url": running.url, "stop": running.stop}
    running.__init__(**kept)  # type: ignore[misc]
    running.files = {"r/metadata/timestamp.json": b"{}", "r/targets/a.json": b"a" * 5_000}
    return running


_OPENED: list[HttpSource] = []


@pytest.fixture(autouse=True)
def hang_up() -> Iterator[None]:
    yield
    while _OPENED:
        _OPENED.pop().close()


def source(server: Mirror, **changes: Any) -> HttpSource:
    context = ssl.create_default_context(cafile=str(server.authority))
    given = {"seconds": 5.0, "private": True, "context": context}
    _OPENED.append(HttpSource(f"{server.url}/r/", **{**given, **changes}))
    return _OPENED[-1]


def read(source: HttpSource, name: str) -> bytes | None:
    found = source.fetch(name)
    return b"".join(found) if found is not None else None


def refused(call: Callable[[], object], error: type[AmanaError] = RegistryError) -> AmanaError:
    with pytest.raises(error) as caught:
        call()
    return caught.value


def test_files_come_over_one_connection_that_tells_nothing(server: Mirror) -> None:
    asked = source(server)
    assert read(asked, "targets/a.json") == b"a" * 5_000
    assert read(asked, "targets/b c\u00e9.json") is None
    assert read(asked, STAMP) == b"{}"
    asked.close()
    asked.close()
    assert len(server.callers) == 1
    assert [path for path, _ in server.asked] == [
        "/r/targets/a.json", "/r/targets/b%20c%C3%A9.json", "/r/metadata/timestamp.json",
    ]  # fmt: skip
    host = server.url.removeprefix("https://")
    for _, headers in server.asked:
        assert headers == {"host": host, "accept-encoding": "identity", "user-agent": "amana"}


@pytest.mark.parametrize("way", ["hangs_up", "one_each", "chunked"])
def test_other_ways_to_serve(server: Mirror, way: str) -> None:
    setattr(server, way, True)
    asked = source(server)
    for _ in range(3):
        assert read(asked, "targets/a.json") == b"a" * 5_000
    assert len(server.callers) == (1 if way == "chunked" else 3)


@pytest.mark.parametrize("status", [301, 302, 403, 500, 304])
def test_answers_that_are_none(server: Mirror, status: int) -> None:
    server.status = status
    error = refused(lambda: read(source(server), STAMP))
    assert (error.reason, error.where) == (Reason.NO_ANSWER, {"file": STAMP})
    assert len(server.asked) == 1  # a redirect leads nowhere


def test_gone_is_not_there(server: Mirror) -> None:
    server.status = 410
    assert read(source(server), STAMP) is None


def test_a_body_that_breaks_off(server: Mirror) -> None:
    server.breaks_after = 100
    assert refused(lambda: read(source(server), "targets/a.json")).reason is Reason.NO_ANSWER


def test_a_body_too_long(server: Mirror) -> None:
    asked = source(server, limits=Limits(bundle_member_bytes=4_999))
    assert refused(lambda: read(asked, "targets/a.json")).reason is Reason.TOO_LARGE
    server.files["r/targets/a.json"] = b"short"
    assert read(asked, "targets/a.json") == b"short"
    assert len(server.callers) == 2


def test_who_stops_reading_can_go_on(server: Mirror) -> None:
    asked = source(server)
    body = asked.fetch("targets/a.json")
    assert body is not None
    next(body)
    body.close()  # type: ignore[attr-defined]
    assert read(asked, STAMP) == b"{}"


def test_a_host_that_never_ends(server: Mirror) -> None:
    """One byte now and then: cut off once the time is over, by the clock that was given."""
    server.drips = True
    now = iter(range(10_000))
    asked = source(server, clock=lambda: float(next(now)), seconds=20.0)
    error = refused(lambda: read(asked, "targets/a.json"))
    assert (error.reason, error.detail) == (Reason.NO_ANSWER, "the host took too long")


def test_a_host_that_is_not_there(server: Mirror) -> None:
    with socket.socket() as idle:
        idle.bind(("127.0.0.1", 0))
        url = f"https://127.0.0.1:{idle.getsockname()[1]}/r"
        asked = HttpSource(url, private=True, seconds=2.0)
        assert refused(lambda: read(asked, STAMP)).reason is Reason.NO_ANSWER


def test_a_host_that_goes_away(server: Mirror, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = source(server)
    assert read(asked, STAMP) == b"{}"
    server.hangs_up = True
    assert read(asked, STAMP) == b"{}"

    def away(*_: object, **__: object) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", away)
    assert refused(lambda: read(asked, STAMP)).reason is Reason.NO_ANSWER


def test_the_second_address_serves(server: Mirror, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_https, "addresses_of", lambda *_, **__: ["127.0.0.2", "127.0.0.1"])
    connect, tried = socket.create_connection, []

    def connected(address: tuple[str, int], **named: Any) -> socket.socket:
        tried.append(address[0])
        if address[0] != "127.0.0.1":
            raise ConnectionRefusedError
        return connect(address, **named)

    monkeypatch.setattr(socket, "create_connection", connected)
    assert read(source(server), STAMP) == b"{}"
    assert tried == ["127.0.0.2", "127.0.0.1"]


@pytest.mark.parametrize("changes", [{"context": None}, {"private": False}])
def test_unknown_authorities_and_private_networks(server: Mirror, changes: Any) -> None:
    assert refused(lambda: read(source(server, **changes), STAMP)).reason is Reason.NO_ANSWER
    assert not server.asked


@pytest.mark.parametrize(
    "url",
    [
        "http://a.example/r", "https:///r", "file:///r", "https://u:p@a.example/r",
        "https://a.example/r?q=1", "https://a.example/r#f", "https://a.example:x/", "https://[",
    ],
)  # fmt: skip
def test_only_plain_https_urls(url: str) -> None:
    assert refused(lambda: HttpSource(url), InputError).reason is Reason.NO_ANSWER


# --- ETags --------------------------------------------------------------------------------------


def test_a_timestamp_that_did_not_change(server: Mirror) -> None:
    asked = source(server)
    assert read(asked, STAMP) == b"{}"
    assert asked.known is not None
    assert read(source(server, known=asked.known), STAMP) == b"{}"
    assert server.asked[1][1]["if-none-match"] == asked.known.etag
    server.files["r/metadata/timestamp.json"] = b"{ }"
    assert read(asked, STAMP) == b"{ }"
    assert read(asked, "targets/a.json") == b"a" * 5_000
    assert "if-none-match" not in server.asked[3][1]


@pytest.mark.parametrize("name", ["sha1", "sha256"])
def test_digests_that_are_etags(server: Mirror, name: str) -> None:
    server.etag = lambda data: f'W/"{hashlib.new(name, data).hexdigest().upper()}"'
    asked = source(server)
    read(asked, STAMP)
    assert asked.known is not None


@pytest.mark.parametrize("etag", ["", '"visitor-4711"', '"65a1b2c3-2"'])
def test_an_etag_is_no_cookie(server: Mirror, etag: str) -> None:
    """What only this device may have been given is never sent back."""
    server.etag = lambda _: etag
    asked = source(server)
    read(asked, STAMP)
    read(asked, STAMP)
    assert asked.known is None
    assert all("if-none-match" not in headers for _, headers in server.asked)


def test_a_known_timestamp_is_kept(tmp_path: Path) -> None:
    known = Known(etag='"0"', data=b"{}\n")
    assert read_known("https://a.example", tmp_path) is None
    keep_known("https://a.example", tmp_path, known)
    assert read_known("https://a.example", tmp_path) == known
    assert read_known("https://b.example", tmp_path) is None
    (file,) = tmp_path.iterdir()
    assert "example" not in file.name
    file.write_bytes(b"\xff\n")
    assert read_known("https://a.example", tmp_path) is None
    keep_known("https://a.example", tmp_path, None)
    keep_known("https://a.example", tmp_path, None)
    assert not list(tmp_path.iterdir())


# --- Downloads ----------------------------------------------------------------------------------

WHOLE = bytes(range(256)) * 20


@pytest.fixture
def blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mirror, "BLOCK", 1_024)
    monkeypatch.setattr(incoming, "BLOCK", 1_024)


def get(server: Mirror, folder: Path, **changes: Any) -> Path | None:
    context = ssl.create_default_context(cafile=str(server.authority))
    given = {"seconds": 5.0, "private": True, "context": context}
    return download(f"{server.url}/registry.amana", folder, **{**given, **changes})


def broken(server: Mirror, folder: Path, after: int = 2_500) -> None:
    server.files["registry.amana"] = WHOLE
    server.breaks_after = after
    assert refused(lambda: get(server, folder)).reason is Reason.NO_ANSWER
    server.breaks_after = None
    server.asked.clear()


def ranges(server: Mirror) -> list[str | None]:
    return [headers.get("range") for _, headers in server.asked]


@pytest.mark.usefixtures("blocks")
def test_a_download_goes_on_where_it_ended(server: Mirror, tmp_path: Path) -> None:
    """C11: the blocks that surely reached the disk are not asked for again."""
    broken(server, tmp_path)
    found = get(server, tmp_path)
    assert found is not None
    assert found.read_bytes() == WHOLE
    assert ranges(server) == ["bytes=1024-"]
    assert {"if-range", "if-none-match", "cookie"}.isdisjoint(server.asked[0][1])
    assert [path.suffix for path in tmp_path.iterdir()] == [".part"]


@pytest.mark.usefixtures("blocks")
def test_another_file_begins_anew(server: Mirror, tmp_path: Path) -> None:
    broken(server, tmp_path)
    server.files["registry.amana"] = WHOLE[::-1]
    found = get(server, tmp_path)
    assert found is not None
    assert found.read_bytes() == WHOLE[::-1]
    assert ranges(server) == ["bytes=1024-", None]


@pytest.mark.usefixtures("blocks")
@pytest.mark.parametrize("way", ["no ranges", "shorter", "no note", "wrong range", "no etag"])
def test_a_server_that_can_not_go_on(server: Mirror, tmp_path: Path, way: str) -> None:
    if way == "no etag":
        server.etag = lambda _: ""
    broken(server, tmp_path)
    whole = WHOLE
    if way == "no ranges":
        server.ranges = False
    elif way == "shorter":
        whole = server.files["registry.amana"] = WHOLE[:1_000]
    elif way == "no note":
        next(tmp_path.glob("*.json")).unlink()
    elif way == "wrong range":
        server.wrong_range = True
    found = get(server, tmp_path)
    assert found is not None
    assert found.read_bytes() == whole
    assert ranges(server)[0] == "bytes=1024-"
    assert len(server.asked) == (1 if way == "no ranges" else 2)


@pytest.mark.usefixtures("blocks")
def test_no_bundle_and_no_answer(server: Mirror, tmp_path: Path) -> None:
    (tmp_path / "other.part").write_bytes(b"of another server")
    assert get(server, tmp_path) is None
    assert not list(tmp_path.iterdir())
    server.status = 503
    assert refused(lambda: get(server, tmp_path)).reason is Reason.NO_ANSWER
    server.status = 0
    server.files["registry.amana"] = WHOLE
    limits = Limits(bundle_bytes=len(WHOLE) - 1)
    assert refused(lambda: get(server, tmp_path, limits=limits)).reason is Reason.TOO_LARGE


def test_a_folder_that_can_not_be_written(server: Mirror, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    assert refused(lambda: get(server, file / "below")).reason is Reason.UNREADABLE_FILE
