//! Enumerations on the wire: `u`, where 0 and every number a peer does not know mean "unknown".

/// Declares an enum that travels as `u` and reads any number it does not know as `Unknown`.
macro_rules! wire_enum {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $number:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u32)]
        pub enum $name {
            /// Not known to this side.
            #[default]
            Unknown = 0,
            $($(#[$vdoc])* $variant = $number,)+
        }

        impl $name {
            /// Every value this side knows, in the order of their numbers, without `Unknown`.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The number on the wire.
            pub const fn to_wire(self) -> u32 {
                self as u32
            }

            /// The value of a number from the wire; `Unknown` where this side has no name for it.
            pub const fn from_wire(number: u32) -> Self {
                match number {
                    $($number => Self::$variant,)+
                    _ => Self::Unknown,
                }
            }
        }
    };
}
pub(crate) use wire_enum;
