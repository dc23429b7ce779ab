# Two commands on a fresh machine: `make demo` and `make test`. Everything lives in .venv, frontend/node_modules and var/.
SHELL := /bin/sh
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/pip --disable-pip-version-check --quiet
TRAMA_HOME ?= $(CURDIR)/var
HOST ?= 127.0.0.1
PORT ?= 8000
export TRAMA_HOME

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev frontend demo build-demo test check test-postgres test-browser bench bench-peers lock clean prerequisites

help: ## what can be asked of this Makefile
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk 'BEGIN {FS = ":.*## "} {printf "  make %-14s %s\n", $$1, $$2}'

prerequisites:
	@command -v $(PYTHON) >/dev/null || { echo "Manca Python (3.11 o successivo). Su Debian: sudo apt-get install python3 python3-venv"; exit 2; }
	@command -v git >/dev/null || { echo "Manca git. Su Debian: sudo apt-get install git"; exit 2; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Serve Python 3.11 o successivo: questo è $$($(PYTHON) --version). Indicare un altro interprete con: make PYTHON=python3.12 ..."; exit 2; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "Manca il modulo venv di Python. Su Debian: sudo apt-get install python3-venv"; exit 2; }

$(VENV)/.base: requirements/base.lock pyproject.toml | prerequisites
	@echo "Preparo l'ambiente in $(VENV) (solo la prima volta)..." >&2
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP) install --require-hashes -r requirements/base.lock
	$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: requirements/dev.lock $(VENV)/.base
	@echo "Aggiungo gli strumenti di prova..." >&2
	$(PIP) install --require-hashes -r requirements/dev.lock
	@touch $@

frontend/dist/.built: $(VENV)/.base frontend/package.json frontend/package-lock.json $(shell find frontend/src -type f 2>/dev/null)
	$(BIN)/python scripts/build_frontend.py
	@touch $@

setup: $(VENV)/.base frontend ## environment and front end
setup-dev: $(VENV)/.dev frontend ## the same, with the tools for tests and checks
frontend: frontend/dist/.built

build-demo: setup ## build the demonstration territory, without serving it
	$(BIN)/trama demo build

demo: build-demo ## set up, build the territory, run STORM and WARM, serve http://127.0.0.1:8000
	$(BIN)/trama serve --host $(HOST) --port $(PORT)

test: setup-dev ## set up and pass the tests
	$(BIN)/pytest -m "not browser and not postgres" -n 2 --dist loadgroup

check: setup-dev ## lint, types, contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python scripts/check_tree.py

test-postgres: setup-dev ## the register's tests on a real PostgreSQL with PostGIS
	scripts/with_postgres.sh $(BIN)/pytest tests/apps -m "not browser"

test-browser: setup-dev ## the journeys, in a real Chromium
	$(BIN)/pytest -m browser -n 2 --dist loadfile

bench: setup-dev ## measure against the peers and write docs/benchmarks.md
	$(BIN)/python -m benchmarks

bench-peers: ## build the peers' own environment (InVEST), used only for measuring
	scripts/bench_peers.sh

lock: ## write the lock files again from pyproject.toml
	$(PYTHON) scripts/lock.py

clean: ## remove what was built (never var/)
	rm -rf $(VENV) frontend/node_modules frontend/dist .mypy_cache .ruff_cache .pytest_cache
