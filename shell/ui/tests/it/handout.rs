//! A file is fetched by real clients: a browser's library, curl, and people who send what no browser does.

use std::io::{Read, Write};
use std::net::{IpAddr, Ipv4Addr, TcpStream};
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use ui::handout::{DOWNLOADS_MAX, Kind, Offer, Server};

const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
/// Long enough for a loaded machine; nothing waits this long where all is well.
const PATIENCE: Duration = Duration::from_secs(60);

/// A page of some megabytes, so that it does not fit into any socket's buffer.
fn page() -> Arc<[u8]> {
    let mut bytes = b"%PDF-1.7\n".to_vec();
    bytes.extend((0..3_000_000_u32).flat_map(|at| (at % 251).to_le_bytes()));
    bytes.into()
}

fn offered(kind: Kind, bytes: Arc<[u8]>) -> (Server, String) {
    let offer = Offer::new(kind, bytes).unwrap();
    let path = offer.path().to_owned();
    (Server::start(HERE, offer).unwrap(), path)
}

/// Sends bytes and reads until the server closes.
fn exchange(server: &Server, request: &[u8]) -> Vec<u8> {
    let mut stream = TcpStream::connect(server.address()).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    // A server that has refused already closes before all is written; what it said counts.
    if stream.write_all(request).is_err() {
        println!("closed while it was written to");
    }
    let mut answer = Vec::new();
    while stream.read_to_end(&mut answer).is_err_and(|error| error.kind() == std::io::ErrorKind::Interrupted)
    {
    }
    answer
}

fn body(answer: &[u8]) -> &[u8] {
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
    &answer[end + 4..]
}

#[test]
fn curl_fetches_what_is_offered_and_nothing_else() {
    let bytes = page();
    let (server, path) = offered(Kind::Pdf, bytes.clone());
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("board.pdf");
    let curl = |path: &str, more: &[&str]| {
        let output = Command::new("curl")
            .args(["-sS", "--path-as-is", "--max-time", "60", "-o"])
            .arg(&file)
            .args(["-w", "%{http_code} %{content_type}"])
            .args(more)
            .arg(format!("http://{}/{path}", server.address()))
            .output();
        match output {
            Ok(output) => Some(String::from_utf8(output.stdout).unwrap()),
            Err(_) => {
                println!("skipped: there is no curl");
                None
            }
        }
    };
    let Some(told) = curl(&path, &[]) else { return };
    assert_eq!(told, "200 application/pdf");
    assert_eq!(std::fs::read(&file).unwrap(), *bytes);
    for wrong in
        ["", "..", "../../etc/passwd", "%2e%2e/", "index.html", &format!("{path}x"), &format!("{path}?list")]
    {
        assert_eq!(curl(wrong, &[]).unwrap(), "404 text/plain; charset=utf-8", "{wrong}");
        assert!(std::fs::read(&file).unwrap().len() < 100, "{wrong}");
    }
    assert_eq!(curl(&path, &["-X", "DELETE"]).unwrap(), "405 text/plain; charset=utf-8");
    assert_eq!(curl(&path, &["-d", "x=1"]).unwrap(), "405 text/plain; charset=utf-8");
    assert_eq!(server.given(), 1);
    let address = server.address();
    drop(server);
    assert!(TcpStream::connect(address).is_err(), "nothing listens any more");
}

#[test]
fn odd_requests_are_refused_and_the_next_is_served() {
    let (server, path) = offered(Kind::Png, Arc::from(*b"\x89PNG"));
    let long = format!("GET /{path} HTTP/1.1\r\nHost: x\r\nX: {}\r\n\r\n", "y".repeat(100_000));
    let many = format!("GET /{path} HTTP/1.1\r\n{}\r\n", "A: b\r\n".repeat(5_000));
    let requests: [(&[u8], &str); 9] = [
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", "40"),
        (b"GET\r\n\r\n", "400"),
        (b"\0\0\0\0\0\0\0\0\r\n\r\n", "400"),
        (long.as_bytes(), "431"),
        (many.as_bytes(), "431"),
        (b"GET http://elsewhere/ HTTP/1.1\r\nHost: x\r\n\r\n", "404"),
        (b"CONNECT a:1 HTTP/1.1\r\nHost: x\r\n\r\n", "405"),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n", "405"),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", ""),
    ];
    for (request, status) in requests {
        let answer = exchange(&server, request);
        let told = String::from_utf8_lossy(&answer);
        assert!(
            told.is_empty() || told.starts_with(&format!("HTTP/1.1 {status}")),
            "{:?}: {told}",
            String::from_utf8_lossy(&request[..request.len().min(40)])
        );
        assert!(!answer.windows(4).any(|four| four == b"\x89PNG"));
    }
    let answer = exchange(&server, format!("GET /{} HTTP/1.0\r\n\r\n", path.to_uppercase()).as_bytes());
    assert_eq!(body(&answer), b"\x89PNG");
    let head = exchange(&server, format!("HEAD /{path} HTTP/1.1\r\nHost: x\r\n\r\n").as_bytes());
    let head = String::from_utf8(head).unwrap().to_lowercase();
    for line in
        ["content-length: 4", "cache-control: no-store", "x-content-type-options: nosniff", "image/png"]
    {
        assert!(head.contains(line), "{line} is not in {head}");
    }
    assert_eq!(server.given(), 1);
}

#[test]
fn a_class_fetches_at_once_while_others_dawdle() {
    let bytes = page();
    let (server, path) = offered(Kind::Pdf, bytes.clone());
    // They connect and say nothing, or send a letter and wait, or ask and do not read.
    let dawdlers: Vec<TcpStream> = (0..20)
        .map(|at| {
            let mut stream = TcpStream::connect(server.address()).unwrap();
            let said: &[u8] = match at % 3 {
                0 => b"",
                1 => b"G",
                _ => b"GET / HTTP/1.1\r\nHost: x\r\n",
            };
            stream.write_all(said).unwrap();
            stream
        })
        .collect();
    std::thread::scope(|scope| {
        let fetch = || {
            let answer = exchange(&server, format!("GET /{path} HTTP/1.1\r\nHost: x\r\n\r\n").as_bytes());
            assert!(body(&answer) == &*bytes, "a file is not whole");
        };
        let phones: Vec<_> = (0..50).map(|_| scope.spawn(fetch)).collect();
        phones.into_iter().for_each(|phone| phone.join().unwrap());
    });
    assert_eq!(server.given(), 50);
    drop(dawdlers);
    let began = Instant::now();
    drop(server);
    assert!(began.elapsed() < PATIENCE, "it ends with clients still there");
}

#[test]
fn it_closes_by_itself() {
    let offer = Offer::new(Kind::Png, Arc::from(*b"x")).unwrap();
    let server = Server::start_for(HERE, offer, Duration::from_millis(200)).unwrap();
    let address = server.address();
    let began = Instant::now();
    while server.is_open() {
        assert!(began.elapsed() < PATIENCE);
        std::thread::yield_now();
    }
    assert!(TcpStream::connect(address).is_err());
    // Or when enough have it.
    let (server, path) = offered(Kind::Png, Arc::from(*b"x"));
    for _ in 0..DOWNLOADS_MAX {
        assert!(server.is_open());
        exchange(&server, format!("GET /{path} HTTP/1.1\r\nHost: x\r\n\r\n").as_bytes());
    }
    assert!(!server.is_open());
    let answer = exchange(&server, format!("GET /{path} HTTP/1.1\r\nHost: x\r\n\r\n").as_bytes());
    assert!(answer.starts_with(b"HTTP/1.1 404"));
}
