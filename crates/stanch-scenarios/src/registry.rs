//! All scenarios, by name.

use crate::stage::Stage;
use crate::{Made, attacks, background, benign};

/// Kind of a scenario.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// An attack.
    Attack,
    /// Harmless work that looks like an attack.
    Benign,
}

/// One scenario.
#[derive(Debug, Clone, Copy)]
pub struct Scenario {
    /// Name in kebab case.
    pub name: &'static str,
    /// Kind.
    pub kind: Kind,
    days: u32,
    /// Events per day of the main account, roughly.
    density: u64,
    play: fn(&mut Stage),
}

impl Scenario {
    /// Makes the records of a seed.
    #[must_use]
    pub fn make(&self, seed: u64) -> Made {
        let mut stage = Stage::new(self.name, seed, self.days);
        background::write(&mut stage, self.density);
        (self.play)(&mut stage);
        stage.finish()
    }
}

const fn attack(name: &'static str, play: fn(&mut Stage)) -> Scenario {
    scenario(name, Kind::Attack, play)
}

const fn benign(name: &'static str, play: fn(&mut Stage)) -> Scenario {
    scenario(name, Kind::Benign, play)
}

const fn scenario(name: &'static str, kind: Kind, play: fn(&mut Stage)) -> Scenario {
    Scenario {
        name,
        kind,
        days: 14,
        density: 260,
        play,
    }
}

const SCENARIOS: [Scenario; 27] = [
    attack("leaked-key-miners", attacks::leaked_key_miners::play),
    attack("phished-console-user", attacks::phished_console_user::play),
    attack("metadata-theft", attacks::metadata_theft::play),
    attack("oidc-without-subject", attacks::oidc_without_subject::play),
    attack("vendor-role", attacks::vendor_role::play),
    attack("image-key-role-chain", attacks::image_key_role_chain::play),
    attack("bedrock-hijack", attacks::bedrock_hijack::play),
    attack("object-ransom", attacks::object_ransom::play),
    attack("mail-abuse", attacks::mail_abuse::play),
    attack("insider-administrator", attacks::insider_administrator::play),
    attack("root-mailbox", attacks::root_mailbox::play),
    attack("federation-token", attacks::federation_token::play),
    Scenario {
        days: 70,
        density: 80,
        ..attack("slow-attacker", attacks::slow_attacker::play)
    },
    attack("logs-stopped-first", attacks::logs_stopped_first::play),
    attack("identity-center-phished", attacks::identity_center_phished::play),
    attack("member-root-assumed", attacks::member_root_assumed::play),
    benign("new-employee", benign::new_employee::play),
    benign("terraform-rebuild", benign::terraform_rebuild::play),
    benign("key-rotation", benign::key_rotation::play),
    benign("recovery-test", benign::recovery_test::play),
    benign("own-scanner", benign::own_scanner::play),
    benign("office-move", benign::office_move::play),
    benign("mass-restore", benign::mass_restore::play),
    benign("ten-thousand-denials", benign::ten_thousand_denials::play),
    benign("owner-sets-up-logging", benign::owner_sets_up_logging::play),
    benign("promoted-colleague", benign::promoted_colleague::play),
    benign("yearly-root", benign::yearly_root::play),
];

/// All scenarios: attacks, then the others.
#[must_use]
pub fn all() -> &'static [Scenario] {
    &SCENARIOS
}
