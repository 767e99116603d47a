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
print('["%s"]\nseen = "CPython %s"' % (version, ".".join(map(str, sys.version_info[:3]))))
for key, values in (("modules", names), ("builtin", sys.builtin_module_names)):
    text = " ".join(sorted(values))
    lines = textwrap.wrap(text, 110, break_on_hyphens=False)
    print('%s = """\n%s\n"""' % (key, "\n".join(lines)))
print()
PY
    done
done
mv "$FILE.part" "$FILE"
