//! A few of the presentations that `cargo xtask bench codes --frames N` makes by the hundred thousand.

#[path = "../../benches/codes/presentations.rs"]
mod presentations;

use presentations::present;

#[test]
fn near_the_limit_many_codes_are_read_and_none_is_read_wrong() {
    let (mut right, mut presented) = ([0; 2], [0; 2]);
    for seed in 0..60 {
        let tally = present(seed);
        assert_eq!(tally.wrong, [0, 0], "seed {seed}");
        for kind in 0..2 {
            right[kind] += tally.right[kind];
            presented[kind] += tally.presented[kind];
        }
    }
    println!("read {right:?} of {presented:?}");
    // Near the limit means that some are read and some are not.
    assert!(right.iter().zip(presented).all(|(right, all)| *right * 6 > all && *right < all));
}
