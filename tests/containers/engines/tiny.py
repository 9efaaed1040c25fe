"""Write an environment of one small wheel: its wheel, its environment.yml and its lock."""

from __future__ import annotations

import base64
import hashlib
import secrets
import zipfile
from pathlib import Path

from remodel.checkout import Checkout
from remodel.environments.environment import Environment, find_environment
from remodel.environments.lockfile import LOCK_NAME
from remodel.environments.locking import with_header
from remodel.files import sha256_file

BODY = """version: 1
package:
- name: python
  version: {python}.9
  manager: conda
  platform: linux-64
  dependencies: {{}}
  hash:
    sha256: {zeros}
  category: main
- name: tiny
  version: '1.0'
  manager: pip
  platform: linux-64
  dependencies: {{}}
  hash:
    sha256: {sha256}
  category: main
"""


def make_tiny(copied: Checkout, wheels: Path, name: str, python: str = "3.11") -> Environment:
    """An environment `name` in docker/, whose one wheel stands in `wheels` and differs from every other test's."""
    wheel = make_wheel(wheels, f"WORD = {secrets.token_hex(8)!r}\n")
    folder = copied.docker / name
    folder.mkdir()
    (folder / "environment.yml").write_text(f"dependencies: [python={python}, pip: [tiny==1.0]]\n")
    body = BODY.format(python=python, zeros="0" * 64, sha256=sha256_file(wheel))
    path = folder / LOCK_NAME
    path.write_text(with_header(body, folder, ["environment.yml"], path))
    return find_environment(copied, name)


def make_wheel(folder: Path, code: str) -> Path:
    """A wheel `tiny` 1.0 with one module."""
    folder.mkdir(parents=True, exist_ok=True)
    info = "tiny-1.0.dist-info"
    members = {
        "tiny.py": code,
        f"{info}/METADATA": "Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    lines = [f"{name},{_digest(text)},{len(text)}" for name, text in members.items()]
    members[f"{info}/RECORD"] = "\n".join([*lines, f"{info}/RECORD,,", ""])
    path = folder / "tiny-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return path


def _digest(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"sha256={base64.urlsafe_b64encode(digest).rstrip(b'=').decode()}"
