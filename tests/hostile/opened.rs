//! The opening handshake, done right.

use std::{
    io::{self, Read, Write},
    net::TcpStream,
};

use wspec::protocol::handshake::{HeadReader, HeadState, ServerRequest, ServerResponse};

/// Reads the client's request; `None` when it goes away before.
pub fn read_request(stream: &mut TcpStream) -> Option<ServerRequest> {
    let mut reader = HeadReader::default();
    let mut octet = [0];
    loop {
        // Octet by octet, so that what follows the request stays with the kernel.
        stream.read_exact(&mut octet).ok()?;
        if let HeadState::Complete(end) = reader.push(&octet) {
            return ServerRequest::read(&reader.octets()[..end]).ok();
        }
    }
}

/// The response that opens the connection, with these extensions.
pub fn response(request: &ServerRequest, extensions: &[&str]) -> Vec<u8> {
    ServerResponse {
        key: request.key.clone(),
        extensions: extensions.iter().map(ToString::to_string).collect(),
    }
    .encode()
}

/// Opens the connection.
pub fn open(stream: &mut TcpStream) -> io::Result<()> {
    open_with(stream, &[])
}

/// Opens the connection with these extensions.
pub fn open_with(stream: &mut TcpStream, extensions: &[&str]) -> io::Result<()> {
    let request = read_request(stream).ok_or(io::ErrorKind::UnexpectedEof)?;
    stream.write_all(&response(&request, extensions))
}

/// Waits until the peer ends TCP, and reads what it sends until then.
pub fn read_to_end(stream: &mut TcpStream) {
    let _ = io::copy(stream, &mut io::sink());
}
