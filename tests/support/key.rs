//! The keys of a keyboard, as a terminal sends them.

/// A key beside the plain letters, which [`Terminal::keys`] types.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    Enter,
    Esc,
    Tab,
    BackTab,
    Backspace,
    Delete,
    Up,
    Down,
    Left,
    Right,
    ShiftUp,
    ShiftDown,
    Home,
    End,
    PageUp,
    PageDown,
    F1,
    /// Ctrl with a lower-case letter.
    Ctrl(char),
}

impl Key {
    /// What a terminal sends for the key.
    pub fn bytes(self) -> Vec<u8> {
        let text = match self {
            Self::Ctrl(letter) => return vec![letter as u8 & 0x1f],
            Self::Enter => "\r",
            Self::Esc => "\x1b",
            Self::Tab => "\t",
            Self::BackTab => "\x1b[Z",
            Self::Backspace => "\x7f",
            Self::Delete => "\x1b[3~",
            Self::Up => "\x1b[A",
            Self::Down => "\x1b[B",
            Self::Right => "\x1b[C",
            Self::Left => "\x1b[D",
            Self::ShiftUp => "\x1b[1;2A",
            Self::ShiftDown => "\x1b[1;2B",
            Self::Home => "\x1b[H",
            Self::End => "\x1b[F",
            Self::PageUp => "\x1b[5~",
            Self::PageDown => "\x1b[6~",
            Self::F1 => "\x1bOP",
        };
        text.as_bytes().to_vec()
    }
}
