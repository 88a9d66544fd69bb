"""How large the codes are: bytes inside, and the version that prints them at correction Q."""

from __future__ import annotations

from statistics import median
from typing import Final

from amana.jcs import canonical
from amana.qr.images import Correction, draw
from amana.qr.text import Kind, encode, pack
from amana.strict_json import JsonObject
from benchmarks._figures import Figures
from benchmarks._world import FOUR_CLAIMS, TWELVE_CLAIMS, world

__all__ = ["run"]

_PEOPLE: Final = 20


def run(*, seconds: float, rounds_min: int = 15) -> Figures:
    """Sizes do not change from run to run, so neither argument is used."""
    del seconds, rounds_min
    twelve, four = world(_PEOPLE, claims=TWELVE_CLAIMS), world(_PEOPLE, claims=FOUR_CLAIMS)
    sets = {
        "credential": (Kind.CREDENTIAL, list(twelve.credentials)),
        "presentation": (Kind.PRESENTATION, [answer for answer, _ in twelve.presentations]),
        "purpose_presentation": (Kind.PRESENTATION, [answer for answer, _ in four.presentations]),
        "challenge": (Kind.CHALLENGE, [asked.document for _, asked in four.presentations]),
    }
    figures = Figures(notes=["not built yet: guardianship_3, sd_jwt_4_of_12"])
    for name, (kind, documents) in sets.items():
        sizes = sorted(
            (len(pack(canonical(document))), number) for number, document in enumerate(documents)
        )
        figures.bytes[name] = round(median(size for size, _ in sizes))
        figures.versions[name] = _label(kind, documents[sizes[len(sizes) // 2][1]])
    return figures


def _label(kind: Kind, document: JsonObject) -> str:
    """For example `16-Q`, of the document of median size."""
    return draw(encode(kind, document), correction=Correction.Q).label
