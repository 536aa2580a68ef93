//! A fact about one API call, and the words it is built from.
//!
//! It must not know any call.

/// Effect of a call on the resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Effect {
    /// The resource exists afterwards.
    Creates,
    /// The resource is another afterwards.
    Changes,
    /// The resource, or what it does, ends.
    Deletes,
    /// Someone has access that they did not have, or more than before.
    Grants,
    /// Credentials are handed out.
    Issues,
}

/// Place of an id in an event: a JSON pointer without the leading slash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// In `requestParameters`.
    Request(&'static str),
    /// In `responseElements`.
    Response(&'static str),
}

impl Place {
    /// Returns the JSON pointer into the whole record.
    #[must_use]
    pub fn pointer(self) -> String {
        match self {
            Self::Request(path) => format!("/requestParameters/{path}"),
            Self::Response(path) => format!("/responseElements/{path}"),
        }
    }
}

/// Identity that can act because of a call, by where it is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Identity {
    /// User of the account, by name.
    User(Place),
    /// Role of the account, by name.
    Role(Place),
    /// Principal by its ARN.
    Arn(Place),
}

/// Loss that a deletion causes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Loss {
    /// Backups: snapshots, recovery points, images.
    Backup,
    /// A store of data, or the key that it is encrypted with.
    Data,
    /// One object.
    Object,
    /// Up to a thousand objects.
    Batch,
    /// Something that runs or acts: instances, functions, clusters, users.
    Workload,
    /// Networks, roles and settings between the workloads.
    Plumbing,
}

/// Effect of a call on what is logged or detected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Logging {
    /// A trail stops.
    TrailStopped,
    /// A trail is deleted.
    TrailDeleted,
    /// A trail logs again.
    TrailStarted,
    /// A trail is created.
    TrailCreated,
    /// Detection or logging of the whole account ends.
    AccountOff,
    /// A log of one part ends.
    PartOff,
    /// Logs of a program, or an alarm, end: often everyday work.
    Minor,
    /// A log or detection is created.
    Created,
}

/// Fact about one call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CallFact {
    /// Service, as CloudTrail names it in `eventSource` before the first dot.
    pub service: &'static str,
    /// Name of the call, without an API date.
    pub call: &'static str,
    /// Effect on the resource.
    pub effect: Effect,
    /// Kind of the resource: `user`, `trail`.
    pub resource: &'static str,
    /// Place of the resource's id or name.
    pub id: Option<Place>,
    /// Calls that undo it, the usual one first.
    pub undone_by: &'static [&'static str],
    /// Identity that can act because of it.
    pub identity: Option<Identity>,
    /// It makes a credential, lets someone sign in, or hands out a session.
    pub makes_credential: bool,
    /// Its success links one identity to another, so that lineage needs it.
    pub links: bool,
    /// Loss that it causes.
    pub loss: Option<Loss>,
    /// Effect on what is logged or detected.
    pub logging: Option<Logging>,
    /// Members, in lower case, that name what a call made whose reply also names other resources; empty where all do.
    pub named_by: &'static [&'static str],
}

impl CallFact {
    const fn new(service: &'static str, call: &'static str, effect: Effect, resource: &'static str) -> Self {
        Self {
            service,
            call,
            effect,
            resource,
            id: None,
            undone_by: &[],
            identity: None,
            makes_credential: false,
            links: false,
            loss: None,
            logging: None,
            named_by: &[],
        }
    }

    pub(crate) const fn creates(service: &'static str, call: &'static str, resource: &'static str) -> Self {
        Self::new(service, call, Effect::Creates, resource)
    }

    pub(crate) const fn changes(service: &'static str, call: &'static str, resource: &'static str) -> Self {
        Self::new(service, call, Effect::Changes, resource)
    }

    pub(crate) const fn deletes(service: &'static str, call: &'static str, resource: &'static str) -> Self {
        Self::new(service, call, Effect::Deletes, resource)
    }

    pub(crate) const fn grants(service: &'static str, call: &'static str, resource: &'static str) -> Self {
        Self::new(service, call, Effect::Grants, resource)
    }

    pub(crate) const fn issues(service: &'static str, call: &'static str, resource: &'static str) -> Self {
        Self::new(service, call, Effect::Issues, resource)
    }

    pub(crate) const fn request(mut self, path: &'static str) -> Self {
        self.id = Some(Place::Request(path));
        self
    }

    pub(crate) const fn response(mut self, path: &'static str) -> Self {
        self.id = Some(Place::Response(path));
        self
    }

    pub(crate) const fn undone_by(mut self, calls: &'static [&'static str]) -> Self {
        self.undone_by = calls;
        self
    }

    pub(crate) const fn user(mut self, place: Place) -> Self {
        self.identity = Some(Identity::User(place));
        self
    }

    pub(crate) const fn role(mut self, place: Place) -> Self {
        self.identity = Some(Identity::Role(place));
        self
    }

    pub(crate) const fn principal(mut self, place: Place) -> Self {
        self.identity = Some(Identity::Arn(place));
        self
    }

    pub(crate) const fn credential(mut self) -> Self {
        self.makes_credential = true;
        self
    }

    pub(crate) const fn links(mut self) -> Self {
        self.links = true;
        self
    }

    pub(crate) const fn loses(mut self, loss: Loss) -> Self {
        self.loss = Some(loss);
        self
    }

    pub(crate) const fn logging(mut self, logging: Logging) -> Self {
        self.logging = Some(logging);
        self
    }

    pub(crate) const fn named_by(mut self, members: &'static [&'static str]) -> Self {
        self.named_by = members;
        self
    }
}
