"""Adds up what each installed distribution owns, as CPython reads its RECORD.

usage: sizes_by_record.py FOLDER     prints {"normalised name": bytes, …} as JSON

Two things are not in the RECORD of `pip install --target`: a script that is said to lie in ../../bin lies in bin, and
bytecode that was compiled afterwards belongs to whom its source belongs to.
"""

import importlib.metadata
import json
import pathlib
import re
import sys


def files_of(distribution, root):
    for entry in distribution.files or []:
        path = root / re.sub(r"^(\.\./)+", "", str(entry))
        if path.is_file():
            yield path
            if path.suffix == ".py":
                yield from (path.parent / "__pycache__").glob(path.stem + ".cpython-*.pyc")


root = pathlib.Path(sys.argv[1])
sizes = {}
for distribution in importlib.metadata.distributions(path=[str(root)]):
    name = re.sub(r"[-_.]+", "-", distribution.metadata["Name"]).lower()
    sizes[name] = sum(path.stat().st_size for path in set(files_of(distribution, root)))
json.dump(sizes, sys.stdout, indent=1, sort_keys=True)
