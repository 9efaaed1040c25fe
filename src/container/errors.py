"""The errors that a user can cause: what is wrong, with which value, and what to do next."""

from __future__ import annotations

import contract

KINDS = ("data", "recipe", "build", "storage", "machine", "memory")


class BuilderError(Exception):
    """One error of a user: `kind` is one of KINDS, `message` and `advice` are one line each."""

    def __init__(self, kind: str, message: str, advice: str = "") -> None:
        assert kind in KINDS, kind
        self.kind = kind
        self.message = one_line(message)
        super().__init__(self.message)
        self.advice = one_line(advice)

    def document(self) -> dict:
        """The document of contract kind "error"."""
        version = contract.version("error")
        return {"schema_version": version, "kind": self.kind, "message": self.message, "advice": self.advice}


def data_error(message: str, advice: str = "") -> BuilderError:
    """A dataset is not what its request, its schema or its sha256 says."""
    return BuilderError("data", message, advice)


def recipe_error(message: str, advice: str = "") -> BuilderError:
    """A recipe or a request asks for something that does not exist or is not allowed."""
    return BuilderError("recipe", message, advice)


def build_error(message: str, advice: str = "") -> BuilderError:
    """A model cannot be built from a recipe that is valid in itself."""
    return BuilderError("build", message, advice)


def storage_error(error: OSError) -> BuilderError:
    """A file or folder cannot be read or written: full disk, permissions."""
    advice = "Free some space or make it writable, and run the same command again"
    place = error.filename or "a file"
    return BuilderError("storage", f"cannot read or write {place}: {error.strerror or error}", advice)


def machine_error(message: str, advice: str = "") -> BuilderError:
    """This machine or image cannot build anything; it says nothing about the model."""
    return BuilderError("machine", message, advice)


def memory_error() -> BuilderError:
    """There was not enough memory; it says nothing about the model."""
    return BuilderError("memory", "not enough memory", "Give the build more memory, or use less data")


def one_line(text: object) -> str:
    """`text` with every run of white space as one space, and without what commands a terminal."""
    words = " ".join(str(text).split())
    return words if words.isprintable() else "".join(letter if letter.isprintable() else "?" for letter in words)


def first_line(error: BaseException) -> str:
    """The first line of a library's own words that is not blank; its class name where it has no words."""
    lines = [line for line in str(error).splitlines() if line.strip()]
    return one_line(lines[0]) if lines else type(error).__name__
