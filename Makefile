# A newcomer needs only `make demo` and `make test`; both set up .venv first.
PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
STAMP = $(VENV)/.installed

.PHONY: all docs demo test test-all test-reloaded soak check lint types format constraints clean
all: $(STAMP)

$(STAMP): setup.cfg pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	touch $(STAMP)

demo: $(STAMP)  ## the main job on an invented publisher, offline
	PATH="$(abspath $(BIN)):$$PATH" sh sample/demo.sh

test: $(STAMP)  ## the tests that are quick: three minutes on two cores
	$(BIN)/python -m pytest -q -n auto -m "not slow"

test-all: $(STAMP)  ## all tests, with a sample of the kills, flipped bits and random cases
	$(BIN)/python -m pytest -q -n auto

soak: $(STAMP)  ## all tests, with every kill, flipped bit and random case
	ONRECORD_SOAK=1 $(BIN)/python -m pytest -q -n auto

check: test-all test-reloaded lint types  ## everything that CI checks

# Whoosh-Reloaded has the same import name as Whoosh: it is in a separate folder, earlier on the path.
test-reloaded: $(STAMP)  ## the index's tests on Whoosh-Reloaded 2.7.5
	test -d $(VENV)/reloaded || $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --target $(VENV)/reloaded whoosh-reloaded==2.7.5 cached-property==2.0.1
	PYTHONPATH=$(VENV)/reloaded $(BIN)/python -W ignore -m pytest -q -n auto tests/index/engines tests/index/hits tests/index/phrases

lint: $(STAMP)
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: $(STAMP)
	$(BIN)/mypy

format: $(STAMP)
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

constraints:  ## pin the versions that a fresh environment resolves to today
	rm -rf .venv-pin && $(PYTHON) -m venv .venv-pin
	.venv-pin/bin/python -m pip install --quiet --disable-pip-version-check '.[dev]'
	.venv-pin/bin/python -m pip freeze --exclude onrecord > constraints.txt
	rm -rf .venv-pin build *.egg-info

docs: $(STAMP)  ## generate the reference pages of docs/ from the program
	$(BIN)/python -m onrecord.generate_reference docs

clean:
	rm -rf $(VENV) build *.egg-info .mypy_cache .ruff_cache .pytest_cache
