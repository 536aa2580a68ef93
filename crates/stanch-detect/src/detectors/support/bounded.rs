//! Whether something was left out to stay within a limit.
//!
//! The answer depends on all that was ever offered and not on its order or on how it was spread over threads.
//! A limit that drops something must never do so silently: what is not found then is unknown, not absent.

/// Memory with a limit. What has none answers as the trait does by itself.
pub(crate) trait Bounded {
    /// Returns true when anything was left out, here or in what is held.
    fn overflowed(&self) -> bool {
        false
    }
}

impl Bounded for () {}
impl Bounded for u32 {}
impl<T: Copy> Bounded for Option<T> {}
