"""What somebody does to a release on its way who has no key: each attack, and what its receiver is told."""

from __future__ import annotations

import json
import os
import shutil
import socket
import stat
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from remodel.files import canonical_json, sha256_file
from remodel.release.contents import sums
from remodel.release.contents.signing import KeySigner
from tests.unit.release.assembled import MODELS, VERSION
from tests.unit.release.keys import Keys

REF = "org.opencontainers.image.ref.name"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
TITLE = "org.opencontainers.image.title"

SECRET = "of-somebody-else.txt"
"""A file beside the folder: no part of it may be opened."""

GIGABYTE = 1 << 30


@dataclass(frozen=True)
class Attack:
    """What is done to a layout, and words of the one line that tells it."""

    name: str
    act: Callable[[Release], None]
    message: str


ATTACKS: list[Attack] = []


def attack(message: str) -> Callable[[Callable[[Release], None]], Callable[[Release], None]]:
    """Make a function an attack, which is told by a line with `message` in it."""

    def add(act: Callable[[Release], None]) -> Callable[[Release], None]:
        ATTACKS.append(Attack(act.__name__.replace("_", " "), act, message))
        return act

    return add


class Release:
    """A layout that an attacker may write to as he likes: raw bytes, with digests that fit where he wants it."""

    def __init__(self, root: Path, keys: Keys) -> None:
        self.root, self.keys = root, keys
        self.index = root / "index.json"

    def document(self) -> Any:
        """index.json."""
        return json.loads(self.index.read_bytes())

    def entry(self, document: Any, tag: str) -> Any:
        """What index.json has at a tag."""
        return next(entry for entry in document["manifests"] if entry["annotations"][REF] == tag)

    def edit(self, change: Callable[[Any, Any], None], tag: str = VERSION) -> None:
        """Change index.json and what it has at a tag."""
        document = self.document()
        change(document, self.entry(document, tag))
        self.index.write_bytes(canonical_json(document))

    def text(self, old: str, new: str) -> None:
        """Replace text in index.json, once."""
        before = self.index.read_text()
        assert old in before
        self.index.write_text(before.replace(old, new, 1))

    def blob(self, digest: str) -> Path:
        """The file of a blob."""
        return self.root / "blobs" / "sha256" / digest.removeprefix("sha256:")

    def pointed(self, tag: str = VERSION) -> Path:
        """The file that a tag points at."""
        return self.blob(self.entry(self.document(), tag)["digest"])

    def put(self, content: bytes) -> dict[str, Any]:
        """Add a blob; what points at it."""
        digest = f"sha256:{_sha256(self.root, content)}"
        return {"digest": digest, "size": len(content)}

    def repoint(self, tag: str, content: bytes) -> None:
        """Have a tag point at other bytes."""
        self.edit(lambda document, entry: entry.update(self.put(content)), tag)

    def layer(self, name: str) -> Path:
        """The file of the first model that has this name."""
        manifest = json.loads(self.pointed(f"{MODELS[0]}-{VERSION}").read_bytes())
        return self.blob(next(part for part in manifest["layers"] if part["annotations"][TITLE] == name)["digest"])

    def edit_index(self, change: Callable[[Any], Any]) -> None:
        """Change the index of the release, and the digests that point at it."""
        document = json.loads(self.pointed().read_bytes())
        changed = change(document)
        self.repoint(VERSION, changed if isinstance(changed, bytes) else canonical_json(document))

    def edit_model(self, change: Callable[[Any], Any]) -> None:
        """Change the manifest of the first model, and every digest that points at it but the signature's."""
        tag = f"{MODELS[0]}-{VERSION}"
        document = json.loads(self.pointed(tag).read_bytes())
        changed = change(document)
        content = changed if isinstance(changed, bytes) else canonical_json(document)
        self.repoint(tag, content)
        self.edit_index(lambda index: index["manifests"][0].update(self.put(content)))

    def edit_layer(self, change: Callable[[Any], None], name: str = "README.md") -> None:
        """Change how a model's manifest lists one of its files."""

        def in_manifest(document: Any) -> None:
            change(next(part for part in document["layers"] if part["annotations"][TITLE] == name))

        self.edit_model(in_manifest)

    def signature_tag(self, model: str = MODELS[0]) -> str:
        """The tag of what refers to a model."""
        return str(self.entry(self.document(), f"{model}-{VERSION}")["digest"]).replace(":", "-")

    def signature(self) -> bytes:
        """The file that signs the first model."""
        referring = json.loads(self.pointed(self.signature_tag()).read_bytes())
        manifest = json.loads(self.blob(referring["manifests"][0]["digest"]).read_bytes())
        return self.blob(manifest["layers"][0]["digest"]).read_bytes()

    def sign_anew(self, files: Mapping[str, bytes]) -> None:
        """Replace files of the first model, and have all else fit: sums, digests, and the publisher's signature."""
        folder = self.root.parent / "signed" / MODELS[0]
        shutil.rmtree(folder.parent, ignore_errors=True)
        manifest = json.loads(self.pointed(f"{MODELS[0]}-{VERSION}").read_bytes())
        layers = {layer["annotations"][TITLE]: layer for layer in manifest["layers"]}
        for name, layer in layers.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(files.get(name, self.blob(layer["digest"]).read_bytes()))
        if sums.NAME not in files:
            sums.write(folder)
        for name, layer in layers.items():
            layer.update(self.put((folder / name).read_bytes()))
        KeySigner(self.keys.private).sign(folder, folder.parent / "signature")
        self._refer(canonical_json(manifest), (folder.parent / "signature").read_bytes())

    def _refer(self, manifest: bytes, signature: bytes) -> None:
        """Have the tags of the first model point at another manifest, with a signature of its own."""
        old, new = self.signature_tag(), self.put(manifest)
        self.replace_signature(signature, {"mediaType": MANIFEST, **new})
        self.edit(lambda document, entry: entry["annotations"].update({REF: new["digest"].replace(":", "-")}), old)
        self.repoint(f"{MODELS[0]}-{VERSION}", manifest)
        self.edit_index(lambda index: index["manifests"][0].update(new))
        document = self.document()
        document["manifests"].sort(key=lambda entry: entry["annotations"][REF])
        self.index.write_bytes(canonical_json(document))

    def replace_signature(self, content: bytes, subject: Mapping[str, Any] | None = None) -> None:
        """Put other bytes in the place of a signature, and have every digest fit."""
        referring = json.loads(self.pointed(self.signature_tag()).read_bytes())
        manifest = json.loads(self.blob(referring["manifests"][0]["digest"]).read_bytes())
        manifest["layers"][0].update(self.put(content))
        manifest["subject"].update(subject or {})
        referring["manifests"][0].update(self.put(canonical_json(manifest)))
        self.repoint(self.signature_tag(), canonical_json(referring))

    def stand_in(self, path: Path, put: Callable[[Path], object]) -> None:
        """Put something else in the place of a file."""
        path.rename(self.root.parent / "aside")
        put(path)


