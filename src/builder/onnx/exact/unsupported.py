"""The one error of the exporter: something it does not know how to say exactly in ONNX."""

from __future__ import annotations


class Unsupported(Exception):
    """`<class>: what is not supported`; the model is fine, only its ONNX file cannot be written."""

    def __init__(self, subject: object, reason: str) -> None:
        self.subject = subject if isinstance(subject, str) else type(subject).__name__
        self.reason = reason
        super().__init__(f"{self.subject}: {reason}")
