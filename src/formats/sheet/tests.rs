use super::*;
use crate::zip::zip;

const LIMITS: SheetLimits = SheetLimits {
    rows_max: 100,
    columns_max: 8,
    cells_max: 400,
    cell_bytes_max: 200,
    total_bytes_max: 10_000,
};

fn csv(text: &str) -> Result<Vec<Vec<String>>, String> {
    let rows = read_csv(text, &LIMITS).map_err(|error| error.to_string())?;
    Ok(rows.into_iter().map(|row| row.cells).collect())
}

#[test]
fn csv_as_people_write_it() {
    for (text, expected) in [
        ("a,b\r\nc,d\r\n", "[[\"a\", \"b\"], [\"c\", \"d\"]]"),
        ("a,b\nc", "[[\"a\", \"b\"], [\"c\"]]"),
        ("a\rb", "[[\"a\"], [\"b\"]]"),
        ("\"a,\"\"b\"\"\nc\",d", "[[\"a,\\\"b\\\"\\nc\", \"d\"]]"),
        ("a,,\n\n , \nb", "[[\"a\"], [\"b\"]]"),
        (",b", "[[\"\", \"b\"]]"),
        ("\"\"", "[]"),
        ("", "[]"),
        ("'=1,'-2,'abc,''=x", "[[\"=1\", \"-2\", \"'abc\", \"'=x\"]]"),
    ] {
        assert_eq!(format!("{:?}", csv(text).unwrap()), expected, "{text:?}");
    }
    let rows = read_csv("a\n\n\nb,c", &LIMITS).unwrap();
    assert_eq!(rows.iter().map(|row| row.number).collect::<Vec<_>>(), [1, 4]);
}

#[test]
fn hostile_csv_is_refused_with_its_row() {
    let long = "x".repeat(201);
    let wide = ",x".repeat(9);
    let many = "x\n".repeat(101);
    let empty = "\n".repeat(300);
    let much = format!("{},\n", "y".repeat(150)).repeat(70);
    let sparse = ",,,,,,,x\n".repeat(51);
    for (text, expected) in [
        ("a\n\"b", "row 2: a quote is left open"),
        ("a\nb\"c", "row 2: a quote in the middle of a cell"),
        ("\"a\"b", "row 1: text behind a closing quote"),
        ("a\0", "row 1: a zero byte"),
        (&long, "the table has a cell that is too long"),
        (&wide, "the table has a row with too many cells"),
        (&many, "the table has too many rows"),
        (&empty, "the table has too many empty rows"),
        (&much, "the table has too much text"),
        (&sparse, "the table has too many cells"),
    ] {
        assert_eq!(csv(text).unwrap_err(), expected, "{}", text.len());
    }
}

#[test]
fn texts_are_told_apart_by_their_encoding() {
    for (bytes, expected) in [
        (&b"\xef\xbb\xbfa"[..], Ok((Charset::Utf8Marked, "a"))),
        ("证".as_bytes(), Ok((Charset::Utf8, "证"))),
        (b"\xd6\xa4\xd5\xd5", Ok((Charset::Gb18030, "证照"))),
        (b"\x81\x39\xee\x39", Ok((Charset::Gb18030, "\u{3400}"))),
        (b"\xff\xff", Err(SheetError::Encoding)),
        (b"\xef\xbb\xbf\xff", Err(SheetError::Encoding)),
    ] {
        let read = decode(bytes).map(|(charset, text)| (charset, text.into_owned()));
        assert_eq!(read, expected.map(|(c, t)| (c, t.to_owned())), "{bytes:?}");
    }
}

