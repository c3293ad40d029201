"""The programs of on_board/ as they are sent: without what only people read."""

import ast
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "on_board"


@cache
def text(name: str) -> str:
    """on_board/NAME.py without comments, docstrings and annotations, indented by single spaces."""
    tree = ast.parse((FOLDER / f"{name}.py").read_text())
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef):
            _without_words(node)
        if isinstance(node, ast.FunctionDef):
            node.returns = None
            for argument in node.args.args:
                argument.annotation = None
    lines = ast.unparse(tree).splitlines()
    return "\n".join(" " * ((len(line) - len(line.lstrip())) // 4) + line.lstrip() for line in lines) + "\n"


def _without_words(node: ast.Module | ast.FunctionDef | ast.ClassDef) -> None:
    first = node.body[0] if node.body else None
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
        node.body = node.body[1:] or [ast.Pass()]
