"""The command `remodel release verify`: a receiver checks a release with a key and a reference, and nothing else."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import remodel
from remodel.checkout import Checkout
from remodel.engines import choose_engine
from remodel.engines.engine import Engine
from remodel.environments.environment import find_environment
from remodel.environments.lockfile import LOCK_NAME
from remodel.errors import BuildError, VerificationError
from remodel.examine.examples import ask_examples
from remodel.files import sha256_file
from remodel.release.contents.example import check_answers
from remodel.release.contents.identity import precedence
from remodel.release.contents.signing import Verifier
from remodel.release.oci.store import Store
from remodel.release.verify.checks import Checked, check_model
from remodel.release.verify.rebuilding import Rebuild
from remodel.release.verify.received import receive

Say = Callable[[str], None]

RUNTIMES = {"onnx": "ONNX Runtime", "skops": "scikit-learn"}

CHECKOUT = Checkout(Path(remodel.__file__).resolve().parents[2])
"""Where this program stands: it has the source that runs in containers, and how images are made."""


@dataclass(frozen=True)
class VerificationRequest:
    """What a receiver asks for."""

    store: Store
    version: str
    verifier: Verifier
    models: Sequence[str] = ()
    engine: str | None = None
    at_least: str | None = None
    """A version: an older release is refused, however well it is signed."""
    source: Path | None = None
    """A clone from which the models are built again, where that is asked for."""


def verify_release(request: VerificationRequest, say: Say = print) -> None:
    """Check a release, a line a model and step. Raises VerificationError, which names the file and the field."""
    with tempfile.TemporaryDirectory(prefix="remodel-verify-") as scratch:
        checked = check_files(request, Path(scratch), say)
        engine = choose_engine(request.engine)
        rebuild = Rebuild(request.source, Path(scratch) / "clone", engine.name, CHECKOUT) if request.source else None
        if rebuild is not None:
            rebuild.require_commit(checked[0].identity.commit)
        check_examples(checked, Path(scratch), engine, say)
        if rebuild is not None:
            rebuild.check(checked, say)
    say(f"{request.version} is what it says: {', '.join(model.name for model in checked)}")


def require_at_least(request: VerificationRequest) -> None:
    """VerificationError where the release is older than asked for. Its files are held against this version later."""
    if request.at_least is not None and precedence(request.version) < precedence(request.at_least):
        raise VerificationError(
            f"{request.store.name} has {request.version} there, which is older than {request.at_least}",
            "Somebody may have put an old release in the place of a new one: ask the publisher",
        )


def check_files(request: VerificationRequest, into: Path, say: Say) -> list[Checked]:
    """Fetch the models that are asked for into a folder, and check all of their files; nothing of them is run."""
    require_at_least(request)
    reception = receive(request.store, request.version)
    received = [reception.fetch(name, into) for name in reception.choose(request.models)]
    say(f"{request.store.name} {request.version}: fetched {len(received)} of {len(reception.models)} models")
    checked = []
    for received_model in received:
        checked.append(check_model(received_model, reception, request.verifier))
        say(str(checked[-1]))
    return checked


def check_examples(checked: Sequence[Checked], into: Path, engine: Engine, say: Say) -> None:
    """Every model answers its example as recorded, in the container of the release's own lock."""
    checkout = receiver_checkout(checked, into / "receiver")
    environment = find_environment(checkout, checked[0].identity.environment)
    engine.prepare(environment, say)
    try:
        answers = ask_examples(checkout, CHECKOUT, engine, environment, into / "models")
    except BuildError as error:
        raise VerificationError(error.message, "Do not load it") from error
    for model in checked:
        check_answers(model.example, answers[model.name], model.name)
        names = " and ".join(RUNTIMES[runtime] for runtime in sorted(answers[model.name]))
        say(f"{model.name}: {names} answered the example as recorded")


def receiver_checkout(checked: Sequence[Checked], root: Path) -> Checkout:
    """A checkout with the release's own environment in it, and this program's way of making an image of a lock."""
    locks = {sha256_file(model.folder / LOCK_NAME) for model in checked}
    if len(locks) > 1:
        raise VerificationError("the models of this release have different files conda-lock.yml")
    docker = root / "docker"
    folder = docker / checked[0].identity.environment
    folder.mkdir(parents=True)
    for name in ("environment.yml", LOCK_NAME):
        shutil.copyfile(checked[0].folder / name, folder / name)
    for name in ("Containerfile", "base.yaml"):
        shutil.copyfile(CHECKOUT.docker / name, docker / name)
    return Checkout(root)
