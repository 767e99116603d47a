//! What `bayplan export` writes is what the tools that deploy take, and says what the plan says. Each judge is fed
//! something broken too, so that it is known to be able to fail.
//!
//! All cases of `tests/support/deployments.rs` go through the judges of every tool's text, in both shapes; some of them
//! are deployed. What was judged is written as a table into `target/exports`, which `.ci/run` prints.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]

#[path = "support/bundles.rs"]
mod bundles;
#[path = "support/deployments.rs"]
mod deployments;
#[path = "support/meaning.rs"]
mod meaning;
#[path = "support/moto.rs"]
mod moto;
#[path = "support/real.rs"]
mod real;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::LazyLock;

use deployments::{CASES, Packed};
use meaning::Meaning;
use moto::Moto;
use rayon::prelude::*;
use real::{text, tool};
use serde_json::{Value, json};

const REGION: &str = "eu-west-1";
const ROLE: &str = "arn:aws:iam::123456789012:role/bayplan";
/// The translator itself takes the parameter out that names the alias.
const UNUSED: &str = "W2001";
const BUCKET: &str = "bayplan-artifacts";

/// Every case, packed once for all tests.
static ALL: LazyLock<(tempfile::TempDir, Vec<Packed>)> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    let packed = CASES.iter().map(|case| case.pack(folder.path())).collect();
    (folder, packed)
});

fn all() -> &'static [Packed] {
    &ALL.1
}

/// Those that are deployed for real, where each takes its time: Python and Node, each with no layer, one and five, with and
/// without EFS and somebody else's layer, direct and through S3, on both machines; unfriendly, with SnapStart. The judges
/// of text see them all.
fn deployed() -> impl Iterator<Item = &'static Packed> {
    const NAMES: [&str; 9] = [
        "py-one-s3",
        "py_five_arm",
        "py-one-foreign-efs",
        "py-none-efs",
        "py-hostile",
        "py-snapstart",
        "node-none-direct",
        "node-one-arm",
        "node-five-foreign-efs",
    ];
    all().iter().filter(|packed| NAMES.contains(&packed.case.name))
}

/// A tool of `.ci/run`, below `target/real-tools`.
fn installed(below: &str) -> PathBuf {
    let folder = std::env::var_os("BAYPLAN_TOOLS").expect("BAYPLAN_TOOLS names the folder of real tools");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder).join(below);
    assert!(path.exists(), "{} is missing: .ci/run installs it", path.display());
    path
}

fn source(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(name)
}

fn run(command: &mut Command) -> Output {
    command.output().unwrap_or_else(|error| panic!("{command:?} cannot be started: {error}"))
}

fn said(output: &Output) -> String {
    text(&output.stdout) + &text(&output.stderr)
}

fn file_with(path: &Path, from: &str, to: &str) -> PathBuf {
    let text = std::fs::read_to_string(path).unwrap();
    assert!(text.contains(from), "{} has no {from}", path.display());
    let broken = path.with_file_name(format!("broken-{}", path.file_name().unwrap().to_str().unwrap()));
    std::fs::write(&broken, text.replace(from, to)).unwrap();
    broken
}

/// Says what stood before a tool's judges: all cases before the first, those that are deployed also before the others.
fn table(tool: &str, judged: &str, tried: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/exports");
    std::fs::create_dir_all(&folder).unwrap();
    let row = |packed: &Packed| {
        let case = packed.case;
        let layers = case.layers + usize::from(case.foreign);
        let is_deployed = deployed().any(|deployed| deployed.case.name == case.name);
        let judged = if is_deployed && !tried.is_empty() { format!("{judged}; {tried}") } else { judged.to_owned() };
        let yes = |yes: bool| if yes { "yes" } else { "-" };
        format!(
            "| {tool:<10} | {:<19} | {:<10} | {:<6} | {layers:^6} | {:^7} | {:^3} | {:<6} | {judged} |\n",
            case.name,
            case.runtime,
            case.architecture,
            yes(case.foreign),
            yes(case.efs),
            case.upload,
        )
    };
    let head = "| tool | plan | runtime | machine | layers | foreign | EFS | upload | held by |\n|---|---|---|---|---|---|---|---|---|\n";
    let rows: String = all().iter().map(row).collect();
    std::fs::write(folder.join(format!("{tool}.md")), format!("{head}{rows}")).unwrap();
}

// --- SAM ---------------------------------------------------------------------------------------------------------

