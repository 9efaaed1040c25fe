"""reports/index.html: the comparison as one file to look at, without network, the same bytes for the same input."""

from remodel.audit.page.render import render

__all__ = ["render"]
