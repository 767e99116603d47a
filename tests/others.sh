#!/usr/bin/env bash
# Builds the bundles of which tests/real_others.rs asks real tools: one JavaScript file made by esbuild and by webpack
# from packages of npm, jars of Debian's packages beside a compiled class, and gems that RubyGems itself installs. What
# stands complete is used again.
#
#   usage: tests/others.sh DEST
set -euo pipefail

[ $# -eq 1 ] || { printf 'usage: others.sh DEST\n' >&2; exit 2; }
STAMP=$(cksum < "${BASH_SOURCE[0]}")
mkdir -p "$1"
cd "$1"
readonly STAMP FOLDER=$PWD

fail() { printf 'others.sh: %s\n' "$1" >&2; exit 2; }

is_complete() { [ "$(cat "$FOLDER/$1.complete" 2>/dev/null)" = "$STAMP" ]; }
complete() { printf '%s\n' "$STAMP" > "$FOLDER/$1.complete"; }

# One file each, from the same source: with a metafile, with a map beside it, with a map inside it, with nothing.
build_scripts() {
    is_complete scripts && return
    rm -rf scripts && mkdir -p scripts/src
    cd scripts
    npm install --silent --no-audit --no-fund esbuild@0.28 webpack@5 webpack-cli@7 lodash@4 uuid@11 zod@4 ||
        fail "npm cannot install esbuild and webpack"
    cat > src/app.js <<'JS'
import _ from "lodash";
import { v4 } from "uuid";
import { z } from "zod";
const greeting = "grüße 猫 😀";
const shape = z.object({ name: z.string() });
export const handler = async (event) => ({ id: v4(), greeting, name: _.camelCase(shape.parse(event).name) });
JS
    bundle() { npx --no-install esbuild src/app.js --bundle --platform=node --log-level=warning "$@"; }
    bundle --outfile=metafile/index.js --metafile=metafile/meta.json
    bundle --outfile=both/index.js --metafile=both/meta.json --sourcemap --charset=utf8
    bundle --outfile=minified/index.js --minify --sourcemap
    bundle --outfile=inline/index.js --charset=utf8 --sourcemap=inline
    bundle --outfile=closed/index.js --minify
    npx --no-install webpack --mode production --target node --entry ./src/app.js --devtool hidden-source-map \
        --output-library-type commonjs2 --output-path "$PWD/webpack" > webpack.log || fail "webpack: see scripts/webpack.log"
    npx --no-install webpack --mode production --target node --entry ./src/app.js --output-library-type commonjs2 \
        --output-path "$PWD/webpack-closed" > webpack.log || fail "webpack: see scripts/webpack.log"
    cd ..
    complete scripts
}

# usage: fetch_debian FOLDER PACKAGE...     (unpacked, not installed)
fetch_debian() {
    local folder=$1 package
    shift
    mkdir -p "$folder/debs"
    (cd "$folder/debs" && { apt-get download -qq "$@" 2>/dev/null || { apt-get update -qq && apt-get download -qq "$@"; }; }) ||
        fail "apt-get cannot download $*"
    for package in "$folder"/debs/*.deb; do dpkg-deb -x "$package" "$folder/root"; done
}

# A zip for Java as Gradle's buildZip lays it out: classes at the root, jars in lib/; and a fat jar of the same.
build_java() {
    is_complete java && return
    rm -rf java && mkdir -p java/build/lib java/src/com/example java/fat/classes java/fat/lib
    fetch_debian java/debian libcommons-lang3-java libgoogle-gson-java libguava-java
    cp java/debian/root/usr/share/java/commons-lang3.jar java/build/lib/commons-lang3-3.12.0.jar
    cp java/debian/root/usr/share/java/gson.jar java/build/lib/gson.jar
    cp java/debian/root/usr/share/java/guava.jar java/build/lib/guava.jar
    cat > java/src/com/example/App.java <<'JAVA'
package com.example;

public class App {
    public static String handle(String name) {
        return new com.google.gson.Gson().toJson(org.apache.commons.lang3.StringUtils.capitalize(name));
    }

    public static void main(String[] arguments) {
        System.out.println(handle("bundle"));
    }
}
JAVA
    javac --release 11 -cp 'java/build/lib/*' -d java/build java/src/com/example/App.java
    # Shaded: the classes of two jars among one's own; and, as Spring Boot does it, one jar within.
    (cd java/fat/classes && unzip -qo ../../build/lib/gson.jar && unzip -qo ../../build/lib/commons-lang3-3.12.0.jar)
    rm -f java/fat/classes/META-INF/MANIFEST.MF
    mkdir -p java/fat/classes/BOOT-INF/lib
    cp java/build/lib/guava.jar java/fat/classes/BOOT-INF/lib/guava-31.1.jar
    jar -c -f java/fat/lib/app.jar -0 -C java/fat/classes .
    rm -r java/fat/classes
    complete java
}

# Gems that `gem` builds and installs itself, one of which needs the other, beside one with a compiled extension, which
# Debian lays out as RubyGems does.
build_ruby() {
    is_complete ruby && return
    rm -rf ruby && mkdir -p ruby/build ruby/gems
    fetch_debian ruby/debian ruby-msgpack
    local abi home
    abi=$(ruby -e 'print RbConfig::CONFIG["ruby_version"]')
    home=$PWD/ruby/build/vendor/bundle/ruby/$abi
    gem_of() {
        local name=$1 version=$2 more=$3
        mkdir -p "ruby/gems/$name/lib" "ruby/gems/$name/spec"
        printf 'describe "%s"\n' "$name" > "ruby/gems/$name/spec/${name}_spec.rb"
        cat > "ruby/gems/$name/$name.gemspec" <<GEMSPEC
Gem::Specification.new do |s|
  s.name = "$name"; s.version = "$version"; s.summary = s.description = "$name"; s.authors = ["us"]; s.license = "MIT"
  s.homepage = "https://example.com/"; s.files = Dir["{lib,spec,exe}/**/*"].select { |path| File.file?(path) }
  $more
end
GEMSPEC
        (cd "ruby/gems/$name" && gem build --quiet "$name.gemspec" && gem install --quiet --local --no-document --force \
            --install-dir "$home" "$name"-*.gem) > "ruby/gems/$name.log" 2>&1 || fail "gem: see ruby/gems/$name.log"
    }
    mkdir -p ruby/gems/greeting/lib ruby/gems/greeting/exe ruby/gems/loud/lib "$home"
    printf 'module Greeting\n  def self.to(name) = "hello #{name}"\nend\n' > ruby/gems/greeting/lib/greeting.rb
    printf '#!/usr/bin/env ruby\nrequire "greeting"\nputs Greeting.to("you")\n' > ruby/gems/greeting/exe/greet
    printf 'require "greeting"\nmodule Loud\n  def self.to(name) = Greeting.to(name).upcase\nend\n' > ruby/gems/loud/lib/loud.rb
    cp -r ruby/debian/root/usr/lib/*/rubygems-integration/"$abi"/. "$home"
    gem_of greeting 1.2.0 's.bindir = "exe"; s.executables = ["greet"]'
    gem_of loud 0.3.1 's.add_dependency "greeting", "~> 1.0"'
    cat > ruby/build/app.rb <<'RUBY'
require "loud"
require "msgpack"
def handler(event:, context:) = MessagePack.unpack(MessagePack.pack(Loud.to(event)))
RUBY
    complete ruby
}

build_scripts
build_java
build_ruby
