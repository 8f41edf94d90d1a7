//! Which pages of browsers may talk to us.
//!
//! A browser lets any page open connections to this machine, and a name that its owner points at
//! 127.0.0.1 makes such a page look as if it were ours (DNS rebinding). What gives pages away are
//! their `Origin` (RFC 6455 §10.2) and the `Host` that they know us by.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Where we can be reached, and which other hosts may come.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Visitors {
    /// Names that the user gave, in lower case.
    names: Vec<String>,
    reach: Reach,
}

/// Who can come at all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Reach {
    /// Only this machine, which has no other name: `Host` gives away who was led here.
    #[default]
    Local,
    /// Others, too, by names that only they know, such as those of containers. Browsers are looked
    /// at.
    Wide,
    /// Whoever knows a name for which we have a certificate.
    Proven,
}

/// Somebody who may not come in.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Stranger {
    /// It was told that this host is ours.
    #[error("the host {0:?} is not known here; `--allow-host` makes it known")]
    Host(String),
    /// It is a page of another host.
    #[error("pages of {0:?} are not allowed here; `--allow-host` allows those of a host")]
    Origin(String),
}

impl Visitors {
    /// For a listener at this address, with or without TLS. `names` are further hosts that may
    /// come; `null` is the origin of files.
    #[must_use]
    pub fn at(address: IpAddr, secure: bool, names: &[String]) -> Self {
        let reach = match secure {
            true => Reach::Proven,
            false if address.is_loopback() => Reach::Local,
            false => Reach::Wide,
        };
        Self { names: names.iter().map(|name| name.to_ascii_lowercase()).collect(), reach }
    }

    /// The same for pages: a browser that only reads them does not say where it comes from, so
    /// their host always counts.
    #[must_use]
    pub fn of_pages(mut self) -> Self {
        if self.reach == Reach::Wide {
            self.reach = Reach::Local;
        }
        self
    }

    /// Lets the sender of this request in, or not. What is missing or malformed is let in: no
    /// browser sends such a request.
    ///
    /// # Errors
    /// Who it is instead.
    pub fn admit(&self, head: &[u8]) -> Result<(), Stranger> {
        let head = String::from_utf8_lossy(head);
        let hosts: Vec<&str> = fields(&head, "host").map(without_port).collect();
        let origins: Vec<&str> = fields(&head, "origin").collect();
        for origin in &origins {
            let host = host_of(origin);
            let is_ours = |ours: &&str| host.eq_ignore_ascii_case(ours);
            if !(self.knows(host) || is_this_machine(host) || hosts.iter().any(is_ours)) {
                return Err(Stranger::Origin((*origin).to_owned()));
            }
        }
        let is_foreign = |host: &&&str| {
            let counts = match self.reach {
                Reach::Local => true,
                Reach::Wide => !origins.is_empty(),
                Reach::Proven => false,
            };
            counts && is_name(host) && !self.knows(host) && !is_this_machine(host)
        };
        match hosts.iter().find(is_foreign) {
            Some(host) => Err(Stranger::Host((*host).to_owned())),
            None => Ok(()),
        }
    }

    fn knows(&self, host: &str) -> bool {
        self.names.iter().any(|name| name.eq_ignore_ascii_case(host))
    }
}

/// The values of a field of a request.
fn fields<'a>(head: &'a str, name: &'a str) -> impl Iterator<Item = &'a str> {
    head.lines().skip(1).filter_map(move |line| {
        let (field, value) = line.split_once(':')?;
        field.trim().eq_ignore_ascii_case(name).then(|| value.trim())
    })
}

/// The host of an origin such as `https://example.org:8443`; `null` has none, and is taken for one.
fn host_of(origin: &str) -> &str {
    without_port(origin.split_once("://").map_or(origin, |(_, authority)| authority))
}

/// A host without its port; an IPv6 address keeps its brackets.
fn without_port(authority: &str) -> &str {
    match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|b| b.is_ascii_digit()) => host,
        _ => authority,
    }
}

/// Whether it is a name that somebody on the internet can have registered: no address, and with a
/// dot in it.
fn is_name(host: &str) -> bool {
    let is_of_names = |b: u8| b.is_ascii_alphanumeric() || b"-_.".contains(&b) || !b.is_ascii();
    let is_address = host.parse::<Ipv4Addr>().is_ok();
    host.trim_end_matches('.').contains('.') && host.bytes().all(is_of_names) && !is_address
}