/// The fragment as somebody would take it into a template of theirs.
fn around_fragment(packed: &Packed) -> PathBuf {
    let fragment = packed.export("sam", &["--fragment"]).join("bayplan-fragment.yaml");
    let mut whole = "AWSTemplateFormatVersion: \"2010-09-09\"\nTransform: AWS::Serverless-2016-10-31\n".to_owned();
    whole += &std::fs::read_to_string(&fragment).unwrap();
    whole += &format!("      Role: {ROLE}\n");
    if packed.case.efs {
        whole += "  AccessPoint:\n    Type: AWS::EFS::AccessPoint\n    Properties:\n      FileSystemId: fs-12345678\n";
        whole += "Parameters:\n  SubnetIds:\n    Type: List<AWS::EC2::Subnet::Id>\n";
        whole += "  SecurityGroupIds:\n    Type: List<AWS::EC2::SecurityGroup::Id>\n";
    }
    let path = fragment.with_file_name("around.yaml");
    std::fs::write(&path, whole).unwrap();
    path
}

fn translate(templates: &[PathBuf]) -> Output {
    run(Command::new(installed("sam/bin/python"))
        .arg(source("judge_templates.py"))
        .args(templates)
        .env("AWS_DEFAULT_REGION", REGION))
}

fn lint(templates: &[PathBuf]) -> Output {
    run(Command::new(installed("sam/bin/cfn-lint"))
        .args(["--regions", REGION, "--ignore-checks", UNUSED, "--"])
        .args(templates))
}

fn validate(template: &Path) -> Output {
    let mut command = Command::new(installed("sam/bin/sam"));
    command.args(["validate", "--lint", "--region", REGION, "-t"]).arg(template).env("SAM_CLI_TELEMETRY", "0");
    run(command.env("AWS_ACCESS_KEY_ID", "testing").env("AWS_SECRET_ACCESS_KEY", "testing"))
}

#[test]
fn sam_and_the_translator_and_cfn_lint_take_the_templates() {
    let complete: Vec<PathBuf> = all().iter().map(|packed| packed.export("sam", &[]).join("template.yaml")).collect();
    let fragments: Vec<PathBuf> = all().iter().map(around_fragment).collect();
    let both = [complete.clone(), fragments.clone()].concat();
    let output = translate(&both);
    assert!(output.status.success(), "{}", said(&output));
    let translated: Vec<PathBuf> = both.iter().map(|path| path.with_extension("json")).collect();
    let output = lint(&translated);
    assert!(output.status.success(), "{}", said(&output));
    for (packed, template) in all().iter().cycle().zip(&translated) {
        assert_eq!(Meaning::of_template(template), Meaning::of_plan(packed), "{}", template.display());
    }
    let tried: Vec<PathBuf> = deployed().map(|packed| packed.folder.join("sam/template.yaml")).collect();
    tried.par_iter().for_each(|template| {
        let output = validate(template);
        assert!(output.status.success(), "{}: {}", template.display(), said(&output));
    });
    let with_efs = complete.iter().zip(all()).find(|(_, packed)| packed.case.efs).unwrap().0;
    let broken = file_with(with_efs, "Handler:", "Handel:");
    assert!(!validate(&broken).status.success(), "sam validate takes anything");
    assert!(!translate(&[broken]).status.success(), "the translator takes anything");
    let broken = file_with(with_efs, "/mnt/packages\"", "/mnt/a/b\"");
    assert!(translate(std::slice::from_ref(&broken)).status.success());
    assert!(!lint(&[broken.with_extension("json")]).status.success(), "cfn-lint takes anything");
    table("sam", "translator + cfn-lint, meaning; both shapes", "sam validate --lint");
}

// --- Terraform ---------------------------------------------------------------------------------------------------

struct Network {
    file_system: String,
    subnet: String,
    group: String,
}

fn network(moto: &Moto) -> Network {
    let file_system = moto.aws(&["efs", "create-file-system"])["FileSystemId"].as_str().unwrap().to_owned();
    let subnet = moto.aws(&["ec2", "describe-subnets"])["Subnets"][0]["SubnetId"].as_str().unwrap().to_owned();
    let groups = moto.aws(&["ec2", "describe-security-groups"]);
    let group = groups["SecurityGroups"][0]["GroupId"].as_str().unwrap().to_owned();
    Network { file_system, subnet, group }
}

fn terraform(folder: &Path, arguments: &[&str]) -> Output {
    let settings = folder.join("terraform.rc");
    std::fs::write(&settings, "").unwrap();
    let mut command = Command::new("terraform");
    command.args(arguments).current_dir(folder).env("TF_CLI_CONFIG_FILE", settings).env("CHECKPOINT_DISABLE", "1");
    run(command.env("AWS_ACCESS_KEY_ID", "testing").env("AWS_SECRET_ACCESS_KEY", "testing"))
}

