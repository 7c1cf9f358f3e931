//! x y z w
