//! `dais-admin health NAME ...`: whether a version that was just started can do what a unit is for. Each service is asked
//! for its real work, none of which stays: the screen shows a picture, an order gets a price, writing is read. systemd
//! keeps a version only when this ends well (`dais-health.service`).

use std::collections::HashSet;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use api::ink::{InkLayout, InkPoint, InkProxy, InkScript};
use api::kiosk::{KioskProxy, Line};
use api::sealed;
use api::shell::ShellProxy;
use zbus::Connection;
use zbus::proxy::CacheProperties;

/// A model is loaded from the disk first; on the slowest machine that ships it takes seconds, emulated half a minute.
const ANSWER_MAX: Duration = Duration::from_secs(90);
/// The same for the service itself, which then gives the request up too.
const READ_WITHIN_MS: u32 = 80_000;
/// A panel of 8K.
const PICTURE_BYTES_MAX: u64 = 7680 * 4320 * 4;
/// A console or an empty screen has fewer colours; ours have pictures and letters with soft edges.
const COLOURS_MIN: usize = 64;
/// One in so many pixels is looked at: a prime, so that no column or row of a grid is all that is seen.
const LOOK_AT_EACH: usize = 7;
const PIXEL: usize = 4;

/// Asks each of these services; what each did, a line each.
///
/// # Errors
/// The first service that cannot do its work, and why.
pub async fn check(bus: &Connection, names: &[String]) -> Result<Vec<String>> {
    ensure!(!names.is_empty(), "name the services of this unit, such as {}", api::SHELL.name);
    let mut told = Vec::new();
    for name in names {
        let asked = tokio::time::timeout(ANSWER_MAX, ask(bus, name));
        let done = asked.await.with_context(|| format!("no answer in {} s", ANSWER_MAX.as_secs()));
        told.push(format!("{name}: {}", done.flatten().with_context(|| format!("{name} is not well"))?));
    }
    Ok(told)
}

async fn ask(bus: &Connection, name: &str) -> Result<String> {
    match name {
        name if name == api::SHELL.name => picture(bus).await,
        name if name == api::KIOSK.name => price(bus).await,
        name if name == api::INFERENCE.name => reading(bus).await,
        name if name == api::SENSE.name || name == api::ADMIN.name => {
            let owner = zbus::fdo::DBusProxy::new(bus).await?.name_has_owner(name.try_into()?).await?;
            ensure!(owner, "nobody owns the name");
            Ok("runs".to_owned())
        }
        _ => bail!("no service of ours has that name"),
    }
}

/// The screen shows one of our pictures.
async fn picture(bus: &Connection) -> Result<String> {
    let shell = ShellProxy::builder(bus).cache_properties(CacheProperties::No).build().await?;
    let (picture, width, height, stride) = shell.screenshot().await?;
    let pixels = sealed::read(picture, PICTURE_BYTES_MAX)?;
    let colours = colours(&pixels);
    ensure!(colours >= COLOURS_MIN, "the screen has {colours} colours, which is no picture of ours");
    ensure!(pixels.len() == stride as usize * height as usize, "the picture is cut off");
    Ok(format!("shows {} at {width} x {height}", shell.screen().await?))
}

/// A first dish, or that there is none, gets a price; no order is kept.
async fn price(bus: &Connection) -> Result<String> {
    let till = KioskProxy::builder(bus).cache_properties(CacheProperties::No).build().await?;
    let (currency, dishes) = till.menu().await?;
    let Some(dish) = dishes.first() else { return Ok("has no menu, and answers".to_owned()) };
    let line = Line { sku: dish.sku.clone(), quantity: 2, unit_price: dish.price };
    let price = till.quote(&[line], &currency, &[], 0).await?;
    ensure!(
        price.gross == 2 * dish.price && (0..=price.gross).contains(&price.total),
        "two of {} at {} each came to {}, and {} to pay",
        dish.sku,
        dish.price,
        price.gross,
        price.total
    );
    Ok("prices an order".to_owned())
}

/// Three strokes are read, whatever they are taken for: a model was loaded, and it answered.
async fn reading(bus: &Connection) -> Result<String> {
    let ink = InkProxy::builder(bus).cache_properties(CacheProperties::No).build().await?;
    let (layout, script) = (InkLayout::Character.to_wire(), InkScript::Any.to_wire());
    let read = ink.recognize_ink(&earth(), layout, script, READ_WITHIN_MS).await?;
    let guesses = read.iter().flat_map(|line| &line.characters).map(|character| character.guesses.len());
    ensure!(guesses.sum::<usize>() > 0, "three strokes were read as nothing");
    Ok("reads writing".to_owned())
}

/// 土, as a teacher writes it: two lines across, one down between them.
fn earth() -> Vec<Vec<InkPoint>> {
    let stroke = |from: (f64, f64), to: (f64, f64), began: u32| {
        let point = |step: u32| {
            let part = f64::from(step) / 10.0;
            let at = |from: f64, to: f64| from + (to - from) * part;
            InkPoint { x: at(from.0, to.0), y: at(from.1, to.1), t: began + step * 20 }
        };
        (0..=10).map(point).collect()
    };
    vec![
        stroke((20.0, 40.0), (80.0, 38.0), 0),
        stroke((50.0, 10.0), (50.0, 88.0), 400),
        stroke((8.0, 90.0), (92.0, 88.0), 800),
    ]
}

fn colours(pixels: &[u8]) -> usize {
    pixels.chunks_exact(PIXEL).step_by(LOOK_AT_EACH).collect::<HashSet<_>>().len()
}

#[cfg(test)]
mod tests {
    //! What is a picture and what is none.
    use super::*;

    #[test]
    fn a_black_screen_and_a_console_are_no_pictures() {
        let black = [0; 100 * 100 * PIXEL];
        let console: Vec<u8> = (0..10_000).flat_map(|at| [[0, 0, 0, 255], [170; 4]][at / 3 % 2]).collect();
        assert_eq!((colours(&black), colours(&console)), (1, 2));
        let soft: Vec<u8> =
            (0..=255_u8).cycle().take(7000).flat_map(|grey| [grey, grey, grey, 255]).collect();
        assert!(colours(&soft) >= COLOURS_MIN);
    }
}