#[track_caller]
fn terraform_does(folder: &Path, arguments: &[&str]) -> Output {
    let output = terraform(folder, arguments);
    assert!(output.status.success(), "terraform {arguments:?}: {}", said(&output));
    output
}

/// Where the provider lies on machines that have one.
fn provider() -> Option<PathBuf> {
    let folder = std::env::var_os("BAYPLAN_TERRAFORM_PLUGINS")?;
    Some(PathBuf::from(folder)).filter(|folder| folder.is_dir())
}

/// Both shapes of cases as modules of one configuration.
fn modules<'a>(moto: &Moto, net: &Network, cases: impl Iterator<Item = &'a Packed>, folder: &Path) {
    let mut root = format!(
        "provider \"aws\" {{\n  region = \"{REGION}\"\n  access_key = \"testing\"\n  secret_key = \"testing\"\n\
         skip_credentials_validation = true\n  skip_requesting_account_id = true\n  skip_metadata_api_check = true\n\
         s3_use_path_style = true\n  endpoints {{\n"
    );
    for service in ["lambda", "s3", "efs", "ec2", "iam", "sts"] {
        root += &format!("    {service} = \"{}\"\n", moto.endpoint());
    }
    root += "  }\n}\n";
    for packed in cases {
        let name = packed.case.name;
        // A module has its provider from above.
        let complete = packed.export("terraform", &[]);
        let main = std::fs::read_to_string(complete.join("main.tf")).unwrap();
        std::fs::write(complete.join("main.tf"), main.replace("provider \"aws\" {\n  region = var.region\n}\n", ""))
            .unwrap();
        root += &format!("module \"{name}\" {{\n  source = \"../{name}/terraform\"\n  region = \"{REGION}\"\n");
        root += &format!("  role_arn = \"{ROLE}\"\n  function_name = \"{name}\"\n");
        if packed.needs_bucket() {
            root += &format!("  bucket = \"{BUCKET}\"\n");
        }
        if packed.case.efs {
            root += &format!(
                "  file_system_id = \"{}\"\n  subnet_ids = [\"{}\"]\n  security_group_ids = [\"{}\"]\n",
                net.file_system, net.subnet, net.group
            );
        }
        root += "}\n";
        packed.export("terraform", &["--fragment"]);
        root += &format!("module \"fragment-{name}\" {{\n  source = \"../{name}/terraform--fragment\"\n");
        root += &format!("  bayplan_region = \"{REGION}\"\n  bayplan_role_arn = \"{ROLE}\"\n");
        if packed.needs_bucket() {
            root += &format!("  bayplan_bucket = \"{BUCKET}\"\n");
        }
        if packed.case.efs {
            root += &format!(
                "  bayplan_vpc = {{\n    subnet_ids = [\"{}\"]\n    security_group_ids = [\"{}\"]\n    \
                 access_point_arn = module.{name}.access_point_arn\n  }}\n",
                net.subnet, net.group
            );
            let more = "output \"access_point_arn\" {\n  value = aws_efs_access_point.packages.arn\n}\n";
            std::fs::write(complete.join("more.tf"), more).unwrap();
        }
        root += "}\n";
    }
    std::fs::create_dir(folder).unwrap();
    std::fs::write(folder.join("main.tf"), root).unwrap();
}

