# Sereno: what people type. `make help` lists it.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help up setup setup-app setup-models test test-fast lint format bench words data

# The first Python of 3.11 or newer; say PYTHON=/path/to/python to choose another.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python3.14; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
APP := .venv/bin
ASSISTANT := .venv-assistant/bin
MODELS := .venv-models/bin

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-15s %s\n", $$1, $$2}' Makefile

setup: ## make the two environments
	@test -n "$(PYTHON)" || { echo "Sereno needs Python 3.11 or newer. Install it, or say PYTHON=/path/to/python." >&2; exit 1; }
	@$(PYTHON) deploy/setup.py

setup-app: ## make the service's environment alone
	@test -n "$(PYTHON)" || { echo "Sereno needs Python 3.11 or newer. Install it, or say PYTHON=/path/to/python." >&2; exit 1; }
	@$(PYTHON) deploy/setup.py --only app

setup-models: ## make the environment that trains the encoder and hears voice messages
	@test -n "$(PYTHON)" || { echo "Sereno needs Python 3.11 or newer. Install it, or say PYTHON=/path/to/python." >&2; exit 1; }
	@$(PYTHON) deploy/setup.py --only models

up: setup ## start everything; Ctrl-C stops it
	@exec $(APP)/sereno up

test: setup ## the whole suite
	@$(ASSISTANT)/python -m bot.assistant.train
	@if [ -d tests/bot/assistant ]; then $(ASSISTANT)/python -m pytest -q -c /dev/null --rootdir . --confcutdir tests/bot/assistant -p no:cacheprovider --asyncio-mode=auto tests/bot/assistant; fi
	@if [ -x $(MODELS)/python ]; then $(MODELS)/python -m pytest -q -c /dev/null --rootdir . --confcutdir tests/models -p no:cacheprovider tests/models; else echo "Skipped tests/models: make setup-models makes their environment."; fi
	@$(APP)/python -m pytest

test-fast: setup-app ## what needs neither assistant nor browser
	@$(APP)/python -m pytest -m "not assistant and not browser"

lint: setup-app ## ruff, mypy, import-linter
	@$(APP)/ruff check .
	@$(APP)/ruff format --check .
	@$(APP)/mypy
	@$(APP)/lint-imports

format: setup-app ## write the code as ruff wants it
	@$(APP)/ruff format .
	@$(APP)/ruff check --fix-only --quiet .

bench: setup ## measure: every program of tests/bench
	@for measure in tests/bench/*.py; do $(APP)/python $$measure || exit 1; done

words: setup-app ## bring the catalogues up to date with the code and check them
	@$(APP)/sereno words update
	@$(APP)/sereno words check

data: setup-app ## bring what is counted from nlu_data up to date: its data sheet, the words of languages
	@$(APP)/python -m bot.assistant.datasheet
	@$(APP)/python -m bot.assistant.spoken
