"""Where Python source uses, declares and retires flags. Pure: it reads, and runs nothing.

A use is a call of a client (`client.boolean("new-search")`), of what `yardarm` exports (`@flag`,
`choose`, `enabled`) or of a typed flag. A client is what `Client` and its kin make, and whatever is
called `client` or `flags` at the end of its name. A key is a literal, or a name or attribute that
stands for one: in the same module, or imported from another one that is read as well.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

VALUES = ("boolean", "string", "integer", "number", "json", "variant")
CALLS = frozenset([*VALUES, *(f"{name}_detail" for name in VALUES)])
TYPED = frozenset({"BooleanFlag", "StringFlag", "IntegerFlag", "NumberFlag", "JsonFlag"})
EXPORTED = frozenset({"flag", "choose", "enabled"}) | TYPED
CLIENTS = frozenset({"Client", "AsyncClient", "get_client"})
WRITTEN = "Written by `yardarm codegen python`"
"""What a module begins with that is no use of flags but an offer of all of them."""


@dataclass(frozen=True, slots=True)
class Mention:
    """One place where a flag is named: `key`, or None where only the running program knows it."""

    file: str
    line: int
    key: str | None
    said: str
    """What names it, for people: `client.boolean(…)`."""


@dataclass(frozen=True, slots=True)
class Declared:
    """A call of `declare`. `problem` says why it cannot be read from the source."""

    file: str
    line: int
    key: str
    purpose: str = "release"
    owner: str = ""
    expires: str | None = None
    problem: str = ""


@dataclass(slots=True)
class Usage:
    """All there is in some files."""

    uses: list[Mention] = field(default_factory=list)
    declared: list[Declared] = field(default_factory=list)
    retired: list[Mention] = field(default_factory=list)
    unreadable: list[Mention] = field(default_factory=list)


def read_usage(sources: Iterable[tuple[str, bytes]]) -> Usage:
    """What these files (name and bytes) do with flags. A file that is no Python is `unreadable`."""
    found = Usage()
    modules: list[_Module] = []
    for name, data in sources:
        try:
            tree = ast.parse(data, name)
            modules.append(_Module(name, tree))
        except SyntaxError as error:
            found.unreadable.append(Mention(name, error.lineno or 1, None, str(error.msg)))
        except (ValueError, RecursionError, MemoryError) as error:
            found.unreadable.append(Mention(name, 1, None, str(error) or type(error).__name__))
    constants = _Constants(modules)
    for module in modules:
        module.read(constants, found)
    return found


class _Module:
    """One file: its syntax, the names that it imports, and the constants that it defines."""

    def __init__(self, name: str, tree: ast.Module) -> None:
        self.name = name
        self.tree = tree
        self.is_written = WRITTEN in (ast.get_docstring(tree) or "")
        self.yardarm: dict[str, str] = {}  # local name -> what of yardarm it is; "" the package
        self.imported: dict[str, tuple[str, str]] = {}  # local name -> (module's last name, name)
        self.clients: set[str] = set()
        self.constants: dict[str, str] = {}
        self._imports()
        self._define()

    def _imports(self) -> None:
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                for one in node.names:
                    if one.name == "yardarm":
                        self.yardarm[one.asname or "yardarm"] = ""
            elif isinstance(node, ast.ImportFrom):
                for one in node.names:
                    local = one.asname or one.name
                    if node.module == "yardarm" and not node.level:
                        self.yardarm[local] = one.name
                    else:
                        self.imported[local] = (_last(node.module or ""), one.name)

    def _define(self) -> None:
        """Constants at the top of the module and of its classes, and names of clients."""
        for prefix, body in self._bodies():
            for line in body:
                value = line.value if isinstance(line, ast.Assign | ast.AnnAssign) else None
                targets = line.targets if isinstance(line, ast.Assign) else []
                targets = [line.target] if isinstance(line, ast.AnnAssign) else targets
                for target in targets:
                    if isinstance(target, ast.Name) and (text := self._text(value)) is not None:
                        self.constants[prefix + target.id] = text
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Assign) and self._makes_client(node.value):
                self.clients.update(_last(_dotted(target)) for target in node.targets)
            elif (
                isinstance(node, ast.withitem)
                and node.optional_vars is not None
                and self._makes_client(node.context_expr)
            ):
                self.clients.add(_last(_dotted(node.optional_vars)))

    def _bodies(self) -> Iterator[tuple[str, list[ast.stmt]]]:
        yield "", self.tree.body
        for node in self.tree.body:
            if isinstance(node, ast.ClassDef):
                yield f"{node.name}.", node.body

    def _text(self, value: ast.expr | None) -> str | None:
        """A literal, or the key of a `declare("…")`."""
        if isinstance(value, ast.Call) and self.exported(value.func) == "declare":
            value = _argument(value, 0, "key")
        return value.value if isinstance(value, ast.Constant) and type(value.value) is str else None

    def _makes_client(self, value: ast.expr) -> bool:
        if isinstance(value, ast.Await):
            value = value.value
        if not isinstance(value, ast.Call):
            return False
        made = value.func
        if isinstance(made, ast.Attribute) and made.attr.startswith("from_"):
            made = made.value
        return self.exported(made) in CLIENTS

    def exported(self, node: ast.expr) -> str | None:
        """Which name of yardarm's an expression is, if it is one."""
        if isinstance(node, ast.Subscript):  # BooleanFlag[NewSearchVariant]
            node = node.value
        if isinstance(node, ast.Name):
            return self.yardarm.get(node.id) or None
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            return node.attr if self.yardarm.get(node.value.id) == "" else None
        return None

    def read(self, constants: _Constants, found: Usage) -> None:
        """Put everything that it does with flags into `found`."""
        for node in ast.walk(self.tree):
            if not isinstance(node, ast.Call):
                continue
            name = self.exported(node.func)
            key = _argument(node, 0, "key")
            if name == "declare":
                found.declared.append(self._declared(node, key, constants))
            elif key is None or self.is_written:
                continue
            elif name == "retire":
                found.retired.append(self._mention(node, key, f"{name}(…)", constants))
            elif name in EXPORTED:
                found.uses.append(self._mention(node, key, f"{name}(…)", constants))
            elif isinstance(node.func, ast.Attribute) and node.func.attr in CALLS:
                owner = _last(_dotted(node.func.value))
                if self._is_client(node.func.value, owner):
                    said = f"{owner or 'client'}.{node.func.attr}(…)"
                    found.uses.append(self._mention(node, key, said, constants))

    def _is_client(self, node: ast.expr, name: str) -> bool:
        if self._makes_client(node):
            return True
        return name in self.clients or name.lower().endswith(("client", "flags"))

    def _mention(self, node: ast.Call, key: ast.expr, said: str, constants: _Constants) -> Mention:
        return Mention(self.name, node.lineno, constants.text(self, key), said)

    def _declared(self, node: ast.Call, key: ast.expr | None, constants: _Constants) -> Declared:
        text = None if key is None else constants.text(self, key)
        facts: dict[str, str | None] = {}
        problem = "" if text is not None else "its key is no literal"
        for one in node.keywords:
            if one.arg not in ("purpose", "owner", "expires"):
                continue
            value = constants.text(self, one.value)
            empty = isinstance(one.value, ast.Constant) and one.value.value is None
            if value is None and not empty:
                problem = problem or f"its {one.arg} is no literal"
            facts[one.arg] = value
        return Declared(
            self.name, node.lineno, text or "", facts.get("purpose") or "release",
            facts.get("owner") or "", facts.get("expires"), problem,
        )  # fmt: skip