def _sha256(root: Path, content: bytes) -> str:
    unnamed = root.parent / "unnamed"
    unnamed.write_bytes(content)
    digest = sha256_file(unnamed)
    unnamed.replace(root / "blobs" / "sha256" / digest)
    return digest


# index.json: what it points at


@attack("$.manifests[0].digest: 'sha256:../../")
def a_digest_that_leads_to_another_file(release: Release) -> None:
    secret = f"sha256:../../../{SECRET}"
    release.edit(lambda document, entry: entry.update(digest=secret))


@attack(".digest: 'sha256:/")
def a_digest_that_is_an_absolute_path(release: Release) -> None:
    release.edit(lambda document, entry: entry.update(digest=f"sha256:{release.root.parent / SECRET}"))


@attack(".digest: '../")
def a_digest_without_a_kind(release: Release) -> None:
    release.edit(lambda document, entry: entry.update(digest=f"../../../{SECRET}"))


@attack(".digest: ")
def a_digest_in_capitals(release: Release) -> None:
    release.edit(lambda document, entry: entry.update(digest=entry["digest"].upper().replace("SHA", "sha")))


@attack(".digest: ")
def a_digest_with_a_line_end(release: Release) -> None:
    release.edit(lambda document, entry: entry.update(digest=entry["digest"] + "\n"))


@attack(".digest: 'sha512:")
def a_digest_of_another_kind(release: Release) -> None:
    release.edit(lambda document, entry: entry.update(digest="sha512:" + "0" * 128))


