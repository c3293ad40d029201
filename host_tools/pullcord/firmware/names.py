"""Which names of a module mean what: its own, another module's, or a local variable's."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp


@dataclass
class Module:
    """One source file. `aliases`: what its imports bind, by the name in the file."""

    name: str
    tree: ast.Module
    package: str
    aliases: dict[str, "Alias"] = field(default_factory=dict)

    @cached_property
    def own(self) -> set[str]:
        """What its top level binds, imports excluded."""
        return set(bound_in(self.tree)) - set(self.aliases)

    @cached_property
    def locals(self) -> set[str]:
        """Every name that any of its functions binds: a global of that name would be hidden there."""
        scopes = (node for node in ast.walk(self.tree) if isinstance(node, Function | Comprehension))
        return {name for scope in scopes for name in bound_in(scope)}


@dataclass(frozen=True)
class Alias:
    """`module` as a whole, or its `attribute`."""

    module: str
    attribute: str = ""


def read(name: str, source: str, is_package: bool, known: set[str]) -> Module:
    """`known`: the names of all modules that there are, to tell a module from what is in one."""
    module = Module(name, ast.parse(source), name if is_package else name.rpartition(".")[0])
    for node in ast.walk(module.tree):
        module.aliases.update(imported(node, module.package, known))
    return module


def imported(node: ast.AST, package: str, known: set[str]) -> dict[str, Alias]:
    """What an import statement binds; nothing for other nodes."""
    if isinstance(node, ast.Import):
        return {alias.asname or alias.name.split(".")[0]: Alias(alias.name) for alias in node.names}
    if not isinstance(node, ast.ImportFrom):
        return {}
    base = origin(node, package)
    found = {}
    for alias in node.names:
        whole = f"{base}.{alias.name}"
        found[alias.asname or alias.name] = Alias(whole) if whole in known else Alias(base, alias.name)
    return found


def origin(node: ast.ImportFrom, package: str) -> str:
    """The absolute name of the module that `from` names."""
    if not node.level:
        return node.module or ""
    parts = package.split(".")
    base = parts[: len(parts) - node.level + 1]
    return ".".join([*base, node.module] if node.module else base)


def bound_in(scope: ast.AST) -> Iterator[str]:
    """The names that a module, class, function or comprehension binds itself, not what is nested in it binds."""
    if isinstance(scope, Function):
        arguments = scope.args
        for argument in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]:
            yield argument.arg
        for extra in (arguments.vararg, arguments.kwarg):
            if extra:
                yield extra.arg
    if isinstance(scope, Comprehension):
        for generator in scope.generators:
            yield from _stored(generator.target)
    elif not isinstance(scope, ast.Lambda):
        for statement in getattr(scope, "body", []):
            yield from _stored(statement)


def _stored(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield node.name
        return
    if isinstance(node, ast.Lambda | Comprehension):
        return
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        yield node.id
    elif isinstance(node, ast.ExceptHandler) and node.name:
        yield node.name
    elif isinstance(node, ast.Import | ast.ImportFrom):
        yield from (alias.asname or alias.name.split(".")[0] for alias in node.names)
    for child in ast.iter_child_nodes(node):
        yield from _stored(child)


class Scoped(ast.NodeTransformer):
    """Knows of each name whether the module's top level is meant: `is_global`."""

    def __init__(self) -> None:
        self._scopes: list[tuple[bool, set[str]]] = []

    def is_global(self, name: str) -> bool:
        inner = self._scopes[-1:]
        outer = [scope for scope in self._scopes[:-1] if not scope[0]]  # a class's names do not reach into its methods
        return not any(name in names for _, names in [*outer, *inner])

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        return self._visit_function(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        return self._visit_function(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        node.bases = [self.visit(base) for base in node.bases]
        node.decorator_list = [self.visit(decorator) for decorator in node.decorator_list]
        self._visit_body(node, True)
        return node

    def visit_Lambda(self, node: ast.Lambda) -> ast.AST:
        self.visit(node.args)
        self._scopes.append((False, set(bound_in(node))))
        node.body = self.visit(node.body)
        self._scopes.pop()
        return node

    def visit_ListComp(self, node: ast.ListComp) -> ast.AST:
        return self._visit_comprehension(node)

    def visit_SetComp(self, node: ast.SetComp) -> ast.AST:
        return self._visit_comprehension(node)

    def visit_DictComp(self, node: ast.DictComp) -> ast.AST:
        return self._visit_comprehension(node)

    def visit_GeneratorExp(self, node: ast.GeneratorExp) -> ast.AST:
        return self._visit_comprehension(node)

    def _visit_function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> ast.AST:
        node.decorator_list = [self.visit(decorator) for decorator in node.decorator_list]
        self.visit(node.args)
        self._visit_body(node, False)
        return node

    def _visit_body(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef, is_class: bool) -> None:
        self._scopes.append((is_class, set(bound_in(node))))
        node.body = _statements(self.visit(statement) for statement in node.body)
        self._scopes.pop()

    def _visit_comprehension(self, node: Comprehension) -> ast.AST:
        # the first iterable belongs to the scope around; in what is linked no name is both, so the order is enough
        self._scopes.append((False, set(bound_in(node))))
        self.generic_visit(node)
        self._scopes.pop()
        return node


def _statements(visited: Iterator[Any]) -> list[ast.stmt]:
    """What a transformer gave for the statements of a body: one, several or None each. A body is never empty."""
    flat: list[ast.stmt] = []
    for item in visited:
        if item is not None:
            flat += item if isinstance(item, list) else [item]
    return flat or [ast.Pass()]
