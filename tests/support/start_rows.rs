//! The functions of `tests/real_start.rs`: what each bundle holds, and where a plan puts it.

/// A bundle, a plan, and the Pythons that it is started with.
#[derive(Clone, Debug)]
pub struct Row {
    /// What it is about.
    pub name: &'static str,
    /// `3.10`
    pub pythons: &'static [&'static str],
    /// The packages: a set of `tests/starts.sh`, `corpus:NAME`, or nothing.
    pub packages: &'static str,
    /// The folder of the bundle that they lie in.
    pub folder: &'static str,
    /// Your own files.
    pub files: &'static [(&'static str, &'static str)],
    /// `app.handler`
    pub handler: &'static str,
    /// What stands in the plan below the function's handler, runtime and architecture.
    pub plan: &'static str,
    /// Whether it is the zip as it is, without a plan.
    pub is_zip: bool,
    /// What is missing, as the story tells it; `None`: whatever the client says.
    pub told: Option<&'static str>,
}

const BOTH: &[&str] = &["3.10", "3.13"];
const OLD: &[&str] = &["3.10"];
const NEW: &[&str] = &["3.13"];

const ROW: Row = Row {
    name: "",
    pythons: BOTH,
    packages: "",
    folder: "",
    files: &[],
    handler: "app.handler",
    plan: "",
    is_zip: false,
    told: None,
};

/// `app.py` with these imports.
macro_rules! app {
    ($imports:literal) => {
        &[("app.py", concat!($imports, "\ndef handler(event, context):\n    return 1\n"))]
    };
}

/// A set of packages, a handler that imports some of them, and plans, for both Pythons.
fn set(packages: &'static str, files: &'static [(&str, &str)], plans: &[(&'static str, &'static str)]) -> Vec<Row> {
    plans.iter().map(|&(name, plan)| Row { name, packages, files, plan, ..ROW }).collect()
}

/// The same for the newer Python alone.
fn new(rows: Vec<Row>) -> Vec<Row> {
    rows.into_iter().map(|row| Row { pythons: NEW, ..row }).collect()
}

/// All rows.
pub fn rows() -> Vec<Row> {
    [web(), new(namespaces()), native(), tools(), new(data()), own(), sdk(), story()].concat()
}

fn web() -> Vec<Row> {
    let requests: &[(&str, &str)] = app!("import requests");
    let mut rows = set(
        "web",
        requests,
        &[
            ("requests in the function", ""),
            (
                "requests in a layer",
                "layers = [\"l\"]\n[layer.l]\npackages = [\"requests\", \"urllib3\", \"idna\", \"certifi\", \"charset-normalizer\"]\n",
            ),
            (
                "requests over two layers",
                "layers = [\"l\", \"m\"]\n[layer.l]\npackages = [\"requests\", \"urllib3\"]\n[layer.m]\npackages = [\"idna\"]\n",
            ),
            (
                "requests on EFS",
                "[efs]\npackages = [\"requests\", \"urllib3\", \"idna\", \"certifi\", \"charset-normalizer\"]\n",
            ),
            ("one dependency on EFS", "[efs]\npackages = [\"idna\"]\n"),
            ("urllib3 left to the runtime", "[left-out]\nurllib3 = { provided_by = \"runtime\" }\n"),
            ("idna left out", "[left-out]\nidna = { because = \"a try\" }\n"),
            ("certifi left out", "[left-out]\ncertifi = { because = \"a try\" }\n"),
            ("charset-normalizer left out", "[left-out]\ncharset-normalizer = { because = \"a try\" }\n"),
            (
                "a layer that PYTHONPATH drops",
                "environment = { PYTHONPATH = \"/mnt/x\" }\nlayers = [\"l\"]\n[layer.l]\npackages = [\"requests\"]\n",
            ),
            (
                "a layer that PYTHONPATH names",
                "environment = { PYTHONPATH = \"/opt/python\" }\nlayers = [\"l\"]\n[layer.l]\npackages = [\"requests\"]\n",
            ),
            (
                "EFS that PYTHONPATH does not name",
                "environment = { PYTHONPATH = \"/opt/python\" }\n[efs]\npackages = [\"requests\"]\n",
            ),
            (
                "an empty PYTHONPATH and a layer",
                "environment = { PYTHONPATH = \"\" }\nlayers = [\"l\"]\n[layer.l]\npackages = [\"certifi\"]\n",
            ),
        ],
    );
    let edited: &[(&str, &str)] = app!(
        "import os, sys\nsys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), 'vendor'))\nimport requests"
    );
    let vendor = Row { packages: "web", folder: "vendor", files: requests, ..ROW };
    rows.extend([
        Row { name: "vendor/ in the zip as it is", is_zip: true, ..vendor.clone() },
        Row { name: "vendor/ that the handler puts on sys.path", is_zip: true, files: edited, ..vendor.clone() },
        Row { name: "vendor/ packed at the root", ..vendor.clone() },
        Row { name: "vendor/ kept", plan: "[pack]\nkeep_folders = true\n", ..vendor.clone() },
        Row {
            name: "vendor/ kept, beside a layer",
            plan: "layers = [\"l\"]\n[layer.l]\npackages = [\"idna\"]\n[pack]\nkeep_folders = true\n",
            ..vendor.clone()
        },
        Row {
            name: "vendor/ kept, and a PYTHONPATH that forgets it",
            plan: "environment = { PYTHONPATH = \"/opt/python\" }\n[pack]\nkeep_folders = true\n",
            ..vendor
        },
    ]);
    rows
}

