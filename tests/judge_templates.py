"""Judges SAM templates: AWS's translator makes CloudFormation of each, which is written beside it as NAME.json.

judge_templates.py TEMPLATE...    exits 1 if any is refused.
"""

import json
import pathlib
import sys

from samtranslator.translator.transform import transform
from samtranslator.yaml_helper import yaml_parse


class NoPolicies:
    def load(self):
        return {}


def judge(path):
    template = yaml_parse(path.read_text(encoding="utf-8"))
    for resource in template["Resources"].values():
        for name in ("CodeUri", "ContentUri"):
            place = resource.get("Properties", {}).get(name)
            if place is not None:
                # sam deploy uploads it and puts the place in the bucket here.
                assert (path.parent / place).is_file(), f"{path}: there is no {place}"
                resource["Properties"][name] = "s3://bucket/" + pathlib.Path(place).name
    translated = transform(template, {}, NoPolicies())
    path.with_suffix(".json").write_text(json.dumps(translated, indent=1, ensure_ascii=False), encoding="utf-8")


failed = False
for path in map(pathlib.Path, sys.argv[1:]):
    try:
        judge(path)
    except Exception as error:  # noqa: BLE001
        failed = True
        print(f"{path}: {getattr(error, 'message', error)}", file=sys.stderr)
sys.exit(failed)
