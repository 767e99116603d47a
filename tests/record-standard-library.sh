#!/usr/bin/env bash
# Records the names of the standard library's modules for each CPython at hand: assets/standard-library.toml.
# Before 3.10 Python does not tell them itself; there they are what lies in its library, and what is compiled in.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly FILE=assets/standard-library.toml

cat > "$FILE.part" <<'HEAD'
# The top-level modules of Python's standard library, by version; recorded by tests/record-standard-library.sh.
#
# modules  = sys.stdlib_module_names of the CPython that `seen` names, without those of other systems than Linux; before
#            3.10, where Python does not tell them, the modules in its library folder
# builtin  = sys.builtin_module_names of it: found before any folder is searched, and refused by Lambda as a handler
# below    = what its packages have below them, but for packages that nobody imports parts of; elsewhere anything goes

HEAD
for version in 3.8 3.9 3.10 3.11 3.12 3.13 3.14; do
    for cpython in "python$version" "${PYENV_ROOT:-$HOME/.pyenv}/versions/$version".*/bin/python3; do
        if "$cpython" -S - "$version" >> "$FILE.part" 2>/dev/null <<'PY'; then break; fi
import os, sys, textwrap
version = "%d.%d" % sys.version_info[:2]
if version != sys.argv[1]:
    sys.exit(1)
if hasattr(sys, "stdlib_module_names"):
    names = set(sys.stdlib_module_names)
else:
    names = set(sys.builtin_module_names)
    library = os.path.dirname(os.__file__)
    for folder in (library, os.path.join(library, "lib-dynload")):
        for name in os.listdir(folder):
            stem = name.split(".")[0]
            is_package = os.path.isfile(os.path.join(folder, name, "__init__.py"))
            if stem.isidentifier() and (is_package or name.endswith((".py", ".so"))):
                names.add(stem)
    names -= {"site-packages", "__phello__"}
    names = {name for name in names if not name.startswith("_sysconfigdata")}
names -= set("nt winreg winsound msvcrt msilib _winapi _overlapped _msi _scproxy _wmi".split())
library = os.path.dirname(os.__file__)
left_out = set("encodings ensurepip idlelib lib2to3 msilib pydoc_data test tkinter turtledemo distutils".split())
below = set()
for top in names - left_out:
    for folder, folders, files in os.walk(os.path.join(library, top)):
        folders[:] = [name for name in folders if name not in ("__pycache__", "test", "tests")]
        package = os.path.relpath(folder, library).replace(os.sep, ".")
        stems = [name[:-3] for name in files if name.endswith(".py") and name != "__init__.py"]
        below.update("%s.%s" % (package, stem) for stem in stems + folders)
import collections.abc, concurrent.futures, email.mime.text, importlib.resources, logging.handlers, xml.dom.minidom
import multiprocessing.dummy, unittest.mock, urllib.request, xml.etree.ElementTree, xml.parsers.expat
below.update(name for name in sys.modules if name.split(".")[0] in {other.split(".")[0] for other in below} and "." in name)
print('["%s"]\nseen = "CPython %s"' % (version, ".".join(map(str, sys.version_info[:3]))))
for key, values in (("modules", names), ("builtin", sys.builtin_module_names), ("below", below)):
    text = " ".join(sorted(values))
    lines = textwrap.wrap(text, 110, break_on_hyphens=False)
    print('%s = """\n%s\n"""' % (key, "\n".join(lines)))
print()
PY
    done
done
mv "$FILE.part" "$FILE"
