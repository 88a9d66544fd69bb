"""Parsers of the registry, the verifier and the wallet.

Whatever answers a stranger's bytes with something else than an error (a verdict, None) is wrapped:
here it refuses with an error, so that refusals can be counted.
"""

from __future__ import annotations

import json
import shutil
import tempfile
import zlib
from collections.abc import Callable
from datetime import timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from amana import usual_form
from amana.challenge import read_challenge
from amana.credential import check_credential
from amana.errors import AmanaError, InputError, RegistryError, VaultError, VerificationError
from amana.limits import Limits
from amana.qr.text import Kind, encode
from amana.reasons import Reason
from tests import amana_samples as samples
from tests import did_lab
from tests.amana_samples import key, written
from tests.deterministic import randomness
from tests.parser_trials import EITHER, SHARE, Parser, change_value, write
from tests.registry_lab import Lab
from tests.simulator import NOW, text_of
from tests.token_lab import TokenSimulator
from tests.token_parsers import rewritten_log, selective, signed_token
from trust_registry import collect, entries
from trust_registry._previous import Previous, read_previous
from trust_registry.pkcs11 import read_address
from trust_registry.resolve import DiskCache, Kept, Resolver
from trust_registry.statement import read_statement
from verifier import Policy, Tier, verify
from verifier import station as stations
from verifier.book import Asked, Freshness
from wallet_app import vault
from wallet_app.incoming import challenge_in, credentials_in
from wallet_app.seed import SEED_BYTES
from wallet_app.state import Held, State, read_state, write_state

Object = dict[str, Any]
_CHEAP = Limits(argon2_memory_max=16 * 1024, argon2_passes_max=2)
_REGISTRY = (RegistryError, InputError)


@cache
def _folder() -> Path:
    """For what only reads files; it goes when the process does."""
    return Path(_KEPT.name)


_MEMORY = Path("/dev/shm")  # a disk would make a million small files the slowest part of all
_KEPT = tempfile.TemporaryDirectory(
    prefix="amana-parsers-", dir=_MEMORY if _MEMORY.is_dir() else None
)


def _refuse(found: object) -> None:
    """Count an answer of None, or none that helps, as a refusal."""
    if not found:
        raise InputError(Reason.EMPTY, "nothing came of it")


# --- Registry -----------------------------------------------------------------------------------


@cache
def _lab() -> Lab:
    lab = Lab(_folder() / "lab")
    lab.begin()
    return lab


def _in_folder() -> tuple[Callable[[bytes], object], bytes, Callable[[Random], bytes]]:
    """The whole folder, with one file of it changed; the first byte says which."""
    lab = _lab()
    paths = sorted(path for path in lab.published.rglob("*") if path.is_file())
    good = [path.read_bytes() for path in paths]

    def parse(data: bytes) -> object:
        which = data[0] % len(paths) if data else 0
        paths[which].write_bytes(data[1:])
        shutil.rmtree(lab.folder / "cache", ignore_errors=True)  # what was trusted is not read anew
        try:
            return lab.load()
        finally:
            paths[which].write_bytes(good[which])

    def made(random: Random) -> bytes:
        which = random.randrange(len(paths))
        if random.random() < 0.5 and paths[which].suffix == ".json":
            changed = write(change_value(random, json.loads(good[which])))
        else:
            changed = samples.mutate(random, good[which])
        return bytes([which]) + changed

    return parse, b"\x00" + good[0], made


@cache
def _published() -> dict[str, bytes]:
    lab = _lab()
    found = {
        path.relative_to(lab.published).as_posix(): path.read_bytes()
        for path in lab.published.rglob("*")
        if path.is_file()
    }
    return {**found, "anchor": lab.consortium.anchor}


def _role(name: str) -> Parser:
    """One file of the registry's metadata, among the good others."""
    files = _published()
    path = max(path for path in files if path.endswith(name))

    def parse(data: bytes) -> Previous:
        changed = {**files, path: data}
        return read_previous(changed.get, anchor=changed["anchor"])

    # What TUF's own classes take for a folder of any size is theirs to bound.
    # Five roles share the inputs of one public parser, `read_previous`.
    return Parser(parse, [files[path]], _REGISTRY, values=True, most=SHARE, largest=100_000)


def _resolved(did: str) -> Callable[[bytes], object]:
    def parse(data: bytes) -> object:
        resolver = Resolver(fetch=lambda _url, _limit: data)
        now = did_lab.NOW + timedelta(days=9)
        resolver.resolve(did, now=now)
        return resolver.key(f"{did}#key-1", purpose="assertionMethod", now=now)

    return parse


