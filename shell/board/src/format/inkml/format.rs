//! What the numbers of a trace are: the channels of a trace format, in order.
use crate::format::bounded::Element;

/// Channels of one format: more than any device has.
pub(super) const MOST_CHANNELS: usize = 64;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Meaning {
    X,
    Y,
    Force,
    Width,
    Time,
    Other,
}

#[derive(Clone, PartialEq, Debug)]
pub(super) struct Channel {
    pub(super) meaning: Meaning,
    /// Micrometres, or milliseconds for a time; `None` where no unit is told that is known.
    pub(super) unit: Option<f64>,
    /// Steps of the device in a unit, where it counts in steps.
    pub(super) steps: Option<f64>,
    pub(super) most: Option<f64>,
    /// Written only at some points.
    pub(super) intermittent: bool,
}

#[derive(Clone, PartialEq, Debug)]
pub(super) struct TraceFormat {
    pub(super) channels: Vec<Channel>,
}

impl Default for TraceFormat {
    /// X and Y, as the standard says for traces without a format.
    fn default() -> TraceFormat {
        let channel = |meaning| Channel { meaning, unit: None, steps: None, most: None, intermittent: false };
        TraceFormat { channels: vec![channel(Meaning::X), channel(Meaning::Y)] }
    }
}

impl Meaning {
    pub(super) fn named(name: Option<&str>) -> Meaning {
        match name {
            Some("X") => Meaning::X,
            Some("Y") => Meaning::Y,
            Some("F") => Meaning::Force,
            Some("W") => Meaning::Width,
            Some("T") => Meaning::Time,
            _ => Meaning::Other,
        }
    }
}

impl Channel {
    pub(super) fn of(element: &Element, intermittent: bool) -> Channel {
        Channel {
            meaning: Meaning::named(element.get("name")),
            unit: element.get("units").and_then(unit),
            steps: None,
            most: element.get("max").and_then(|most| most.trim().parse().ok()).filter(|most| *most > 0.0),
            intermittent,
        }
    }

    /// What one of its numbers is in micrometres or milliseconds.
    pub(super) fn size(&self) -> Option<f64> {
        match self.steps {
            Some(steps) => self.unit.map(|unit| unit / steps).or(Some(steps)),
            None => self.unit,
        }
    }

    /// Takes note of a device's resolution: so many steps in a unit of length.
    pub(super) fn resolve(&mut self, element: &Element) {
        let value = element.get("value").and_then(|value| value.trim().parse::<f64>().ok());
        let Some(value) = value.filter(|value| *value > 0.0 && value.is_finite()) else { return };
        match element.get("units").map(str::trim) {
            Some(per) if per.starts_with("1/") => {
                if let Some(size) = unit(&per[2..]) {
                    (self.unit, self.steps) = (Some(size), Some(value));
                }
            }
            // The length of a step.
            Some(length) => {
                if let Some(size) = unit(length) {
                    (self.unit, self.steps) = (Some(size * value), Some(1.0));
                }
            }
            None => {}
        }
    }
}

/// A unit in micrometres, or in milliseconds.
pub(super) fn unit(name: &str) -> Option<f64> {
    let um = match name.trim() {
        "m" => 1_000_000.0,
        "cm" => 10_000.0,
        "mm" => 1_000.0,
        "himetric" => 10.0,
        "um" | "µm" => 1.0,
        "in" => 25_400.0,
        "pt" => 25_400.0 / 72.0,
        "pc" => 25_400.0 / 6.0,
        "px" => 25_400.0 / 96.0,
        "s" => 1_000.0,
        "ms" => 1.0,
        _ => return None,
    };
    Some(um)
}
