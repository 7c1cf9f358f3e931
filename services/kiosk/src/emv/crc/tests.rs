//! The check value of the catalogue of parametrised CRC algorithms, and EMVCo's own example.

use super::*;

#[test]
fn the_published_check_values_hold() {
    for (text, want) in [
        ("123456789", 0x29B1),
        ("", 0xFFFF),
        (
            "00020101021229300012D156000000000510A93FO3230Q31280012D15600000001030812345678520441115802CN5914BEST \
             TRANSPORT6007BEIJING64200002ZH0104最佳运输0202北京540523.7253031565502016233030412340603***0708A60086670902ME9132\
             0016A0112233449988770708123456786304",
            0xA13A,
        ),
    ] {
        assert_eq!(crc16(text.as_bytes()), want, "{text}");
    }
}
