# SPDX-License-Identifier: Apache-2.0
# Everything is set up by the targets themselves; `make help` says what there is.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
CONSTRAINTS := requirements/constraints.txt
SCENARIO ?= examples/scenarios/quickstart.yaml
OUT ?= results/quickstart
WORKERS ?= 2

.DEFAULT_GOAL := help
.PHONY: help run setup setup-dev test test-slow test-random test-browser check lint format types docs data bench schema clean

help: ## Show this list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Chokegraph needs Python 3.11 or newer; set PYTHON=python3.11")'
	@echo "Making a virtual environment in $(VENV)"
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.run-ready: pyproject.toml $(CONSTRAINTS) | $(BIN)/python
	@echo "Installing Chokegraph (once)"
	@$(PIP) install -c $(CONSTRAINTS) -e ".[fast]"
	@touch $@

$(VENV)/.dev-ready: $(VENV)/.run-ready
	@echo "Installing the test tools (once)"
	@$(PIP) install -c $(CONSTRAINTS) -e ".[fast,dev]"
	@touch $@

$(VENV)/.browser-ready: $(VENV)/.dev-ready scripts/install-browser.sh
	@$(PIP) install -c $(CONSTRAINTS) -e ".[fast,dev,browser]"
	@bash scripts/install-browser.sh
	@touch $@

setup: $(VENV)/.run-ready ## Install what running needs, into .venv

setup-dev: $(VENV)/.dev-ready ## Install what testing needs, into .venv

run: setup ## Set up and run the main job: SCENARIO=file OUT=folder
	@$(BIN)/chokegraph run $(SCENARIO) --out $(OUT)

test: setup-dev ## Set up and run all tests but the slow and the browser ones
	@$(BIN)/python -m pytest -q -n $(WORKERS) -m "not slow and not browser"

test-slow: setup-dev ## The tests that take over ten seconds each
	@$(BIN)/python -m pytest -q -m slow

test-random: setup-dev ## The tests by properties, with other examples each time
	@CHOKEGRAPH_EXAMPLES=random $(BIN)/python -m pytest -q -n $(WORKERS) -m "not browser" $$(grep -rl --include="test_*.py" "^from hypothesis" tests)

test-browser: $(VENV)/.browser-ready ## The report in headless Chromium, with axe-core
	@$(BIN)/python -m pytest -q -m browser tests/report

check: lint types data docs test ## Every gate: lint, types, data, docs, doctests, tests

lint: setup-dev ## ruff: lint and format
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

format: setup-dev ## Let ruff format and mend what it can
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

types: setup-dev ## mypy --strict on src/
	@$(BIN)/mypy

data: setup ## Check the facts
	@$(BIN)/chokegraph data check

docs: setup-dev ## Build the documentation; warnings are errors
	@$(BIN)/python -m sphinx -q -W -n --keep-going -b html docs docs/_build/html

schema: setup ## Write the scenario's JSON schema anew from the models
	@$(BIN)/python scripts/make_schema.py

bench: setup-dev ## Print the benchmarks
	@for file in benchmarks/bench_*.py; do echo "== $$file"; $(BIN)/python $$file || exit 1; done

clean: ## Remove what was built, not the results
	@rm -rf $(VENV) docs/_build .pytest_cache .mypy_cache .ruff_cache