#[test]
fn terraform_formats_validates_applies_and_then_finds_nothing_to_change() {
    let exported: Vec<PathBuf> = all()
        .iter()
        .flat_map(|packed| [packed.export("terraform", &[]), packed.export("terraform", &["--fragment"])])
        .collect();
    let Some(plugins) = provider() else {
        let files =
            exported.iter().flat_map(|folder| ["main.tf", "variables.tf", "bayplan.tf"].map(|name| folder.join(name)));
        let files: Vec<PathBuf> = files.filter(|file| file.exists()).collect();
        let mut command = Command::new("node");
        command.arg(source("judge_hcl.js")).args(&files).env("NODE_PATH", installed("deployers/node_modules"));
        tool(&mut command);
        let broken = file_with(&files[0], "locals {", "locals {{");
        let mut command = Command::new("node");
        command.arg(source("judge_hcl.js")).arg(broken).env("NODE_PATH", installed("deployers/node_modules"));
        assert!(!run(&mut command).status.success(), "hcl2json takes anything");
        table("terraform", "hcl2json: syntax alone, as there is no terraform here", "");
        return;
    };
    for folder in &exported {
        terraform_does(folder, &["fmt", "-check", "-diff"]);
    }
    let moto = Moto::start();
    moto.make_bucket(BUCKET);
    moto.publish_layer("SomebodyElses", &all()[0].folder.join("artifacts/function.zip"));
    let net = network(&moto);
    let plugins = format!("-plugin-dir={}", plugins.display());
    let folder = ALL.0.path().join("terraform-all");
    modules(&moto, &net, all().iter(), &folder);
    terraform_does(&folder, &["init", "-no-color", &plugins]);
    terraform_does(&folder, &["validate", "-no-color"]);
    let folder = ALL.0.path().join("terraform");
    modules(&moto, &net, deployed(), &folder);
    let folder = folder.as_path();
    // The fragments of functions that are deployed twice would meet under one name.
    for packed in deployed() {
        let fragment = packed.folder.join("terraform--fragment/bayplan.tf");
        let text = std::fs::read_to_string(&fragment).unwrap();
        let text = text.replace(
            "bayplan        = jsondecode(file(\"${local.bayplan_folder}/manifest.json\"))",
            "bayplan = merge(jsondecode(file(\"${local.bayplan_folder}/manifest.json\")), { function = \"fragment-${jsondecode(file(\"${local.bayplan_folder}/manifest.json\")).function}\" })",
        );
        std::fs::write(&fragment, text).unwrap();
    }
    terraform_does(folder, &["init", "-no-color", &plugins]);
    terraform_does(folder, &["plan", "-no-color", "-input=false", "-out=first"]);
    assert_planned(&shown(folder, "first"));
    terraform_does(folder, &["apply", "-no-color", "-input=false", "first"]);
    for packed in deployed() {
        let plan = Meaning::of_plan(packed);
        for name in [packed.case.name.to_owned(), format!("fragment-{}", packed.case.name)] {
            assert_eq!(Meaning::of_function(&moto, &name), plan.without_mount(), "{name}");
        }
    }
    assert_no_drift(folder);
    // A second run would change what somebody else changed.
    moto.aws(&["lambda", "update-function-configuration", "--function-name", "py-one-s3", "--timeout", "77"]);
    let drift = terraform(folder, &["plan", "-no-color", "-detailed-exitcode", "-input=false"]);
    assert_eq!(drift.status.code(), Some(2), "terraform sees no drift: {}", said(&drift));
    let broken = folder.join("broken");
    std::fs::create_dir(&broken).unwrap();
    std::fs::write(broken.join("main.tf"), "resource \"aws_lambda_function\" \"x\" {\nhandel = 1\n}\n").unwrap();
    assert!(!terraform(&broken, &["fmt", "-check"]).status.success(), "fmt takes anything");
    terraform_does(&broken, &["init", "-no-color", &plugins]);
    assert!(!terraform(&broken, &["validate"]).status.success(), "validate takes anything");
    table("terraform", "fmt -check, validate; both shapes", "apply, meaning, no drift");
}

/// A saved plan, as JSON.
#[track_caller]
fn shown(folder: &Path, plan: &str) -> Value {
    serde_json::from_str(&text(&terraform_does(folder, &["show", "-json", plan]).stdout)).unwrap()
}

/// What the server forgets of functions, by their addresses: what they mount, and SnapStart.
fn forgotten() -> BTreeMap<String, &'static str> {
    let field = |packed: &'static Packed| match (packed.case.efs, packed.case.snapstart) {
        (true, false) => Some((packed.case.name, "file_system_config")),
        (false, true) => Some((packed.case.name, "snap_start")),
        (false, false) => None,
        (true, true) => panic!("EFS and SnapStart exclude each other"),
    };
    let functions = deployed().filter_map(field).flat_map(|(name, field)| {
        let fragment = format!("module.fragment-{name}.aws_lambda_function.bayplan");
        [(format!("module.{name}.aws_lambda_function.function"), field), (fragment, field)]
    });
    functions.collect()
}

/// What a plan changes in a resource, and what it will know only afterwards.
fn changes(change: &Value) -> [BTreeSet<String>; 2] {
    let (before, after, unknown) = (&change["before"], &change["after"], &change["after_unknown"]);
    let names = |value: &'_ Value, wanted: &dyn Fn(&str) -> bool| {
        let names = value.as_object().into_iter().flatten().map(|(name, _)| name.as_str());
        names.filter(|name| wanted(name)).map(str::to_owned).collect()
    };
    [names(after, &|name| before[name] != after[name]), names(unknown, &|name| unknown[name] == json!(true))]
}

