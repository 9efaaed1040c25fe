"""A release is checked by who has nothing but a key and the reference, whatever was done to it on its way."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from remodel.files import read_json, write_json
from remodel.release.contents import sums
from remodel.release.oci import manifests as oci
from remodel.release.oci.layout import Layout
from remodel.release.verify.received import receive
from tests.containers.cli.project import Project
from tests.containers.release.conftest import MODELS, Keys, commit, git, verify
from tests.containers.release.tampering import VERSION, addressed, changed, complaint, contents, flip, manifest, mutants


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


def test_a_model_is_built_again_from_the_commit(fresh: Project, released: Path, keys: Keys, tmp_path: Path) -> None:
    """The receiver's clone has the commit: snapshot, recipe and training give the bytes that were released."""
    git(fresh, "clone", "--quiet", str(fresh.root), str(tmp_path / "clone"))
    words = (released, MODELS[1], "--key", keys.public, "--rebuild", "--source")
    code, out, err = verify(tmp_path / "elsewhere", fresh, *words, tmp_path / "clone")
    assert (code, err) == (0, "")
    assert f"{MODELS[1]}: built again from {git(fresh, 'rev-parse', 'HEAD')[:12]}, same bytes" in out
    (tmp_path / "empty").mkdir()
    subprocess.run(["git", "init", "--quiet", str(tmp_path / "empty")], check=True)
    code, _, err = verify(tmp_path / "elsewhere", fresh, *words, tmp_path / "empty")
    assert (code, "has no commit" in err) == (2, True)


def test_a_release_that_its_commit_does_not_give(fresh: Project, released: Path, keys: Keys, tmp_path: Path) -> None:
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
            (folder / sums.NAME).write_bytes(sums.spelled(sums.digests(folder)))

    changed(released, tmp_path / "layout", lie, keys.private, other)
    assert complaint(tmp_path / "layout", keys.public, tmp_path / "scratch") is None
    words = (tmp_path / "layout", "iris_tree", "--key", keys.public, "--rebuild", "--source", copy.root)
    code, _, err = verify(tmp_path / "elsewhere", fresh, *words)
    assert code == 8
    assert "iris_tree: manifest.json is not what the commit builds: $.source.recipe" in err
    assert "'stratified_5', not 'repeated_5x3'" in err


def test_a_statement_about_other_data(released: Path, keys: Keys, tmp_path: Path) -> None:
    """Signed, but what it says went into the model is not what the manifest says."""

    def other_data(models: Path) -> None:
        for folder in models.iterdir():
            document = read_json(folder / "provenance.json")
            named = document["predicate"]["buildDefinition"]["resolvedDependencies"]
            next(one for one in named if one["name"] == "data/iris/data.parquet")["digest"]["sha256"] = "0" * 64
            write_json(folder / "provenance.json", document)
            (folder / sums.NAME).write_bytes(sums.spelled(sums.digests(folder)))

    changed(released, tmp_path / "layout", other_data, keys.private)
    told = complaint(tmp_path / "layout", keys.public, tmp_path / "scratch")
    assert told is not None
    assert "iris_bayes: provenance.json: $.predicate.buildDefinition.resolvedDependencies" in told
    assert f"[data/iris/data.parquet].digest.sha256 is '{'0' * 64}', not" in told


def test_a_bill_that_is_not_that_of_the_lock(released: Path, keys: Keys, tmp_path: Path) -> None:
    """Signed, but a wheel of the bill of materials has another hash than the lock."""

    def other_wheel(models: Path) -> None:
        for folder in models.iterdir():
            document = read_json(folder / "bom.cdx.json")
            wheel = next(one for one in document["components"] if one["name"] == "numpy")
            wheel["hashes"][0]["content"] = "0" * 64
            write_json(folder / "bom.cdx.json", document)
            (folder / sums.NAME).write_bytes(sums.spelled(sums.digests(folder)))

    changed(released, tmp_path / "layout", other_wheel, keys.private)
    told = complaint(tmp_path / "layout", keys.public, tmp_path / "scratch")
    assert told is not None
    assert "iris_bayes: bom.cdx.json: components: numpy" in told
    assert f"is {'0' * 64}, not" in told


