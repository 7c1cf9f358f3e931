//! What the PDFs say that lie on the board: each of their pages is read once, on a thread that nobody waits for.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::time::Duration;

use board::format::{Limits, pdf};
use board::{MediaId, Passage, Printed, Said};
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout_at};

/// Pages that are read at once; then others have their turn.
const LOT: usize = 32;
/// A lot that takes longer holds a page that is drawn to harm: a page takes some ten milliseconds. Its thread ends by
/// itself, as each page has an end.
const LOT_WITHIN: Duration = Duration::from_secs(120);
/// A passage is as long as a paragraph, so that it means one thing: a page is cut at the line that makes it longer.
const PARAGRAPH: usize = 500;

/// A page of a file.
type Sheet = (MediaId, u32);

/// See the module.
pub(super) struct Prints {
    /// Where the board's files lie.
    folder: PathBuf,
    /// What each page says, paragraph by paragraph; of those that the board shows.
    known: HashMap<Sheet, Vec<String>>,
    reading: Option<Reading>,
}

struct Reading {
    sheets: Vec<Sheet>,
    by: Instant,
    job: JoinHandle<Vec<Vec<String>>>,
}

impl Prints {
    pub(super) fn new(board: &Path) -> Self {
        Self { folder: board.join("media"), known: HashMap::new(), reading: None }
    }

    /// Adds what PDFs say to what the board says; false where some of it must be read first, which begins now.
    pub(super) fn complete(&mut self, said: &mut Said) -> bool {
        let shown: HashSet<Sheet> = said.printed.iter().map(sheet).collect();
        let unread: Vec<Sheet> = {
            let mut unread: Vec<Sheet> =
                shown.iter().filter(|sheet| !self.known.contains_key(*sheet)).copied().collect();
            unread.sort_unstable();
            unread.truncate(LOT);
            unread
        };
        if !unread.is_empty() {
            self.read(unread);
            return false;
        }
        self.known.retain(|sheet, _| shown.contains(sheet));
        for printed in &said.printed {
            let Printed { page, number, made_us, .. } = *printed;
            let paragraphs = self.known.get(&sheet(printed)).into_iter().flatten();
            said.passages.extend(paragraphs.map(|text| Passage {
                page,
                number,
                made_us,
                text: text.clone(),
            }));
        }
        true
    }

    fn read(&mut self, sheets: Vec<Sheet>) {
        if self.reading.is_some() {
            return;
        }
        let (folder, wanted) = (self.folder.clone(), sheets.clone());
        let job = tokio::task::spawn_blocking(move || read(&folder, &wanted));
        self.reading = Some(Reading { sheets, by: Instant::now() + LOT_WITHIN, job });
    }

    /// Whether pages are being read.
    pub(super) fn is_reading(&self) -> bool {
        self.reading.is_some()
    }

    /// Waits until they have been. What could not be read says nothing and is not tried again before a restart.
    pub(super) async fn finished(&mut self) {
        let Some(Reading { sheets, by, job }) = &mut self.reading else {
            return std::future::pending().await;
        };
        let texts = match timeout_at(*by, job).await {
            Ok(Ok(texts)) => texts,
            Ok(Err(_)) | Err(_) => {
                tracing::warn!("a PDF on the board cannot be searched");
                vec![Vec::new(); sheets.len()]
            }
        };
        self.known.extend(sheets.drain(..).zip(texts));
        self.reading = None;
    }
}

fn sheet(printed: &Printed) -> Sheet {
    (printed.file, printed.sheet)
}

/// What pages say, in their order; each file is opened once.
fn read(folder: &Path, sheets: &[Sheet]) -> Vec<Vec<String>> {
    let mut of_file: BTreeMap<MediaId, Vec<u32>> = BTreeMap::new();
    for (file, sheet) in sheets {
        of_file.entry(*file).or_default().push(*sheet);
    }
    let mut known: HashMap<Sheet, String> = HashMap::new();
    for (file, wanted) in of_file {
        match texts(&folder.join(file.to_string()), &wanted) {
            Ok(texts) => {
                known.extend(wanted.into_iter().zip(texts).map(|(sheet, text)| ((file, sheet), text)));
            }
            Err(error) => tracing::info!(%error, "a PDF on the board cannot be searched"),
        }
    }
    sheets.iter().map(|sheet| paragraphs(known.get(sheet).map_or("", String::as_str))).collect()
}

