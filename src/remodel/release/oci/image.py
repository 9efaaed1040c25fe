"""The training image of an environment, as a part of a bundle: for who wants to run what the models were built in.

Its digest is this machine's: an image holds the time at which it was made. So it is no part of the release's own index.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from remodel.engines.engine import Engine
from remodel.environments.environment import Environment
from remodel.files import read_json
from remodel.release.artifacts.manifests import OciManifest
from remodel.release.artifacts.reader import read_descriptor
from remodel.release.oci.layout import ENTRIES, Layout
from remodel.release.oci.store import Bundle


def with_image(bundle: Bundle, engine: Engine, environment: Environment, version: str, folder: Path) -> Bundle:
    """The bundle with the environment's image, tagged `image_tag`; EngineError where the engine cannot write it."""
    engine.export(environment, folder)
    layout, what = Layout(folder), f"the image of {environment.name}"
    descriptor = read_descriptor(read_json(folder / ENTRIES)["manifests"][0], what)
    image = OciManifest(layout.read(descriptor.digest, what), replace(descriptor, annotations={}))
    paths = (path for path in (folder / "blobs" / "sha256").iterdir() if path.name != descriptor.sha256)
    blobs = {f"sha256:{path.name}": path for path in paths}
    return Bundle(
        blobs={**bundle.blobs, **blobs},
        manifests=(image, *bundle.manifests),
        tags=((image_tag(environment.name, version), image), *bundle.tags),
    )


def image_tag(environment: str, version: str) -> str:
    """The tag of the image beside a release."""
    return f"{environment}-{version}"
