"""The portal's own source, read with ast: who imports whom, who reaches which rows, how long."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Calls whose first argument names a module, or a model by its label, in a string.
BY_NAME = {"import_module", "__import__", "import_string"}
BY_LABEL = {"get_model", "ForeignKey", "OneToOneField", "ManyToManyField"}
# What may be asked of a personal model's manager outside the services.
SCOPED = {"visible_to", "of_citizen", "none"}
# Ways to rows that name no model; the second kind only where it is called.
UNSCOPED = {"_default_manager", "_base_manager", "get_model", *BY_NAME}
UNSCOPED_CALLS = {"raw", "extra", "cursor"}


@dataclass(frozen=True)
class Source:
    """One module: its dotted name, whether it is a package, and its text."""

    name: str
    text: str
    is_package: bool = False

    @property
    def app(self) -> str:
        return self.name.partition(".")[0]

    @property
    def part(self) -> str:
        """The module or package in the app: ``models``, ``services`` …; "" for the app itself."""
        return self.name.partition(".")[2].partition(".")[0]

    @property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)


def sources(*apps: str) -> list[Source]:
    """Every module of the apps but migrations."""
    found = []
    for path in sorted(path for app in apps for path in (ROOT / app).rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        if "migrations" not in parts:
            is_package = parts[-1] == "__init__"
            name = ".".join(parts[:-1] if is_package else parts)
            found.append(Source(name, path.read_text(encoding="utf-8"), is_package))
    return found


def imports(source: Source) -> set[str]:
    """Dotted names of what the module imports, wherever in it and however: by name or by string."""
    found = set()
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = _absolute(source, node)
            found |= {f"{base}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Call):
            found |= _by_string(node)
    return found


def _by_string(call: ast.Call) -> set[str]:
    """``ForeignKey("registrations.Citizen")`` is an import of registrations.models.Citizen."""
    first = call.args[0] if call.args else None
    if not (isinstance(first, ast.Constant) and isinstance(first.value, str)):
        return set()
    if _tail(call.func) in BY_NAME:
        return {first.value}
    app, dot, model = first.value.partition(".")
    return {f"{app}.models.{model}"} if dot and _tail(call.func) in BY_LABEL else set()


def _absolute(source: Source, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    parts = source.name.split(".")
    up = node.level - source.is_package
    return ".".join([*parts[: len(parts) - up], *filter(None, [node.module])])


def _tail(node: ast.AST) -> str:
    """The last name of an expression: ``cases`` of ``request.user.cases``."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def locks_with_the_key(source: Source) -> list[int]:
    """The lines that lock rows against those which only refer to them."""
    return [
        node.lineno
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call)
        and _tail(node.func) == "select_for_update"
        and "no_key" not in {keyword.arg for keyword in node.keywords}
    ]


def unscoped(
    source: Source, personal: set[str], *, accessors: frozenset[str] = frozenset()
) -> list[str]:
    """How the module reaches rows of the ``personal`` models without asking who may see them.

    A personal model's name may stand in an annotation, in ``@admin.register``, in an instance
    check, before ``._meta`` and nested classes, and before ``.objects.visible_to(…)``. Any other
    use is named, since rows can be had by it. ``accessors`` are relations that lead from a user or
    a mission, whom everybody may see, to personal rows.
    """
    tree = source.tree
    above = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    notes = set(_annotations(tree))
    known = _imported_models(source, personal)
    found = []
    for node in ast.walk(tree):
        if _is_model(node, known, personal):
            if node not in notes and not _is_harmless(node, above):
                found.append((node.lineno, ast.unparse(_whole(node, above))))
        elif _leads_out(node, accessors) or _takes_all_models(source, node):
            found.append((node.lineno, ast.unparse(node)))
    return [said for _line, said in sorted(found)]


def _annotations(tree: ast.Module) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        for part in (getattr(node, "annotation", None), getattr(node, "returns", None)):
            if part is not None:
                yield from ast.walk(part)


def _imported_models(source: Source, personal: set[str]) -> set[str]:
    """The names under which the module knows personal models."""
    return {
        alias.asname or alias.name
        for node in ast.walk(source.tree)
        if isinstance(node, ast.ImportFrom) and ".models" in f".{_absolute(source, node)}"
        for alias in node.names
        if alias.name in personal
    }


def _is_model(node: ast.AST, known: set[str], personal: set[str]) -> bool:
    if isinstance(node, ast.Name):
        return node.id in known
    return isinstance(node, ast.Attribute) and node.attr in personal and bool(_tail(node.value))


def _is_harmless(node: ast.AST, above: dict[ast.AST, ast.AST]) -> bool:
    parent = above[node]
    if isinstance(parent, ast.Call) and node in parent.args:
        return _tail(parent.func) in {"register", "isinstance", "issubclass"}
    if not isinstance(parent, ast.Attribute):
        return False
    if parent.attr == "objects":
        asked = above[parent]
        called = above.get(asked)
        return _tail(asked) in SCOPED and isinstance(called, ast.Call) and called.func is asked
    return parent.attr == "_meta" or parent.attr[0].isupper()


def _leads_out(node: ast.AST, accessors: frozenset[str]) -> bool:
    if isinstance(node, ast.Name):
        return node.id in UNSCOPED
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return node.func.attr in UNSCOPED_CALLS
    if not isinstance(node, ast.Attribute):
        return False
    if node.attr in UNSCOPED or (node.attr == "objects" and _tail(node.value) == "model"):
        return True
    return node.attr in accessors and _tail(node.value) in {"user", "mission", "officer"}


def _takes_all_models(source: Source, node: ast.AST) -> bool:
    if not isinstance(node, ast.ImportFrom):
        return False
    from_models = ".models" in f".{_absolute(source, node)}"
    return from_models and any(alias.name == "*" for alias in node.names)


def _whole(node: ast.AST, above: dict[ast.AST, ast.AST]) -> ast.AST:
    """The attribute or call that the model's name begins."""
    while isinstance(above.get(node), ast.Attribute | ast.Call):
        node = above[node]
    return node


def code_lines(text: str) -> set[int]:
    """Numbers of the lines that hold code: neither blank nor comment nor docstring."""
    quiet: set[int] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0] if node.body else None
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                quiet |= set(range(first.lineno, (first.end_lineno or 0) + 1))
    lines = enumerate(text.splitlines(), start=1)
    code = {number for number, line in lines if line.strip() and not line.strip().startswith("#")}
    return code - quiet


def functions(text: str) -> Iterator[tuple[str, int]]:
    """Each function's name and its lines of code."""
    code = code_lines(text)
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, len(code & set(range(node.lineno, (node.end_lineno or 0) + 1)))
