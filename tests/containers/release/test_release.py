"""Models of a fresh project are released to a folder; what must not be released is refused before anything is."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from remodel.files import sha256_file
from remodel.release.contents.signing import PASSWORD
from remodel.release.oci.layout import Layout
from tests.containers.cli.conftest import mount
from tests.containers.cli.project import Project
from tests.containers.release.conftest import MODELS, Keys, Told, commit, git, release
from tests.unit.release.tampering import VERSION, complaint, contents, flip

__all__ = ["mount"]


def test_the_files_of_a_model_are_those_that_were_built(fresh: Project, released: Path, tmp_path: Path) -> None:
    """What is released is what DVC pins; `sha256sum --check` reads SHA256SUMS; the card says what and how good."""
    for model, found in contents(released).items():
        for name in ("manifest.json", "model.onnx", "model.skops", "scores.json"):
            assert found[name] == (fresh.root / "release" / model / name).read_bytes()
        folder = tmp_path / model
        folder.mkdir()
        for name, content in found.items():
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_bytes(content)
        subprocess.run(["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"], cwd=folder, check=True)
        card = found["README.md"].decode()
        score = json.loads(found["scores.json"])["metrics"]["accuracy"]
        assert f"| accuracy | {score['mean']:.4f} ± {score['std']:.4f} |" in card
        assert git(fresh, "rev-parse", "HEAD").strip() in card


def test_twice_the_same_release_has_the_same_digests(
    fresh: Project, released: Path, keys: Keys, tmp_path: Path
) -> None:
    """From another folder, with another signature: the release's tag and each model's point at the same bytes."""
    copy = fresh.copy(tmp_path / "another place")
    release(copy, keys, tmp_path / "again").done()
    first, second = Layout(released), Layout(tmp_path / "again")
    own = [tag for tag in first.tags() if not tag.startswith("sha256-")]
    assert len(own) == 1 + len(MODELS)
    assert {tag: first.pointer(tag) for tag in own} == {tag: second.pointer(tag) for tag in own}
    signatures = [tag for tag in first.tags() if tag.startswith("sha256-")]
    assert all(first.pointer(tag) != second.pointer(tag) for tag in signatures)


def test_the_same_content_again_changes_nothing(fresh: Project, released: Path, keys: Keys, tmp_path: Path) -> None:
    """A release that is there already is left as it is, its signature too."""
    shutil.copytree(released, tmp_path / "layout")
    before = {path: sha256_file(path) for path in (tmp_path / "layout").rglob("*") if path.is_file()}
    ended = release(fresh, keys, tmp_path / "layout")
    ended.done()
    assert "was there already, with the same content" in ended.out
    assert {path: sha256_file(path) for path in (tmp_path / "layout").rglob("*") if path.is_file()} == before


def test_a_version_is_never_changed(fresh: Project, released: Path, keys: Keys, tmp_path: Path, told: Told) -> None:
    """Other content under the same version is refused; under another one, both are there."""
    copy, layout = fresh.copy(tmp_path / "project"), tmp_path / "layout"
    shutil.copytree(released, layout)
    release(copy, keys, layout, MODELS[1]).refused(10, VERSION, "with other content", "models iris_bayes, iris_tree")
    (copy.root / "NOTES").write_text("another commit\n")
    commit(copy, "Notes")
    release(copy, keys, layout).refused(10, "with other content: commit")
    release(copy, keys, layout, MODELS[1], version="1.5.0").done()
    assert set(Layout(layout).tags()) >= {"1.4.0", "1.5.0", "iris_tree-1.5.0"}
    assert complaint(layout, keys.public, tmp_path / "scratch") is None
    told(tmp_path, "verify-release", layout, "--key", keys.public).refused(2, "2 releases: 1.4.0, 1.5.0")
    words = ("verify-release", f"{layout}:1.5.0", MODELS[0], "--key", keys.public)
    told(tmp_path, *words).refused(2, f"unknown model {MODELS[0]!r}")


def test_a_work_tree_that_differs_from_the_commit_is_refused(fresh: Project, keys: Keys, tmp_path: Path) -> None:
    """A release names a commit: nothing may be in it that the commit does not have."""
    copy = fresh.copy(tmp_path / "project")
    (copy.root / "NOTES").write_text("not committed\n")
    release(copy, keys, tmp_path / "out").refused(2, "the work tree is not what the commit says: NOTES")
    shutil.rmtree(copy.root / ".git")
    release(copy, keys, tmp_path / "out").refused(2, "git status failed")
    assert not (tmp_path / "out").exists()


def test_a_pipeline_that_is_not_up_to_date_is_refused(fresh: Project, keys: Keys, tmp_path: Path) -> None:
    """Committed, but not built: the models would not be those of the commit."""
    copy = fresh.copy(tmp_path / "project")
    copy.edit("conf/model/iris_tree.yaml", "stratified_5", "repeated_5x3")
    commit(copy, "Other folds")
    release(copy, keys, tmp_path / "out").refused(7, "stage recipes is not up to date", "conf", "dvc repro")
    assert not (tmp_path / "out").exists()


def test_an_artifact_that_dvc_lock_does_not_name_is_refused(fresh: Project, keys: Keys, tmp_path: Path) -> None:
    """One byte of a packaged model, of a model, or of a snapshot."""
    copy = fresh.copy(tmp_path / "project")
    for name in ("release/iris_tree/model.skops", "models/iris_tree/sklearn-1.9/model.onnx", "data/iris/schema.json"):
        before = (copy.root / name).read_bytes()
        flip(copy.root / name, 100)
        release(copy, keys, tmp_path / "out").refused(7, "is not up to date", name.split("/")[0])
        (copy.root / name).write_bytes(before)
    assert not (tmp_path / "out").exists()


def test_a_type_that_is_no_longer_trusted_is_refused(fresh: Project, keys: Keys, tmp_path: Path) -> None:
    """The list is kept by people; a model that needs more than it has does not leave."""
    copy = fresh.copy(tmp_path / "project")
    lines = (copy.root / "conf" / "trust.yaml").read_text().splitlines(keepends=True)
    kept = [line for line in lines if "sklearn.tree._tree.Tree:" not in line]
    (copy.root / "conf" / "trust.yaml").write_text("".join(kept).replace("decision trees:\n", ""))
    commit(copy, "Trees are not trusted")
    release(copy, keys, tmp_path / "out").refused(7, "is not up to date", "changed deps: conf")
    ended = copy.repro()
    assert ended.code == 4
    assert "sklearn.tree._tree.Tree" in ended.err


def test_wrong_words(fresh: Project, released: Path, keys: Keys, tmp_path: Path, told: Told) -> None:
    """Versions, models, destinations and references that are none, each with what to write instead."""
    key = ("--key", keys.private)
    for words, said in (
        (("--version", "v1", "--to", tmp_path / "out", *key), ("'v1' is not a version", "1.4.0")),
        (("--version", "1.0.0+7", "--to", tmp_path / "out", *key), ("'1.0.0+7' is not a version",)),
        (("--version", "1.0.0", "--to", fresh.root / "conf", *key), ("is no release: it has no file oci-layout",)),
        (("--version", "1.0.0", "--to", "oci://nowhere", *key), ("names no repository of a registry", "For example")),
        (("--version", "1.0.0", "--to", tmp_path / "out"), ("needs --key or --keyless",)),
        (("iris_tre", "--version", "1.0.0", "--to", tmp_path / "out", *key), ("did you mean 'iris_tree'?",)),
    ):
        told(fresh.root, "release", *words).refused(2, *said)
    key = ("--key", keys.public)
    for code, words, said in (
        (2, (tmp_path / "nothing", *key), "there is no release folder"),
        (8, (f"{released}:9.9.9", *key), f"{released} has no release 9.9.9: it has"),
        (2, ("oci://host/repository", *key), "names no version"),
        (2, (released,), "needs --key or --identity"),
        (2, (released, "iris_tre", *key), "did you mean 'iris_tree'?"),
        (2, (released, *key, "--source", fresh.root), "--source is for --rebuild"),
        (2, (released, *key, "--rebuild"), "is not inside a remodel checkout"),
    ):
        told(tmp_path, "verify-release", *words).refused(code, said)
    assert not (tmp_path / "out").exists()


def test_keys_that_cannot_be_used(
    fresh: Project, released: Path, keys: Keys, tmp_path: Path, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Missing, encrypted without or with the wrong password, public instead of private: known before all else."""
    words = ("release", "--version", "1.4.0", "--to", tmp_path / "out", "--key")
    told(fresh.root, *words, tmp_path / "none.pem").refused(2, "there is no signing key", "openssl ecparam")
    told(fresh.root, *words, keys.encrypted).refused(2, "is encrypted", PASSWORD)
    told(fresh.root, *words, keys.public).refused(2, "is no private key of an elliptic curve")
    monkeypatch.setenv(PASSWORD, "wrong")
    told(fresh.root, *words, keys.encrypted).refused(2, f"the password in {PASSWORD} is not that of")
    told(fresh.root, *words, keys.private).refused(2, f"is not encrypted, but {PASSWORD} is set")
    assert not (tmp_path / "out").exists()
    for key, code, said in (
        (keys.other_public, 8, "it was not made with this key"),
        (tmp_path / "none.pub", 2, "there is no public key"),
        (fresh.root / "params.yaml", 2, "is no public key of an elliptic curve"),
    ):
        told(tmp_path, "verify-release", released, "--key", key).refused(code, said)


