//! Fragmented messages, and what stands between their frames (RFC 6455 §5.4).

use crate::protocol::{MessageKind, Opcode, Violation};
use crate::testee::{
    conduct::{EchoStyle, Scene, Then},
    defect::entry::defects,
};

defects! {
    Fault Both "no-continuation-check" ["rfc6455-5.4-3"]
        "takes a continuation of nothing for the beginning of a text message"
        => ReactTo(|it, _| is_orphan(it), Then::TakeAs(MessageKind::Text));
    Fault Both "orphans-ignored" ["rfc6455-5.4-3"] "passes over continuations of nothing"
        => ReactTo(|it, _| is_orphan(it), Then::IgnoreFrame);
    Fault Both "unfinished-orphans-ignored" ["rfc6455-5.4-3"]
        "passes over continuations of nothing that have FIN clear"
        => ReactTo(|it, scene| is_orphan(it) && !scene.header.fin, Then::IgnoreFrame);
    Fault Both "final-orphans-ignored" ["rfc6455-5.4-3"]
        "passes over continuations of nothing that have FIN set"
        => ReactTo(|it, scene| is_orphan(it) && scene.header.fin, Then::IgnoreFrame);
    Fault Both "empty-orphans-ignored" ["rfc6455-5.4-3"]
        "passes over continuations of nothing that have no payload"
        => ReactTo(|it, scene| is_orphan(it) && scene.header.length == 0, Then::IgnoreFrame);
    Fault Both "orphans-after-a-message-ignored" ["rfc6455-5.4-3"]
        "passes over continuations of a message that is complete"
        => ReactTo(|it, scene| is_orphan(it) && scene.earlier_messages > 0, Then::IgnoreFrame);
    Fault Both "orphans-are-binary" ["rfc6455-5.4-3"]
        "takes a continuation of nothing for the beginning of a binary message"
        => ReactTo(|it, _| is_orphan(it), Then::TakeAs(MessageKind::Binary));
    Fault Both "no-interleaving-check" ["rfc6455-5.4-5"]
        "forgets a fragmented message when another one begins"
        => Overlook(|it, _| is_intruder(it));
    Fault Both "intruders-merged" ["rfc6455-5.4-5"]
        "takes a new message within a fragmented one for the rest of it"
        => ReactTo(|it, _| is_intruder(it), Then::Merge);
    Fault Both "unfinished-intruders-merged" ["rfc6455-5.4-5"]
        "takes a new message with FIN clear within a fragmented one for a part of it"
        => ReactTo(|it, scene| is_intruder(it) && !scene.header.fin, Then::Merge);
    Fault Both "final-intruders-merged" ["rfc6455-5.4-5"]
        "takes a new message with FIN set within a fragmented one for the rest of it"
        => ReactTo(|it, scene| is_intruder(it) && scene.header.fin, Then::Merge);
    Fault Both "binary-intruders-merged" ["rfc6455-5.4-5"]
        "takes a binary message within a fragmented one for the rest of it"
        => ReactTo(
            |it, scene| is_intruder(it) && scene.header.opcode == Opcode::BINARY,
            Then::Merge,
        );
    Fault Both "text-intruders-merged" ["rfc6455-5.4-5"]
        "takes a text message within a fragmented one for the rest of it"
        => ReactTo(
            |it, scene| is_intruder(it) && scene.header.opcode == Opcode::TEXT,
            Then::Merge,
        );
    Fault Both "empty-intruders-ignored" ["rfc6455-5.4-5"]
        "passes over an empty message within a fragmented one"
        => ReactTo(|it, scene| is_intruder(it) && scene.header.length == 0, Then::Merge);
    Fault Both "no-fragmentation" ["rfc6455-5.4-13", "rfc6455-5.4-6"] "refuses fragmented messages"
        => Refuse(|scene| is_data(scene) && !scene.header.fin);
    Fault Both "no-fragmented-binary" ["rfc6455-5.4-13", "rfc6455-5.4-6"]
        "refuses fragmented binary messages"
        => Refuse(|scene| scene.header.opcode == Opcode::BINARY && !scene.header.fin);
    Fault Both "two-fragments-only" ["rfc6455-5.4-6", "rfc6455-5.4-1"]
        "refuses messages of more than two frames"
        => Refuse(|scene| is_data(scene) && scene.earlier_in_message > 1);
    Fault Both "empty-fragments-refused" ["rfc6455-5.4-6", "rfc6455-5.4-12"]
        "refuses fragments without a payload"
        => Refuse(|scene| {
            let in_message = scene.inside || !scene.header.fin;
            is_data(scene) && in_message && scene.header.length == 0
        });
    Fault Both "empty-continuations-refused" ["rfc6455-5.4-6", "rfc6455-5.4-12"]
        "refuses continuations with FIN clear and without a payload"
        => Refuse(|scene| {
            scene.header.opcode == Opcode::CONTINUATION
                && !scene.header.fin
                && scene.header.length == 0
        });
    Fault Both "empty-last-fragment-refused" ["rfc6455-5.4-6", "rfc6455-5.4-12"]
        "refuses a last fragment without a payload"
        => Refuse(|scene| {
            scene.header.opcode == Opcode::CONTINUATION
                && scene.header.fin
                && scene.header.length == 0
        });
    Fault Both "middle-fragments-lost" ["rfc6455-5.4-6"]
        "loses all fragments between the first and the last"
        => Mistreat(
            |scene| scene.header.opcode == Opcode::CONTINUATION && !scene.header.fin,
            Then::IgnoreFrame,
        );
    Fault Both "fragments-beyond-hundred-lost" ["rfc6455-5.4-6"]
        "loses the fragments of a message after the hundredth"
        => Mistreat(|scene| is_data(scene) && scene.earlier_in_message >= 100, Then::IgnoreFrame);
    // What it sends.
    Choice Both "echo-in-fragments" "echoes every message in two fragments"
        => Change(|it| it.echo.style = EchoStyle::InTwoFragments);
    Fault Both "echo-in-swapped-fragments" ["rfc6455-5.4-9", "rfc6455-5.4-6"]
        "echoes the second half of every message before the first"
        => Change(|it| it.echo.style = EchoStyle::InSwappedFragments);
    Fault Both "echo-in-beginnings" ["rfc6455-5.4-10", "rfc6455-5.4-19", "rfc6455-5.4-4"]
        "echoes every message in two frames that both begin a message"
        => Change(|it| it.echo.style = EchoStyle::InTwoBeginnings);
    Fault Both "echo-with-message-inside" ["rfc6455-5.4-10"]
        "sends a whole message between two fragments of an echo"
        => Change(|it| it.echo.style = EchoStyle::WithMessageInside);
    Fault Both "echo-then-continuation" ["rfc6455-5.4-4"]
        "sends a continuation of nothing after every echo"
        => Change(|it| it.echo.style = EchoStyle::ThenContinuation);
    Fault Both "echo-without-last-fragment" ["rfc6455-6.1-7", "rfc6455-5.4-4"]
        "clears FIN on the last fragment of every echo, too"
        => Change(|it| it.echo.style = EchoStyle::WithoutEnd);
}

fn is_data(scene: &Scene) -> bool {
    !scene.header.opcode.is_control()
}

fn is_orphan(violation: &Violation) -> bool {
    *violation == Violation::ContinuationWithoutStart
}

fn is_intruder(violation: &Violation) -> bool {
    *violation == Violation::DataInsideMessage
}
