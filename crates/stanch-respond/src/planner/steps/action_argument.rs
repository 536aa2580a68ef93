//! The text of `--act`: an action, its target, and parameters.
//!
//! Every parameter counts: one that the action does not take, or that would have no effect, is refused. It must not know any account.

use stanch_core::text::shown;

use crate::about::{About, Values};

/// Parameters that every action takes: the region of the target, and its kind where an action takes several kinds.
const OF_ALL: [&str; 2] = ["kind", "region"];
/// The parts of an `--act` argument.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::planner) struct ActionArgument<'t> {
    pub(in crate::planner) action: &'t str,
    pub(in crate::planner) target: String,
    pub(in crate::planner) parameters: Vec<(String, String)>,
}

impl<'t> ActionArgument<'t> {
    /// Splits the text. A comma begins a new parameter only where a name and `=` follow: reasons and ARNs can contain commas.
    pub(in crate::planner) fn of(text: &'t str) -> Self {
        let mut pieces = text.split(',');
        let first = pieces.next().unwrap_or_default();
        let (action, target) = first.split_once(':').unwrap_or((first, ""));
        let mut asked = Self {
            action: action.trim(),
            target: target.trim().to_owned(),
            parameters: Vec::new(),
        };
        for piece in pieces {
            let named = piece
                .split_once('=')
                .and_then(|(name, word)| Some((name_of(name)?, word)));
            match (named, asked.parameters.last_mut()) {
                (Some((name, word)), _) => asked.parameters.push((name, word.to_owned())),
                (None, Some((_, word))) => word.extend([",", piece]),
                (None, None) => asked.target.extend([",", piece]),
            }
        }
        asked
    }

    pub(in crate::planner) fn parameter(&self, name: &str) -> Option<&str> {
        let mut parameters = self.parameters.iter();
        parameters
            .find(|(known, _)| *known == name)
            .map(|(_, word)| word.as_str())
    }

    /// Returns the parameters of the action itself.
    pub(in crate::planner) fn own_parameters(&self) -> impl Iterator<Item = &(String, String)> {
        self.parameters
            .iter()
            .filter(|(name, _)| !OF_ALL.contains(&name.as_str()))
    }

    /// Checks that every parameter is one that the action takes, given once unless it is repeatable, with a value that has an effect.
    pub(in crate::planner) fn check(&self, about: &About) -> Result<(), String> {
        for (place, (name, word)) in self.parameters.iter().enumerate() {
            let parameter = about.parameter(name);
            if !OF_ALL.contains(&name.as_str()) && parameter.is_none() {
                return Err(format!("{} takes no {name}", about.name));
            }
            let values = parameter.map_or(Values::One, |parameter| parameter.values);
            if values != Values::Many && self.parameters[..place].iter().any(|(known, _)| known == name) {
                return Err(format!("{name} is given twice"));
            }
            if values == Values::Flag && matches!(word.as_str(), "no" | "false" | "0" | "") {
                return Err(format!("omit {name} instead of {name}={}", shown(word, 20)));
            }
        }
        Ok(())
    }
}

/// Returns the name of a parameter, if the text can be one: lower-case letters and hyphens.
fn name_of(text: &str) -> Option<String> {
    let name = text.trim().to_ascii_lowercase();
    let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
    is_name.then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comma_begins_a_parameter_only_before_a_name() {
        let asked = ActionArgument::of("access-key-delete:AKIA1,user=eve,proof=unused, as a=b shows,user=x");
        assert_eq!(
            (asked.action, asked.target.as_str()),
            ("access-key-delete", "AKIA1")
        );
        let parameters: Vec<(&str, &str)> = asked
            .parameters
            .iter()
            .map(|(name, word)| (name.as_str(), word.as_str()))
            .collect();
        assert_eq!(
            parameters,
            [("user", "eve"), ("proof", "unused, as a=b shows"), ("user", "x")]
        );
        let bare = ActionArgument::of("budget-create,email=a@example.com");
        assert_eq!((bare.action, bare.target.as_str()), ("budget-create", ""));
        assert_eq!(bare.parameter("email"), Some("a@example.com"));
        assert_eq!(
            ActionArgument::of("trail-start:arn:aws:x:y,z").target,
            "arn:aws:x:y,z"
        );
    }
}
