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
fn each_rule_is_looked_at_by_a_test() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    let sources = files.filter(|path| path.extension().is_some_and(|ending| ending == "rs"));
    let tests: String = sources.map(|path| std::fs::read_to_string(path).unwrap()).collect();
    for (id, _) in bayplan::verdict::rules() {
        assert!(tests.contains(&format!("\"{id}\"")), "no test looks at {id}");
    }
}

/// Errors as AWS, its tools and the runtimes word them, each with the known error that it is.
const TEXTS: &[(&str, &str)] = &[
    ("Request must be smaller than 69905067 bytes for the UpdateFunctionCode operation", "request-too-large"),
    ("Request must be smaller than 70167211 bytes for the PublishLayerVersion operation", "request-too-large"),
    ("Request must be smaller than 70167211 bytes for the CreateFunction operation", "request-too-large"),
    ("Zipped size must be smaller than 52428800 bytes", "zipped-too-large"),
    ("('Connection aborted.', BrokenPipeError(32, 'Broken pipe'))", "connection-broken"),
    ("Unzipped size must be smaller than 262144000 bytes", "unzipped-too-large"),
    ("Unzipped size must be smaller than 85207199 bytes", "unzipped-too-large"),
    (
        "Function code combined with layers exceeds the maximum allowed size of 262144000 bytes. The actual size is 349762174 bytes.",
        "code-and-layers-too-large",
    ),
    ("Layers consume more than the available size of 262144000 bytes", "layers-too-large"),
    ("Cannot reference more than 5 layers.", "too-many-layers"),
    (
        "Two different versions of the same layer are not allowed to be referenced in the same function. arn:aws:lambda:eu-west-1:123456789012:layer:a:1 and arn:aws:lambda:eu-west-1:123456789012:layer:a:2 are versions of the same layer.",
        "layer-twice",
    ),
    ("Layer version arn:aws:lambda:eu-west-1:123456789012:layer:a:9 does not exist.", "layer-missing"),
    (
        "Layers are not in the same region as the function. Layers are expected to be in region eu-west-1.",
        "layer-region",
    ),
    (
        "User: arn:aws:iam::123456789012:user/x is not authorized to perform: lambda:GetLayerVersion on resource: arn:aws:lambda:eu-west-1:1:layer:a:1 because no resource-based policy allows the lambda:GetLayerVersion action",
        "layer-not-shared",
    ),
    ("Could not unzip uploaded file. Please check your file, then try to upload again.", "not-a-zip"),
    (
        "Lambda was unable to configure your environment variables because the environment variables you have provided exceeded the 4KB limit. String measured: {\"A\":\"B\"}",
        "environment-too-large",
    ),
    ("CodeStorageExceededException: Code storage limit exceeded.", "storage-full"),
    (
        "EFSMountFailureException: The function could not mount the EFS file system with access point arn:aws:elasticfilesystem:eu-west-1:1:access-point/fsap-0.",
        "efs-not-mounted",
    ),
    ("The function couldn't connect to the Amazon EFS file system with access point arn:aws:x", "efs-not-mounted"),
    ("Runtime.ImportModuleError: Unable to import module 'main': No module named 'requests'", "module-missing"),
    ("No module named 'pydantic_core._pydantic_core'", "module-missing"),
    ("Error: Cannot find module '@aws-sdk/client-s3'", "module-missing-node"),
    ("Unable to import module 'app': bad magic number", "module-broken"),
    ("/lib64/libc.so.6: version `GLIBC_2.28' not found (required by /var/task/x.so)", "glibc-too-new"),
    ("/var/task/regex/_regex.so: invalid ELF header", "wrong-format"),
    ("libscipy_openblas64_-4b78795a.so: cannot open shared object file: No such file or directory", "library-missing"),
    ("libscipy_openblas.so: ELF load command address/offset not page-aligned", "stripped"),
    ("ELF load command address/offset not properly aligned", "stripped"),
    (
        "importlib.metadata.PackageNotFoundError: No package metadata was found for opentelemetry-api",
        "metadata-missing",
    ),
    ("PermissionError: [Errno 13] Permission denied: '/var/task/app.py'", "not-readable"),
];

fn id_of(text: &str) -> String {
    let (code, told, said) = explain(&[text]);
    assert_eq!(code, 0, "{text}: {said}");
    told.lines().next().unwrap_or_default().to_owned()
}

