//! A HID panel of our own (`linux/uhid.h`): its report descriptor and reports go through the kernel's real HID parser
//! and its real multi-touch driver, as those of a panel on a cable.

use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::sync::Arc;
use std::thread::JoinHandle;

use anyhow::{Context, Result};

/// `enum uhid_event_type`.
const DESTROY: u32 = 1;
const STOP: u32 = 3;
const GET_REPORT: u32 = 9;
const GET_REPORT_REPLY: u32 = 10;
const CREATE2: u32 = 11;
const INPUT2: u32 = 12;
const SET_REPORT: u32 = 13;
const SET_REPORT_REPLY: u32 = 14;
/// Bytes of the largest `struct uhid_event`: its type and `struct uhid_create2_req`.
const EVENT: usize = 4 + 128 + 64 + 64 + 2 + 2 + 4 * 4 + 4096;
const USB: u16 = 3;

/// Fingers in one report; a frame of more is several reports, the first of which says how many there are.
pub(super) const IN_REPORT: usize = 5;
/// What the panel says its limit is.
pub(super) const FINGERS: usize = 10;
pub(super) const MAX: i32 = 32_767;
const REPORT: u8 = 1;
const LIMIT: u8 = 2;
const CERTIFICATE: u8 = 3;

/// A finger at one moment.
#[derive(Clone, Copy, Debug)]
pub(super) struct Finger {
    pub(super) id: u8,
    pub(super) touches: bool,
    pub(super) x: u16,
    pub(super) y: u16,
}

/// A panel that is plugged in until it is dropped.
pub(super) struct Uhid {
    device: Arc<File>,
    answers: Option<JoinHandle<()>>,
}

impl Uhid {
    pub(super) fn plug(vendor: u16, product: u16, serial: &str) -> Result<Self> {
        let device = OpenOptions::new().read(true).write(true).open("/dev/uhid").context("/dev/uhid")?;
        let descriptor = descriptor();
        let mut request = Vec::with_capacity(EVENT);
        request.extend(CREATE2.to_ne_bytes());
        for (text, room) in [("Dais uhid panel", 128), ("", 64), (serial, 64)] {
            request.extend(text.bytes().chain(std::iter::repeat(0)).take(room));
        }
        request.extend(u16::try_from(descriptor.len())?.to_ne_bytes());
        request.extend(USB.to_ne_bytes());
        for number in [u32::from(vendor), u32::from(product), 1, 0] {
            request.extend(number.to_ne_bytes());
        }
        request.extend(descriptor);
        request.resize(EVENT, 0);
        let device = Arc::new(device);
        // The driver asks for feature reports while it is being bound, so somebody must answer from the beginning.
        let answers = std::thread::spawn({
            let device = device.clone();
            move || answer(&device)
        });
        (&*device).write_all(&request).context("the kernel refused the descriptor")?;
        Ok(Self { device, answers: Some(answers) })
    }

    /// One moment of up to [`FINGERS`] fingers.
    pub(super) fn frame(&mut self, fingers: &[Finger], scan_time: u16) -> Result<()> {
        for (at, some) in fingers.chunks(IN_REPORT).enumerate() {
            let mut report = vec![REPORT];
            for slot in 0..IN_REPORT {
                let finger = some.get(slot).copied();
                let of = finger.unwrap_or(Finger { id: 0, touches: false, x: 0, y: 0 });
                report.push(u8::from(of.touches) | u8::from(finger.is_some()) << 1);
                report.push(of.id);
                for number in [of.x, of.y, 300, 200] {
                    report.extend(number.to_le_bytes());
                }
            }
            report.extend(scan_time.to_le_bytes());
            report.push(if at == 0 { u8::try_from(fingers.len())? } else { 0 });
            let mut event = INPUT2.to_ne_bytes().to_vec();
            event.extend(u16::try_from(report.len())?.to_ne_bytes());
            event.extend(report);
            (&*self.device).write_all(&event).context("the kernel refused a report")?;
        }
        Ok(())
    }
}

impl Drop for Uhid {
    fn drop(&mut self) {
        // If it is refused, closing the file does the same; then nobody needs to be waited for.
        if (&*self.device).write_all(&DESTROY.to_ne_bytes()).is_ok()
            && let Some(answers) = self.answers.take()
        {
            drop(answers.join());
        }
    }
}

