# Run `make` for the list. Every target installs first what it misses (a second time: at once).
# PYTHON=/path/to/python3.12 chooses the interpreter that .venv is made with.

FILM    ?= descent
QUALITY ?= h
python  := .venv/bin/python

.DEFAULT_GOAL := help
.PHONY: help film test audit browser lint format setup storyboard clean

help:  ## This list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

film: setup  ## Render a film at 1080p60 (FILM=descent; QUALITY=l m h p k) and say where it is
	@.venv/bin/manim -q$(QUALITY) scenes/$(FILM).py

test: browser  ## Run the whole test suite
	$(python) -m pytest -n auto --maxprocesses 4 --dist worksteal

audit: browser  ## Run the tests with the full matrices that `make test` only samples
	$(python) -m pytest -n auto --maxprocesses 4 --dist worksteal -m ""

lint: setup  ## Check style and types, change nothing
	$(python) -m ruff check .
	$(python) -m ruff format --check .
	$(python) -m mypy

format: setup  ## Put the code into the project's style
	$(python) -m ruff check --fix .
	$(python) -m ruff format .

setup:  ## Install what is missing: system packages, .venv, the project
	@bash scripts/setup.sh

browser: setup
	@bash scripts/setup.sh browser

storyboard: setup  ## One picture of a film, the last frame of every beat (FILM=descent)
	$(python) -m studio storyboard $(FILM)

clean:  ## Remove caches; videos and .venv stay
	rm -rf renders/.cache .pytest_cache .mypy_cache .ruff_cache .hypothesis build
	find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +
