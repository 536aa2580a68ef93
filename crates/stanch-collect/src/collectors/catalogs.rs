//! Service Catalog: products that users launch with more rights than they have.
//!
//! It must not judge what it reads.

use crate::collector::{Ask, Collector, Scope};

/// See the head of this file.
pub(crate) const COLLECTOR: Collector = Collector {
    name: "catalogs",
    purpose: "Service Catalog portfolios, image pipelines, control tower",
    steps: &["8", "12"],
    service: "servicecatalog",
    scope: Scope::EachRegion,
    asks: &[
        Ask::new("ListPortfolios"),
        Ask::new("SearchProductsAsAdmin"),
        Ask::new("ListAcceptedPortfolioShares"),
        Ask::new("ListImagePipelines").of("imagebuilder"),
        Ask::new("ListImageRecipes")
            .of("imagebuilder")
            .given(r#"{"owner":"Self"}"#),
        Ask::new("ListComponents")
            .of("imagebuilder")
            .given(r#"{"owner":"Self"}"#),
        Ask::new("ListLandingZones").of("controltower"),
    ],
};
