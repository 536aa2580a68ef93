//! Values that rules compute with.

use crate::model::service::ContextValue;

/// A value while rules are evaluated.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Val {
    Nothing,
    Flag(bool),
    Number(i64),
    Text(String),
    List(Vec<Self>),
    Record(Vec<(&'static str, Self)>),
}

impl Val {
    #[cfg(test)]
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Returns true when a condition with this result holds.
    pub(super) fn holds(&self) -> bool {
        !matches!(self, Self::Nothing | Self::Flag(false))
    }

    /// The attribute of a record.
    pub(super) fn attribute(&self, name: &str) -> &Self {
        match self {
            Self::Record(members) => members
                .iter()
                .find(|(member, _)| *member == name)
                .map_or(&Self::Nothing, |(_, value)| value),
            _ => &Self::Nothing,
        }
    }

    /// An item of a list; a negative index counts from the end.
    pub(super) fn item(&self, index: i64) -> &Self {
        let Self::List(items) = self else {
            return &Self::Nothing;
        };
        let place = if index < 0 {
            usize::try_from(index.unsigned_abs())
                .ok()
                .and_then(|back| items.len().checked_sub(back))
        } else {
            usize::try_from(index).ok()
        };
        place.and_then(|place| items.get(place)).unwrap_or(&Self::Nothing)
    }
}

impl From<&ContextValue> for Val {
    fn from(value: &ContextValue) -> Self {
        match value {
            ContextValue::Text(text) => Self::Text(text.clone()),
            ContextValue::Flag(flag) => Self::Flag(*flag),
            ContextValue::Texts(texts) => Self::List(texts.iter().cloned().map(Self::Text).collect()),
        }
    }
}
