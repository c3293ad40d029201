"""Many modules become one: what a board always needs is loaded as one file.

Each module costs a board's memory a name table, its imports once more in each importer, and constants as entries.
Linked, a name stands once, and whole numbers in capitals stand where they are used. The sources stay as they are.
"""

import ast
import builtins
from dataclasses import dataclass

from .names import Alias, Module, Scoped, imported, origin

Number = int


class LinkFailed(Exception):
    """The modules cannot become one; the message says which name of which module is in the way."""


@dataclass(frozen=True)
class Unit:
    """The module `name` is made of `roots` and of what they import at their top level, except for `apart`."""

    name: str
    roots: tuple[str, ...]
    apart: frozenset[str] = frozenset()


def members(unit: Unit, modules: dict[str, Module]) -> list[str]:
    """The modules of the unit, each after those that it imports."""
    order: list[str] = []

    def add(name: str) -> None:
        if name in order or name in unit.apart or name not in modules:
            return
        for node in modules[name].tree.body:
            for alias in imported(node, modules[name].package, set(modules)).values():
                if alias.module != name:
                    add(alias.module)
        if name not in order:
            order.append(name)

    for root in unit.roots:
        if root not in modules:
            raise LinkFailed(f"{unit.name}: there is no module {root}")
        add(root)
    return order


class Names:
    """What a member's name is called in the linked module, and which are only numbers."""

    def __init__(self, unit: Unit, modules: dict[str, Module]):
        self.unit = unit
        self.modules = modules
        self.members = members(unit, modules)
        self.numbers = {name: _numbers(modules[name].tree) for name in modules}
        self._taken = set(dir(builtins)).union(*(module.locals for module in modules.values()))
        self._linked = self._choose()

    def linked(self, module: str, name: str) -> str:
        try:
            return self._linked[module, name]
        except KeyError:
            raise LinkFailed(f"{self.unit.name}: {module} has no {name}") from None

    def _choose(self) -> dict[tuple[str, str], str]:
        own = {name: self.modules[name].own for name in self.members}
        counts: dict[str, int] = {}
        for names in own.values():
            for name in names:
                counts[name] = counts.get(name, 0) + 1
        chosen = {}
        for module, names in own.items():
            for name in sorted(names):
                clear = counts[name] == 1 and name not in self._taken
                chosen[module, name] = name if clear else f"{module.rpartition('.')[2]}_{name.lstrip('_')}"
        if len(set(chosen.values())) != len(chosen):
            raise LinkFailed(f"{self.unit.name}: two names became the same: {sorted(chosen.values())}")
        return chosen


def link(unit: Unit, modules: dict[str, Module]) -> ast.Module:
    """The unit's one module."""
    names = Names(unit, modules)
    body: list[ast.stmt] = []
    outside: dict[str, ast.stmt] = {}
    for member in names.members:
        tree = Rewrite(modules[member], names, inside=True).rewritten()
        for statement in tree.body:
            if isinstance(statement, ast.Import | ast.ImportFrom):
                outside.setdefault(ast.unparse(statement), statement)
            else:
                body.append(statement)
    linked = ast.Module([*outside.values(), *body], [])
    return ast.fix_missing_locations(linked)


def relink(module: Module, names: Names) -> ast.Module:
    """A module that stays by itself, importing from the linked one what has gone there."""
    return ast.fix_missing_locations(Rewrite(module, names, inside=False).rewritten())


