"""Every message of an error that a user can cause, as the source has it: `make messages` lists them.

A line each: the place, the class, the message with its values by name in braces, and after an arrow what to do next.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

SOURCE = Path(__file__).parents[1] / "src"

OF_CONTAINERS = {"data_error", "recipe_error", "build_error", "machine_error", "refused"}
"""Functions that make the error of a job."""


WITH_ADVICE = {"VerificationError": "Do not use it", "refused": "It is not loaded, or not kept"}
"""What says what to do next by itself, and how that begins: a release or a file that is not what it says."""


@dataclass(frozen=True)
class Message:
    """One call that makes an error; `advice` is empty where none is given."""

    place: str
    kind: str
    text: str
    advice: str

    def __str__(self) -> str:
        return f"{self.place} {self.kind}: {self.text}" + (f" -> {self.advice}" if self.advice else "")


def messages(source: Path = SOURCE) -> Iterator[Message]:
    """All of them, by file and line."""
    kinds = {*_classes(source), *OF_CONTAINERS}
    for path in sorted(source.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            name = _name(node.func) if isinstance(node, ast.Call) else ""
            if isinstance(node, ast.Call) and name in kinds and node.args:
                text, *rest = [_text(argument) for argument in node.args]
                place = f"{path.relative_to(source)}:{node.lineno}"
                yield Message(place, name, text, rest[0] if rest else WITH_ADVICE.get(name, ""))


def _classes(source: Path) -> set[str]:
    """RemodelError and all that comes from it."""
    found, trees = {"RemodelError"}, [ast.parse(path.read_text(encoding="utf-8")) for path in source.rglob("*.py")]
    classes = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    for _ in range(4):
        found |= {node.name for node in classes if {_name(base) for base in node.bases} & found}
    return found


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _text(node: ast.expr) -> str:
    """What is written, with the values of an f-string in braces."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(_text(part) for part in node.values)
    if isinstance(node, ast.FormattedValue):
        return "{" + ast.unparse(node.value) + "}"
    return "{" + ast.unparse(node) + "}"


if __name__ == "__main__":
    found = list(messages())
    print(*found, sep="\n")
    print(f"{len(found)} messages, {sum(not message.advice for message in found)} without a next step of their own")
