"""The house's own rules: who imports whom, how rows are reached, how long things are."""

from fnmatch import fnmatch

import pytest
from django.contrib import admin

from accounts.scoping import ScopedModelAdmin, ScopedQuerySet
from registrations.models import Application, ResidencyRecord
from tests.personal import ACCESSORS, LIVE, NAMES, PERSONAL, is_history
from tests.source import (
    ROOT,
    Source,
    code_lines,
    functions,
    imports,
    locks_with_the_key,
    sources,
    unscoped,
)

# The apps, each importing only those before it. consular_portal wires them and is imported by none.
APPS = ("accounts", "missions", "registrations", "assistance")
PRESENT = tuple(app for app in APPS if (ROOT / app).is_dir())
# Inside an app, the lowest layer first; a part imports only from the layers before its own.
LAYERS = {
    "accounts": (
        {"encryption", "addresses"},
        {"models"},
        {"scoping", "roles", "audit", "sms", "wording", "mail_said", "mailboxes"},
        {"outbox", "sessions", "address_codes", "second_factor"},
        {
            "delivery",
            "undelivered",
            "background",
            "limits",
            "passwords",
            "recovery",
            "address_handover",
        },
        {"address_change"},
        {"address_review", "adapters", "address_fields"},
        {"forms", "key_rotation", "tasks"},
        {"*_forms", "unsent"},
        {"views", "*_views", "admin", "middleware", "templatetags"},
        {"urls", "*_urls", "apps", "management"},
    ),
    "missions": (
        {"countries"},
        {"models"},
        {"calendar", "rights", "search"},
        {"advice", "services"},
        {"forms"},
        {"views", "admin", "templatetags"},
        {"urls", "apps", "management"},
    ),
    "registrations": (
        {"law", "enums", "iin", "names", "mrz", "phones", "dates", "references", "upload_gate"},
        {"pdf", "uploads"},
        {"models"},
        {"steps"},
        {"answers"},
        {"services"},
        {"forms", "tasks"},
        {"demonstration"},
        {"views", "admin", "upload_limit"},
        {"urls", "apps", "management"},
    ),
}
# What holds rules: it knows nothing of HTTP, and no model knows it.
RULES = {
    "accounts": {
        "roles",
        "audit",
        "outbox",
        "delivery",
        "mailboxes",
        "undelivered",
        "background",
        "limits",
        "sms",
        "passwords",
        "recovery",
        "addresses",
        "address_codes",
        "address_change",
        "address_handover",
        "address_review",
        "key_rotation",
    },
    "missions": {"calendar", "advice", "rights", "search", "services"},
    "registrations": {"services"},
}
HTTP = ("django.http", "django.shortcuts", "django.views", "django.contrib.messages")
# What answers a request.
FRONT = {"views", "*_views", "admin", "middleware", "templatetags", "*urls", "context_processors"}
DRAWERS = {"utils", "util", "helpers", "helper", "common", "core", "misc", "tools"}
MOST_LINES, MOST_LINES_OF_A_FUNCTION, MOST_LINES_OF_A_TEMPLATE = 300, 30, 130
# Modules that reach personal rows another way, each with its reason.
REASONS: dict[tuple[str, str], str] = {}


# --- Directions ---------------------------------------------------------------------------


def rank(app: str, part: str) -> int:
    """The layer of a part, from 0; -1 where it has none."""
    found = (level for level, parts in enumerate(LAYERS[app]) if is_one_of(part, parts))
    return next(found, -1)


def is_one_of(part: str, patterns: set[str]) -> bool:
    return any(fnmatch(part, pattern) for pattern in patterns)


def wrong_imports(source: Source) -> list[str]:
    """What the module imports against the direction of the apps or of the layers."""
    wrong = []
    for name in sorted(imports(source)):
        app, _dot, rest = name.partition(".")
        part = rest.partition(".")[0]
        if app == "consular_portal" or (app in APPS and APPS.index(app) > APPS.index(source.app)):
            wrong.append(name)
        elif app == source.app and part != source.part and source.part:
            lower = rank(app, part) < rank(app, source.part)
            # A name of the app's own package is no module.
            if not lower or rank(app, part) < 0:
                wrong.append(name)
    return wrong


def test_every_app_has_its_place():
    assert {path.parent.name for path in ROOT.glob("*/apps.py")} - {"consular_portal"} == set(
        PRESENT
    )


def test_every_module_has_its_layer():
    modules = [source for source in sources(*PRESENT) if source.part]
    assert {source.name for source in modules if rank(source.app, source.part) < 0} == set()