@attack(".digest: None is not of type 'string'")
def a_digest_that_is_null(release: Release) -> None:
    release.edit(lambda document, entry: entry.update(digest=None))


@attack("index.json has the tag 1.4.0 twice")
def one_tag_twice(release: Release) -> None:
    other = {
        "mediaType": "application/vnd.oci.image.index.v1+json",
        **release.put(b"{}"),
        "annotations": {REF: VERSION},
    }
    release.edit(lambda document, entry: document["manifests"].insert(0, other))


@attack("index.json has the tag 1.4.0 twice")
def one_tag_twice_with_the_same_content(release: Release) -> None:
    release.edit(lambda document, entry: document["manifests"].insert(0, entry))


@attack("other annotations than a tag")
def a_second_name_that_other_programs_go_by(release: Release) -> None:
    release.edit(lambda document, entry: entry["annotations"].update({"io.containerd.image.name": "models:1.5.0"}))


@attack("other annotations than a tag")
def an_entry_without_a_tag(release: Release) -> None:
    release.edit(lambda document, entry: document["manifests"].append({**entry, "annotations": {}}))


@attack("has the tag '../../1.4.0', which is none")
def a_tag_that_is_a_path(release: Release) -> None:
    release.edit(lambda document, entry: entry["annotations"].update({REF: "../../1.4.0"}))


@attack("has the tag '1.4.0\\x1b[2J', which is none")
def a_tag_that_commands_a_terminal(release: Release) -> None:
    release.edit(lambda document, entry: entry["annotations"].update({REF: "1.4.0\x1b[2J"}))


@attack("Additional properties are not allowed ('urls' was unexpected)")
def a_descriptor_with_another_address(release: Release) -> None:
    release.edit(lambda document, entry: entry.update(urls=["https://localhost/other"]))


@attack("Additional properties are not allowed ('data' was unexpected)")
def a_descriptor_with_its_content_in_it(release: Release) -> None:
    release.edit(lambda document, entry: entry.update(data="e30="))


@attack("Additional properties are not allowed ('platform' was unexpected)")
def a_descriptor_for_one_platform(release: Release) -> None:
    release.edit(lambda document, entry: entry.update(platform={"os": "linux", "architecture": "amd64"}))


@attack(".mediaType: 'application/vnd.docker.distribution.manifest.list.v2+json' is not one of")
def a_media_type_of_another_format(release: Release) -> None:
    kind = "application/vnd.docker.distribution.manifest.list.v2+json"
    release.edit(lambda document, entry: entry.update(mediaType=kind))


@attack("the tag 1.4.0: mediaType is")
def a_media_type_that_is_not_that_of_the_bytes(release: Release) -> None:
    kind = "application/vnd.oci.image.manifest.v1+json"
    release.edit(lambda document, entry: entry.update(mediaType=kind))


@attack("the tag 1.4.0: artifactType is")
def another_artifact_type(release: Release) -> None:
    release.edit(lambda document, entry: entry.update(artifactType="application/vnd.other.v1"))


@attack("the tag 1.4.0: size is")
def a_size_that_does_not_fit(release: Release) -> None:
    release.edit(lambda document, entry: entry.update(size=entry["size"] - 1))


@attack(".size: 1")
def a_size_that_is_no_whole_number(release: Release) -> None:
    release.edit(lambda document, entry: entry.update(size=1e15))


@attack("is not of type 'integer'")
def a_size_with_a_point_and_nothing_behind_it(release: Release) -> None:
    release.edit(lambda document, entry: entry.update(size=float(entry["size"])))


@attack(".size: -1 is less than the minimum of 0")
def a_size_below_nothing(release: Release) -> None:
    release.edit(lambda document, entry: entry.update(size=-1))


@attack("is too large")
def a_size_of_a_million_digits(release: Release) -> None:
    release.text('"size": ', '"size": 1' + "0" * 1_000_000)


@attack("NaN is no number")
def a_size_that_is_not_a_number(release: Release) -> None:
    release.text('"size": ', '"size": NaN, "old": ')


@attack("the key 'digest' is there twice")
def a_key_twice(release: Release) -> None:
    release.text('"digest": ', f'"digest": "sha256:{"0" * 64}", "digest": ')