/// Answers the driver until the device stops.
fn answer(device: &File) {
    let mut event = [0u8; EVENT];
    while let Ok(count) = { device }.read(&mut event) {
        let word =
            |at: usize| event.get(at..at + 4).map_or([0; 4], |four| [four[0], four[1], four[2], four[3]]);
        let reply = match (u32::from_ne_bytes(word(0)), count) {
            (STOP, _) => return,
            (GET_REPORT, 9..) => {
                let data: Vec<u8> = match event[8] {
                    LIMIT => vec![LIMIT, FINGERS as u8],
                    number => vec![number],
                };
                let mut reply = GET_REPORT_REPLY.to_ne_bytes().to_vec();
                reply.extend(word(4));
                reply.extend(0u16.to_ne_bytes());
                reply.extend((data.len() as u16).to_ne_bytes());
                reply.extend(data);
                reply
            }
            (SET_REPORT, 8..) => {
                let mut reply = SET_REPORT_REPLY.to_ne_bytes().to_vec();
                reply.extend(word(4));
                reply.extend(0u16.to_ne_bytes());
                reply
            }
            _ => continue,
        };
        if { device }.write_all(&reply).is_err() {
            return;
        }
    }
}

/// The report descriptor of a touch screen as Microsoft's guideline for touch screens asks for it: fingers with tip,
/// confidence, number, place and size; the time of the scan; how many fingers there are; their limit; a certificate.
fn descriptor() -> Vec<u8> {
    let finger: &[&[u8]] = &[
        &[0x05, 0x0d, 0x09, 0x22, 0xa1, 0x02], // digitizers: a finger
        &[0x09, 0x42, 0x15, 0x00, 0x25, 0x01, 0x75, 0x01, 0x95, 0x01, 0x81, 0x02], // tip switch
        &[0x09, 0x47, 0x81, 0x02],             // confidence
        &[0x95, 0x06, 0x81, 0x03],             // padding
        &[0x09, 0x51, 0x25, 0x7f, 0x75, 0x08, 0x95, 0x01, 0x81, 0x02], // contact identifier
        &[0x05, 0x01, 0x26, 0xff, 0x7f, 0x75, 0x10, 0x55, 0x0f, 0x65, 0x11], // to 32767, in millimetres
        &[0x35, 0x00, 0x46, 0x67, 0x07, 0x09, 0x30, 0x81, 0x02], // x, 1895 of them
        &[0x46, 0x2a, 0x04, 0x09, 0x31, 0x81, 0x02], // y, 1066
        &[0x05, 0x0d, 0x46, 0x67, 0x07, 0x09, 0x48, 0x81, 0x02], // width
        &[0x46, 0x2a, 0x04, 0x09, 0x49, 0x81, 0x02], // height
        &[0x45, 0x00, 0x55, 0x00, 0x65, 0x00, 0xc0],
    ];
    let mut bytes = vec![0x05, 0x0d, 0x09, 0x04, 0xa1, 0x01, 0x85, REPORT];
    (0..IN_REPORT).for_each(|_| bytes.extend(finger.concat()));
    let rest: &[&[u8]] = &[
        // Scan time, units of 100 us.
        &[0x05, 0x0d, 0x55, 0x0c, 0x66, 0x01, 0x10, 0x47, 0xff, 0xff, 0x00, 0x00],
        &[0x27, 0xff, 0xff, 0x00, 0x00, 0x75, 0x10, 0x95, 0x01, 0x09, 0x56, 0x81, 0x02],
        &[0x55, 0x00, 0x65, 0x00, 0x45, 0x00],
        &[0x09, 0x54, 0x25, 0x7f, 0x75, 0x08, 0x81, 0x02], // contact count
        &[0x85, LIMIT, 0x09, 0x55, 0xb1, 0x02],            // contact count maximum
        // The certificate by which the kernel knows that the panel is one of Windows 8 and later.
        &[0x85, CERTIFICATE, 0x06, 0x00, 0xff, 0x09, 0xc5, 0x15, 0x00, 0x26, 0xff, 0x00],
        &[0x75, 0x08, 0x96, 0x00, 0x01, 0xb1, 0x02, 0xc0],
    ];
    bytes.extend(rest.concat());
    bytes
}
