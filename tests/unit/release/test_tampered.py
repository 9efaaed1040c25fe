"""Whatever was done to a release on its way, who checks it is told, with nothing run of it."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from remodel.files import read_json, write_json
from remodel.release.artifacts import manifests as oci
from remodel.release.contents import sums
from remodel.release.oci.layout import LOCK, Layout
from tests.unit.release.assembled import MODELS
from tests.unit.release.keys import Keys
from tests.unit.release.tampering import VERSION, addressed, changed, complaint, contents, flip, manifest, mutants


def test_one_byte_of_every_file_of_a_release(released: Path, keys: Keys, tmp_path: Path) -> None:
    """Whatever file of a layout is changed in one place, a receiver is told, and told which."""
    layout = tmp_path / "layout"
    shutil.copytree(released, layout)
    paths = sorted(path for path in layout.rglob("*") if path.is_file() and path.name != LOCK)
    assert len(paths) > 15 * len(MODELS)
    for path in paths:
        before = path.read_bytes()
        for place in {0, len(before) // 2, len(before) - 1}:
            flip(path, place)
            message = complaint(layout, keys.public, tmp_path / "scratch")
            assert message is not None, (path, place)
            if path.parent != layout:
                assert path.name in message, (path, place, message)
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
                sums.write(folder)

        if name == "manifest.json":
            continue
        target = tmp_path / f"{name}-{sums_too}"
        changed(released, target, tamper)
        message = complaint(target, keys.public, tmp_path / "scratch")
        assert message is not None
        assert MODELS[1] in message
        assert name in message


def test_a_statement_about_other_data(released: Path, keys: Keys, tmp_path: Path) -> None:
    """Signed, but what it says went into the model is not what the manifest says."""

    def other_data(models: Path) -> None:
        for folder in models.iterdir():
            document = read_json(folder / "provenance.json")
            named = document["predicate"]["buildDefinition"]["resolvedDependencies"]
            data = next(dependency for dependency in named if dependency["name"] == "data/iris/data.parquet")
            data["digest"]["sha256"] = "0" * 64
            write_json(folder / "provenance.json", document)
            sums.write(folder)

    changed(released, tmp_path / "layout", other_data, keys.private)
    message = complaint(tmp_path / "layout", keys.public, tmp_path / "scratch")
    assert message is not None
    assert "iris_bayes: provenance.json: $.predicate.buildDefinition.resolvedDependencies" in message
    assert f"[data/iris/data.parquet].digest.sha256 is '{'0' * 64}', not" in message


def test_a_bill_that_is_not_that_of_the_lock(released: Path, keys: Keys, tmp_path: Path) -> None:
    """Signed, but a wheel of the bill of materials has another hash than the lock."""

    def other_wheel(models: Path) -> None:
        for folder in models.iterdir():
            document = read_json(folder / "bom.cdx.json")
            wheel = next(component for component in document["components"] if component["name"] == "numpy")
            wheel["hashes"][0]["content"] = "0" * 64
            write_json(folder / "bom.cdx.json", document)
            sums.write(folder)

    changed(released, tmp_path / "layout", other_wheel, keys.private)
    message = complaint(tmp_path / "layout", keys.public, tmp_path / "scratch")
    assert message is not None
    assert "iris_bayes: bom.cdx.json: components: numpy" in message
    assert f"is {'0' * 64}, not" in message


def test_files_in_folders_and_names_that_lead_out(released: Path, keys: Keys, tmp_path: Path) -> None:
    """A model's program may have folders; a file that would be written elsewhere is refused, and so is any other."""

    def with_folder(models: Path) -> None:
        for folder in models.iterdir():
            (folder / "serving" / "onnx_file").mkdir()
            (folder / "serving" / "onnx_file" / "more.py").write_text("print()\n")
            sums.write(folder)

    changed(released, tmp_path / "layout", with_folder, keys.private)
    assert complaint(tmp_path / "layout", keys.public, tmp_path / "scratch") is None
    assert contents(tmp_path / "layout")["iris_bayes"]["serving/onnx_file/more.py"] == b"print()\n"
    content = b"written elsewhere\n"
    (tmp_path / "evil").write_bytes(content)
    for name in ("../evil.txt", "/tmp/evil.txt", "a/../../evil.txt", "", ".hidden", "program/__main__.py", "json.py"):
        blob = replace(oci.blob(content, "text/plain"), annotations={oci.TITLE: name})
        model = oci.model_manifest([blob], {})
        root = oci.release_index({"m": model}, {})
        layout = Layout(tmp_path / "evil-layout")
        (tmp_path / "empty").write_bytes(oci.EMPTY_CONFIG)
        empty = oci.blob(oci.EMPTY_CONFIG, oci.EMPTY).digest
        layout.put_blobs({blob.digest: tmp_path / "evil", empty: tmp_path / "empty"})
        layout.put_manifests([model, root])
        layout.put_tags([(f"m-{VERSION}", model), (VERSION, root)])
        message = complaint(layout.root, keys.public, tmp_path / "scratch")
        assert message is not None
        assert f"has the file name {name!r}" in message