def test_imports_go_down():
    wrong = {source.name: wrong_imports(source) for source in sources(*PRESENT)}
    assert {name: found for name, found in wrong.items() if found} == {}


@pytest.mark.parametrize(
    ("name", "text", "wrong"),
    [
        ("accounts.audit", "from missions.models import Posting", ["missions.models.Posting"]),
        ("missions.views", "import registrations.models", ["registrations.models"]),
        ("missions.views", "from consular_portal import views", ["consular_portal.views"]),
        ("registrations.models.citizens", "from ..services import numbering",
         ["registrations.services.numbering"]),
        ("registrations.services.drafts", "def f():\n    from registrations.views import entries",
         ["registrations.views.entries"]),
        ("registrations.views.entries", "from registrations.admin import queue",
         ["registrations.admin.queue"]),
        ("registrations.law", "from registrations.models import Citizen",
         ["registrations.models.Citizen"]),
        ("accounts.models", "user = models.ForeignKey('registrations.Citizen', PROTECT)",
         ["registrations.models.Citizen"]),
        ("missions.services", "import_string('registrations.services.drafts')",
         ["registrations.services.drafts"]),
        ("registrations.forms.base", "from registrations import helpers",
         ["registrations.helpers"]),
        ("registrations.forms.base", "from registrations.services import drafts\n"
         "from registrations.forms import fields\nfrom accounts.models import User", []),
        ("registrations.services.drafts", "from . import lifecycle\nfrom ..models import Citizen",
         []),
    ],
)  # fmt: skip
def test_wrong_import_is_found(name, text, wrong):
    assert wrong_imports(Source(name, text)) == wrong


def knows_http(source: Source) -> list[str]:
    return sorted(name for name in imports(source) if name.startswith(HTTP))


def knows_rules(source: Source) -> list[str]:
    places = {name: name.split(".")[:2] for name in imports(source) if "." in name}
    return sorted(name for name, (app, part) in places.items() if part in RULES.get(app, ()))


def test_rules_know_nothing_of_http():
    rules = [source for source in sources(*RULES) if source.part in RULES[source.app]]
    assert {source.app for source in rules} == set(RULES)
    assert {source.name: knows_http(source) for source in rules if knows_http(source)} == {}


def test_models_know_no_rules():
    models = [source for source in sources(*PRESENT) if source.part == "models"]
    assert {source.app for source in models} == set(PRESENT)
    assert {source.name: knows_rules(source) for source in models if knows_rules(source)} == {}


def test_service_that_knows_http_and_model_that_knows_a_service_are_found():
    service = Source("registrations.services.drafts", "from django.http import HttpRequest")
    model = Source("registrations.models.citizens", "from missions.services import mission_for")
    assert knows_http(service) == ["django.http.HttpRequest"]
    assert knows_rules(model) == ["missions.services.mission_for"]


def test_no_drawer_for_everything():
    everywhere = sources(*PRESENT, "consular_portal", "tests")
    assert [source.name for source in everywhere if DRAWERS & set(source.name.split("."))] == []


# --- Access -------------------------------------------------------------------------------


def test_personal_models_are_found_by_their_relations():
    known = {"Citizen", "TravelDocument", "Attachment", "ApplicationEvent", "PassportInsert"}
    known |= {"RegistrationCertificate", "CertificateRevocation", "LegalRepresentative"}
    assert known - NAMES == set()
    assert NAMES & {"User", "ForeignMission", "Posting", "AuditEvent", "RegisterCounter"} == set()
    assert {"applications", "residency_records", "cases", "represents"} - ACCESSORS == set()


def test_every_personal_model_says_who_may_see_its_rows():
    silent = []
    for model in LIVE:
        rows = model._default_manager.all()
        if not isinstance(rows, ScopedQuerySet) or (
            type(rows).visible_to is ScopedQuerySet.visible_to
        ):
            silent.append(model.__name__)
    assert silent == []


def front() -> list[Source]:
    return [
        source for source in sources(*PRESENT, "consular_portal") if is_one_of(source.part, FRONT)
    ]


