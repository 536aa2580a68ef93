//! Days and moments as CloudTrail writes them.

use jiff::civil::Date;

use crate::DemoError;

/// One day of the story.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Day {
    date: Date,
    /// Its place in the story.
    pub(crate) index: u32,
}

impl Day {
    /// So many days from the first.
    pub(crate) fn from_start(start: &str, count: u32) -> Result<Vec<Self>, DemoError> {
        let unfit = || DemoError::Start(start.to_owned());
        let first: Date = start.parse().map_err(|_| unfit())?;
        (0..count.max(1))
            .map(|index| {
                let date = first
                    .checked_add(jiff::Span::new().days(i64::from(index)))
                    .map_err(|_| unfit())?;
                Ok(Self { date, index })
            })
            .collect()
    }

    /// `2026-03-02`.
    pub(crate) fn dashed(self) -> String {
        self.date.to_string()
    }

    /// `2026/03/02`.
    pub(crate) fn slashed(self) -> String {
        self.dashed().replace('-', "/")
    }

    /// `2026-03-02T13:41:07Z`. Seconds past the end of the day stay on its last second.
    pub(crate) fn moment(self, second: u32) -> String {
        let second = second.min(86_399);
        let (hour, minute) = (second / 3600, second / 60 % 60);
        format!("{}T{hour:02}:{minute:02}:{:02}Z", self.date, second % 60)
    }

    /// `20260302T1341Z`: the stamp in a file's name.
    pub(crate) fn stamp(self, second: u32) -> String {
        let second = second.min(86_399);
        let day = self.dashed().replace('-', "");
        format!("{day}T{:02}{:02}Z", second / 3600, second / 60 % 60)
    }

    /// Returns true when people work.
    pub(crate) fn is_workday(self) -> bool {
        self.date.weekday().to_monday_one_offset() <= 5
    }

    /// A name for this day in chance.
    pub(crate) fn key(self) -> String {
        self.index.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_written_as_cloudtrail_writes_them() {
        let days = Day::from_start("2026-02-27", 3).unwrap();
        assert_eq!(days[2].slashed(), "2026/03/01");
        assert_eq!(days[0].moment(49_267), "2026-02-27T13:41:07Z");
        assert_eq!(days[0].stamp(49_267), "20260227T1341Z");
        assert!(days[0].is_workday() && !days[1].is_workday());
        assert!(matches!(Day::from_start("soon", 1), Err(DemoError::Start(_))));
    }
}
