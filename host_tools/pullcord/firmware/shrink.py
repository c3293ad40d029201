"""Names that nobody sees become short and shared: each name in a program costs a board about twenty bytes.

Private attributes that hold data, parameters that are given by place, and the global variables that a file keeps for
itself. Functions and classes keep theirs: a fault on a board is told by the name of the function in which it happened.
Only in files whose faults are told by their words alone do private functions lose theirs.
"""

import ast
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import count
from string import ascii_lowercase

from .names import Function

ANYWHERE = ""  # stands for every class


def shrink(trees: Iterable[ast.Module], told_by_words: Iterable[ast.Module] = (), whole: bool = False) -> None:
    """All files of a program, in place. `told_by_words`: those of them whose functions nobody will read of.

    `whole`: no other file asks for a global variable of these, so that public ones become short, too.
    """
    trees = list(trees)
    known_outside = _known_outside(trees)
    for tree in told_by_words:
        _shorten_functions(tree, known_outside)
    for tree in trees:
        _shorten_variables(tree, known_outside, whole)
    attributes = _Attributes(_short_attributes(trees))
    by_keyword = {word.arg for tree in trees for word in ast.walk(tree) if isinstance(word, ast.keyword) and word.arg}
    for tree in trees:
        attributes.visit(tree)
        for node in ast.walk(tree):
            if isinstance(node, Function):
                _shorten_parameters(node, by_keyword)


def _short_attributes(trees: list[ast.Module]) -> dict[str, str]:
    """New names. Two attributes share one unless a class, or one related to it, has both."""
    used = _classes_by_attribute(trees)
    taken: dict[str, set[str]] = defaultdict(set)
    short = {}
    # those that are used from anywhere first: they must differ from all others
    for name in sorted(used, key=lambda name: (ANYWHERE not in used[name], name)):
        where = used[name]
        for candidate in _names("_"):
            holders = taken[candidate]
            if not holders or (ANYWHERE not in where | holders and not where & holders):
                holders |= where
                short[name] = candidate
                break
    return short


def _classes_by_attribute(trees: list[ast.Module]) -> dict[str, set[str]]:
    used: dict[str, set[str]] = defaultdict(set)
    methods, words = set(), set()
    families = _families(trees)
    for tree in trees:
        for owner, node in _with_class(tree, ANYWHERE):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                methods.add(node.name)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                words.add(node.value)  # may be looked up by name
            elif isinstance(node, ast.Attribute) and _is_private(node.attr):
                own = isinstance(node.value, ast.Name) and node.value.id == "self"
                used[node.attr].add(families.get(owner, owner) if own else ANYWHERE)
    return {name: where for name, where in used.items() if name not in methods | words}


def _families(trees: list[ast.Module]) -> dict[str, str]:
    """The eldest known ancestor of each class: what inherits shares the names."""
    parents = {}
    for tree in trees:
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef) and node.bases:
                parents[node.name] = ast.unparse(node.bases[0]).rpartition(".")[2]
    return {name: _eldest(name, parents) for name in parents}


def _eldest(name: str, parents: dict[str, str]) -> str:
    while parents.get(name, name) != name:
        name = parents[name]
    return name


def _with_class(node: ast.AST, owner: str) -> Iterator[tuple[str, ast.AST]]:
    for child in ast.iter_child_nodes(node):
        inner = child.name if isinstance(child, ast.ClassDef) else owner
        yield inner, child
        yield from _with_class(child, inner)


def _is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__")


def _names(prefix: str) -> Iterator[str]:
    yield from (prefix + letter for letter in ascii_lowercase)
    yield from (f"{prefix}{letter}{number}" for number in count(1) for letter in ascii_lowercase)


class _Attributes(ast.NodeTransformer):
    def __init__(self, short: dict[str, str]):
        self._short = short

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        self.generic_visit(node)
        node.attr = self._short.get(node.attr, node.attr)
        return node


def _shorten_parameters(function: Function, by_keyword: set[str]) -> None:
    parts = list(ast.walk(function))
    there = {part.id for part in parts if isinstance(part, ast.Name)} | {
        part.arg for part in parts if isinstance(part, ast.arg)
    }
    free = (name for name in _names("") if name not in there)
    # one with a default may be given by keyword, also from outside
    by_place = function.args.args[: len(function.args.args) - len(function.args.defaults)]
    parameters = [parameter.arg for parameter in by_place]
    keep = by_keyword | {"self", "cls"} | _bound_inside(function)
    short = {name: next(free) for name in parameters if len(name) > 1 and name not in keep}
    body = function.body if isinstance(function.body, list) else [function.body]
    for part in (part for statement in body for part in ast.walk(statement)):  # defaults are of the scope around
        if isinstance(part, ast.Name):
            part.id = short.get(part.id, part.id)
    for parameter in function.args.args:
        parameter.arg = short.get(parameter.arg, parameter.arg)


def _known_outside(trees: list[ast.Module]) -> set[str]:
    """Names by which one file may ask for what is in another."""
    nodes = [node for tree in trees for node in ast.walk(tree)]
    imported = {alias.name for node in nodes if isinstance(node, ast.ImportFrom) for alias in node.names}
    return imported | {node.attr for node in nodes if isinstance(node, ast.Attribute)}


def _shorten_functions(tree: ast.Module, known_outside: set[str]) -> None:
    there = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    free = (name for name in _names("_") if name not in there)
    private = [function.name for function in functions if _is_private(function.name)]
    short = {name: next(free) for name in private if name not in known_outside}
    for function in functions:
        function.name = short.get(function.name, function.name)
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            node.id = short.get(node.id, node.id)


def _shorten_variables(tree: ast.Module, known_outside: set[str], whole: bool) -> None:
    names = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
    stored = Counter(node.id for node in names if isinstance(node.ctx, ast.Store))
    targets = [target for statement in tree.body if isinstance(statement, ast.Assign) for target in statement.targets]
    own = Counter(node.id for target in targets for node in ast.walk(target) if isinstance(node, ast.Name))
    bound = {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)} | _declared(tree)
    free = (name for name in _names("_") if name not in {node.id for node in names} | bound)
    short = {}
    for name in own:
        # one that is bound anywhere else may be another there
        if own[name] == stored[name] and name not in bound | known_outside and (whole or _is_private(name)):
            short[name] = next(free)
    for node in names:
        node.id = short.get(node.id, node.id)


def _declared(tree: ast.Module) -> set[str]:
    """What is bound by anything but an assignment or a parameter, and so by its name as a word."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            names |= {alias.asname or alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.Global | ast.Nonlocal):
            names |= set(node.names)
        elif isinstance(node, ast.ExceptHandler) and node.name:
            names.add(node.name)
    return names


def _bound_inside(function: Function) -> set[str]:
    """What functions within it call their own: the same word there may mean another thing."""
    inner = [node for node in ast.walk(function) if isinstance(node, Function) and node is not function]
    return {argument.arg for node in inner for argument in ast.walk(node.args) if isinstance(argument, ast.arg)}
