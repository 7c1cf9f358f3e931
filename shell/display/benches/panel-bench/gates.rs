//! The gates that the board was given, and by how much a number meets or misses one.

/// Gates, in the units of the table: milliseconds, times, bytes, thousands of instructions.
pub(crate) const L1_P50: f64 = 0.05;
pub(crate) const L1_P99: f64 = 0.3;
pub(crate) const L2_TEN_P99: f64 = 1.0;
pub(crate) const L2_FORTY_P99: f64 = 2.0;
pub(crate) const L3_RATIO: f64 = 1.1;
pub(crate) const S1_RATIO: f64 = 1.1;
pub(crate) const S1_MAX: f64 = 5.0;
pub(crate) const R1_RATIO: f64 = 2.0;
pub(crate) const U1_P99: f64 = 2.0;
pub(crate) const E1_MAX: f64 = 4.0;
/// A frame of the screen: it is gathered while nobody writes.
pub(crate) const F1_P99: f64 = 16.0;
pub(crate) const M1_BYTES: f64 = 260.0;
pub(crate) const D1_FIRST: f64 = 150.0;
pub(crate) const D1_FULL: f64 = 1000.0;
pub(crate) const D2_BYTES: f64 = 400.0;
pub(crate) const B1_WAKEUPS: f64 = 0.0;
pub(crate) const Z1_FIRST: f64 = 16.0;
pub(crate) const Z1_SHARP: f64 = 150.0;
/// No gate of the plan, but what it asks of the path from frame to framebuffer: memory is not asked for.
pub(crate) const A1_BLOCKS: f64 = 0.0;
pub(crate) const I1_KILO: f64 = 6.0;

/// The head of the second table.
pub(crate) const HEAD: &str = "| gate | what | found | asked | |\n|---|---|---|---|---|";

/// One line of the second table.
pub(crate) fn line(name: &str, what: &str, value: f64, gate: f64, unit: &str) -> String {
    let verdict = if value <= gate {
        "met".to_owned()
    } else if gate > 0.0 {
        format!("missed by {:.2}x", value / gate)
    } else {
        format!("missed by {value:.2}")
    };
    let digits = if value >= 100.0 { 0 } else { 3 };
    format!("| {name} | {what} | {value:.digits$} {unit} | {gate} | {verdict} |")
}