def test_pages_reach_personal_rows_through_visible_to_alone():
    found = {
        (source.name, said)
        for source in front()
        for said in unscoped(source, NAMES, accessors=ACCESSORS)
    }
    assert found - set(REASONS) == set()
    assert set(REASONS) - found == set()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Citizen.objects.all()", ["Citizen.objects.all()"]),
        ("Citizen.objects.get(pk=1)", ["Citizen.objects.get(pk=1)"]),
        ("rows = Citizen.objects", ["Citizen.objects"]),
        ("Citizen.objects.filter(pk=1).visible_to(user)",
         ["Citizen.objects.filter(pk=1).visible_to(user)"]),
        ("ask = Citizen.objects.visible_to", ["Citizen.objects.visible_to"]),
        ("Citizen._default_manager.all()",
         ["Citizen._default_manager", "Citizen._default_manager.all()"]),
        ("get_object_or_404(Citizen, pk=1)", ["get_object_or_404(Citizen, pk=1)"]),
        ("person = Citizen\nperson.objects.all()", ["Citizen"]),
        ("class Page:\n    model = Citizen", ["Citizen"]),
        ("getattr(Citizen, 'objects').all()", ["getattr(Citizen, 'objects').all()"]),
        ("import registrations.models as r\nr.Citizen.objects.all()",
         ["r.Citizen.objects.all()"]),
        ("from registrations import models\nmodels.Citizen.objects.all()",
         ["models.Citizen.objects.all()"]),
        ("from registrations.models import Citizen as C\nC.objects.all()", ["C.objects.all()"]),
        ("from registrations.models.citizens import *",
         ["from registrations.models.citizens import *"]),
        ("apps.get_model('registrations', 'Citizen')", ["apps.get_model"]),
        ("self.model.objects.all()", ["self.model.objects"]),
        ("connection.cursor()", ["connection.cursor()"]),
        ("request.user.cases.all()", ["request.user.cases"]),
        ("mission.applications.all()", ["mission.applications"]),
        ("Citizen.objects.visible_to(user).get(pk=1)", []),
        ("get_object_or_404(Citizen.objects.visible_to(request.user), public_id=1)", []),
        ("def page(citizen: Citizen) -> list[Citizen]:\n    return citizen.applications.all()", []),
        ("@admin.register(Citizen)\nclass A(ScopedModelAdmin):\n    pass", []),
        ("get_object_or_404(Citizen.objects.none())\nphone.raw or extra", []),
        ("isinstance(row, Citizen) and Citizen._meta and Citizen.DoesNotExist", []),
    ],
)  # fmt: skip
def test_unscoped_reach_is_found(text, found):
    known = "" if "import" in text else "from registrations.models import Citizen\n"
    source = Source("registrations.views.bad", known + text)
    assert unscoped(source, {"Citizen"}, accessors=ACCESSORS) == found


def test_every_admin_of_a_personal_model_is_scoped():
    registered = {model: site for model, site in admin.site._registry.items() if model in PERSONAL}
    assert {Application, ResidencyRecord} - set(registered) == set()
    assert [m.__name__ for m, a in registered.items() if not isinstance(a, ScopedModelAdmin)] == []
    assert [model.__name__ for model in registered if is_history(model)] == []
    inlines = [inline.model for a in admin.site._registry.values() for inline in a.inlines]
    assert [model.__name__ for model in inlines if model in PERSONAL] == []


def test_locked_row_may_be_referred_to():
    # ADR 18: a row that only refers to the locked one need not wait.
    wrong = {
        source.name: found
        for source in sources(*PRESENT, "consular_portal")
        if (found := locks_with_the_key(source))
    }
    assert wrong == {}


def test_lock_with_the_key_is_found():
    text = "rows.select_for_update().get()\nrows.select_for_update(no_key=True).get()"
    assert locks_with_the_key(Source("accounts.bad", text)) == [1]


# --- Sizes --------------------------------------------------------------------------------


def test_no_module_is_too_long():
    ours = sources(*PRESENT, "consular_portal")
    long = {source.name: len(code_lines(source.text)) for source in ours}
    assert {name: lines for name, lines in long.items() if lines > MOST_LINES} == {}


def test_no_function_is_too_long():
    long = {
        (source.name, name): lines
        for source in sources(*PRESENT, "consular_portal")
        for name, lines in functions(source.text)
        if lines > MOST_LINES_OF_A_FUNCTION
    }
    assert long == {}


def test_no_template_is_too_long():
    lines = {
        str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines())
        for path in (ROOT / "templates").rglob("*")
        if path.is_file()
    }
    assert "templates/base.html" in lines
    assert {name: n for name, n in lines.items() if n > MOST_LINES_OF_A_TEMPLATE} == {}


def test_lines_of_code_leave_out_words():
    text = '"""What."""\n\n# Why.\ndef f():\n    """How.\n\n    Long.\n    """\n    return 1\n'
    assert code_lines(text) == {4, 9}
    assert list(functions(text)) == [("f", 2)]
