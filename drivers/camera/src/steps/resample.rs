//! The same picture in another size or turned, by bilinear interpolation.

use crate::picture::Picture;

/// Positions between two pixels are counted in 256ths.
const ONE: i64 = 256;
/// What a turned picture shows where the picture has ended.
const OUTSIDE: u8 = 255;

/// Makes the picture `width` x `height` pixels.
pub(super) fn resized(picture: &Picture<'_>, width: usize, height: usize) -> Picture<'static> {
    if picture.gray().is_empty() {
        return Picture::made(vec![0; width * height], width, height);
    }
    let columns: Vec<Between> = (0..width).map(|x| between(x, width, picture.width())).collect();
    let mut gray = Vec::with_capacity(width * height);
    let mut row = vec![0u32; picture.width()];
    for y in 0..height {
        let Between { near, far, part } = between(y, height, picture.height());
        for ((mixed, near), far) in row.iter_mut().zip(picture.row(near)).zip(picture.row(far)) {
            *mixed = u32::from(*near) * (ONE as u32 - part) + u32::from(*far) * part;
        }
        let half = (ONE * ONE / 2) as u32;
        gray.extend(columns.iter().map(|Between { near, far, part }| {
            ((row[*near] * (ONE as u32 - part) + row[*far] * part + half) / (ONE * ONE) as u32) as u8
        }));
    }
    Picture::made(gray, width, height)
}

/// Between which two old pixels a new one lies, and how near the second.
struct Between {
    near: usize,
    far: usize,
    part: u32,
}

fn between(at: usize, new: usize, old: usize) -> Between {
    // Centres of pixels lie at halves.
    let place = ((2 * at + 1) as i64 * old as i64 * ONE / (2 * new) as i64 - ONE / 2)
        .clamp(0, (old as i64 - 1) * ONE);
    let near = (place / ONE) as usize;
    Between { near, far: (near + 1).min(old - 1), part: (place % ONE) as u32 }
}

/// Turns the picture about its middle, clockwise, into a picture that holds all of it.
pub(super) fn turned(picture: &Picture<'_>, degrees: f32) -> Picture<'static> {
    let (sin, cos) = degrees.to_radians().sin_cos();
    let (old_width, old_height) = (picture.width() as f32, picture.height() as f32);
    let width = (old_width * cos.abs() + old_height * sin.abs()) as usize;
    let height = (old_width * sin.abs() + old_height * cos.abs()) as usize;
    let (middle_x, middle_y) = (width as f32 / 2.0, height as f32 / 2.0);
    let mut gray = Vec::with_capacity(width * height);
    for y in 0..height {
        let dy = y as f32 + 0.5 - middle_y;
        for x in 0..width {
            let dx = x as f32 + 0.5 - middle_x;
            let old_x = cos * dx + sin * dy + old_width / 2.0 - 0.5;
            let old_y = cos * dy - sin * dx + old_height / 2.0 - 0.5;
            gray.push(sample(picture, old_x, old_y));
        }
    }
    Picture::made(gray, width, height)
}

fn sample(picture: &Picture<'_>, x: f32, y: f32) -> u8 {
    if x < 0.0 || y < 0.0 {
        return OUTSIDE;
    }
    let (left, top) = (x as usize, y as usize);
    if left + 1 >= picture.width() || top + 1 >= picture.height() {
        return OUTSIDE;
    }
    let (part_x, part_y) = (x - left as f32, y - top as f32);
    let mix = |a: u8, b: u8, part: f32| f32::from(a) + (f32::from(b) - f32::from(a)) * part;
    let (above, below) = (picture.row(top), picture.row(top + 1));
    let upper = mix(above[left], above[left + 1], part_x);
    let lower = mix(below[left], below[left + 1], part_x);
    (upper + (lower - upper) * part_y + 0.5) as u8
}

#[cfg(test)]
mod tests {
    //! Sizes, edges, and what stays the same.
    use super::*;

    #[test]
    fn doubled() {
        let picture = Picture::made(vec![0, 100, 200, 40], 2, 2);
        let doubled = resized(&picture, 4, 4);
        assert_eq!(doubled.row(0), [0, 25, 75, 100]);
        assert_eq!(doubled.row(3), [200, 160, 80, 40]);
        assert_eq!(resized(&picture, 2, 2), picture);
        assert_eq!(resized(&picture, 0, 0).gray(), []);
    }

    #[test]
    fn turned_by_a_right_angle() {
        let picture = Picture::made((0..12).collect(), 4, 3);
        let turned = turned(&picture, 90.0);
        assert_eq!((turned.width(), turned.height()), (3, 4));
        // Away from the border, where the outside begins: a row becomes a column.
        assert_eq!([turned.row(1)[1], turned.row(2)[1]], [5, 6]);
    }
}
