"""Models of a fresh project are released to a folder, and checked by who has nothing but a key and the reference."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.bad_input.project import Project
from tests.release.conftest import MODELS, Keys, commit, git, release
from tests.release.tampering import VERSION, changed, complaint, flip

from remodel.files import read_json, sha256_file
from remodel.release import sums
from remodel.release.layout import Layout
from remodel.release.oci import TITLE
from remodel.release.received import receive
from remodel.release.store import Store


def verify(cwd: Path, project: Project, *words: str | Path) -> tuple[int, str, str]:
    """`remodel verify-release` in a folder that is no checkout."""
    cwd.mkdir(exist_ok=True)
    ended = project.run("remodel", "verify-release", *map(str, words), cwd=cwd)
    return ended.code, ended.out, ended.err


def contents(layout: Path) -> dict[str, dict[str, bytes]]:
    """The files of each model of a release."""
    store, found = Layout(layout), {}
    for name, entry in receive(store, VERSION).models.items():
        found[name] = files(store, entry["digest"])
    return found


def files(store: Store, digest: str) -> dict[str, bytes]:
    """The files of one model's artifact."""
    layers = json.loads(store.read(digest, "a manifest"))["layers"]
    return {layer["annotations"][TITLE]: store.read(layer["digest"], "a layer") for layer in layers}


def test_a_receiver_needs_nothing_but_the_key_and_the_reference(
    fresh: Project, released: Path, keys: Keys, tmp_path: Path
) -> None:
    """Signature, digests, bill of materials, provenance and example are checked, from any folder."""
    shutil.copytree(released, tmp_path / "received")
    code, out, err = verify(tmp_path / "elsewhere", fresh, tmp_path / "received", "--key", keys.public)
    assert (code, err) == (0, "")
    for model in MODELS:
        assert f"{model}: signature good" in out
        assert f"{model}: ONNX Runtime and scikit-learn answered the example as recorded" in out
    assert out.endswith(f"{VERSION} is what it says: {', '.join(MODELS)}\n")


def test_the_files_of_a_model_are_those_that_were_built(fresh: Project, released: Path, tmp_path: Path) -> None:
    """What is released is what DVC pins; `sha256sum --check` reads SHA256SUMS; the card says what and how good."""
    for model, found in contents(released).items():
        for name in ("manifest.json", "model.onnx", "model.skops", "scores.json"):
            assert found[name] == (fresh.root / "release" / model / name).read_bytes()
        folder = tmp_path / model
        folder.mkdir()
        for name, content in found.items():
            (folder / name).write_bytes(content)
        subprocess.run(["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"], cwd=folder, check=True)
        card = found["README.md"].decode()
        score = json.loads(found["scores.json"])["metrics"]["accuracy"]
        assert f"| accuracy | {score['mean']:.4f} ± {score['std']:.4f} |" in card
        assert git(fresh, "rev-parse", "HEAD").strip() in card


def test_standard_tools_read_the_statement_and_the_signature(released: Path, keys: Keys, tmp_path: Path) -> None:
    """in-toto's own library takes the statement and its predicate, and model-signing's own command the signature."""
    from google.protobuf.json_format import ParseDict
    from in_toto_attestation.predicates.provenance.v1.provenance_pb2 import Provenance
    from in_toto_attestation.v1 import statement_pb2
    from in_toto_attestation.v1.statement import Statement

    received = receive(Layout(released), VERSION).fetch(MODELS[0], tmp_path)
    document = read_json(received.folder / "provenance.json")
    statement = Statement.copy_from_pb(ParseDict(document, statement_pb2.Statement()))
    statement.validate()
    provenance = ParseDict(document["predicate"], Provenance())
    assert provenance.build_definition.resolved_dependencies[0].digest["gitCommit"]
    program = [sys.executable, "-m", "model_signing"]
    words = ["verify", "key", received.folder, "--public_key", keys.public, "--signature", received.signatures[0]]
    subprocess.run([*program, *map(str, words)], check=True, capture_output=True)


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


def test_a_version_is_never_changed(fresh: Project, released: Path, keys: Keys, tmp_path: Path) -> None:
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
    code, _, err = verify(tmp_path / "elsewhere", fresh, layout, "--key", keys.public)
    assert (code, "2 releases: 1.4.0, 1.5.0" in err) == (2, True)
    code, _, err = verify(tmp_path / "elsewhere", fresh, f"{layout}:1.5.0", MODELS[0], "--key", keys.public)
    assert (code, f"unknown model {MODELS[0]!r}" in err) == (2, True)


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


