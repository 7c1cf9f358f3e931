//! onnxruntime in a process of its own, asked one run at a time.

use std::io::{BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

pub(crate) struct Peer {
    child: Child,
    requests: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Peer {
    pub(crate) fn start(python: &str, program: &str) -> Self {
        let mut child = Command::new(python)
            .arg(program)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the peer cannot be started");
        let answers = BufReader::new(child.stdout.take().unwrap());
        Self { requests: child.stdin.take(), answers, child }
    }

    /// Processor milliseconds of the run alone, and its first output.
    pub(crate) fn run(&mut self, model: &Path, shape: &[usize], values: &[f32]) -> (f64, Vec<f32>) {
        let path = model.to_str().unwrap().as_bytes();
        let mut request = Vec::new();
        let number = |request: &mut Vec<u8>, number: usize| {
            request.extend_from_slice(&u32::try_from(number).unwrap().to_le_bytes());
        };
        number(&mut request, path.len());
        request.extend_from_slice(path);
        number(&mut request, shape.len());
        shape.iter().for_each(|&side| number(&mut request, side));
        values.iter().for_each(|value| request.extend_from_slice(&value.to_le_bytes()));
        let pipe = self.requests.as_mut().unwrap();
        pipe.write_all(&request).unwrap();
        pipe.flush().unwrap();
        let mut front = [0; 12];
        self.answers.read_exact(&mut front).expect("onnxruntime ended");
        let (spent, count) = front.split_at(8);
        let count = u32::from_le_bytes(count.try_into().unwrap()) as usize;
        let mut bytes = vec![0; 4 * count];
        self.answers.read_exact(&mut bytes).unwrap();
        let values = bytes.chunks_exact(4).map(|four| f32::from_le_bytes(four.try_into().unwrap()));
        (f64::from_le_bytes(spent.try_into().unwrap()), values.collect())
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        // It ends at the end of its input.
        self.requests = None;
        if let Err(error) = self.child.wait() {
            eprintln!("the peer did not end: {error}");
        }
    }
}