fn namespaces() -> Vec<Row> {
    let mut rows = set(
        "google",
        app!("from google.cloud import storage"),
        &[
            ("google-cloud-storage in the function", ""),
            (
                "google's namespace over function and layer",
                "layers = [\"l\"]\n[layer.l]\npackages = [\"google-cloud-storage\", \"google-auth\"]\n",
            ),
            ("google's namespace over function and EFS", "[efs]\npackages = [\"protobuf\", \"google-cloud-core\"]\n"),
            ("google-cloud-core left out", "[left-out]\ngoogle-cloud-core = { because = \"a try\" }\n"),
            ("google-cloud-storage left out", "[left-out]\ngoogle-cloud-storage = { because = \"a try\" }\n"),
            ("google-auth left out", "[left-out]\ngoogle-auth = { because = \"a try\" }\n"),
            ("google-resumable-media left out", "[left-out]\ngoogle-resumable-media = { because = \"a try\" }\n"),
        ],
    );
    rows.extend(set(
        "google",
        app!("import google.protobuf.timestamp_pb2"),
        &[
            ("protobuf left out", "[left-out]\nprotobuf = { because = \"a try\" }\n"),
            (
                "protobuf alone",
                "[left-out]\ngoogle-auth = { because = \"a try\" }\nrequests = { because = \"a try\" }\n",
            ),
        ],
    ));
    let mine: &[(&str, &str)] = &[
        ("app.py", "import ruamel.yaml\nimport ruamel.mine\ndef handler(event, context):\n    return 1\n"),
        ("ruamel/mine.py", ""),
    ];
    rows.extend(set(
        "yaml",
        app!("import ruamel.yaml"),
        &[
            ("a namespace made by a .pth file", ""),
            ("a namespace of a .pth file in a layer", "layers = [\"l\"]\n[layer.l]\npackages = [\"ruamel.yaml\"]\n"),
            ("a namespace of a .pth file on EFS", "[efs]\npackages = [\"ruamel-yaml\"]\n"),
        ],
    ));
    rows.extend(set(
        "yaml",
        mine,
        &[
            ("a namespace shared with your own", ""),
            (
                "a namespace that a .pth file pins to a layer",
                "layers = [\"l\"]\n[layer.l]\npackages = [\"ruamel-yaml\", \"ruamel-yaml-clib\"]\n",
            ),
            ("a namespace over EFS and function", "[efs]\npackages = [\"ruamel-yaml\", \"ruamel-yaml-clib\"]\n"),
        ],
    ));
    rows.extend(set(
        "telemetry",
        app!("from opentelemetry.sdk.trace import TracerProvider"),
        &[
            ("opentelemetry in the function", ""),
            (
                "opentelemetry over function and layer",
                "layers = [\"l\"]\n[layer.l]\npackages = [\"opentelemetry-sdk\"]\n",
            ),
            ("importlib-metadata left out", "[left-out]\nimportlib-metadata = { because = \"a try\" }\n"),
            ("zipp left out", "[left-out]\nzipp = { because = \"a try\" }\n"),
            ("deprecated left out", "[left-out]\ndeprecated = { because = \"a try\" }\n"),
            ("wrapt left out", "[left-out]\nwrapt = { because = \"a try\" }\n"),
        ],
    ));
    rows
}

