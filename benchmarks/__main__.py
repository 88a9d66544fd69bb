"""`python -m benchmarks [NAME] [--json]`: measure, print a table, end with one line of JSON."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping
from typing import Final

from benchmarks import issue, qr, registry, startup, status, verify
from benchmarks._figures import Figures

_BUILT: Final[Mapping[str, Callable[..., Figures]]] = {
    "verify": verify.run,
    "issue": issue.run,
    "qr": qr.run,
    "status": status.run,
    "startup": startup.run,
    "registry": registry.run,
}
_NOT_BUILT: Final = {
    "claims": "claims",
    "wallet": "wallet",
}
_MISUSE: Final = 64


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> None:  # type: ignore[override]
        self.exit(_MISUSE, f"{self.prog}: {message}\n")


def main() -> int:
    """Return 0, or 64 for a name that nothing stands behind yet."""
    parser = _Parser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("name", nargs="?", choices=[*_BUILT, *_NOT_BUILT], help="all, if left out")
    parser.add_argument("--json", action="store_true", help="the line of JSON and nothing else")
    parser.add_argument("--seconds", type=float, default=20.0, help="for each name; 20 by default")
    options = parser.parse_args()
    if options.name in _NOT_BUILT:
        sys.stderr.write(f"not built yet: {_NOT_BUILT[options.name]}\n")
        return _MISUSE
    figures = Figures()
    for name in [options.name] if options.name else _BUILT:
        figures.add(_BUILT[name](seconds=options.seconds))
    if not options.name:
        figures.notes.append(f"not built yet: {'; '.join(_NOT_BUILT.values())}")
    if options.json:
        for note in figures.notes:
            sys.stderr.write(f"{note}\n")
    else:
        print(figures.table())
    print(figures.line())
    return 0


if __name__ == "__main__":
    sys.exit(main())
