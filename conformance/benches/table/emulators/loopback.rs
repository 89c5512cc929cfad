//! Where the processes of an emulator listen, as Linux tells it.

use std::collections::HashSet;
use std::fs;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// The addresses on which a process or any that it started listens.
pub(crate) fn listening(process: u32) -> Result<Vec<SocketAddr>, String> {
    let sockets = sockets(process)?;
    let mut found = Vec::new();
    for file in ["/proc/net/tcp", "/proc/net/tcp6"] {
        // A machine without IPv6 has no second one.
        let Ok(text) = fs::read_to_string(file) else { continue };
        found.extend(text.lines().skip(1).filter_map(|line| {
            let fields: Vec<&str> = line.split_whitespace().collect();
            let (address, state, inode) = (fields.get(1)?, fields.get(3)?, fields.get(9)?);
            (*state == LISTENING && sockets.contains(*inode)).then(|| read(address))?
        }));
    }
    Ok(found)
}

const LISTENING: &str = "0A";

/// The numbers of the sockets that a process and its descendants hold.
fn sockets(process: u32) -> Result<HashSet<String>, String> {
    let mut sockets = HashSet::new();
    for process in with_descendants(process)? {
        // One that has just ended holds none.
        let Ok(files) = fs::read_dir(format!("/proc/{process}/fd")) else { continue };
        let links = files.flatten().filter_map(|file| fs::read_link(file.path()).ok());
        sockets.extend(links.filter_map(|link| {
            let number = link.to_str()?.strip_prefix("socket:[")?.strip_suffix(']')?;
            Some(number.to_owned())
        }));
    }
    Ok(sockets)
}

fn with_descendants(process: u32) -> Result<Vec<u32>, String> {
    let unseen = |error| format!("where it listens cannot be seen on this system: /proc: {error}");
    let all: Vec<(u32, u32)> = fs::read_dir("/proc")
        .map_err(unseen)?
        .flatten()
        .filter_map(|entry| {
            let process = entry.file_name().to_str()?.parse().ok()?;
            let stat = fs::read_to_string(entry.path().join("stat")).ok()?;
            // The name before may hold anything, parentheses too.
            let parent = stat.rsplit_once(')')?.1.split_whitespace().nth(1)?.parse().ok()?;
            Some((process, parent))
        })
        .collect();
    let mut family = vec![process];
    let mut next = 0;
    while let Some(parent) = family.get(next).copied() {
        family.extend(all.iter().filter(|(_, of)| *of == parent).map(|(process, _)| *process));
        next += 1;
    }
    Ok(family)
}

/// `0100007F:1F90`: each 32 bits of the address as the machine holds them, then the port.
fn read(address: &str) -> Option<SocketAddr> {
    let (address, port) = address.split_once(':')?;
    let words = (0..address.len() / 8).map(|word| u32::from_str_radix(address.get(word * 8..word * 8 + 8)?, 16).ok());
    let bytes: Vec<u8> = words.collect::<Option<Vec<u32>>>()?.into_iter().flat_map(u32::to_ne_bytes).collect();
    let ip = match <[u8; 4]>::try_from(bytes.as_slice()) {
        Ok(four) => IpAddr::V4(Ipv4Addr::from(four)),
        Err(_) => IpAddr::V6(Ipv6Addr::from(<[u8; 16]>::try_from(bytes.as_slice()).ok()?)),
    };
    Some(SocketAddr::new(ip, u16::from_str_radix(port, 16).ok()?))
}
