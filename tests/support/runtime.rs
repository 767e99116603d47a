//! Starts a function that is laid out on disk in AWS's own Python runtime client, and says what it answered.
//!
//! The folders show where Lambda shows them (`/var/task`, `/opt`, `/mnt/NAME`, `/var/runtime`, `/var/lang`), in a mount
//! namespace of the start's own, so that nothing on the machine changes. The client is handed one event by a runtime
//! API on 127.0.0.1. `tests/runtime.sh` lays out the runtimes; `BAYPLAN_RUNTIMES` names their folder.
//!
//! What this cannot show: the C library is the machine's, not Amazon Linux's.

#![allow(dead_code, reason = "each test target that includes this file uses a part of it")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Longer than any import of the bundles takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(180);
/// Between two looks at the client.
const PAUSE: Duration = Duration::from_millis(2);

/// Builds the tree of mounts aside, so that sources may lie anywhere, and shows it in one step for each folder.
/// `$1` is an empty folder, `$2` the runtime, `$3` its version, `$4` the function, `$5` the layers or nothing, `$6` the
/// mount path or nothing, `$7` what shows there; the rest is the command.
const SHOW: &str = r#"
set -e
root=$1 runtime=$2 version=$3 task=$4 opt=$5 mount=$6 efs=$7
shift 7
mount -t tmpfs tmpfs "$root"
mkdir -p "$root"/var/task "$root"/var/runtime "$root"/var/lang "$root"/var/tmp "$root"/opt "$root"/mnt
mount --bind "$task" "$root"/var/task
mount --bind "$runtime"/runtime "$root"/var/runtime
mount --bind "$(readlink -f "$runtime"/lang)" "$root"/var/lang
mount --bind "$runtime"/site-packages "$root/var/lang/lib/python$version/site-packages"
[ -z "$opt" ] || mount --bind "$opt" "$root"/opt
[ -z "$mount" ] || { mkdir -p "$root$mount"; mount --bind "$efs" "$root$mount"; }
for folder in mnt opt var; do mount --rbind "$root/$folder" "/$folder"; done
cd /var/task
exec "$@"
"#;

/// A function, laid out, and how it is to be started.
#[derive(Clone, Debug)]
pub struct Start {
    /// `3.10`
    pub python: &'static str,
    /// What shows at `/var/task`.
    pub task: PathBuf,
    /// What shows at `/opt`: the layers, merged.
    pub opt: Option<PathBuf>,
    /// The mount path, and what shows there.
    pub efs: Option<(String, PathBuf)>,
    /// The function's variables.
    pub environment: Vec<(String, String)>,
    /// `app.handler`
    pub handler: String,
}

/// What came of a start.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// What the handler returned.
    Answered(serde_json::Value),
    /// What the client reported: `Runtime.ImportModuleError`, `Unable to import module 'app': No module named 'x'`.
    Failed {
        /// The type of the error.
        kind: String,
        /// Its message.
        message: String,
    },
}

impl Start {
    /// Starts the function, sends it one event and returns what the client says.
    #[track_caller]
    pub fn run(&self) -> Outcome {
        let listener = TcpListener::bind("127.0.0.1:0").expect("127.0.0.1 can be listened on");
        listener.set_nonblocking(true).expect("a listener can be asked without waiting");
        let address = listener.local_addr().expect("a listener has an address").to_string();
        let root = tempfile::tempdir().expect("a temporary folder");
        let output = tempfile::NamedTempFile::new().expect("a temporary file");
        let child = self.command(&address, root.path(), output.as_file()).spawn().expect("unshare can be started");
        let mut client = Client(child);
        wait(&listener, &mut client).unwrap_or_else(|why| {
            panic!("{self:?}: {why}\n{}", std::fs::read_to_string(output.path()).unwrap_or_default())
        })
    }

    fn command(&self, address: &str, root: &Path, output: &std::fs::File) -> Command {
        let runtime = runtimes().join(self.python);
        assert!(runtime.join("complete").is_file(), "{} is missing: tests/runtime.sh lays it out", runtime.display());
        let mut command = Command::new("unshare");
        command.args(["--user", "--map-root-user", "--mount", "sh", "-c", SHOW, "sh"]);
        command.arg(root).arg(&runtime).arg(self.python).arg(&self.task);
        command.arg(self.opt.as_deref().unwrap_or(Path::new("")));
        let (mount, efs) = self.efs.as_ref().map_or(("", Path::new("")), |(mount, efs)| (mount, efs));
        command.arg(mount).arg(efs);
        command.arg(format!("/var/lang/bin/python{}", self.python)).args(["/var/runtime/bootstrap.py", &self.handler]);
        command.env_clear().envs(self.variables(address)).envs(self.environment.iter().cloned());
        let copy = || Stdio::from(output.try_clone().expect("a file can be opened twice"));
        command.stdin(Stdio::null()).stdout(copy()).stderr(copy());
        command
    }

