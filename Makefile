# The whole of daily work. `make demo` and `make test` need Python 3.11 or newer and nothing else.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PARSERS ?= $(VENV)-parsers
WHEELHOUSE ?= $(VENV)/wheelhouse
export PIP_DISABLE_PIP_VERSION_CHECK = 1

.PHONY: demo story test test-fuzz test-parsers test-training wheelhouse lint docs docs-check bench clean

demo: $(VENV)/installed
	@echo
	$(BIN)/ftlint check examples/support-bot || test $$? -eq 1
	@echo
	@echo "Each fault is explained in examples/support-bot/README.md; try: $(BIN)/ftlint rule split-leakage"

# one fine-tune, from data with faults to its report, on a CPU; what checks is installed apart from what trains
story: $(VENV)/developing $(PARSERS)/installed
	$(PARSERS)/bin/python examples/story/story.py build/story --linter $(BIN)/ftlint

test: $(VENV)/developing $(WHEELHOUSE)/filled
	FTLINT_WHEELHOUSE=$(abspath $(WHEELHOUSE)) $(BIN)/python -m pytest -n auto --dist worksteal

# what an installation of the core takes, so that the tests of pre-commit need no network
wheelhouse: $(WHEELHOUSE)/filled

test-fuzz: $(VENV)/developing
	FTLINT_FUZZ_ROWS=200000 $(BIN)/python -m pytest tests/test_fuzz.py

# an environment of its own: where torch is installed, whatever loads spaCy loads torch
test-parsers: $(PARSERS)/installed
	$(PARSERS)/bin/python -m pytest tests/parsers

# what really trains, on a CPU
test-training: $(PARSERS)/installed
	$(PARSERS)/bin/python -m pytest tests/training -n 2 --dist worksteal

lint: $(VENV)/developing
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

docs: $(VENV)/developing
	$(BIN)/python docs/generate.py

docs-check: $(VENV)/developing
	$(BIN)/python docs/generate.py --check

bench: $(VENV)/developing
	$(BIN)/python benchmarks/floor.py
	$(BIN)/python benchmarks/startup.py
	$(BIN)/python benchmarks/configs.py
	$(BIN)/python benchmarks/logs.py
	$(BIN)/python benchmarks/log_noise.py

clean:
	rm -rf $(VENV) $(PARSERS) .ftlint_cache

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "ftlint needs Python 3.11 or newer: make PYTHON=python3.11 ...")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip

$(VENV)/installed: $(VENV)/bin/python pyproject.toml
	$(BIN)/python -m pip install --quiet --editable .
	touch $@

$(VENV)/developing: $(VENV)/installed
	$(BIN)/python -m pip install --quiet --editable '.[all]' --group dev
	touch $@

$(WHEELHOUSE)/filled: $(VENV)/bin/python pyproject.toml
	rm -rf $(WHEELHOUSE)
	$(BIN)/python -m pip wheel --quiet --wheel-dir $(WHEELHOUSE) . 'hatchling>=1.26' 'zstandard>=0.23'
	rm $(WHEELHOUSE)/ftlint-*.whl
	touch $@

$(PARSERS)/installed: pyproject.toml
	$(PYTHON) -m venv $(PARSERS)
	$(PARSERS)/bin/python -m pip install --quiet --upgrade pip
	$(PARSERS)/bin/python -m pip install --quiet torch==2.13.0
	$(PARSERS)/bin/python -m pip install --quiet --editable '.[dpo,eval]' --group parsers
	touch $@
