PYTHON ?= python3
BIN := .venv/bin
export DEBUG ?= 1
# Where the environment's Python is gone, what was installed for it is gone too.
$(shell test -x $(BIN)/python || rm -f .venv/development .venv/test)

.PHONY: run test lint messages stop

run: .venv/development  ## the portal, its worker and something to see
	@DEMO=1 exec $(BIN)/python manage.py start

test: .venv/test  ## every test against the embedded PostgreSQL
	@sh tests/needs.sh && $(BIN)/python manage.py compile_catalogues && $(BIN)/python -m pytest -n 2 --dist loadfile

lint: .venv/test  ## style, types, templates, missing migrations
	@sh tests/lint.sh $(BIN)

messages: .venv/test  ## collect what is to be translated into locale/
	@$(BIN)/python manage.py makemessages -l kk -l ru --no-location --no-obsolete --no-wrap -i tests -i .venv

stop: .venv/development  ## the embedded PostgreSQL
	@$(BIN)/python -m consular_portal.database stop

.venv/%: requirements/%.txt .venv/bin/python
	@$(BIN)/python requirements/install.py $*.txt
	@touch $@

.venv/bin/python:
	@command -v $(PYTHON) >/dev/null || { echo "$(PYTHON) is not here. Python 3.11 or newer is needed: install it, or name it: make run PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) requirements/install.py
