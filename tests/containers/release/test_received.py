"""A release is checked by who has nothing but a key and the reference, whatever was done to it on its way."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from remodel.files import read_json, write_json
from remodel.release.contents import sums
from tests.containers.cli.project import Project
from tests.containers.release.conftest import MODELS, Remodel, commit, git
from tests.unit.release.keys import Keys
from tests.unit.release.tampering import VERSION, changed, complaint


def test_a_receiver_needs_nothing_but_the_key_and_the_reference(
    fresh: Project, released: Path, keys: Keys, tmp_path: Path
) -> None:
    """Signature, digests, bill of materials, provenance and example are checked, from any folder."""
    shutil.copytree(released, tmp_path / "received")
    (tmp_path / "elsewhere").mkdir()
    arguments = ("release", "verify", str(tmp_path / "received"), "--key", str(keys.public))
    ended = fresh.run("remodel", *arguments, cwd=tmp_path / "elsewhere")
    ended.done()
    for model in MODELS:
        assert f"{model}: signature good" in ended.out
        assert f"{model}: ONNX Runtime and scikit-learn answered the example as recorded" in ended.out
    assert ended.out.endswith(f"{VERSION} is what it says: {', '.join(MODELS)}\n")


def test_a_model_is_built_again_from_the_commit(
    fresh: Project, released: Path, keys: Keys, tmp_path: Path, remodel: Remodel
) -> None:
    """The receiver's clone has the commit: snapshot, recipe and training give the bytes that were released."""
    git(fresh, "clone", "--quiet", str(fresh.root), str(tmp_path / "clone"))
    arguments = ("release", "verify", released, MODELS[1], "--key", keys.public, "--rebuild", "--source")
    ended = remodel(tmp_path / "elsewhere", *arguments, tmp_path / "clone")
    ended.done()
    assert f"{MODELS[1]}: built again from {git(fresh, 'rev-parse', 'HEAD')[:12]}, same bytes" in ended.out
    (tmp_path / "empty").mkdir()
    subprocess.run(["git", "init", "--quiet", str(tmp_path / "empty")], check=True)
    remodel(tmp_path / "elsewhere", *arguments, tmp_path / "empty").refused(2, "has no commit")


def test_a_release_that_its_commit_does_not_give(
    fresh: Project, released: Path, keys: Keys, tmp_path: Path, remodel: Remodel
) -> None:
    """Made from another recipe than the commit has, and signed with the right key: only a rebuild shows it."""
    copy = fresh.copy(tmp_path / "project")
    copy.edit("conf/model/iris_tree.yaml", "stratified_5", "repeated_5x3")
    commit(copy, "Other folds")
    other = git(copy, "rev-parse", "HEAD").strip()

    def lie(models: Path) -> None:
        for folder in models.iterdir():
            text = (folder / "provenance.json").read_text()
            before = read_json(folder / "provenance.json")["predicate"]["buildDefinition"]["resolvedDependencies"][0]
            (folder / "provenance.json").write_text(text.replace(before["digest"]["gitCommit"], other))
            sums.write(folder)

    changed(released, tmp_path / "layout", lie, keys.private, other)
    assert complaint(tmp_path / "layout", keys.public, tmp_path / "scratch") is None
    arguments = (tmp_path / "layout", "iris_tree", "--key", keys.public, "--rebuild", "--source", copy.root)
    remodel(tmp_path / "elsewhere", "release", "verify", *arguments).refused(
        8,
        "iris_tree: manifest.json is not what the commit builds: $.source.recipe",
        "'stratified_5', not 'repeated_5x3'",
    )


def test_a_model_that_needs_more_trust_or_answers_otherwise(
    released: Path, keys: Keys, tmp_path: Path, remodel: Remodel
) -> None:
    """Signed, but model.skops holds a type that trust.json does not list, or the example is answered otherwise."""

    def distrust(models: Path) -> None:
        write_json(models / "iris_tree" / "trust.json", {"schema_version": 1, "types": {}})

    def other_answer(models: Path) -> None:
        document = read_json(models / "iris_bayes" / "example.json")
        document["answer"]["probabilities"][0][0] += 1e-6
        write_json(models / "iris_bayes" / "example.json", document)

    for change, message in (
        (distrust, ("iris_tree: model.skops holds what nobody has reviewed", "sklearn.tree._tree.Tree")),
        (other_answer, ("iris_bayes: model.onnx answers row 0 with probabilities that are off by 1.0e-06",)),
    ):

        def consistent(models: Path, change=change) -> None:  # type: ignore[no-untyped-def]
            change(models)
            for folder in models.iterdir():
                sums.write(folder)

        target = tmp_path / change.__name__
        changed(released, target, consistent, keys.private)
        assert complaint(target, keys.public, tmp_path / "scratch") is None
        remodel(tmp_path / "elsewhere", "release", "verify", target, "--key", keys.public).refused(8, *message)
