"""The bill of materials of one model, in CycloneDX: the model and its files, its data, and every locked wheel."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom, BomMetaData
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL

from remodel.environments.lockfile import Pin, sha256_text
from remodel.errors import VerificationError
from remodel.files import canonical_json
from remodel.lines import one_line
from remodel.release.contents import documents
from remodel.results.manifest import Manifest

Digests = Mapping[str, str]


def bill(facts: Manifest, version: str, pins: Sequence[Pin]) -> bytes:
    """bom.cdx.json. The same model, version and lock give the same bytes: no time, and a serial number made of them."""
    model = _model(facts, version)
    serial = UUID(sha256_text(f"{facts.model} {version} {sorted(facts.models.items())}")[:32], version=4)
    bom = Bom(serial_number=serial, metadata=BomMetaData(component=model))
    parts = [_data(facts), *map(_wheel, pins)]
    bom.components.update(parts)
    bom.register_dependency(model, parts)
    document = json.loads(JsonV1Dot6(bom).output_as_string())
    del document["metadata"]["timestamp"]
    return canonical_json(document)


def check_bill(content: bytes, facts: Manifest, version: str, pins: Sequence[Pin], name: str) -> int:
    """The number of wheels in a bill of materials that is valid CycloneDX and says what the manifest and the lock say.

    Raises VerificationError with the component that differs.
    """
    document = documents.parse(content, name)
    if (invalid := JsonStrictValidator(SchemaVersion.V1_6).validate_str(content.decode())) is not None:
        raise VerificationError(f"{name} is not valid CycloneDX: {one_line(str(invalid).partition(chr(10))[0], 400)}")
    model = document.get("metadata", {}).get("component", {"name": "no model"})
    _compare({model["name"]: model.get("version", "")}, {facts.model: version}, f"{name}: metadata.component")
    files, parts = model.get("components", []), document.get("components", [])
    _compare(_hashes(files, name), facts.models, f"{name}: metadata.component.components")
    expected = {facts.dataset: facts.inputs[_data_file(facts)]}
    expected |= {f"{pin.name} {pin.version}": pin.sha256 for pin in pins}
    _compare(_hashes(parts, name), expected, f"{name}: components")
    return len(pins)


def _model(facts: Manifest, version: str) -> Component:
    files = [
        Component(type=ComponentType.FILE, name=name, bom_ref=name, hashes=[_sha256(digest)])
        for name, digest in sorted(facts.models.items())
    ]
    return Component(
        type=ComponentType.MACHINE_LEARNING_MODEL, name=facts.model, version=version, bom_ref="model", components=files
    )


def _data(facts: Manifest) -> Component:
    digest = facts.inputs[_data_file(facts)]
    return Component(type=ComponentType.DATA, name=facts.dataset, bom_ref="data", hashes=[_sha256(digest)])


def _data_file(facts: Manifest) -> str:
    return f"data/{facts.dataset}/data.parquet"


def _wheel(pin: Pin) -> Component:
    return Component(
        type=ComponentType.LIBRARY,
        name=pin.name,
        version=pin.version,
        bom_ref=f"wheel:{pin.name}",
        purl=PackageURL("pypi", None, pin.name, pin.version),
        hashes=[_sha256(pin.sha256)],
    )


def _sha256(digest: str) -> HashType:
    return HashType(alg=HashAlgorithm.SHA_256, content=digest)


def _hashes(components: Sequence[Mapping[str, object]], name: str) -> Digests:
    """The digests of components by name and version. VerificationError where one is there twice."""
    listed: dict[str, str] = {}
    for component, digests in _named(components):
        if component in listed:
            raise VerificationError(f"{name}: {component} is there twice")
        listed[component] = digests
    return listed


def _named(components: Sequence[Mapping[str, object]]) -> Iterator[tuple[str, str]]:
    for component in components:
        hashes = component.get("hashes")
        digests = [entry["content"] for entry in hashes] if isinstance(hashes, list) else []
        yield f"{component['name']} {component.get('version', '')}".strip(), ", ".join(digests)


def _compare(actual: Digests, expected: Digests, place: str) -> None:
    for name in sorted({*actual, *expected}):
        if actual.get(name) != expected.get(name):
            raise VerificationError(
                f"{place}: {name} is {actual.get(name, 'missing')}, not {expected.get(name, 'in it at all')}"
            )
