//! How a server refuses a request (RFC 6455 §4.2.2, §4.4).

use crate::testee::{conduct::Refusing, defect::entry::defects};

defects! {
    Fault Server "drops-bad-requests" ["rfc6455-4.2.1-3", "rfc6455-4.2.2-11"]
        "closes TCP instead of answering a request that it refuses"
        => Change(|it| it.opening.refusing = Refusing::DropTcp);
    Fault Server "ignores-bad-requests" ["rfc6455-4.2.1-3", "rfc6455-4.2.2-11"]
        "goes on waiting instead of answering a request that it refuses"
        => Change(|it| it.opening.refusing = Refusing::Silence);
    Fault Server "refuses-with-200" ["rfc6455-4.2.1-3", "rfc6455-4.2.2-11"]
        "refuses requests with status 200"
        => Change(|it| it.opening.refusing = Refusing::With("200 OK"));
    Fault Server "refuses-with-302" ["rfc6455-4.2.1-3", "rfc6455-4.2.2-11"]
        "refuses requests by sending the client elsewhere"
        => Change(|it| {
            it.opening.refusing = Refusing::With("302 Found");
            it.opening.refusal_edits.push(|head| head.add("Location", "/"));
        });
    Fault Server "talks-after-refusing" ["rfc6455-4.2.1-3", "rfc6455-4.2.2-8"]
        "takes what follows a request that it has refused for frames, and echoes"
        => Change(|it| it.opening.refusing = Refusing::ThenTalk);
    Choice Server "waits-after-refusing" "leaves TCP open after it has refused a request"
        => Change(|it| it.opening.refusing = Refusing::ThenWait);
    Fault Server "no-version-in-refusal" ["rfc6455-4.2.2-12", "rfc6455-4.4-1"]
        "does not say which version it knows when it refuses another one"
        => EditRefusal(|head| head.remove("Sec-WebSocket-Version"));
    Fault Server "version-8-in-refusal" ["rfc6455-4.2.2-12", "rfc6455-4.3-3"]
        "says that it knows version 8 when it refuses another one"
        => EditRefusal(|head| {
            if head.value("Sec-WebSocket-Version").is_some() {
                head.set("Sec-WebSocket-Version", "8");
            }
        });
    Fault Server "426-without-upgrade" ["rfc9110-7.8-2"]
        "answers with status 426 and without Upgrade"
        => EditRefusal(|head| head.remove("Upgrade"));
    Fault Server "426-without-connection" ["rfc9110-7.8-3"]
        "answers with status 426 and an Upgrade that Connection does not name"
        => EditRefusal(|head| head.set("Connection", "close"));
}