fn native() -> Vec<Row> {
    let mut rows = set(
        "models",
        app!("from pydantic import BaseModel"),
        &[
            ("pydantic in the function", ""),
            ("pydantic-core in a layer", "layers = [\"l\"]\n[layer.l]\npackages = [\"pydantic-core\"]\n"),
            ("pydantic-core left out", "[left-out]\npydantic-core = { because = \"a try\" }\n"),
            ("annotated-types left out", "[left-out]\nannotated-types = { because = \"a try\" }\n"),
            ("typing-extensions left out", "[left-out]\ntyping-extensions = { because = \"a try\" }\n"),
        ],
    );
    rows.push(Row {
        name: "pydantic-core of another Python",
        packages: "other:models",
        files: app!("from pydantic import BaseModel"),
        ..ROW
    });
    rows.extend(set(
        "crypto",
        app!("from cryptography.fernet import Fernet"),
        &[
            ("cryptography in the function", ""),
            ("cryptography on EFS", "[efs]\npackages = [\"cryptography\", \"cffi\", \"pycparser\"]\n"),
            ("pycparser left out", "[left-out]\npycparser = { because = \"a try\" }\n"),
            ("cryptography left out", "[left-out]\ncryptography = { because = \"a try\" }\n"),
        ],
    ));
    rows.extend(set("pages", app!("import jinja2, yaml"), &[
        ("jinja2 and yaml in the function", ""),
        ("markupsafe left out", "[left-out]\nmarkupsafe = { because = \"a try\" }\n"),
        ("yaml on EFS", "[efs]\npackages = [\"pyyaml\"]\n"),
        ("yaml on EFS, markupsafe in a layer that PYTHONPATH drops", "environment = { PYTHONPATH = \"/mnt/packages\" }\nlayers = [\"l\"]\n[layer.l]\npackages = [\"markupsafe\"]\n[efs]\npackages = [\"pyyaml\"]\n"),
    ]));
    rows
}

fn tools() -> Vec<Row> {
    let layer = "layers = [\"l\"]\n[layer.l]\npackages = [\"setuptools\"]\n";
    let dropped =
        "environment = { PYTHONPATH = \"/opt/python\" }\nlayers = [\"l\"]\n[layer.l]\npackages = [\"setuptools\"]\n";
    let efs = "[efs]\npackages = [\"setuptools\"]\n";
    let mut rows = set(
        "tools",
        app!("import distutils.version"),
        &[
            ("distutils with setuptools in the function", ""),
            ("distutils with setuptools in a layer", layer),
            ("distutils with setuptools in a layer whose .pth is not read", dropped),
            ("distutils with setuptools on EFS", efs),
        ],
    );
    rows.extend(set(
        "tools",
        app!("import setuptools\nimport distutils.version"),
        &[("distutils once setuptools is imported from EFS", efs)],
    ));
    rows.extend(set("tools", app!("import pkg_resources"), &[("pkg_resources", "")]));
    rows.push(Row { name: "distutils without setuptools", files: app!("import distutils.version"), ..ROW });
    rows
}

fn data() -> Vec<Row> {
    set(
        "dates",
        app!("import zoneinfo, pytz, dateutil.tz"),
        &[
            ("dates in the function", ""),
            ("tzdata left out, which is data alone", "[left-out]\ntzdata = { because = \"a try\" }\n"),
            ("pytz left out", "[left-out]\npytz = { because = \"a try\" }\n"),
            (
                "dateutil and six left to the runtime",
                "[left-out]\npython-dateutil = { provided_by = \"runtime\" }\nsix = { provided_by = \"runtime\" }\n",
            ),
            ("six left out, and the runtime has it", "[left-out]\nsix = { because = \"a try\" }\n"),
        ],
    )
}

const LIBRARY: &[(&str, &str)] = &[
    ("app.py", "import mine.tests.data\ndef handler(event, context):\n    return 1\n"),
    ("mine/__init__.py", ""),
    ("mine/tests/__init__.py", ""),
    ("mine/tests/data.py", ""),
];

