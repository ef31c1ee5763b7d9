# `make help` lists the targets. Each installs what it needs into .venv by itself.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8080
LMS_PORT ?= 8081
SERVE ?= 1
JOBS ?= 2

.DEFAULT_GOAL := help
.PHONY: help demo test check bench format translations requirements screenshots clean

help:  ## List the targets
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 22
	@echo
	@echo "  PORT, LMS_PORT  where the demo serves Cairn ($(PORT)) and the sandbox LMS ($(LMS_PORT))"
	@echo "  SERVE=0         end the demo after its account"
	@echo "  MISBEHAVE       how the sandbox LMS lets Cairn down after the main job, such as html or truncated"

demo: $(VENV)/run  ## Live through twelve weeks on a sandbox LMS, then serve both sites
	@$(BIN)/python -m demo --port $(PORT) --lms-port $(LMS_PORT) $(if $(filter 0,$(SERVE)),--no-serve) $(ARGS) \
		$(if $(MISBEHAVE),--misbehave $(MISBEHAVE))

test: $(VENV)/dev  ## Run all tests; the summary says what was left out
	@$(BIN)/python -m pytest -n $(JOBS) $(ARGS)

check: $(VENV)/dev  ## Lint, types, import layers, templates, translations, migrations
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint --lint --quiet templates sandbox/templates
	@.ci/php
	$(BIN)/python -m pytest -q tests/contract/test_templates.py tests/contract/test_translations.py \
		tests/contract/test_migrations.py

bench: $(VENV)/dev  ## Measure launches, widgets, the admin and matching (docs/performance.md)
	@$(BIN)/python -m benchmarks $(ARGS)

format: $(VENV)/dev  ## Put code and templates in order
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

translations: $(VENV)/run  ## Bring the catalogues up to date with the texts; then translate what is new
	@mkdir -p var
	$(BIN)/python -m babel.messages.frontend -q extract -F babel.cfg -k _ -k NotFoundError --no-location --sort-output \
		--omit-header -o var/messages.pot .
	$(BIN)/python -m babel.messages.frontend update -i var/messages.pot -d translations --no-fuzzy-matching \
		--ignore-obsolete --ignore-pot-creation-date --width=110

requirements: $(VENV)/dev  ## Compile the pinned requirements anew
	$(BIN)/pip-compile -q --upgrade --strip-extras --no-annotate --no-emit-index-url --no-emit-trusted-host \
		--no-emit-find-links -o requirements.txt requirements.in
	$(BIN)/pip-compile -q --upgrade --strip-extras --no-annotate --no-emit-index-url --no-emit-trusted-host \
		--no-emit-find-links -o requirements-dev.txt requirements-dev.in

screenshots: $(VENV)/dev  ## Take the pictures of the README from the demo
	$(BIN)/python -m demo.screenshots

clean:  ## Remove what was installed and made, the demo's data too
	rm -rf $(VENV) var .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Cairn needs Python 3.11 or newer. Name one: make PYTHON=python3.12 ..."; exit 1; }
	@echo "Making $(VENV) ..."
	@$(PYTHON) -m venv $(VENV) 2>/dev/null || { rm -rf $(VENV); sh tools/venv $(PYTHON) $(VENV); }

$(VENV)/run: $(VENV)/bin/python requirements.txt
	@echo "Installing what Cairn needs ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/dev: $(VENV)/run requirements-dev.txt
	@echo "Installing what its tests need ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@
