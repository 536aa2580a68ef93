//! Declarations: what is accepted, what stays in effect, and what every reader of the case sees.

use std::path::Path;

use crate::test_case::{new, new_case, time};
use crate::{Case, CaseError, Declaration, DeclarationKind, Declarations, NewCase, verify};

fn responder(principal: &str) -> Declaration {
    Declaration::Responder {
        principal: principal.to_owned(),
    }
}

fn break_glass(principal: &str) -> Declaration {
    Declaration::BreakGlass {
        principal: principal.to_owned(),
    }
}

fn vendor(account: &str, name: &str) -> Declaration {
    Declaration::Vendor {
        account: account.into(),
        name: name.to_owned(),
    }
}

fn known_good(entry: &str) -> Declaration {
    Declaration::KnownGood {
        entry: entry.to_owned(),
    }
}

const WHY: (&str, &str) = ("ana", "contract of 2024");

fn seen(dir: &Path) -> Declarations {
    Case::open_read_only(dir).unwrap().declarations()
}

#[test]
fn declarations_are_added_renamed_and_withdrawn() {
    let folder = tempfile::tempdir().unwrap();
    let mut case = new_case(folder.path());
    assert!(
        case.declare(&vendor("4646-2253-2012", " Datadog "), WHY, time(1))
            .unwrap()
    );
    assert!(
        !case
            .declare(&vendor("464622532012", "Datadog"), WHY, time(2))
            .unwrap()
    );
    assert!(
        case.declare(&vendor("464622532012", "Datadog EU"), WHY, time(3))
            .unwrap()
    );
    case.declare(
        &known_good("arn:aws:iam::111122223333:role/deploy-*"),
        WHY,
        time(4),
    )
    .unwrap();
    let declared = seen(folder.path());
    let vendors: Vec<_> = declared.vendors().collect();
    assert_eq!(vendors, [(&"464622532012".into(), "Datadog EU")]);
    let entry = declared.of_kind(DeclarationKind::KnownGood).next().unwrap();
    assert_eq!((entry.by.as_str(), entry.reason.as_str()), WHY);
    case.withdraw(DeclarationKind::Vendor, "464622532012", WHY, time(5))
        .unwrap();
    assert!(matches!(
        case.withdraw(DeclarationKind::Vendor, "464622532012", WHY, time(6)),
        Err(CaseError::NotDeclared { .. })
    ));
    assert_eq!(case.declarations().vendors().count(), 0);
    drop(case);
    let case = Case::open(folder.path(), time(7)).unwrap();
    assert_eq!(case.declarations(), seen(folder.path()));
    assert_eq!(case.declarations().known_good().count(), 1);
    drop(case);
    assert!(verify(folder.path()).unwrap().is_intact());
}

#[test]
fn a_wrong_responder_is_corrected_and_the_last_one_stays() {
    let folder = tempfile::tempdir().unwrap();
    let mut case = new_case(folder.path());
    let refused = case.withdraw(DeclarationKind::Responder, "ana", WHY, time(1));
    assert!(matches!(refused, Err(CaseError::LastResponder { .. })));
    let right = "arn:aws:iam::111122223333:user/ana";
    case.declare(&responder(right), WHY, time(2)).unwrap();
    case.declare(&responder("ben"), WHY, time(3)).unwrap();
    case.withdraw(DeclarationKind::Responder, "ana", WHY, time(4))
        .unwrap();
    let declared = case.declarations();
    assert_eq!(declared.responders().collect::<Vec<_>>(), [right, "ben"]);
    assert_eq!(declared.responder("ben"), Some("ben"));
    assert_eq!(declared.responder("somebody"), Some(right));
    // One that was withdrawn can be declared again.
    case.declare(&responder("ana"), WHY, time(5)).unwrap();
    assert_eq!(case.declarations().responders().count(), 3);
}

#[test]
fn a_break_glass_principal_of_the_opening_can_be_withdrawn() {
    let folder = tempfile::tempdir().unwrap();
    let mut case = new_case(folder.path());
    let first = new().break_glass.remove(0);
    let second = "arn:aws:identitystore:::user/9067642ac7-1b2c";
    case.declare(&break_glass(second), WHY, time(1)).unwrap();
    case.withdraw(DeclarationKind::BreakGlass, &first, WHY, time(2))
        .unwrap();
    assert_eq!(seen(folder.path()).break_glass().collect::<Vec<_>>(), [second]);
}

#[test]
fn what_would_protect_nobody_or_everybody_is_refused_with_what_to_type() {
    let folder = tempfile::tempdir().unwrap();
    let mut case = new_case(folder.path());
    let before = case.journal().head().clone();
    let mut messages = Vec::new();
    for declaration in [
        responder(" "),
        responder("arn:aws:s3:::bucket"),
        break_glass("alice.admin"),
        break_glass("arn:aws:sts::111122223333:assumed-role/deploy/me"),
        break_glass("arn:aws:iam::111122223333:user/*"),
        vendor("12345", "Datadog"),
        vendor("464622532012", " "),
        known_good(""),
        known_good("*"),
        known_good("arn:aws:iam::111122223333:*"),
        known_good("arn:aws:iam::111122223333:role/*"),
    ] {
        let error = case.declare(&declaration, WHY, time(1)).unwrap_err();
        messages.push(format!("{error}\n  {}", error.next()));
    }
    insta::assert_snapshot!(messages.join("\n"));
    for who in [("", "reason"), ("ana", " ")] {
        let refused = case.declare(&known_good("web-1"), who, time(1));
        assert!(matches!(refused, Err(CaseError::Illegal(_))));
    }
    assert_eq!(*case.journal().head(), before, "nothing was written");
}

#[test]
fn a_case_is_not_made_for_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("case");
    let nobody = NewCase {
        responder: "  ".to_owned(),
        ..new()
    };
    let any_text = NewCase {
        break_glass: vec!["alice.admin".to_owned()],
        ..new()
    };
    for refused in [nobody, any_text] {
        assert!(matches!(
            Case::create(&dir, &refused),
            Err(CaseError::BadDeclaration { .. })
        ));
        assert!(!dir.exists(), "nothing was made");
    }
}
