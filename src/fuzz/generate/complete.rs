//! What every case needs, however its steps came about.

use crate::{
    case::{Case, DropHow, Event, Step},
    fuzz::oracle::{Course, Fate, Reply},
};

use super::guide::Guide;

/// Lets a case end by itself, whatever its steps and without waiting in vain, and writes what may come
/// of it into it: outcomes, close, requirements and needs. A case that must not open keeps what it has.
pub fn complete(case: &mut Case, guide: &Guide) {
    complete_with_course(case, guide);
}

/// The same; gives the course that the case takes if what it asks for is granted, where it may open.
pub fn complete_with_course(case: &mut Case, guide: &Guide) -> Option<Course> {
    if !case.handshake.may_open() {
        return None;
    }
    let mut now = end(case, guide);
    if !now.vain.is_empty() {
        let mut index = 0..;
        case.steps.retain(|_| index.next().is_some_and(|index| !now.vain.contains(&index)));
        now = end(case, guide);
    }
    case.needs = now.needs().filter(|_| guide.echo).into_iter().collect();
    // What the opening handshake is to show comes first.
    let of_opening = case.requirements.first().cloned();
    let of_opening = of_opening.filter(|_| !case.handshake.outcomes.is_empty());
    now.expectation(guide.echo).write_into(case);
    if let Some(id) = of_opening {
        case.requirements.retain(|other| *other != id);
        case.requirements.insert(0, id);
    }
    Some(now)
}

/// Adds the step that lets the case end, if it needs one.
fn end(case: &mut Case, guide: &Guide) -> Course {
    let role = guide.testee.peer();
    let deflate = Course::likely_deflate(case, role);
    Course::of_growing(&mut case.steps, role, deflate, |now, steps| {
        match &now.fate {
            // Nothing is to be waited for.
            Fate::Left | Fate::Lost if !steps.iter().any(leaves) => Some(Step::Drop(DropHow::Fin)),
            // Without echoes nothing else shows when the testee has done its part.
            Fate::Open if !guide.echo => last_pong(now).map(Step::Await),
            _ => None,
        }
    })
}

const fn leaves(step: &Step) -> bool {
    matches!(step, Step::Drop(_))
}

/// The last Pong that is due and that nobody waits for.
fn last_pong(course: &Course) -> Option<Event> {
    let mut dues = course.dues.iter().rev();
    dues.find_map(|due| match &due.reply {
        Reply::Pong(payload) if !due.awaited => Some(Event::Pong(payload.clone())),
        _ => None,
    })
}
