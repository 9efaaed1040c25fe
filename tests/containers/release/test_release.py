"""Models of a fresh project are released to a folder; what must not be released is refused before anything is."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from remodel.errors import StorageError
from remodel.files import sha256_file
from remodel.release.contents.signing import PASSWORD
from remodel.release.oci.layout import Layout
from remodel.release.oci.publish import publish
from tests.containers.cli.conftest import mount
from tests.containers.cli.project import Project
from tests.containers.release.conftest import MODELS, Remodel, commit, git, release
from tests.unit.release.keys import Keys
from tests.unit.release.small import MEGABYTE, bundle
from tests.unit.release.tampering import VERSION, complaint, contents, flip

__all__ = ["mount"]


def test_the_files_of_a_model_are_those_that_were_built(fresh: Project, released: Path, tmp_path: Path) -> None:
    """What is released is what DVC pins; `sha256sum --check` reads SHA256SUMS; the card says what and how good."""
    for model, written in contents(released).items():
        for name in ("manifest.json", "model.onnx", "model.skops", "scores.json"):
            assert written[name] == (fresh.root / "release" / model / name).read_bytes()
        folder = tmp_path / model
        folder.mkdir()
        for name, content in written.items():
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_bytes(content)
        subprocess.run(["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"], cwd=folder, check=True)
        card = written["README.md"].decode()
        score = json.loads(written["scores.json"])["metrics"]["accuracy"]
        assert f"| accuracy | {score['mean']:.4f} ± {score['std']:.4f} |" in card
        assert git(fresh, "rev-parse", "HEAD").strip() in card


def test_the_same_content_again_changes_nothing(
    fresh: Project, released: Path, keys: Keys, tmp_path: Path, remodel: Remodel
) -> None:
    """A release that is there already is left as it is, its signature too."""
    shutil.copytree(released, tmp_path / "layout")
    before = {path: sha256_file(path) for path in (tmp_path / "layout").rglob("*") if path.is_file()}
    ended = remodel(fresh.root, *release(tmp_path / "layout", keys))
    ended.done()
    assert "was there already, with the same content" in ended.out
    assert {path: sha256_file(path) for path in (tmp_path / "layout").rglob("*") if path.is_file()} == before


def test_a_version_is_never_changed(
    fresh: Project, released: Path, keys: Keys, tmp_path: Path, remodel: Remodel
) -> None:
    """Other content under the same version is refused; under another one, both are there."""
    copy, layout = fresh.copy(tmp_path / "project"), tmp_path / "layout"
    shutil.copytree(released, layout)
    (copy.root / "NOTES").write_text("another commit\n")
    commit(copy, "Notes")
    remodel(copy.root, *release(layout, keys, MODELS[1])).refused(
        10, VERSION, "with other content: commit", "models iris_bayes, iris_tree (now iris_tree)"
    )
    remodel(copy.root, *release(layout, keys, MODELS[1], version="1.5.0")).done()
    assert set(Layout(layout).tags()) >= {"1.4.0", "1.5.0", "iris_tree-1.5.0"}
    assert complaint(layout, keys.public, tmp_path / "scratch") is None
    remodel(tmp_path, "release", "verify", layout, "--key", keys.public).refused(2, "2 releases: 1.4.0, 1.5.0")
    arguments = ("release", "verify", f"{layout}:1.5.0", MODELS[0], "--key", keys.public)
    remodel(tmp_path, *arguments).refused(2, f"unknown model {MODELS[0]!r}")


def test_a_work_tree_that_differs_from_the_commit_is_refused(
    fresh: Project, keys: Keys, tmp_path: Path, remodel: Remodel
) -> None:
    """A release names a commit: nothing may be in it that the commit does not have."""
    copy = fresh.copy(tmp_path / "project")
    (copy.root / "NOTES").write_text("not committed\n")
    remodel(copy.root, *release(tmp_path / "out", keys)).refused(2, "the work tree is not what the commit says: NOTES")
    shutil.rmtree(copy.root / ".git")
    remodel(copy.root, *release(tmp_path / "out", keys)).refused(2, "git status failed")
    assert not (tmp_path / "out").exists()


def test_a_pipeline_that_is_not_up_to_date_is_refused(
    fresh: Project, keys: Keys, tmp_path: Path, remodel: Remodel
) -> None:
    """Committed, but not built: the models would not be those of the commit."""
    copy = fresh.copy(tmp_path / "project")
    copy.edit("conf/model/iris_tree.yaml", "stratified_5", "repeated_5x3")
    commit(copy, "Other folds")
    remodel(copy.root, *release(tmp_path / "out", keys)).refused(
        7, "stage recipes is not up to date", "conf", "dvc repro"
    )
    assert not (tmp_path / "out").exists()


def test_an_artifact_that_dvc_lock_does_not_name_is_refused(
    fresh: Project, keys: Keys, tmp_path: Path, remodel: Remodel
) -> None:
    """One byte of a packaged model, of a model, or of a snapshot."""
    copy = fresh.copy(tmp_path / "project")
    for name in ("release/iris_tree/model.skops", "models/iris_tree/sklearn-1.9/model.onnx", "data/iris/schema.json"):
        before = (copy.root / name).read_bytes()
        flip(copy.root / name, 100)
        remodel(copy.root, *release(tmp_path / "out", keys)).refused(7, "is not up to date", name.split("/")[0])
        (copy.root / name).write_bytes(before)
    assert not (tmp_path / "out").exists()


def test_a_type_that_is_no_longer_trusted_is_refused(
    fresh: Project, keys: Keys, tmp_path: Path, remodel: Remodel
) -> None:
    """The list is kept by people; a model that needs more than it has does not leave."""
    copy = fresh.copy(tmp_path / "project")
    lines = (copy.root / "conf" / "trust.yaml").read_text().splitlines(keepends=True)
    kept = [line for line in lines if "sklearn.tree._tree.Tree:" not in line]
    (copy.root / "conf" / "trust.yaml").write_text("".join(kept).replace("decision trees:\n", ""))
    commit(copy, "Trees are not trusted")
    remodel(copy.root, *release(tmp_path / "out", keys)).refused(7, "is not up to date", "changed deps: conf")
    ended = copy.repro()
    assert ended.code == 4
    assert "sklearn.tree._tree.Tree" in ended.err


def test_wrong_arguments(fresh: Project, released: Path, keys: Keys, tmp_path: Path, remodel: Remodel) -> None:
    """Versions, models, destinations and references that are none, each with what to write instead."""
    key = ("--key", keys.private)
    for arguments, message in (
        (("--version", "v1", "--to", tmp_path / "out", *key), ("'v1' is not a version", "1.4.0")),
        (("--version", "1.0.0+7", "--to", tmp_path / "out", *key), ("'1.0.0+7' is not a version",)),
        (("--version", "1.0.0", "--to", fresh.root / "conf", *key), ("is no release: it has no file oci-layout",)),
        (("--version", "1.0.0", "--to", "oci://nowhere", *key), ("names no repository of a registry", "For example")),
        (("--version", "1.0.0", "--to", tmp_path / "out"), ("needs --key or --keyless",)),
        (("iris_tre", "--version", "1.0.0", "--to", tmp_path / "out", *key), ("did you mean 'iris_tree'?",)),
    ):
        remodel(fresh.root, "release", "publish", *arguments).refused(2, *message)
    key = ("--key", keys.public)
    for code, arguments, message in (
        (2, (tmp_path / "nothing", *key), "there is no release folder"),
        (8, (f"{released}:9.9.9", *key), f"{released} has no release 9.9.9: it has"),
        (2, ("oci://host/repository", *key), "names no version"),
        (2, (released,), "needs --key or --identity"),
        (2, (released, "iris_tre", *key), "did you mean 'iris_tree'?"),
        (2, (released, *key, "--source", fresh.root), "--source is for --rebuild"),
        (2, (released, *key, "--rebuild"), "is not inside a remodel checkout"),
    ):
        remodel(tmp_path, "release", "verify", *arguments).refused(code, message)
    assert not (tmp_path / "out").exists()


def test_keys_that_cannot_be_used(
    fresh: Project, released: Path, keys: Keys, tmp_path: Path, remodel: Remodel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Missing, encrypted without or with the wrong password, public instead of private: known before all else."""
    arguments = ("release", "publish", "--version", "1.4.0", "--to", tmp_path / "out", "--key")
    remodel(fresh.root, *arguments, tmp_path / "none.pem").refused(2, "there is no signing key", "openssl ecparam")
    remodel(fresh.root, *arguments, keys.encrypted).refused(2, "is encrypted", PASSWORD)
    remodel(fresh.root, *arguments, keys.public).refused(2, "is no private key of an elliptic curve")
    monkeypatch.setenv(PASSWORD, "wrong")
    remodel(fresh.root, *arguments, keys.encrypted).refused(2, f"the password in {PASSWORD} is not that of")
    remodel(fresh.root, *arguments, keys.private).refused(2, f"is not encrypted, but {PASSWORD} is set")
    assert not (tmp_path / "out").exists()
    for key, code, message in (
        (keys.other_public, 8, "it was not made with this key"),
        (tmp_path / "none.pub", 2, "there is no public key"),
        (fresh.root / "params.yaml", 2, "is no public key of an elliptic curve"),
    ):
        remodel(tmp_path, "release", "verify", released, "--key", key).refused(code, message)


