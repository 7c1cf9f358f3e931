//! What an administrator does at a desk, not on a unit: `dais-admin enrol key|make|check`.

use std::fs::{self, File};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use anyhow::{Context, bail};

use crate::enrol::{self, BYTES_MAX, Fingerprint, SchoolKey};

const USAGE: &str = "\
dais-admin enrol key FILE        makes the school's key; keep it where nobody else reads it
dais-admin enrol make KEY FILE   signs the enrolment in FILE and writes it to standard output
dais-admin enrol check FILE      says whether an enrolment is good, whom it is for and who signed it";

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
        _ => bail!("{words:?} is not known:\n{USAGE}"),
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
        assert!(call(&["enrol"]).unwrap_err().to_string().contains("enrol check FILE"));
    }
}
