# Python (3.11 or newer) and pip are all that a machine needs: every target sets up what it uses.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
SHARED_DATA ?= ../shared/data

.PHONY: demo test lint bench prove published grammar mutants clean

$(VENV)/made: pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("quotarules needs Python 3.11 or newer") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV) || ($(PYTHON) -m pip install --user virtualenv && $(PYTHON) -m virtualenv $(VENV))
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --editable .
	touch $@

$(VENV)/made-dev: $(VENV)/made
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	touch $@

demo: $(VENV)/made
	$(BIN)/quotarules check --project rules/agency
	$(BIN)/quotarules settle --project rules/agency --data fixtures/agency --through 2026-03
	$(BIN)/quotarules statement S1 --project rules/agency --period 2026-03

test: $(VENV)/made-dev
	$(BIN)/python -m pytest -n auto --dist loadgroup -rs $(ARGS)

lint: $(VENV)/made-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/made-dev
	$(BIN)/python -m benchmarks.start
	$(BIN)/python -m benchmarks.run

prove: $(VENV)/made-dev
	PYTHONPATH=tests $(BIN)/python -m proof --cases $(or $(CASES),20000) --seed $(or $(SEED),1) \
		$(foreach engine,$(or $(ENGINES),duckdb),--engine $(engine)) $(foreach url,$(URLS),--engine-url $(url))

published: $(VENV)/made
	$(BIN)/python fixtures/published/table.py

mutants: $(VENV)/made-dev
	PYTHONPATH=tests $(BIN)/python -m mutation.run

grammar: $(VENV)/made
	$(BIN)/python -m quotarules.syntax.compile_grammar

clean:
	rm -rf $(VENV) .venv-* build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