def _kept() -> Callable[[bytes], None]:
    folder = _folder() / "dids"
    cache = DiskCache(folder)
    cache.put(samples.ISSUER, Kept(data=b"", fetched=NOW))
    (path,) = folder.iterdir()

    def parse(data: bytes) -> None:
        path.write_bytes(data)
        _refuse(cache.get(samples.ISSUER))

    return parse


def _place(data: bytes) -> None:
    url = data.decode("utf-8", "surrogateescape")
    collect.list_path(url, samples.ISSUER)
    collect.list_path(url, key("a").public.did)


def _listed(data: bytes) -> None:
    files = _published()
    entry = entries.read_entry(
        next(files[path] for path in files if path.startswith("targets/entries/"))
    )
    collect.list_issuer(data)
    collect.list_url(data)
    collect.signing_key(data, entry=entry, now=NOW)
    collect.is_compromised(data, entry=entry, at=NOW)
    collect.read_list(data, entry=entry)


# --- Verifier -----------------------------------------------------------------------------------


def _counter() -> tuple[Callable[[bytes], None], list[bytes], Callable[[Random], bytes]]:
    """A station that asked a question; everything that somebody may show there, good and bad."""
    sim = TokenSimulator()
    snapshot, now = sim.snapshot(), sim.now
    challenge = sim.ask()
    asked = Asked(challenge=challenge, freshness=Freshness.FRESH)
    credential = sim.credential()
    answer = sim.present(credential, to=challenge)
    jwt, bound = sim.jwt(), sim.bind(sim.sd_jwt(), to=challenge)
    vp = sim.jwt_answer(jwt, to=challenge)
    vp_sd = sim.jwt_answer(sim.sd_jwt(), to=challenge, sd=True)
    documents = [written(credential), written(answer)]
    texts = [text_of(credential), text_of(answer), jwt, bound, vp, vp_sd]
    sign, holder = sim.issuer.key.sign, sim.holder.sign

    def parse(data: bytes) -> None:
        reasons = set()
        for tier in (Tier.CHECKED, Tier.REGISTERED):
            verdict = verify(
                data, snapshot=snapshot, policy=Policy(tier=tier), challenge=asked, now=now
            )
            reasons.add(verdict.accepted)
        if not any(reasons):
            raise VerificationError(Reason.BAD_SIGNATURE, "not accepted")

    def made(random: Random) -> bytes:
        way = random.randrange(6)
        if way == 0:
            return _signed_again(random, sim, credential)
        if way == 1:
            return _answered_again(random, sim, credential, challenge)
        if way == 2:
            return signed_token(random, jwt, sign)
        if way == 3:
            return signed_token(random, vp, holder)
        if way == 4:
            unbound = random.choice((sim_sd, sim_dc))
            return selective(random, unbound, sign=sign)
        return selective(random, vp_sd, sign=holder)

    sim_sd, sim_dc = sim.sd_jwt(), sim.dc_sd_jwt()
    return parse, [*documents, *(text.encode() for text in texts)], made


def _signed_again(random: Random, sim: TokenSimulator, credential: Object) -> bytes:
    unsigned = {name: value for name, value in credential.items() if name != "proof"}
    changed = change_value(random, unsigned)
    try:
        return write(sim.signed(changed, key=sim.issuer.key, method=sim.issuer.key_id))
    except (AmanaError, AttributeError, TypeError):  # nobody can sign that
        return write(changed)


def _answered_again(random: Random, sim: TokenSimulator, credential: Object, to: Any) -> bytes:
    def edit(answer: Object) -> None:
        changed = change_value(random, answer)
        answer.clear()
        answer.update(changed if isinstance(changed, dict) else {"a": changed})

    try:
        return write(sim.present(credential, to=to, edit=edit))
    except AmanaError:
        return b"{}"


def _usual(data: bytes) -> None:
    _refuse(usual_form.read_usual(data))


def _challenge_file(data: bytes) -> None:
    read_challenge(challenge_in(data))


@cache
def _station() -> stations.Station:
    station = stations.Station(folder=_folder() / "station")
    station.folder.mkdir()
    (station.folder / "station.key").write_bytes(samples.key_file())
    return station


def _book(data: bytes) -> None:
    path = _folder() / "book"
    path.write_bytes(data)
    asked, used = stations._restored(path).contents()
    _refuse(asked or used)


# --- Wallet -------------------------------------------------------------------------------------


