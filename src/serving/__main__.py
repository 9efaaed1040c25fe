"""`python FOLDER rows.csv`: a copy of this file makes the folder of a released model a program."""

import sys
from pathlib import Path

from serving.command import main

if __name__ == "__main__":
    sys.exit(main(Path(__file__).resolve().parent, sys.argv[1:]))
