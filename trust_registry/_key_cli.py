"""`amana registry key`: a member makes a key, in a sealed file or in a token, and looks at it."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from amana.cli import Answer, command, group, passphrase, read_file, write_private
from amana.errors import InputError
from amana.keys import PublicKey, SecretKey
from amana.limits import LIMITS
from amana.reasons import Reason
from amana.sealed import read_public, seal_key_file
from trust_registry.signers import MemberKey, is_token, open_signer

__all__ = ["add_key_commands"]


def add_key_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `key make` and `key show`."""
    keys = group(commands.add_parser("key", help="a member's own key: make it, look at it"))
    make = command(keys, "make", _make, "make a key", needs_passphrase=True)
    where = make.add_mutually_exclusive_group(required=True)
    where.add_argument("--out", type=Path, metavar="FILE", help="in a file, under a passphrase")
    where.add_argument(
        "--pkcs11",
        metavar="URI",
        help="in a token, which never gives it out (RFC 7512); its PIN is asked for",
    )
    make.add_argument("--demo", action="store_true", help="with --out: good for nothing real")
    show = command(keys, "show", _show, "show a public key", needs_passphrase=True)
    show.add_argument("key", metavar="KEYFILE_OR_URI")


def opened(reference: str, options: argparse.Namespace) -> MemberKey:
    """Open one who signs; its passphrase or PIN is asked for by the name of its key."""
    whose = "the token" if is_token(reference) else Path(reference).name
    return open_signer(reference, lambda: passphrase(options, whose=whose))


def _make(options: argparse.Namespace) -> Answer:
    if options.pkcs11 is not None:
        from trust_registry import pkcs11

        if options.demo:
            raise InputError(Reason.DEMO_KEY, "a token keeps no demo's key")
        address = pkcs11.read_address(options.pkcs11)
        made = pkcs11.make_key(address, lambda: passphrase(options, whose="the token"))
        return _described(made.public, kept="token", extractable=made.extractable, demo=False)
    secret = SecretKey.generate(os.urandom)
    phrase = passphrase(options, confirm=True, whose=options.out.name)
    sealed = seal_key_file(secret, phrase, randomness=os.urandom, demo=options.demo)
    write_private(options.out, sealed)
    return _described(secret.public, kept="file", extractable=True, demo=options.demo)


def _show(options: argparse.Namespace) -> Answer:
    if is_token(options.key):
        from trust_registry import pkcs11

        key = pkcs11.open_key(
            pkcs11.read_address(options.key), lambda: passphrase(options, whose="the token")
        )
        return _described(key.public, kept="token", extractable=key.extractable, demo=key.demo)
    public, demo = read_public(read_file(Path(options.key), limit=LIMITS.key_file_bytes))
    return _described(public, kept="file", extractable=True, demo=demo)


def _described(public: PublicKey, *, kept: str, extractable: bool, demo: bool) -> Answer:
    leaves = "whoever opens it has the secret" if extractable else "its secret never leaves it"
    note = "; a demo's key" if demo else ""
    return Answer(
        data={"key": public.multikey, "kept": kept, "extractable": extractable, "demo": demo},
        text=f"{public.multikey}\nkept in a {kept}: {leaves}{note}",
    )
