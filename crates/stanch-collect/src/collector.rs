//! Collectors: plain data that names calls, and how a reply leads to the next call.
//!
//! Everything here can be written in a `const`, so that a collector's file is a table to read, not code to follow. It must
//! not know how calls are sent or what their answers mean.

/// Lists of one answer that may be followed.
const LISTS: usize = 4;

/// A group of calls that serve one purpose.
#[derive(Debug, Clone, Copy)]
pub struct Collector {
    /// Its name: the file's, in kebab case.
    pub name: &'static str,
    /// Purpose, in a sentence.
    pub purpose: &'static str,
    /// Steps of the playbook that it feeds, such as `8` or `12`.
    pub steps: &'static [&'static str],
    /// The service that is asked, as its model is named; an ask may name another.
    pub service: &'static str,
    /// Where it is asked.
    pub scope: Scope,
    /// The request.
    pub asks: &'static [Ask],
}

/// Where something is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Once per account, in the home region of its partition.
    Global,
    /// In every region.
    EachRegion,
    /// Once per account, in this region, where the partition has it.
    Only(&'static str),
}

/// One call, where its parameters come from, and what its answer asks next.
#[derive(Debug, Clone, Copy)]
pub struct Ask {
    /// The operation.
    pub operation: &'static str,
    /// The service, when it is not the one above it.
    pub service: Option<&'static str>,
    /// Parameters that are always given: a JSON object in which texts may hold `{account}`, `{region}`, `{partition}`,
    /// `{now}`, `{time-ago:N}` and `{days-ago:N}` (N days before the snapshot began, as a time or a date).
    pub given: &'static str,
    /// Parameters out of the item that led here: the parameter's path and a source (see [`crate::source`]).
    pub from: &'static [(&'static str, &'static str)],
    /// Lists of the answer whose items lead on.
    pub each: [Option<Each>; LISTS],
    /// Number of items one call takes, for sources that gather a list.
    pub batch: usize,
    /// Asked again until this member of the answer has this value.
    pub until: Option<(&'static str, &'static str)>,
    /// The region to ask in: a member of the item, where it is there and names a region.
    pub region: Option<&'static str>,
    /// Only asked for items of which this member has this value.
    pub only: Option<(&'static str, &'static str)>,
    /// Asked even if the call before it brought no answer.
    pub regardless: bool,
}

/// Items of an answer and what is asked for each of them.
#[derive(Debug, Clone, Copy)]
pub struct Each {
    /// Where the items are, such as `Reservations[].Instances[]`; empty for the answer itself.
    pub path: &'static str,
    /// Request for each item.
    pub asks: &'static [Ask],
}

impl Ask {
    /// A call without parameters.
    #[must_use]
    pub const fn new(operation: &'static str) -> Self {
        Self {
            operation,
            service: None,
            given: "",
            from: &[],
            each: [None; LISTS],
            batch: 1,
            until: None,
            region: None,
            only: None,
            regardless: false,
        }
    }

    /// With parameters that are always the same.
    #[must_use]
    pub const fn given(mut self, json: &'static str) -> Self {
        self.given = json;
        self
    }

    /// Of another service.
    #[must_use]
    pub const fn of(mut self, service: &'static str) -> Self {
        self.service = Some(service);
        self
    }

    /// Asks on for each item at a path. At most four paths; a fifth fails to compile where collectors are constants.
    #[must_use]
    pub const fn each(mut self, path: &'static str, asks: &'static [Self]) -> Self {
        let mut place = 0;
        while self.each[place].is_some() {
            place += 1;
        }
        self.each[place] = Some(Each { path, asks });
        self
    }

    /// Asks on once, after this.
    #[must_use]
    pub const fn then(self, asks: &'static [Self]) -> Self {
        self.each("", asks)
    }

    /// Takes up to so many items into one call.
    #[must_use]
    pub const fn batch(mut self, items: usize) -> Self {
        self.batch = items;
        self
    }

    /// Asks again until a member of the answer has a value.
    #[must_use]
    pub const fn until(mut self, member: &'static str, value: &'static str) -> Self {
        self.until = Some((member, value));
        self
    }

    /// Asks in the region that a member of the item names.
    #[must_use]
    pub const fn region(mut self, member: &'static str) -> Self {
        self.region = Some(member);
        self
    }

    /// Asks only for items of which a member has a value.
    #[must_use]
    pub const fn only(mut self, member: &'static str, value: &'static str) -> Self {
        self.only = Some((member, value));
        self
    }

    /// Asks even if what leads here was refused; for a call that takes nothing from it.
    #[must_use]
    pub const fn regardless(mut self) -> Self {
        self.regardless = true;
        self
    }

    /// Number of calls that are named in it, its own included.
    #[must_use]
    pub fn count(&self) -> usize {
        let below = self.each.iter().flatten().flat_map(|each| each.asks);
        1 + below.map(Self::count).sum::<usize>()
    }
}

/// A call whose parameters come from an item: pairs of parameter and source.
#[must_use]
pub const fn with(operation: &'static str, from: &'static [(&'static str, &'static str)]) -> Ask {
    let mut ask = Ask::new(operation);
    ask.from = from;
    ask
}