def test_an_encrypted_key_signs(fresh: Project, keys: Keys, tmp_path: Path) -> None:
    """With its password in the variable, under any umask; the signature is the same key's."""
    words = ("--version", VERSION, "--to", str(tmp_path / "out"), "--key", str(keys.encrypted))
    before = os.umask(0o077)
    try:
        fresh.run("remodel", "release", *words, REMODEL_KEY_PASSWORD="secret").done()
    finally:
        os.umask(before)
    assert complaint(tmp_path / "out", keys.public, tmp_path / "scratch") is None


def test_a_folder_on_a_full_disk(
    fresh: Project, keys: Keys, tmp_path: Path, mount: Callable[..., None], told: Told
) -> None:
    """Nothing is visible there then; with space again, the same command ends well and leaves nothing unfinished."""
    mount(tmp_path / "small", "-t", "tmpfs", "-o", "size=64k", "tmpfs")
    words = ("release", "--version", VERSION, "--to", tmp_path / "small" / "out", "--key", keys.private)
    told(fresh.root, *words).refused(7, "No space left on device", "Free some space")
    assert not (tmp_path / "small" / "out" / "index.json").exists()
    subprocess.run(["mount", "-o", "remount,size=8m", str(tmp_path / "small")], check=True)
    told(fresh.root, *words).done()
    assert complaint(tmp_path / "small" / "out", keys.public, tmp_path / "scratch") is None
    assert {path.name for path in (tmp_path / "small" / "out").iterdir()} == {"blobs", "index.json", "oci-layout"}
