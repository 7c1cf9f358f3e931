//! The read rate on pictures made by others (zxing-cpp's and jsQR's), where they lie beside the project.

use std::path::PathBuf;

use camera::decode::{look, look_by};
use camera::picture::Picture;
use camera::steps::Step;

fn folder() -> Option<PathBuf> {
    let shared = std::env::var_os("DAIS_SHARED_DATA")
        .map(PathBuf::from)
        .unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"));
    let codes = shared.join("codes");
    codes.join("truth.tsv").exists().then_some(codes)
}

struct Shown {
    name: String,
    gray: Vec<u8>,
    width: usize,
    height: usize,
}

fn pictures() -> Option<Vec<Shown>> {
    let folder = folder()?;
    let truth = std::fs::read_to_string(folder.join("truth.tsv")).unwrap();
    let pictures = truth.lines().skip(1).map(|line| {
        let name = line.split('\t').next().unwrap();
        let gray = image::open(folder.join(name)).unwrap().into_luma8();
        let (width, height) = (gray.width() as usize, gray.height() as usize);
        Shown { name: name.to_owned(), gray: gray.into_raw(), width, height }
    });
    Some(pictures.collect())
}

/// Measured: 235 of 244 with all steps, 229 by the plain look alone. A little less, for another version of a codec.
const FLOOR: usize = 230;

#[test]
fn read_rate_of_others_pictures() {
    let Some(pictures) = pictures() else {
        println!("skipped: shared/data/codes is not there");
        return;
    };
    let (mut plain, mut all) = (0, 0);
    let mut by_step = [0; Step::ALL.len()];
    for picture in &pictures {
        let view = Picture::new(&picture.gray, picture.width, picture.height).unwrap();
        if !look(&view).unwrap().codes.is_empty() {
            plain += 1;
            all += 1;
            continue;
        }
        // Every step on its own, to see which of them is worth its time.
        let mut read = false;
        for (count, step) in by_step.iter_mut().zip(Step::ALL) {
            let found = !look_by(step, &view).unwrap_or_default().is_empty();
            *count += usize::from(found);
            read |= found;
        }
        all += usize::from(read);
        if !read {
            println!("not read: {}", picture.name);
        }
    }
    println!("read {all} of {} (plain {plain}, of the rest {:?} {by_step:?})", pictures.len(), Step::ALL);
    assert!(all >= FLOOR.min(pictures.len()), "{all} of {}", pictures.len());
}
