"""Ceremonies: a version is prepared by one, and signed by several on machines of their own.

    start    the coordinator writes a package: everything the next version would hold, not signed
    sign     each member's machine checks it against what that member verified last, and shows only
             what differs; what it writes holds signatures and nothing else
    finish   the coordinator's machine counts signatures, and publishes only at the threshold

Nothing on the way is trusted. What was swapped between two members has another digest, and what was
signed by one counts for nobody else's package.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from securesystemslib.signer import Signature
from tuf.api.metadata import Root, Targets

from amana.errors import RegistryError, VerificationError
from amana.keys import PublicKey, Randomness
from amana.reasons import Reason
from amana.sealed import Cost
from trust_registry._differences import Difference, differences, regional_differences
from trust_registry._exchange import adopt, cut_short, in_force, make_key
from trust_registry._layout import ENTRIES
from trust_registry._own_view import keep_own, read_own
from trust_registry._package import Package, Signatures, read_package, read_signatures
from trust_registry._previous import Previous, Read, read_previous
from trust_registry._survey import keep, read_marks, survey, write_marks
from trust_registry._tuf_keys import Ed25519Key
from trust_registry.assembly import LISTS, assemble, require_votes, staged_lists, submissions
from trust_registry.examining import Decided, Proposed, check_base, examine
from trust_registry.publish import Draft, complete, root_of
from trust_registry.regional import check_region, region_of
from trust_registry.signers import Signer
from trust_registry.statement import PATH as STATEMENT
from trust_registry.statement import Statement, read_statement

if TYPE_CHECKING:
    from trust_registry.consortium import Consortium

__all__ = ["Change", "Look", "finish", "look", "sign_package", "start"]


@dataclass(frozen=True, kw_only=True)
class Change:
    """Who decides from the next version on. `exchange` names automated keys that are replaced."""

    members: Mapping[str, PublicKey]
    threshold: int
    exchange: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Look:
    """A package as one member sees it: checked, and what differs from what they verified last."""

    proposed: Proposed
    base: Previous = field(repr=False)
    since: int  # the version that this member verified last; 0 for none
    differences: tuple[Difference, ...]

    @property
    def package(self) -> Package:
        """What would be signed."""
        return self.proposed.package


def start(
    consortium: Consortium,
    *,
    now: datetime,
    change: Change | None = None,
    renew: bool = False,
    passphrase: bytes = b"",
    randomness: Randomness | None = None,
    cost: Cost | None = None,
) -> Package:
    """Everything the next version would hold, to be signed by members on their own machines.

    With `change`, a new root as well: members join or leave, a lost key is replaced, the threshold
    or an automated key is another one (then `passphrase` seals the new key, made of `randomness`).

    Raises: RegistryError as `assemble`; BELOW_THRESHOLD or BAD_CEREMONY for members that can't be
    (the coordinator).
    """
    previous = consortium.previous()
    automated = {role: secret.public for role, secret in consortium.automated.items()}
    root: Root | None = None
    if change is not None:
        for role in change.exchange:
            automated[role] = make_key(
                consortium, role, passphrase=passphrase, randomness=randomness, cost=cost
            )
        root = root_of(
            previous.root.version + 1,
            list(change.members.values()),
            threshold=change.threshold,
            automated=automated,
            now=now,
        )
    made = assemble(
        consortium,
        previous,
        consortium.chronicle(),
        status=automated["status"],
        root=root,
        renew=renew,
        now=now,
    )
    package = Package(
        registry=sha256(consortium.anchor).hexdigest(),
        version=made.statement.version,
        members=change.members if change is not None else {},
        metadata=made.drafted.unsigned,
        targets=_new_targets(made.drafted, previous),
    )
    write_marks(_marks(consortium, package), made.found.marks)
    return package


def look(
    data: bytes,
    *,
    anchor: bytes,
    published: Read,
    state: Path,
    now: datetime,
    decided: Decided | None = None,
) -> Look:
    """Check a package on a member's own machine, from their own trust anchor and what they kept.

    `published` reads what is said to be published now, as it was carried here.

    Raises: RegistryError or InputError naming file, role and rule, as `read_previous`,
    `check_base` and `examine` (the coordinator, or whoever swapped a file on the way).
    """
    package = read_package(data)
    base = read_previous(published, anchor=anchor)
    region = region_of(package)
    own = read_own(state, anchor=anchor, published=published, region=region)
    check_base(base, own.verified)
    proposed = Proposed(base=base, package=package)
    if region is not None:
        check_region(package, base, role=region, anchor=anchor, now=now)
        found = regional_differences(partial(own.regional, region), package.targets)
    else:
        examine(proposed, anchor=anchor, now=now, decided=decided)
        names = {key.multikey: name for name, key in package.members.items()}
        roots = own.root, proposed.root
        found = differences(own.view, proposed, roots=roots, names=names)
    return Look(proposed=proposed, base=base, since=own.version, differences=tuple(found))


def sign_package(
    seen: Look, *, signer: Signer, confirmed: str, state: Path, anchor: bytes
) -> Signatures:
    """Sign what was looked at, for the digest that the member confirms; then remember the base.

    Raises: RegistryError BAD_CEREMONY for another digest, or a key that counts for nothing in it
    (the member, or a coordinator who gave them another package than the others).
    """
    package = seen.package
    if confirmed != package.digest:
        raise RegistryError(
            Reason.BAD_CEREMONY,
            "this is not the package whose digest was confirmed",
            file="package",
            role="targets",
        )
    keyid = Ed25519Key(signer.public).keyid
    signatures = {
        role: signer.sign(metadata.signed_bytes)
        for role, metadata in package.metadata.items()
        if _counts(seen.proposed, role, keyid)
    }
    if not signatures:
        raise RegistryError(
            Reason.BAD_CEREMONY, "that key is no member's", file="package", role="targets"
        )
    keep_own(state, seen.base, package, anchor=anchor, region=region_of(package))
    return Signatures(ceremony=package.digest, key=signer.public, signatures=signatures)


def collect(proposed: Proposed, handed_in: Iterable[bytes]) -> None:
    """Put members' signatures under the metadata of a package, each checked by itself.

    Raises: RegistryError BAD_CEREMONY naming file and role: signatures of another package, of a
    stranger, or that do not fit (whoever handed them in); InputError as `read_signatures`.
    """
    package = proposed.package
    for data in handed_in:
        found = read_signatures(data)
        key = Ed25519Key(found.key)
        if found.ceremony != package.digest:
            raise _refused("signatures", "targets", "made for another package than this")
        if not found.signatures:
            raise _refused("signatures", "targets", "it holds no signature")
        for role, signature in found.signatures.items():
            metadata = package.metadata.get(role)
            if metadata is None or not _counts(proposed, role, key.keyid):
                raise _refused(f"{role}.json", role, "signed by somebody who does not count")
            try:
                key.public.verify(metadata.signed_bytes, signature)
            except VerificationError:
                raise _refused(package.file(role), role, "a signature does not fit") from None
            metadata.signatures[key.keyid] = Signature(key.keyid, signature.hex())


def finish(
    consortium: Consortium,
    data: bytes,
    handed_in: Iterable[bytes],
    *,
    now: datetime,
    passphrase: bytes = b"",
) -> Statement:
    """Publish a package with the members' signatures, if there are enough for every part of it.

    Raises: RegistryError BELOW_THRESHOLD naming file and role, as `examine`, `collect` and
    `complete`; then nothing is published.
    """
    package = read_package(data)
    previous = consortium.previous()
    proposed = Proposed(base=previous, package=package)
    if cut_short(consortium, proposed):
        return _done(consortium, proposed)
    top, entries = examine(
        proposed,
        anchor=consortium.anchor,
        now=now,
        decided=lambda before, entry: require_votes(consortium, before, entry, now=now),
    )
    collect(proposed, handed_in)
    found = survey(consortium.folder)
    chronicle = consortium.chronicle()
    files = complete(
        previous,
        drafted=Draft(
            root=proposed.root,
            targets=top,
            entries=entries,
            unsigned=package.metadata,
            files=_stored(package),
        ),
        lists=staged_lists(consortium.folder, found),
        automated=in_force(consortium, proposed, passphrase),
        submissions=submissions(consortium.folder),
        now=now,
    )
    consortium.write({**chronicle.publishable(consortium.published), **files})
    chronicle.published(consortium.published)
    marks = _marks(consortium, package)
    keep(consortium.folder, found, only=LISTS, others=read_marks(marks))
    marks.unlink(missing_ok=True)
    return _done(consortium, proposed)


def _done(consortium: Consortium, proposed: Proposed) -> Statement:
    if "root" in proposed.package.metadata:
        adopt(consortium, proposed)
    return read_statement(proposed.read(STATEMENT) or b"")


def _counts(proposed: Proposed, role: str, keyid: str) -> bool:
    """Whether a key counts for `role`: in a new root the old members count as well."""
    above: list[Root | Targets | None] = [proposed.role(ENTRIES)]
    if role == region_of(proposed.package):
        # Whom the package names, who may be new; the consortium knows whose keys it was told.
        return keyid in {Ed25519Key(key).keyid for key in proposed.package.members.values()}
    if role == "root":
        above = [proposed.base.root, proposed.root]
    elif role == "targets":
        above = [proposed.root]
    elif role == ENTRIES:
        above = [proposed.top]
    return any(keyid in one.get_delegated_role(role).keyids for one in above if one is not None)


def _new_targets(drafted: Draft, previous: Previous) -> dict[str, bytes]:
    """By path, the bytes of every file that is new or changed."""
    found: dict[str, bytes] = {}
    for role, metadata in drafted.unsigned.items():
        if role == "root":
            continue
        for path, target in metadata.signed.targets.items():
            if previous.target(path) != target:
                found[path] = drafted.files[f"targets/{target.get_prefixed_paths()[0]}"]
    return found


def _stored(package: Package) -> dict[str, bytes]:
    """The files of a package by where they will lie."""
    return {
        f"targets/{target.get_prefixed_paths()[0]}": package.targets[path]
        for role, metadata in package.metadata.items()
        if role != "root"
        for path, target in metadata.signed.targets.items()
        if path in package.targets
    }


def _marks(consortium: Consortium, package: Package) -> Path:
    return consortium.folder / "ceremonies" / f"{package.digest[:32]}.marks"


def _refused(file: str, role: str, rule: str) -> RegistryError:
    return RegistryError(Reason.BAD_CEREMONY, rule, file=file, role=role)
