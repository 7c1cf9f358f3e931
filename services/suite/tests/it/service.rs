//! The service page on a running suite: the hidden gesture, the PIN, a device's test, fingers on the glass, and the page
//! on the network that it names.

use suite::{Contact, MANAGER};

use crate::Stage;

/// Three seconds and a little, at the panel's 200 frames a second.
const HELD: usize = 680;

#[tokio::test(flavor = "multi_thread")]
async fn a_held_corner_and_a_pin_open_the_service_page() {
    let mut stage = Stage::all().await;
    let screen = stage.suite.screen().await.unwrap();
    screen.find("board").await.unwrap();
    stage.suite.fingers.play(&[Contact::finger([(40.0, 40.0); HELD])]).await.unwrap();
    screen.find("digit-0").await.unwrap();
    // A wrong PIN, then the right one; the same key twice in a row would be one long touch to a panel that trembles.
    for pin in ["01472583", MANAGER] {
        for digit in pin.chars() {
            stage.suite.touch(&format!("digit-{digit}")).await.unwrap();
        }
        stage.suite.touch("enter").await.unwrap();
        let next = if pin == MANAGER { "touch-rate" } else { "service-told" };
        screen.find(next).await.unwrap();
    }
    let two = [(900.0, 400.0), (1200.0, 500.0)].map(|at| Contact::finger([at; 40]));
    stage.suite.fingers.play_and_stay(&two).await.unwrap();
    for number in [1, 2] {
        screen.find(&format!("contact-{number}")).await.unwrap();
    }
    stage.suite.fingers.play(&two).await.unwrap();
    stage.suite.touch("service-tab-devices").await.unwrap();
    stage.suite.touch("service-test-2").await.unwrap();
    screen
        .until("the reader is not tested", async |all| {
            all.iter().any(|one| one.name == "service-said-2" && one.label.contains("It works")).then_some(())
        })
        .await
        .unwrap();
    stage.suite.touch("service-tab-unit").await.unwrap();
    screen
        .until("the till tells no version", async |all| {
            all.iter().any(|one| one.name == "fact-1" && one.label.contains("0.")).then_some(())
        })
        .await
        .unwrap();
    stage.suite.touch("service-tab-network").await.unwrap();
    let address = screen.find("admin-address").await.unwrap().label;
    assert!(address.starts_with("http://127.0.0.1:"), "{address}");
    let page = reqwest::get(&address).await.unwrap().text().await.unwrap();
    assert!(page.contains("org.dais") || page.contains("Dais"), "{page}");
    stage.suite.touch("service-leave").await.unwrap();
    stage.suite.touch("board").await.unwrap();
    screen.find("pen-1").await.unwrap();
    stage.end().await;
}