#[test]
fn every_error_is_understood_as_users_paste_it() {
    for (text, id) in TEXTS {
        assert_eq!(id_of(text), *id, "{text}");
        let wrapped = format!(
            "An error occurred (InvalidParameterValueException) when calling the UpdateFunctionCode operation: {text} (Service: Lambda, Status Code: 400, Request ID: 7f1c-22) (SDK Attempt Count: 1)"
        );
        assert_eq!(id_of(&wrapped), *id, "in a command's words: {text}");
        let coloured = text.split(' ').map(|word| format!("\u{1b}[31m{word}\u{1b}[0m ")).collect::<String>();
        assert_eq!(id_of(&coloured), *id, "coloured: {text}");
        let letters: Vec<char> = text.chars().collect();
        let broken: String = letters.chunks(20).map(|line| line.iter().collect::<String>() + "\n  ").collect();
        assert_eq!(id_of(&broken), *id, "broken into lines: {text}");
        let boxed: String = letters.chunks(40).map(|line| format!("│ {}\n", line.iter().collect::<String>())).collect();
        assert_eq!(id_of(&format!("╷\n│ Error: {}╵", boxed.trim_start_matches("│ "))), *id, "in a box: {text}");
        let stamped = letters.chunks(40).map(|line| line.iter().collect::<String>());
        let stamped: String = stamped.map(|line| format!("2026-11-23T10:00:00.1234567Z {line}\n")).collect();
        assert_eq!(id_of(&stamped), *id, "with time stamps: {text}");
        let json = serde_json::json!({ "errorMessage": text, "errorType": "Runtime.ImportModuleError" }).to_string();
        assert_eq!(id_of(&json), *id, "as JSON: {text}");
        assert_eq!(id_of(&text.replace('\'', "&#39;")), *id, "as HTML: {text}");
    }
}

/// A pipeline's log of ten thousand lines, with one error in its middle and another near its end.
#[test]
fn a_whole_log_is_read_and_its_errors_are_named() {
    let mut lines: Vec<String> =
        (0..10_000).map(|line| format!("2026-11-23T10:00:00Z step {line}: {}", "ok ".repeat(40))).collect();
    lines[5_000] = "\u{1b}[31mResource handler returned message: \"Unzipped size must be".to_owned();
    lines.insert(5_001, "2026-11-23T10:00:00Z     smaller than 85207199 bytes (Service: Lambda)\"\u{1b}[0m".to_owned());
    lines.insert(9_000, "Cannot reference more than 5 layers.".to_owned());
    let mut command = Command::cargo_bin("bayplan").unwrap();
    let output = command.args(["explain", "-"]).write_stdin(lines.join("\n")).output().unwrap();
    let told = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0), "{told}");
    assert!(told.starts_with("unzipped-too-large\n") && told.contains("85 207 199 bytes are what"), "{told}");
    assert!(told.contains("Also in the text: too-many-layers; bayplan explain"), "{told}");
}

#[test]
fn the_odd_numbers_are_told() {
    let told = |text: &str| explain(&[text]).1.replace('\n', " ");
    let left = told("Unzipped size must be smaller than 85207199 bytes");
    assert!(
        left.contains("85 207 199 bytes are what the attached layers leave: they take 168.7 MB (176 936 801 bytes)")
    );
    let request = told("Request must be smaller than 69905067 bytes");
    assert!(request.contains("so a zip of at most 52 428 799 bytes fits"), "{request}");
    let joint = told(
        "Function code combined with layers exceeds the maximum allowed size of 262144000 bytes. The actual size is 349762174 bytes.",
    );
    assert!(joint.contains("349 762 174 bytes are 83.6 MB (87 618 174 bytes) over the 262 144 000"), "{joint}");
}

#[test]
fn with_a_bundle_the_package_is_named() {
    let told = |text: &str| explain(&[text, "demo:"]).1.replace('\n', " ");
    let module = told("Unable to import module 'main': No module named 'sklearn'");
    assert!(module.contains("In demo: sklearn is part of scikit-learn 1.2.2; it is in the function."), "{module}");
    let sizes = told("Unzipped size must be smaller than 262144000 bytes");
    assert!(sizes.contains("370 064 218 of 262 144 000 bytes") && sizes.contains("scipy 1.10.1 114.2 MB"), "{sizes}");
    let missing = told("No module named 'torch'");
    assert!(missing.contains("No package of the bundle holds torch."), "{missing}");
    assert_eq!(explain(&["No module named 'torch'", "/nowhere"]).0, 2, "a bundle that cannot be read");
}

#[test]
fn what_is_not_known_says_so_and_names_what_comes_near() {
    let (code, nothing, said) = explain(&["something about layers went wrong \u{1b}[2J"]);
    assert_eq!((code, nothing.as_str()), (2, ""));
    assert!(said.starts_with("error: not known: \"something about layers went wrong") && said.contains("near it: "));
    assert!(!said.contains('\u{1b}'), "nothing raw reaches the terminal");
}

/// The name of an error says less than its text, and AWS has one name for several.
#[test]
fn the_name_of_an_error_asks_for_the_line_that_it_stands_in() {
    let refused = |arguments: &[&str], words: &[&str]| {
        let (code, _, said) = explain(arguments);
        assert!(code == 2 && words.iter().all(|word| said.contains(word)), "{said}");
    };
    let paste = "paste the whole line";
    refused(&["RequestEntityTooLargeException"], &["no error's text", "request-too-large, zipped-too-large", paste]);
    refused(&["Runtime.ImportModuleError"], &["it may be module-missing", paste]);
    refused(&["size.jiont"], &["no rule \"size.jiont\"; near it: size.joint"]);
    refused(&["size.joint", "nowhere"], &["size.joint is a rule; bayplan check nowhere"]);
    let (_, ways, _) = explain(&["Request must be smaller than 69905067 bytes"]);
    assert!(ways.contains("\n3. Upload the zip") && ways.contains("\n   "), "{ways}");
}
