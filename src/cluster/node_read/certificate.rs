//! From when to when a certificate is valid. Pure; verifies nothing.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

const SEQUENCE: u8 = 0x30;
const VERSION: u8 = 0xa0;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;

/// The validity of the first certificate of a PEM text.
pub fn life(pem: &str) -> Option<(Timestamp, Timestamp)> {
    let (_, rest) = pem.split_once("-----BEGIN CERTIFICATE-----")?;
    let (body, _) = rest.split_once("-----END CERTIFICATE-----")?;
    let der = STANDARD.decode(body.split_whitespace().collect::<String>()).ok()?;
    // Certificate, its part that is signed; then version, serial number, algorithm, issuer, validity (RFC 5280, 4.1).
    let (certificate, _) = within(&der, SEQUENCE)?;
    let (mut signed, _) = within(certificate, SEQUENCE)?;
    if signed.first() == Some(&VERSION) {
        signed = element(signed)?.2;
    }
    for _ in 0..3 {
        signed = element(signed)?.2;
    }
    let (validity, _) = within(signed, SEQUENCE)?;
    let (tag, from, rest) = element(validity)?;
    let from = time(tag, from)?;
    let (tag, to, _) = element(rest)?;
    Some((from, time(tag, to)?))
}

/// The content of an element that must have this tag, and what comes after it.
fn within(bytes: &[u8], wanted: u8) -> Option<(&[u8], &[u8])> {
    let (tag, content, rest) = element(bytes)?;
    (tag == wanted).then_some((content, rest))
}

/// Tag, content and rest of a DER element.
fn element(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&tag, bytes) = bytes.split_first()?;
    let (&first, mut bytes) = bytes.split_first()?;
    let mut length = usize::from(first);
    if first & 0x80 != 0 {
        length = 0;
        for _ in 0..(first & 0x7f) {
            let (&byte, rest) = bytes.split_first()?;
            length = length.checked_mul(256)?.checked_add(usize::from(byte))?;
            bytes = rest;
        }
    }
    Some((tag, bytes.get(..length)?, bytes.get(length..)?))
}

/// `YYMMDDhhmmssZ` (1950 to 2049) or `YYYYMMDDhhmmssZ`.
fn time(tag: u8, content: &[u8]) -> Option<Timestamp> {
    let text = std::str::from_utf8(content).ok()?;
    let text = match tag {
        UTC_TIME => format!("{}{text}", if text.as_bytes().first()? < &b'5' { "20" } else { "19" }),
        GENERALIZED_TIME => text.to_owned(),
        _ => return None,
    };
    let when = DateTime::strptime("%Y%m%d%H%M%SZ", &text).ok()?;
    when.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp())
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    /// A certificate that openssl makes, with the dates openssl reads from it.
    fn made(days: &str) -> Option<(String, String)> {
        let folder = tempfile::tempdir().unwrap();
        let run = |arguments: &[&str]| {
            let output = Command::new("openssl").args(arguments).current_dir(folder.path()).output().ok()?;
            output.status.success().then(|| String::from_utf8(output.stdout).unwrap())
        };
        run(&[
            "req",
            "-x509",
            "-newkey",
            "ed25519",
            "-keyout",
            "k",
            "-out",
            "c",
            "-nodes",
            "-subj",
            "/O=a/CN=b",
            "-days",
            days,
        ])?;
        let pem = std::fs::read_to_string(folder.path().join("c")).unwrap();
        Some((pem, run(&["x509", "-in", "c", "-noout", "-enddate", "-dateopt", "iso_8601"])?))
    }

    #[test]
    fn the_end_is_what_openssl_says() {
        // 2049 is the last year of the short form.
        for days in ["1", "365", "20000"] {
            let Some((pem, end)) = made(days) else { return };
            let (from, to) = life(&pem).unwrap();
            assert_eq!(format!("notAfter={}", to.to_string().replace('T', " ")), end.trim());
            assert!(from < to);
        }
    }

    #[test]
    fn what_is_no_certificate_has_no_life() {
        for text in [
            "",
            "-----BEGIN CERTIFICATE-----\n!!\n-----END CERTIFICATE-----",
            "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----",
            "-----BEGIN CERTIFICATE-----\nMAMwAQA=\n-----END CERTIFICATE-----",
        ] {
            assert_eq!(life(text), None, "{text}");
        }
    }
}
