"""A bundle in a folder: the same files give the same bytes, and nothing is visible before all of it is there."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from remodel.checkout import Checkout
from remodel.errors import PublishError, StorageError, UsageError, VerificationError
from remodel.release.artifacts import manifests as oci
from remodel.release.artifacts.manifests import Descriptor
from remodel.release.artifacts.reader import read_descriptor
from remodel.release.oci.layout import Layout
from remodel.release.oci.publish import publish
from remodel.release.oci.store import Bundle
from tests.unit.release import assembled
from tests.unit.release.keys import Keys
from tests.unit.release.small import bundle

NAMES = {"blobs", "index.json", "index.json.lock", "oci-layout"}


def put(bundled: Bundle, layout: Layout) -> tuple[bool, list[str]]:
    """Publish; whether anything was put, and what was notes."""
    lines: list[str] = []
    return publish(bundled, layout, lines.append), lines


def test_what_is_put_is_what_is_there(tmp_path: Path) -> None:
    """Every byte comes back; the same again sends nothing; other content under the same version is refused."""
    layout, bundled = Layout(tmp_path / "layout"), bundle(tmp_path / "bundle")
    assert put(bundled, layout) == (True, ["3 of 3 blobs had to be sent"])
    layout.check()
    assert layout.tags() == ["1.0.0", "m-1.0.0"]
    for digest, path in bundled.blobs.items():
        layout.fetch(Descriptor("", digest, path.stat().st_size), tmp_path / "scratch", path.name)
        assert (tmp_path / "scratch").read_bytes() == path.read_bytes()
    assert put(bundled, layout) == (False, [])
    with pytest.raises(PublishError, match=r"has 1\.0\.0 with other content: commit a model \(now another\)"):
        put(bundle(tmp_path / "other", "another"), layout)
    with pytest.raises(VerificationError, match="a file is missing: there is no blobs/sha256/0000"):
        layout.read(f"sha256:{'0' * 64}", "a file")
    assert {path.name for path in layout.root.iterdir()} == NAMES


def test_a_run_that_was_killed(tmp_path: Path) -> None:
    """Between two tags: the next one writes those that are missing, and removes what the killed one has left."""
    layout, bundled = Layout(tmp_path / "layout"), bundle(tmp_path / "bundle")
    layout.put_blobs(bundled.blobs)
    layout.put_manifests(bundled.manifests)
    assert layout.tags() == []
    layout.put_tags(bundled.tags[-1:])
    left = layout.root / ".unfinished.999999999-abc"
    left.mkdir()
    assert put(bundled, layout) == (True, ["0 of 3 blobs had to be sent"])
    assert layout.tags() == ["1.0.0", "m-1.0.0"]
    assert not left.exists()


def test_a_folder_that_is_not_ours(tmp_path: Path) -> None:
    """Is neither added to nor read."""
    (tmp_path / "file").touch()
    with pytest.raises(UsageError, match="is no release: it has no file oci-layout"):
        Layout(tmp_path).require_free()
    with pytest.raises(VerificationError, match="is no release: it has no file oci-layout"):
        Layout(tmp_path).check()
    with pytest.raises(StorageError, match="cannot write"):
        Layout(tmp_path / "file" / "layout").put_blobs({})


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("oci-layout", b'{"imageLayoutVersion":"1.0.0"}', "oci-layout is not written as remodel writes it"),
        ("index.json", b"{", r"index\.json is not valid JSON"),
        ("index.json", b"[]", r"index\.json: \$: \[\] is not of type 'object'"),
        ("index.json", b'{"manifests": [1]}', r"index\.json: \$: 'schemaVersion' is a required property"),
        ("index.json", b"{SHORT}", r"index\.json is not written as remodel writes it"),
    ],
)
def test_files_of_a_layout_that_we_did_not_write(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    """Each is one line that names the file."""
    layout = Layout(tmp_path / "layout")
    put(bundle(tmp_path / "bundle"), layout)
    short = json.dumps(json.loads((layout.root / name).read_bytes())).encode()
    (layout.root / name).write_bytes(short if content == b"{SHORT}" else content)
    with pytest.raises(VerificationError, match=message):
        layout.check()


def test_the_same_models_have_the_same_digests(checkout: Checkout, released: Path, keys: Keys, tmp_path: Path) -> None:
    """From another folder, with another signature: the release's tag and each model's point at the same bytes."""
    made = assembled.assembly(assembled.built(checkout, tmp_path / "another place"))
    again = Layout(assembled.released(made, keys.private, tmp_path, tmp_path / "again"))
    first = Layout(released)
    own = [tag for tag in first.tags() if not tag.startswith("sha256-")]
    assert own == ["1.4.0", "iris_bayes-1.4.0", "iris_tree-1.4.0"]
    assert {tag: first.pointer(tag) for tag in own} == {tag: again.pointer(tag) for tag in own}
    signatures = [tag for tag in first.tags() if tag.startswith("sha256-")]
    assert all(first.pointer(tag) != again.pointer(tag) for tag in signatures)


def test_a_model_is_chosen_by_its_annotations(released: Path) -> None:
    """What it is made from and how good it is stands in its artifact's manifest; a layer has its file's name."""
    layout = Layout(released)
    document = json.loads(layout.read(str((layout.pointer("iris_tree-1.4.0") or {})["digest"]), "a manifest"))
    notes = document["annotations"]
    assert notes[oci.TITLE] == "iris_tree"
    assert notes[oci.REVISION] == assembled.COMMIT
    assert notes["remodel.score.accuracy"] == "0.9000"
    assert notes["remodel.version.scikit-learn"] == "1.5.2"
    titles = [layer["annotations"][oci.TITLE] for layer in document["layers"]]
    assert titles == sorted(titles)
    assert {"model.onnx", "serving/model.py", "SHA256SUMS"} <= set(titles)
    types = {layer["annotations"][oci.TITLE]: layer["mediaType"] for layer in document["layers"]}
    assert types["provenance.json"] == "application/vnd.in-toto+json"
    assert types["conda-lock.yml"] == "application/yaml"
    assert types["serving/model.py"] == "application/octet-stream"


def test_a_descriptor_is_read_strictly() -> None:
    """By its digest files are found: it has to be one."""
    digest = f"sha256:{'0' * 64}"
    entry = {"mediaType": "text/plain", "digest": digest, "size": 1, "annotations": {"a": "b"}}
    assert read_descriptor(entry, "it") == Descriptor("text/plain", digest, 1, None, {"a": "b"})
    digests = ("sha256:../..", digest.upper(), None, f"{digest}\n")
    others = [{"digest": text} for text in digests] + [{"size": size} for size in ("1", 1.0, True, -1, 1 << 40)]
    for other in others:
        with pytest.raises(VerificationError, match=r"^it: \$\.(digest|size): "):
            read_descriptor(entry | other, "it")
    for other in ([], {"a": 1}):
        with pytest.raises(VerificationError, match=r"^it: \$\.annotations"):
            read_descriptor(entry | {"annotations": other}, "it")


def test_a_tag_that_points_at_nothing(released: Path, tmp_path: Path) -> None:
    """A blob that was removed is missing, by the name that its user knows."""
    shutil.copytree(released, tmp_path / "layout")
    layout = Layout(tmp_path / "layout")
    digest = str((layout.pointer("1.4.0") or {})["digest"])
    (layout.root / layout.place(digest)).unlink()
    with pytest.raises(VerificationError, match="the index is missing: there is no blobs/sha256/"):
        layout.read(digest, "the index")
