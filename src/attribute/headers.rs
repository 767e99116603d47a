//! Metadata files that look like mail headers: `METADATA`, `PKG-INFO`, `WHEEL`.

use crate::model::escape::printable;

/// The headers of one file, as far as they can be read.
pub struct Headers(Vec<(String, Vec<u8>)>);

impl Headers {
    /// Reads the headers at the start of a file. A cut-off last line is ignored, a broken one ends the reading.
    pub fn parse(raw: &[u8]) -> Headers {
        let mut headers = Vec::new();
        let mut rest = raw;
        while !rest.is_empty() && !rest.starts_with(b"\n") && !rest.starts_with(b"\r\n") {
            let Ok((header, next)) = mailparse::parse_header(rest) else { break };
            if next == 0 {
                break;
            }
            headers.push((header.get_key().to_ascii_lowercase(), unfolded(header.get_value_raw())));
            rest = &rest[next.min(rest.len())..];
        }
        Headers(headers)
    }

    /// The first header of that name (in lower case), fit to print; `None` if it is missing, empty or not UTF-8.
    pub fn one(&self, name: &str) -> Option<String> {
        self.all(name).next()
    }

    /// All headers of that name.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = String> + 'a {
        let values = self.0.iter().filter(move |(key, _)| key == name).map(|(_, value)| value);
        values.filter(|value| !value.is_empty() && std::str::from_utf8(value).is_ok()).map(|value| printable(value))
    }
}

/// A value that goes on in further lines, as one line.
fn unfolded(raw: &[u8]) -> Vec<u8> {
    let lines = raw.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join(&b' ')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_end_where_the_description_begins() {
        let headers =
            Headers::parse(b"Name: x\nRequires-Dist: a (>=1)\nRequires-Dist: b;\n python_version<'3'\n\nName: y\n");
        assert_eq!(headers.one("name").as_deref(), Some("x"));
        assert_eq!(headers.all("requires-dist").collect::<Vec<_>>(), ["a (>=1)", "b; python_version<'3'"]);
    }

    #[test]
    fn what_strangers_wrote_is_fit_to_print_or_missing() {
        assert_eq!(Headers::parse(b"Name: a\x1b[31m\n").one("name").as_deref(), Some("a\\u{1B}[31m"));
        assert_eq!(Headers::parse(b"Name: caf\xe9\n").one("name"), None);
        assert_eq!(Headers::parse(b"").one("name"), None);
        assert_eq!(Headers::parse(b"\xff\xfe\x00").one("name"), None);
    }
}
