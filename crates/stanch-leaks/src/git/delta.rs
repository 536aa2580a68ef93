//! Changes to a base object (gitformat-pack, "Deltified representation").

/// Applies changes to a base. The result must have no more than `most` bytes.
///
/// # Errors
/// When the changes do not fit the base or themselves.
pub(crate) fn apply(base: &[u8], delta: &[u8], out: &mut Vec<u8>, most: u64) -> Result<(), &'static str> {
    let mut at = 0;
    let base_size = size(delta, &mut at).ok_or("the delta is cut off")?;
    let size = size(delta, &mut at).ok_or("the delta is cut off")?;
    if base_size != base.len() as u64 {
        return Err("the delta is of another base");
    }
    if size > most {
        return Err("the object is larger than the limit");
    }
    out.clear();
    out.reserve_exact(usize::try_from(size).map_err(|_| "the object is too large")?);
    while let Some(&command) = delta.get(at) {
        at += 1;
        if command & 0x80 == 0 {
            let length = usize::from(command);
            let text = delta
                .get(at..at + length)
                .filter(|_| length > 0)
                .ok_or("the delta is damaged")?;
            out.extend_from_slice(text);
            at += length;
        } else {
            let offset = number(delta, &mut at, command & 15).ok_or("the delta is cut off")?;
            let length = number(delta, &mut at, (command >> 4) & 7).ok_or("the delta is cut off")?;
            let length = if length == 0 { 0x1_0000 } else { length };
            let end = offset.checked_add(length).ok_or("the delta is damaged")?;
            out.extend_from_slice(
                base.get(offset..end)
                    .ok_or("the delta copies from outside its base")?,
            );
        }
        if out.len() as u64 > size {
            return Err("the delta gives more than it says");
        }
    }
    if out.len() as u64 == size {
        Ok(())
    } else {
        Err("the delta gives less than it says")
    }
}

/// Returns the size of the result that a delta announces.
pub(crate) fn result_size(delta: &[u8]) -> Option<u64> {
    let mut at = 0;
    size(delta, &mut at)?;
    size(delta, &mut at)
}

fn size(delta: &[u8], at: &mut usize) -> Option<u64> {
    let mut value = 0_u64;
    let mut shift = 0;
    loop {
        let byte = *delta.get(*at)?;
        *at += 1;
        if shift > 56 {
            return None;
        }
        value |= u64::from(byte & 0x7f) << shift;
        shift += 7;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
}

fn number(delta: &[u8], at: &mut usize, mask: u8) -> Option<usize> {
    let mut value = 0;
    for bit in 0..4 {
        if mask & (1 << bit) != 0 {
            value |= usize::from(*delta.get(*at)?) << (8 * bit);
            *at += 1;
        }
    }
    Some(value)
}