class _Constants:
    """Texts that names stand for, through imports."""

    def __init__(self, modules: list[_Module]) -> None:
        self._of: dict[tuple[str, str], set[str]] = {}
        for module in modules:
            for name, text in module.constants.items():
                self._of.setdefault((_module_name(module.name), name), set()).add(text)

    def text(self, module: _Module, node: ast.expr) -> str | None:
        """The text that an expression is; None where that shows only when it runs."""
        if isinstance(node, ast.Constant):
            return node.value if isinstance(node.value, str) else None
        path = _dotted(node)
        first, _, rest = path.partition(".")
        if path in module.constants:
            return module.constants[path]
        if first not in module.imported:
            return None
        home, name = module.imported[first]
        inside = self._of.get((home, f"{name}.{rest}" if rest else name))
        found = inside or self._of.get((name, rest), set())  # `from app import keys`; keys.NEW
        return next(iter(found)) if len(found) == 1 else None


def _argument(node: ast.Call, at: int, name: str) -> ast.expr | None:
    if len(node.args) > at:
        return node.args[at]
    return next((one.value for one in node.keywords if one.arg == name), None)


def _dotted(node: ast.expr) -> str:
    """`a.b.c` for a chain of names; what is no name in it is left out."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if isinstance(node, ast.Name):
        parts.append(node.id)
    elif isinstance(node, ast.Call):
        parts.append(_last(_dotted(node.func)))
    return ".".join(reversed(parts))


def _last(dotted: str) -> str:
    return dotted.rpartition(".")[2]


def _module_name(file: str) -> str:
    parts = file.replace("\\", "/").removesuffix(".py").split("/")
    return parts[-2] if parts[-1] == "__init__" and len(parts) > 1 else parts[-1]
