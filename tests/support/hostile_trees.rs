//! Builds made to hurt: by links, special files, names, depths, sizes and lies. The same in each run.

use std::ffi::OsString;
use std::fs::{self, File};
use std::os::unix::ffi::OsStringExt;
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;
use std::path::Path;

use super::counts;
use rustix::fs::{CWD, FileType, Mode, OFlags, mkdirat, mknodat, openat};

/// What `check` must say of a build.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Worth {
    /// It may pass: whatever is odd about it hurts nobody.
    Odd,
    /// It would fail in Lambda, or nobody can know: it never passes.
    Broken,
}

/// A hostile build.
pub struct Tree {
    pub name: &'static str,
    pub worth: Worth,
    /// Makes it in a folder that is there; beside it lies `outside/secret`.
    pub make: fn(&Path),
}

const fn tree(name: &'static str, worth: Worth, make: fn(&Path)) -> Tree {
    Tree { name, worth, make }
}

/// What names are made of that want to be more than names.
pub const NAMES: [&[u8]; counts::NAMES] = [
    b"line\nfeed",
    b"line\n::error file=forged,line=1::forged",
    b"::error file=forged,line=1::forged",
    b"##[error]forged",
    b"%0A::error::forged",
    b"\r\x1b[2Kover",
    b"\x1b]0;owned\x07",
    b"\x1b[31mred",
    b"\x9b31mred",
    b"\xc2\x9b31mred",
    b"gpj.\xe2\x80\xaeexe",
    b"caf\xe9",
    b"\xff\xfe",
    b"\x7f\x08\x08",
    b"tab\there",
    b"back\\slash",
    b"quo\"te's",
    b"<script>|`*_[x](y)",
    b"]]>--><!--",
    b"-rf",
    b"--plan",
    b"%s%n%d",
    b"$(id)`id`",
    b" ",
    b"...",
];

/// All of them.
pub const TREES: [Tree; counts::HOSTILE_BUILDS] = [
    tree("empty", Worth::Broken, |_| {}),
    tree("link loops", Worth::Odd, link_loops),
    tree("links out", Worth::Odd, links_out),
    tree("special files", Worth::Odd, special_files),
    tree("names", Worth::Odd, names),
    tree("names of packages", Worth::Odd, names_of_packages),
    tree("names of 255 bytes", Worth::Odd, long_names),
    tree("3000 folders deep", Worth::Odd, deep),
    tree("metadata without end", Worth::Odd, endless),
    tree("metadata of many lines", Worth::Odd, many_lines),
    tree("JSON of depth", Worth::Odd, deep_json),
    tree("sources of depth", Worth::Odd, deep_sources),
    tree("records that lie", Worth::Odd, lying_records),
    tree("distributions twice", Worth::Odd, twice),
    tree("metadata that is none", Worth::Odd, no_metadata),
    tree("10 TB", Worth::Broken, sparse),
    tree("no such handler", Worth::Broken, |build| write(build, "other.py", "def handler(event, context): return 1\n")),
    tree("a module is missing", Worth::Broken, |build| {
        write(build, "app.py", "import not_there\ndef handler(e, c): return 1\n")
    }),
    tree("a source that is none", Worth::Broken, |build| write(build, "app.py", "def handler(:\n")),
    tree("a native file is cut off", Worth::Broken, cut_native),
];

fn write(build: &Path, name: &str, content: impl AsRef<[u8]>) {
    let path = build.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, content).unwrap();
}

fn handler(build: &Path) {
    write(build, "app.py", "def handler(event, context):\n    return 1\n");
}

fn os(name: &[u8]) -> OsString {
    OsString::from_vec(name.to_vec())
}

fn link_loops(build: &Path) {
    handler(build);
    fs::create_dir_all(build.join("a/b/c")).unwrap();
    for (at, to) in [
        ("one", "other"),
        ("other", "one"),
        ("self", "self"),
        ("here", "."),
        ("up", ".."),
        ("a/b/c/top", "../../.."),
        ("a/b/c/again", "../../b"),
        ("nowhere", "no/such"),
        ("long", &"../".repeat(1000)),
    ] {
        symlink(to, build.join(at)).unwrap();
    }
}

fn links_out(build: &Path) {
    handler(build);
    for (at, to) in [
        ("passwd", "/etc/passwd"),
        ("etc", "/etc"),
        ("root", "/"),
        ("secret", "../../outside/secret"),
        ("package.json", "../../outside/secret"),
        ("requirements.txt", "/dev/zero"),
        ("zero.py", "/dev/zero"),
        ("six-1.dist-info", "../../outside"),
        ("self", "/proc/self/root"),
        ("stdin.py", "/dev/stdin"),
    ] {
        symlink(to, build.join(at)).unwrap();
    }
    fs::create_dir_all(build.join("seven-1.dist-info")).unwrap();
    for name in ["METADATA", "RECORD"] {
        symlink("/dev/zero", build.join("seven-1.dist-info").join(name)).unwrap();
    }
}

