//! What the page tells, whom it answers, and what it refuses.

use reqwest::{Method, StatusCode};

use testbus::soon;

use crate::served::{Served, here};

async fn get(address: &str) -> (StatusCode, String) {
    let answer = soon("an answer", reqwest::get(address)).await.unwrap();
    (answer.status(), answer.text().await.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn services_are_told_as_they_answer() {
    let served = Served::start(here()).await;
    let (status, page) = get(&served.address).await;
    assert_eq!(status, StatusCode::OK);
    // Two are played, two are away, and one says what is wrong.
    assert!(page.contains("7.7.7") && page.contains("8.8.8"), "{page}");
    assert_eq!(page.matches("does not answer").count(), 2, "{page}");
    assert!(
        page.contains("3 things need a look") && page.contains("Plug the microphone in &lt;1&gt;"),
        "{page}"
    );
    let (_, page) = get(&format!("{}?lang=zh", served.address)).await;
    assert!(page.contains("有 3 处需要查看") && page.contains("请插上麦克风"), "{page}");
    let (status, metrics) = get(&format!("{}metrics", served.address)).await;
    assert_eq!(status, StatusCode::OK);
    assert!(metrics.contains("dais_service_up{service=\"org.dais.Kiosk1\"} 0"), "{metrics}");
    assert!(metrics.contains("dais_recognition_answered_total{task=\"text\"} 100"), "{metrics}");
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_key_there_is_nothing_and_nothing_can_be_changed() {
    let served = Served::start(here()).await;
    let (root, _) = served.address.trim_end_matches('/').rsplit_once('/').unwrap();
    for wrong in ["/", "/metrics", "/00000000000000000000000000000000/", "/../etc/passwd", "//"] {
        let (status, page) = get(&format!("{root}{wrong}")).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{wrong}");
        assert!(!page.contains("7.7.7"), "{wrong}");
    }
    let client = reqwest::Client::new();
    for method in [Method::POST, Method::PUT, Method::DELETE, Method::PATCH] {
        let answer = soon("an answer", client.request(method, &served.address).send()).await.unwrap();
        assert_eq!(answer.status(), StatusCode::METHOD_NOT_ALLOWED);
    }
    let answer = soon("an answer", client.get(&served.address).send()).await.unwrap();
    let rules = answer.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(rules.starts_with("default-src 'none'") && answer.headers()["referrer-policy"] == "no-referrer");
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_at_once_are_answered_or_told_to_wait() {
    let served = Served::start(here()).await;
    let asked: Vec<_> = (0..40)
        .map(|_| {
            let address = served.address.clone();
            tokio::spawn(async move { get(&address).await.0 })
        })
        .collect();
    let mut answered = 0;
    for one in asked {
        match one.await.unwrap() {
            StatusCode::OK => answered += 1,
            other => assert_eq!(other, StatusCode::SERVICE_UNAVAILABLE),
        }
    }
    assert!(answered > 0);
    served.stop().await;
}