#[test]
fn what_is_written_never_computes_and_reads_back() {
    let cells = [
        "=cmd|' /C calc'!A0",
        "+1",
        "-5.20",
        "@SUM(A1)",
        "\t=1",
        "'=quoted",
        "'plain",
        "a,b",
        "\"q\"",
        "行\n二",
        " blank ",
        "＝１",
        "证照",
    ];
    let rows: Vec<Vec<String>> =
        cells.iter().map(|cell| vec!["x".into(), (*cell).into()]).collect();
    for charset in [Charset::Utf8, Charset::Utf8Marked, Charset::Gb18030] {
        let file = write_csv(rows.iter().map(Vec::as_slice), charset);
        let (read_charset, text) = decode(&file).unwrap();
        assert_eq!(read_charset, charset);
        assert_eq!(csv(&text).unwrap(), rows);
        let shown = text.split("x,").skip(1);
        for (cell, written) in cells.iter().zip(shown) {
            let first = written.trim_start_matches('"').chars().next().unwrap();
            assert!(!"=+-@\t\r＝＋－＠".contains(first), "{cell:?} is written as {written:?}");
        }
    }
    let book = write_xlsx(rows.iter().map(Vec::as_slice)).unwrap();
    let read = read_xlsx(&book, &LIMITS).unwrap();
    assert_eq!(read.into_iter().map(|row| row.cells).collect::<Vec<_>>(), rows);
}

/// A workbook as spreadsheets write it, with this in its sheet.
fn book(sheet_data: &str, workbook: &str) -> Vec<u8> {
    let styles = "<numFmts><numFmt numFmtId=\"176\" formatCode='yyyy\"年\"m\"月\"d\"日\"'/>\
        <numFmt numFmtId=\"177\" formatCode='0.00\"d\"'/></numFmts><cellStyleXfs><xf numFmtId=\"14\"/>\
        </cellStyleXfs><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/><xf numFmtId=\"176\"/>\
        <xf numFmtId=\"177\"/></cellXfs>";
    styled(sheet_data, workbook, styles)
}

/// The same with these styles.
fn styled(sheet_data: &str, workbook: &str, styles: &str) -> Vec<u8> {
    let texts = "<sst><si><t>证照编号</t></si><si><r><t>青禾</t></r><r><t>食品</t></r>\
        <rPh sb=\"0\"><t>qing</t></rPh></si><si/></sst>";
    let styles = format!("<styleSheet>{styles}</styleSheet>");
    let sheet =
        format!("<x:worksheet xmlns:x='m'><x:sheetData>{sheet_data}</x:sheetData></x:worksheet>");
    zip([
        ("xl/workbook.xml", workbook.as_bytes()),
        (
            "xl/_rels/workbook.xml.rels",
            b"<Relationships><Relationship Id='r7' Target='worksheets/s.xml'/></Relationships>",
        ),
        ("xl/sharedStrings.xml", texts.as_bytes()),
        ("xl/styles.xml", styles.as_bytes()),
        ("xl/worksheets/s.xml", sheet.as_bytes()),
    ])
    .unwrap()
}

const PLAIN: &str =
    "<workbook><sheets><sheet name='a' r:id='r7'/><sheet r:id='r8'/></sheets></workbook>";
const FROM_1904: &str =
    "<workbook><workbookPr date1904='1'/><sheets><sheet r:id='r7'/></sheets></workbook>";

fn xlsx(sheet: &str) -> Result<Vec<Vec<String>>, String> {
    let rows = read_xlsx(&book(sheet, PLAIN), &LIMITS).map_err(|error| error.to_string())?;
    Ok(rows.into_iter().map(|row| row.cells).collect())
}

