# Besa. `make demo` shows it, `make test` proves it; the rest is listed by `make help`.
SHELL := /bin/sh
PYTHON ?= python3
BIN := .venv/bin
ARGS ?=
unexport PYTHONDONTWRITEBYTECODE
unexport BESA_HOME
unexport DJANGO_SETTINGS_MODULE

.DEFAULT_GOAL := help
.PHONY: help demo setup setup-dev test lint test-postgres journeys promises drills bench translations docs lock clean

help: ## list what can be made
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: setup ## set everything up, run the method on a fictional election, serve it (ARGS=--no-serve: do not serve)
	@$(BIN)/besa demo $(ARGS)

setup: ## make the virtual environment from the locked, hashed list
	@PYTHON="$(PYTHON)" sh tools/setup core

setup-dev: ## the same with what the tests need (a browser included)
	@PYTHON="$(PYTHON)" sh tools/setup dev

lint: setup-dev ## style, import contract, translations fresh
	@$(BIN)/ruff check src tests benchmarks tools
	@$(BIN)/ruff format --check src tests benchmarks tools
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/python tools/translations.py check
	@BESA_HOME=build/docs-home $(BIN)/python tools/docs.py check

test: lint ## all that must hold, in under ten minutes
	@$(BIN)/pytest -n 3 -m "not drill" $(ARGS)

test-postgres: setup-dev ## the same suite with the casework on a real PostgreSQL server
	@$(BIN)/python tools/with_postgres.py $(BIN)/pytest -n 2 -m "not drill and not journey" $(ARGS)

journeys: setup-dev ## the stories in a real browser
	@$(BIN)/pytest tests/journeys $(ARGS)

promises: setup-dev ## one proof per promise
	@$(BIN)/pytest tests/promises $(ARGS)

drills: setup-dev ## kill processes, fill disks, restore backups
	@$(BIN)/pytest -m drill $(ARGS)

bench: setup-dev ## measure speed against the named rivals (prints figures, judges nothing)
	@for file in benchmarks/*.py; do echo "== $$file"; $(BIN)/python $$file || exit 1; done

translations: setup-dev ## take new texts into the catalogues and compile them
	@$(BIN)/python tools/translations.py update
	@$(BIN)/python tools/translations.py compile

docs: setup-dev ## write the reference pages that are made from the code
	@BESA_HOME=build/docs-home $(BIN)/python tools/docs.py write

lock: setup-dev ## resolve the dependencies anew, with hashes
	@cd requirements && for extra in core dev; do \
	  ../$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes \
	  --no-header -q ../pyproject.toml $$( [ $$extra = dev ] && echo "--extra dev -c core.lock" ) -o $$extra.lock || exit 1; done; \
	  ../$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-header -q replay.in -o replay.lock

clean: ## remove the environment, caches and the demo's home
	rm -rf .venv var .pytest_cache .ruff_cache .import_linter_cache .hypothesis