    /// What Lambda sets, as far as anything here asks for it.
    fn variables(&self, address: &str) -> Vec<(String, String)> {
        let search = "/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin";
        let libraries =
            "/var/lang/lib:/lib64:/usr/lib64:/var/runtime:/var/runtime/lib:/var/task:/var/task/lib:/opt/lib";
        let set = [
            ("AWS_EXECUTION_ENV", format!("AWS_Lambda_python{}", self.python)),
            ("AWS_LAMBDA_FUNCTION_NAME", "function".to_owned()),
            ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST".to_owned()),
            ("AWS_LAMBDA_RUNTIME_API", address.to_owned()),
            ("AWS_REGION", "eu-west-1".to_owned()),
            ("AWS_DEFAULT_REGION", "eu-west-1".to_owned()),
            ("LAMBDA_RUNTIME_DIR", "/var/runtime".to_owned()),
            ("LAMBDA_TASK_ROOT", "/var/task".to_owned()),
            ("LANG", "C.UTF-8".to_owned()),
            ("LD_LIBRARY_PATH", libraries.to_owned()),
            ("PATH", search.to_owned()),
            // Lambda's folders cannot be written to; here they can, and a start must not change them.
            ("PYTHONDONTWRITEBYTECODE", "1".to_owned()),
            ("TZ", ":UTC".to_owned()),
            ("_HANDLER", self.handler.clone()),
        ];
        set.map(|(name, value)| (name.to_owned(), value)).into()
    }
}

/// Where `tests/runtime.sh` laid out the runtimes.
fn runtimes() -> PathBuf {
    let folder = std::env::var_os("BAYPLAN_RUNTIMES").expect("BAYPLAN_RUNTIMES names the folder of tests/runtime.sh");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    folder.canonicalize().unwrap_or_else(|why| panic!("{}: {why}", folder.display()))
}

/// The client's process, which ends with the start.
struct Client(Child);

impl Drop for Client {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Answers the client until it has said what came of the event.
fn wait(listener: &TcpListener, client: &mut Client) -> Result<Outcome, String> {
    let began = Instant::now();
    while began.elapsed() < PATIENCE {
        match listener.accept() {
            Ok((stream, _)) => {
                if let Some(outcome) = serve(stream).map_err(|why| format!("the client's request: {why}"))? {
                    return Ok(outcome);
                }
            }
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {
                if let Some(status) = client.0.try_wait().map_err(|why| why.to_string())? {
                    return Err(format!("the client ended without a word ({status})"));
                }
                std::thread::sleep(PAUSE);
            }
            Err(error) => return Err(error.to_string()),
        }
    }
    Err(format!("no answer within {} seconds", PATIENCE.as_secs()))
}

/// One request of the client; what came of the event, if this tells it.
fn serve(stream: TcpStream) -> std::io::Result<Option<Outcome>> {
    stream.set_nonblocking(false)?;
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let path = line.split(' ').nth(1).unwrap_or_default().to_owned();
    let body = body(&mut reader)?;
    let answer = reader.get_mut();
    if path.ends_with("/invocation/next") {
        respond(answer, "200 OK", "{}")?;
        return Ok(None);
    }
    respond(answer, "202 Accepted", "{\"status\":\"OK\"}")?;
    let said: serde_json::Value = serde_json::from_slice(&body)?;
    let word = |name: &str| said[name].as_str().unwrap_or_default().to_owned();
    let failed = || Outcome::Failed { kind: word("errorType"), message: word("errorMessage") };
    Ok(Some(if path.ends_with("/response") { Outcome::Answered(said.clone()) } else { failed() }))
}

/// What follows the headers, which end with an empty line.
fn body(reader: &mut BufReader<TcpStream>) -> std::io::Result<Vec<u8>> {
    let (mut length, mut is_chunked) = (0, false);
    for line in reader.by_ref().lines() {
        let line = line?.to_ascii_lowercase();
        match line.split_once(':') {
            None => break,
            Some(("content-length", value)) => length = value.trim().parse().unwrap_or(0),
            Some(("transfer-encoding", value)) => is_chunked = value.contains("chunked"),
            Some(_) => {}
        }
    }
    if is_chunked {
        return chunks(reader);
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    Ok(body)
}

fn chunks(reader: &mut BufReader<TcpStream>) -> std::io::Result<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let length = usize::from_str_radix(line.trim(), 16).unwrap_or(0);
        let mut chunk = vec![0; length + 2];
        reader.read_exact(&mut chunk)?;
        body.extend_from_slice(&chunk[..length]);
        if length == 0 {
            return Ok(body);
        }
    }
}

fn respond(stream: &mut TcpStream, status: &str, body: &str) -> std::io::Result<()> {
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\
         Lambda-Runtime-Aws-Request-Id: 1\r\nLambda-Runtime-Deadline-Ms: 4102444800000\r\n\
         Lambda-Runtime-Invoked-Function-Arn: arn:aws:lambda:eu-west-1:123456789012:function:function\r\n\
         Connection: close\r\n\r\n{body}",
        body.len()
    )
}