#[test]
fn cells_of_every_kind() {
    for (cell, expected) in [
        ("<c r='A1' t='s'><v>1</v></c>", "青禾食品"),
        ("<c r='A1' t='inlineStr'><is><t>a &amp; &#x8bc1;</t></is></c>", "a & 证"),
        ("<c r='A1' t='str'><f>A2</f><v>b</v></c>", "b"),
        ("<c r='A1' t='b'><v>1</v></c>", "true"),
        ("<c r='A1'><v>0.10000000000000001</v></c>", "0.1"),
        ("<c r='A1'><v>20260302</v></c>", "20260302"),
        ("<c r='A1' s='1'><v>46083</v></c>", "2026-03-02"),
        ("<c r='A1' s='2'><v>46083.75</v></c>", "2026-03-02"),
        ("<c r='A1' s='3'><v>46083</v></c>", "46083"),
        ("<c r='A1' s='1'><v>59</v></c>", "1900-02-28"),
        ("<c r='A1' s='1'><v>61</v></c>", "1900-03-01"),
        ("<c r='A1' s='1'><v>60</v></c>", "60"),
        ("<c r='A1' t='str'><v><![CDATA[<b>]]></v></c>", "<b>"),
    ] {
        assert_eq!(xlsx(&format!("<x:row r='1'>{cell}</x:row>")).unwrap(), [[expected]], "{cell}");
    }
    let later = book("<row><c s='1'><v>44621</v></c></row>", FROM_1904);
    assert_eq!(read_xlsx(&later, &LIMITS).unwrap()[0].cells, ["2026-03-02"]);
    // Errors and formulas without a value are no values; places are kept.
    let sparse = "<row r='3'><c r='A3' t='e'><v>#N/A</v></c><c r='C3'><f>1+1</f></c>\
        <c r='D3'><v>110101199003071239</v></c></row>";
    let rows = read_xlsx(&book(sparse, PLAIN), &LIMITS).unwrap();
    assert_eq!((rows[0].number, rows[0].cells.len(), &rows[0].lost), (3, 4, &vec![3]));
}

#[test]
fn hostile_workbooks_are_refused() {
    for (sheet, expected) in [
        ("<row r='2'/><row r='1'/>", "rows out of their order"),
        ("<row r='4294967295'/><row/>", "rows out of their order"),
        ("<row><c r='B1'><v>1</v></c><c r='A1'><v>1</v></c></row>", "cells out of their order"),
        ("<row><c r='ZZZZ1'><v>1</v></c></row>", "a cell without its place"),
        ("<row><c r='I1'><v>1</v></c></row>", "a row with too many cells"),
        ("<row><c t='s'><v>9</v></c></row>", "names a text that is not there"),
        ("<row><c><v>NaN</v></c></row>", "a number that is none"),
        ("<row><c t='str'><v>&bomb;</v></c></row>", "a reference to what is not there"),
        ("<!DOCTYPE a [<!ENTITY b 'c'>]>", "a document type"),
        ("<row><c", "a tag within a tag"),
    ] {
        let error = xlsx(sheet).unwrap_err();
        assert!(error.contains(expected), "{sheet}: {error}");
    }
    let sparse = "<row><c r='H1'><v>1</v></c></row>".repeat(51);
    assert_eq!(xlsx(&sparse).unwrap_err(), "the table has too many cells");
    let deep = "<a>".repeat(100);
    assert!(xlsx(&deep).unwrap_err().contains("nest too deep"));
    let whole = book("<row><c><v>1</v></c></row>", PLAIN);
    for end in 0..whole.len() {
        assert!(read_xlsx(&whole[..end], &LIMITS).is_err(), "cut at {end}");
    }
}

#[test]
fn styles_have_a_budget_and_take_no_time() {
    let limits = SheetLimits { total_bytes_max: 2 << 20, ..LIMITS };
    let read = |styles: &str| {
        let book = styled("<row><c s='1'><v>46083</v></c></row>", PLAIN, styles);
        read_xlsx(&book, &limits).map(|rows| rows[0].cells.clone()).map_err(|why| why.to_string())
    };
    let styles = |own: usize, cells: usize| {
        let one = |id| format!("<numFmt numFmtId='{id}' formatCode='d'/>");
        let own: String = (200..200 + own).map(one).collect();
        let cells: String = (0..cells).map(|id| format!("<xf numFmtId='0{id}'/>")).collect();
        format!("{own}<cellXfs>{cells}</cellXfs>")
    };
    // Each style is looked for among all formats, of which none is its own.
    let begun = std::time::Instant::now();
    assert_eq!(read(&styles(65_000, 65_000)), Ok(vec!["46083".to_owned()]));
    assert!(begun.elapsed().as_secs() < 20, "{:?}", begun.elapsed());
    let much: String = (0..1_400_000).map(|number| number.to_string()).collect();
    for many in [styles(65_600, 2), styles(1, 65_600), much] {
        let refused = read(&many).expect_err("too many");
        assert!(refused.contains("too many styles"), "{refused}");
    }
}
