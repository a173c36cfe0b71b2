# Two commands do all the set-up: `make demo` and `make test`. Both create .venv first.

PYTHON ?= $(firstword $(foreach p,python3 python3.13 python3.12 python3.11 python,\
	$(if $(shell $(p) -c 'import sys; print(sys.version_info >= (3, 11) or "")' 2>/dev/null),$(p))))
VENV ?= .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed-dev
PEERS ?= .venv-peers
OLDEST ?= .venv-oldest
JOBS ?= 2
# Price files that may not be shipped; only the targets that say so need them.
SHARED ?= ../shared/data

.DEFAULT_GOAL := help
.PHONY: help venv demo test oldest lint format bench scoreboard event-study models pictures clean needs-shared

help:
	@echo "make demo        create $(VENV), install, run the main job on portfolios/ai_growth.csv"
	@echo "make test        the same environment; ruff, mypy, import order, tests"
	@echo "make lint        ruff and mypy only"
	@echo "make oldest      the tests with the oldest versions that pyproject.toml allows (in $(OLDEST))"
	@echo "make format      let ruff rewrite"
	@echo "make bench       a cold run, and the core beside naive numpy and peers (in $(PEERS))"
	@echo "make pictures    draw the pictures of README and docs again, from real runs"
	@echo "make scoreboard  shock days against the model of the session before      (needs SHARED)"
	@echo "make event-study hedges of the session before against what came            (needs SHARED)"
	@echo "make models      estimate the bundled factor models again                  (needs SHARED)"
	@echo "make clean       remove $(VENV) and caches"
	@echo "SHARED=$(SHARED) holds the price files."

$(STAMP): pyproject.toml hatch_build.py stress/kernel.c
	@test -n "$(PYTHON)" || { echo "foreshock needs Python 3.11 or newer; set PYTHON=/path/to/python" >&2; exit 1; }
	@echo "Installing into $(VENV): a few minutes the first time ..." >&2
	@$(PYTHON) -m venv $(VENV) || { echo "Could not create $(VENV). On Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[dev]"
	@$(BIN)/python -m compileall -q stress
	@touch $@

venv: $(STAMP)

demo: $(STAMP)
	@$(BIN)/foreshock run portfolios/ai_growth.csv

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(STAMP)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# The order of the rooms (import-linter) is checked by tests/test_architecture.py.
test: lint
	OPENBLAS_NUM_THREADS=1 $(BIN)/python -m pytest -n $(JOBS)

$(OLDEST)/.installed: pyproject.toml tests/oldest.py
	@$(PYTHON) -m venv $(OLDEST)
	@$(PYTHON) tests/oldest.py > $(OLDEST)/oldest.txt
	@$(OLDEST)/bin/python -m pip install --quiet --disable-pip-version-check --constraint $(OLDEST)/oldest.txt --editable ".[dev]"
	@touch $@

oldest: $(OLDEST)/.installed
	OPENBLAS_NUM_THREADS=1 $(OLDEST)/bin/python -m pytest -n $(JOBS)

# Peers live in an environment of their own; without them the table has no rows of theirs.
$(PEERS)/.installed: benchmarks/peers.txt
	@$(PYTHON) -m venv $(PEERS)
	@$(PEERS)/bin/python -m pip install --quiet --disable-pip-version-check -r benchmarks/peers.txt
	@touch $@

bench: $(STAMP)
	$(BIN)/python benchmarks/cold_run.py
	@$(MAKE) --no-print-directory $(PEERS)/.installed || echo "peers could not be installed: their rows are left out" >&2
	$(BIN)/python benchmarks/core.py --cluster $$(test -f $(PEERS)/.installed && echo --peers $(PEERS)/bin/python)
	$(BIN)/python benchmarks/hedging.py --heavy $$(test -f $(PEERS)/.installed && echo --peer $(PEERS)/bin/python)
	@if test -f $(PEERS)/.installed; then $(BIN)/python benchmarks/minimum_es.py --peers $(PEERS)/bin/python; fi

pictures: $(STAMP)
	$(BIN)/python docs/pictures.py

needs-shared:
	@test -d "$(SHARED)/prices" || { echo "This needs the price files, and $(SHARED)/prices is not there. Set SHARED=/path/to/data." >&2; exit 2; }

PRICE_FILES = adjclose_wide_2018_2025 $(addprefix fred/,DGS2 DGS10 DGS30 BAMLH0A0HYM2 BAMLC0A0CM) vix_daily
MODEL_PRICES = $(foreach file,$(PRICE_FILES),"$(SHARED)/prices/$(file).csv")

# Large moves and two idle bill funds were looked at one by one: they are real. These members have no prices in the files.
MODEL_WAIVERS = --waive jump --waive stale $(foreach ticker,MCHP CLS DDOG NVT BWXT LEU IRM,--waive missing-member:$(ticker))

models: needs-shared $(STAMP)
	$(BIN)/foreshock calibrate $(MODEL_PRICES) --factors models/us-ai.toml $(MODEL_WAIVERS) --variants \
		--as-of 2025-12-30 --id us-ai-2025-12 -o models/us-ai-2025-12.json --force
	$(BIN)/foreshock calibrate $(MODEL_PRICES) --factors models/us-ai.toml $(MODEL_WAIVERS) --variants \
		--as-of 2025-01-24 --id us-ai-2025-01-24 -o models/us-ai-2025-01-24.json --force

scoreboard: needs-shared $(STAMP)
	OPENBLAS_NUM_THREADS=1 $(BIN)/foreshock scoreboard $(foreach file,$(PRICE_FILES),--prices "$(SHARED)/prices/$(file).csv") $(MODEL_WAIVERS) \
		$(foreach year,2020 2021 2022 2023 2024 2025,--year $(year)) \
		--markdown docs/scoreboard.md --track-record models/us-ai.track_record --force

event-study: needs-shared $(STAMP)
	$(BIN)/foreshock event-study $(MODEL_PRICES) --factors models/us-ai.toml $(MODEL_WAIVERS) \
		-o docs/event-study.md --force

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache dist build
