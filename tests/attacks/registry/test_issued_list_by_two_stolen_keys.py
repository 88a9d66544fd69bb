"""A thief holds an issuer's key and the consortium's automated key for lists, and ships a list.

Members named the digest of the one that counts, k of n: the thief's own is left out (C87, C112).
"""

from datetime import date, timedelta
from pathlib import Path

from amana.credential import StatusEntry, build_credential
from amana.jcs import canonical
from amana.keys import SecretKey
from amana.proofs import eddsa_jcs
from amana.reasons import Outcome, Reason
from tests.registry_lab import NOW, Lab
from trust_registry.backdating import issued_path
from trust_registry.collector import collect_issued
from trust_registry.snapshot import State
from verifier import Policy, Verdict, verify

EXPECT = (Outcome.UNDECIDED, Reason.KEY_COMPROMISED)
LEAKED = NOW + timedelta(hours=1)
LATER = NOW + timedelta(hours=2)


def copy_of(lab: Lab, index: int) -> bytes:
    unsigned = build_credential(
        "PurposeCredential",
        issuer=lab.relief.did,
        subject={
            "id": SecretKey.generate(lab.random).public.did,
            "purpose": "food",
            "entitlement": "household",
            "reference": "ABCDEFGHIJ",
        },
        valid_from=date(2026, 11, 1),
        valid_until=date(2027, 5, 1),
        status=StatusEntry(list_url=lab.relief.url, index=index),
    )
    return canonical(
        eddsa_jcs.sign(unsigned, key=lab.relief.key, verification_method=lab.relief.method)
    )


def judge(lab: Lab, *shown: bytes) -> list[Verdict]:
    snapshot = lab.load(now=LATER)
    return [verify(one, snapshot=snapshot, policy=Policy(), now=LATER) for one in shown]


def test_only_the_list_that_members_named_counts(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    lab.begin()
    method = f"{lab.relief.did}#key-2"
    successor = SecretKey.generate(lab.random)
    keys = {lab.relief.method: lab.relief.key.public, method: successor.public}
    lab.consortium.put_entry(lab.relief.entry(keys=keys))
    honest, forged = copy_of(lab, 1), copy_of(lab, 2)
    good, thiefs = lab.relief.issued(honest), lab.relief.issued(honest, forged)
    collect_issued(lab.consortium.folder, good, now=NOW)
    # Its lists are signed by the next key, since those of a stolen one count for nobody.
    lab.consortium.collect_status(
        lab.relief.list(key=successor, verification_method=method), now=NOW
    )
    lab.consortium.change_key(lab.relief.did, lab.relief.method, State.COMPROMISED, now=LEAKED)
    lab.publish(now=LATER)
    of_honest, of_forged = judge(lab, honest, forged)
    assert of_honest.reason is Reason.CREDENTIAL_ONLY  # as good as paper, as before
    assert (of_forged.outcome, of_forged.reason) == EXPECT
    path = issued_path(lab.relief.method, lab.relief.did)
    lab.force(lists={path: thiefs}, now=LATER)
    (again,) = judge(lab, forged)
    assert (again.outcome, again.reason) == EXPECT