class Rewrite(Scoped):
    """A module's tree with its names as they are after linking."""

    def __init__(self, module: Module, names: Names, inside: bool):
        super().__init__()
        self._module = module
        self._names = names
        self._inside = inside
        self._needed: set[str] = set()

    def rewritten(self) -> ast.Module:
        tree = ast.parse(ast.unparse(self._module.tree))
        tree.body = [new for statement in tree.body for new in self._top(statement)]
        if self._needed:
            wanted = [ast.alias(name) for name in sorted(self._needed)]
            tree.body.insert(0, ast.ImportFrom(self._names.unit.name, wanted, 0))
        return tree

    def _top(self, statement: ast.stmt) -> list[ast.stmt]:
        number = self._names.numbers[self._module.name]
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
            return []  # the docstring
        if isinstance(statement, ast.Assign) and set(_targets(statement)) & set(number):
            return []
        visited = self.visit(statement)
        return visited if isinstance(visited, list) else [visited] if visited is not None else []

    def visit_Import(self, node: ast.Import) -> ast.AST | None:
        return node

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.AST | None:
        """Without what is linked; absolute, because the linked module lies elsewhere."""
        found = imported(node, self._module.package, set(self._names.modules))
        kept = [alias for alias in node.names if not self._is_linked(found[alias.asname or alias.name])]
        kept = [alias for alias in kept if self._number(found[alias.asname or alias.name]) is None]
        return ast.ImportFrom(origin(node, self._module.package), kept, 0) if kept else None

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        super().visit_ClassDef(node)
        return self._renamed(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        super().visit_FunctionDef(node)
        return self._renamed(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        super().visit_AsyncFunctionDef(node)
        return self._renamed(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST | None:
        if node.value is None:
            return None
        return ast.Assign([self.visit(node.target)], self.visit(node.value))

    def visit_Name(self, node: ast.Name) -> ast.AST:
        if not self._means_global(node.id):
            return node
        alias = self._module.aliases.get(node.id)
        if alias is None:
            alias = Alias(self._module.name, node.id)
        return self._of(alias, node.ctx) or node

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        value = node.value
        if isinstance(value, ast.Name) and self._means_global(value.id):
            alias = self._module.aliases.get(value.id)
            if alias is not None and not alias.attribute:
                return self._of(Alias(alias.module, node.attr), node.ctx) or self.generic_visit(node)
        return self.generic_visit(node)

    def _means_global(self, name: str) -> bool:
        # an import inside a function binds a local name, which means the same
        return self.is_global(name) or name in self._module.aliases

    def _of(self, alias: Alias, context: ast.expr_context) -> ast.expr | None:
        """What stands for it after linking; None when it stays as it is."""
        number = self._number(alias)
        if number is not None:
            return ast.Constant(number) if number >= 0 else ast.UnaryOp(ast.USub(), ast.Constant(-number))
        if not self._is_linked(alias) or alias.attribute not in self._names.modules[alias.module].own:
            return None
        name = self._names.linked(alias.module, alias.attribute)
        if not self._inside:
            self._needed.add(name)
        return ast.Name(name, context)

    def _number(self, alias: Alias) -> Number | None:
        return self._names.numbers.get(alias.module, {}).get(alias.attribute)

    def _is_linked(self, alias: Alias) -> bool:
        return alias.module in self._names.members

    def _renamed(self, node: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> ast.AST:
        if self._inside and not self._scopes:
            node.name = self._names.linked(self._module.name, node.name)
        return node


def _numbers(tree: ast.Module) -> dict[str, Number]:
    """The whole numbers in capitals that a module's top level sets: `A = 3` and `A, B = range(2)`."""
    found: dict[str, Number] = {}
    for statement in tree.body:
        if isinstance(statement, ast.Assign):
            names = _targets(statement)
            values = _values(statement.value, found)
            if len(names) == len(values) and all(name.isupper() for name in names):
                found.update(zip(names, values, strict=True))
    return found


def _targets(statement: ast.Assign) -> list[str]:
    target = statement.targets[0]
    parts = target.elts if isinstance(target, ast.Tuple) else [target]
    return [part.id for part in parts if isinstance(part, ast.Name)]


def _values(expression: ast.expr, known: dict[str, Number]) -> list[Number]:
    """The whole numbers that an expression of constants comes to; none when it is something else."""
    free = {node.id for node in ast.walk(expression) if isinstance(node, ast.Name)}
    if not free <= {*known, "range"}:
        return []
    try:
        value = eval(ast.unparse(expression), {"__builtins__": {"range": range}}, known)
    except (TypeError, NameError):
        return []
    values = list(value) if isinstance(value, range | tuple) else [value]
    return values if all(type(value) is int for value in values) else []
