"""A regional registrar in the governance film: what it may admit, and what it may not."""

from __future__ import annotations

import os
from typing import Final

from amana.keys import SecretKey
from amana.purpose import KIND
from apps._governance_cast import APPEALS, Organisation, dossier, place
from apps._governance_film import Film, refused
from trust_registry._vetting_records import Outcome
from trust_registry.ceremony import look, sign_package
from trust_registry.filing import (
    file_application,
    file_decision,
    file_place,
    file_review,
    file_vote,
)
from trust_registry.page import Mark, Scene
from trust_registry.questions import Form
from trust_registry.region import Region
from trust_registry.regional import stage_registrar, take
from trust_registry.registrars import RegistrarLimits, RegistrarMembers
from trust_registry.votes import Choice

__all__ = ["kitchen_joins"]

_NAME: Final = "lakeside"


def kitchen_joins(film: Film, kitchen: Organisation, *, sponsor: Organisation) -> None:
    """A small kitchen answers twelve questions, with a sponsor, to people who know it."""
    film.on_day(60)
    keys = {name: SecretKey.generate(os.urandom) for name in ("Gulnaz", "Hassan", "Ines")}
    members = RegistrarMembers(
        name=_NAME, members={name: key.public for name, key in keys.items()}, threshold=2
    )
    limits = RegistrarLimits(
        name=_NAME,
        title="Registrar of the lakeside",
        actions=frozenset({("issue", KIND)}),
        jurisdictions=frozenset({"XB"}),
        most_entries=40,
        since=film.now,
    )
    desk = Region.create(film.out / _NAME, limits=limits, members=members, demo=True)
    stage_registrar(film.consortium, limits, members)
    digest = _vetted(film, kitchen, sponsor, members=members, keys=keys)
    _stage(film, desk, kitchen, digest)
    votes = tuple(
        Mark(who=name, kind="yes" if name != "Ines" else "open", words="")
        for name in members.members
    )
    _hand_in(film, desk, keys, ("Gulnaz", "Hassan"))
    signed, seen = film.publish(("Amal", "Birte", "Chidi"))

    film.on_day(70)
    elsewhere = Organisation(host="far.example", title="A kitchen far away", places=("XA",))
    digest = _vetted(film, elsewhere, sponsor, members=members, keys=keys)
    beyond = refused(lambda: _stage(film, desk, elsewhere, digest))
    film.scenes.append(
        Scene(
            title=f"{kitchen.title} joins, close to home",
            tale="Six neighbours who cook cannot fill in sixty-one rows for a circle far away. The "
            "members let a registrar of the lakeside admit up to forty such organisations, there "
            "and for proofs alone. The kitchen answers twelve questions; "
            f"{sponsor.title} vouches for it. When the registrar would admit somebody in another "
            "valley, its own machine says no; and if it did not, every device would leave them "
            "out.",
            votes=votes,
            seen=seen,
            refused=(beyond,),
            signed=signed,
        )
    )


def _vetted(
    film: Film,
    applicant: Organisation,
    sponsor: Organisation,
    *,
    members: RegistrarMembers,
    keys: dict[str, SecretKey],
) -> str:
    """The registrar's own vetting, with its own votes; returns the digest of the dossier."""
    vetting = film.out / _NAME / "vetting"
    application = file_application(
        vetting,
        dossier(applicant, "kitchen", form=Form.LIGHT),
        names={"en": applicant.title},
        actions=applicant.may,
        jurisdictions=applicant.places,
        sponsor=sponsor.did,
        now=film.now,
    )
    for code in applicant.places:
        file_place(vetting, place(applicant, code, on=film.now, needed=True))
    file_review(
        vetting,
        applicant.did,
        by="a teacher of the lakeside school",
        summary="Ate there, and asked the others who did.",
        findings=(),
        members=members.members,
        now=film.now,
    )
    for name in ("Gulnaz", "Hassan"):
        file_vote(
            vetting,
            applicant.did,
            Choice.ACCREDIT,
            reason="We know them.",
            key=keys[name],
            members=members.members,
            now=film.now,
        )
    file_decision(
        vetting,
        applicant.did,
        Outcome.ACCREDITED,
        members=members.members,
        threshold=members.threshold,
        reasons="They feed whoever comes.",
        appeals=APPEALS,
        now=film.now,
    )
    return application.dossier


def _stage(film: Film, desk: Region, organisation: Organisation, digest: str) -> None:
    entry = organisation.entry(since=film.now, registrar=_NAME, dossier_digest=digest)
    desk.put_entry(entry, now=film.now)


def _hand_in(film: Film, desk: Region, keys: dict[str, SecretKey], names: tuple[str, ...]) -> None:
    """The registrar's members sign each on their own machine; the circle takes it in."""
    anchor, published, now = film.consortium.anchor, film.published, film.now
    draft = desk.draw_up(anchor=anchor, published=published, now=now)
    signatures = []
    for name in names:
        state = film.out / "members" / name
        seen = look(draft, anchor=anchor, published=published, state=state, now=now)
        signed = sign_package(
            seen, signer=keys[name], confirmed=seen.package.digest, state=state, anchor=anchor
        )
        signatures.append(signed.data())
    data = desk.complete(draft, signatures, anchor=anchor, published=published, now=now)
    take(film.consortium, data, now=now)
