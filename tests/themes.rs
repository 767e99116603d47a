//! The colours of `assets/themes.toml`, measured: each can be read on what it stands on, and what they tell apart is told
//! apart by those who see red and green as one.

use bayplan::model::finding::Severity;
use bayplan::tui::colour::{Depth, Ground, Rgb, luminance};
use bayplan::tui::theme::{Alphabet, Role, Theme, Tint, Wish};
use ratatui::style::{Color, Style};

const DARK: Rgb = [0x16, 0x18, 0x1d];
const LIGHT: Rgb = [0xff, 0xff, 0xff];
const GROUNDS: [(Ground, Rgb); 2] = [(Ground::Dark, DARK), (Ground::Light, LIGHT)];
const TINTS: [Tint; 8] = [
    Tint::Function,
    Tint::Layer(0),
    Tint::Layer(1),
    Tint::Layer(2),
    Tint::Layer(3),
    Tint::Layer(4),
    Tint::Efs,
    Tint::LeftOut,
];

fn theme(ground: Ground) -> Theme {
    Theme::new(Wish { palette: None, ground, depth: Depth::True, alphabet: Alphabet::Unicode })
}

fn rgb(colour: Option<Color>) -> Option<Rgb> {
    match colour {
        Some(Color::Rgb(red, green, blue)) => Some([red, green, blue]),
        _ => None,
    }
}

/// From 1 to 21 (WCAG 2.2).
fn contrast(a: Rgb, b: Rgb) -> f64 {
    let (a, b) = (luminance(a) + 0.05, luminance(b) + 0.05);
    a.max(b) / a.min(b)
}

/// How well letters of a style are read on its own background or on the terminal's.
fn legibility(style: Style, terminal: Rgb) -> Option<f64> {
    Some(contrast(rgb(style.fg)?, rgb(style.bg).unwrap_or(terminal)))
}

#[test]
fn every_word_can_be_read_on_what_it_stands_on() {
    use Role::{Brand, Carried, Cursor, Dim, Error, Folder, Good, Hint, Limit, Lit, Mark, Note, Refused, Tab, Warning};
    for (ground, terminal) in GROUNDS {
        let theme = theme(ground);
        for role in
            [Brand, Carried, Cursor, Dim, Error, Folder, Good, Hint, Limit, Lit, Mark, Note, Refused, Tab, Warning]
        {
            let legibility = legibility(theme.style(role), terminal).expect("it has a colour");
            assert!(legibility >= 4.5, "{role:?} on {ground:?}: {legibility:.1}");
        }
        for tint in TINTS.into_iter().chain([Tint::Several]) {
            for style in [theme.ink(tint), theme.tile(tint), theme.lit_tile(tint)] {
                let legibility = legibility(style, terminal).expect("it has a colour");
                assert!(legibility >= 4.5, "{tint:?} on {ground:?}: {legibility:.1}");
            }
        }
    }
}

/// What somebody sees who lacks one kind of cones, by the matrices of Machado, Oliveira and Fernandes (2009).
fn seen_without(cones: [[f64; 3]; 3], colour: Rgb) -> [f64; 3] {
    let light = colour.map(|part| (f64::from(part) / 255.0).powf(2.2));
    cones.map(|row| row.iter().zip(light).map(|(part, light)| part * light).sum::<f64>().clamp(0.0, 1.0))
}

const NO_RED: [[f64; 3]; 3] =
    [[0.152_286, 1.052_583, -0.204_868], [0.114_503, 0.786_281, 0.099_216], [-0.003_882, -0.048_116, 1.051_998]];
const NO_GREEN: [[f64; 3]; 3] =
    [[0.367_322, 0.860_646, -0.227_968], [0.280_085, 0.672_501, 0.047_413], [-0.011_820, 0.042_940, 0.968_881]];

/// How far apart two colours are to the eye: lightness and the two directions of hue, in CIE's L*a*b*.
fn distance(a: [f64; 3], b: [f64; 3]) -> f64 {
    let lab = |[red, green, blue]: [f64; 3]| {
        let curve = |light: f64| if light > 0.008_856 { light.cbrt() } else { 7.787 * light + 16.0 / 116.0 };
        let x = curve((0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.9505);
        let y = curve(0.2126 * red + 0.7152 * green + 0.0722 * blue);
        let z = curve((0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.089);
        [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
    };
    lab(a).iter().zip(lab(b)).map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt()
}

#[test]
fn good_and_bad_are_told_apart_without_red_or_green() {
    for (ground, _) in GROUNDS {
        let theme = theme(ground);
        let colour = |style: Style| rgb(style.fg).expect("it has a colour");
        let good = colour(theme.style(Role::Good));
        for severity in [Severity::Error, Severity::Warning] {
            let bad = colour(theme.severity(severity));
            for (who, cones) in [("no red", NO_RED), ("no green", NO_GREEN)] {
                let apart = distance(seen_without(cones, good), seen_without(cones, bad));
                assert!(apart >= 20.0, "{severity:?} and good on {ground:?} with {who}: {apart:.0}");
            }
        }
    }
}

#[test]
fn function_layers_efs_and_left_out_are_told_apart_without_red_or_green() {
    for (ground, _) in GROUNDS {
        let theme = theme(ground);
        let colour = |tint: Tint| rgb(theme.tile(tint).bg).expect("it has a colour");
        let kinds = [Tint::Function, Tint::Layer(0), Tint::Efs, Tint::LeftOut];
        for (number, &one) in kinds.iter().enumerate() {
            for &other in &kinds[number + 1..] {
                for (who, cones) in [("no red", NO_RED), ("no green", NO_GREEN)] {
                    let apart = distance(seen_without(cones, colour(one)), seen_without(cones, colour(other)));
                    assert!(apart >= 5.0, "{one:?} and {other:?} on {ground:?} with {who}: {apart:.0}");
                }
            }
        }
    }
}
