"""Starts AWS's runtime client with the search path that the managed runtime gives it.

The client sets no search path itself; the managed runtime's own start does. This does the same: without a PYTHONPATH
the layers' folders are searched, with one they are not, /var/task always comes first, and `.pth` files are read where
the runtime reads them.
"""

import os
import site
import sys

TASK = os.environ["LAMBDA_TASK_ROOT"]
PACKAGES = "lib/python%d.%d/site-packages" % sys.version_info[:2]
LAYERS = ["/opt/python/" + PACKAGES, "/opt/python"]
LANGUAGE = ["/var/lang/" + PACKAGES] if sys.version_info >= (3, 11) else []

is_set = "PYTHONPATH" in os.environ
if not is_set:
    sys.path[0:0] = LAYERS + LANGUAGE
sys.path.insert(0, TASK)
site.addsitedir(TASK)
if not is_set:
    for folder in LAYERS:
        site.addsitedir(folder)
    os.environ["PYTHONPATH"] = os.environ["LAMBDA_RUNTIME_DIR"]

from awslambdaric.__main__ import main  # noqa: E402

main(sys.argv)
