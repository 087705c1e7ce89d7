"""Translations compiled while a program runs are read by that program: `start` is one."""

from django.core.management import call_command
from django.utils.translation import gettext, override

CATALOGUE = """msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\n"

msgid "A sentence of this test"
msgstr "Осы сынақтың сөйлемі"
"""


def test_what_is_compiled_is_read_at_once(settings, tmp_path, capsys):
    settings.BASE_DIR, settings.LOCALE_PATHS = tmp_path, [tmp_path / "locale"]
    folder = tmp_path / "locale" / "kk" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.po").write_text(CATALOGUE, encoding="utf-8")
    with override("kk"):
        assert gettext("A sentence of this test") == "A sentence of this test"
    call_command("compile_catalogues")
    assert capsys.readouterr().out == "compiled locale/kk/LC_MESSAGES/django.po\n"
    with override("kk"):
        assert gettext("A sentence of this test") == "Осы сынақтың сөйлемі"
