"""The DVC repository of a checkout: its stages in the order in which `dvc repro` runs them, and what is done to them.

Not for two threads at once: one writer asks and records, whoever builds.
"""

from __future__ import annotations

import contextlib
import copy
import logging
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from remodel.checkout import Checkout
from remodel.errors import UsageError
from remodel.rebuild.dvc.failures import as_ours, dvc_errors, message
from remodel.rebuild.dvc.inspection import Inspection
from remodel.rebuild.dvc.lockfile import LockFile
from remodel.rebuild.dvc.locks import reading

WAIT_SECONDS = 60.0
"""How long a DVC command of somebody else's may hold DVC's own lock: they hold it for moments, or for a transfer."""


@dataclass(frozen=True)
class StageFacts:
    """A stage as DVC knows it. `plain`: it has nothing but a command, dependencies and outputs; `top`: `dvc repro`
    runs it without being told its name."""

    name: str
    command: str
    plain: bool
    top: bool
    after: tuple[str, ...]


class DvcRepository:
    """DVC's view of a checkout. Stages are named as `dvc repro` names them."""

    def __init__(self, checkout: Checkout, say: Callable[[str], None]) -> None:
        """Read dvc.yaml and dvc.lock. UsageError where they are wrong: a cycle, two stages with one output."""
        with dvc_errors():
            from dvc.repo import Repo

            # After DVC is loaded, which sets it: what it has to say comes as exceptions.
            for name in ("dvc", "dvc_data", "dvc_objects"):
                logging.getLogger(name).setLevel(logging.CRITICAL)
            self._repo = Repo(str(checkout.root))
        self._checkout, self._say = checkout, say
        self._lock = LockFile(checkout.root / "dvc.lock")
        inspected = checkout.state / "rebuild" / "inspected.json"
        self._inspection = Inspection(inspected, self._repo.state, self._repo.fs, say)
        self._depth = 0
        self._remote = bool(self._repo.config["core"].get("remote"))
        self.reload()

    def reload(self) -> None:
        """Read dvc.yaml and dvc.lock again: somebody else may have written them."""
        import networkx
        from dvc.repo.reproduce import get_active_graph

        with dvc_errors():
            self._repo._reset()
            graph = get_active_graph(self._repo.index.graph)
            order = list(networkx.dfs_postorder_nodes(graph))
        self._stages = {stage.addressing: stage for stage in order}
        self._after = {
            stage.addressing: tuple(other.addressing for other in graph.successors(stage)) for stage in order
        }
        self._seen: dict[str, Any] = {}

    @property
    def order(self) -> list[str]:
        """Every stage, in the order in which a serial `dvc repro` comes to it."""
        return list(self._stages)

    def facts(self) -> list[StageFacts]:
        """Every stage in that order."""
        return [
            StageFacts(name, _command(stage), self._is_plain(stage), self._is_top(stage), self._after[name])
            for name, stage in self._stages.items()
        ]

    def check_dependencies(self, names: Iterable[str]) -> None:
        """UsageError where a stage needs a file that is not there and that no stage makes."""
        for name in names:
            for dep in self._stages[name].deps:
                if dep.protocol == "local" and not self._makers(dep) and not dep.exists:
                    raise UsageError(
                        f"stage {name} depends on {dep}, which does not exist and which no stage makes",
                        "Put it there, or correct dvc.yaml",
                    )

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Nobody else's DVC may write what the stages write or read: it is told who is at work. Who reads goes on."""
        entries = [entry for stage in self._stages.values() for entry in (*stage.outs, *stage.deps)]
        hold = ExitStack()
        with dvc_errors():
            hold.enter_context(reading(self._repo, self._tops(entry.fs_path for entry in entries)))
        try:
            yield
        finally:
            with dvc_errors():
                hold.close()

    def inspect(self) -> None:
        """Have DVC see every file and object that was damaged and looks the same to it; such objects are removed.

        What was inspected, fetched or recorded before, and has not been touched since, is not read again.
        """
        with dvc_errors(), self.locked():
            self._inspection.files(self._watched())
            for stage in self._stages.values():
                for out in stage.outs:
                    self._inspect_objects(out)
        self._inspection.save()

    def save_inspection(self) -> None:
        """Keep what this run has read and written, for the next one's `inspect`."""
        self._inspection.save()

    def _inspect_objects(self, out: Any, always: bool = False) -> None:
        """Remove what is damaged of an output's objects: the listing first, which names the others."""
        if out.use_cache and out.hash_info:
            self._inspection.objects(out.cache, [out.hash_info.value], always)
            self._inspection.objects(out.cache, self._objects(out)[1:], always)

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """DVC's own lock, which its commands hold while they look and write; waited for. May be nested."""
        self._depth += 1
        try:
            if self._depth == 1:
                self._take_lock()
            yield
        finally:
            self._depth -= 1
            if self._depth == 0 and self._repo.lock.is_locked:
                self._repo.lock.unlock()

    def _take_lock(self) -> None:
        from dvc.lock import LockError

        deadline, has_said = time.monotonic() + WAIT_SECONDS, False
        while True:
            try:
                self._repo.lock.lock()
                return
            except LockError as error:
                if time.monotonic() > deadline:
                    raise as_ours(error) from error
                if not has_said:
                    self._say("waiting for another DVC command in this checkout")
                    has_said = True

    def is_changed(self, name: str) -> bool:
        """Whether `dvc repro` would do anything for this stage now."""
        stage = self._stages[name]
        with dvc_errors(f"stage {name}"):
            if not self._is_plain(stage):
                return bool(stage.changed())
            return stage.changed_stage() or self._deps_changed(stage) or any(out.status() for out in stage.outs)

    def fetch(self, name: str, remake: Callable[[], None] | None = None) -> bool:
        """Whether the outputs could be taken from the cache, the run-cache or the remote; they are in place then.

        `remake` writes from the other outputs those that DVC keeps in git and therefore in no remote.
        """
        from dvc.stage.cache import RunCacheNotFoundError
        from dvc.stage.serialize import to_single_stage_lockfile
        from dvc_data.hashfile.hash_info import HashInfo

        stage, cache = self._stages[name], self._repo.stage_cache
        with dvc_errors(f"stage {name}"):
            unchanged = not stage.changed_stage() and not self._deps_changed(stage)
            if not unchanged:
                # DVC would take them for the outputs of the dependencies that are saved next.
                for out in stage.outs:
                    out.hash_info = HashInfo()
            self._save_deps(stage)
            entry = to_single_stage_lockfile(stage) if unchanged and _is_known(stage) else None
            entry = entry or (cache._load(stage) if stage.outs and stage.deps else None)
            if entry is None:
                return False
            self.clear(name)
            made = cache._create_stage(entry, wdir=stage.wdir)
            try:
                self._pull(made.outs)
                for out in made.outs:
                    self._inspect_objects(out, always=True)
                cache.restore(stage, run_cache=True)
            except RunCacheNotFoundError:
                return remake is not None and self._fetch_cached(stage, made.outs, remake)
        return True

    def _pull(self, outs: Iterable[Any]) -> None:
        """Take from the remote what the cache lacks of these outputs."""
        from dvc.exceptions import CollectCacheError

        for out in outs if self._remote else ():
            try:
                for objects in out.get_used_objs().values():
                    self._repo.cloud.pull(objects)
            except CollectCacheError:
                continue  # neither here nor there
            except Exception as error:
                return self._without_remote(error)

    def _fetch_cached(self, stage: Any, outs: Sequence[Any], remake: Callable[[], None]) -> bool:
        in_git = {out.def_path for out in stage.outs if not out.use_cache}
        wanted = [out for out in outs if out.def_path not in in_git]
        if any(out.changed_cache() for out in wanted):
            return False
        for out in wanted:
            out.checkout()
        remake()
        return not any(out.changed_checksum() for out in outs if out.def_path in in_git)

    def fetch_runs(self) -> None:
        """Take the remote's run-cache, where there is a remote: what others have built. An absent one is no error."""
        from dvc.stage.cache import RunCacheNotSupported

        if self._remote:
            try:
                self._repo.stage_cache.pull(None)
            except RunCacheNotSupported:
                return  # a remote of files only
            except Exception as error:
                self._without_remote(error)

    def clear(self, name: str) -> None:
        """Remove a stage's outputs, as DVC does before it runs one: no old result stays where a build fails."""
        with dvc_errors(f"stage {name}"):
            for out in self._stages[name].outs:
                if not out.persist:
                    out.remove(ignore_remove=False)

    def record(self, name: str) -> None:
        """Put a stage's outputs into the cache and the run-cache. dvc.lock is written by `write_lock`."""
        stage = self._stages[name]
        with dvc_errors(f"stage {name}"), self.locked():
            looks = self._inspection.looks(out.fs_path for out in stage.outs)
            self._save_deps(stage)
            stage.save_outs()
            self._repo.stage_cache.save(stage)
            for out in stage.outs:
                out.commit()
            stage.cmd_changed = False
            objects = self._inspection.looks(path for out in stage.outs for path in self._cached(out))
        self._inspection.trust({**looks, **objects})
        self._forget(out.fs_path for out in stage.outs)

    def in_lock(self, name: str) -> bool:
        """Whether dvc.lock has an entry for a stage."""
        return self._lock.has(self._stages[name].name)

    def write_lock(self, names: Sequence[str], movable: Sequence[str], remember: Callable[[list[str]], None]) -> None:
        """Write these recorded stages into dvc.lock at once. See LockFile.write."""
        from dvc.stage.serialize import to_single_stage_lockfile

        with dvc_errors(), self.locked(), self._repo.scm_context(quiet=True):
            place = {name: position for position, name in enumerate(self._stages)}
            chosen = [self._stages[name] for name in sorted(names, key=place.__getitem__)]
            entries = {stage.name: to_single_stage_lockfile(stage) for stage in chosen}
            self._lock.write(entries, list(self._stages), movable, remember)
            self._repo.scm_context.track_file("dvc.lock")

    def files(self) -> tuple[list[str], list[str]]:
        """Every path that decides whether something is out of date, and every file of the cache that results need."""
        dvc = [self._repo.dvc_dir + name for name in ("/config", "/config.local")]
        own = [str(self._checkout.root / name) for name in ("dvc.lock", "params.yaml", ".dvcignore")]
        own += [stage.path for stage in self._stages.values()]
        cached = [path for stage in self._stages.values() for out in stage.outs for path in self._cached(out)]
        return sorted({*own, *dvc, *self._watched()}), sorted(set(cached))

    def _watched(self) -> set[str]:
        """Every file and folder that a stage reads or writes."""
        return {entry.fs_path for stage in self._stages.values() for entry in (*stage.deps, *stage.outs)}

    def _cached(self, out: Any) -> list[str]:
        return [str(out.cache.oid_to_path(value)) for value in self._objects(out)] if out.use_cache else []

    def _objects(self, out: Any) -> list[str]:
        """The digest of an output's object; of a folder, of its listing and of every file in it that is known."""
        if not out.hash_info:
            return []
        tree = out.get_obj() if out.hash_info.isdir else None
        return [out.hash_info.value, *(oid.value for _, _, oid in tree or ())]

    def _is_plain(self, stage: Any) -> bool:
        from dvc.stage import PipelineStage

        odd = stage.frozen or stage.always_changed or stage.is_callback
        here = self._is_top(stage) and stage.wdir == str(self._checkout.root)
        return isinstance(stage, PipelineStage) and bool(stage.cmd) and not odd and here

    def _is_top(self, stage: Any) -> bool:
        return bool(stage.path == str(self._checkout.root / "dvc.yaml"))

    def _tops(self, paths: Iterable[str]) -> set[str]:
        """The entries of the checkout's folder that these paths are in: few words in DVC's lock, for all stages."""
        root = self._checkout.root
        inside = (Path(path) for path in paths)
        return {str(root / path.relative_to(root).parts[0]) for path in inside if root in path.parents}

    def _makers(self, dep: Any) -> list[Any]:
        parts = dep.fs.parts(dep.fs_path)
        outs = self._repo.index.outs_trie
        return [*outs.prefixes(parts), *(outs.values(prefix=parts) if outs.has_subtrie(parts) else [])]

    def _deps_changed(self, stage: Any) -> bool:
        for dep in stage.deps:
            now = self._now(dep)
            if now is None:
                if dep.status():
                    return True
            elif not dep.hash_info or dep.hash_info != now.hash_info:
                return True
        return False

    def _save_deps(self, stage: Any) -> None:
        for dep in stage.deps:
            now = self._now(dep)
            if now is None:
                dep.save()
            else:
                dep.hash_info, dep.meta, dep.obj, dep.files = now.hash_info, now.meta, now.obj, None

    def _forget(self, paths: Iterable[str]) -> None:
        """What was seen of these, of what is in them, and of what they are in, may be different now."""
        written = list(paths)
        self._seen = {
            path: probe
            for path, probe in self._seen.items()
            if not any(_is_in(path, other) or _is_in(other, path) for other in written)
        }

    def _now(self, dep: Any) -> Any:
        """What a file or folder is now, looked at once until a stage writes it; None where DVC has to look itself."""
        from dvc.dependency import Dependency

        if type(dep) is not Dependency or dep.protocol != "local" or dep.hash_name != "md5" or not dep.exists:
            return None
        if dep.fs_path not in self._seen:
            probe = copy.copy(dep)
            probe.save()
            self._seen[dep.fs_path] = probe
        return self._seen[dep.fs_path]

    def _without_remote(self, error: Exception) -> None:
        self._remote = False
        self._say(f"the remote cannot be used, so what is not in the cache is built: {message(error)}")


def _is_in(path: str, folder: str) -> bool:
    """Whether a path is a folder or in it."""
    return path == folder or path.startswith(f"{folder}/")


def _is_known(stage: Any) -> bool:
    """Whether dvc.lock says what the outputs are."""
    return bool(stage.outs) and all(bool(out.hash_info) for out in stage.outs)


def _command(stage: Any) -> str:
    return stage.cmd if isinstance(stage.cmd, str) else ""
