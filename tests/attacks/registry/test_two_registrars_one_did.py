"""Two regional registrars admit the same organisation, under different keys.

Nobody could say whose limits it is under, nor which key is its own; so it counts for neither, and
is named. The members' own entry decides it.
"""

from pathlib import Path

from amana.jcs import canonical
from amana.reasons import Reason
from tests.registry_lab import NOW, Lab
from tests.registry_thief import Registrar, admit, registrar

EXPECT = Reason.ADMITTED_TWICE  # left out, for that


def contested(tmp_path: Path) -> tuple[Lab, Registrar, Registrar]:
    lab = Lab(tmp_path)
    lab.begin()
    first, second = registrar(lab, "nairobi"), registrar(lab, "mombasa")
    clinic, copy = lab.issuer("clinic.example"), lab.issuer("clinic.example")
    school = lab.issuer("school.example")
    admit(
        lab,
        (first, {first.entry_path(clinic): first.entry(clinic)}),
        (
            second,
            {
                second.entry_path(copy): second.entry(copy),
                second.entry_path(school): second.entry(school),
            },
        ),
    )
    return lab, first, second


def test_it_counts_for_neither(tmp_path: Path) -> None:
    """C110: both registrars' other organisations go on."""
    lab, _, _ = contested(tmp_path)
    found = lab.load()
    assert set(found.entries) == {lab.relief.did, "did:web:school.example"}
    assert found.entry("did:web:clinic.example") is None
    assert {(left.role, left.rule) for left in found.left_out} == {
        ("registrar-nairobi", EXPECT),
        ("registrar-mombasa", EXPECT),
    }


def test_an_entry_beyond_the_limits_of_one_takes_nothing_from_the_other(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    lab.begin()
    first, second = registrar(lab, "nairobi"), registrar(lab, "mombasa")
    clinic = lab.issuer("clinic.example")
    admit(
        lab,
        (first, {first.entry_path(clinic): first.entry(clinic)}),
        (second, {second.entry_path(clinic): second.entry(clinic, jurisdictions=["UG"])}),
    )
    found = lab.load()
    assert found.entries[clinic.did].registrar == "nairobi"
    assert [left.rule for left in found.left_out] == [Reason.BEYOND_LIMITS]


def test_the_members_decide_it(tmp_path: Path) -> None:
    lab, _, _ = contested(tmp_path)
    lab.load()
    clinic = lab.issuer("clinic.example")
    lab.consortium.put_entry(clinic.entry(since=NOW))
    lab.decide()
    lab.force(
        entries={
            lab.relief.entry_path: canonical(lab.relief.entry()),
            clinic.entry_path: canonical(clinic.entry(since=NOW)),
        }
    )
    assert lab.load().entries[clinic.did].keys[clinic.method].public == clinic.key.public