# index.json and oci-layout: whether they are what they should be


@attack("index.json is not valid JSON")
def an_index_that_was_cut_off(release: Release) -> None:
    release.index.write_bytes(release.index.read_bytes()[:-20])


@attack("index.json is not valid JSON")
def an_index_of_no_bytes(release: Release) -> None:
    release.index.write_bytes(b"")


@attack("index.json: $: [1] is not of type 'object'")
def an_index_that_is_a_list(release: Release) -> None:
    release.index.write_bytes(b"[1]")


@attack("more than 100 levels of objects and lists")
def an_index_that_is_nested_without_an_end(release: Release) -> None:
    release.index.write_bytes(b'{"manifests":' * 200_000)


@attack("index.json has more than 67,108,864 bytes")
def an_index_of_ten_gigabytes(release: Release) -> None:
    os.truncate(release.index, 10 * GIGABYTE)


@attack("index.json is not valid JSON")
def an_index_that_is_no_text(release: Release) -> None:
    release.index.write_bytes(b"\xff\xfe" + release.index.read_text().encode("utf-16-le"))


@attack("index.json is not valid JSON")
def an_index_with_a_mark_of_byte_order(release: Release) -> None:
    release.index.write_bytes(b"\xef\xbb\xbf" + release.index.read_bytes())


@attack("index.json is not written as remodel writes it")
def an_index_in_another_form(release: Release) -> None:
    release.index.write_bytes(json.dumps(release.document()).encode())


@attack("$.schemaVersion: 2 was expected")
def an_index_of_another_schema(release: Release) -> None:
    release.edit(lambda document, entry: document.update(schemaVersion=1))


@attack("$.schemaVersion: 2.0 is not of type 'integer'")
def an_index_of_a_schema_that_looks_the_same(release: Release) -> None:
    release.edit(lambda document, entry: document.update(schemaVersion=2.0))


@attack("has no release 1.4.0")
def an_index_without_entries(release: Release) -> None:
    release.edit(lambda document, entry: document["manifests"].clear())


@attack("is no release: it has no file index.json")
def no_index(release: Release) -> None:
    release.index.unlink()


@attack("is no release: it has no file oci-layout")
def no_mark(release: Release) -> None:
    (release.root / "oci-layout").unlink()


@attack("oci-layout: $.imageLayoutVersion: '1.0.0' was expected")
def a_mark_of_another_version(release: Release) -> None:
    (release.root / "oci-layout").write_bytes(canonical_json({"imageLayoutVersion": "2.0.0"}))


@attack("oci-layout is not valid JSON")
def a_mark_that_is_nested_without_an_end(release: Release) -> None:
    (release.root / "oci-layout").write_bytes(b"[" * 100_000)


# What stands in the place of a file


@attack("index.json cannot be read: a link stands in place of index.json")
def a_link_in_place_of_the_index(release: Release) -> None:
    release.stand_in(release.index, lambda path: path.symlink_to(release.root.parent / "aside"))


@attack("index.json cannot be read: a link stands in place of index.json")
def a_link_that_leads_nowhere_in_place_of_the_index(release: Release) -> None:
    release.stand_in(release.index, lambda path: path.symlink_to("nothing"))


@attack("index.json cannot be read: a FIFO stands in place of index.json")
def a_fifo_in_place_of_the_index(release: Release) -> None:
    release.stand_in(release.index, os.mkfifo)


@attack("index.json cannot be read: a folder stands in place of index.json")
def a_folder_in_place_of_the_index(release: Release) -> None:
    release.stand_in(release.index, Path.mkdir)


@attack("oci-layout cannot be read: a FIFO stands in place of oci-layout")
def a_fifo_in_place_of_the_mark(release: Release) -> None:
    release.stand_in(release.root / "oci-layout", os.mkfifo)


@attack("a link stands in place of blobs/sha256/")
def a_link_to_the_same_bytes_in_place_of_a_manifest(release: Release) -> None:
    release.stand_in(release.pointed(), lambda path: path.symlink_to(release.root.parent / "aside"))


@attack("iris_bayes: model.onnx cannot be read: a link stands in place of blobs/sha256/")
def a_link_to_a_device_without_an_end_in_place_of_a_model(release: Release) -> None:
    release.stand_in(release.layer("model.onnx"), lambda path: path.symlink_to("/dev/zero"))


