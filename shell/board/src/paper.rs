//! What a page is written on: its ground and the pattern printed on it.

/// The ground's colour.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, Default)]
pub enum Ground {
    /// Not quite white: a wall of white is hard on the eyes for a whole lesson.
    #[default]
    White,
    /// The dark green of a chalk board.
    Green,
    Black,
    /// 0x00RRGGBB, from other programs.
    Own(u32),
}

impl Ground {
    /// 0x00RRGGBB, sRGB.
    pub const fn rgb(self) -> u32 {
        match self {
            Ground::White => 0xfd_fdfb,
            Ground::Green => 0x1f_4a3f,
            Ground::Black => 0x15_1817,
            Ground::Own(rgb) => rgb & 0xff_ffff,
        }
    }

    /// Whether light ink is read better on it than dark ink.
    pub const fn is_dark(self) -> bool {
        let rgb = self.rgb();
        // Rec. 601 luma in thousandths, halfway between black and white.
        let luma = (rgb >> 16) * 299 + (rgb >> 8 & 255) * 587 + (rgb & 255) * 114;
        luma < 127_500
    }
}

/// What is printed on the ground.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, Default)]
pub enum Pattern {
    #[default]
    Plain,
    /// Squares.
    Grid,
    Dots,
    /// Lines to write on.
    Lines,
    /// Five lines for music, then a gap.
    Staff,
    /// 田字格: squares halved both ways, for characters.
    Tianzige,
    /// 米字格: the same with diagonals.
    Mizige,
    /// 四线三格: four lines for pinyin and Latin letters, then a gap.
    FourLines,
}

/// A page's paper.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub struct Paper {
    pub ground: Ground,
    pub pattern: Pattern,
    /// The pattern's step, in micrometres.
    pub pitch_um: u32,
    /// Width and height in micrometres of a page that ends; without it the page goes on for ever.
    pub size_um: Option<(u32, u32)>,
}

impl Paper {
    /// A step that is seen from the back row, in micrometres.
    pub const PITCH_UM: u32 = 50_000;
}

impl Default for Paper {
    fn default() -> Paper {
        Paper {
            ground: Ground::default(),
            pattern: Pattern::default(),
            pitch_um: Paper::PITCH_UM,
            size_um: None,
        }
    }
}
