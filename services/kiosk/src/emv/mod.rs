//! EMV QR codes, pure: merchant-presented ones made and parsed, consumer-presented ones parsed.
//!
//! Source: EMVCo "QR Code Specification for Payment Systems", Merchant-Presented Mode 1.1 and Consumer-Presented Mode
//! 1.1. Every parser here takes any text, is bounded in size and depth, and keeps no card number.

pub mod cpm;
pub mod crc;
pub mod mpm;
pub mod tlv;
