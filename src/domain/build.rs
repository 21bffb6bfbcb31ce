//! Lists the catalogue documents, so that adding a license type is adding a file.

use std::fmt::Write;
use std::path::Path;

fn main() {
    // Asked when it runs: the built script may outlive the folder that it was built in.
    let crate_folder = std::env::var("CARGO_MANIFEST_DIR").expect("cargo sets CARGO_MANIFEST_DIR");
    let schema = Path::new(&crate_folder).join("../../schema");
    let mut code = String::new();
    for (name, below) in [("TYPES", ""), ("SAMPLES", "samples")] {
        let folders = ["catalogue", "notices"].map(|folder| schema.join(folder).join(below));
        let _ = writeln!(code, "pub(super) const {name}: &[(&str, &str)] = &[");
        for path in folders.iter().flat_map(|folder| documents(folder)) {
            println!("cargo:rerun-if-changed={}", path.display());
            let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            let _ =
                writeln!(code, "    ({stem:?}, include_str!({:?})),", path.display().to_string());
        }
        code.push_str("];\n");
    }
    let out = std::env::var("OUT_DIR").expect("cargo sets OUT_DIR");
    std::fs::write(Path::new(&out).join("catalogue.rs"), code).expect("OUT_DIR is writable");
}

/// The JSON files of a folder in the order of their names, the schema apart.
fn documents(folder: &Path) -> Vec<std::path::PathBuf> {
    println!("cargo:rerun-if-changed={}", folder.display());
    let entries = std::fs::read_dir(folder).expect("the catalogue is readable");
    let mut paths: Vec<_> = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .filter(|path| !path.to_string_lossy().ends_with(".schema.json"))
        .collect();
    paths.sort();
    paths
}