/// What the server forgets is planned for each function that is to have it, and for no other.
#[track_caller]
fn assert_planned(plan: &Value) {
    let functions = plan["resource_changes"].as_array().unwrap().iter();
    let planned = functions.filter(|change| change["type"] == "aws_lambda_function").filter_map(|change| {
        let after = &change["change"]["after"];
        let mounts = after["file_system_config"][0]["local_mount_path"] == "/mnt/packages";
        let snaps = after["snap_start"][0]["apply_on"] == "PublishedVersions";
        let fields = mounts.then_some("file_system_config").into_iter().chain(snaps.then_some("snap_start"));
        fields.last().map(|field| (change["address"].as_str().unwrap().to_owned(), field))
    });
    assert_eq!(planned.collect::<BTreeMap<_, _>>(), forgotten());
}

/// A second plan may find what the server has forgotten and nothing else, with the numbers of the versions that hang on
/// it.
#[track_caller]
fn assert_no_drift(folder: &Path) {
    terraform_does(folder, &["plan", "-no-color", "-input=false", "-out=second"]);
    let plan = shown(folder, "second");
    assert_planned(&plan);
    for resource in plan["resource_changes"].as_array().unwrap() {
        let (change, address) = (&resource["change"], resource["address"].as_str().unwrap());
        if change["actions"] == json!(["no-op"]) {
            continue;
        }
        assert_eq!(change["actions"], json!(["update"]), "a second run would change {address}");
        let function = address.replace("aws_lambda_alias.stage", "aws_lambda_function.function");
        let field =
            *forgotten().get(&function).unwrap_or_else(|| panic!("a second run would change {address}: {change}"));
        let allowed: [&[&str]; 2] = if address == function {
            assert_eq!(change["before"][field], json!([]), "{address}");
            [&[field], &["qualified_arn", "qualified_invoke_arn", "version"]]
        } else {
            [&[], &["function_version"]]
        };
        let allowed = allowed.map(|names| names.iter().map(|name| (*name).to_owned()).collect());
        assert_eq!(changes(change), allowed, "a second run would change {address}");
    }
}

// --- Serverless --------------------------------------------------------------------------------------------------

/// The fragment in a service that somebody has.
fn service_around(packed: &Packed) -> PathBuf {
    let folder = packed.export("serverless", &["--fragment"]);
    let mut service = "service: mine\nconfigValidationMode: error\nprovider:\n  name: aws\n  region: eu-west-1\n  \
                       deploymentBucket: ${param:bucket}\n  iam:\n    role: ${param:role}\n\
                       layers: ${file(bayplan.yml):layers}\nfunctions: ${file(bayplan.yml):functions}\n"
        .to_owned();
    let text = std::fs::read_to_string(folder.join("bayplan.yml")).unwrap();
    if text.contains("checks do not know") || packed.case.efs {
        service += "resources:\n";
    }
    if text.contains("checks do not know") {
        service += &format!(
            "  extensions:\n    FunctionLambdaFunction:\n      Properties:\n        Runtime: {}\n",
            packed.case.runtime
        );
    }
    if packed.case.efs {
        service += "  Resources:\n    AccessPoint:\n      Type: AWS::EFS::AccessPoint\n      Properties:\n        FileSystemId: fs-12345678\n";
    }
    std::fs::write(folder.join("serverless.yml"), service).unwrap();
    folder
}

fn package(folder: &Path, moto: &Moto) -> Output {
    let mut command = Command::new("node");
    command.arg("--require").arg(source("serverless_endpoint.js"));
    command.arg(installed("deployers/node_modules/serverless/bin/serverless.js")).current_dir(folder);
    command.args(["package", "--region", REGION]);
    for (name, value) in [
        ("bucket", BUCKET),
        ("role", ROLE),
        ("fileSystem", "fs-12345678"),
        ("subnets", "subnet-12345678,subnet-87654321"),
        ("securityGroups", "sg-12345678"),
    ] {
        command.arg("--param").arg(format!("{name}={value}"));
    }
    command.env("SLS_TELEMETRY_DISABLED", "1").env("SLS_NOTIFICATIONS_MODE", "off").env("CI", "1");
    command.env("AWS_ENDPOINT_URL", moto.endpoint()).env("NODE_PATH", installed("deployers/node_modules"));
    run(command.env("AWS_ACCESS_KEY_ID", "testing").env("AWS_SECRET_ACCESS_KEY", "testing"))
}

