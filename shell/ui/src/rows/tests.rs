//! A list stays the same list, and a finger never lifts from another thing.

use super::*;

fn told<T: Clone + 'static>(list: &ModelRc<T>) -> Vec<T> {
    list.iter().collect()
}

#[test]
fn a_list_stays_the_same_list_whatever_it_shows() {
    let first = kept(ModelRc::default(), [1, 2, 3]);
    for rows in [vec![1, 5, 3], vec![], vec![4, 4], vec![9, 8, 7, 6]] {
        let next = kept(first.clone(), rows.clone());
        assert_eq!(next, first, "another list would make all its rows anew");
        assert_eq!(told(&next), rows);
    }
}

#[test]
fn a_finger_never_lifts_from_another_thing() {
    let alike = |there: &(char, i32), row: &(char, i32)| there.0 == row.0;
    let first = kept_while(alike, ModelRc::default(), [('a', 1), ('b', 2)]);
    let louder = kept_while(alike, first.clone(), [('a', 3), ('b', 2)]);
    assert_eq!(louder, first);
    assert_eq!(told(&first), [('a', 3), ('b', 2)]);
    for other in [vec![('b', 2), ('a', 3)], vec![('a', 3)], vec![('c', 1), ('a', 3), ('b', 2)]] {
        let next = kept_while(alike, first.clone(), other.clone());
        assert!(next != first, "{other:?} would come under a finger that touched something else");
        assert_eq!(told(&next), other);
    }
    assert_eq!(told(&first), [('a', 3), ('b', 2)]);
}

#[test]
fn a_list_of_another_kind_is_replaced() {
    let counted = ModelRc::new(2_usize);
    let next = kept(counted.clone(), [7]);
    assert!(next != counted);
    assert_eq!((told(&counted), told(&next)), (vec![0, 1], vec![7]));
}

#[test]
fn keys_stay_the_same_keys_when_they_are_shifted() {
    let small = kept_keys(ModelRc::default(), [vec!["q", "w"], vec!["a"]]);
    let rows = told(&small);
    let large = kept_keys(small.clone(), [vec!["Q", "W"], vec!["A"]]);
    assert_eq!(large, small);
    assert_eq!(told(&large), rows);
    assert_eq!(rows.iter().map(told).collect::<Vec<_>>(), [vec!["Q", "W"], vec!["A"]]);
    let fewer = kept_keys(large, [vec!["1"]]);
    assert_eq!(told(&fewer).iter().map(told).collect::<Vec<_>>(), [["1"]]);
}
