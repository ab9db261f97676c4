# Casebell's house work. `make` alone explains itself.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?=
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
LOCK := .tools/uv/bin/uv pip compile pyproject.toml --python-version 3.11 --universal --generate-hashes \
	--no-emit-index-url --no-header --quiet $(UPGRADE)
ARGS ?=

.PHONY: help install run test check year bench screenshots docs lock clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: $(VENV)/.run ## Make .venv and the casebell command in it

run: install ## Open the demonstration desk in your browser; needs no account and no key
	@$(BIN)/casebell demo $(ARGS)

test: $(VENV)/.dev ## Run every test on three workers: many wait for programs (ARGS="-k ladder" for some)
	@browser="$$(tests/e2e/chromium.sh)"; slack="$$(tests/e2e/local-slack.sh)"; \
	CHROMIUM="$$browser" LOCAL_SLACK="$$slack" $(BIN)/python -m pytest -n 3 --dist loadscope $(ARGS)

check: $(VENV)/.dev ## Format, lint, types, layers, dependencies, architecture
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry bot storage
	$(BIN)/python -m pytest tests/architecture $(ARGS)

year: $(VENV)/.dev ## Let a year of 10,000 cases pass beside a second, simpler desk; minutes
	@$(BIN)/python -m tests.oracle.year $(ARGS)

bench: $(VENV)/.dev ## Measure every performance claim anew
	@for script in bench/[a-z]*.py; do [ -e "$$script" ] || continue; \
	echo "== $$script"; $(BIN)/python "$$script"; done

screenshots: $(VENV)/.dev ## Draw the pictures in docs/images from the running product
	@browser="$$(CI=true tests/e2e/chromium.sh)"; \
	mkdir -p docs/images; CHROMIUM="$$browser" $(BIN)/python tests/e2e/screenshots.py docs/images

docs: install ## Write the documents that are generated from tables
	@$(BIN)/python -m bot docs

lock: .tools/uv/bin/uv ## Resolve the dependencies again (UPGRADE=--upgrade for newer ones)
	@$(LOCK) --extra postgres --group dev --output-file requirements/dev.txt > /dev/null
	@$(LOCK) --constraint requirements/dev.txt --output-file requirements/run.txt > /dev/null
	@$(subst pyproject.toml,,$(LOCK)) --group build --output-file requirements/build.txt > /dev/null

clean: ## Remove what was built; your data stays
	rm -rf $(VENV) .tools .chromium .local-slack build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Stamps, so that a second run installs nothing. The build backend is locked too: an editable install asks no network.
$(VENV)/.run: pyproject.toml requirements/run.txt requirements/build.txt | $(BIN)/python
	@echo "Installing Casebell into $(VENV)"
	@$(PIP) install --require-hashes -r requirements/run.txt -r requirements/build.txt
	@$(PIP) install --no-deps --no-build-isolation --no-index --editable .
	@touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.run
	@echo "Installing the tools for tests and checks into $(VENV)"
	@$(PIP) install --require-hashes -r requirements/dev.txt
	@touch $@

$(BIN)/python:
	@for name in $(PYTHON) python3.11 python3.12 python3.13 python3.14 python3 python; do \
	    if "$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2> /dev/null; then found="$$name"; break; fi; \
	done; \
	if [ -z "$${found:-}" ]; then \
	    echo "Casebell needs Python 3.11 or newer; found: $$(python3 --version 2>&1 || echo none)." >&2; \
	    echo "Install one, or name it: make PYTHON=/path/to/python3.11" >&2; exit 1; \
	fi; \
	"$$found" -m venv $(VENV) || { rm -rf $(VENV); \
	    echo "Python's venv module is incomplete. On Debian: apt-get install python3-venv" >&2; exit 1; }

.tools/uv/bin/uv: | $(BIN)/python
	@$(BIN)/python -m venv .tools/uv
	@.tools/uv/bin/pip install --quiet --disable-pip-version-check uv