fn own() -> Vec<Row> {
    let row = |name, files| Row { name, files, pythons: NEW, ..ROW };
    const SRC: &[(&str, &str)] = &[
        ("app.py", "import mine\ndef handler(event, context):\n    return 1\n"),
        ("src/mine/__init__.py", "from . import part\n"),
        ("src/mine/part.py", ""),
    ];
    const WITH_PATH_FILE: &[(&str, &str)] = &[SRC[0], SRC[1], SRC[2], ("mine.pth", "src\n")];
    const FOLDER: &[(&str, &str)] =
        &[("src/app.py", "from . import helper\ndef handler(event, context):\n    return 1\n"), ("src/helper.py", "")];
    const DOTTED: &[(&str, &str)] = &[
        ("src/app.py", "import src.helper.deep\ndef handler(event, context):\n    return 1\n"),
        ("src/helper.py", ""),
    ];
    vec![
        row("an empty handler's imports", app!("import json, asyncio, xml.etree.ElementTree")),
        row("a module that nobody has", app!("import absent.deep")),
        row("a missing module after a good one", app!("import json\nfrom absent import thing")),
        row("a try that catches", app!("try:\n    import absent\nexcept ImportError:\n    absent = None")),
        row(
            "a try whose second choice is missing too",
            app!("try:\n    import absent\nexcept ImportError:\n    import nowhere"),
        ),
        row(
            "a try whose second choice is there",
            app!("try:\n    import absent\nexcept ImportError:\n    import json as absent"),
        ),
        row(
            "a try that raises again",
            app!("try:\n    import absent\nexcept ImportError as error:\n    print(error)\n    raise"),
        ),
        row("a try that catches something else", app!("try:\n    import absent\nexcept KeyError:\n    pass")),
        row("suppress", app!("from contextlib import suppress\nwith suppress(ImportError):\n    import absent")),
        Row {
            pythons: BOTH,
            ..row(
                "what the version decides",
                app!(
                    "import sys\nif sys.version_info >= (3, 11):\n    import tomllib\nelse:\n    import tomli as tomllib"
                ),
            )
        },
        row(
            "what the system decides",
            app!(
                "import sys, os\nif sys.platform == 'win32':\n    import absent\nif os.name != 'posix':\n    import absent"
            ),
        ),
        row("what type checkers see", app!("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import absent")),
        row("what a function imports", app!("def later():\n    import absent")),
        row("what runs only as a program", app!("if __name__ == '__main__':\n    import absent")),
        row("a loop over names", app!("for name in ('json', 'absent'):\n    __import__(name)")),
        row("import_module of a text", app!("import importlib\nimportlib.import_module('absent.part')")),
        row("a module of a module", app!("import colorsys\nimport json.absent")),
        row(
            "your own of a standard name",
            &[
                ("app.py", "from colorsys import mine\ndef handler(event, context):\n    return mine\n"),
                ("colorsys.py", "mine = 1\n"),
            ],
        ),
        row(
            "a package beside a module of its name",
            &[
                ("app.py", "import x.inner\ndef handler(event, context):\n    return 1\n"),
                ("x.py", ""),
                ("x/__init__.py", ""),
                ("x/inner.py", ""),
            ],
        ),
        row(
            "a module beats a namespace",
            &[
                ("app.py", "import x.inner\ndef handler(event, context):\n    return 1\n"),
                ("x.py", ""),
                ("x/inner.py", ""),
            ],
        ),
        row("sources in src/ without a .pth file", SRC),
        row("sources in src/ with a .pth file", WITH_PATH_FILE),
        Row { handler: "src/app.handler", ..row("a handler in a folder", FOLDER) },
        Row { handler: "src.app.handler", ..row("a handler in a folder, with dots", DOTTED) },
        Row { handler: "app.absent", ..row("a function that is not there", app!("import json")) },
        Row { handler: "absent.handler", ..row("a module that is not there", app!("import json")) },
        Row { handler: "handler", ..row("a handler without a dot", app!("import json")) },
        Row {
            handler: "time.handler",
            ..row(
                "a handler named like a built-in module",
                &[("time.py", "def handler(event, context):\n    return 1\n")],
            )
        },
        Row {
            handler: "my-app.handler",
            ..row(
                "a handler with a dash",
                &[("my-app.py", "import json\ndef handler(event, context):\n    return 1\n")],
            )
        },
        row(
            "a circle of imports",
            &[
                ("app.py", "import one\ndef handler(event, context):\n    return 1\n"),
                ("one.py", "import two\n"),
                ("two.py", "import one\nimport absent\n"),
            ],
        ),
        row("tests that are imported", LIBRARY),
        Row { plan: "[slim]\nrules = [\"tests\"]\n", ..row("tests that are imported and slimmed", LIBRARY) },
    ]
}

fn sdk() -> Vec<Row> {
    let mut rows =
        set("", app!("import boto3, botocore.client, urllib3, dateutil.tz, six"), &[("the runtime's SDK alone", "")]);
    rows.extend(set("aws", app!("import boto3"), &[
        ("the SDK in the function", ""),
        ("the SDK left to the runtime", "[left-out]\nboto3 = { provided_by = \"runtime\" }\nbotocore = { provided_by = \"runtime\" }\ns3transfer = { provided_by = \"runtime\" }\njmespath = { provided_by = \"runtime\" }\n"),
        ("the SDK on EFS", "[efs]\npackages = [\"boto3\", \"botocore\", \"s3transfer\", \"jmespath\"]\n"),
    ]));
    rows
}

