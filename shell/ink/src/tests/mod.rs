//! What ink promises: even edges, no joints, an end where the pen was lifted, and damage that forgets nothing.
mod coverage;
mod packed;
mod pens;
mod predict;
mod simd;
mod stroker;
mod tile;
mod trace;
