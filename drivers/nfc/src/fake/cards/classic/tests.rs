//! Keys, access bits and value blocks as the data sheet has them; what a torn write leaves.

use super::*;
use crate::native::{acknowledged, authenticate, decrement, done, increment, read, restore, transfer, write};

const MASTER: [u8; 16] = [0x2B; 16];

fn uid() -> Uid {
    Uid::new(&[0xA1, 0xB2, 0xC3, 0xD4]).unwrap()
}

fn key_of(card: &Classic, sector: u8) -> SectorKey {
    card.block(sector * 4 + 3)[..6].try_into().unwrap()
}

fn opened(sector: u8) -> Classic {
    let mut card = Classic::issued(uid(), MASTER, 5000);
    let key = key_of(&card, sector);
    card.obey(&authenticate(sector * 4, &key, uid().reveal())).unwrap();
    card
}

#[test]
fn nothing_is_read_without_the_key_of_its_sector() {
    let mut card = Classic::issued(uid(), MASTER, 5000);
    assert_eq!(card.obey(&read(4)), Err(SILENT));
    assert_eq!(card.obey(&authenticate(4, &FACTORY_KEY, uid().reveal())), Err(NOT_AUTHENTICATED));
    let key = key_of(&card, 1);
    assert_eq!(card.obey(&authenticate(4, &key, &[0; 4])), Err(NOT_AUTHENTICATED), "another card's uid");
    let mut card = opened(1);
    assert_eq!(card.obey(&read(5)), Ok(value_block(5000, 5).to_vec()));
    assert_eq!(card.obey(&read(8)), Err(SILENT), "another sector");
    assert_eq!(card.obey(&read(5)), Err(SILENT), "a refusal ends it");
    let mut card = opened(1);
    card.power_up();
    assert_eq!(card.obey(&read(5)), Err(SILENT));
}

#[test]
fn key_a_of_the_purse_takes_out_and_never_puts_in() {
    let mut card = opened(1);
    card.obey(&decrement(4, 1230)).unwrap();
    assert_eq!(card.value(), Some(5000), "not yet");
    assert!(acknowledged(done(&card.obey(&transfer(4)).unwrap()).unwrap().reveal()).is_ok());
    assert_eq!((card.value(), card.block(5)), (Some(3770), value_block(5000, 5)));
    card.obey(&restore(4)).unwrap();
    card.obey(&transfer(5)).unwrap();
    assert_eq!(card.block(5), value_block(3770, 4), "the address travels with the value");
    for refused in [increment(4, 1), write(4, &value_block(9999, 4))] {
        assert_eq!(opened(1).obey(&refused), Err(SILENT));
    }
    assert_eq!(opened(1).obey(&transfer(4)), Err(SILENT), "an empty register");
    let mut card = opened(1);
    card.set_block(4, [0x5A; 16]);
    assert_eq!(card.obey(&decrement(4, 1)), Err(SILENT), "no value block");
    let mut card = opened(2);
    card.obey(&write(9, &[0x11; 16])).unwrap();
    assert_eq!(card.obey(&read(9)), Ok(vec![0x11; 16]));
}

#[test]
fn a_torn_write_leaves_old_new_or_erased_bits_and_nothing_else() {
    let (old, new) = (value_block(5000, 4), value_block(3770, 4));
    for seed in 0..2000 {
        let torn = half_written(old, new, seed);
        for (index, byte) in torn.iter().enumerate() {
            assert_eq!(byte & !(old[index] | new[index]), 0, "seed {seed}, byte {index}");
        }
        if seed <= 16 {
            let (written, left) = torn.split_at(seed as usize);
            assert_eq!((written, left), (&new[..seed as usize], &old[seed as usize..]), "seed {seed}");
        }
        assert_eq!(torn, half_written(old, new, seed), "a seed always means the same");
    }
    let mut card = opened(1);
    card.obey(&decrement(4, 1230)).unwrap();
    card.tear_next_write(99);
    card.obey(&transfer(4)).unwrap();
    assert_ne!(card.block(4), new);
    assert_eq!(card.value(), Some(5000), "the second block still holds it");
}

#[test]
fn random_commands_never_panic() {
    let mut seed = 7_u64;
    let mut card = opened(1);
    for _ in 0..100_000 {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        let length = (seed >> 60) as usize + 1;
        let command: Vec<u8> = (0..length).map(|index| (seed >> (index * 3)) as u8).collect();
        drop(card.obey(&command));
    }
}
