//! The switches themselves: a thread for each device, which is looked for again when it is pulled out.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use display::{Switch, SwitchHeard, SwitchSpec, Waker};

/// How often a missing device is looked for.
const LOOK_AGAIN: Duration = Duration::from_secs(1);
/// The wait for a press; nothing else cuts it short.
const LISTEN: Duration = Duration::from_secs(3600);

/// Listens to these for as long as the process lives; `pressed` hears the number of the switch, on another thread.
pub fn listen(specs: &[SwitchSpec], pressed: impl Fn(usize) + Send + Sync + 'static) {
    let pressed = Arc::new(pressed);
    // Two keys of one adapter: it can be held but once.
    let mut devices: BTreeMap<PathBuf, Vec<(u16, usize)>> = BTreeMap::new();
    for (number, spec) in specs.iter().enumerate() {
        devices.entry(spec.path.clone()).or_default().push((spec.key, number));
    }
    for (path, keys) in devices {
        let pressed = pressed.clone();
        let name = "switch".to_owned();
        let thread = std::thread::Builder::new().name(name).spawn(move || serve(&path, &keys, &*pressed));
        if let Err(error) = thread {
            tracing::error!(%error, "a switch is not listened to");
        }
    }
}

fn serve(path: &std::path::Path, keys: &[(u16, usize)], pressed: &dyn Fn(usize)) {
    let mut lost = false;
    loop {
        match open(path) {
            Ok(mut switch) => {
                lost = false;
                tracing::info!("a switch is there");
                hear(&mut switch, keys, pressed);
            }
            Err(error) if !lost => {
                lost = true;
                tracing::warn!(%error, "a switch is missing; it is looked for again");
            }
            Err(_) => {}
        }
        std::thread::sleep(LOOK_AGAIN);
    }
}

fn open(path: &std::path::Path) -> Result<Switch, display::TouchError> {
    Switch::open(path, Waker::new()?)
}

fn hear(switch: &mut Switch, keys: &[(u16, usize)], pressed: &dyn Fn(usize)) {
    loop {
        match switch.next(LISTEN) {
            SwitchHeard::Pressed(codes) => {
                for code in codes {
                    keys.iter().filter(|(key, _)| *key == code).for_each(|(_, number)| pressed(*number));
                }
            }
            SwitchHeard::Nothing => {}
            SwitchHeard::Ended(why) => {
                if let Some(error) = why {
                    tracing::warn!(%error, "a switch has gone");
                }
                return;
            }
        }
    }
}