def test_wrong_words(fresh: Project, released: Path, keys: Keys, tmp_path: Path) -> None:
    """Versions, models, destinations and references that are none, each with what to write instead."""
    release(fresh, keys, tmp_path / "out", version="v1").refused(2, "'v1' is not a version", "1.4.0")
    release(fresh, keys, tmp_path / "out", version="1.0.0+7").refused(2, "'1.0.0+7' is not a version")
    release(fresh, keys, tmp_path / "out", "iris_tre").refused(2, "did you mean 'iris_tree'?")
    release(fresh, keys, fresh.root / "conf").refused(2, "is no release: it has no file oci-layout")
    release(fresh, keys, "oci://nowhere").refused(2, "names no repository of a registry", "For example")
    for words, told in (
        ((tmp_path / "nothing",), "there is no release folder"),
        ((f"{released}:9.9.9",), f"{released} has no release 9.9.9"),
        (("oci://host/repository",), "names no version"),
    ):
        code, _, err = verify(tmp_path / "elsewhere", fresh, *words, "--key", keys.public)
        assert code in (2, 8)
        assert told in err
        assert "Traceback" not in err


def test_keys_that_cannot_be_used(fresh: Project, released: Path, keys: Keys, tmp_path: Path) -> None:
    """Missing, encrypted without or with the wrong password, public instead of private: known before all else."""

    def signing(key: Path, **variables: str):  # type: ignore[no-untyped-def]
        words = ("--version", "1.4.0", "--to", str(tmp_path / "out"), "--key", str(key))
        return fresh.run("remodel", "release", *words, **variables)

    signing(tmp_path / "none.pem").refused(2, "there is no signing key", "openssl ecparam")
    signing(keys.encrypted).refused(2, "is encrypted", "REMODEL_KEY_PASSWORD")
    signing(keys.encrypted, REMODEL_KEY_PASSWORD="wrong").refused(
        2, "the password in REMODEL_KEY_PASSWORD is not that of"
    )
    signing(keys.private, REMODEL_KEY_PASSWORD="secret").refused(2, "is not encrypted, but REMODEL_KEY_PASSWORD is set")
    signing(keys.public).refused(2, "is no private key of an elliptic curve")
    assert not (tmp_path / "out").exists()
    ended = signing(keys.encrypted, REMODEL_KEY_PASSWORD="secret")
    ended.done()
    assert complaint(tmp_path / "out", keys.public, tmp_path / "scratch") is None
    for key, code, told in (
        (keys.other_public, 8, "it was not made with this key"),
        (tmp_path / "none.pub", 2, "there is no public key"),
        (fresh.root / "params.yaml", 2, "is no public key of an elliptic curve"),
    ):
        found, _, err = verify(tmp_path / "elsewhere", fresh, released, "--key", key)
        assert found == code
        assert told in err


def test_one_byte_of_every_file_of_a_release(released: Path, keys: Keys, tmp_path: Path) -> None:
    """Whatever file of a layout is changed in one place, a receiver is told, and told which."""
    layout = tmp_path / "layout"
    shutil.copytree(released, layout)
    paths = sorted(path for path in layout.rglob("*") if path.is_file())
    assert len(paths) > 15 * len(MODELS)
    for path in paths:
        before = path.read_bytes()
        for place in {0, len(before) // 2, len(before) - 1}:
            flip(path, place)
            told = complaint(layout, keys.public, tmp_path / "scratch")
            assert told is not None, (path, place)
            if path.parent != layout:
                assert path.name in told, (path, place, told)
            path.write_bytes(before)
    assert complaint(layout, keys.public, tmp_path / "scratch") is None


def test_bytes_all_over_the_index(released: Path, keys: Keys, tmp_path: Path) -> None:
    """index.json alone is addressed by nothing: all of it is held against what it points at."""
    layout = tmp_path / "layout"
    shutil.copytree(released, layout)
    before = (layout / "index.json").read_bytes()
    for place in range(0, len(before), 13):
        flip(layout / "index.json", place)
        assert complaint(layout, keys.public, tmp_path / "scratch") is not None, before[place - 20 : place + 20]
        (layout / "index.json").write_bytes(before)


@pytest.mark.parametrize("sums_too", [False, True])
def test_a_file_that_was_changed_and_addressed_anew(released: Path, keys: Keys, tmp_path: Path, sums_too: bool) -> None:
    """An attacker can make every digest fit, SHA256SUMS included, but not the signature."""
    names = contents(released)[MODELS[1]]
    for name in sorted(names):

        def tamper(models: Path, name: str = name) -> None:
            folder = models / MODELS[1]
            flip(folder / name, len(names[name]) // 2)
            if sums_too and name != sums.NAME:
                (folder / sums.NAME).write_bytes(sums.spelled(sums.digests(folder)))

        if name == "manifest.json":
            continue
        target = tmp_path / f"{name}-{sums_too}"
        changed(released, target, tamper)
        told = complaint(target, keys.public, tmp_path / "scratch")
        assert told is not None
        assert MODELS[1] in told
        assert name in told
