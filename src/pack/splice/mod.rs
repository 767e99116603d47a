//! Gives a deflate stream another beginning without deflating it anew.
//!
//! A `.pyc` that is made to know its source by hash changes in its first 16 bytes alone. They are put in front as a
//! stored block, and the stream goes on behind them bit for bit, in the codes of its own blocks. What has to be written
//! anew is what refers back to the 16 bytes, and only the first 32 kB behind them can: those are looked through symbol
//! by symbol, without being unpacked. A match that begins in the header begins with so many literals instead, and goes
//! on as the rest of it. The literals are at hand, because whatever a block repeats it has said before.
//!
//! Behind that window nothing is looked at. Empty blocks in front of the stream see to it that there every bit keeps its
//! place within its byte, so that whole bytes are copied, and so that stored blocks stand as they must.
//!
//! Where a stream is not like this (a stored block within the window, a code that is missing, bits that mean nothing),
//! there is no seam, and the file is deflated anew. How long the new stream is does not depend on the new bytes.

mod bits;
mod block;
mod codes;
mod entry;
mod known;
mod lanes;
mod meanings;
mod seam;
mod spliceable;
mod walk;

pub use known::KnownSeams;
pub use seam::HEADER;
pub use spliceable::Spliceable;

#[cfg(test)]
mod tests;
