"""One run of the demo on the workbook that comes with Amana."""

from __future__ import annotations

import pytest

from tests.demo_runs import SHIPPED, DemoRun, demo_run


@pytest.fixture(scope="session")
def played(tmp_path_factory: pytest.TempPathFactory) -> DemoRun:
    """Look at it, run commands on it, but change nothing that it wrote."""
    return demo_run(SHIPPED, tmp_path_factory.getbasetemp())
