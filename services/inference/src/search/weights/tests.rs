//! Arrays as NumPy writes them, and everything else refused.

use std::io::Write;

use zip::write::SimpleFileOptions;

use super::*;

fn array(header: &str, body: &[u8]) -> Vec<u8> {
    let mut bytes = MAGIC.to_vec();
    bytes.extend((header.len() as u16).to_le_bytes());
    bytes.extend(header.as_bytes());
    bytes.extend(body);
    bytes
}

fn zipped(array: &[u8]) -> Vec<u8> {
    let mut file = zip::ZipWriter::new(Cursor::new(Vec::new()));
    file.start_file("a.npy", SimpleFileOptions::default()).unwrap();
    file.write_all(array).unwrap();
    file.finish().unwrap().into_inner()
}

fn taken(array: &[u8], sides: &[usize]) -> Result<Vec<f32>, String> {
    Weights::open(&zipped(array))?.take("a", sides)
}

const HEADER: &str = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 1), }      \n";

#[test]
fn an_array_of_the_known_shape_is_taken() {
    let body = [1.5_f32, -2.0].map(f32::to_le_bytes).concat();
    assert_eq!(taken(&array(HEADER, &body), &[2, 1]).unwrap(), [1.5, -2.0]);
    let flat = HEADER.replace("(2, 1)", "(2,)");
    assert_eq!(taken(&array(&flat, &body), &[2]).unwrap(), [1.5, -2.0]);
}

#[test]
fn any_other_is_refused_by_name() {
    let body = [0; 8];
    let whole = array(HEADER, &body);
    let wrong = [
        array(&HEADER.replace("<f4", "<f8"), &body),
        array(&HEADER.replace("False", "True"), &body),
        array(&HEADER.replace("(2, 1)", "(1, 2)"), &body),
        array(HEADER, &body[..7]),
        array(HEADER, &[0; 12]),
        whole[..9].to_vec(),
        whole[1..].to_vec(),
        Vec::new(),
    ];
    for bytes in wrong {
        assert!(taken(&bytes, &[2, 1]).unwrap_err().starts_with("a: "), "{bytes:?}");
    }
    assert!(Weights::open(&zipped(&whole)).unwrap().take::<f32>("b", &[2, 1]).is_err());
    assert!(Weights::open(&whole).is_err());
}
