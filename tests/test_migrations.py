"""Every migration forward and back, on a database of its own."""

import re
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest
from django.apps import apps
from django.contrib.postgres.operations import CreateCollation, CryptoExtension
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from pgtrigger.registry import registered

from tests import processes

OURS = ("accounts", "missions", "registrations")
NAME = "test_portal_migrations"
# Constraints that only a migration knows of.
BY_HAND = {"insert_only_on_permanent_record"}


def our_operations():
    loader = MigrationLoader(None)
    return [
        (f"{label}.{name}", operation)
        for (label, name), migration in sorted(loader.disk_migrations.items())
        if label in OURS
        for operation in migration.operations
    ]


def test_every_operation_can_be_taken_back():
    operations = our_operations()
    assert {name.partition(".")[0] for name, _operation in operations} == set(OURS)
    assert [name for name, operation in operations if not operation.reversible] == []


@pytest.mark.django_db
def test_models_have_no_change_without_a_migration():
    call_command("makemigrations", check_changes=True, dry_run=True)


def test_no_migration_needs_icu_or_pgcrypto():
    """The embedded PostgreSQL has neither."""
    wanted = re.compile(r"\bicu\b|pgcrypto|gen_random_bytes|\bcrypt\(", re.IGNORECASE)
    files = [path for app in OURS for path in Path(app, "migrations").glob("0*.py")]
    assert len(files) >= len(OURS)
    assert [path for path in files if wanted.search(path.read_text(encoding="utf-8"))] == []
    kinds = (CryptoExtension, CreateCollation)
    assert [name for name, operation in our_operations() if isinstance(operation, kinds)] == []


@pytest.fixture
def empty_database(db):
    """The address of a database without anything in it; dropped afterwards."""
    known = connection.get_connection_params()
    options = {key: known[key] for key in ("user", "host", "password", "port") if key in known}
    with closing(psycopg2.connect(dbname="postgres", **options)) as server:
        server.autocommit = True
        with server.cursor() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {NAME}")
            cursor.execute(f"CREATE DATABASE {NAME}")
        yield lambda: psycopg2.connect(dbname=NAME, **options)
        with server.cursor() as cursor:
            cursor.execute(f"DROP DATABASE {NAME} WITH (FORCE)")


def migrate(*arguments):
    done = processes.manage(
        "migrate", *arguments, "--verbosity", "0", DATABASE_URL=processes.database_url(NAME)
    )
    assert done.returncode == 0, done.stderr


def names(connect, query):
    with closing(connect()) as fresh, fresh.cursor() as cursor:
        cursor.execute(query)
        return {row[0] for row in cursor.fetchall()}


TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
CONSTRAINTS = "SELECT conname FROM pg_constraint"
INDEXES = "SELECT indexname FROM pg_indexes WHERE schemaname = 'public'"
TRIGGERS = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
EXTENSIONS = "SELECT extname FROM pg_extension"
ICU_COLUMNS = (
    "SELECT attname FROM pg_attribute JOIN pg_collation ON attcollation = pg_collation.oid "
    "WHERE collprovider = 'i'"
)


def our_models():
    """Managed models, history included, without proxies."""
    return [
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.app_label in OURS and not model._meta.proxy
    ]


def test_migrations_go_from_nothing_to_head_and_back(empty_database):
    migrate()
    tables = {model._meta.db_table for model in our_models()}
    assert tables - names(empty_database, TABLES) == set()
    named = {constraint.name for model in our_models() for constraint in model._meta.constraints}
    kept = names(empty_database, CONSTRAINTS) | names(empty_database, INDEXES)
    assert len(named) > 30
    assert (named | BY_HAND) - kept == set()
    indexes = {index.name for model in our_models() for index in model._meta.indexes}
    assert indexes - kept == set()
    triggers = {trigger.get_pgid(model) for model, trigger in registered()}
    assert triggers == names(empty_database, TRIGGERS)
    assert names(empty_database, EXTENSIONS) == {"plpgsql", "pg_trgm", "btree_gist"}
    assert names(empty_database, ICU_COLUMNS) == set()

    for app in reversed(OURS):
        migrate(app, "zero")
    left = {table for table in names(empty_database, TABLES) if table.startswith(OURS)}
    assert left == set()
    assert names(empty_database, TRIGGERS) == set()
