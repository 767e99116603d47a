//! `bayplan explain`: every rule that a verdict names can be looked up, and a mistyped id finds its neighbours.

#![allow(clippy::unwrap_used)]

use assert_cmd::Command;

fn explain(arguments: &[&str]) -> (i32, String, String) {
    let output = Command::cargo_bin("bayplan").unwrap().arg("explain").args(arguments).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
}

#[test]
fn each_rule_is_explained_in_the_words_of_the_check() {
    let (code, listed, _) = explain(&[]);
    assert_eq!(code, 0);
    for (id, title) in bayplan::verdict::rules() {
        let line = listed.lines().find(|line| line.starts_with(&format!("{id} ")));
        assert!(line.unwrap_or_else(|| panic!("{id} is not listed")).ends_with(title));
        let explanation = bayplan::verdict::explain(id).unwrap_or_else(|| panic!("{id} is not explained"));
        for sentence in [explanation.means, explanation.cure] {
            assert!(sentence.ends_with(['.', '…']), "{id}: {sentence}");
        }
    }
    let (code, told, _) = explain(&["size.joint"]);
    assert_eq!(code, 0);
    assert!(told.starts_with("size.joint: function + layers are below 250 MB unzipped\n"), "{told}");
    assert!(told.contains("→ Leave packages out") && told.contains("Source: Lambda quotas"), "{told}");
}

#[test]
fn a_direct_upload_is_explained_to_the_byte_for_each_call() {
    let told = explain(&["upload.direct"]).1;
    for line in ["UpdateFunctionCode: 52 428 799 bytes (52 428 786 until November 2023)", "below 52 428 700 bytes"] {
        assert!(told.contains(line), "{told}");
    }
}

#[test]
fn an_unknown_rule_names_those_near_it() {
    let (code, nothing, said) = explain(&["size.jiont"]);
    assert_eq!((code, nothing.as_str()), (2, ""));
    assert_eq!(said, "error: no rule \"size.jiont\"; near it: size.joint\n");
    assert_eq!(explain(&["zebra"]).2, "error: no rule \"zebra\"; bayplan explain lists them\n");
}

#[test]
fn each_rule_is_judged_in_a_test_of_verdicts() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    let judging = files.filter(|path| path.file_name().unwrap().to_string_lossy().starts_with("verdict"));
    let tests: String = judging.map(|path| std::fs::read_to_string(path).unwrap()).collect();
    for (id, _) in bayplan::verdict::rules() {
        assert!(tests.contains(&format!("\"{id}\"")), "no test of verdicts looks at {id}");
    }
}
