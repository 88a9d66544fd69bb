"""The organisations of the demo: a consortium of three members, an issuer, a clinic, a stranger.

All keys are marked as a demonstration's; a registry that is no demo refuses them.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from amana.challenge import build_station_certificate
from amana.cli import write_file, write_private
from amana.jcs import canonical
from amana.keys import SecretKey
from amana.purpose import KIND
from amana.sealed import Cost, seal_key_file
from amana.strict_json import JsonObject
from apps._vetting import answer_for_all, vet
from issuer.office import Office, create_office, issuer_base_url
from trust_registry.consortium import Consortium
from trust_registry.entries import entry_document

__all__ = ["COST", "PASSPHRASE", "Cast", "Organisation", "gather"]

# Known to everybody: these keys protect nothing but made-up people.
PASSPHRASE: Final = b"demonstration"
COST: Final = Cost(memory=8 * 1024 * 1024, passes=1)


@dataclass(frozen=True, kw_only=True)
class Organisation:
    """One organisation of the demo, with the key that it signs with."""

    did: str
    name: str
    key: SecretKey = field(repr=False)

    @property
    def key_id(self) -> str:
        """The verification method that the registry pins."""
        return f"{self.did}#key-1"


@dataclass(frozen=True, kw_only=True)
class Cast:
    """Who is in the story."""

    consortium: Consortium
    office: Office = field(repr=False)  # the issuer's folder, with its register
    issuer: Organisation
    clinic: Organisation
    stranger: Organisation  # an organisation that nobody vouched for
    station_key: SecretKey = field(repr=False)
    station_certificate: JsonObject = field(repr=False)


def gather(out: Path, *, now: datetime) -> Cast:
    """Found the consortium in `out`, let it vouch for two organisations, certify one station.

    Nothing is published yet: that needs two members, later.
    """
    office = create_office(
        out / "issuer",
        did="did:web:relief.example",
        passphrase=PASSPHRASE,
        randomness=os.urandom,
        demo=True,
        cost=COST,
    )
    issuer = Organisation(
        did=office.did, name="Relief Society (demo)", key=office.signer(PASSPHRASE)
    )
    clinic = _organisation("clinic.example", "Riverside Clinic (demo)")
    stranger = _organisation("stranger.example", "Nobody knows them (demo)")
    consortium = Consortium.create(
        out / "consortium",
        name="Consortium of the demo",
        passphrase=PASSPHRASE,
        randomness=os.urandom,
        now=now,
        members=3,
        threshold=2,
        demo=True,
        cost=COST,
        bin_bits=1,  # two organisations need no thousand bins
    )
    answer_for_all(consortium, now=now)
    purposes = [purpose.id for purpose in office.purposes]
    may_ask = [("ask", f"{KIND}:{purpose}") for purpose in purposes]
    for organisation, actions in (
        (issuer, [("issue", KIND), ("issue", "StationCertificate"), *may_ask]),
        (clinic, [("issue", "StationCertificate"), *may_ask]),
    ):
        appeals = f"{issuer_base_url(organisation.did)}/appeals"
        dossier = vet(
            consortium,
            organisation.did,
            name=organisation.name,
            actions=actions,
            appeals=appeals,
            now=now,
        )
        consortium.put_entry(
            entry_document(
                organisation.did,
                names={"en": organisation.name},
                keys={organisation.key_id: organisation.key.public},
                actions=actions,
                since=now - timedelta(days=120),
                registrar=consortium.name,
                appeals=appeals,
                dossier=dossier,
                demo=True,
            )
        )
    station_key = SecretKey.generate(os.urandom)
    certificate = build_station_certificate(
        station=station_key.public,
        organisation=clinic.did,
        key=clinic.key,
        key_id=clinic.key_id,
        acts=purposes,
        # By the day, as the issuer's own command certifies: a certificate is kept.
        valid_from=now.replace(hour=0, minute=0, second=0, microsecond=0),
        randomness=os.urandom,
    )
    sealed = seal_key_file(station_key, PASSPHRASE, randomness=os.urandom, demo=True, cost=COST)
    write_private(out / "station" / "station.key", sealed)
    write_file(out / "station" / "certificate.json", canonical(certificate))
    return Cast(
        consortium=consortium,
        office=office,
        issuer=issuer,
        clinic=clinic,
        stranger=stranger,
        station_key=station_key,
        station_certificate=certificate,
    )


def _organisation(host: str, name: str) -> Organisation:
    return Organisation(did=f"did:web:{host}", name=name, key=SecretKey.generate(os.urandom))