#[test]
fn serverless_packages_what_the_plan_says() {
    let moto = Moto::start();
    let complete = all().iter().map(|packed| (packed, packed.export("serverless", &[])));
    let fragments = deployed().map(|packed| (packed, service_around(packed)));
    let folders: Vec<(&Packed, PathBuf)> = complete.chain(fragments).collect();
    folders.par_iter().for_each(|(packed, folder)| {
        let output = package(folder, &moto);
        assert!(output.status.success(), "{}: {}", folder.display(), said(&output));
        let template = folder.join(".serverless/cloudformation-template-update-stack.json");
        let mut meaning = Meaning::of_template(&template);
        let plan = Meaning::of_plan(packed);
        // What the framework replaced in vain stands there as it stood.
        meaning.handler = meaning.handler.replace("\\${", "${");
        assert_eq!(meaning, plan, "{}", folder.display());
    });
    let efs = folders.iter().find(|(packed, _)| packed.case.efs).unwrap();
    let broken = file_with(&efs.1.join("serverless.yml"), "localMountPath: \"/mnt/packages\"", "localMountPath: /efs");
    std::fs::rename(broken, efs.1.join("serverless.yml")).unwrap();
    assert!(!package(&efs.1, &moto).status.success(), "serverless takes anything");
    table("serverless", "sls package with errors as errors, meaning", "fragment: the same");
}

// --- CDK ---------------------------------------------------------------------------------------------------------

const APP_AROUND: &str = r#"
import { App, Stack } from "aws-cdk-lib";
import * as iam from "aws-cdk-lib/aws-iam";
import { BayplanFunction } from "./bayplan-function";

const app = new App();
const stack = new Stack(app, "Mine", { env: { region: "eu-west-1", account: "123456789012" } });
new BayplanFunction(stack, "Function", {
  role: iam.Role.fromRoleArn(stack, "Role", "arn:aws:iam::123456789012:role/bayplan"),
  subnetIds: ["subnet-12345678"],
  securityGroupIds: ["sg-12345678"],
  accessPointArn: "arn:aws:elasticfilesystem:eu-west-1:123456789012:access-point/fsap-12345678901234567",
});
"#;

fn compile(folder: &Path) -> Output {
    let modules = installed("deployers/node_modules");
    let settings = json!({
        "compilerOptions": {
            "target": "ES2022", "module": "commonjs", "moduleResolution": "node", "strict": true, "skipLibCheck": true,
            "baseUrl": ".", "paths": { "*": [format!("{}/*", modules.display()), format!("{}/@types/*", modules.display())] },
            "typeRoots": [modules.join("@types")], "types": ["node"],
        },
        "include": ["*/cdk*/*.ts"],
    });
    std::fs::write(folder.join("tsconfig.json"), settings.to_string()).unwrap();
    run(Command::new("node").arg(modules.join("typescript/bin/tsc")).arg("-p").arg(folder))
}

#[test]
fn the_cdk_compiles_and_synthesises_what_the_plan_says() {
    let mut folders: Vec<(&Packed, PathBuf)> = all().iter().map(|packed| (packed, packed.export("cdk", &[]))).collect();
    for packed in all() {
        let folder = packed.export("cdk", &["--fragment"]);
        std::fs::write(folder.join("app.ts"), APP_AROUND).unwrap();
        folders.push((packed, folder));
    }
    let root = ALL.0.path();
    let output = compile(root);
    assert!(output.status.success(), "{}", said(&output));
    let mut command = Command::new("node");
    command.arg(source("synthesise.js")).args(folders.iter().map(|(_, folder)| folder));
    command.env("NODE_PATH", installed("deployers/node_modules")).env("CDK_DEFAULT_REGION", REGION);
    tool(command.env("CDK_DEFAULT_ACCOUNT", "123456789012"));
    let mut templates = Vec::new();
    for (packed, folder) in &folders {
        let out = folder.join("cdk.out");
        let found = std::fs::read_dir(&out).unwrap().map(|entry| entry.unwrap().path());
        let template = found.into_iter().find(|path| path.to_str().unwrap().ends_with(".template.json")).unwrap();
        assert_eq!(Meaning::of_template(&template), Meaning::of_plan(packed), "{}", template.display());
        templates.push(template);
    }
    let output = lint(&templates);
    assert!(output.status.success(), "{}", said(&output));
    let efs = folders.iter().zip(&templates).find(|((packed, _), _)| packed.case.efs).unwrap();
    let broken = file_with(efs.1, "\"/mnt/packages\"", "\"/efs\"");
    assert!(!lint(&[broken]).status.success(), "cfn-lint takes anything");
    std::fs::write(efs.0.1.join("broken.ts"), "import { Function } from \"./stack\";\n").unwrap();
    assert!(!compile(root).status.success(), "tsc takes anything");
    table("cdk", "tsc --strict, synth, cfn-lint, meaning; both shapes", "");
}

