//! Spreadsheets (`.xlsx`), sheet by sheet as tables.
//!
//! Parts are unpacked one by one against the budget; a part that can't be held is refused. Formats of cells are not read: a
//! time that is a number of days is told by its column. It must not know what the rows mean.

use std::io::{BufRead, Read as _, Seek};

use roxmltree::{Document, Node, ParsingOptions};
use stanch_core::ProblemKind;
use stanch_core::source::NoteKind;

use crate::interpret::Interpreter;
use crate::output::Output;
use crate::table::{self, Table};
use crate::zip_content::Content;
use crate::zip_directory::{self, Directory, Entry};

/// Bytes that one part may unpack to; its tree takes some ten times that.
const PART: u64 = 16 << 20;
/// Nodes of the tree of one part.
const NODES: u32 = 4_000_000;
/// Largest number of columns.
const COLUMNS: usize = 1024;
/// Rows that may stand before a header.
const ROWS_BEFORE: usize = 20;

type Failure = (ProblemKind, String);

/// Reads a workbook.
pub(crate) fn read(mut input: impl BufRead + Seek, out: &mut Output<'_>) {
    let before = out.emitter.understood();
    if let Err((kind, detail)) = sheets(&mut input, out) {
        out.problem(kind, None, &detail);
    } else if out.emitter.understood() == before {
        let detail = "an Excel workbook in which no sheet is a table of log records; hand over the export it was made of";
        out.problem(ProblemKind::NotAnEvent, None, detail);
    }
}

fn damaged(error: &impl std::fmt::Display) -> Failure {
    (
        ProblemKind::BadArchive,
        format!("the Excel workbook is damaged: {error}"),
    )
}

fn sheets(input: &mut (impl BufRead + Seek), out: &mut Output<'_>) -> Result<(), Failure> {
    let mut directory = Directory::find(input)
        .ok()
        .flatten()
        .ok_or_else(|| damaged(&"it has no directory; it may be cut off"))?;
    let (mut texts, mut sheets) = (None, Vec::new());
    loop {
        let entries = directory.next_entries(input);
        if entries.is_empty() {
            break;
        }
        for entry in entries {
            if entry.name == "xl/sharedStrings.xml" {
                texts = Some(entry);
            } else if entry.name.starts_with("xl/worksheets/") && entry.name.ends_with(".xml") {
                sheets.push(entry);
            }
        }
    }
    let texts = match texts {
        Some(entry) => shared_texts(&part(&entry, input, out)?)?,
        None => Vec::new(),
    };
    let mut number = 0;
    for entry in sheets {
        let text = part(&entry, input, out)?;
        number = Sheet::new(out).rows(&tree(&text)?, &texts, number);
    }
    Ok(())
}

/// Unpacks a part.
fn part(entry: &Entry, input: &mut (impl BufRead + Seek), out: &mut Output<'_>) -> Result<String, Failure> {
    if entry.is_encrypted {
        return Err((
            ProblemKind::Encrypted,
            "the Excel workbook is encrypted with a password".to_owned(),
        ));
    }
    zip_directory::go_to_content(input, entry).map_err(|error| damaged(&error))?;
    let content = Content::of(entry, &mut *input).map_err(|error| damaged(&error))?;
    let most = PART.min(out.budget.left());
    let mut text = String::new();
    let read = content
        .take(most + 1)
        .read_to_string(&mut text)
        .map_err(|error| damaged(&error))?;
    out.budget.spend(read as u64);
    if read as u64 > most {
        return Err((
            ProblemKind::TooLarge,
            "a sheet of the Excel workbook is too large; save it as CSV".to_owned(),
        ));
    }
    Ok(text)
}

fn tree(text: &str) -> Result<Document<'_>, Failure> {
    let options = ParsingOptions {
        nodes_limit: NODES,
        ..ParsingOptions::default()
    };
    Document::parse_with_options(text, options).map_err(|error| damaged(&error))
}

fn shared_texts(text: &str) -> Result<Vec<String>, Failure> {
    let tree = tree(text)?;
    let items = tree.descendants().filter(|node| node.has_tag_name_local("si"));
    Ok(items.map(text_within).collect())
}

/// Tag names without their namespace.
trait LocalName {
    fn has_tag_name_local(&self, name: &str) -> bool;
}

impl LocalName for Node<'_, '_> {
    fn has_tag_name_local(&self, name: &str) -> bool {
        self.is_element() && self.tag_name().name() == name
    }
}

/// Returns the text of all runs within a node.
fn text_within(node: Node<'_, '_>) -> String {
    let runs = node.descendants().filter(|node| node.has_tag_name_local("t"));
    runs.filter_map(|run| run.text()).collect()
}

/// Sheet that is being read.
struct Sheet<'o, 'd> {
    interpreter: Interpreter<'o, 'd>,
    table: Option<Table>,
    rows: usize,
}

impl<'o, 'd> Sheet<'o, 'd> {
    fn new(out: &'o mut Output<'d>) -> Self {
        Self {
            interpreter: Interpreter::new(out),
            table: None,
            rows: 0,
        }
    }

