"""Which package index, wheel folders and certificates pip is configured for here, and how uv is given the same.

uv does not read pip's configuration: a machine behind a mirror would otherwise be asked to reach the public index.
"""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Mapping
from dataclasses import dataclass

from remodel import process

PUBLIC_MODULE = "pip._internal.models.index"
"""pip itself knows the public index: asked there, so that no file of ours names a host."""


@dataclass(frozen=True)
class Index:
    """pip's settings: "" or () where pip has none and uv's own default is the same."""

    url: str = ""
    extra: tuple[str, ...] = ()
    find_links: tuple[str, ...] = ()
    no_index: bool = False
    certificates: str = ""
    trusted: tuple[str, ...] = ()
    public: str = ""

    @property
    def base(self) -> str:
        """The index's address without its last word "simple", as environment.yml names it."""
        return (self.url or self.public).rstrip("/").removesuffix("/simple")

    def options(self) -> list[str]:
        """uv's command-line options for the same index."""
        arguments = ["--default-index", self.url] if self.url else []
        arguments += [argument for url in self.extra for argument in ("--index", url)]
        # As pip does: every index is asked. What "unsafe" warns of, another file under the same name, the hashes catch.
        arguments += ["--index-strategy", "unsafe-best-match"] if self.extra else []
        arguments += [argument for place in self.find_links for argument in ("--find-links", place)]
        arguments += [argument for host in self.trusted for argument in ("--allow-insecure-host", host)]
        return arguments + (["--no-index"] if self.no_index else [])

    def environment(self) -> dict[str, str]:
        """Variables for uv: pip's certificates, where the machine names none itself."""
        if self.certificates and "SSL_CERT_FILE" not in os.environ:
            return {"SSL_CERT_FILE": self.certificates}
        return {}


def parse_settings(text: str) -> dict[str, str]:
    """`pip config list` as a mapping from setting to value; an environment variable wins over a file's section."""
    settings: dict[str, str] = {}
    for line in sorted(text.splitlines(), key=lambda line: line.startswith(":env:")):
        key, equals, value = line.partition("=")
        if equals:
            settings[key.split(".", 1)[-1]] = value.strip().strip("'\"").replace("\\n", " ")
    return settings


def index_from(settings: Mapping[str, str], public: str) -> Index:
    """The index that pip's settings describe."""

    def values(name: str) -> tuple[str, ...]:
        return tuple(shlex.split(settings.get(name, "")))

    return Index(
        url=settings.get("index-url", ""),
        extra=values("extra-index-url"),
        find_links=values("find-links"),
        no_index=settings.get("no-index", "").lower() in ("1", "true", "yes", "on"),
        certificates=settings.get("cert", ""),
        trusted=values("trusted-host"),
        public=public,
    )


def read_index(python: str = sys.executable) -> Index:
    """This machine's index, asked from the pip of one interpreter; uv's defaults where there is no pip."""
    program = f"import {PUBLIC_MODULE} as m; print(m.PyPI.url)"
    public = process.run([python, "-c", program])
    settings = process.run([python, "-m", "pip", "config", "list"])
    return index_from(
        parse_settings(settings.output) if settings.ok else {}, public.output.strip() if public.ok else ""
    )
