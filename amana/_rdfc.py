"""RDF Dataset Canonicalization 1.0 (RDFC-1.0, section 4): names for blank nodes.

pyoxigraph has this algorithm too. But where nodes look alike and stand in a graph that is itself a
blank node, as proofs do, it counts a neighbour once that section 4.8.3, step 3.1.2, appends as
often as it is met, and so names nodes otherwise than others. Here the steps are bounded as well.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import sha256

from amana.errors import InputError
from amana.limits import LIMITS, Limits
from amana.reasons import Reason

__all__ = ["Statement", "canonical_form"]

# Subject, predicate, object and graph name as canonical N-Quads write them; "" for no graph.
Statement = tuple[str, str, str, str]
_Issued = dict[str, str]  # node to name, in the order in which names were given


def canonical_form(statements: Sequence[Statement], *, limits: Limits = LIMITS) -> bytes:
    """The sorted lines of a dataset with its blank nodes named `_:c14n0`, `_:c14n1` and so on.

    Raises: InputError (the document's author) DATASET_TOO_COMPLEX: too many blank nodes, or more
    that look alike than can be told apart in reasonable time (section 7.1); BAD_LINKED_DATA: nodes
    that RDFC-1.0 takes for the same although they differ, so that their names depend on the order
    in which a program happened to meet them.
    """
    statements = list(dict.fromkeys(statements))
    naming = _Naming(statements, limits, steps=limits.rdf_steps, backwards=False)
    lines = _lines(statements, naming.names())
    if naming.by_links:
        other = _Naming(statements, limits, steps=naming.steps, backwards=True)
        if _lines(statements, other.names()) != lines:
            raise InputError(Reason.BAD_LINKED_DATA, "nodes that RDFC-1.0 can't tell apart")
    return "".join(lines).encode("utf-8")


def _lines(statements: list[Statement], names: _Issued) -> list[str]:
    # Code points sort as their UTF-8 bytes do.
    return sorted(_line(statement, names) for statement in statements)


def _is_blank(term: str) -> bool:
    return term.startswith("_:")


def _line(statement: Statement, names: _Issued) -> str:
    terms = [f"_:{names[term]}" if _is_blank(term) else term for term in statement if term]
    return f"{' '.join(terms)} .\n"


class _Naming:
    """One dataset on its way to names (section 4.4)."""

    def __init__(
        self, statements: list[Statement], limits: Limits, *, steps: int, backwards: bool
    ) -> None:
        """`backwards` takes what the specification leaves open in the opposite order."""
        self._turn = -1 if backwards else 1
        self._limits = limits
        self.steps = steps  # that are left
        self.by_links = False  # whether there are nodes that only their links tell apart
        self._named: _Issued = {}
        self._about: dict[str, list[Statement]] = {}
        for statement in statements:
            for node in filter(_is_blank, dict.fromkeys(statement)):
                self._about.setdefault(node, []).append(statement)
        if len(self._about) > limits.rdf_blank_nodes:
            raise InputError(
                Reason.DATASET_TOO_COMPLEX, f"more than {limits.rdf_blank_nodes} blank nodes"
            )
        self._looks = {node: self._look(node) for node in self._about}

    def names(self) -> _Issued:
        """All names: first of nodes that look like no other, then of the others by their links."""
        alike: dict[str, list[str]] = {}
        for node, look in self._looks.items():
            alike.setdefault(look, []).append(node)
        for look in sorted(alike):
            if len(alike[look]) == 1:
                self._name(alike[look][0])
        self.by_links = len(self._named) < len(self._about)
        for look in sorted(alike):
            left = [node for node in alike[look] if node not in self._named][:: self._turn]
            paths = [self._n_degree(node, {node: "b0"}, 0) for node in left]
            for _, issued in sorted(paths, key=lambda path: path[0]):
                for node in issued:
                    self._name(node)
        return self._named

    def _name(self, node: str) -> None:
        self._named.setdefault(node, f"c14n{len(self._named)}")

    def _look(self, node: str) -> str:
        """Section 4.6: the hash of all that is said of a node, other nodes unnamed."""
        names = {term: "z" for statement in self._about[node] for term in statement}
        names[node] = "a"
        lines = sorted(_line(statement, names) for statement in self._about[node])
        return _hash("".join(lines))

    def _related(self, other: str, place: str, predicate: str, issued: _Issued) -> str:
        """Section 4.7: the hash of one link to another node."""
        self._step()
        name = self._named.get(other) or issued.get(other)
        told = self._looks[other] if name is None else f"_:{name}"
        return _hash(f"{place}{predicate}{told}")

    def _n_degree(self, node: str, issued: _Issued, depth: int) -> tuple[str, _Issued]:
        """Section 4.8: the hash of a node's surroundings, and the names given on the way."""
        if depth > self._limits.rdf_depth:
            raise _too_complex()
        links: dict[str, list[str]] = {}
        for subject, predicate, value, graph in self._about[node]:
            for other, place, by in (
                (subject, "s", predicate),
                (value, "o", predicate),
                (graph, "g", ""),
            ):
                if other != node and _is_blank(other):
                    # As often as it is met: later implementations depend on it.
                    links.setdefault(self._related(other, place, by, issued), []).append(other)
        told = []
        for link in sorted(links):
            chosen, path = issued, ""
            for order in self._orders(links[link]):
                found = self._path(order, issued, path, depth)
                if found is not None:
                    path, chosen = found
            told += [link, path]
            issued = chosen
        return _hash("".join(told)), issued

    def _path(
        self, order: list[str], issued: _Issued, chosen: str, depth: int
    ) -> tuple[str, _Issued] | None:
        """Steps 5.4.1 to 5.4.6 for one order; None if it is not better than the chosen path."""
        issued, path, unseen = issued.copy(), "", []
        for other in order:
            self._step()
            name = self._named.get(other)
            if name is None:
                if other not in issued:
                    unseen.append(other)
                    issued[other] = f"b{len(issued)}"
                name = issued[other]
            path += f"_:{name}"
        for other in unseen:
            if chosen and path > chosen:
                return None
            name = issued[other]
            found, issued = self._n_degree(other, issued, depth + 1)
            path += f"_:{name}<{found}>"
        return None if chosen and path >= chosen else (path, issued)

    def _orders(self, nodes: list[str]) -> Iterator[list[str]]:
        """The orders of `nodes` that differ; the same node may be there several times."""
        different = list(dict.fromkeys(nodes))[:: self._turn]
        if len(different) == 1:
            yield nodes
            return
        if len(nodes) > self._limits.rdf_depth:
            raise _too_complex()
        self._step()
        for first in different:
            rest = nodes.copy()
            rest.remove(first)
            for order in self._orders(rest):
                yield [first, *order]

    def _step(self) -> None:
        self.steps -= 1
        if self.steps < 0:
            raise _too_complex()


def _too_complex() -> InputError:
    return InputError(Reason.DATASET_TOO_COMPLEX, "too many nodes that only their links tell apart")


def _hash(text: str) -> str:
    return sha256(text.encode("utf-8")).hexdigest()
