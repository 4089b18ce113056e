# Every target makes what it needs. Python 3.11 or newer, git and make are enough; after the first set-up no network is.
#   make demo                review the demonstration repository and show how to open the page
#   make test                run the tests
#   make PYTHON=python3.13   build the environment with this interpreter

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?=
VENV := .venv
RUN := $(VENV)/bin/python
WORKERS ?= 2
# Halves of the order in which tests stand are of very different length: whoever is through takes from the other.
SHARED := -n $(WORKERS) --dist worksteal
BENCH ?=
TRIALS ?=
UV_VERSION := 0.13.9
COMPILE := .build/lock/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-annotate --no-header

.PHONY: help demo test check types form review format bench trials lock docs clean

help: ## show the targets
	@sed -n 's/^\([a-z]*\):.*## /\1	/p' Makefile | expand -t 10

$(VENV)/.locked: requirements-dev.lock
	@if [ -L $(VENV) ]; then echo "$(VENV) is a link, and what it leads to would be cleared: remove the link" >&2; exit 2; fi
	@for python in $(if $(PYTHON),"$(PYTHON)",python3.13 python3.12 python3.11 python3); do \
		if "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then break; fi; python=; \
	done; \
	if [ -z "$$python" ]; then echo "No Python 3.11 or newer was found: name one with make PYTHON=..." >&2; exit 2; fi; \
	echo "Setting up $(VENV) with $$("$$python" --version) (once; this needs the network)"; \
	"$$python" -m venv --clear $(VENV) || \
		{ echo "$$python cannot make virtual environments: install its venv module" >&2; exit 2; }
	@$(RUN) -m pip install -qq --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

$(VENV)/.installed: $(VENV)/.locked pyproject.toml $(wildcard hatch_build.py)
	@$(RUN) -m pip install -qq --disable-pip-version-check --no-index --no-deps --no-build-isolation --editable .
	@env -u PYTHONDONTWRITEBYTECODE $(RUN) -m compileall -q src # as an installer does with a wheel
	@touch $@

demo: $(VENV)/.installed ## review the demonstration change, then let people approve one, and admit it
	@$(RUN) examples/build_demo.py --review
	@$(RUN) -m examples.approve_demo

test: $(VENV)/.installed ## run all tests
	@$(RUN) -m pytest $(SHARED)

check: $(VENV)/.installed ## format, lint, types, import contracts, budgets, documentation
	@$(RUN) -m ruff format --check
	@$(RUN) -m ruff check
	@$(MAKE) --no-print-directory --jobs=$(WORKERS) --keep-going types form

types: $(VENV)/.installed
	@$(RUN) -m mypy

form: $(VENV)/.installed
	@$(VENV)/bin/lint-imports
	@$(RUN) -m pytest -q tests/architecture tests/budgets tests/docs

review: $(VENV)/.installed ## weigh the newest commit of this repository with its own rules, and say what they find
	@$(VENV)/bin/weighbridge review HEAD --report-only

format: $(VENV)/.installed ## format and mend what can be mended
	@$(RUN) -m ruff format
	@$(RUN) -m ruff check --fix

bench: $(VENV)/.installed ## measure speed and memory; writes benchmarks/results; BENCH="--short" takes seconds
	@$(RUN) -m benchmarks.run speed $(BENCH)

trials: $(VENV)/.installed ## measure accuracy, which takes long; TRIALS="--set subjects=FOLDER --set pycg=FOLDER --set foreign=FOLDER --set policies=FOLDER"
	@$(RUN) -m benchmarks.run accuracy $(TRIALS)

docs: $(VENV)/.installed ## write the generated pages of docs/reference, and the status after a run of the tests
	@$(RUN) -m scripts.write_schemas
	@$(RUN) -m scripts.write_reference
	@$(RUN) -m scripts.write_coverage
	@$(RUN) -m scripts.write_precision
	@$(RUN) -m scripts.write_status # else the run below finds it older than the newest results
	@mkdir -p .build
	@$(RUN) -m pytest -q $(SHARED) --junit-xml=.build/junit.xml || true
	@$(RUN) -m scripts.write_status --junit .build/junit.xml

lock: ## resolve the dependencies anew (needs the network)
	@test -x .build/lock/bin/uv || { "$(or $(PYTHON),python3)" -m venv .build/lock && \
		.build/lock/bin/python -m pip install --quiet uv==$(UV_VERSION); }
	@$(COMPILE) pyproject.toml --output-file requirements.lock
	@$(COMPILE) pyproject.toml --group dev --output-file requirements-dev.lock

clean: ## remove everything that was made here
	@rm -rf $(VENV) .build build dist demo .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
