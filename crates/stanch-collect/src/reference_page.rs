//! `docs/collectors.md`, from what the collectors say of themselves.
//!
//! It must not be part of the program.

use std::collections::BTreeSet;

use stanch_testkit::Page;

use crate::collector::{Ask, Collector, Scope};
use crate::collectors;

#[test]
fn reference_page_of_the_collectors_is_current() {
    let mut page = Page::new(
        "collectors.md",
        "Collectors",
        "API calls that `stanch collect` makes to read an account. All of them read; `stanch permissions` prints the IAM \
         policy that they need.",
    );
    for collector in collectors::ALL {
        section(&mut page, collector);
    }
    page.check();
}

fn section(page: &mut Page, collector: &Collector) {
    page.item(collector.name, collector.purpose);
    page.row("Service", collector.service);
    page.row(
        "Scope",
        &match collector.scope {
            Scope::Global => "once per account".to_owned(),
            Scope::EachRegion => "each region".to_owned(),
            Scope::Only(region) => format!("once per account, in {region}"),
        },
    );
    page.row("Playbook steps", &collector.steps.join(", "));
    let mut calls = BTreeSet::new();
    gather(collector.service, collector.asks, &mut calls);
    page.row("Calls", &calls.into_iter().collect::<Vec<_>>().join(", "));
}

/// Adds the calls of requests, and of those that follow from their replies.
fn gather(service: &str, asks: &[Ask], calls: &mut BTreeSet<String>) {
    for ask in asks {
        let service = ask.service.unwrap_or(service);
        calls.insert(format!("`{service}:{}`", ask.operation));
        for each in ask.each.iter().flatten() {
            gather(service, each.asks, calls);
        }
    }
}
