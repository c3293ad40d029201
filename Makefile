# The work is done by the scripts in .ci/; this file only gives it short names.
.DEFAULT_GOAL := help
SHELL := /bin/sh
PYTHON := .venv/bin/python

# Given by the person: what follows the command, a broker that is already there, one benchmark only.
ARGS ?=
BROKER ?=
ONLY ?=

help: ## List the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1~\2/p' Makefile | awk -F'~' '{ printf "%-18s %s\n", $$1, $$2 }'

run: ## Start a whole line on this computer  [ARGS="--for 20 --headless"] [BROKER=mqtt://host:1883]
	@sh .ci/venv.sh run
	@BROKER="$(BROKER)" .venv/bin/pullcord run $(ARGS)

test: ## Check everything: style, types, and all tests  [ARGS="tests/firmware -k cord"]
	@sh .ci/venv.sh dev
	@sh .ci/programs.sh
	@sh .ci/test.sh $(ARGS)

bench: ## Measure, and write build/bench/NAME.json  [ONLY=latency]
	@sh .ci/venv.sh dev
	@sh .ci/programs.sh
	@$(PYTHON) -m tests.benchmarks $(ONLY)

fuzz: ## Look for bytes that a reader of ours does not bear, a minute for each  [ARGS="600 mqtt"]
	@sh .ci/venv.sh fuzz
	@$(PYTHON) -m tests.fuzz $(ARGS)

images: ## Take the pictures of the documentation anew (docs/images)
	@sh .ci/venv.sh dev
	@sh .ci/programs.sh
	@PULLCORD_IMAGES=yes CI=true $(PYTHON) -m pytest -q tests/end_to_end/test_pictures.py

recording: ## Record anew how a first board becomes a station (docs/technicians/first-board.txt)
	@sh .ci/venv.sh dev
	@sh .ci/programs.sh
	@PULLCORD_RECORD=yes CI=true $(PYTHON) -m pytest -q tests/end_to_end/test_first_board.py

commands: ## Make the page of all commands anew (docs/technicians/commands.md)
	@sh .ci/venv.sh run
	@$(PYTHON) -m pullcord.cli.document docs/technicians/commands.md

hardware: ## Make the wiring drawings, bills of materials and pages of docs/hardware anew
	@sh .ci/venv.sh hardware
	@sh .ci/graphviz.sh
	@$(PYTHON) -m pullcord.hardware draw

lint: ## Check the style (ruff)
	@sh .ci/venv.sh dev
	@$(PYTHON) -m ruff check .

types: ## Check the types: the host's as CPython sees them, the firmware's as a board does
	@sh .ci/venv.sh dev
	@sh .ci/types.sh

coverage: ## Judge how many branches of station.core its tests take
	@sh .ci/venv.sh dev
	@$(PYTHON) .ci/coverage.py

clean: ## Remove what was built; the downloads stay
	rm -rf build .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.PHONY: help run test bench fuzz images commands hardware lint types coverage clean
