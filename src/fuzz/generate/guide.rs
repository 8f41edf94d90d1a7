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
        Self {
            testee,
            echo,
            weights: Weights::DEFAULT,
        }
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
    /// A message in fragments.
    Fragments "fragments" 10;
    /// A Ping.
    Ping "ping" 8;
    /// A Pong that nobody asked for.
    Pong "pong" 4;
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
