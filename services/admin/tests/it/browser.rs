//! The page in a real browser: it is drawn, at the width of a phone too, and needs no script.

use std::process::Command;

use crate::served::{Served, here};

/// What Chromium makes of the page; the picture goes to DAIS_PICTURES, where that names a folder.
fn browse(address: &str, size: &str, name: &str) -> (String, (u32, u32)) {
    let folder = tempfile::tempdir().unwrap();
    let pictures = std::env::var_os("DAIS_PICTURES").map_or_else(|| folder.path().to_owned(), Into::into);
    let picture = pictures.join(format!("admin-{name}.png"));
    let run = |what: &str| {
        let done = Command::new("chromium")
            .args([
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--no-first-run",
            ])
            .args(["--disable-background-networking", "--no-proxy-server", "--hide-scrollbars"])
            .arg(format!("--user-data-dir={}", folder.path().join("profile").display()))
            .args([&format!("--window-size={size}"), what, address])
            .output()
            .expect("chromium is among the packages of the tests");
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        String::from_utf8(done.stdout).unwrap()
    };
    let page = run("--dump-dom");
    run(&format!("--screenshot={}", picture.display()));
    let bytes = std::fs::read(picture).unwrap();
    // PNG, 11.2.2: width and height are the first fields of the first chunk.
    let number = |at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap());
    (page, (number(16), number(20)))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_shows_it_in_both_languages() {
    let served = Served::start(here()).await;
    let address = served.address.clone();
    let shown = tokio::task::spawn_blocking(move || {
        let wide = browse(&format!("{address}?lang=en"), "1280,1000", "wide-en");
        let narrow = browse(&format!("{address}?lang=zh"), "500,1000", "narrow-zh");
        (wide, narrow)
    });
    let ((wide, wide_size), (narrow, narrow_size)) = shown.await.unwrap();
    assert!(
        !wide.contains("<script")
            && wide.contains("the books do not balance")
            && narrow.contains("no paper &lt;3&gt;")
            && wide.contains("<h2>Network</h2>")
            && narrow.contains("<h2>网络</h2>")
            && wide.contains("3 things need a look")
            && narrow.contains("有 3 处需要查看"),
        "{wide} {narrow}"
    );
    assert_eq!((wide_size, narrow_size), ((1280, 1000), (500, 1000)));
    served.stop().await;
}
