# make demo    watch muscles work: installs into .venv, then runs the demo
# make test    everything that CI checks

PYTHON ?= python3
BIN := .venv/bin
CHECK_PYTHON := import sys; sys.exit(sys.version_info < (3, 11) and f"nmr-emg needs Python 3.11 or later; this is {sys.version.split()[0]}. Try: make PYTHON=python3.12")
QT_PACKAGES := libegl1 libgl1 libxkbcommon0 libdbus-1-3 libfontconfig1 libxcb-cursor0

.PHONY: demo test test-long docs bench league clean qt

demo: .venv/app
	$(BIN)/nmr-emg demo

test: .venv/dev qt
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet --site-dir .venv/site
	$(BIN)/pytest -m "not long" -n 3 --dist worksteal

test-long: .venv/dev qt
	$(BIN)/pytest -m long --timeout 1800

docs: .venv/dev
	$(BIN)/mkdocs serve

bench: .venv/dev
	for one in $(filter-out %/peers.py %/league_adapter.py, $(wildcard benchmarks/*.py)); do $(BIN)/python $$one || exit 1; done

league: .venv/dev
	$(BIN)/python benchmarks/peers.py

qt: .venv/dev
	@QT_QPA_PLATFORM=offscreen $(BIN)/python -c "from PySide6 import QtWidgets" || \
	  (echo "Qt lacks a system library. On Debian or Ubuntu: apt install $(QT_PACKAGES)"; exit 1)

.venv/made:
	@$(PYTHON) -c '$(CHECK_PYTHON)'
	@$(PYTHON) -c "import ensurepip" || (echo "Python lacks venv. On Debian or Ubuntu: apt install python3-venv"; exit 1)
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"
	@touch $@

.venv/app: .venv/made pyproject.toml
	$(BIN)/python -m pip install --quiet --editable ".[gui]"
	@touch $@

.venv/dev: .venv/app pyproject.toml
	$(BIN)/python -m pip install --quiet --editable ".[all]" --group dev --group docs
	@touch $@

clean:
	rm -rf .venv demo site
