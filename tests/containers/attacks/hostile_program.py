"""Takes the place of a program's __main__.py: leaves its honest output, and then does what attack.py beside it says."""

import os  # noqa: F401, attacks use it
import shutil
import sys
from pathlib import Path

HERE = Path(__file__).parent

out = Path(sys.argv[sys.argv.index("--out") + 1])
shutil.copytree(HERE / "honest", out, dirs_exist_ok=True)
exec(compile((HERE / "attack.py").read_text(), "attack", "exec"), globals())