def test_a_model_that_needs_more_trust_or_answers_otherwise(
    fresh: Project, released: Path, keys: Keys, tmp_path: Path
) -> None:
    """Signed, but model.skops holds a type that trust.json does not list, or the example is answered otherwise."""

    def distrust(models: Path) -> None:
        write_json(models / "iris_tree" / "trust.json", {"schema_version": 1, "types": {}})

    def other_answer(models: Path) -> None:
        document = read_json(models / "iris_bayes" / "example.json")
        document["answer"]["probabilities"][0][0] += 1e-6
        write_json(models / "iris_bayes" / "example.json", document)

    for change, words in (
        (distrust, ("iris_tree: model.skops holds what nobody has reviewed", "sklearn.tree._tree.Tree")),
        (other_answer, ("iris_bayes: model.onnx answers row 0 with probabilities that are off by 1.0e-06",)),
    ):

        def consistent(models: Path, change=change) -> None:  # type: ignore[no-untyped-def]
            change(models)
            for folder in models.iterdir():
                (folder / sums.NAME).write_bytes(sums.spelled(sums.digests(folder)))

        target = tmp_path / change.__name__
        changed(released, target, consistent, keys.private)
        assert complaint(target, keys.public, tmp_path / "scratch") is None
        code, _, err = verify(tmp_path / "elsewhere", fresh, target, "--key", keys.public)
        assert code == 8
        assert all(word in err for word in words), err


def test_files_in_folders_and_names_that_lead_out(released: Path, keys: Keys, tmp_path: Path) -> None:
    """A model may have folders; a manifest with a file that would be written elsewhere is refused before it is."""

    def with_folder(models: Path) -> None:
        for folder in models.iterdir():
            (folder / "program").mkdir()
            (folder / "program" / "__main__.py").write_text("print()\n")
            (folder / sums.NAME).write_bytes(sums.spelled(sums.digests(folder)))

    changed(released, tmp_path / "layout", with_folder, keys.private)
    assert complaint(tmp_path / "layout", keys.public, tmp_path / "scratch") is None
    assert contents(tmp_path / "layout")["iris_bayes"]["program/__main__.py"] == b"print()\n"
    content = b"written elsewhere\n"
    (tmp_path / "evil").write_bytes(content)
    for name in ("../evil.txt", "/tmp/evil.txt", "a/../../evil.txt", "", ".hidden"):
        blob = replace(oci.blob(content, "text/plain"), annotations={oci.TITLE: name})
        model = oci.model_manifest([blob], {})
        root = oci.release_index({"m": model}, {})
        layout = Layout(tmp_path / "evil-layout")
        (tmp_path / "empty").write_bytes(oci.EMPTY_CONFIG)
        empty = oci.blob(oci.EMPTY_CONFIG, oci.EMPTY).digest
        layout.put_blobs({blob.digest: tmp_path / "evil", empty: tmp_path / "empty"})
        layout.put_manifests([model, root])
        layout.put_tags([(f"m-{VERSION}", model), (VERSION, root)])
        told = complaint(layout.root, keys.public, tmp_path / "scratch")
        assert told is not None
        assert f"has the file name {name!r}" in told


def test_manifests_of_any_shape(released: Path, keys: Keys, tmp_path: Path) -> None:
    """Whatever stands in an index or a manifest, consistently addressed, a receiver is told in one line."""
    pointer = Layout(released).pointer(f"iris_bayes-{VERSION}") or {}
    signature = str(pointer["digest"]).replace(":", "-")
    index, model, referring = (manifest(released, tag) for tag in (VERSION, f"iris_bayes-{VERSION}", signature))

    def told(*tags: tuple[str, oci.OciManifest]) -> None:
        layout = Layout(tmp_path / "layout")
        shutil.copyfile(released / "index.json", layout.root / "index.json")
        layout.put_manifests([one for _, one in tags])
        layout.put_tags(tags)
        assert complaint(layout.root, keys.public, tmp_path / "scratch") is not None, tags

    shutil.copytree(released, tmp_path / "layout")
    for mutant in mutants(index):
        told((VERSION, addressed(mutant, oci.INDEX, oci.RELEASE)))
    for mutant in mutants(referring):
        told((signature, addressed(mutant, oci.INDEX, None)))
    for mutant in mutants(model):
        other = addressed(mutant, oci.MANIFEST, oci.MODEL)
        entry = {**other.descriptor.document(), "annotations": {oci.TITLE: "iris_bayes"}}
        root = addressed({**index, "manifests": [entry, *index["manifests"][1:]]}, oci.INDEX, oci.RELEASE)
        told((f"iris_bayes-{VERSION}", other), (VERSION, root))


def test_a_model_that_is_left_out(released: Path, keys: Keys, tmp_path: Path) -> None:
    """What is left is signed, and says which models the release had."""
    changed(released, tmp_path / "fewer", lambda models: shutil.rmtree(models / "iris_bayes"))
    told = complaint(tmp_path / "fewer", keys.public, tmp_path / "scratch")
    assert told == "the index of 1.4.0 has iris_tree; iris_tree: provenance.json says iris_bayes, iris_tree"
