//! A worksheet as a teacher brings it on a stick: a PDF of two A4 pages, with words and lines.

/// What its first page is headed.
pub(crate) const HEADING: &str = "Right triangles";

/// The first page: heading, a right triangle with its sides named, and what is asked.
const FIRST: &str = "BT /F2 34 Tf 64 748 Td (Right triangles) Tj ET
BT /F1 15 Tf 64 720 Td (Worksheet 4, class 7A) Tj ET
0.7 w 64 706 m 531 706 l S
2.4 w 0.07 0.28 0.62 RG 120 430 m 420 430 l 120 650 l h S
1.4 w 120 450 m 140 450 l 140 430 l S
BT /F2 22 Tf 92 532 Td (a) Tj ET
BT /F2 22 Tf 262 402 Td (b) Tj ET
BT /F2 22 Tf 284 554 Td (c) Tj ET
BT /F1 19 Tf 64 340 Td (1.  Measure a, b and c.) Tj ET
BT /F1 19 Tf 64 296 Td (2.  Work out  a x a + b x b.) Tj ET
BT /F1 19 Tf 64 252 Td (3.  Compare it with  c x c.  What do you find?) Tj ET
0.6 w 0.6 G 64 196 m 531 196 l S 64 156 m 531 156 l S 64 116 m 531 116 l S";
/// The second.
const SECOND: &str = "BT /F2 34 Tf 64 748 Td (At home) Tj ET
0.7 w 64 730 m 531 730 l S
BT /F1 19 Tf 64 680 Td (Find three right triangles in your kitchen.) Tj ET
BT /F1 19 Tf 64 644 Td (Draw them, and bring the drawing along.) Tj ET";

/// Its bytes.
pub(crate) fn pdf() -> Vec<u8> {
    let page = |content: u32| {
        format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {content} 0 R \
             /Resources << /Font << /F1 7 0 R /F2 8 0 R >> >> >>"
        )
    };
    let stream = |content: &str| format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len());
    let font = |name: &str| format!("<< /Type /Font /Subtype /Type1 /BaseFont /{name} >>");
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R 4 0 R] /Count 2 >>".to_owned(),
        page(5),
        page(6),
        stream(FIRST),
        stream(SECOND),
        font("Helvetica"),
        font("Helvetica-Bold"),
    ];
    let mut file = String::from("%PDF-1.4\n");
    let mut table = format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    for (number, object) in (1..).zip(&objects) {
        table += &format!("{:010} 00000 n \n", file.len());
        file += &format!("{number} 0 obj\n{object}\nendobj\n");
    }
    let start = file.len();
    let size = objects.len() + 1;
    file += &format!("{table}trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n");
    file.into_bytes()
}
