//! What kind of cases to make.

use crate::protocol::Role;

/// What kind of cases to make.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guide {
    /// The side that the testee is on.
    pub testee: Role,
    /// The testee sends every message back.
    pub echo: bool,
    /// How often which ingredient is used.
    pub weights: Weights,
}

impl Guide {
    /// Everything, as often as it deserves it by itself.
    #[must_use]
    pub const fn new(testee: Role, echo: bool) -> Self {
        Self { testee, echo, weights: Weights::DEFAULT }
    }
}

/// Names each ingredient once.
macro_rules! ingredients {
    ($($(#[$doc:meta])* $ingredient:ident $name:literal $weight:literal;)*) => {
        /// Something that a case can be made of.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Ingredient {
            $($(#[$doc])* $ingredient,)*
        }

        impl Ingredient {
            /// All there are.
            pub const ALL: &'static [Self] = &[$(Self::$ingredient,)*];

            /// Its name.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$ingredient => $name,)*
                }
            }
        }

        impl Weights {
            /// What each deserves by itself.
            pub const DEFAULT: Self = Self([$($weight,)*]);
        }
    };
}

ingredients! {
    /// A message, whole.
    Message "message" 12;
    /// A message in frames of one size.
    Fragments "fragments" 6;
    /// A Ping.
    Ping "ping" 8;
    /// A message in fragments of any size, with control frames between them.
    Interleaved "interleaved" 8;
    /// A Pong that nobody asked for.
    Pong "pong" 4;
    /// A compressed message of special blocks.
    Stream "stream" 12;
    /// A wait for all that is due, or a fence.
    Wait "wait" 3;
    /// Many short messages at once.
    Burst "burst" 1;
    /// No compression.
    Plain "plain" 12;
    /// Compression.
    Deflate "deflate" 4;
    /// Nothing is wrong with the case, and we close when all has come.
    Healthy "healthy" 10;
    /// Reserved bits without a meaning.
    ReservedBits "reserved-bits" 4;
    /// An opcode without a meaning.
    ReservedOpcode "reserved-opcode" 4;
    /// A frame masked where it must not be, or not where it must.
    WrongMask "wrong-mask" 2;
    /// A control frame with FIN clear.
    FragmentedControl "fragmented-control" 3;
    /// A control frame of more than 125 octets.
    OversizedControl "oversized-control" 3;
    /// A continuation of nothing.
    Orphan "orphan" 3;
    /// A message inside another one.
    Interrupted "interrupted" 3;
    /// A text that is not UTF-8.
    BadText "bad-text" 6;
    /// A compressed message that is no DEFLATE stream.
    BadStream "bad-stream" 4;
    /// A length in more octets than it needs.
    LongLength "long-length" 1;
    /// A Close with any good code.
    Close "close" 5;
    /// A Close that is wrong.
    BadClose "bad-close" 4;
    /// Something behind our Close.
    AfterClose "after-close" 2;
    /// A frame that declares gigabytes.
    HugeLength "huge-length" 1;
    /// A frame that declares more than 63 bits can say.
    LengthTopBit "length-top-bit" 1;
    /// A frame that is not complete when we leave.
    CutFrame "cut-frame" 1;
    /// Octets that are no frames.
    Rubbish "rubbish" 1;
    /// The opening handshake as it should be.
    PlainOpening "plain-opening" 24;
    /// One that is unusual, and right.
    OddOpening "odd-opening" 3;
    /// One that must come to nothing.
    WrongOpening "wrong-opening" 3;
    /// A negotiation of compression that is wrong.
    WrongNegotiation "wrong-negotiation" 2;
    /// All leaves in one write.
    Joined "joined" 10;
    /// Some of it leaves in segments of its own.
    Segments "segments" 4;
}

/// How often each ingredient is used, compared with the others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Weights([u32; Ingredient::ALL.len()]);

impl Weights {
    /// The weight of an ingredient.
    #[must_use]
    pub const fn of(&self, ingredient: Ingredient) -> u32 {
        self.0[ingredient as usize]
    }

    /// Gives it another weight; 0: never.
    pub const fn set(&mut self, ingredient: Ingredient, weight: u32) {
        self.0[ingredient as usize] = weight;
    }
}

impl Default for Weights {
    fn default() -> Self {
        Self::DEFAULT
    }
}
