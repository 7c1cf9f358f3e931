//! What a person sees: the scripted visit leaves its pictures, and a decoder that is not ours reads the codes off the
//! kiosk's screen.

use api::kiosk::PaymentState;
use tokio::process::Command;

use crate::Stage;

/// The codes that zbar reads off a picture.
pub(crate) async fn zbar(path: &std::path::Path) -> Vec<String> {
    let output =
        Command::new("zbarimg").args(["--quiet", "--raw", "-Sdisable", "-Sqrcode.enable"]).arg(path).output();
    let output = output.await.expect("zbarimg is in the project's list of packages");
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_visit_leaves_pictures_of_every_screen_in_both_shapes() {
    for size in [(1920, 1080), (1080, 1920)] {
        let mut stage = Stage::with(|state| suite::Parts { size, ..suite::Parts::all(state) }).await;
        let dir = stage.state.path().join("pictures");
        let pictures = stage.suite.visit(&dir).await.unwrap();
        assert_eq!(pictures.len(), 7);
        for picture in &pictures {
            let image = image::open(picture).unwrap().into_rgba8();
            assert_eq!(image.dimensions(), size, "{}", picture.display());
            let first = *image.get_pixel(0, 0);
            assert!(image.pixels().any(|pixel| *pixel != first), "{} is blank", picture.display());
        }
        stage.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_decoder_reads_the_codes_off_the_kiosk_in_both_shapes() {
    for size in [(1920, 1080), (1080, 1920)] {
        let mut stage =
            Stage::with(|state| suite::Parts { size, role: "kiosk", ..suite::Parts::all(state) }).await;
        let (_, dishes) = stage.suite.till().await.unwrap().menu().await.unwrap();
        stage.suite.touch(&format!("dish-{}", dishes[0].sku)).await.unwrap();
        stage.suite.touch("pay").await.unwrap();
        let payment =
            stage.suite.until_payment_is("two codes", |payment| payment.codes.len() == 2).await.unwrap();
        let screen = stage.suite.screen().await.unwrap();
        for name in ["code-alipay", "code-wechat"] {
            screen
                .until("no code", async |all| all.iter().any(|e| e.name == name).then_some(()))
                .await
                .unwrap();
        }
        let path = stage.state.path().join("kiosk.png");
        let mut wanted: Vec<String> = payment.codes.into_iter().map(|(_, code)| code).collect();
        wanted.sort();
        // The codes are drawn in the frame after they are known; a person looks until they are there.
        let deadline = tokio::time::Instant::now() + std::time::Duration::from_secs(20);
        loop {
            screen.save(&path).await.unwrap();
            let mut seen = zbar(&path).await;
            seen.sort();
            if seen == wanted {
                break;
            }
            assert!(tokio::time::Instant::now() < deadline, "zbar reads {seen:?}, the till shows {wanted:?}");
        }
        stage.suite.touch("cancel-payment").await.unwrap();
        stage.suite.until_payment(&[PaymentState::Cancelled, PaymentState::Idle]).await.unwrap();
        stage.end().await;
    }
}