    /// Reads all rows, the first of which has this number, and returns the number of the next.
    fn rows(&mut self, tree: &Document<'_>, texts: &[String], mut number: u64) -> u64 {
        for row in tree.descendants().filter(|node| node.has_tag_name_local("row")) {
            let mut cells: Vec<String> = Vec::new();
            for cell in row.children().filter(|node| node.has_tag_name_local("c")) {
                let column = cell.attribute("r").and_then(column_of).unwrap_or(cells.len());
                if column < COLUMNS {
                    cells.resize(cells.len().max(column + 1), String::new());
                    cells[column] = text_of(cell, texts);
                }
            }
            self.row(&cells, number);
            number += 1;
        }
        number
    }

    fn row(&mut self, cells: &[String], number: u64) {
        self.rows += 1;
        let Some(table) = &self.table else {
            if self.rows <= ROWS_BEFORE {
                self.table = table::columns_of(cells);
            }
            return;
        };
        let Some(object) = table.object_of(cells).filter(|object| object != "{}") else {
            return;
        };
        let lacks_parameters = table.lacks_parameters();
        self.interpreter.row_content(&object, number);
        if lacks_parameters {
            self.interpreter
                .out()
                .emitter
                .note(NoteKind::NoRequestParameters, "a table", 1);
        }
    }
}

/// Returns the text of a cell.
fn text_of(cell: Node<'_, '_>, texts: &[String]) -> String {
    let value = || {
        let value = cell.children().find(|node| node.has_tag_name_local("v"));
        value.and_then(|value| value.text()).unwrap_or_default()
    };
    match cell.attribute("t") {
        Some("s") => value()
            .trim()
            .parse::<usize>()
            .ok()
            .and_then(|index| texts.get(index))
            .cloned()
            .unwrap_or_default(),
        Some("inlineStr") => text_within(cell),
        Some("b") => if value() == "1" { "true" } else { "false" }.to_owned(),
        Some("e") => String::new(),
        Some(_) => value().to_owned(),
        // Numbers may be written with an exponent.
        None => match value().parse::<f64>() {
            Ok(number) if number.fract() == 0.0 && number.abs() < 1e15 => format!("{number:.0}"),
            _ => value().to_owned(),
        },
    }
}

/// Returns the column that a reference such as `AB12` names, counted from 0.
fn column_of(reference: &str) -> Option<usize> {
    let letters = reference.bytes().take_while(u8::is_ascii_uppercase).take(4);
    let number = letters.fold(0_usize, |number, letter| {
        number * 26 + usize::from(letter - b'A') + 1
    });
    number.checked_sub(1)
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write as _};

    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use crate::tests::{names, read, short};

    /// A workbook of one sheet with texts within its cells.
    fn workbook(rows: &[&[&str]]) -> Vec<u8> {
        let rows: String = rows
            .iter()
            .enumerate()
            .map(|(row, cells)| {
                let cells: String = cells
                    .iter()
                    .enumerate()
                    .map(|(column, text)| {
                        let letter = char::from(b'A' + column as u8);
                        format!(
                            "<c r=\"{letter}{}\" t=\"inlineStr\"><is><t>{text}</t></is></c>",
                            row + 1
                        )
                    })
                    .collect();
                format!("<row r=\"{}\">{cells}</row>", row + 1)
            })
            .collect();
        let namespace = "xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"";
        let relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
        let parts = [
            (
                "[Content_Types].xml",
                "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>".to_owned(),
            ),
            (
                "xl/workbook.xml",
                format!(
                    "<workbook {namespace} xmlns:r=\"{relation}\"><sheets><sheet name=\"S\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>"
                ),
            ),
            (
                "xl/_rels/workbook.xml.rels",
                format!(
                    "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"r1\" Type=\"{relation}/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>"
                ),
            ),
            (
                "xl/worksheets/sheet1.xml",
                format!("<worksheet {namespace}><sheetData>{rows}</sheetData></worksheet>"),
            ),
        ];
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, content) in parts {
            zip.start_file(name, SimpleFileOptions::default()).unwrap();
            zip.write_all(content.as_bytes()).unwrap();
        }
        zip.finish().unwrap().into_inner()
    }

    #[test]
    fn a_sheet_is_read_as_a_table() {
        let header = [
            "Event name",
            "Event source",
            "Event time",
            "User name",
            "AWS access key",
            "Recipient Account Id",
        ];
        let row = |name| {
            [
                name,
                "iam.amazonaws.com",
                "2024-05-01T10:00:00Z",
                "ann",
                "AKIAEXAMPLE",
                "111122223333",
            ]
        };
        let (a, b) = (row("A"), row("B"));
        let (seen, report) = read(&workbook(&[&["A title"], &header, &a, &b]));
        assert_eq!(names(&seen), ["A", "B"], "{report:?}");
        assert!(report.is_complete(), "{report:?}");
    }

    #[test]
    fn a_sheet_of_something_else_is_named() {
        let (_, report) = read(&workbook(&[&["Fruit", "Price"], &["apple", "1"]]));
        assert_eq!(short(&report), "Unknown events=0 skipped=0 NotAnEvent");
        assert!(report.problems[0].detail.contains("Excel workbook"));
        let (_, report) = read(&workbook(&[&["a"]])[..300]);
        assert!(!report.is_complete());
    }
}
