//! Lines of the journal and of files: only what is a warning or worse, whoever says so.
use super::*;
use proptest::prelude::*;

fn told(line: &str) -> Option<(u64, String, u32, String)> {
    entry(line).map(|line| (line.time_ms, line.unit, line.level, line.text))
}

#[test]
fn the_level_is_the_one_a_line_begins_with_else_the_journals() {
    let line = |message: &str, priority: u32| {
        format!(
            "{{\"MESSAGE\":\"{message}\",\"PRIORITY\":\"{priority}\",\"_SYSTEMD_UNIT\":\"dais-kiosk.service\",\
             \"__REALTIME_TIMESTAMP\":\"1700000000123456\"}}"
        )
    };
    let kiosk =
        |level, text: &str| Some((1_700_000_000_123, "dais-kiosk".to_owned(), level, text.to_owned()));
    assert_eq!(
        told(&line(" WARN the printer is away why=NoPaper", 6)),
        kiosk(4, "the printer is away why=NoPaper")
    );
    assert_eq!(told(&line("ERROR a bug", 6)), kiosk(3, "a bug"));
    assert_eq!(told(&line(" INFO all is well", 6)), None);
    assert_eq!(told(&line("thread 'main' panicked", 3)), kiosk(3, "thread 'main' panicked"));
    assert_eq!(told(&line("what a library prints", 6)), None);
    // The service manager speaks about the unit, not as it.
    let manager = "{\"MESSAGE\":\"dais-sense.service: Failed with result 'exit-code'.\",\"PRIORITY\":\"4\",\
                   \"_SYSTEMD_UNIT\":\"init.scope\",\"UNIT\":\"dais-sense.service\"}";
    let said = told(manager).unwrap();
    assert_eq!((said.0, said.1.as_str(), said.2), (0, "dais-sense", 4));
    // Bytes that are no text come as a list of numbers.
    assert_eq!(told("{\"MESSAGE\":[27,91],\"PRIORITY\":\"3\"}"), None);
}

#[tokio::test]
async fn a_folder_of_files_tells_its_last_warnings_newest_first() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str, at: u64| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        let time = std::time::UNIX_EPOCH + Duration::from_secs(at);
        File::options().write(true).open(path).unwrap().set_modified(time).unwrap();
    };
    write("dais-kiosk.log", " WARN first\n INFO between\nERROR second\u{1b}[0m\n", 2);
    write("dais-sense.log", " WARN older\n", 1);
    write("notes.txt", " WARN not a log\n", 3);
    let lines = Log::Folder(folder.path().to_owned()).last().await;
    let said: Vec<_> = lines.iter().map(|line| (line.unit.as_str(), line.text.as_str())).collect();
    assert_eq!(said, [("dais-kiosk", "second [0m"), ("dais-kiosk", "first"), ("dais-sense", "older")]);
    let many = " WARN again\n".repeat(LINES_MAX * 3);
    write("dais-kiosk.log", &many, 4);
    assert_eq!(Log::Folder(folder.path().to_owned()).last().await.len(), LINES_MAX);
}

#[tokio::test]
async fn a_log_that_cannot_be_read_says_so() {
    let lines = Log::Folder("/nowhere/at/all".into()).last().await;
    assert!(lines.len() == 1 && lines[0].text.contains("cannot be read"), "{lines:?}");
}

proptest! {
    #[test]
    fn nonsense_is_no_line(text in ".{0,80}") {
        entry(&text);
        let json = serde_json::json!({ "MESSAGE": format!("WARN {text}"), "PRIORITY": "6" });
        let line = entry(&json.to_string()).unwrap();
        prop_assert!(!line.text.chars().any(char::is_control));
    }
}
