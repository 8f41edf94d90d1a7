//! Texts: JSON records, prose of a language that nobody speaks, and a web page about nothing.

use super::dice::Dice;

/// Of the JSON text; it is ASCII.
pub const JSON_OCTETS: usize = 194_056;
/// Of the prose; it is ASCII.
pub const PROSE_OCTETS: usize = 222_218;
/// Of the web page.
pub const HTML_CODE_POINTS: usize = 263_620;
/// How many octets more the web page has than code points.
const HTML_EXCESS: usize = 27;
/// Characters that take the place of ASCII ones in the web page: of two, three and four octets.
const FOREIGN: [(char, usize); 3] = [('é', 11), ('€', 5), ('😀', 2)];

/// An array of records, filled up with blanks.
pub fn json() -> Vec<u8> {
    let mut dice = Dice::new(1);
    let words = vocabulary(&mut dice, 400);
    let end = "\n]\n";
    let mut text = String::from("[");
    for number in 0_usize.. {
        let record = json_record(number, &words, &mut dice);
        if text.len() + record.len() + end.len() > JSON_OCTETS {
            break;
        }
        text += &record;
    }
    text.extend(std::iter::repeat_n(' ', JSON_OCTETS - text.len() - end.len()));
    text += end;
    text.into_bytes()
}

fn json_record(number: usize, words: &[String], dice: &mut Dice) -> String {
    let [name, city, tag, other] = [(); 4].map(|()| dice.pick_early(words).as_str());
    let comma = if number == 0 { "" } else { "," };
    format!(
        "{comma}\n  {{\n    \"id\": {},\n    \"name\": \"{name}\",\n    \"city\": \"{city}\",\n    \
         \"active\": {},\n    \"score\": {}.{},\n    \"tags\": [\"{tag}\", \"{other}\"],\n    \
         \"position\": {{ \"x\": {}, \"y\": {} }},\n    \"created\": \"2012-0{}-1{}T00:00:00Z\"\n  }}",
        1000 + number,
        !number.is_multiple_of(3),
        dice.below(100),
        dice.below(10),
        dice.below(1000),
        dice.below(1000),
        1 + dice.below(9),
        dice.below(10),
    )
}

/// Paragraphs, cut where the size is reached.
pub fn prose() -> Vec<u8> {
    let mut dice = Dice::new(3);
    let words = vocabulary(&mut dice, 9000);
    let mut text = String::with_capacity(PROSE_OCTETS + 1024);
    while text.len() < PROSE_OCTETS {
        text += &paragraph(&words, &mut dice, "\n");
        text += "\n\n";
    }
    text.truncate(PROSE_OCTETS - 1);
    text.push('\n');
    text.into_bytes()
}

/// A page of headings, paragraphs and tables, filled up with blanks, with a few characters
/// outside ASCII strewn in.
pub fn html() -> String {
    let mut dice = Dice::new(4);
    let words = vocabulary(&mut dice, 2500);
    let end = "</body>\n</html>\n";
    let mut page =
        String::from("<!DOCTYPE html>\n<html>\n<head><title>Sample</title></head>\n<body>\n");
    for number in 1.. {
        let section = html_section(number, &words, &mut dice);
        if page.len() + section.len() + end.len() > HTML_CODE_POINTS {
            break;
        }
        page += &section;
    }
    page.extend(std::iter::repeat_n(' ', HTML_CODE_POINTS - page.len() - end.len()));
    page += end;
    strew_foreign(&page)
}

fn html_section(number: usize, words: &[String], dice: &mut Dice) -> String {
    let mut section = format!(
        "<div class=\"section\" id=\"s{number}\">\n<h2 class=\"title\"><a href=\"#s{number}\">{}</a></h2>\n",
        dice.pick_early(words)
    );
    section += &format!(
        "<p class=\"text\">{}</p>\n<table class=\"data\">\n",
        paragraph(words, dice, "\n")
    );
    for _ in 0..12 {
        section += &format!(
            "<tr class=\"row\"><td class=\"name\">{}</td><td class=\"number\">{}</td></tr>\n",
            dice.pick_early(words),
            dice.below(1000)
        );
    }
    section += "</table>\n</div>\n";
    section
}

/// Puts foreign characters in the place of some small letters between tags, evenly spread.
fn strew_foreign(page: &str) -> String {
    let foreign: Vec<char> =
        FOREIGN.iter().flat_map(|(letter, count)| std::iter::repeat_n(*letter, *count)).collect();
    debug_assert_eq!(
        foreign.iter().map(|letter| letter.len_utf8() - 1).sum::<usize>(),
        HTML_EXCESS
    );
    let distance = page.len() / (foreign.len() + 1);
    let mut strewn = String::with_capacity(page.len() + HTML_EXCESS);
    let mut done = 0;
    for (number, letter) in foreign.into_iter().enumerate() {
        let from = (number + 1) * distance;
        // The first paragraph from here on: its text begins with a letter.
        let tag = "<td class=\"name\">";
        let place = page[from..].find(tag).map_or(from, |found| from + found + tag.len());
        strewn += &page[done..place];
        strewn.push(letter);
        done = place + 1;
    }
    strewn + &page[done..]
}

/// Sentences in lines of about 70 characters.
fn paragraph(words: &[String], dice: &mut Dice, line_end: &str) -> String {
    let mut text = String::new();
    let mut line = 0;
    for _ in 0..3 + dice.below(5) {
        let count = 5 + dice.below(14);
        for number in 0..count {
            let word = dice.pick_early(words);
            let start = text.len();
            text += word;
            if number == 0 {
                text[start..=start].make_ascii_uppercase();
            }
            if number + 1 == count {
                text.push('.');
            } else if dice.below(9) == 0 {
                text.push(',');
            }
            line += text.len() - start + 1;
            if line > 70 {
                text += line_end;
                line = 0;
            } else {
                text.push(' ');
            }
        }
    }
    text.truncate(text.trim_end().len());
    text
}

/// Words of one to four syllables, the short ones first, as the frequent words of a language are.
fn vocabulary(dice: &mut Dice, count: usize) -> Vec<String> {
    const ONSETS: [&str; 16] =
        ["b", "d", "f", "g", "h", "k", "l", "m", "n", "p", "r", "s", "t", "st", "tr", "v"];
    const VOWELS: [&str; 8] = ["a", "e", "i", "o", "u", "ea", "ou", "ie"];
    const CODAS: [&str; 8] = ["", "", "n", "r", "s", "t", "nd", "l"];
    (0..count)
        .map(|rank| {
            let syllables = 1 + (rank > 40) as usize + (rank > 800) as usize + dice.below(2);
            (0..syllables)
                .map(|_| [*dice.pick(&ONSETS), *dice.pick(&VOWELS), *dice.pick(&CODAS)].concat())
                .collect()
        })
        .collect()
}
