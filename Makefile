# What one types in this checkout. `make help` lists the targets.

# python3.11 where it starts (a version manager's stub may not), else whatever python3 is: bootstrap says what is missing.
PYTHON ?= $(shell for python in python3.11 python3; do $$python -c '' 2>/dev/null && echo $$python && break; done)
VENV := .venv
STAMP := $(VENV)/.remodel-lock
export PATH := $(CURDIR)/$(VENV)/bin:$(PATH)

.PHONY: help repro matrix messages test attacks acid lint lock shell clean $(VENV)

help: ## list the targets
	@grep -hE '^[a-z.]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z.]+):.*## /  make \1\t/' | expand -t 20

repro: $(STAMP) ## rebuild whatever changed, in locked containers
	python -m remodel repro

test: $(STAMP) ## run the tests: those without a container first (a minute), then those with
	python -m pytest tests/unit -n 2 --dist worksteal
	@# First, because it installs an engine where there is none, which two workers must not do at once.
	python -m remodel environment list
	python -m pytest tests/containers -n 2 --dist loadfile

acid: $(STAMP) ## a fresh clone, rebuilt in another folder with the README's commands, leaves dvc.lock as committed
	python -m pytest tests/acid

attacks: $(STAMP) ## run every test that attacks, and write what became of them to docs/security.md
	python -m pytest tests -m attack -n 2 --dist loadfile --write-attacks

messages: $(STAMP) ## list every message of an error, with what to do next
	python tests/messages.py

lint: $(STAMP) ## check style and types
	ruff check .
	ruff format --check .
	mypy

matrix: $(STAMP) ## build the zoo in every environment: docs/matrix.md
	python -m remodel environment matrix

lock: $(STAMP) ## solve every environment.yml again (ENVIRONMENT=name: that one only)
	python -m remodel environment lock $(ENVIRONMENT)

shell: $(STAMP) ## a shell in which the project's programs come first
	@$${SHELL:-/bin/sh}

clean: ## delete what is private to this checkout: .venv, unfinished work, caches of tools
	rm -rf $(VENV) .remodel .pytest_cache .mypy_cache .ruff_cache build src/*.egg-info

$(VENV): $(STAMP)

$(STAMP): conda-lock.yml
	@PYTHONPATH=src $(PYTHON) -m remodel.environments.bootstrap