def test_an_encrypted_key_signs(released: Path, keys: Keys, tmp_path: Path) -> None:
    """With its password in the variable, under any umask; the signature is the same key's."""
    assert complaint(released, keys.public, tmp_path / "scratch") is None


def test_a_folder_on_a_full_disk(tmp_path: Path, mount: Callable[..., None]) -> None:
    """Nothing is visible there then; with space again, the same command ends well and leaves nothing unfinished."""
    mount(tmp_path / "small", "-t", "tmpfs", "-o", "size=64k", "tmpfs")
    bundled, layout = bundle(tmp_path / "bundle", size=MEGABYTE), Layout(tmp_path / "small" / "out")
    with pytest.raises(StorageError, match="No space left on device") as caught:
        publish(bundled, layout, lambda line: None)
    assert (caught.value.exit_code, "Free some space" in caught.value.advice) == (7, True)
    assert not (layout.root / "index.json").exists()
    subprocess.run(["mount", "-o", "remount,size=8m", str(tmp_path / "small")], check=True)
    assert publish(bundled, layout, lambda line: None)
    assert {path.name for path in layout.root.iterdir()} == {"blobs", "index.json", "index.json.lock", "oci-layout"}
    for digest, path in bundled.blobs.items():
        assert (layout.root / layout.place(digest)).read_bytes() == path.read_bytes()
