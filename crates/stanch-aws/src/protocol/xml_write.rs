//! Writes XML bodies.

use serde_json::Value;

use super::headers;
use crate::model::service::Service;
use crate::model::shape::{Kind, Structure, Target, TimestampFormat, XmlNamespace};

/// A body as it grows.
pub(super) struct XmlWriter<'s> {
    service: &'s Service,
    out: String,
}

impl<'s> XmlWriter<'s> {
    /// A value as a document whose root has this name.
    pub(super) fn document(service: &'s Service, target: &Target, value: &Value, name: &str) -> Vec<u8> {
        let mut writer = Self {
            service,
            out: String::new(),
        };
        writer.value(target, value, name);
        writer.out.into_bytes()
    }

    fn open(&mut self, name: &str, target: &Target) {
        self.out.push('<');
        self.out.push_str(name);
        if let Some(XmlNamespace { prefix, uri }) = &target.traits.xml_namespace {
            let attribute = prefix
                .as_ref()
                .map_or_else(|| "xmlns".to_owned(), |prefix| format!("xmlns:{prefix}"));
            self.attribute(&attribute, uri);
        }
    }

    fn attribute(&mut self, name: &str, value: &str) {
        self.out.push(' ');
        self.out.push_str(name);
        self.out.push_str("=\"");
        escape(value, &mut self.out);
        self.out.push('"');
    }

    fn close(&mut self, name: &str) {
        self.out.push_str("</");
        self.out.push_str(name);
        self.out.push('>');
    }

    fn value(&mut self, target: &Target, value: &Value, name: &str) {
        let service = self.service;
        match (service.kind(target), value) {
            (Kind::Structure(structure), Value::Object(_)) => self.structure(target, structure, value, name),
            (Kind::List(member), Value::Array(items)) => {
                let flat = target.traits.flattened;
                let item_name = match (flat, &member.traits.location_name) {
                    (true, _) => name,
                    (false, Some(own)) => own,
                    (false, None) => "member",
                };
                if !flat {
                    self.open(name, target);
                    self.out.push('>');
                }
                for item in items {
                    self.value(member, item, item_name);
                }
                if !flat {
                    self.close(name);
                }
            }
            (Kind::Map(key, member), Value::Object(entries)) => {
                let flat = target.traits.flattened;
                let entry = if flat { name } else { "entry" };
                if !flat {
                    self.open(name, target);
                    self.out.push('>');
                }
                for (own, item) in entries {
                    self.out.push_str(&format!("<{entry}>"));
                    let key_name = key.traits.location_name.as_deref().unwrap_or("key");
                    let value_name = member.traits.location_name.as_deref().unwrap_or("value");
                    self.value(key, &Value::String(own.clone()), key_name);
                    self.value(member, item, value_name);
                    self.close(entry);
                }
                if !flat {
                    self.close(name);
                }
            }
            _ => {
                let text = headers::plain(service, target, value, TimestampFormat::Iso8601);
                self.open(name, target);
                self.out.push('>');
                escape(&text, &mut self.out);
                self.close(name);
            }
        }
    }

    fn structure(&mut self, target: &Target, structure: &Structure, value: &Value, name: &str) {
        self.open(name, target);
        for member in structure
            .members
            .iter()
            .filter(|member| member.target.traits.xml_attribute)
        {
            if let Some(text) = value.get(&member.name).and_then(Value::as_str) {
                self.attribute(member.wire_name(), text);
            }
        }
        self.out.push('>');
        for member in structure
            .members
            .iter()
            .filter(|member| !member.target.traits.xml_attribute)
        {
            if let Some(value) = value.get(&member.name) {
                self.value(&member.target, value, member.wire_name());
            }
        }
        self.close(name);
    }
}

/// Line ends are written as references: a reader would make plain ones all alike.
fn escape(text: &str, out: &mut String) {
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\r' => out.push_str("&#xD;"),
            '\n' => out.push_str("&#xA;"),
            '\t' => out.push_str("&#x9;"),
            '\u{85}' => out.push_str("&#x85;"),
            '\u{2028}' => out.push_str("&#x2028;"),
            other => out.push(other),
        }
    }
}
