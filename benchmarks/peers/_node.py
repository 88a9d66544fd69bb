"""A peer in node: one process, one request in one line of JSON at a time."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self, cast

from amana.strict_json import JsonObject

__all__ = ["NodePeer", "Unavailable"]

_HERE: Final = Path(__file__).resolve().parent


class Unavailable(Exception):
    """Node or its packages are not installed; the text says what to run."""


class NodePeer:
    """`script` of this folder in a process of its own; `package` has to be installed for it.

    Raises: Unavailable where node or its packages are not there.
    """

    def __init__(self, script: str, *, package: str) -> None:
        node = shutil.which("node")
        if node is None:
            raise Unavailable("node is not installed")
        if not (_HERE / "node_modules" / package).is_dir():
            raise Unavailable("node is here, its packages are not: run `make interop` once")
        self._process = subprocess.Popen(
            [node, str(_HERE / script)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    def ask(self, what: str, **request: Any) -> JsonObject:
        """One request, one answer. Raises: RuntimeError if the peer failed (not: said no)."""
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        stdin.write(json.dumps({"do": what, **request}) + "\n")
        stdin.flush()
        line = stdout.readline()
        answer = cast("JsonObject", json.loads(line)) if line else {"failed": "it ended"}
        if "failed" in answer:
            raise RuntimeError(f"{what}: {answer['failed']}")
        return answer

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.terminate()
        self._process.wait(timeout=10)
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