@attack("iris_bayes: README.md cannot be read: a link stands in place of blobs/sha256/")
def a_link_to_the_file_of_somebody_else_in_place_of_a_blob(release: Release) -> None:
    release.stand_in(release.layer("README.md"), lambda path: path.symlink_to(release.root.parent / SECRET))


@attack("iris_bayes: model.skops cannot be read: a FIFO stands in place of blobs/sha256/")
def a_fifo_in_place_of_a_model(release: Release) -> None:
    release.stand_in(release.layer("model.skops"), os.mkfifo)


@attack("iris_bayes: manifest.json cannot be read: a folder stands in place of blobs/sha256/")
def a_folder_in_place_of_a_blob(release: Release) -> None:
    release.stand_in(release.layer("manifest.json"), Path.mkdir)


@attack("iris_bayes: scores.json cannot be read: a socket stands in place of blobs/sha256/")
def a_socket_in_place_of_a_blob(release: Release) -> None:
    release.stand_in(release.layer("scores.json"), _socket)


def _socket(path: Path) -> None:
    here = Path.cwd()
    os.chdir(path.parent)
    try:
        with socket.socket(socket.AF_UNIX) as bound:
            bound.bind(path.name)
    finally:
        os.chdir(here)


@attack("iris_bayes: trust.json cannot be read: a device stands in place of blobs/sha256/")
def a_device_in_place_of_a_blob(release: Release) -> None:
    release.stand_in(release.layer("trust.json"), lambda path: os.mknod(path, 0o666 | stat.S_IFCHR, os.makedev(1, 5)))


@attack("a link stands in place of sha256/")
def a_link_in_place_of_the_folder_of_blobs(release: Release) -> None:
    blobs = release.root / "blobs" / "sha256"
    release.stand_in(blobs, lambda path: path.symlink_to(release.root.parent / "aside"))


@attack("a link stands in place of blobs/")
def a_link_in_place_of_the_folder_above_it(release: Release) -> None:
    release.stand_in(release.root / "blobs", lambda path: path.symlink_to(release.root.parent / "aside"))


@attack("a file stands in place of sha256/")
def a_file_in_place_of_the_folder_of_blobs(release: Release) -> None:
    release.stand_in(release.root / "blobs" / "sha256", Path.touch)


@attack("iris_bayes: model.onnx is missing: there is no blobs/sha256/")
def a_blob_that_is_gone(release: Release) -> None:
    release.layer("model.onnx").unlink()


@attack("was changed: it has the digest sha256:")
def a_blob_that_was_cut_off(release: Release) -> None:
    path = release.layer("model.onnx")
    os.truncate(path, path.stat().st_size - 1)


@attack("has more than the ")
def a_blob_with_a_byte_more(release: Release) -> None:
    with release.layer("model.skops").open("ab") as stream:
        stream.write(b"\0")


@attack("has more than the ")
def a_blob_that_has_a_hundred_gigabytes(release: Release) -> None:
    os.truncate(release.layer("scores.json"), 100 * GIGABYTE)


@attack("has more than 4,194,304 bytes: it is no manifest")
def a_manifest_that_has_a_hundred_gigabytes(release: Release) -> None:
    os.truncate(release.pointed(), 100 * GIGABYTE)


# Manifests, addressed anew


@attack("has the file name '../evil.txt', which no released model has")
def a_file_name_that_leads_out(release: Release) -> None:
    release.edit_layer(lambda layer: layer["annotations"].update({TITLE: "../evil.txt"}))


@attack("has the file name '/tmp/evil.txt', which no released model has")
def a_file_name_that_is_an_absolute_path(release: Release) -> None:
    release.edit_layer(lambda layer: layer["annotations"].update({TITLE: "/tmp/evil.txt"}))


@attack("has the file name 'serving/../../evil.py', which no released model has")
def a_file_name_that_leads_out_of_the_program(release: Release) -> None:
    release.edit_layer(lambda layer: layer["annotations"].update({TITLE: "serving/../../evil.py"}))


@attack(r"has the file name 'README.md\x1b[2J', which no released model has")
def a_file_name_that_commands_a_terminal(release: Release) -> None:
    release.edit_layer(lambda layer: layer["annotations"].update({TITLE: "README.md\x1b[2J"}))


