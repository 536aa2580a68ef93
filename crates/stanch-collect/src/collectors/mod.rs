//! The collectors, one file each. To add one: write the file and run `cargo xtask index`.
//!
//! It must not know how they are run.

use crate::collector::Collector;

#[cfg(test)]
mod tests;

// <index>
mod accelerators;
mod access_analyzer;
mod account;
mod alarms;
mod api_gateway;
mod api_gateway_v2;
mod app_hosting;
mod auto_scaling;
mod backup;
mod batch;
mod big_data;
mod builds;
mod caller;
mod catalogs;
mod certificates;
mod chat_channels;
mod cloudformation;
mod cloudtrail;
mod config;
mod content_delivery;
mod cost;
mod data_jobs;
mod detective;
mod devices;
mod document_databases;
mod dynamodb;
mod ec2_defaults;
mod ec2_images;
mod ec2_instances;
mod ec2_launch;
mod ec2_network;
mod ec2_recycle_bin;
mod ec2_spot;
mod ecs;
mod eks;
mod events;
mod files;
mod games_and_media;
mod graph_apis;
mod guardduty;
mod iam_account;
mod iam_federation;
mod iam_users;
mod identity_center;
mod identity_directories;
mod identity_store;
mod images;
mod images_public;
mod inspector;
mod inventory;
mod kms;
mod lambda;
mod language_models;
mod lightsail;
mod load_balancers;
mod logs;
mod machine_learning;
mod macie;
mod mail;
mod money;
mod names;
mod network_services;
mod organization;
mod other_databases;
mod pipelines;
mod queues;
mod quotas;
mod redshift;
mod relational_databases;
mod resolvers;
mod resource_explorer;
mod roles_anywhere;
mod s3;
mod s3_control;
mod s3_multi_region;
mod schedules;
mod secrets;
mod security_hub;
mod security_services;
mod shares;
mod ssm;
mod step_functions;
mod support_cases;
mod topics;
mod transfers;
mod user_pools;
mod web_firewalls;
mod web_firewalls_global;

/// All collectors, in the order in which they run: the most relevant first where time is short. A line can be moved by
/// hand; a new one is added at the end.
pub const ALL: &[&Collector] = &[
    &iam_account::COLLECTOR,
    &iam_users::COLLECTOR,
    &iam_federation::COLLECTOR,
    &identity_center::COLLECTOR,
    &identity_store::COLLECTOR,
    &organization::COLLECTOR,
    &roles_anywhere::COLLECTOR,
    &account::COLLECTOR,
    &caller::COLLECTOR,
    &cloudtrail::COLLECTOR,
    &guardduty::COLLECTOR,
    &access_analyzer::COLLECTOR,
    &security_hub::COLLECTOR,
    &config::COLLECTOR,
    &inspector::COLLECTOR,
    &macie::COLLECTOR,
    &detective::COLLECTOR,
    &security_services::COLLECTOR,
    &ec2_instances::COLLECTOR,
    &ec2_images::COLLECTOR,
    &ec2_network::COLLECTOR,
    &ec2_launch::COLLECTOR,
    &ec2_spot::COLLECTOR,
    &ec2_defaults::COLLECTOR,
    &ec2_recycle_bin::COLLECTOR,
    &auto_scaling::COLLECTOR,
    &load_balancers::COLLECTOR,
    &ecs::COLLECTOR,
    &eks::COLLECTOR,
    &lambda::COLLECTOR,
    &api_gateway::COLLECTOR,
    &api_gateway_v2::COLLECTOR,
    &s3::COLLECTOR,
    &s3_control::COLLECTOR,
    &s3_multi_region::COLLECTOR,
    &kms::COLLECTOR,
    &secrets::COLLECTOR,
    &ssm::COLLECTOR,
    &relational_databases::COLLECTOR,
    &document_databases::COLLECTOR,
    &redshift::COLLECTOR,
    &dynamodb::COLLECTOR,
    &other_databases::COLLECTOR,
    &files::COLLECTOR,
    &transfers::COLLECTOR,
    &backup::COLLECTOR,
    &events::COLLECTOR,
    &schedules::COLLECTOR,
    &step_functions::COLLECTOR,
    &cloudformation::COLLECTOR,
    &builds::COLLECTOR,
    &pipelines::COLLECTOR,
    &images::COLLECTOR,
    &images_public::COLLECTOR,
    &data_jobs::COLLECTOR,
    &big_data::COLLECTOR,
    &machine_learning::COLLECTOR,
    &language_models::COLLECTOR,
    &batch::COLLECTOR,
    &lightsail::COLLECTOR,
    &app_hosting::COLLECTOR,
    &logs::COLLECTOR,
    &alarms::COLLECTOR,
    &topics::COLLECTOR,
    &queues::COLLECTOR,
    &mail::COLLECTOR,
    &user_pools::COLLECTOR,
    &content_delivery::COLLECTOR,
    &names::COLLECTOR,
    &resolvers::COLLECTOR,
    &certificates::COLLECTOR,
    &shares::COLLECTOR,
    &web_firewalls::COLLECTOR,
    &web_firewalls_global::COLLECTOR,
    &cost::COLLECTOR,
    &money::COLLECTOR,
    &quotas::COLLECTOR,
    &support_cases::COLLECTOR,
    &resource_explorer::COLLECTOR,
    &inventory::COLLECTOR,
    &catalogs::COLLECTOR,
    &graph_apis::COLLECTOR,
    &games_and_media::COLLECTOR,
    &identity_directories::COLLECTOR,
    &network_services::COLLECTOR,
    &accelerators::COLLECTOR,
    &devices::COLLECTOR,
    &chat_channels::COLLECTOR,
];
// </index>
