"""Whoever starts the portal with a wrong variable reads one sentence that names it, no trace."""

import base64
import subprocess

import pytest

from tests.consular_portal.programs import ROOT, example, filled_example, manage, run

KEY = base64.b64encode(bytes(32)).decode()
UNSET = ("SECRET_KEY", "ALLOWED_HOSTS", "PORTAL_ORIGIN", "DATABASE_URL", "PRIVATE_FILES_ROOT",
         "FIELD_KEYS", "INDEX_KEY", "EMAIL_URL")  # fmt: skip
MALFORMED = {
    "DEBUG": "perhaps",
    "PROXY_COUNT": "one",
    "PORTAL_ORIGIN": "https://register.example.org/kk/",
    "DATABASE_URL": "mysql://portal@db/portal",
    "CACHE_URL": "somewhere://",
    "CONN_MAX_AGE": "-1",
    "FIELD_KEYS": "2026:dG9vIHNob3J0",
    "INDEX_KEY": "not base64",
    "EMAIL_URL": "smtp+tls://mail:port",
    "CLAMAV_SOCKET": "clamd",
    "SECURE_SSL_REDIRECT": "ture",
    "SECRET_KEY_FILE": "/nowhere/secret",
}


def the_sentence(finished):
    """What was said, where it was one line and the start was refused."""
    assert (finished.returncode, finished.stdout) == (1, "")
    [sentence] = finished.stderr.splitlines()
    return sentence


@pytest.mark.parametrize("name", UNSET)
def test_start_without_a_variable(name):
    variables = example() | {name: ""}
    assert the_sentence(manage("check", variables=variables)).startswith(f"{name} is not set.")


@pytest.mark.parametrize("name", MALFORMED)
def test_start_with_a_malformed_variable(name):
    variables = example() | {name: MALFORMED[name]}
    sentence = the_sentence(manage("check", variables=variables))
    assert sentence.partition(" ")[0].rstrip(":") == name


@pytest.mark.parametrize(
    "pairs",
    [
        f"{KEY}",
        f"2026:{KEY},2026:{KEY}",
        f"a.b:{KEY}",
        f"2026:{KEY},",
    ],
)
def test_start_with_malformed_field_keys(pairs):
    variables = example() | {"FIELD_KEYS": pairs}
    assert the_sentence(manage("check", variables=variables)).startswith("FIELD_KEYS must be ")


@pytest.mark.parametrize("url", ["postgresql://portal@db/", "portal", "postgresql://db:port/x"])
def test_malformed_database_url_is_not_repeated(url):
    sentence = the_sentence(manage("check", variables=example() | {"DATABASE_URL": url}))
    assert sentence == "DATABASE_URL must be like postgresql://user:password@host:port/name."


def test_server_with_a_wrong_variable_ends_with_the_sentence():
    variables = example() | {"INDEX_KEY": "x"}
    finished = run("-m", "gunicorn", "--bind", "127.0.0.1:0", variables=variables)
    assert finished.returncode == 1
    assert finished.stderr.splitlines()[1:] == ["INDEX_KEY must be base64 of 32 random bytes."]


def test_secret_from_a_file(tmp_path):
    file = tmp_path / "index.key"
    file.write_text(KEY + "\n")
    variables = example() | {"INDEX_KEY": "", "INDEX_KEY_FILE": str(file)}
    asked = "from django.conf import settings; print(settings.INDEX_KEY)"
    variables["DJANGO_SETTINGS_MODULE"] = "consular_portal.settings"
    assert run("-c", asked, variables=variables).stdout == f"{KEY}\n"


@pytest.mark.parametrize("command", ["start", "demo", "check"])
def test_demonstration_without_debug(command):
    sentence = the_sentence(manage(command, variables=example() | {"DEMO": "1"}))
    assert sentence == "DEMO lets officers in without a second factor: it needs DEBUG=1."


def test_demonstration_with_a_public_host():
    variables = {"DEBUG": "1", "DEMO": "1", "ALLOWED_HOSTS": "127.0.0.1,register.example.org"}
    sentence = the_sentence(manage("start", variables=variables))
    assert sentence == "DEMO serves this machine alone: leave ALLOWED_HOSTS unset."


def checked_for_deployment(variables):
    return manage("check", "--deploy", "--fail-level", "WARNING", variables=variables)


def test_filled_example_passes_every_check_for_deployment(tmp_path):
    finished = checked_for_deployment(filled_example() | {"PRIVATE_FILES_ROOT": str(tmp_path)})
    said = "System check identified no issues (0 silenced).\n"
    assert (finished.returncode, finished.stdout, finished.stderr) == (0, said, "")


def test_example_as_it_stands_is_refused(tmp_path):
    finished = checked_for_deployment(example() | {"PRIVATE_FILES_ROOT": str(tmp_path)})
    assert finished.returncode == 1
    assert finished.stderr.count("(portal.") == 1
    assert "(portal.E010) A secret of .env.example is in use" in finished.stderr
    named = "Replace SECRET_KEY, DATABASE_URL, FIELD_KEYS, INDEX_KEY, EMAIL_URL, BOUNCES_URL;"
    assert named in finished.stderr


@pytest.mark.parametrize("name", ["SECRET_KEY", "DATABASE_URL", "FIELD_KEYS", "INDEX_KEY",
                                  "EMAIL_URL", "BOUNCES_URL"])  # fmt: skip
def test_one_secret_of_the_example_is_enough(tmp_path, name):
    variables = filled_example() | {"PRIVATE_FILES_ROOT": str(tmp_path), name: example()[name]}
    finished = checked_for_deployment(variables)
    assert finished.returncode == 1
    assert finished.stderr.count("(portal.E010)") == 1


def test_shell_reads_the_example_as_compose_does():
    read = "set -a; . ./.env.example; env -0"
    finished = subprocess.run(  # noqa: S603
        ["/bin/sh", "-ec", read], cwd=ROOT, env={}, capture_output=True, text=True, check=True
    )
    variables = dict(line.split("=", 1) for line in finished.stdout.rstrip("\0").split("\0"))
    assert {name: variables[name] for name in example()} == example()
