# `make help` lists what there is. Everything runs in .venv, which is made when it is missing and
# mended when a pin or the set of rooms has changed.

MAKEFLAGS += --no-print-directory
PY := .venv/bin/python

# Optional fast paths; the second run has them blocked, so that the plain path is tested as well.
FAST_PATHS := orjson,msgspec,based58,jsonschema_rs,zxingcpp,ed25519_zebra

.DEFAULT_GOAL := help
.PHONY: help demo governance-demo test interop check deep lint format types imports clean run-environment environment pins

help: ## this list
	@awk -F':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

demo: run-environment ## the whole journey on made-up people, written to out/ (REGISTRATIONS=file OUT=folder)
	@$(PY) -m amana demo $(if $(REGISTRATIONS),--registrations "$(REGISTRATIONS)") $(if $(OUT),--out "$(OUT)")

governance-demo: run-environment ## a consortium's life in one page, out/governance.html (OUT=folder)
	@$(PY) -m amana governance-demo $(if $(OUT),--out "$(OUT)")

test: environment ## all tests (ARGS=… goes to pytest)
	@$(PY) -m pytest -n 2 $(ARGS)

interop: environment ## our proofs at other implementations and theirs here (needs node)
	@tools/peers
	@$(PY) -m pytest tests/interop $(ARGS)

check: environment ## the gate: format, lint, types, layers, tests, tests again without network, coverage
	@tools/check "$(MAKE)" "$(FAST_PATHS)"

deep: environment ## the large counts, under an hour a part (PART=name; without it, every part)
	@AMANA_DEEP=1 $(PY) -m pytest -m deep $(if $(PART),tests/deep/test_$(PART).py,tests/deep) $(ARGS)

lint: environment ## ruff, without changing a file
	@$(PY) -m ruff format --check .
	@$(PY) -m ruff check .

format: environment ## rewrite files in the project's format
	@$(PY) -m ruff format .
	@$(PY) -m ruff check --fix .

types: environment ## mypy, strict
	@$(PY) -m mypy

imports: environment ## which room may import which
	@.venv/bin/lint-imports

run-environment:
	@tools/bootstrap run

environment:
	@tools/bootstrap dev

pins: environment ## compile requirements/*.txt anew (needs uv in .venv; for maintainers)
	@tools/pins

clean: ## remove what was built, .venv and out/ included
	@rm -rf .venv out build dist htmlcov .coverage .coverage.* coverage.json
	@rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache *.egg-info
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
