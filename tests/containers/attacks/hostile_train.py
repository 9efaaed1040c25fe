"""Takes the place of src/builder/train.py: leaves an honest build, and then does what the recipe's `attack` says."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import socket  # noqa: F401, attacks use it
import sys
import time  # noqa: F401, attacks use it
from pathlib import Path

HONEST = Path(__file__).parent / "honest"


def build(recipe_path, snapshot, environment_path, trust_path, out, progress):
    recipe = json.loads(recipe_path.read_text())
    for path in sorted(HONEST.iterdir()):
        shutil.copyfile(path, out / path.name)
    names = {**globals(), **Tools(out, progress).names(), "canary": Path(recipe["canary"])}
    exec(compile(recipe["attack"], "attack", "exec"), names)


class Tools:
    """What attacks have in common."""

    def __init__(self, out, progress):
        self.out, self.progress = out, progress

    def names(self):
        return {
            name: getattr(self, name) for name in ("out", "progress", "gone", "put", "edit", "link", "relist", "error")
        }

    def gone(self, name):
        """Nothing has that name any more; its path."""
        path = self.out / name
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        elif os.path.lexists(path):
            path.unlink()
        return path

    def put(self, name, content):
        self.gone(name).write_bytes(content.encode() if isinstance(content, str) else content)

    def link(self, name, target):
        self.gone(name).symlink_to(target)

    def edit(self, name, change, **dump):
        """Change a document; what lists it lists what it is then."""
        document = json.loads((self.out / name).read_text())
        changed = change(document)
        self.put(name, json.dumps(document if changed is None else changed, **dump))
        if name != "manifest.json":
            self.relist(name)

    def relist(self, name):
        """The manifest lists a file as it is now."""
        manifest = json.loads((self.out / "manifest.json").read_text())
        if name in manifest["artifacts"]:
            content = (self.out / name).read_bytes()
            manifest["artifacts"][name] = {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}
            self.put("manifest.json", json.dumps(manifest))

    def error(self, content):
        """End as a program does that has described its error."""
        self.put("error.json", content if isinstance(content, (bytes, str)) else json.dumps(content))
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(3)
