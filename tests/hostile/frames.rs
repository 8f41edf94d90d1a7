//! On an open connection.

use std::{
    io::{Read, Write},
    net::{Shutdown, TcpStream},
    sync::LazyLock,
    thread,
    time::Duration,
};

use wspec::protocol::{
    FrameHeader, Opcode, Role, Rsv,
    deflate::{DeflateParameters, Deflater},
    encode_frame,
};

use super::opened::{open, open_with, read_to_end};

/// Echoes as it should.
pub fn well_behaved(stream: TcpStream) {
    let Ok(mut socket) = tungstenite::accept(stream) else {
        return;
    };
    while let Ok(message) = socket.read() {
        let data = message.is_text() || message.is_binary();
        if data && socket.send(message).is_err() {
            return;
        }
    }
}

/// Opens, and then sends these frames again and again, reading nothing.
pub fn flood(frames: &'static [u8]) -> impl Fn(TcpStream) + Send + Sync {
    move |mut stream| {
        if open(&mut stream).is_err() {
            return;
        }
        let much = frames.repeat((64 * 1024_usize).div_ceil(frames.len()));
        while stream.write_all(&much).is_ok() {}
    }
}

/// Opens, and sends one message of ever more fragments.
pub fn endless_fragments(mut stream: TcpStream) {
    let mut header = FrameHeader::new(Opcode::TEXT, 4);
    header.fin = false;
    let mut first = Vec::new();
    encode_frame(&header, b"text", &mut first);
    header.opcode = Opcode::CONTINUATION;
    let mut more = Vec::new();
    encode_frame(&header, b"more", &mut more);
    let more = more.repeat(4096);
    if open(&mut stream).is_ok() && stream.write_all(&first).is_ok() {
        while stream.write_all(&more).is_ok() {}
    }
}

/// Opens, and sends a frame that declares 2^62 octets, and as many of them as it gets rid of.
pub fn endless_frame(mut stream: TcpStream) {
    let mut start = Vec::new();
    FrameHeader::new(Opcode::BINARY, 1 << 62).encode(&mut start);
    if open(&mut stream).is_ok() && stream.write_all(&start).is_ok() {
        while stream.write_all(&[0; 64 * 1024]).is_ok() {}
    }
}

/// Opens, and sends text messages octet by octet at this pace.
pub fn drip_frames(pace: Duration) -> impl Fn(TcpStream) + Send + Sync {
    move |mut stream| {
        let _ = stream.set_nodelay(true);
        if open(&mut stream).is_err() {
            return;
        }
        for octet in b"\x81\x05Hello".iter().cycle() {
            if stream.write_all(&[*octet]).is_err() {
                return;
            }
            thread::sleep(pace);
        }
    }
}

/// Opens, waits for octets of the case, and resets TCP in the middle of a frame.
pub fn reset_in_mid_frame(mut stream: TcpStream) {
    if open(&mut stream).is_err() || stream.peek(&mut [0]).is_err() {
        return;
    }
    let _ = stream.write_all(b"\x81\x7e\x01\x00half a fra");
    // Closing with octets unread makes the kernel send RST.
    drop(stream);
}

/// Opens, and never reads.
pub fn never_read(mut stream: TcpStream) {
    if open(&mut stream).is_ok() {
        loop {
            thread::park();
        }
    }
}

/// Opens, says that it will send nothing more, and goes on reading.
pub fn half_close(mut stream: TcpStream) {
    if open(&mut stream).is_ok() && stream.shutdown(Shutdown::Write).is_ok() {
        read_to_end(&mut stream);
    }
}

/// Opens with compression, waits for a message, and answers with ones that inflate to
/// 32 MiB each, without end.
pub fn deflate_bomb(mut stream: TcpStream) {
    static BOMB: LazyLock<Vec<u8>> = LazyLock::new(bomb);
    if open_with(&mut stream, &["permessage-deflate"]).is_err() {
        return;
    }
    let mut going = stream.read(&mut [0; 4096]).is_ok();
    while going {
        going = stream.write_all(&BOMB).is_ok();
    }
}

fn bomb() -> Vec<u8> {
    let mut deflater = Deflater::new(Role::Server, DeflateParameters::default());
    let mut compressed = Vec::new();
    deflater.compress_message(&vec![0; 32 << 20], &mut compressed);
    let mut header = FrameHeader::new(Opcode::BINARY, compressed.len() as u64);
    header.rsv = Rsv::RSV1;
    let mut bomb = Vec::new();
    encode_frame(&header, &compressed, &mut bomb);
    bomb
}
