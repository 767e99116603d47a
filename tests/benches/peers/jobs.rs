//! The jobs, and the programs that do them.

/// The same work for several programs.
pub struct Job {
    /// What is done, and to what.
    pub name: &'static str,
    /// What it is done to, by its name among the inputs.
    pub input: &'static str,
    /// How often.
    pub rounds: usize,
    /// Whether it is only done when everything is asked for.
    pub is_long: bool,
    /// Who does it; the first is bayplan, and the others are compared with it.
    pub programs: &'static [Program],
}

/// One program with its arguments. `{in}` is the input, `{out}` a place that is empty, `{plan}` the plan for the input.
pub struct Program {
    /// As the table has it.
    pub name: &'static str,
    /// The command; `bayplan` and `floor` are those of this repository.
    pub command: &'static [&'static str],
    /// Exit codes that mean that the work was done.
    pub exits: &'static [i32],
    /// Where to get it.
    pub from: &'static str,
}

const fn peer(name: &'static str, from: &'static str, command: &'static [&'static str]) -> Program {
    Program { name, command, exits: &[0], from }
}

const OURS: &str = "this repository";

const SIZES: &[Program] = &[
    peer("bayplan report", OURS, &["bayplan", "report", "--zipped", "none", "{in}"]),
    peer(
        "pdu",
        "cargo install parallel-disk-usage",
        &["pdu", "--quantity=apparent-size", "--max-depth=1", "--silent-errors", "--no-sort", "{in}"],
    ),
    peer("dua", "cargo install dua-cli", &["dua", "--apparent-size", "aggregate", "{in}"]),
    peer("dust", "cargo install du-dust", &["dust", "--apparent-size", "--depth=1", "--no-progress", "{in}"]),
    peer(
        "gdu",
        "apt-get install gdu",
        &["gdu", "--non-interactive", "--no-progress", "--show-apparent-size", "--summarize", "{in}"],
    ),
    peer("ncdu", "apt-get install ncdu", &["ncdu", "-0", "-o", "/dev/null", "{in}"]),
    peer("du", "GNU coreutils", &["du", "--summarize", "--apparent-size", "{in}"]),
    peer("floor: getdents64 and statx", OURS, &["floor", "walk", "{in}"]),
];

const LISTING: &[Program] = &[
    peer("bayplan report", OURS, &["bayplan", "report", "--zipped", "none", "{in}"]),
    peer("zipinfo", "apt-get install unzip", &["zipinfo", "-1", "{in}"]),
    peer("unzip -l", "apt-get install unzip", &["unzip", "-l", "{in}"]),
    peer("bsdtar -t", "apt-get install libarchive-tools", &["bsdtar", "-tf", "{in}"]),
    peer("7z l", "apt-get install p7zip-full", &["7z", "l", "{in}"]),
    peer("CPython's zipfile", "CPython", &["python3", "-m", "zipfile", "-l", "{in}"]),
    peer("floor: the directory read through", OURS, &["floor", "directory", "{in}"]),
];

const ZIPPING: &[Program] = &[
    peer(
        "bayplan pack",
        OURS,
        &["bayplan", "pack", "{in}", "--plan", "{plan}", "--force", "--no-cache", "--out", "{out}"],
    ),
    peer("bayplan report --zipped exact", OURS, &["bayplan", "report", "--zipped", "exact", "--no-cache", "{in}"]),
    peer("zip -r", "apt-get install zip", &["zip", "-r", "-q", "{out}.zip", "{in}"]),
    peer("bsdtar", "apt-get install libarchive-tools", &["bsdtar", "-a", "-cf", "{out}.zip", "{in}"]),
    peer("7z a", "apt-get install p7zip-full", &["7z", "a", "-tzip", "-bd", "{out}.zip", "{in}"]),
    peer("CPython's zipfile", "CPython", &["python3", "-m", "zipfile", "-c", "{out}.zip", "{in}"]),
    peer("floor: all files deflated", OURS, &["floor", "deflate", "{in}"]),
];

const REPACKING: &[Program] = &[
    peer(
        "bayplan pack",
        OURS,
        &["bayplan", "pack", "{in}", "--plan", "{plan}", "--force", "--no-cache", "--out", "{out}"],
    ),
    peer(
        "bayplan pack, bytecode kept",
        OURS,
        &["bayplan", "pack", "{in}", "--plan", "{plan-keep}", "--force", "--no-cache", "--out", "{out}"],
    ),
    peer("cp", "GNU coreutils", &["cp", "{in}", "{out}"]),
    peer("sha256sum", "GNU coreutils", &["sha256sum", "{in}"]),
    peer("floor: copied and hashed", OURS, &["floor", "copy", "{in}", "{out}"]),
];

const ERROR: &str = "Unzipped size must be smaller than 262144000 bytes";

const STARTING: &[Program] = &[
    peer("bayplan --version", OURS, &["bayplan", "--version"]),
    peer("bayplan explain", OURS, &["bayplan", "explain", ERROR]),
    peer("pdu --version", "cargo install parallel-disk-usage", &["pdu", "--version"]),
    peer("dua --version", "cargo install dua-cli", &["dua", "--version"]),
    peer("gdu --version", "apt-get install gdu", &["gdu", "--version"]),
    peer("python3 -c ''", "CPython", &["python3", "-c", ""]),
    peer("true", "GNU coreutils", &["true"]),
];

const fn job(name: &'static str, input: &'static str, rounds: usize, programs: &'static [Program]) -> Job {
    Job { name, input, rounds, is_long: false, programs }
}

const fn long(name: &'static str, input: &'static str, programs: &'static [Program]) -> Job {
    Job { name, input, rounds: 3, is_long: true, programs }
}

/// All of them.
pub const JOBS: &[Job] = &[
    job("Sizes of a `node_modules` of 27 000 files", "node", 7, SIZES),
    job("Sizes of four of them, 108 000 files", "node-4", 5, SIZES),
    job("Sizes of a Python bundle of 11 600 files", "today", 7, SIZES),
    job("What is in a zip of 200 000 entries", "many.zip", 7, LISTING),
    job("A folder of 353 MB into a zip", "seed", 3, ZIPPING),
    job("A zip of 101 MB into function and two layers", "seed.zip", 7, REPACKING),
    job("Start", "", 15, STARTING),
    long("Sizes of 1.5 GB", "large", SIZES),
    long("Sizes of a million files", "million", SIZES),
    long("A folder of 1.5 GB into a zip", "large", ZIPPING),
];
