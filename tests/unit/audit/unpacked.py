"""The page as a reader sees it who opens every model."""

import base64
import gzip
import json
import re

from remodel.audit.page import pages


def bodies(page):
    """The details of each model, unpacked as a browser does it."""
    packed = re.search(r'id="bodies">(.*?)</script>', page, re.DOTALL)[1]
    return {name: gzip.decompress(base64.b64decode(body)).decode() for name, body in json.loads(packed).items()}


def whole(comparison, decisions):
    """index.html of a comparison, and below it the details of every model."""
    page = pages(comparison, decisions)["index.html"]
    return "\n".join([page, *bodies(page).values()])