fn special_files(build: &Path) {
    handler(build);
    for name in ["pipe", "pipe.py", "package.json", "six-1.dist-info", "requirements.txt", "data/METADATA"] {
        fs::create_dir_all(build.join(name).parent().unwrap()).unwrap();
        mknodat(CWD, build.join(name), FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
    }
    fs::create_dir(build.join("seven-1.dist-info")).unwrap();
    for name in ["METADATA", "RECORD"] {
        mknodat(CWD, build.join("seven-1.dist-info").join(name), FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
    }
    drop(UnixListener::bind(build.join("socket")).unwrap());
    // Only root may, and not everywhere.
    let _ = mknodat(CWD, build.join("null.py"), FileType::CharacterDevice, Mode::RUSR, 0x105);
}

fn names(build: &Path) {
    handler(build);
    for (number, name) in NAMES.iter().enumerate() {
        fs::write(build.join(os(name)), "1").unwrap();
        let folder = build.join(format!("folder{number}")).join(os(name));
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join(os(&[name, &b".py"[..]].concat())), "import os\n").unwrap();
        symlink(os(name), build.join(format!("link{number}"))).unwrap();
    }
}

/// The names stand in metadata, which is trusted for what a package is called.
fn names_of_packages(build: &Path) {
    handler(build);
    for (number, name) in NAMES.iter().enumerate() {
        let info = format!("p{number}-1.dist-info");
        let metadata = [
            b"Metadata-Version: 2.1\nName: ",
            &name[..],
            b"\nVersion: 1\x1b[31m\nRequires-Dist: ",
            &name[..],
            b"\nSummary: ",
            &name[..],
            b"\n\nText\n",
        ];
        write(build, &format!("{info}/METADATA"), metadata.concat());
        write(build, &format!("{info}/RECORD"), [&name[..], b",sha256=\x1b[31m,1\n\x1b]0;x\x07,,\n"].concat());
        write(build, &format!("{info}/top_level.txt"), name);
        write(build, &format!("{info}/direct_url.json"), name);
        let text = String::from_utf8_lossy(name).into_owned();
        let package = serde_json::json!({
            "name": text, "version": text, "main": text, "dependencies": { text.clone(): text }, "bin": { text.clone(): text },
        });
        write(build, &format!("node_modules/n{number}/package.json"), package.to_string());
    }
    write(build, "requirements.txt", NAMES.concat());
}

fn long_names(build: &Path) {
    handler(build);
    let name = "n".repeat(255);
    write(build, &name, "1");
    write(build, &format!("{}/{}.py", "d".repeat(255), "m".repeat(252)), "import os\n");
    let info = format!("{}-1.dist-info", "p".repeat(243));
    write(build, &format!("{info}/METADATA"), format!("Name: {}\nVersion: 1\n", "p".repeat(100_000)));
}

/// Too deep for any path.
fn deep(build: &Path) {
    handler(build);
    let mut folder = openat(CWD, build, OFlags::DIRECTORY, Mode::empty()).unwrap();
    for _ in 0..3000 {
        mkdirat(&folder, "deeper", Mode::RWXU).unwrap();
        folder = openat(&folder, "deeper", OFlags::DIRECTORY, Mode::empty()).unwrap();
    }
}

/// Files that are zeros to the end, which is far.
fn endless(build: &Path) {
    handler(build);
    fs::create_dir_all(build.join("six-1.dist-info")).unwrap();
    fs::create_dir_all(build.join("node_modules/big")).unwrap();
    for name in [
        "six-1.dist-info/METADATA",
        "six-1.dist-info/RECORD",
        "six-1.dist-info/top_level.txt",
        "package.json",
        "node_modules/big/package.json",
        "requirements.txt",
        "package-lock.json",
        "big.py",
        "index.js",
        "index.js.map",
        "meta.json",
        "big.so",
        "big.pth",
        "lib.jar",
    ] {
        File::create(build.join(name)).unwrap().set_len(3 << 20).unwrap();
    }
    // The function still fits, so all of it is looked at as closely as ever.
    File::create(build.join("six-1.dist-info/METADATA")).unwrap().set_len(150 << 20).unwrap();
}

fn many_lines(build: &Path) {
    handler(build);
    let rows: String = (0..200_000).map(|row| format!("six/{row}.py,sha256=x,{row}\n")).collect();
    write(build, "six-1.dist-info/RECORD", rows);
    let requires: String =
        (0..100_000).map(|row| format!("Requires-Dist: p{row} (>=1) ; extra == 'e{row}'\n")).collect();
    write(build, "six-1.dist-info/METADATA", format!("Name: six\nVersion: 1\n{requires}"));
    let dependencies: String = (0..100_000).map(|row| format!("\"p{row}\":\"^1\",")).collect();
    let package = format!("{{\"name\":\"many\",\"version\":\"1.0.0\",\"dependencies\":{{{dependencies}\"z\":\"1\"}}}}");
    write(build, "node_modules/many/package.json", package);
    write(build, "requirements.txt", "six\n".repeat(200_000));
}

fn deep_json(build: &Path) {
    handler(build);
    let deep = "[".repeat(1_000_000);
    for name in ["package.json", "node_modules/deep/package.json", "package-lock.json", "index.js.map", "meta.json"] {
        write(build, name, &deep);
    }
    write(build, "index.js", "exports.handler = 1\n".repeat(10_000));
    write(build, "six-1.dist-info/direct_url.json", &deep);
    write(
        build,
        "six-1.dist-info/METADATA",
        format!("Name: six\nVersion: 1\nRequires-Dist: a; {}\n", "(".repeat(100_000)),
    );
}

fn deep_sources(build: &Path) {
    write(build, "app.py", "import one, two, three, four, five\ndef handler(event, context): return 1\n");
    write(build, "one.py", format!("x = {}1{}\n", "(".repeat(50_000), ")".repeat(50_000)));
    write(build, "two.py", format!("x = {}1\n", "-".repeat(200_000)));
    write(
        build,
        "three.py",
        (0..2_000).map(|depth| format!("{}if 1:\n", " ".repeat(depth))).collect::<String>() + "  pass\n",
    );
    write(build, "four.py", format!("x = 1{}\n", ".a".repeat(200_000)));
    write(build, "five.py", format!("import {}os\n", "a, ".repeat(200_000)));
}

fn lying_records(build: &Path) {
    handler(build);
    write(build, "six.py", "1\n");
    let rows = "../../outside/secret,sha256=x,6\n/etc/passwd,,\n../app.py,,\n../../../../../../etc/shadow,,1\n\
                six.py,sha256=AAAA,99999999999999999999999\nsix.py,sha256=,-1\nsix.py,md5=x,1e30\n,,\n\"six.py\n,\"\",,,,,\n\0,,\n";
    write(build, "six-1.dist-info/RECORD", rows);
    write(build, "six-1.dist-info/METADATA", "Name: ../../outside\nVersion: ../..\n");
    write(build, "six.pth", "/etc\nimport os; os.system('touch ../../outside/forged')\n../../outside\n");
    write(
        build,
        "node_modules/x/package.json",
        r#"{"name":"../../../outside","version":"1","main":"/etc/passwd","dependencies":{"../..":"*"}}"#,
    );
    write(
        build,
        "index.js.map",
        r#"{"version":3,"sources":["../../../outside/secret","/etc/passwd"],"mappings":"AAAA"}"#,
    );
    write(build, "index.js", "x\n//# sourceMappingURL=../../outside/secret\n");
}

fn twice(build: &Path) {
    handler(build);
    for info in ["six-1.dist-info", "six-2.dist-info", "Six-1.dist-info", "s_i_x-1.dist-info", "SIX-1.egg-info"] {
        write(build, &format!("{info}/METADATA"), "Name: six\nVersion: 1\n");
        write(build, &format!("{info}/RECORD"), "six.py,,\n");
    }
    write(build, "six.py", "1\n");
    write(build, "Six.py", "1\n");
    write(build, "caf\u{e9}.py", "1\n");
    write(build, "cafe\u{301}.py", "1\n");
}

fn no_metadata(build: &Path) {
    handler(build);
    for (number, content) in
        [&b""[..], b"\0\0\0\0", b"\xff\xfe\x00N", b"Name", b"Name: \nVersion: \n", b"\x7fELF", b"PK\x03\x04"]
            .iter()
            .enumerate()
    {
        let info = format!("p{number}-1.dist-info");
        write(build, &format!("{info}/METADATA"), content);
        write(build, &format!("{info}/RECORD"), content);
        write(build, &format!("node_modules/n{number}/package.json"), content);
        write(build, &format!("lib/j{number}.jar"), content);
        write(build, &format!("n{number}.so"), content);
        write(build, &format!("n{number}.pyc"), content);
    }
    fs::create_dir_all(build.join("folder-1.dist-info/METADATA")).unwrap();
    fs::create_dir_all(build.join("folder-1.dist-info/RECORD")).unwrap();
    fs::create_dir_all(build.join("node_modules/folder/package.json")).unwrap();
}

fn sparse(build: &Path) {
    handler(build);
    File::create(build.join("model.bin")).unwrap().set_len(10 << 40).unwrap();
}

/// A module that no loader takes.
fn cut_native(build: &Path) {
    write(build, "app.py", "import fast\ndef handler(event, context): return 1\n");
    write(build, "fast.cpython-313-x86_64-linux-gnu.so", b"\x7fELF\x02\x01\x01\0");
}