/// Whether it is this machine under a name that nobody else can have (RFC 6761 §6.3).
fn is_this_machine(host: &str) -> bool {
    let host = host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase();
    let v6 = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    host == "localhost"
        || host.ends_with(".localhost")
        || host.parse::<Ipv4Addr>().is_ok_and(|address| address.is_loopback())
        || v6
            .and_then(|v6| v6.parse::<Ipv6Addr>().ok())
            .is_some_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCAL: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
    const ALL: IpAddr = IpAddr::V4(Ipv4Addr::UNSPECIFIED);

    fn admits(visitors: &Visitors, fields: &str) -> bool {
        visitors.admit(format!("GET / HTTP/1.1\r\n{fields}\r\n\r\n").as_bytes()).is_ok()
    }

    #[test]
    fn addresses_and_this_machine_come_in() {
        let local = Visitors::at(LOCAL, false, &[]);
        for fields in [
            "Host: 127.0.0.1:9001",
            "Host: localhost",
            "host: LOCALHOST.:80",
            "Host: app.localhost:9001",
            "Host: [::1]:9001",
            "Host: 192.0.2.7:9001",
            "Host: 127.0.0.1:9001\r\nOrigin: http://127.0.0.1:13001",
            "Host: 127.0.0.1:9001\r\nOrigin: http://localhost:3000",
            "Host: localhost:9001\r\nOrigin: https://[::1]",
            "Host: 192.0.2.7:9001\r\nOrigin: http://192.0.2.7:8080",
            "X-No-Host: 1",
            "Host: build-machine:9001",
            "Host:",
            "Host: a b",
        ] {
            assert!(admits(&local, fields), "{fields}");
            assert!(admits(&local.clone().of_pages(), fields), "{fields}");
        }
    }

    #[test]
    fn names_that_anybody_can_have_and_their_pages_do_not() {
        let local = Visitors::at(LOCAL, false, &[]);
        for fields in [
            "Host: evil.example",
            "Host: evil.example:9001",
            "Host: 127.0.0.1.evil.example",
            "Host: localhost.evil.example",
            "Host: 127.0.0.1\r\nHost: evil.example",
            "Host : evil.example",
            "Host: evil.example:9001\r\nOrigin: http://evil.example:9001",
            "Host: 127.0.0.1:9001\r\nOrigin: http://evil.example",
            "Host: 127.0.0.1:9001\r\nOrigin: http://127.0.0.1.evil.example",
            "Host: 127.0.0.1:9001\r\nOrigin: http://192.0.2.7",
            "Host: 127.0.0.1:9001\r\nOrigin: null",
            "Host: 127.0.0.1:9001\r\nOrigin: file://",
        ] {
            assert!(!admits(&local, fields), "{fields}");
        }
    }

    #[test]
    fn whom_the_user_names_comes_in() {
        let names = ["Build.Example".to_owned(), "null".to_owned()];
        let named = Visitors::at(LOCAL, false, &names);
        assert!(admits(&named, "Host: build.example:9001\r\nOrigin: http://build.example"));
        assert!(admits(&named, "Host: 127.0.0.1:9001\r\nOrigin: null"));
        assert!(!admits(&named, "Host: other.example"));
    }

    #[test]
    fn programs_may_know_a_wide_listener_by_any_name_and_pages_may_not() {
        let wide = Visitors::at(ALL, false, &[]);
        assert!(admits(&wide, "Host: fuzzingserver:9001\r\nOrigin: http://fuzzingserver:9001"));
        assert!(admits(&wide, "Host: build.example:9001"));
        assert!(!admits(&wide, "Host: evil.example\r\nOrigin: http://evil.example"));
        assert!(!admits(&wide.of_pages(), "Host: evil.example"));
    }

    #[test]
    fn a_certificate_proves_a_name_and_no_origin() {
        let secure = Visitors::at(LOCAL, true, &[]);
        assert!(admits(&secure, "Host: server.test:9001"));
        assert!(admits(&secure, "Host: server.test\r\nOrigin: https://server.test"));
        assert!(!admits(&secure, "Host: server.test\r\nOrigin: https://evil.example"));
    }
}