def _received(data: bytes) -> None:
    found = credentials_in(data)
    for item in found:
        if isinstance(item, AmanaError):
            raise item
    _refuse(found)


@cache
def _profile() -> State:
    held = Held(copy=0, issuer="checked", credential=check_credential(samples.credential()))
    return State(seed=bytes(SEED_BYTES), counter=5, spent=frozenset({1, 3}), proofs=(held,))


def _compressed(random: Random) -> bytes:
    document = json.loads(zlib.decompress(write_state(_profile())))
    return zlib.compress(write(change_value(random, document)), 1)


@cache
def _vault() -> bytes:
    return vault.create(b"314159", b"x" * 99, randomness=randomness("vault"), cost=samples.CHEAP)


def _spoiled_vault(random: Random) -> bytes:
    """A few of its 1,048,612 bytes changed, in the header more often; or one of them too few."""
    changed = bytearray(_vault())
    for _ in range(random.randrange(4)):
        within = 48 if random.random() < 0.9 else len(changed)
        changed[random.randrange(within)] = random.randrange(256)
    if random.random() < 0.1:
        changed.pop()
    return bytes(changed)


@cache
def counter_parsers() -> dict[str, Parser]:
    files = _published()
    shown, good, made = _counter()
    folder, whole, spoiled = _in_folder()
    did, log = did_lab.honest()
    return {
        "entry": Parser(
            entries.read_entry,
            [files[path] for path in files if path.startswith("targets/entries/")],
            values=True,
        ),
        "statement": Parser(
            read_statement,
            [files[path] for path in files if path.endswith("registry.json")],
            values=True,
        ),
        "registry_anchor": _role("anchor"),
        "registry_timestamp": _role("timestamp.json"),
        "registry_snapshot": _role(".snapshot.json"),
        "registry_targets": _role(".targets.json"),
        "registry_status": _role(".status.json"),
        "registry_key_address": Parser(
            lambda data: read_address(data.decode("utf-8", "surrogateescape")),
            [
                b"pkcs11:token=circle;object=signing;id=%01?module-path=/usr/lib/token.so",
                b"pkcs11:serial=%30%31;object=Caf%C3%A9;type=private?module-path=/usr/lib/token.so",
            ],
        ),
        "registry_folder": Parser(folder, [whole], _REGISTRY, made=spoiled, most=20_000),
        "collected": Parser(
            lambda data: _lab().consortium.collect_status(data, now=NOW),
            [files[path] for path in files if "/status/" in path],
            (InputError, VerificationError, RegistryError),
            values=True,
            most=200_000,  # a shell around `collected_list` that goes to the disk
        ),
        "collected_list": Parser(
            _listed,
            [files[path] for path in files if "/status/" in path],
            EITHER,
            values=True,
        ),
        "collected_place": Parser(_place, [b"https://aid.example/status/1"]),
        "resolved_web": Parser(
            _resolved(samples.ISSUER), [written(samples.did_document())], EITHER, values=True
        ),
        "resolved_log": Parser(  # a shell around `did_log_signed`, which has its million
            _resolved(did),
            [log],
            EITHER,
            made=lambda random: rewritten_log(random, log),
            most=SHARE,
        ),
        "kept_did": Parser(
            _kept(),
            [written({"did": samples.ISSUER, "fetched": "2026-11-22T00:00:00Z"}) + b"\nx"],
        ),
        "verify": Parser(shown, good, (VerificationError,), made=made),
        "usual_form": Parser(_usual, good[:2]),
        "challenge_file": Parser(
            _challenge_file,
            [written(samples.challenge()), encode(Kind.CHALLENGE, samples.challenge()).encode()],
            EITHER,
        ),
        "station_certificate": Parser(
            lambda data: _station().put_certificate(data),
            [written(samples.certificate(station=key("issuer").public))],
            values=True,
        ),
        "station_book": Parser(
            _book,
            [written({"boot": stations._boot(), "asked": {"a": 1}, "used": ["a"]})],
            values=True,
        ),
        "wallet_received": Parser(
            _received,
            [
                written(samples.credential()),
                (written(samples.credential()) + b"\n") * 3,
                encode(Kind.CREDENTIAL, samples.credential()).encode(),
            ],
            largest=50_000,  # many documents in one file
        ),
        "wallet_state": Parser(
            read_state, [write_state(_profile())], (VaultError,), made=_compressed
        ),
        "vault": Parser(
            lambda data: vault.unlock(data, b"314159", limits=_CHEAP),
            [_vault()],
            (VaultError,),
            made=_spoiled_vault,
        ),
    }