@attack(r"has the file name 'README.md\x00.exe', which no released model has")
def a_file_name_with_a_zero_byte(release: Release) -> None:
    release.edit_layer(lambda layer: layer["annotations"].update({TITLE: "README.md\0.exe"}))


@attack("has the file name 'sitecustomize.py', which no released model has")
def a_file_that_Python_runs_by_its_name(release: Release) -> None:
    release.edit_layer(lambda layer: layer["annotations"].update({TITLE: "sitecustomize.py"}))


@attack("has the file name 'serving', which no released model has")
def a_file_with_the_name_of_a_folder(release: Release) -> None:
    release.edit_layer(lambda layer: layer["annotations"].update({TITLE: "serving"}))


@attack("the manifest of iris_bayes has the file README.md twice")
def a_file_name_twice(release: Release) -> None:
    release.edit_layer(lambda layer: layer["annotations"].update({TITLE: "README.md"}), "SHA256SUMS")


@attack("has the file name None, which no released model has")
def a_file_without_a_name(release: Release) -> None:
    release.edit_layer(lambda layer: layer.pop("annotations"))


@attack("README.md is of the type application/x-tar, or has further annotations")
def a_file_that_other_programs_would_unpack(release: Release) -> None:
    release.edit_layer(lambda layer: layer.update(mediaType="application/x-tar"))


@attack("or has further annotations")
def a_file_that_other_programs_would_unpack_by_a_note(release: Release) -> None:
    release.edit_layer(lambda layer: layer["annotations"].update({"io.deis.oras.content.unpack": "true"}))


@attack("iris_bayes: README.md has ")
def a_file_size_that_is_too_large(release: Release) -> None:
    release.edit_layer(lambda layer: layer.update(size=layer["size"] + 1))


@attack("has more than the ")
def a_file_size_that_is_too_small(release: Release) -> None:
    release.edit_layer(lambda layer: layer.update(size=layer["size"] - 1))


@attack("README.md has 67,108,865 bytes, and 67,108,864 is the most")
def a_file_that_would_fill_the_memory(release: Release) -> None:
    release.edit_layer(lambda layer: layer.update(size=(64 << 20) + 1))


@attack("is greater than the maximum of 8589934592")
def a_file_that_would_fill_the_disk(release: Release) -> None:
    release.edit_layer(lambda layer: layer.update(size=1 << 50), "model.onnx")


@attack("$.layers[0].digest: 'sha256:../../")
def a_file_that_is_another_one_of_this_machine(release: Release) -> None:
    release.edit_layer(lambda layer: layer.update(digest=f"sha256:../../../{SECRET}"))


@attack("has another config than the empty one")
def a_config_that_other_programs_may_run(release: Release) -> None:
    release.edit_model(lambda document: document["config"].update(release.put(b'{"config": {"Cmd": ["sh"]}}')))


@attack("$.layers: [] should be non-empty")
def a_model_without_files(release: Release) -> None:
    release.edit_model(lambda document: document["layers"].clear())


@attack("$.layers: ")
def a_model_of_ten_thousand_files(release: Release) -> None:
    release.edit_model(lambda document: document.update(layers=document["layers"][:1] * 8000))


@attack("has the artifact type application/vnd.remodel.release.v1, not application/vnd.remodel.model.v1")
def a_model_that_says_that_it_is_something_else(release: Release) -> None:
    release.edit_model(lambda document: document.update(artifactType="application/vnd.remodel.release.v1"))


@attack("the manifest of iris_bayes is not valid JSON: more than 100 levels")
def a_manifest_that_is_nested_without_an_end(release: Release) -> None:
    release.edit_model(lambda document: b"[" * 1_000_000)


@attack("the manifest of iris_bayes is not written as remodel writes it")
def a_manifest_that_refers_to_something(release: Release) -> None:
    release.edit_model(lambda document: document.update(subject=release.entry(release.document(), VERSION)))


@attack("is greater than the maximum of 4194304")
def a_manifest_of_five_megabytes(release: Release) -> None:
    release.edit_model(lambda document: canonical_json({**document, "annotations": {"a": "b" * (5 << 20)}}))


