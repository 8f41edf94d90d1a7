//! Control frames within fragmented messages, and messages within messages (RFC 6455 §5.4).

use crate::protocol::Opcode;
use crate::testee::{conduct::Then, defect::entry::defects};

defects! {
    Fault Both "no-interleaving" ["rfc6455-5.4-11"]
        "refuses control frames within a fragmented message"
        => Refuse(|scene| scene.inside && scene.header.opcode.is_control());
    Fault Both "no-pong-within-messages" ["rfc6455-5.4-11", "rfc6455-5.5.2-2"]
        "does not answer Pings within a fragmented message"
        => Mistreat(
            |scene| scene.inside && scene.header.opcode == Opcode::PING,
            Then::IgnoreFrame,
        );
    Fault Both "no-close-within-messages" ["rfc6455-5.4-11", "rfc6455-5.5.1-9"]
        "passes over a Close within a fragmented message"
        => Mistreat(
            |scene| scene.inside && scene.header.opcode == Opcode::CLOSE,
            Then::IgnoreFrame,
        );
    Fault Both "pings-join-messages" ["rfc6455-5.4-11"]
        "adds the payload of a Ping within a fragmented message to it"
        => Mistreat(|scene| scene.inside && scene.header.opcode == Opcode::PING, Then::Append);
    Fault Both "pongs-join-messages" ["rfc6455-5.4-11", "rfc6455-5.5.3-4"]
        "adds the payload of a Pong within a fragmented message to it"
        => Mistreat(|scene| scene.inside && scene.header.opcode == Opcode::PONG, Then::Append);
    Fault Both "pings-undo-messages" ["rfc6455-5.4-11"]
        "forgets what came of a fragmented message when a Ping comes"
        => Mistreat(
            |scene| scene.inside && scene.header.opcode == Opcode::PING,
            Then::ForgetMessage,
        );
    Fault Both "pongs-undo-messages" ["rfc6455-5.4-11", "rfc6455-5.5.3-4"]
        "forgets what came of a fragmented message when a Pong comes"
        => Mistreat(
            |scene| scene.inside && scene.header.opcode == Opcode::PONG,
            Then::ForgetMessage,
        );
    Fault Both "empty-pings-undo-messages" ["rfc6455-5.4-11"]
        "forgets what came of a fragmented message when a Ping without a payload comes"
        => Mistreat(
            |scene| {
                scene.inside && scene.header.opcode == Opcode::PING && scene.header.length == 0
            },
            Then::ForgetMessage,
        );
}
