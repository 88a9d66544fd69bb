"""Parsers of a vetting: dossiers, votes, reviews, decisions, measures, appeals, places, figures."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from random import Random
from typing import Any

from amana.errors import InputError, RegistryError
from amana.keys import SecretKey
from amana.proofs import eddsa_jcs
from amana.strict_json import Json, loads
from tests import vetting_lab as lab
from tests.amana_samples import mutate, written
from tests.parser_trials import EITHER, Parser
from trust_registry import _vetting_records as records
from trust_registry.appeals import check_appeal, make_appeal
from trust_registry.dossier import check_governance, read_dossier
from trust_registry.figures import read_figures
from trust_registry.measures import check_measure, make_measure
from trust_registry.places import read_place
from trust_registry.questions import Form
from trust_registry.vetting import require_governance
from trust_registry.votes import Choice, cast_vote, read_vote

_DID = "did:web:relief.example"
_SECRET = SecretKey(bytes(range(32)))
_REGISTRY = (InputError, RegistryError)


def _json(check: Callable[[Json], object]) -> Callable[[bytes], object]:
    return lambda data: check(loads(data))


@cache
def _vote() -> dict[str, Any]:
    return cast_vote(
        Choice.ACCREDIT,
        subject=_DID,
        matter=lab.DIGEST,
        dossier=lab.DIGEST,
        reason="Yes.",
        key=_SECRET,
        now=lab.NOW,
    )


def _signed(random: Random) -> bytes:
    """A vote that was changed before it was signed."""
    vote = {name: value for name, value in _vote().items() if name != "proof"}
    changed = mutate(random, written(vote))
    try:
        document = loads(changed)
        method = f"{_SECRET.public.did}#{_SECRET.public.multikey}"
        return written(eddsa_jcs.sign(document, key=_SECRET, verification_method=method))
    except (InputError, TypeError):
        return changed


def vetting_parsers() -> dict[str, Parser]:
    """All of them, by name."""
    dossier = lab.dossier_document(_DID, Form.LIGHT)
    application = lab.application_document(
        _DID, dossier, sponsor="did:web:big.example", ties=["member-1"], jurisdictions=["KE"]
    )
    governance = lab.governance_answers()
    interests = {
        "type": "MembersInterests",
        "members": {"member-1": {"organisation": _DID, "ties": ["did:web:b.example"]}},
        "independent": {"ombud": _SECRET.public.multikey},
    }
    measure = make_measure(
        _DID,
        Choice.SUSPEND,
        number=1,
        dossier=lab.DIGEST,
        reason="Lists were sold.",
        appeals="a@b.example",
        urgent="People are in danger.",
        now=lab.NOW,
    )
    appeal = make_appeal(
        _DID,
        against=lab.DIGEST,
        dossier=lab.DIGEST,
        grounds="It was somebody else.",
        until=lab.NOW,
        now=lab.NOW,
    )
    return {
        "vetting_dossier": Parser(read_dossier, [written(dossier)], values=True),
        "vetting_governance": Parser(
            _json(check_governance), [written(governance)], values=True, most=300_000
        ),
        "vetting_governance_complete": Parser(
            _json(require_governance), [written(governance)], _REGISTRY, values=True, most=100_000
        ),
        "vetting_vote": Parser(read_vote, [written(_vote())], EITHER, values=True, made=_signed),
        "vetting_application": Parser(
            _json(records.check_application), [written(application)], values=True
        ),
        "vetting_review": Parser(
            _json(records.check_review), [written(lab.review_document(lab.DIGEST))], values=True
        ),
        "vetting_decision": Parser(
            _json(records.check_decision), [written(lab.decision_document(_DID))], values=True
        ),
        "vetting_interests": Parser(
            _json(records.check_interests), [written(interests)], values=True
        ),
        "vetting_measure": Parser(_json(check_measure), [written(measure)], _REGISTRY, values=True),
        "vetting_appeal": Parser(_json(check_appeal), [written(appeal)], values=True),
        "vetting_place": Parser(read_place, [written(lab.place_document(_DID))], values=True),
        "vetting_figures": Parser(read_figures, [written(lab.figures_document(_DID))], values=True),
    }
