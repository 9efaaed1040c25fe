"""Processes that publish releases into a folder at once."""

from __future__ import annotations

import multiprocessing
from collections.abc import Sequence
from dataclasses import replace
from multiprocessing.context import ForkProcess
from pathlib import Path

from remodel.errors import PublishError
from remodel.release.oci.layout import Layout
from remodel.release.oci.publish import publish
from remodel.release.oci.store import Bundle
from tests.unit.release.small import bundle

FORK = multiprocessing.get_context("fork")
"""A process takes a second to start anew, and has to begin with the others."""


def versioned(folder: Path, version: str, text: str = "") -> Bundle:
    """The smallest release, of this version and with a content of its own."""
    made = bundle(folder / version, text or f"the model of {version}")
    (_, model), (_, root) = made.tags
    return replace(made, tags=((f"m-{version}", model), (version, root)))


def publish_all(layout: Path, bundles: Sequence[Sequence[Bundle]]) -> list[ForkProcess]:
    """A process for each list, which publishes one after the other; all begin when all are there."""
    barrier = FORK.Barrier(len(bundles) + 1)
    started = [FORK.Process(target=_publish, args=(layout, made, barrier)) for made in bundles]
    for publisher in started:
        publisher.start()
    barrier.wait()
    return started


def codes(started: Sequence[ForkProcess]) -> list[int | None]:
    """How they ended: 0, or 10 where the destination refused."""
    for publisher in started:
        publisher.join()
    return [publisher.exitcode for publisher in started]


def _publish(layout: Path, bundles: Sequence[Bundle], barrier: object) -> None:
    barrier.wait()  # type: ignore[attr-defined]
    for made in bundles:
        try:
            publish(made, Layout(layout), lambda line: None)
        except PublishError as error:
            raise SystemExit(error.exit_code) from error
