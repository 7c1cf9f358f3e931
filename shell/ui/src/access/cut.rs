//! A screen as one switch walks over it: groups, in them rows, in them elements. Cut where there is room between
//! things, down and across in turn. Pure.

use display::Area;

/// Things that overlap by so few pixels still lie beside each other: borders do.
const SEAM: i32 = 4;

/// Elements with their numbers.
type Elements = Vec<(usize, Area)>;
/// From where to where a row goes, down the screen.
type Row = (i32, i32);

/// Something the frame goes around.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Node {
    /// All of it.
    pub(super) area: Area,
    /// What it is cut into, in the order of reading.
    pub(super) parts: Vec<Node>,
    /// The number of the one element that it is.
    pub(super) leaf: Option<usize>,
}

impl Node {
    /// One over others.
    pub(super) fn over(parts: Vec<Self>) -> Self {
        let area = parts.iter().map(|part| part.area).reduce(around).unwrap_or_default();
        Self { area, parts, leaf: None }
    }
}

/// Cuts elements, each with its number.
pub(super) fn cut(elements: Elements) -> Option<Node> {
    (!elements.is_empty()).then(|| split(elements, true, false))
}

/// `uncut`: the other way has been tried in vain.
fn split(elements: Elements, down: bool, uncut: bool) -> Node {
    if let [(number, area)] = elements[..] {
        return Node { area, parts: Vec::new(), leaf: Some(number) };
    }
    let bands = if down { bands(elements, down) } else { grids(bands(elements, down)) };
    let parts = match <[_; 1]>::try_from(bands) {
        Ok([band]) if !uncut => return split(band, !down, true),
        // They lie over each other: one after the other.
        Ok([band]) => band.into_iter().map(|element| split(vec![element], down, false)).collect(),
        Err(bands) => bands.into_iter().map(|band| split(band, !down, false)).collect(),
    };
    Node::over(parts)
}

/// Columns whose rows are as high belong together: they are read by rows.
fn grids(columns: Vec<Elements>) -> Vec<Elements> {
    let mut grids: Vec<(Elements, Vec<Row>)> = Vec::new();
    for column in columns.iter().cloned() {
        let rows = rows(&column);
        match grids.last_mut() {
            Some((grid, its)) if are_rows_of_one(its, &rows) => {
                grid.extend(column);
                if rows.len() > its.len() {
                    *its = rows;
                }
            }
            _ => grids.push((column, rows)),
        }
    }
    // All of them are one grid, which was to be cut into its columns.
    if grids.len() == 1 { columns } else { grids.into_iter().map(|(grid, _)| grid).collect() }
}

fn rows(column: &[(usize, Area)]) -> Vec<Row> {
    let around = |row: Elements| row.into_iter().map(|(_, area)| area).reduce(around).unwrap_or_default();
    bands(column.to_vec(), true).into_iter().map(around).map(|area| (area.y, area.bottom())).collect()
}

/// Two rows at least; the last column may end before the others.
fn are_rows_of_one(one: &[Row], two: &[Row]) -> bool {
    let near = |a: i32, b: i32| a.abs_diff(b) <= SEAM.unsigned_abs();
    one.len().max(two.len()) > 1
        && one.iter().zip(two).all(|(one, two)| near(one.0, two.0) && near(one.1, two.1))
}

/// Groups with room between them, one below (or beside) the other.
fn bands(mut elements: Elements, down: bool) -> Vec<Elements> {
    let span = |area: &Area| if down { (area.y, area.bottom()) } else { (area.x, area.right()) };
    elements.sort_by_key(|(number, area)| (span(area).0, *number));
    let mut bands: Vec<Elements> = Vec::new();
    let mut end = i32::MIN;
    for element in elements {
        let (from, to) = span(&element.1);
        match bands.last_mut() {
            Some(band) if from < end - SEAM => band.push(element),
            _ => bands.push(vec![element]),
        }
        end = end.max(to);
    }
    bands
}

fn around(one: Area, two: Area) -> Area {
    let (x, y) = (one.x.min(two.x), one.y.min(two.y));
    Area::new(x, y, one.right().max(two.right()) - x, one.bottom().max(two.bottom()) - y)
}

#[cfg(test)]
mod tests {
    //! As one reads.
    use super::*;

    fn numbers(node: &Node) -> String {
        match node.leaf {
            Some(number) => number.to_string(),
            None => format!("({})", node.parts.iter().map(numbers).collect::<Vec<_>>().join(" ")),
        }
    }

    fn cut_all(areas: &[(i32, i32, i32, i32)]) -> String {
        let elements = areas.iter().enumerate().map(|(at, &(x, y, w, h))| (at, Area::new(x, y, w, h)));
        cut(elements.collect()).as_ref().map(numbers).unwrap_or_default()
    }

    #[test]
    fn rows_are_rows() {
        assert_eq!(cut_all(&[(0, 0, 9, 9), (10, 0, 9, 9), (0, 10, 9, 9), (10, 10, 9, 9)]), "((0 1) (2 3))");
        assert_eq!(cut_all(&[(10, 0, 9, 9), (0, 0, 9, 9)]), "(1 0)");
        assert_eq!(cut_all(&[(0, 0, 9, 9)]), "0");
        assert_eq!(cut_all(&[]), "");
    }

    #[test]
    fn a_rail_stands_beside_the_rows_of_what_it_chooses() {
        // Tabs that are not as high as the rows beside them, and a button below everything.
        let kiosk = [
            (0, 0, 20, 30),
            (0, 40, 20, 30),
            (0, 80, 20, 30),
            (30, 0, 50, 50),
            (90, 0, 50, 50),
            (30, 60, 50, 50),
            (90, 60, 50, 50),
            (0, 120, 140, 20),
        ];
        assert_eq!(cut_all(&kiosk), "(((0 1 2) ((3 4) (5 6))) 7)");
    }

    #[test]
    fn what_lies_over_something_else_is_reached_too() {
        assert_eq!(cut_all(&[(0, 0, 100, 100), (50, 50, 20, 20)]), "(0 1)");
    }
}
