//! A leaked key is used to sell access to language models.

use serde_json::json;

use crate::actor::BOTO_WINDOWS;
use crate::call::Call;
use crate::labels::Vector;
use crate::stage::Stage;
use crate::thread::Thread;
use crate::world::{MAIN, REGIONS};

const MODEL: &str = "anthropic.claude-sonnet-4-20250514-v1:0";

pub(crate) fn play(stage: &mut Stage) {
    super::came_by(stage, Vector::LeakedKey);
    let user = stage.org.accounts[MAIN].legacy.clone();
    let actor = super::stolen_key(stage, MAIN, &user, BOTO_WINDOWS);
    let time = super::late(stage);
    let mut thread = Thread::attacker(stage, actor, MAIN, time);
    thread.pace = (2, 15);
    thread.identity();
    for region in REGIONS {
        thread.region = region;
        thread.read(
            "bedrock",
            &["ListFoundationModels", "GetModelInvocationLoggingConfiguration"],
        );
        thread.call(Call::new("bedrock", "GetFoundationModelAvailability").req(json!({"modelId": MODEL})));
        thread.call(
            invoke("InvokeModel").fails("ValidationException", "max_tokens_to_sample: range: 1..1,000,000"),
        );
    }
    thread.region = "us-west-2";
    thread.call(
        Call::new("bedrock", "PutUseCaseForModelAccess")
            .req(json!({"formData": "HIDDEN_DUE_TO_SECURITY_REASONS"})),
    );
    thread.call(
        Call::new("bedrock", "CreateFoundationModelAgreement")
            .req(json!({"modelId": MODEL, "offerToken": "HIDDEN_DUE_TO_SECURITY_REASONS"})),
    );
    thread.leaves(MODEL);
    thread.leaves("UseCaseForModelAccess");
    thread.call(Call::new("bedrock", "DeleteModelInvocationLoggingConfiguration"));
    thread.leaves("logging");
    thread.pace = (5, 90);
    let calls = 150 + thread.stage.random.below(100);
    for number in 0..calls {
        let name = if number % 3 == 0 {
            "Converse"
        } else {
            "InvokeModelWithResponseStream"
        };
        thread.call(invoke(name));
    }
}

fn invoke(name: &'static str) -> Call {
    let mut call = Call::new("bedrock", name).req(json!({"modelId": MODEL}));
    call.read_only = true;
    call
}
