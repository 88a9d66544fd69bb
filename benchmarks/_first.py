"""A first verification in a fresh process: a credential on stdin, the verdict on stdout.

The registry is a value that is made here, as a station has it in memory; opening one from a disk
is another benchmark's matter. The arguments are the issuer's DID, its key's id and the key.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta

from amana.keys import PublicKey
from amana.status import StatusList
from trust_registry.snapshot import Entry, KeyChange, PinnedKey, Snapshot, State, StatusChange
from verifier import Policy, Tier, verify

if __name__ == "__main__":
    did, key_id, multikey, list_url, now_text = sys.argv[1:]
    now = datetime.fromisoformat(now_text)
    granted = datetime(2026, 1, 1, tzinfo=UTC)
    key = PinnedKey(
        id=key_id,
        public=PublicKey.from_multikey(multikey),
        relationships=frozenset({"assertionMethod"}),
        history=(KeyChange(since=granted, state=State.GRANTED),),
    )
    entry = Entry(
        did=did,
        names={"en": "Relief"},
        keys={key_id: key},
        actions=frozenset({("issue", "PurposeCredential")}),
        history=(StatusChange(since=granted, state=State.GRANTED, reason="admitted"),),
        registrar="did:web:members.example",
        appeals="https://relief.example/appeals",
        dossier="0" * 64,
    )
    nobody = StatusList(
        url=list_url,
        issuer=did,
        purposes=("revocation",),
        bits=bytes(131_072 // 8),
        valid_from=now - timedelta(days=1),
    )
    snapshot = Snapshot(
        version=7,
        published=now - timedelta(days=2),
        name="benchmarks",
        entries={did: entry},
        status_lists={list_url: nobody},
    )
    presented = sys.stdin.buffer.read()
    verdict = verify(presented, snapshot=snapshot, policy=Policy(tier=Tier.REGISTERED), now=now)
    print(verdict.outcome.value)