const STORY: &[(&str, &str)] = &[(
    "main.py",
    "import requests\nimport pandas\nfrom sklearn.linear_model import LinearRegression\n\
     def handler(event, context):\n    return 1\n",
)];

/// The rows of the story that end in a missing module, and the one that ran. What is light lies in `vendor/`.
fn story() -> Vec<Row> {
    let row =
        Row { pythons: OLD, packages: "corpus:seed", folder: "vendor", files: STORY, handler: "main.handler", ..ROW };
    let whole =
        Row { packages: "corpus:today", pythons: NEW, folder: "", files: &[], handler: "app.handler", ..row.clone() };
    vec![
        Row { name: "story 4: light ones in vendor/", is_zip: true, told: Some("requests"), ..row.clone() },
        Row {
            name: "story 5: PYTHONPATH=/var/task/vendor",
            told: Some("pandas"),
            plan: "environment = { PYTHONPATH = \"/var/task/vendor\" }\nlayers = [\"p\", \"n\", \"s\"]\n[layer.p]\npackages = [\"pandas\"]\n[layer.n]\npackages = [\"numpy\"]\n[layer.s]\npackages = [\"scikit-learn\"]\n[left-out]\nscipy = { because = \"forgotten\" }\njoblib = { because = \"forgotten\" }\nthreadpoolctl = { because = \"forgotten\" }\n[pack]\nkeep_folders = true\n",
            ..row.clone()
        },
        Row {
            name: "story 6: PYTHONPATH=/var/task/vendor:/opt/python",
            told: Some("scipy"),
            plan: "environment = { PYTHONPATH = \"/var/task/vendor:/opt/python\" }\nlayers = [\"p\", \"n\", \"s\"]\n[layer.p]\npackages = [\"pandas\"]\n[layer.n]\npackages = [\"numpy\"]\n[layer.s]\npackages = [\"scikit-learn\"]\n[left-out]\nscipy = { because = \"forgotten\" }\njoblib = { because = \"forgotten\" }\nthreadpoolctl = { because = \"forgotten\" }\n[pack]\nkeep_folders = true\n",
            ..row.clone()
        },
        Row {
            name: "story 7: scipy as one more layer",
            told: Some("joblib"),
            plan: "environment = { PYTHONPATH = \"/var/task/vendor:/opt/python\" }\nlayers = [\"p\", \"n\", \"s\", \"y\"]\n[layer.p]\npackages = [\"pandas\"]\n[layer.n]\npackages = [\"numpy\"]\n[layer.s]\npackages = [\"scikit-learn\"]\n[layer.y]\npackages = [\"scipy\"]\n[left-out]\njoblib = { because = \"forgotten\" }\nthreadpoolctl = { because = \"forgotten\" }\n[pack]\nkeep_folders = true\n",
            ..row.clone()
        },
        Row {
            name: "story 8: everything on EFS",
            told: Some(""),
            plan: "mount = \"/mnt/python_modules\"\nenvironment = { PYTHONPATH = \"/mnt/python_modules\" }\n[efs]\npackages = [\"requests\", \"pandas\", \"numpy\", \"scikit-learn\", \"scipy\", \"joblib\", \"threadpoolctl\", \"urllib3\", \"idna\", \"certifi\", \"charset-normalizer\", \"pytz\", \"tzdata\", \"python-dateutil\", \"six\"]\n",
            ..row.clone()
        },
        Row {
            name: "the story's bundle with both slimmings",
            plan: "[left-out]\nboto3 = { provided_by = \"runtime\" }\nbotocore = { provided_by = \"runtime\" }\ns3transfer = { provided_by = \"runtime\" }\njmespath = { provided_by = \"runtime\" }\n[slim]\nrules = [\"tests\"]\n",
            ..row.clone()
        },
        Row { name: "pandas without pytz", plan: "[left-out]\npytz = { because = \"a try\" }\n", ..row },
        Row { name: "today's bundle in one function", ..whole.clone() },
        Row {
            name: "today's bundle over layers",
            plan: "layers = [\"a\", \"b\"]\n[layer.a]\npackages = [\"numpy\", \"pandas\"]\n[layer.b]\npackages = [\"scipy\"]\n",
            ..whole.clone()
        },
        Row { name: "today's bundle without tests", plan: "[slim]\nrules = [\"tests\"]\n", ..whole.clone() },
        Row {
            name: "today's bundle without narwhals",
            plan: "[left-out]\nnarwhals = { because = \"a try\" }\n",
            ..whole
        },
    ]
}
