//! What is wrong with a file, while it is read: as much of it as anybody wants to know.

use super::{Mistake, at::Span};

/// Mistakes that are looked for in a file. One that has more is not read to its end: each costs
/// time, and a file of a few lines can have any number.
const FOUND_MAX: usize = 1_000;

/// A mistake at a place of a file that is known from the context.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    pub span: Span,
    pub mistake: Mistake,
}

impl Problem {
    /// The mistake, there.
    pub fn new(span: Span, mistake: Mistake) -> Self {
        Self { span, mistake: mistake.cut() }
    }
}

/// Something that may turn out to be wrong.
pub type Checked<T> = Result<T, Problem>;

/// Everything that is wrong with a file, as it is found, up to a bound.
#[derive(Debug, Default)]
pub struct Problems {
    /// Those that differ: a family's mistake is found again in each of its rows.
    different: Vec<Problem>,
    found: usize,
}

impl Problems {
    /// Notes one.
    pub fn push(&mut self, problem: Problem) {
        self.found += 1;
        if !self.is_full_before_this() && !self.different.contains(&problem) {
            self.different.push(problem);
        }
    }

    /// How many were found, the same ones counted each time.
    pub const fn len(&self) -> usize {
        self.found
    }

    /// Whether nothing is wrong.
    pub const fn is_empty(&self) -> bool {
        self.found == 0
    }

    /// Whether so much is wrong that nobody wants to know more.
    pub const fn is_full(&self) -> bool {
        self.found >= FOUND_MAX
    }

    /// Those that differ, in the order of their places.
    pub fn in_order(mut self) -> Vec<Problem> {
        self.different.sort_by_key(|problem| problem.span.start);
        self.different
    }

    const fn is_full_before_this(&self) -> bool {
        self.found > FOUND_MAX
    }
}

impl Extend<Problem> for Problems {
    fn extend<T: IntoIterator<Item = Problem>>(&mut self, problems: T) {
        problems.into_iter().for_each(|problem| self.push(problem));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_mistake_is_kept_once_and_all_are_bounded() {
        let mut problems = Problems::default();
        problems.extend([5, 2, 5].map(|at| Problem::new(at..at + 1, Mistake::NoRows)));
        assert_eq!(problems.len(), 3);
        problems.extend((10..10 * FOUND_MAX).map(|at| Problem::new(at..at, Mistake::NoRows)));
        assert!(problems.is_full());
        let kept = problems.in_order();
        assert_eq!(kept.len(), FOUND_MAX - 1);
        assert_eq!((kept[0].span.clone(), kept[1].span.clone()), (2..3, 5..6));
    }
}
