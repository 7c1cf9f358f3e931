//! The nouns: a receipt, and the rows it is made of.
//!
//! Amounts and times come as text, ready to be read: a printer does no sums.

use serde::{Deserialize, Serialize};

/// The same in both languages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    /// 中文.
    pub zh: String,
    /// English; may be empty.
    pub en: String,
}

impl Words {
    /// Both.
    pub fn new(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { zh: zh.into(), en: en.into() }
    }

    /// On one row.
    fn joined(&self) -> String {
        match (self.zh.is_empty(), self.en.is_empty()) {
            (_, true) => self.zh.clone(),
            (true, false) => self.en.clone(),
            (false, false) => format!("{} {}", self.zh, self.en),
        }
    }
}

/// One thing that was bought.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Its name.
    pub name: Words,
    /// How many.
    pub quantity: u32,
    /// What one costs, as `¥18.00`.
    pub price: String,
    /// What all cost.
    pub amount: String,
}

/// A receipt. It carries no card number and no pay code: whoever finds it must learn nothing that pays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// Who sold.
    pub shop: Words,
    /// The number that is called out, where there is one.
    pub pickup: Option<String>,
    /// What was bought, in order.
    pub lines: Vec<Line>,
    /// What was taken off, with its amount as `-¥2.00`.
    pub offers: Vec<(Words, String)>,
    /// What was paid.
    pub total: String,
    /// The same in the payer's own currency, as the payer accepted it.
    pub quoted: Option<String>,
    /// Who moved the money.
    pub paid_by: Words,
    /// What is left on the card that paid, where it says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left: Option<String>,
    /// When it was paid, local time.
    pub time: String,
    /// The order's own name, by which staff find it.
    pub order: String,
    /// An address where the order can be looked at, as a QR code.
    pub link: Option<String>,
    /// What stands at the end.
    pub foot: Words,
    /// What went back of it since, with its amount as `-¥2.00`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub returned: Vec<(Words, String)>,
    /// What was paid in the end, where something went back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kept: Option<String>,
    /// Printed once more: it says so at both ends, so that it is no second receipt.
    pub copy: bool,
}

/// How large letters are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Size {
    /// What is said beside something.
    Small,
    /// Most of it.
    Body,
    /// Shop and total.
    Large,
    /// The number that is called out.
    Huge,
}

/// One row of paper.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Row {
    /// In the middle; what is too long goes on below.
    Centre(Size, String),
    /// From the left; what is too long goes on below.
    Left(Size, String),
    /// One at each end; the left one goes on below where both are too long.
    Pair(Size, String, String),
    /// White letters on black, in the middle.
    Banner(String),
    /// A line across.
    Rule,
    /// Some space.
    Gap,
    /// A little space, where dots are drawn.
    Hair,
    /// A QR code in the middle.
    Code(String),
}

/// Said at both ends of a receipt that was printed before.
const COPY: &str = "副本 COPY";

impl Receipt {
    /// Its rows from top to bottom.
    pub fn rows(&self) -> Vec<Row> {
        let mut rows = Vec::new();
        if self.copy {
            rows.extend([Row::Banner(COPY.to_owned()), Row::Gap]);
        }
        rows.push(Row::Centre(Size::Large, self.shop.zh.clone()));
        if !self.shop.en.is_empty() {
            rows.push(Row::Centre(Size::Small, self.shop.en.clone()));
        }
        rows.push(Row::Rule);
        if let Some(pickup) = &self.pickup {
            rows.push(Row::Centre(Size::Small, "取餐号 Pick-up number".to_owned()));
            rows.extend([Row::Centre(Size::Huge, pickup.clone()), Row::Rule]);
        }
        for (at, line) in self.lines.iter().enumerate() {
            if at > 0 {
                rows.push(Row::Hair);
            }
            rows.push(Row::Pair(Size::Body, line.name.zh.clone(), line.amount.clone()));
            let each = format!("{} × {}", line.quantity, line.price);
            rows.push(Row::Pair(Size::Small, line.name.en.clone(), each));
        }
        rows.push(Row::Rule);
        for (name, amount) in &self.offers {
            rows.push(Row::Pair(Size::Body, name.joined(), amount.clone()));
        }
        rows.push(Row::Pair(Size::Large, "合计 Total".to_owned(), self.total.clone()));
        rows.push(Row::Hair);
        if let Some(quoted) = &self.quoted {
            rows.push(Row::Pair(Size::Small, "折合 In your currency".to_owned(), quoted.clone()));
        }
        rows.push(Row::Pair(Size::Body, "支付方式 Paid by".to_owned(), self.paid_by.joined()));
        if let Some(left) = &self.left {
            rows.push(Row::Pair(Size::Body, "卡内余额 Left on the card".to_owned(), left.clone()));
        }
        for (name, amount) in &self.returned {
            rows.push(Row::Pair(Size::Body, name.joined(), amount.clone()));
        }
        if let Some(kept) = &self.kept {
            rows.push(Row::Pair(Size::Large, "实付 Paid".to_owned(), kept.clone()));
        }
        rows.push(Row::Rule);
        if !self.time.is_empty() {
            rows.push(Row::Pair(Size::Small, "时间 Time".to_owned(), self.time.clone()));
        }
        rows.push(Row::Pair(Size::Small, "单号 Order".to_owned(), self.order.clone()));
        if let Some(link) = &self.link {
            rows.extend([Row::Gap, Row::Code(link.clone())]);
            rows.push(Row::Centre(Size::Small, "扫码查看订单 Scan to see the order".to_owned()));
        }
        rows.push(Row::Gap);
        for words in [&self.foot.zh, &self.foot.en] {
            if !words.is_empty() {
                rows.push(Row::Centre(Size::Small, words.clone()));
            }
        }
        if self.copy {
            rows.extend([Row::Gap, Row::Banner(COPY.to_owned())]);
        }
        rows
    }
}

/// The rows of a test page: both languages, each size, a code, and the edges.
pub fn test_page(shop: &Words, width: u16, time: &str) -> Vec<Row> {
    vec![
        Row::Banner("打印测试 TEST PAGE".to_owned()),
        Row::Gap,
        Row::Centre(Size::Large, shop.zh.clone()),
        Row::Centre(Size::Small, shop.en.clone()),
        Row::Rule,
        Row::Pair(Size::Small, "小 Small".to_owned(), "0123456789".to_owned()),
        Row::Pair(Size::Body, "中 Body".to_owned(), "¥0123456789".to_owned()),
        Row::Pair(Size::Large, "大 Large".to_owned(), "¥89".to_owned()),
        Row::Centre(Size::Huge, "042".to_owned()),
        Row::Rule,
        Row::Pair(Size::Small, "点数 Dots across".to_owned(), width.to_string()),
        Row::Pair(Size::Small, "时间 Time".to_owned(), time.to_owned()),
        Row::Gap,
        Row::Code("https://dais.invalid/test".to_owned()),
        Row::Centre(Size::Small, "两条线须到纸边 Both rules must reach the edges".to_owned()),
    ]
}
