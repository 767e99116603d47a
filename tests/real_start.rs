//! Functions are started in AWS's own Python runtime client, and bayplan's verdict must say what the client says.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]

#[path = "support/runtime.rs"]
mod runtime;

use std::path::Path;

use runtime::{Outcome, Start};

const TELLS_ITS_PATH: &str = "import sys\nimport boto3\ndef handler(event, context):\n    return sys.path\n";

fn write(folder: &Path, file: &str, text: &str) {
    let path = folder.join(file);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

fn start(python: &'static str, task: &Path) -> Start {
    let handler = "app.handler".to_owned();
    Start { python, task: task.to_owned(), opt: None, efs: None, environment: Vec::new(), handler }
}

#[test]
fn the_client_is_started_with_the_search_path_of_the_managed_runtime() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "task/app.py", TELLS_ITS_PATH);
    for python in ["3.10", "3.13"] {
        write(folder.path(), &format!("opt/python/lib/python{python}/site-packages/layered.py"), "");
    }
    let (task, opt) = (folder.path().join("task"), Some(folder.path().join("opt")));
    let paths = |python: &'static str, set: Option<&str>| -> Vec<String> {
        let environment = set.map(|path| ("PYTHONPATH".to_owned(), path.to_owned())).into_iter().collect();
        match (Start { environment, opt: opt.clone(), ..start(python, &task) }).run() {
            Outcome::Answered(answer) => serde_json::from_value(answer).unwrap(),
            failed => panic!("{failed:?}"),
        }
    };
    let own = |python: &str| {
        let [lib, zip] = [format!("/var/lang/lib/python{python}"), format!("python{}.zip", python.replace('.', ""))];
        [format!("/var/lang/lib/{zip}"), lib.clone(), format!("{lib}/lib-dynload"), format!("{lib}/site-packages")]
    };
    let with = |first: &[&str], python: &str| -> Vec<String> {
        first.iter().map(|&part| part.to_owned()).chain(own(python)).collect()
    };
    let layers = |python: &str| format!("/opt/python/lib/python{python}/site-packages");
    let old = with(&["/var/task", &layers("3.10"), "/opt/python", "/var/runtime"], "3.10");
    assert_eq!(paths("3.10", None), old);
    let language = "/var/lang/lib/python3.13/site-packages";
    let new = with(&["/var/task", &layers("3.13"), "/opt/python", language, "/var/runtime"], "3.13");
    assert_eq!(paths("3.13", None), new);
    let set = with(&["/var/task", "/var/runtime", "/mnt/a", "/b"], "3.10");
    assert_eq!(paths("3.10", Some("/mnt/a:/b")), set);
}

#[test]
fn what_the_client_cannot_import_it_names() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "app.py", "import absent\ndef handler(event, context):\n    return 1\n");
    let message = "Unable to import module 'app': No module named 'absent'".to_owned();
    let failed = Outcome::Failed { kind: "Runtime.ImportModuleError".to_owned(), message };
    assert_eq!(start("3.13", folder.path()).run(), failed);
}