fn texts(path: &Path, wanted: &[u32]) -> Result<Vec<String>, String> {
    let length = path.metadata().map_err(|error| error.to_string())?.len();
    if length > Limits::BOARD.bytes {
        return Err(format!("{length} bytes are too many"));
    }
    let bytes = std::fs::read(path).map_err(|error| error.to_string())?;
    pdf::text(&bytes, wanted, &Limits::BOARD).map_err(|error| error.to_string())
}

/// A page's lines, as many together as make a paragraph.
fn paragraphs(text: &str) -> Vec<String> {
    let mut paragraphs: Vec<String> = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        match paragraphs.last_mut().filter(|last| last.chars().count() < PARAGRAPH) {
            Some(last) => {
                last.push('\n');
                last.push_str(line);
            }
            None => paragraphs.push(line.to_owned()),
        }
    }
    paragraphs
}

#[cfg(test)]
mod tests {
    //! Pages cut into paragraphs, and files that are none.
    use super::*;

    #[test]
    fn a_page_is_cut_at_its_lines() {
        assert_eq!(paragraphs(" \n\n"), Vec::<String>::new());
        assert_eq!(paragraphs("one\n\n two \nthree"), ["one\ntwo\nthree"]);
        let line = "光".repeat(300);
        let page = [line.as_str(); 5].join("\n");
        let cut = paragraphs(&page);
        assert_eq!(cut.iter().map(|text| text.lines().count()).collect::<Vec<_>>(), [2, 2, 1]);
    }

    #[test]
    fn what_cannot_be_read_says_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let (none, broken) = (MediaId([1; 32]), MediaId([2; 32]));
        std::fs::write(folder.path().join(broken.to_string()), b"%PDF-1.7\n").unwrap();
        let nothing = Vec::<String>::new();
        assert_eq!(
            read(folder.path(), &[(none, 0), (broken, 0), (broken, 7)]),
            [&nothing; 3].map(Clone::clone)
        );
    }

    #[test]
    fn the_pages_of_a_worksheet_say_what_stands_on_them() {
        let page = |number: u32, says: &str| {
            let content = format!("BT /F 18 Tf 20 150 Td ({says}) Tj 0 -30 Td (Page {number}) Tj ET");
            let (own, its) = (3 + 2 * number, 4 + 2 * number);
            format!(
                "{own} 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]/Contents {its} 0 R\
                 /Resources<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>\nendobj\n\
                 {its} 0 obj\n<</Length {}>>stream\n{content}\nendstream\nendobj\n",
                content.len()
            )
        };
        let worksheet = format!(
            "%PDF-1.7\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n\
             2 0 obj\n<</Type/Pages/Kids[3 0 R 5 0 R]/Count 2>>\nendobj\n{}{}\
             trailer\n<</Size 7/Root 1 0 R>>\n%%EOF",
            page(0, "Photosynthesis needs light"),
            page(1, "Chlorophyll is green")
        );
        let (folder, file) = (tempfile::tempdir().unwrap(), MediaId::of(worksheet.as_bytes()));
        std::fs::write(folder.path().join(file.to_string()), worksheet).unwrap();
        assert_eq!(
            read(folder.path(), &[(file, 1), (file, 0)]),
            [["Chlorophyll is green\nPage 1"], ["Photosynthesis needs light\nPage 0"]]
        );
    }

    #[tokio::test]
    async fn what_is_shown_is_read_once_and_then_said() {
        let folder = tempfile::tempdir().unwrap();
        let mut prints = Prints::new(folder.path());
        let printed = |sheet| Printed {
            page: board::PageId::FIRST,
            number: 0,
            made_us: 5,
            file: MediaId([1; 32]),
            sheet,
        };
        let mut said = Said { printed: (0..40).map(printed).collect(), ..Said::default() };
        for lot in 0..2 {
            assert!(!prints.complete(&mut said) && prints.is_reading(), "{lot}");
            prints.finished().await;
        }
        assert!(prints.complete(&mut said) && said.passages.is_empty());
        // Once known it is said, and what is no longer shown is forgotten.
        prints.known.insert((MediaId([1; 32]), 3), vec!["a".into(), "b".into()]);
        assert!(prints.complete(&mut said));
        assert_eq!(said.passages.iter().map(|passage| passage.text.as_str()).collect::<Vec<_>>(), ["a", "b"]);
        assert!(prints.complete(&mut Said::default()) && prints.known.is_empty());
    }
}