// --- The script --------------------------------------------------------------------------------------------------

fn deploy(packed: &Packed, script: &Path, moto: &Moto, net: &Network, more: &[(&str, &str)]) -> Output {
    let mut command = Command::new("sh");
    command.arg(script).current_dir("/").env_clear();
    let path = format!("{}:{}", installed("aws/bin").display(), std::env::var("PATH").unwrap());
    command.env("PATH", path);
    moto.environment(&mut command);
    let settings = [("ROLE", ROLE), ("BUCKET", BUCKET), ("FILE_SYSTEM_ID", &net.file_system), ("MOUNT", "elsewhere")];
    command.envs(settings).env("SUBNET_IDS", &net.subnet).env("SECURITY_GROUP_IDS", &net.group);
    if packed.case.upload == "direct" {
        command.env_remove("BUCKET");
    }
    run(command.envs(more.iter().copied()))
}

#[test]
fn the_script_is_clean_creates_updates_and_can_be_run_again() {
    let moto = Moto::start();
    moto.make_bucket(BUCKET);
    moto.publish_layer("SomebodyElses", &all()[0].folder.join("artifacts/function.zip"));
    let net = network(&moto);
    let scripts = all().iter().flat_map(|packed| {
        let fragment = packed.export("script", &["--fragment"]).join("bayplan-update.sh");
        [packed.export("script", &[]).join("deploy.sh"), fragment]
    });
    tool(Command::new("shellcheck").args(scripts));
    deployed().collect::<Vec<_>>().par_iter().for_each(|packed| {
        let script = packed.folder.join("script/deploy.sh");
        let (name, plan) = (packed.case.name, Meaning::of_plan(packed).without_mount());
        let first = deploy(packed, &script, &moto, &net, &[]);
        assert!(first.status.success(), "{name}: {}", said(&first));
        assert_eq!(Meaning::of_function(&moto, name), plan, "{name}");
        let layers = moto.layer_versions(name);
        let again = deploy(packed, &script, &moto, &net, &[]);
        assert!(again.status.success(), "{name}: {}", said(&again));
        assert!(said(&again).contains("the code is there"), "{name}: {}", said(&again));
        assert_eq!(Meaning::of_function(&moto, name), plan, "{name} again");
        assert_eq!(moto.layer_versions(name), layers, "an unchanged layer of {name} is not published again");
    });
    let [one, efs] = [1, 3].map(|index| &all()[index]);
    ways_from_what_is_deployed(one, &moto, &net);
    let access_point = efs_stands(efs, &moto, &net);
    let fragment = efs.folder.join("script--fragment/bayplan-update.sh");
    let updated = deploy(efs, &fragment, &moto, &net, &[("ACCESS_POINT_ARN", &access_point)]);
    assert!(updated.status.success(), "{}", said(&updated));
    assert_eq!(Meaning::of_function(&moto, efs.case.name), Meaning::of_plan(efs).without_mount());
    broken_scripts_stop(one, &moto, &net);
    table("script", "shellcheck; both shapes", "run twice with the AWS CLI, meaning");
}

/// The access point that the script made, and what it says where it is not told of the tree.
fn efs_stands(packed: &Packed, moto: &Moto, net: &Network) -> String {
    let points = moto.aws(&["efs", "describe-access-points", "--file-system-id", &net.file_system]);
    let path = format!("/{}", packed.case.name);
    let points: Vec<&Value> = points["AccessPoints"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|point| point["RootDirectory"]["Path"] == path.as_str())
        .collect();
    assert_eq!(points.len(), 1, "one access point, however often the script is run");
    assert_eq!(points[0]["PosixUser"]["Uid"], 1001);
    let script = packed.folder.join("script/deploy.sh");
    let untold = deploy(packed, &script, moto, net, &[("MOUNT", "")]);
    assert!(!untold.status.success() && said(&untold).contains("put-on-efs.sh"), "{}", said(&untold));
    let mount = tempfile::tempdir().unwrap();
    let here = [("MOUNT", mount.path().to_str().unwrap())];
    for _ in 0..2 {
        let told = deploy(packed, &script, moto, net, &here);
        assert!(told.status.success(), "{}", said(&told));
    }
    let tree = packed.manifest()["efs"].clone();
    let copied = mount.path().join(tree["path"].as_str().unwrap().strip_prefix("/mnt/packages/").unwrap());
    let packed_tree = packed.folder.join(packed.artifacts()).join(tree["folder"].as_str().unwrap());
    tool(Command::new("diff").arg("-r").args([&copied, &packed_tree]));
    assert_eq!(std::fs::read_dir(mount.path()).unwrap().count(), 1, "nothing half-copied is left");
    // What lies there under the same name and is something else is left alone.
    std::fs::write(copied.join("mine"), "mine").unwrap();
    let other = deploy(packed, &script, moto, net, &here);
    assert!(!other.status.success() && said(&other).contains("holds something else"), "{}", said(&other));
    points[0]["AccessPointArn"].as_str().unwrap().to_owned()
}

