//! Before the connection is open.

use std::{
    io::{Read, Write},
    net::TcpStream,
    thread,
    time::Duration,
};

use super::opened::{read_request, read_to_end, response};

/// Accepts, reads, and says nothing.
pub fn never_answer(mut stream: TcpStream) {
    read_to_end(&mut stream);
}

/// Accepts, and does nothing ever.
pub fn never_read_nor_answer(_stream: TcpStream) {
    loop {
        thread::park();
    }
}

/// Closes TCP before anything was said.
pub fn close_at_once(stream: TcpStream) {
    drop(stream);
}

/// Answers the request with these octets, and waits for the client to go.
pub fn answer(octets: &'static [u8]) -> impl Fn(TcpStream) + Send + Sync {
    move |mut stream| {
        if read_request(&mut stream).is_some() {
            let _ = stream.write_all(octets);
            read_to_end(&mut stream);
        }
    }
}

/// Answers with a response that is right, octet by octet at this pace, and echoes nothing.
pub fn answer_slowly(pace: Duration) -> impl Fn(TcpStream) + Send + Sync {
    move |mut stream| {
        let _ = stream.set_nodelay(true);
        if let Some(request) = read_request(&mut stream) {
            for octet in response(&request, &[]) {
                if stream.write_all(&[octet]).is_err() {
                    return;
                }
                thread::sleep(pace);
            }
            read_to_end(&mut stream);
        }
    }
}

/// Sends `start` and then `more` again and again, without waiting for a request.
pub fn answer_without_end(
    start: &'static [u8],
    more: &'static [u8],
) -> impl Fn(TcpStream) + Send + Sync {
    move |mut stream| {
        let mut going = stream.write_all(start).is_ok();
        while going {
            going = stream.write_all(more).is_ok();
        }
    }
}

/// Sends octets of no meaning, without end.
pub fn rubbish_without_end(mut stream: TcpStream) {
    // Some of the request first, so that closing does not look like a refusal.
    let _ = stream.read(&mut [0; 16]);
    let mut state = 0x2545_f491_u32;
    let mut rubbish = [0; 4096];
    loop {
        for octet in &mut rubbish {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            *octet = state as u8;
        }
        if stream.write_all(&rubbish).is_err() {
            return;
        }
    }
}
