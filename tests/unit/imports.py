"""The imports of the source as a graph, read from its text: what imports what, wherever the import stands."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path


@cache
def imported_names(path: Path) -> tuple[str, ...]:
    """Dotted names that a file imports; of `from a import b` both `a.b` and `a`, as either may be the module."""
    return tuple(_imported_names(path))


def _imported_names(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            base = node.module if node.level == 0 else _absolute(path, node)
            yield base
            yield from (f"{base}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{_absolute(path, node)}.{alias.name}" for alias in node.names)


def top_level_imports(path: Path) -> set[str]:
    """The packages that a file imports."""
    return {name.split(".")[0] for name in imported_names(path)}


def _absolute(path: Path, node: ast.ImportFrom) -> str:
    """The dotted name of a relative import's package, seen from src/."""
    parts = list(path.with_suffix("").parts)
    inside = parts[len(parts) - parts[::-1].index("src") :]
    package = inside[: len(inside) - node.level]
    return ".".join([*package, *(node.module.split(".") if node.module else [])])


class Graph:
    """Every module below src/ by its dotted name, and the modules that each imports (packages by their __init__)."""

    def __init__(self, source: Path) -> None:
        self.files = {_name(path, source): path for path in sorted(source.rglob("*.py"))}
        self.imports = {name: self._modules(path) - {name} for name, path in self.files.items()}

    def _modules(self, path: Path) -> set[str]:
        """The modules that a file imports. `from package import module` asks nothing of the package itself."""
        names = [name for name in imported_names(path) if name in self.files]
        submodules = {name.rpartition(".")[0] for name in names}
        package = {name for name in names if self.files[name].name == "__init__.py"}
        return {name for name in names if not (name in package and name in submodules)}

    def closure(self, module: str) -> set[str]:
        """A module and all that it imports, directly or not; importing a.b runs a's __init__ too."""
        return self._follow([module], with_parents=True)

    def reached_from(self, module: str) -> set[str]:
        """All that a module imports, directly or not, by statements alone."""
        return self._follow(self.imports[module], with_parents=False)

    def _follow(self, start: Iterable[str], with_parents: bool) -> set[str]:
        seen: set[str] = set()
        left = list(start)
        while left:
            name = left.pop()
            if name in seen:
                continue
            seen.add(name)
            left += self.imports[name]
            if with_parents:
                parents = [name.rsplit(".", depth)[0] for depth in range(1, name.count(".") + 1)]
                left += [parent for parent in parents if parent in self.files]
        return seen


def _name(path: Path, source: Path) -> str:
    parts = path.relative_to(source).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
