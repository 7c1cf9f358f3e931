//! What an administrator does at a desk, not on a unit: `dais-admin enrol key|make|check`.

use std::fs::{self, File};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use anyhow::{Context, bail};

use crate::enrol::{self, BYTES_MAX, Fingerprint, SchoolKey};

/// What there is to ask.
pub const USAGE: &str = include_str!("usage.txt");

/// Does what the words say; the answer is for standard output.
///
/// # Errors
/// In words for whoever typed them.
pub fn act(words: &[String]) -> anyhow::Result<String> {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words[..] {
        ["enrol", "key", file] => make_key(Path::new(file)),
        ["enrol", "make", key, file] => {
            let key = SchoolKey::read(&read(Path::new(key))?).with_context(|| key.to_owned())?;
            enrol::make(&key, &read(Path::new(file))?).with_context(|| file.to_owned())
        }
        ["enrol", "check", file] => {
            let signed = enrol::read(&read(Path::new(file))?).with_context(|| file.to_owned())?;
            let (it, fingerprint) = (&signed.enrolment, Fingerprint::of(&signed.key));
            let fingerprint = fingerprint.text();
            let mut said = format!(
                "good\nschool       {}\nroom         {}\nunit         {}\nsigned by    {fingerprint}\n",
                it.school, it.room, it.unit
            );
            for (word, there) in it.parts() {
                said.push_str(&format!("{word:<13}{}\n", if there { "yes" } else { "no" }));
            }
            Ok(said)
        }
        _ => bail!("{} is not known\n{USAGE}", words.join(" ")),
    }
}

/// Nobody else may read it, and none is written over.
fn make_key(file: &Path) -> anyhow::Result<String> {
    let key = SchoolKey::make()?;
    let mut place =
        File::options().write(true).create_new(true).mode(0o600).open(file).with_context(|| {
            format!("{} cannot be made; a key that is there is not written over", file.display())
        })?;
    place.write_all(format!("{}\n", key.text()?).as_bytes())?;
    place.sync_all()?;
    Ok(format!("fingerprint  {}\n", key.fingerprint().text()))
}

fn read(file: &Path) -> anyhow::Result<String> {
    let length = fs::metadata(file).with_context(|| format!("{} cannot be read", file.display()))?.len();
    anyhow::ensure!(length <= BYTES_MAX as u64, "{}: {}", file.display(), enrol::EnrolError::TooLong);
    fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    fn call(words: &[&str]) -> anyhow::Result<String> {
        act(&words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn a_key_signs_what_is_then_found_good() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name).display().to_string();
        let (key, plain, signed) = (path("school.key"), path("unit.toml"), path("unit.enrol"));
        let made = call(&["enrol", "key", &key]).unwrap();
        assert_eq!(fs::metadata(&key).unwrap().permissions().mode() & 0o777, 0o600);
        assert!(call(&["enrol", "key", &key]).is_err(), "a key was written over");
        let text = "schema = 1\nschool = \"s\"\nunit = \"u\"\n[network.wifi]\nssid = \"a\"\npassword = \"correct horse\"\n";
        fs::write(&plain, text).unwrap();
        fs::write(&signed, call(&["enrol", "make", &key, &plain]).unwrap()).unwrap();
        let said = call(&["enrol", "check", &signed]).unwrap();
        assert!(said.contains(made.trim_start_matches("fingerprint").trim()), "{said} {made}");
        assert!(said.contains("wifi         yes") && !said.contains("correct horse"), "{said}");
        let wrong = format!("{:#}", call(&["enrol", "check", &plain]).unwrap_err());
        assert!(wrong.contains("unit.toml") && wrong.contains("enrol make"), "{wrong}");
        let unknown = call(&["enrol", "it"]).unwrap_err().to_string();
        assert!(
            unknown.starts_with("enrol it is not known\n") && unknown.contains("enrol check FILE"),
            "{unknown}"
        );
    }
}
