# Everything a newcomer needs is `make demo` and `make test`; both set up what they need in .venv.
PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
STAMP = $(VENV)/.installed

.PHONY: all docs demo test check lint types format constraints clean
all: $(STAMP)

$(STAMP): setup.cfg pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	touch $(STAMP)

demo: $(STAMP)  ## the main job on a publisher we made up, offline
	PATH="$(abspath $(BIN)):$$PATH" sh sample/demo.sh

test: $(STAMP)  ## the tests
	$(BIN)/python -m pytest -q -n auto

check: test lint types  ## everything CI checks

lint: $(STAMP)
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: $(STAMP)
	$(BIN)/mypy

format: $(STAMP)
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

constraints:  ## pin what a fresh environment resolves to today
	rm -rf .venv-pin && $(PYTHON) -m venv .venv-pin
	.venv-pin/bin/python -m pip install --quiet --disable-pip-version-check '.[dev]'
	.venv-pin/bin/python -m pip freeze --exclude onrecord > constraints.txt
	rm -rf .venv-pin build *.egg-info

docs: $(STAMP)  ## the reference pages made of the program itself
	$(BIN)/python -m onrecord.reference docs

clean:
	rm -rf $(VENV) build *.egg-info .mypy_cache .ruff_cache .pytest_cache