/// The order of the two calls follows what is deployed.
fn ways_from_what_is_deployed(packed: &Packed, moto: &Moto, net: &Network) {
    let name = packed.case.name;
    let script = packed.folder.join("script/deploy.sh");
    let old = packed.folder.join("old.zip");
    let mut zip = Command::new("zip");
    tool(zip.arg("-q").arg(&old).arg("app.py").current_dir(packed.folder.join("build")));
    let arn = moto.aws(&["lambda", "get-function-configuration", "--function-name", name])["FunctionArn"].clone();
    for (code, layers, way) in [
        ("100", "100", "layers first, then code"),
        ("100", "200000000", "code first, then layers"),
        ("262143999", "262143999", "neither code fits"),
        ("unknown", "", "of unknown size"),
    ] {
        let zip = format!("fileb://{}", old.display());
        let deployed = moto.aws(&["lambda", "update-function-code", "--function-name", name, "--zip-file", &zip]);
        let sha = if code == "unknown" { "other" } else { deployed["CodeSha256"].as_str().unwrap() };
        let tags = json!({"bayplan-code": sha, "bayplan-code-bytes": code, "bayplan-layer-bytes": layers}).to_string();
        moto.order(&["lambda", "tag-resource", "--resource", arn.as_str().unwrap(), "--tags", &tags]);
        let output = deploy(packed, &script, moto, net, &[]);
        assert!(output.status.success() && said(&output).contains(way), "{way}: {}", said(&output));
        assert_eq!(Meaning::of_function(moto, name), Meaning::of_plan(packed).without_mount(), "{way}");
    }
}

fn broken_scripts_stop(packed: &Packed, moto: &Moto, net: &Network) {
    let script = packed.folder.join("script/deploy.sh");
    let other = file_with(&script, "PLAN='", "PLAN='0");
    let output = deploy(packed, &other, moto, net, &[]);
    assert!(!output.status.success() && said(&output).contains("packed from another plan"), "{}", said(&output));
    let output = deploy(packed, &script, moto, net, &[("BUCKET", "")]);
    assert!(output.status.success(), "nothing has to be uploaded: {}", said(&output));
    let output = deploy(packed, &script, moto, net, &[("FUNCTION_NAME", "new"), ("ROLE", "")]);
    assert!(!output.status.success() && said(&output).contains("ROLE"), "{}", said(&output));
    let unquoted = file_with(&script, "HANDLER='", "HANDLER=$x'");
    assert!(!run(Command::new("shellcheck").arg(unquoted)).status.success(), "shellcheck takes anything");
}

// --- The image ---------------------------------------------------------------------------------------------------

#[test]
fn dockerfiles_are_read_as_they_are_meant_and_hadolint_finds_nothing() {
    let files: Vec<PathBuf> = all().iter().map(|packed| packed.export("dockerfile", &[]).join("Dockerfile")).collect();
    tool(Command::new(installed("sam/bin/hadolint")).args(&files));
    let mut command = Command::new("node");
    command.arg(source("judge_dockerfile.js")).args(&files).env("NODE_PATH", installed("deployers/node_modules"));
    for (line, packed) in tool(&mut command).lines().zip(all()) {
        let orders: Vec<(String, Value)> = serde_json::from_str(line).unwrap();
        let keywords: Vec<&str> = orders.iter().map(|(keyword, _)| keyword.as_str()).collect();
        assert_eq!(keywords, ["FROM", "COPY", "CMD"], "{}", packed.case.name);
        assert_eq!(orders[2].1, json!(["app.handler"]), "{}", packed.case.name);
        let version =
            packed.case.runtime.trim_end_matches(".x").trim_start_matches(|letter: char| letter.is_alphabetic());
        assert!(orders[0].1.as_str().unwrap().ends_with(&format!(":{version}")), "{line}");
    }
    let broken = file_with(&files[0], "COPY", "COPPY");
    assert!(!run(Command::new(installed("sam/bin/hadolint")).arg(broken)).status.success(), "hadolint takes anything");
    table("dockerfile", "hadolint, dockerfile-ast, meaning", "");
}