def test_manifests_of_any_shape(released: Path, keys: Keys, tmp_path: Path) -> None:
    """Whatever stands in an index or a manifest, consistently addressed, a receiver is told in one line."""
    pointer = Layout(released).pointer(f"iris_bayes-{VERSION}") or {}
    signature = str(pointer["digest"]).replace(":", "-")
    index, model, referring = (manifest(released, tag) for tag in (VERSION, f"iris_bayes-{VERSION}", signature))

    def message(*tags: tuple[str, oci.OciManifest]) -> None:
        layout = Layout(tmp_path / "layout")
        shutil.copyfile(released / "index.json", layout.root / "index.json")
        layout.put_manifests([document for _, document in tags])
        layout.put_tags(tags)
        assert complaint(layout.root, keys.public, tmp_path / "scratch") is not None, tags

    shutil.copytree(released, tmp_path / "layout")
    for mutant in mutants(index):
        message((VERSION, addressed(mutant, oci.INDEX, oci.RELEASE)))
    for mutant in mutants(referring):
        message((signature, addressed(mutant, oci.INDEX, None)))
    for mutant in mutants(model):
        other = addressed(mutant, oci.MANIFEST, oci.MODEL)
        entry = {**other.descriptor.document(), "annotations": {oci.TITLE: "iris_bayes"}}
        root = addressed({**index, "manifests": [entry, *index["manifests"][1:]]}, oci.INDEX, oci.RELEASE)
        message((f"iris_bayes-{VERSION}", other), (VERSION, root))


def test_a_model_that_is_left_out(released: Path, keys: Keys, tmp_path: Path) -> None:
    """What is left is signed, and says which models the release had."""
    changed(released, tmp_path / "fewer", lambda models: shutil.rmtree(models / "iris_bayes"))
    message = complaint(tmp_path / "fewer", keys.public, tmp_path / "scratch")
    assert message == "the index of 1.4.0 has iris_tree; iris_tree: provenance.json says iris_bayes, iris_tree"


def test_two_models_that_changed_their_names(released: Path, keys: Keys, tmp_path: Path) -> None:
    """A signature is of files, whatever the folder is called: the manifest, which is one of them, has the name."""

    def swap(models: Path) -> None:
        for folder in (models, models.parent / "signatures"):
            (folder / MODELS[0]).rename(folder / "other")
            (folder / MODELS[1]).rename(folder / MODELS[0])
            (folder / "other").rename(folder / MODELS[1])

    changed(released, tmp_path / "layout", swap)
    message = complaint(tmp_path / "layout", keys.public, tmp_path / "scratch")
    assert message == "iris_bayes: manifest.json is of the model iris_tree"
