//! AWS as moto plays it on 127.0.0.1, and the real AWS CLI that speaks to it. `.ci/run` installs both into a Python of
//! their own; `BAYPLAN_AWS` names its folder.

#![allow(dead_code, reason = "each test target that includes this file uses a part of it")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::real::tool;

const PATIENCE: Duration = Duration::from_secs(60);
const PAUSE: Duration = Duration::from_millis(50);

/// A server, until it is dropped.
pub struct Moto {
    server: Child,
    port: u16,
}

impl Moto {
    /// Starts the server and waits until it answers.
    pub fn start() -> Moto {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut command = Command::new(program("moto_server"));
        command.args(["-H", "127.0.0.1", "-p", &port.to_string()]).stdout(Stdio::null()).stderr(Stdio::null());
        let moto = Moto { server: command.spawn().expect("moto_server can be started"), port };
        let began = Instant::now();
        // Without containers: nothing is run there, only kept.
        while moto.post("/moto-api/config", r#"{"lambda": {"use_docker": false}}"#).is_err() {
            assert!(began.elapsed() < PATIENCE, "moto_server does not answer");
            std::thread::sleep(PAUSE);
        }
        moto.aws(&["iam", "create-role", "--role-name", "bayplan", "--assume-role-policy-document", "{}"]);
        moto
    }

    /// The role that functions run as.
    pub fn role(&self) -> String {
        "arn:aws:iam::123456789012:role/bayplan".to_owned()
    }

    /// What the AWS CLI answers.
    #[track_caller]
    pub fn aws(&self, arguments: &[&str]) -> serde_json::Value {
        serde_json::from_str(&self.call(arguments)).expect("the AWS CLI answers JSON")
    }

    /// A call that is answered by nothing.
    #[track_caller]
    pub fn order(&self, arguments: &[&str]) {
        self.call(arguments);
    }

    #[track_caller]
    fn call(&self, arguments: &[&str]) -> String {
        let mut command = Command::new(program("aws"));
        command.args(arguments).args(["--output", "json"]).env_clear();
        command.env("PATH", std::env::var("PATH").unwrap_or_default());
        self.environment(&mut command);
        tool(&mut command)
    }

    /// Where it listens.
    pub fn endpoint(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Sets what makes the AWS CLI speak to it.
    pub fn environment(&self, command: &mut Command) {
        for (name, value) in [
            ("AWS_ENDPOINT_URL", self.endpoint().as_str()),
            ("AWS_ACCESS_KEY_ID", "testing"),
            ("AWS_SECRET_ACCESS_KEY", "testing"),
            ("AWS_DEFAULT_REGION", "eu-west-1"),
            ("NO_PROXY", "127.0.0.1"),
        ] {
            command.env(name, value);
        }
    }

    /// Makes a bucket.
    pub fn make_bucket(&self, name: &str) {
        let here = ["--create-bucket-configuration", "LocationConstraint=eu-west-1"];
        self.aws(&[&["s3api", "create-bucket", "--bucket", name], &here[..]].concat());
    }

    /// Publishes a layer from a zip.
    pub fn publish_layer(&self, name: &str, zip: &Path) {
        let zip = format!("fileb://{}", zip.display());
        self.aws(&["lambda", "publish-layer-version", "--layer-name", name, "--zip-file", &zip]);
    }

    /// How many versions the layers of a function have, by their names.
    pub fn layer_versions(&self, function: &str) -> Vec<String> {
        let layers = self.aws(&["lambda", "list-layers"]);
        let layers = layers["Layers"].as_array().cloned().unwrap_or_default().into_iter();
        let arns = layers.map(|layer| layer["LatestMatchingVersion"]["LayerVersionArn"].to_string());
        let mut arns: Vec<String> = arns.filter(|arn| arn.contains(&format!(":layer:{function}-layer-"))).collect();
        arns.sort();
        arns
    }

    fn post(&self, path: &str, body: &str) -> std::io::Result<()> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port))?;
        let length = body.len();
        write!(stream, "POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n")?;
        write!(stream, "Content-Length: {length}\r\nConnection: close\r\n\r\n{body}")?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        if answer.contains(" 20") { Ok(()) } else { Err(std::io::Error::other(answer)) }
    }
}

impl Drop for Moto {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

fn program(name: &str) -> PathBuf {
    let folder = std::env::var_os("BAYPLAN_AWS").expect("BAYPLAN_AWS names the Python with moto and the AWS CLI");
    Path::new(env!("CARGO_MANIFEST_DIR")).join(folder).join("bin").join(name)
}
