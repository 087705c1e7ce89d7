#!/bin/sh
# Every check that reads the code without running the tests. $1: the folder of the programs.
set -e
"$1/ruff" check .
"$1/ruff" format --check .
"$1/mypy"
"$1/djlint" --lint --quiet templates
"$1/python" manage.py makemigrations --check --dry-run