@attack("names a model '../../iris'")
def a_model_whose_name_leads_out(release: Release) -> None:
    release.edit_index(lambda index: index["manifests"][0]["annotations"].update({TITLE: "../../iris"}))


@attack("names a model '.'")
def a_model_that_is_the_folder_itself(release: Release) -> None:
    release.edit_index(lambda index: index["manifests"][0]["annotations"].update({TITLE: "."}))


@attack("the index of 1.4.0 has the model iris_tree twice")
def a_model_twice(release: Release) -> None:
    release.edit_index(lambda index: index["manifests"][0]["annotations"].update({TITLE: "iris_tree"}))


@attack("the index of 1.4.0 has iris_bayes; iris_bayes: provenance.json says iris_bayes, iris_tree")
def a_model_left_out(release: Release) -> None:
    release.edit_index(lambda index: index["manifests"].pop())


@attack("the tag iris_bayes-1.4.0: digest is")
def two_models_whose_names_were_swapped_in_the_index(release: Release) -> None:
    def swap(index: Any) -> None:
        first, second = index["manifests"]
        for key in ("digest", "size"):
            first[key], second[key] = second[key], first[key]

    release.edit_index(swap)


@attack("the index of 1.4.0 is not that of a release of remodel")
def an_index_of_something_else(release: Release) -> None:
    release.edit_index(lambda index: index.pop("artifactType"))


@attack("the index of 1.4.0: annotations: org.opencontainers.image.revision is")
def another_commit_than_that_of_the_models(release: Release) -> None:
    release.edit_index(lambda index: index["annotations"].update({"org.opencontainers.image.revision": "0" * 40}))


# Signatures, and old releases


@attack("iris_bayes is not signed: nothing has the tag sha256-")
def a_signature_that_is_gone(release: Release) -> None:
    release.edit(lambda document, entry: document["manifests"].remove(entry), release.signature_tag())


@attack("iris_bayes is not signed")
def a_signature_that_is_of_another_kind(release: Release) -> None:
    referring = json.loads(release.pointed(release.signature_tag()).read_bytes())
    referring["manifests"][0]["artifactType"] = "application/vnd.other.v1"
    referring["manifests"] *= 2
    release.repoint(release.signature_tag(), canonical_json(referring))


@attack("the signature of iris_bayes is not written as remodel writes it")
def the_signature_of_another_model(release: Release) -> None:
    release.repoint(release.signature_tag(), release.pointed(release.signature_tag(MODELS[1])).read_bytes())


@attack("iris_bayes: the signature is not good: ")
def a_signature_of_no_bytes(release: Release) -> None:
    release.replace_signature(b"")


@attack("iris_bayes: the signature is not good: ")
def a_signature_that_is_nested_without_an_end(release: Release) -> None:
    release.replace_signature(b"[" * 1_000_000)


@attack("iris_bayes: the signature is not good: ")
def a_signature_without_a_signature(release: Release) -> None:
    bundle = json.loads(release.signature())
    bundle["dsseEnvelope"]["signatures"] = []
    release.replace_signature(canonical_json(bundle))


@attack("iris_bayes: the signature is not good: it was not made with this key")
def a_signature_by_another_key(release: Release) -> None:
    bundle = json.loads(release.signature())
    bundle["verificationMaterial"]["publicKey"]["hint"] = "0" * 64
    release.replace_signature(canonical_json(bundle))


@attack("iris_bayes: the signature is not good: ")
def a_signature_of_other_files(release: Release) -> None:
    bundle = json.loads(release.signature())
    bundle["dsseEnvelope"]["payload"] = bundle["dsseEnvelope"]["payload"][:-8] + "AAAAAAAA"
    release.replace_signature(canonical_json(bundle))


@attack("belongs to 1.3.0, not to 1.4.0")
def an_old_release_under_the_new_version(release: Release) -> None:
    """Signed, too: by its publisher, a year ago. The tags of its models and of the version are moved."""
    old = release.root.parent / "old"
    shutil.copytree(old / "blobs", release.root / "blobs", dirs_exist_ok=True)
    before = json.loads((old / "index.json").read_bytes())
    for entry in before["manifests"]:
        entry["annotations"][REF] = entry["annotations"][REF].replace("1.3.0", VERSION)
    release.index.write_bytes(canonical_json(before))
