//! Asking before something is made, removed or put back.

use anyhow::bail;

use crate::command::cli::Consent;
use crate::command::print;

/// Asks, unless it was agreed to beforehand.
///
/// # Errors
/// When there is nobody to ask.
pub fn agreed(consent: Consent, question: &str) -> anyhow::Result<bool> {
    if consent.yes {
        return Ok(true);
    }
    if !print::interactive() {
        bail!("물어볼 터미널이 없어요. 그대로 하려면 --yes를 붙이세요.");
    }
    Ok(print::confirm(question)?)
}
