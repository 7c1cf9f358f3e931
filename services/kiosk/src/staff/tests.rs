//! Every right of every role, as a table.

use super::*;
use crate::till::Currency;

const TABLE: &str = "
right           | cashier 50.00 | manager | auditor
refund 0.01     | yes           | yes     | no
refund 50.00    | yes           | yes     | no
refund 50.01    | cap           | yes     | no
refund 99999.99 | cap           | yes     | no
close day       | no            | yes     | no
agreements      | yes           | yes     | no
read finance    | no            | yes     | yes
change finance  | no            | yes     | no
serve members   | yes           | yes     | no
give coupons    | no            | yes     | no
test devices    | yes           | yes     | no
";

fn right(text: &str) -> Right {
    match text {
        "close day" => Right::CloseDay,
        "agreements" => Right::Agreements,
        "read finance" => Right::ReadFinance,
        "change finance" => Right::ChangeFinance,
        "serve members" => Right::ServeMembers,
        "give coupons" => Right::GiveCoupons,
        "test devices" => Right::TestDevices,
        refund => {
            let amount = refund.strip_prefix("refund ").expect(refund);
            Right::Refund(Money::from_decimal(amount, Currency::CNY).expect(refund))
        }
    }
}

#[test]
fn every_role_may_what_the_table_says() {
    let mut lines = TABLE.trim().lines().map(|line| line.split('|').map(str::trim).collect::<Vec<_>>());
    assert_eq!(lines.next().expect("header")[1..], ["cashier 50.00", "manager", "auditor"]);
    let roles = [Role::Cashier { cap: 5000 }, Role::Manager, Role::Auditor];
    let mut seen = 0;
    for line in lines {
        for (role, word) in roles.iter().zip(&line[1..]) {
            let wanted = match *word {
                "yes" => Ok(()),
                "cap" => Err(Denied::OverCap),
                "no" => Err(Denied::NotAllowed),
                other => panic!("{other}"),
            };
            assert_eq!(role.may(right(line[0])), wanted, "{role:?}: {}", line[0]);
            seen += 1;
        }
    }
    assert_eq!(seen, 33);
}

#[test]
fn a_staff_number_is_two_digits() {
    for (text, good) in
        [("07", true), ("00", true), ("7", false), ("007", false), ("a7", false), ("", false), ("七", false)]
    {
        assert_eq!(StaffId::parse(text).map(|id| id.to_string()), good.then(|| text.to_owned()), "{text}");
    }
}
