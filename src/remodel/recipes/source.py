"""What Hydra reads of conf/, it reads through here: a file that is in conf/ and is data.

`check_conf` says first what is wrong, for every file; this is the mechanism, for the one that is read, whichever way a
word or a link leads to it. The words themselves may say nothing of how Hydra works (`plain.check_words`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hydra._internal.core_plugins.file_config_source import FileConfigSource
from hydra._internal.sources_registry import SourcesRegistry
from hydra.core.plugins import Plugins
from hydra.plugins.config_source import ConfigResult
from omegaconf import OmegaConf

from remodel.checkout import Checkout
from remodel.errors import UsageError
from remodel.recipes.plain import check_file
from remodel.yaml import read_yaml

REPLACEABLE = ("preprocessing", "classifier", "regressor", "outlier")
"""Groups whose choices a model's file changes in single parameters."""


def left_out(checkout: Checkout, words: Sequence[str]) -> Mapping[str, tuple[str, Mapping[str, Any]]]:
    """By group: the choice that the file of the chosen model changes, and how, where the words of a command line take
    another choice. Parameters of a network are none of a tree: such changes are left out."""
    chosen = dict(word.partition("=")[::2] for word in words)
    path = checkout.conf / "model" / f"{chosen.get('model', '')}.yaml"
    content = read_yaml(path) if "model" in chosen and path.is_file() else None
    if not isinstance(content, dict):
        return {}
    own = dict(_choices(content.get("defaults")))
    return {
        group: (own[group], content[group])
        for group in REPLACEABLE
        if group in own
        and isinstance(content.get(group), dict)
        and chosen.get(group, own[group]) != own[group]
        # Several choices are several jobs, and one of them may be the model's own.
        and "," not in chosen[group]
    }


def _choices(defaults: Any) -> Iterator[tuple[str, str]]:
    for entry in defaults if isinstance(defaults, list) else ():
        if isinstance(entry, dict):
            yield from ((str(key).rpartition("/")[2], str(choice)) for key, choice in entry.items())


@contextmanager
def plain_source(checkout: Checkout, words: Sequence[str] = ()) -> Iterator[None]:
    """In the block Hydra reads files of this conf/ only, for a command line of these words. UsageError comes out of it
    where it would read another one, or one that is more than data."""
    Plugins.instance()  # registers Hydra's own sources, the first time
    sources = SourcesRegistry.instance().types
    before = sources[FileConfigSource.scheme()]
    sources[FileConfigSource.scheme()] = _source_of(checkout, words)
    try:
        yield
    finally:
        sources[FileConfigSource.scheme()] = before


def _source_of(checkout: Checkout, words: Sequence[str]) -> type[FileConfigSource]:
    gone = left_out(checkout, words)

    class Source(FileConfigSource):
        """Hydra's source of files, for one folder."""

        def load_config(self, config_path: str) -> ConfigResult:
            asked = Path(self.path, self._normalize_file_name(config_path))
            if not asked.exists():
                return super().load_config(config_path)
            name = _name_of(checkout, asked)
            # Read as every other file of ours is: Hydra's own reader takes the word NO for a truth value.
            content = check_file(asked, name) or {}
            header = self._get_header_dict(asked.read_text(encoding="utf-8"))
            if gone and name.startswith("conf/model/"):
                content = {key: value for key, value in content.items() if key not in gone}
            content = OmegaConf.create(content)
            return ConfigResult(provider=self.provider, path=f"file://{self.path}", config=content, header=header)

    return Source


def _name_of(checkout: Checkout, asked: Path) -> str:
    """How a file of conf/ is called from the checkout. UsageError where it is none."""
    path, conf = asked.resolve(), checkout.conf.resolve()
    if conf not in path.parents:
        raise UsageError(f"{asked} is not in conf/, or is a link to a file that is not", "Put the file into conf/")
    return f"conf/{path.relative_to(conf).as_posix()}"
