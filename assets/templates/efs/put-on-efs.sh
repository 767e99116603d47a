#!/bin/sh
# Puts the packages of {{ function|comment }} on its file system; made by bayplan for the plan {{ plan|comment }}.
#
# Run it before the function is deployed, on a machine (EC2, CodeBuild, Fargate) that has mounted the file system for
# writing through the same access point as the function. The access point's uid and gid then own what is written, and
# the function, which mounts it with elasticfilesystem:ClientMount alone, can read it and not write.
#
#   sh put-on-efs.sh MOUNT      MOUNT is where this machine has mounted it, such as /mnt/efs
#
# The tree goes into a folder that is named by its content. What another version of the function uses is never touched,
# so going back to that version brings its packages back. Remove old folders only once no version names them any more.
set -eu

HERE=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
ARTIFACTS=${ARTIFACTS:-"$HERE"/{{ artifacts }}}
# Where the function has mounted it, and so where the paths in the manifest begin.
IN_FUNCTION={{ efs.mount }}

fail() {
    printf 'put-on-efs: %s\n' "$1" >&2
    exit 1
}

[ "$#" -eq 1 ] || fail "say where the file system is mounted: sh put-on-efs.sh MOUNT"
mount=$1
[ -d "$mount" ] || fail "$mount is no folder; mount the file system there first"

# The manifest is written by bayplan, one field a line.
manifest=$ARTIFACTS/manifest.json
[ -f "$manifest" ] || fail "$manifest is missing; run bayplan pack first, or name the folder with ARTIFACTS"
field() {
    awk -v name="\"$1\":" '
        $1 == "\"efs\":" { inside = 1 }
        inside && $1 == name { sub(/^[^:]*: "/, ""); sub(/",?$/, ""); print; exit }' "$manifest"
}
folder=$(field folder)
path=$(field path)
if [ -z "$folder" ] || [ -z "$path" ]; then
    fail "$manifest names nothing for EFS; pack the plan anew"
fi
case $path in
"$IN_FUNCTION"/?*) below=${path#"$IN_FUNCTION"/} ;;
*) fail "the function looks for its packages in $path, which is no folder below $IN_FUNCTION" ;;
esac

tree=$ARTIFACTS/$folder
target=$mount/$below
[ -d "$tree" ] || fail "$tree is missing; pack the plan anew"
if [ -e "$target" ]; then
    diff -r -- "$tree" "$target" > /dev/null || fail "$target is there and holds something else; it was left as it is"
    printf 'put-on-efs: %s is there already\n' "$target"
    exit 0
fi

# Under another name until it is whole.
partial=$target.partial
rm -rf -- "$partial"
mkdir -p -- "$partial"
cp -R -P -p -- "$tree/." "$partial/" || fail "$tree could not be copied to $partial"
chmod 755 -- "$partial"
mv -- "$partial" "$target"
printf 'put-on-efs: wrote %s\n' "$target"
